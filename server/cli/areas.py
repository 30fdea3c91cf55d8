"""`area add`, `area import`, `area list`, `area merge`, `area split`."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

from fieldapp.exports.sheets import read_sheets
from server.cli.session import DataDir, opened
from server.services.county import add_area, import_areas
from server.services.reassignment import AreaPart, Reassigned, merge_area, split_area
from server.services.users import SERVER_USER
from server.store.projections import row_table

app = typer.Typer(no_args_is_help=True, help="The area tree: town, village, grid.")


@app.command()
def add(
    code: Annotated[str, typer.Argument(help="9 digits for a town, 12 for a village, 15 for a grid.")],
    name: Annotated[str, typer.Argument(help="Name as workers know it.")],
    data: DataDir = None,
) -> None:
    """Add an area under one that exists."""
    with opened(data) as server:
        add_area(server.store, code, name)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV or xlsx; the first two columns are code and name.")],
    data: DataDir = None,
) -> None:
    """Add a county's whole tree from a file; a heading row is passed over. All rows or none."""
    with opened(data) as server:
        typer.echo(f"areas {import_areas(server.store, _rows(file))}")


def _rows(file: Path) -> list[tuple[str, str]]:
    cells = cells_of(file)
    pairs = [(_code(row[0]), str(row[1]).strip()) for row in cells if len(row) > 1 and row[0]]
    return pairs[1:] if pairs and not pairs[0][0].isdigit() else pairs


def _code(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) else str(cell).strip()


def cells_of(file: Path) -> Sequence[Sequence[object]]:
    """The rows of a CSV file, or of the first sheet of a workbook."""
    return _csv_rows(file) if file.suffix.lower() == ".csv" else read_sheets(file)[0].rows


def _csv_rows(file: Path) -> Sequence[Sequence[object]]:
    raw = file.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030")  # what Excel on a Chinese Windows writes
    return list(csv.reader(text.splitlines()))


@app.command("list")
def list_areas(
    under: Annotated[str, typer.Argument(help="Only areas whose code begins so.")] = "",
    data: DataDir = None,
) -> None:
    """Print code, level and name of all areas."""
    area = row_table("areas").c
    with opened(data) as server, server.store.read() as connection:
        query = select(area.id, area.level, area.name).where(area.id.startswith(under)).order_by(area.id)
        for row in connection.execute(query):
            typer.echo(f"{row.id:<15} {row.level.value:<8} {row.name}")


@app.command()
def merge(
    code: Annotated[str, typer.Argument(help="The area that ends; all inside it ends too.")],
    into: Annotated[str, typer.Argument(help="The grid or village its households go to.")],
    data: DataDir = None,
) -> None:
    """Close an area in favour of another; its households follow at once."""
    with opened(data) as server:
        _say(merge_area(server.store, code, into, by=SERVER_USER))


@app.command()
def split(
    code: Annotated[str, typer.Argument(help="The area that gives households away.")],
    file: Annotated[
        Path,
        typer.Argument(help="CSV or xlsx: code and name of an area, id of a household; a row each."),
    ],
    close: Annotated[bool, typer.Option(help="Close the area, which must then be empty.")] = False,
    data: DataDir = None,
) -> None:
    """Give households of an area to others of its town, which are made where they are not there yet."""
    parts: dict[str, tuple[str, list[str]]] = {}
    cells = cells_of(file)
    for row in cells:
        if len(row) > 2 and row[0] and (target := _code(row[0])).isdigit():
            parts.setdefault(target, (str(row[1] or "").strip(), []))[1].append(str(row[2]).strip())
    found = [AreaPart(target, name, tuple(ids)) for target, (name, ids) in parts.items()]
    with opened(data) as server:
        _say(split_area(server.store, code, found, close=close, by=SERVER_USER))


def _say(done: Reassigned) -> None:
    typer.echo(f"households {done.households}")
    for closed in done.closed:
        typer.echo(f"closed {closed}")
    for user_id in done.workers:
        typer.echo(f"needs a new role: {user_id}")

"""`organisation import`, `organisation list`: who serves people, and with which projects."""

import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import select

from fieldapp.domain.errors import RuleError
from server.cli.session import DataDir, opened
from server.services.needs import unmet_of_county
from server.services.organisations import add_listed
from server.store.projections import row_table

app = typer.Typer(no_args_is_help=True, help="Organisations, projects, needs that stay unmet.")


@app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(help="TOML with [[organisations]] and [[projects]]; amounts in fen.")
    ],
    data: DataDir = None,
) -> None:
    """Add or change what a file lists, all or nothing by kind; entries with an id replace what has it."""
    with opened(data) as server:
        listed = _read(file)
        for kind in ("organisations", "projects"):
            for record_id in add_listed(server.store, server.ids, kind, listed.get(kind, [])):
                typer.echo(f"{kind} {record_id}")


def _read(file: Path) -> dict[str, list[dict[str, Any]]]:
    try:
        found: dict[str, list[dict[str, Any]]] = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise RuleError("invalid_value", "file") from None
    return found


@app.command("list")
def list_organisations(data: DataDir = None) -> None:
    """Print organisations and their projects."""
    organisation, project = row_table("organisations").c, row_table("projects").c
    with opened(data) as server, server.store.read() as connection:
        for row in connection.execute(select(organisation.id, organisation.name).order_by(organisation.name)):
            typer.echo(f"{row.id} {row.name}")
            own = select(project.id, project.name, project.quota).where(project.organisation_id == row.id)
            for one in connection.execute(own.order_by(project.name)):
                typer.echo(f"  {one.id} {one.name} {one.quota}")


@app.command("unmet")
def unmet(
    area: Annotated[str, typer.Argument(help="Area code.")] = "",
    data: DataDir = None,
) -> None:
    """Print needs by town and kind: asked, open, late, unmet."""
    with opened(data) as server:
        for row in unmet_of_county(server.store, area):
            typer.echo(
                f"{row.area_code} {row.kind:<10} {row.asked:>5} {row.open:>5} {row.late:>5} {row.unmet:>5}"
            )

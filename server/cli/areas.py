"""`area add`, `area list`."""

from typing import Annotated

import typer
from sqlalchemy import select

from server.cli.session import DataDir, opened
from server.services.county import add_area
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

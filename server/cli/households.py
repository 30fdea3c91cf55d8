"""`household move`."""

from pathlib import Path
from typing import Annotated

import typer

from server.cli.session import DataDir, opened, told_errors
from server.services.reassignment import move_households
from server.services.users import SERVER_USER

app = typer.Typer(no_args_is_help=True, help="Households: who answers for them.")


@app.command()
def move(
    area: Annotated[str, typer.Argument(help="Code of the grid or village they go to.")],
    households: Annotated[list[str] | None, typer.Argument(help="Ids of households.")] = None,
    file: Annotated[Path | None, typer.Option(help="File with one id a line, beside those named.")] = None,
    data: DataDir = None,
) -> None:
    """Give households to another grid or village, with all their records. All of them or none."""
    with told_errors():
        wanted = [*(households or ()), *ids_in(file)]
    with opened(data) as server:
        typer.echo(f"moved {move_households(server.store, wanted, area, by=SERVER_USER)}")


def ids_in(file: Path | None) -> list[str]:
    """The ids in a file of lines; [] without a file."""
    if file is None:
        return []
    return [line.strip() for line in file.read_text(encoding="utf-8-sig").splitlines() if line.strip()]

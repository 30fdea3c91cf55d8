"""`fund grant`, `fund allow`, `fund correct`, `fund list`: the standby funds of the towns."""

from dataclasses import replace
from typing import Annotated

import typer

from fieldapp.domain.money import fen, yuan_text
from fieldapp.domain.records.funds import FundEntryKind
from server.cli.session import DataDir, opened
from server.services.funds import Booking, balances, book
from server.services.users import SERVER_USER

app = typer.Typer(no_args_is_help=True, help="Standby funds (备用金) of the towns; amounts in yuan.")
Town = Annotated[str, typer.Argument(help="Area code of the town, 9 digits.")]
Amount = Annotated[str, typer.Argument(help="Amount in yuan.")]


def _book(data: DataDir, booking: Booking, amount: str = "0") -> None:
    with opened(data) as server:
        booking = replace(booking, amount=fen(amount))
        typer.echo(book(server.store, server.ids, booking, by=SERVER_USER))


@app.command()
def grant(
    *,
    town: Town,
    amount: Amount,
    document: Annotated[str, typer.Option(help="Number of the paper.")] = "",
    note: Annotated[str, typer.Option(help="A remark.")] = "",
    data: DataDir = None,
) -> None:
    """Put money into a town's fund and print the entry's id."""
    _book(data, Booking(town, FundEntryKind.GRANT, 0, note, document), amount)


@app.command()
def allow(
    *,
    town: Town,
    amount: Amount,
    note: Annotated[str, typer.Option(help="Who agreed and why.")],
    document: Annotated[str, typer.Option(help="Number of the paper.")] = "",
    data: DataDir = None,
) -> None:
    """Let a town's fund be overdrawn by so much more."""
    _book(data, Booking(town, FundEntryKind.ALLOWANCE, 0, note, document), amount)


@app.command()
def correct(
    *,
    town: Town,
    entry: Annotated[str, typer.Argument(help="Id of the grant to take back.")],
    note: Annotated[str, typer.Option(help="Why.")],
    data: DataDir = None,
) -> None:
    """Take a grant back by a counter-entry; nothing is ever erased."""
    _book(data, Booking(town, FundEntryKind.CORRECTION, 0, note, corrects=entry))


@app.command("list")
def list_funds(
    towns: Annotated[str, typer.Argument(help="Codes that begin so.")] = "", data: DataDir = None
) -> None:
    """Print balance, allowed overdraft and number of entries by town."""
    with opened(data) as server:
        for one in balances(server.store, towns):
            typer.echo(
                f"{one.town} {yuan_text(one.balance):>14} {yuan_text(one.overdraft):>12} {one.entries:>5}"
            )

"""`holidays import|list`, `duty import|list`: the working-day calendar and who is on duty."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

from server.cli.areas import cells_of
from server.cli.session import DataDir, opened
from server.services.calendar import import_duties, import_holidays
from server.store.projections import parameters_of, row_table

holidays = typer.Typer(no_args_is_help=True, help="Days that are not what their weekday says.")
duties = typer.Typer(no_args_is_help=True, help="Who is on duty, where and when.")


@holidays.command("import")
def import_holidays_file(
    file: Annotated[Path, typer.Argument(help="CSV or xlsx: day, HOLIDAY or WORKDAY, number of the notice.")],
    data: DataDir = None,
) -> None:
    """Take a yearly notice; days of the same years are replaced. All rows or none."""
    rows = cells_of(file)
    with opened(data) as server:
        count, years = import_holidays(server.store, rows)
        typer.echo(f"days {count} of {', '.join(map(str, years))}")


@holidays.command("list")
def list_holidays(data: DataDir = None) -> None:
    """Print the days that were imported; what the program knows by itself is not among them."""
    with opened(data) as server, server.store.read() as connection:
        for one in parameters_of(connection).calendar:
            typer.echo(f"{one.day.isoformat()} {one.kind.value:<8} {one.doc_no}".rstrip())


@duties.command("import")
def import_duties_file(
    file: Annotated[Path, typer.Argument(help="CSV or xlsx: area code, from, to, name, phone.")],
    data: DataDir = None,
) -> None:
    """Take a duty list. All rows or none; the same rows again change nothing."""
    rows = cells_of(file)
    with opened(data) as server:
        typer.echo(f"duties {import_duties(server.store, rows)}")


@duties.command("list")
def list_duties(data: DataDir = None) -> None:
    """Print who is on duty now."""
    duty = row_table("duties").c
    with opened(data) as server, server.store.read() as connection:
        now = server.clock()
        query = select(duty.area_code, duty.name, duty.phone, duty.until).where(
            duty.since <= now, duty.until > now
        )
        for row in connection.execute(query.order_by(duty.area_code, duty.name)):
            typer.echo(f"{row.area_code:<12} {row.name} {row.phone} {row.until:%Y-%m-%d %H:%M}")

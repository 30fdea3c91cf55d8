"""`import-ledger`, `export <ledger>`: the county's workbooks in and out."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from fieldapp.domain.errors import RuleError
from fieldapp.domain.rules.masking import mask_id_number, mask_name
from fieldapp.exports.ledger_errors import reason, write_error_file
from fieldapp.exports.ledger_form import ledger_form
from fieldapp.exports.ledger_plan import ImportPlan
from server.cli.session import FAILED, ActingAs, DataDir, actor_of, opened
from server.services.ledger_export import LEDGERS, export_ledger
from server.services.ledger_import import apply_import, prepare_import
from server.services.ledger_sources import LedgerAsked

SHOWN: Final = 10
"""Rows of each kind in the preview."""

exports = typer.Typer(no_args_is_help=True, help="Workbooks in the county's columns.")


def add_to(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("import-ledger")(import_ledger)
    app.add_typer(exports, name="export")


def import_ledger(
    *,
    file: Annotated[Path, typer.Argument(help="Roster of 低保 or 特困: .xlsx, .xls or .et.")],
    sheet: Annotated[str, typer.Option(help="Name of the sheet, where several look like rosters.")] = "",
    area: Annotated[str, typer.Option(help="Area code of rows that name no town or village.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the preview and stop.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    errors: Annotated[Path | None, typer.Option(help="Write refused rows with reasons here.")] = None,
    user: ActingAs = "",
    data: DataDir = None,
) -> None:
    """Show what a roster would change, ask, and write all of it in one transaction."""
    with opened(data) as server:
        actor = actor_of(server, user)
        prepared = prepare_import(
            server.store, file, ids=server.ids, sheet_name=sheet, area_code=area, actor=actor
        )
        plan = prepared.plan
        typer.echo("\n".join(_preview(plan)))
        if errors is not None and write_error_file(plan, errors):
            typer.echo(f"refused rows written to {errors}")
        if dry_run or plan.changes_nothing:
            typer.echo("nothing written")
            return
        if not yes and not typer.confirm("Import?"):
            typer.echo("nothing written")
            raise typer.Exit(FAILED)
        apply_import(server.store, prepared)
        typer.echo(f"imported: {plan.created_rows} created, {plan.updated_rows} updated")


def _add_export(name: str) -> None:
    def export(
        *,
        start: Annotated[dt.datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")],
        end: Annotated[dt.datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")],
        area: Annotated[str, typer.Option(help="Area code.")],
        out: Annotated[Path, typer.Option(help="The workbook to write.")],
        full: Annotated[
            bool, typer.Option("--full", help="Nothing masked; needs --user and --reason.")
        ] = False,
        reason: Annotated[str, typer.Option(help="What it is for; must be said of --full.")] = "",
        user: ActingAs = "",
        data: DataDir = None,
    ) -> None:
        with opened(data) as server:
            if full and not reason.strip():
                raise RuleError("reason_required", "reason")
            asked = LedgerAsked(area, start.date(), end.date(), full, reason)
            count = export_ledger(server.store, out, name, asked, actor=actor_of(server, user))
            typer.echo(f"{count} written to {out}")

    about = f"Write {ledger_form(name).sheet} of an area, masked unless --full."
    exports.command(name, help=about)(export)


for _name in LEDGERS:
    _add_export(_name)


def _preview(plan: ImportPlan) -> Iterator[str]:
    """Counts, the first new households masked, refused rows and remarks with their sentences."""
    layout = plan.layout
    yield f"{layout.kind} roster, sheet {plan.sheet.name!r}, headings end in row {layout.header_last}"
    yield (
        f"{plan.input_rows} rows: {plan.created_rows} new, {plan.updated_rows} changed,"
        f" {len(plan.unchanged)} unchanged, {len(plan.rejected)} refused"
        f" ({len(plan.ignored)} blank rows, totals and the like)"
    )
    if layout.unmapped:
        yield f"columns not read: {', '.join(layout.unmapped)}"
    new = [
        f"row {each.rows[0]}: {mask_name(each.household.head_name)}"
        f" {mask_id_number(each.persons[0].id_number)} {each.household.area_code}"
        f" {sum(c.monthly_amount_fen for c in each.household.coverages) / 100:.2f}"
        for each in plan.created[:SHOWN]
    ]
    refused = [f"row {each.row}: {reason(layout, each.problems, 'en')}" for each in plan.rejected]
    remarks = [f"row {row}: {reason(layout, hints, 'en')}" for row, hints in plan.hints.items()]
    whole = len(plan.created)
    for title, lines, count in (
        ("new", new, whole), ("refused", refused, len(refused)), ("remarks", remarks, len(remarks)),
    ):  # fmt: skip
        if lines:
            yield f"{title}:"
            yield from (f"  {line}" for line in lines[:SHOWN])
        if count > SHOWN:
            yield f"  … {count} in all"

"""`rules export`, `rules import`: the county's visit rules as a workbook."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from fieldapp.domain.clock import local_day
from fieldapp.exports.ledger_errors import import_sentence
from server.cli.session import FAILED, ActingAs, DataDir, actor_of, opened
from server.services.visit_rules import RulesImport, apply_rules, export_rules, prepare_rules

app = typer.Typer(no_args_is_help=True, help="Visit rules: how often which households are visited.")


@app.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="The workbook to write.")],
    on: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day; today if absent.")
    ] = None,
    user: ActingAs = "",
    data: DataDir = None,
) -> None:
    """Write the table of rules that holds on a day."""
    with opened(data) as server:
        day = local_day(server.clock()) if on is None else on.date()
        export_rules(server.store, file, day, actor=actor_of(server, user))
        typer.echo(f"written to {file}")


@app.command("import")
def import_(
    *,
    file: Annotated[Path, typer.Argument(help="The edited workbook.")],
    valid_from: Annotated[dt.datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the preview and stop.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    user: ActingAs = "",
    data: DataDir = None,
) -> None:
    """Show what another table would change, ask, and have it hold from a day on."""
    with opened(data) as server:
        actor = actor_of(server, user)
        prepared = prepare_rules(server.store, file, valid_from.date(), actor=actor)
        typer.echo("\n".join(_preview(prepared)))
        if prepared.read.problems:
            raise typer.Exit(FAILED)
        if dry_run or prepared.changes_nothing:
            typer.echo("nothing written")
            return
        if not yes and not typer.confirm("Import?"):
            typer.echo("nothing written")
            raise typer.Exit(FAILED)
        apply_rules(server.store, prepared, actor=actor)
        typer.echo(f"holds from {prepared.valid_from}")


def _preview(prepared: RulesImport) -> Iterator[str]:
    """Counts, the ids of rules that differ, and what is wrong in which row."""
    yield f"{len(prepared.read.rules)} rules from {prepared.valid_from}"
    for title in ("added", "changed", "removed"):
        ids = getattr(prepared, title)
        if ids:
            yield f"{title}: {', '.join(ids)}"
    for problem in prepared.read.problems:
        place = f" [{problem.heading}]" if problem.heading else ""
        yield f"row {problem.row}{place}: {import_sentence(problem.code, problem.facts, 'en')}"

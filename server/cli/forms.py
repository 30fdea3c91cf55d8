"""`form check`, `try`, `publish`, `list`, `retire`, `export`, `unclaimed`, `claim`."""

from collections.abc import Iterable
from datetime import datetime as Day
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fieldapp.domain.clock import system_clock
from fieldapp.domain.records.forms import FormPurpose
from fieldapp.forms import FormError
from server.cli.session import FAILED, ActingAs, DataDir, actor_of, opened, told_errors
from server.services import forms, submissions
from server.services.form_export import AnswersAsked, export_answers
from server.services.users import SERVER_USER
from server.xlsform.problems import Problem, Severity, line

app = typer.Typer(no_args_is_help=True, help="Questionnaires: XLSForm workbooks and their answers.")


class Language(StrEnum):
    """Language of problems and headings."""

    ZH = "zh"
    EN = "en"


Workbook = Annotated[Path, typer.Argument(help="The XLSForm workbook: .xlsx, .xls or .et.")]
Attach = Annotated[
    list[Path] | None, typer.Option(help="A list (.csv) or picture the form names; repeatable.")
]
InLanguage = Annotated[Language, typer.Option("--lang", help="Language of what is told.")]


@app.command()
def check(file: Workbook, *, attach: Attach = None, lang: InLanguage = Language.ZH) -> None:
    """Test run: tell everything that is wrong with a workbook; nothing is kept. Status 1 on errors."""
    with told_errors():
        checked = forms.check_form(file, forms.read_attachments(attach or []))
    _tell(checked.problems, lang)
    made = checked.conversion
    if not checked.sound:
        raise typer.Exit(FAILED)
    typer.echo(f"sound: {made.form_id} {made.version}, {len(checked.attachments)} files")


@app.command("try")
def try_form(
    file: Workbook,
    *,
    attach: Attach = None,
    seed: Annotated[int, typer.Option(help="Other numbers take other choices.")] = 0,
    lang: InLanguage = Language.ZH,
) -> None:
    """Fill a workbook's form from start to end with made-up answers; status 1 if it could not be finished."""
    with told_errors():
        checked = forms.check_form(file, forms.read_attachments(attach or []))
        _tell((each for each in checked.problems if _is_error(each)), lang)
        try:
            trial = forms.try_form(checked, now=system_clock(), seed=seed)
        except FormError as error:
            typer.echo(f"error: {error}", err=True)
            raise typer.Exit(FAILED) from None
    typer.echo(f"{trial.pages} pages, {trial.answered} answers")
    for reference in trial.unanswered:
        typer.echo(f"no answer tried was valid: {reference}")
    for failure in trial.failures:
        typer.echo(f"keeps it from being finished ({failure.condition.value}): {failure.reference}")
    if trial.failures:
        raise typer.Exit(FAILED)


@app.command()
def publish(
    file: Workbook,
    *,
    attach: Attach = None,
    purpose: Annotated[FormPurpose, typer.Option(help="Which screen offers the form.")] = FormPurpose.SURVEY,
    lang: InLanguage = Language.ZH,
    data: DataDir = None,
) -> None:
    """Check a workbook and publish it: devices get it at their next sync, phones in their form list."""
    with opened(data) as server:
        checked = forms.check_form(file, forms.read_attachments(attach or []))
        _tell(checked.problems, lang)
        blobs = server.blobs
        made = forms.publish_form(
            server.store, blobs, checked, purpose=purpose, by=SERVER_USER, ids=server.ids
        )
        word = "published" if made.fresh else "already published"
        typer.echo(f"{word}: {made.form.form_id} {made.form.version}")


@app.command("list")
def list_forms(data: DataDir = None) -> None:
    """Print every version of every form, newest first."""
    with opened(data) as server:
        for form in forms.all_forms(server.store):
            typer.echo(
                f"{form.form_id:<20} {form.version:<12} {form.state:<9} {form.purpose:<10}"
                f" {form.published_at:%Y-%m-%d} {form.title}"
            )


@app.command()
def retire(
    form_id: Annotated[str, typer.Argument(help="The form's id.")],
    *,
    version: Annotated[str, typer.Option(help="One version; all without it.")] = "",
    data: DataDir = None,
) -> None:
    """Let a form take no new answers. Drafts are finished, answers stay."""
    with opened(data) as server:
        count = forms.retire_form(server.store, form_id, version=version, by=SERVER_USER)
        typer.echo(f"retired {count} versions")


@app.command("export")
def export_form(  # noqa: PLR0913  # every option of the command is an argument
    *,
    form_id: Annotated[str, typer.Argument(help="The form's id.")],
    out: Annotated[Path, typer.Option(help="The .xlsx or .csv to write; repeats become further sheets.")],
    area: Annotated[str, typer.Option(help="Area code; the whole county without it.")] = "",
    start: Annotated[Day | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")] = None,
    end: Annotated[Day | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")] = None,
    codes: Annotated[bool, typer.Option("--codes", help="Names and codes instead of labels.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Also what was typed freely; needs --user.")] = False,
    lang: InLanguage = Language.ZH,
    user: ActingAs = "",
    data: DataDir = None,
) -> None:
    """Write a form's answers as a wide table."""
    with opened(data) as server:
        asked = AnswersAsked(
            form_id,
            area or server.store.county.code,
            start.date() if start else None,
            end.date() if end else None,
            full=full,
            labels=not codes,
            language=lang.value,
        )
        blobs = server.blobs
        for file in export_answers(server.store, blobs, out, asked, actor=actor_of(server, user)):
            typer.echo(f"written to {file}")


@app.command()
def unclaimed(data: DataDir = None) -> None:
    """Print answer sheets from phones that name no household, oldest first."""
    with opened(data) as server:
        for each in submissions.unclaimed(server.store):
            typer.echo(
                f"{each.submission_id} {each.form_id} {each.version} {each.area_code}"
                f" {each.created_by} {each.received_at}"
            )


@app.command()
def claim(
    submission: Annotated[str, typer.Argument(help="Id of the answer sheet.")],
    household_no: Annotated[str, typer.Argument(help="Number of the household it belongs to.")],
    data: DataDir = None,
) -> None:
    """Say which household an answer sheet belongs to."""
    with opened(data) as server:
        submissions.claim(server.store, submission, household_no, by=SERVER_USER)
        typer.echo("claimed")


def _tell(problems: Iterable[Problem], language: Language) -> None:
    for problem in problems:
        typer.echo(f"{problem.severity.value.lower():<8}{line(problem, language)}", err=_is_error(problem))


def _is_error(problem: Problem) -> bool:
    return problem.severity is Severity.ERROR

"""`form check`, `form publish`, `form list`, `form retire`, `form export`, `form unclaimed`, `form claim`."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fieldapp.domain.records.forms import FormPurpose
from server.cli.session import FAILED, DataDir, opened, told_errors
from server.services import forms
from server.services.users import SERVER_USER
from server.store.blob_files import BlobFiles
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
        blobs = BlobFiles(server.settings.blobs)
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


def _tell(problems: Iterable[Problem], language: Language) -> None:
    for problem in problems:
        typer.echo(f"{problem.severity.value.lower():<8}{line(problem, language)}", err=_is_error(problem))


def _is_error(problem: Problem) -> bool:
    return problem.severity is Severity.ERROR

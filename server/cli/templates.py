"""`template check`, `template publish`, `template list`, `template retire`, `template names`."""

from pathlib import Path
from typing import Annotated

import typer

from fieldapp.domain.errors import RuleError
from fieldapp.exports.templates.office_file import MAX_FILE_BYTES
from fieldapp.exports.templates.placeholders import EACH_MEMBER, PLACEHOLDERS
from server.cli.session import FAILED, DataDir, opened, told_errors
from server.services import print_templates
from server.services.users import SERVER_USER

app = typer.Typer(no_args_is_help=True, help="Templates of other departments' documents (.docx, .xlsx).")

TemplateFile = Annotated[Path, typer.Argument(help="The template: .docx or .xlsx with names in {{braces}}.")]


@app.command()
def check(file: TemplateFile) -> None:
    """Test run: tell everything that is wrong with a template; nothing is kept. Status 1 on errors."""
    with told_errors():
        outline = print_templates.check_template(_read(file), file.name)
    for problem in outline.problems:
        facts = (f"{name}={value}" for name, value in problem.facts.items())
        typer.echo(" ".join((problem.code, *facts)), err=True)
    if outline.problems:
        raise typer.Exit(FAILED)
    typer.echo(f"sound: {outline.kind}, {len(outline.keys)} names")


@app.command()
def publish(
    file: TemplateFile,
    *,
    template_id: Annotated[str, typer.Option("--id", help="Stays the same over versions.")] = "",
    title: Annotated[str, typer.Option(help="What workers see; the file's name without it.")] = "",
    department: Annotated[str, typer.Option(help="Whose document it is.")] = "",
    data: DataDir = None,
) -> None:
    """Check a template and publish it: devices get it at their next sync."""
    with opened(data) as server:
        described = print_templates.describe(
            server.ids, template_id=template_id or file.stem, title=title or file.stem, department=department,
            file_name=file.name, by=SERVER_USER, at=server.store.clock(),
        )  # fmt: skip
        made, fresh = print_templates.publish_template(server.store, server.blobs, _read(file), described)
        word = "published" if fresh else "already published"
        typer.echo(f"{word}: {made.template_id} version {made.version}")


@app.command("list")
def list_templates(data: DataDir = None) -> None:
    """Print every version of every template, newest first."""
    with opened(data) as server:
        for one in print_templates.all_templates(server.store):
            typer.echo(
                f"{one.template_id:<20} {one.version:<4} {one.state:<9} {one.published_at:%Y-%m-%d}"
                f" {one.department} {one.title}"
            )


@app.command()
def retire(
    template_id: Annotated[str, typer.Argument(help="The template's id.")], data: DataDir = None
) -> None:
    """Offer a template no longer; documents filled with it stay."""
    with opened(data) as server:
        print_templates.retire_template(server.store, template_id, by=SERVER_USER)
        typer.echo("retired")


@app.command()
def names() -> None:
    """Print every name a template may use."""
    for one in PLACEHOLDERS:
        typer.echo(f"{{{{{one.chinese}}}}}  {{{{{one.key}}}}}  {one.kind.name.lower()}")
    typer.echo("  ".join(f"{{{{{mark}}}}}" for mark in sorted(EACH_MEMBER)) + "  a table row for each member")


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_FILE_BYTES + 1)
    except OSError:
        raise RuleError("file_unreadable") from None

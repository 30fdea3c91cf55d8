"""`check`, `backup`, `restore`, `renew-epoch`."""

from pathlib import Path
from typing import Annotated

import typer

from fieldapp.domain.clock import system_clock
from server.cli.session import FAILED, DataDir, opened, settings_of, told_errors
from server.services import backup as backups
from server.services.checks import check_store
from server.services.repair import rebuild_rows
from server.services.secrets_text import system_random
from server.store.open_blobs import open_blobs


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(check)
    app.command()(backup)
    app.command()(restore)
    app.command("renew-epoch")(renew_epoch)


def check(
    blobs: Annotated[bool, typer.Option(help="Also read and hash every photo.")] = True,
    repair: Annotated[bool, typer.Option(help="Make the typed rows anew from the records first.")] = False,
    data: DataDir = None,
) -> None:
    """Look for damage; status 1 when something was found. Findings name ids, never content."""
    with opened(data) as server:
        if repair:
            typer.echo(f"rebuilt {rebuild_rows(server.store)} rows")
        findings = check_store(server.store, server.blobs if blobs else None)
        for finding in findings:
            typer.echo(str(finding))
        typer.echo(f"{len(findings)} findings")
        if findings:
            raise typer.Exit(FAILED)


def backup(
    target: Annotated[Path, typer.Argument(help="New or empty folder.")], data: DataDir = None
) -> None:
    """Copy database and blobs while the server runs."""
    with opened(data) as server:
        copied = backups.back_up(server.store, server.blobs, target)
        typer.echo(f"saved the database and {copied} blobs")


def restore(
    source: Annotated[Path, typer.Argument(help="Folder made by backup.")], data: DataDir = None
) -> None:
    """Restore a backup where no database is yet. Devices then send again what it does not hold."""
    with told_errors():
        settings = settings_of(data)
        blobs = open_blobs(settings.blobs, settings.blob_url)
        epoch = backups.restore(settings.url, blobs, source, clock=system_clock, random_bytes=system_random)
        typer.echo(f"epoch {epoch}")


def renew_epoch(data: DataDir = None) -> None:
    """After pg_restore: give the database its new identity, so that devices notice."""
    with opened(data) as server:
        typer.echo(f"epoch {backups.new_epoch_for(server.store, server.random_bytes)}")

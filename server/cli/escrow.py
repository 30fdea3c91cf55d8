"""`escrow create`, `escrow answer`: the administrator's half of a forgotten passphrase; needs no server.

Meant for a computer without a network, with the two custodians in the room.
"""

import base64
import datetime as dt
import json
from pathlib import Path
from typing import Annotated, Final

import segno
import typer

from fieldapp.domain.clock import local_day, system_clock
from fieldapp.domain.errors import StorageError
from fieldapp.security import county_key, recovery
from server.cli.session import FAILED, told_errors
from server.services.secrets_text import system_random

app = typer.Typer(no_args_is_help=True, help="The county's recovery key (kept off the server).")
KeyFile = Annotated[Path, typer.Argument(help="The key file; keep copies in two safes.")]
MIN_CHARACTERS: Final = 12


@app.command()
def create(key_file: KeyFile) -> None:
    """Make the county's key pair; two custodians each choose a passphrase, both are needed to use it."""
    if key_file.exists():
        typer.echo(f"error: {key_file} exists; a key that devices were sealed to must not be lost", err=True)
        raise typer.Exit(FAILED)
    first, second = _new_passphrase("first"), _new_passphrase("second")
    key = county_key.make_county_key(system_random)
    sealed = county_key.seal_county_key(key, first, second, system_random)
    with told_errors():
        _write(key_file, sealed)
        opened = county_key.open_county_key(key_file.read_bytes(), first, second)
        if opened.public != key.public:
            raise StorageError("county_key_damaged")
    typer.echo(f"fingerprint {key.fingerprint}")
    typer.echo("Put this line into the server's server.toml and start the server again; devices take the")
    typer.echo("key over when they are enrolled:")
    typer.echo(f'escrow_keys = "{base64.b64encode(key.public).decode()}"')


@app.command()
def answer(
    key_file: KeyFile,
    request: Annotated[str, typer.Argument(help="The request's text, or a file that holds it.")] = "",
    *,
    out: Annotated[Path | None, typer.Option(help="Also write the answer to this file.")] = None,
) -> None:
    """Answer a device's recovery request. You must know who is asking: call back on a known number."""
    text = request or typer.prompt("Request (scan or paste it)")
    with told_errors():
        message = recovery.from_text(_text_of(text))
        asked = recovery.read_request(message)
        typer.echo(f"device      {asked.device_id}")
        typer.echo(f"county key  {asked.county_key_fingerprint}")
        typer.echo(f"code        {recovery.spoken_code(message)}")
        if not typer.confirm("Does the person you know read the same code from the device?"):
            raise typer.Exit(FAILED)
        who = typer.prompt("For whom, and who checked it (kept in the log beside the key)")
        first = typer.prompt("First custodian's passphrase", hide_input=True)
        second = typer.prompt("Second custodian's passphrase", hide_input=True)
        key = county_key.open_county_key(_read(key_file), first, second)
        given = recovery.as_text(recovery.answer_recovery(message, key.private, system_random))
        _log(key_file, asked, recovery.spoken_code(message), who)
        if out is not None:
            _write(out, given.encode())
    typer.echo(f"answer {given}")
    segno.make(given, error="m", micro=False).terminal(compact=True)


def _new_passphrase(whose: str) -> str:
    while True:
        given: str = typer.prompt(
            f"Passphrase of the {whose} custodian", hide_input=True, confirmation_prompt=True
        )
        if len(given) >= MIN_CHARACTERS:
            return given
        typer.echo(f"at least {MIN_CHARACTERS} characters", err=True)


def _text_of(given: str) -> str:
    # A path is short and has a dot or a slash; the text of a request is long and has neither.
    return _read(Path(given)).decode(errors="replace") if {".", "/", "\\"} & set(given) else given


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise StorageError("file_unreadable") from None


def _write(file: Path, content: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_bytes(content)
    except OSError:
        raise StorageError("file_not_writable") from None


def _log(key_file: Path, asked: recovery.RecoveryRequest, code: str, who: str) -> None:
    """One line for each answer; no answer leaves without it."""
    line = {
        "at": system_clock().astimezone(dt.UTC).isoformat(timespec="seconds"),
        "day": local_day(system_clock()).isoformat(),
        "device": asked.device_id,
        "code": code,
        "note": who,
    }
    try:
        with key_file.with_suffix(".log").open("a", encoding="utf-8") as log:
            log.write(json.dumps(line, ensure_ascii=False) + "\n")
    except OSError:
        raise StorageError("file_not_writable") from None

"""What every command needs: the opened server, and expected errors as one line on stderr."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import FieldappError, NotAllowedError
from fieldapp.domain.permissions import Actor, Permission, actor_on
from fieldapp.domain.records.users import UserFields
from server.main import open_server
from server.routes.context import ServerContext
from server.services.users import find_user_id
from server.settings import Settings, load_settings

DataDir = Annotated[Path | None, typer.Option("--data", help="Folder of the server's data.")]
ActingAs = Annotated[
    str, typer.Option("--user", help="Act as this login, with its permissions and areas only.")
]
FAILED: Final = 1
_MESSAGES: Final = Path(__file__).parents[2] / "resources" / "i18n" / "en" / "messages.toml"


@contextmanager
def told_errors() -> Iterator[None]:
    """Print an expected error as its code, facts and sentence, and end with status 1."""
    try:
        yield
    except FieldappError as error:
        typer.echo(f"error: {error}", err=True)
        if what_to_do := sentence(error.code):
            typer.echo(what_to_do, err=True)
        raise typer.Exit(FAILED) from None


def sentence(code: str) -> str:
    """What to do about an error, in English: the rest of the command line speaks it too."""
    words = tomllib.loads(_MESSAGES.read_text(encoding="utf-8")).get(code, "")
    return "" if "{" in words else str(words)


def settings_of(data: Path | None) -> Settings:
    """The settings a command works with."""
    return load_settings(data)


def actor_of(server: ServerContext, login: str) -> Actor | None:
    """The user of a login with today's roles; None for the operator of the server."""
    if not login:
        return None
    user_id = find_user_id(server.store, login)
    entry = server.store.run(lambda unit: unit.find("users", user_id))
    if entry is None or entry.deleted:
        raise NotAllowedError("not_permitted", permission=Permission.READ_CASES)
    user = UserFields.model_validate_json(entry.text)
    return actor_on(user_id, user.roles if user.active else (), local_day(server.clock()))


@contextmanager
def opened(data: Path | None) -> Iterator[ServerContext]:
    """The opened server of a data folder; closed afterwards."""
    with told_errors():
        context = open_server(settings_of(data))
        try:
            yield context
        finally:
            context.store.close()

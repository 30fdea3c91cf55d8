"""`device list`, `device refused`, `device revoke`."""

import datetime as dt
from typing import Annotated

import typer

from fieldapp.domain.clock import instant_text
from server.cli.session import DataDir, opened, sentence
from server.services.devices import list_devices, list_refused, revoke_device
from server.services.users import SERVER_USER

app = typer.Typer(no_args_is_help=True, help="Enrolled devices.")


@app.command("list")
def list_all(data: DataDir = None) -> None:
    """Print id, state, last contact, user and name of all devices."""
    with opened(data) as server:
        for device in list_devices(server.store):
            state = "revoked" if device["revoked_at"] else "active"
            typer.echo(
                f"{device['id']} {state:<7} {device['last_seen']} {device['user_id']} {device['name']}"
            )


@app.command()
def refused(
    days: Annotated[int, typer.Option(help="How far back.", min=1)] = 30, data: DataDir = None
) -> None:
    """Print what was not taken in, why, and what to do. The device keeps it, with the same reason."""
    with opened(data) as server:
        since = instant_text(server.clock() - dt.timedelta(days=days))
        for op in list_refused(server.store, since):
            typer.echo(
                f"{op['at']} device {op['device_id']} user {op['user_id']} {op['kind']} {op['record_id']} "
                f"{op['code']} {op['field']}".rstrip()
            )
            if what_to_do := sentence(op["code"]):
                typer.echo(f"  {what_to_do}")


@app.command()
def revoke(
    device_id: Annotated[str, typer.Argument(help="Id as printed by `device list`.")], data: DataDir = None
) -> None:
    """Shut a lost device out, at once and for good."""
    with opened(data) as server:
        revoke_device(server.store, device_id, by=SERVER_USER)

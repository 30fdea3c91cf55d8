"""`device list`, `device revoke`."""

from typing import Annotated

import typer

from server.cli.session import DataDir, opened
from server.services.devices import list_devices, revoke_device
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
def revoke(
    device_id: Annotated[str, typer.Argument(help="Id as printed by `device list`.")], data: DataDir = None
) -> None:
    """Shut a lost device out, at once and for good."""
    with opened(data) as server:
        revoke_device(server.store, device_id, by=SERVER_USER)

"""`user add`, `user list`, `user disable`, `user enable`, `user password`, `user code`, and who works where:
`user assign`, `user leave`, `user cover`."""

from datetime import datetime, timedelta
from typing import Annotated, Final

import segno
import typer

from fieldapp.domain.clock import local_day
from fieldapp.domain.records.users import Role, RoleAssignment, WorkerKind
from server.cli.session import DataDir, opened
from server.services import users
from server.services.enrolment import enrolment_link, new_code
from server.services.reassignment import cover, end_roles, give_role
from server.services.secrets_text import shown_code

app = typer.Typer(no_args_is_help=True, help="Users and their enrolment codes.")
Login = Annotated[str, typer.Argument(help="The user's login.")]
DAY: Final = ["%Y-%m-%d"]


@app.command()
def add(
    login: Login,
    *,
    name: Annotated[str, typer.Option(help="Name as others see it.")],
    role: Annotated[Role, typer.Option(help="Role of the user.")],
    area: Annotated[str, typer.Option(help="Code of the area of the role.")],
    phone: Annotated[str, typer.Option(help="Phone, kept on the server only.")] = "",
    worker_kind: Annotated[WorkerKind, typer.Option(help="Where the worker comes from.")] = WorkerKind.STAFF,
    console: Annotated[bool, typer.Option(help="Also give the user a password for the console.")] = False,
    data: DataDir = None,
) -> None:
    """Create a user; a password, if any, is printed once. Devices are enrolled with `user code`."""
    with opened(data) as server:
        since = local_day(server.clock())
        assignment = RoleAssignment(role=role, area_code=area, since=since)
        new = users.NewUser(name, login, (assignment,), phone, worker_kind, console)
        made = users.add_user(
            server.store, new, by=users.SERVER_USER, ids=server.ids, random_bytes=server.random_bytes
        )
        typer.echo(f"user {made.user_id}")
        if made.password:
            typer.echo(f"password {made.password}")


@app.command("list")
def list_users(data: DataDir = None) -> None:
    """Print login, state, roles and name of all users."""
    with opened(data) as server:
        for user in users.list_users(server.store):
            roles = " ".join(f"{role['role']}@{role['area_code']}" for role in user["roles"])
            state = "active" if user["active"] else "disabled"
            typer.echo(f"{user['login']:<20} {state:<8} {roles} {user['name']}")


@app.command()
def disable(login: Login, data: DataDir = None) -> None:
    """Shut a user and all devices of the user out."""
    _set_active(login, active=False, data=data)


@app.command()
def enable(login: Login, data: DataDir = None) -> None:
    """Let a disabled user in again."""
    _set_active(login, active=True, data=data)


@app.command()
def password(login: Login, data: DataDir = None) -> None:
    """Give a user a new password; prints it, once."""
    with opened(data) as server:
        user_id = users.find_user_id(server.store, login)
        fresh = users.reset_password(
            server.store, user_id, by=users.SERVER_USER, random_bytes=server.random_bytes
        )
        typer.echo(f"password {fresh}")


@app.command()
def code(
    login: Login,
    qr: Annotated[bool, typer.Option(help="Also draw the code, for a scanner.")] = True,
    data: DataDir = None,
) -> None:
    """Make a one-time code that enrols one device within 72 hours."""
    with opened(data) as server:
        user_id = users.find_user_id(server.store, login)
        fresh = new_code(server.store, user_id, by=users.SERVER_USER, random_bytes=server.random_bytes)
        link = enrolment_link(server.settings.address, fresh)
        typer.echo(f"code {shown_code(fresh)}")
        typer.echo(f"link {link}")
        if qr:
            segno.make(link, error="m", micro=False).terminal(compact=True)


def _set_active(login: str, *, active: bool, data: DataDir) -> None:
    with opened(data) as server:
        user_id = users.find_user_id(server.store, login)
        users.set_active(server.store, user_id, active, by=users.SERVER_USER)


@app.command()
def assign(
    login: Login,
    role: Annotated[Role, typer.Option(help="Role.")],
    area: Annotated[str, typer.Option(help="Code of the area.")],
    since: Annotated[datetime | None, typer.Option(formats=DAY, help="First day; today.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=DAY, help="Last day; open.")] = None,
    data: DataDir = None,
) -> None:
    """Give a user one more role, from one day to another."""
    with opened(data) as server:
        first = since.date() if since else local_day(server.clock())
        given = RoleAssignment(role=role, area_code=area, since=first, until=until.date() if until else None)
        give_role(server.store, users.find_user_id(server.store, login), given, by=users.SERVER_USER)


@app.command()
def leave(
    login: Login,
    on: Annotated[datetime | None, typer.Option(formats=DAY, help="Last day; yesterday.")] = None,
    area: Annotated[str, typer.Option(help="Only the roles in this area.")] = "",
    data: DataDir = None,
) -> None:
    """End a user's roles with a day. The devices hand over what they have and drop the rest."""
    with opened(data) as server:
        last = on.date() if on else local_day(server.clock()) - timedelta(days=1)
        user_id = users.find_user_id(server.store, login)
        typer.echo(f"roles {end_roles(server.store, user_id, last, area_code=area, by=users.SERVER_USER)}")


@app.command("cover")
def cover_for(
    absent: Annotated[str, typer.Argument(help="Login of the worker who is away.")],
    substitute: Annotated[str, typer.Argument(help="Login of the worker who stands in.")],
    since: Annotated[datetime, typer.Option(formats=DAY, help="First day.")],
    until: Annotated[datetime, typer.Option(formats=DAY, help="Last day.")],
    data: DataDir = None,
) -> None:
    """Have a worker stand in for another for some days."""
    with opened(data) as server:
        find = users.find_user_id
        given = cover(
            server.store, find(server.store, absent), find(server.store, substitute),
            since.date(), until.date(), by=users.SERVER_USER,
        )  # fmt: skip
        typer.echo(f"roles {given}")

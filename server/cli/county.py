"""`init` and `serve`."""

from typing import Annotated

import typer
import uvicorn

from fieldapp.domain.clock import system_clock
from server.cli.session import DataDir, opened, settings_of, told_errors
from server.logs import log_to_stderr
from server.main import create_app
from server.services.county import initialise
from server.services.shipped_forms import publish_shipped_forms


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(init)
    app.command()(serve)


def init(
    code: Annotated[str, typer.Option(help="County code, six digits (GB/T 2260).")],
    name: Annotated[str, typer.Option(help="County name.")],
    admin: Annotated[str, typer.Option(help="Login of the first administrator.")] = "admin",
    dataset: Annotated[str, typer.Option(help="REAL, DEMO or PRACTICE.")] = "REAL",
    data: DataDir = None,
) -> None:
    """Set up a county on an empty database and publish the forms that come with the program; prints the
    administrator's password, once."""
    with opened(data) as server:
        made = initialise(
            server.store, code=code, name=name, dataset=dataset, admin_login=admin, ids=server.ids,
            random_bytes=server.random_bytes,
        )  # fmt: skip
        publish_shipped_forms(server.store, server.blobs, ids=server.ids)
        typer.echo(f"login {admin}")
        typer.echo(f"password {made.password}")


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    data: DataDir = None,
) -> None:
    """Serve until stopped. Logs are JSON lines on stderr."""
    with told_errors():
        settings = settings_of(data)
        log_to_stderr(system_clock)
        app = create_app(settings)
    config = uvicorn.Config(
        app,
        host=host or settings.host,
        port=settings.port if port is None else port,
        ssl_certfile=settings.tls_cert or None,
        ssl_keyfile=settings.tls_key or None,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=20,
    )
    uvicorn.Server(config).run()

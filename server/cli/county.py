"""`init` and `serve`."""

import gc
import os
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from fieldapp.domain.clock import system_clock
from server.cli.session import DataDir, opened, settings_of, told_errors
from server.logs import log_to_stderr
from server.main import create_app
from server.services.county import initialise
from server.services.shipped_forms import publish_shipped_forms
from server.settings import ENV_PREFIX, load_settings


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
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that share the work.")] = 1,
    data: DataDir = None,
) -> None:
    """Serve until stopped. Logs are JSON lines on stderr."""
    with told_errors():
        settings = settings_of(data)
        log_to_stderr(system_clock)
        app = _lasting(create_app(settings, with_jobs=True))
    config = uvicorn.Config(
        app if workers == 1 else f"{__name__}:{worker_app.__name__}",
        factory=workers > 1,
        workers=workers,
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
    if workers == 1:
        uvicorn.Server(config).run()
        return
    # The schema is the newest now. Each process opens the database itself: connections cannot be shared.
    app.state.context.store.close()
    os.environ[_WORKER_FOLDER] = str(settings.data_dir)
    Multiprocess(config, sockets=[config.bind_socket()]).run()


_WORKER_FOLDER = f"{ENV_PREFIX}DATA_DIR"


def worker_app() -> FastAPI:
    """The app of one of several processes of `serve`, which tells the folder in the environment."""
    settings = load_settings(Path(os.environ[_WORKER_FOLDER]))
    log_to_stderr(system_clock)
    return _lasting(create_app(settings, with_jobs=True))


def _lasting(app: FastAPI) -> FastAPI:
    """Have what was imported and built so far never be looked through for garbage again: all of it stays,
    and looking took a third of a push."""
    gc.collect()
    gc.freeze()
    return app

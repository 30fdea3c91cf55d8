"""Composition root of the server: settings in, ASGI app out."""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from anyio import CapacityLimiter
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.concurrency import run_in_threadpool

from fieldapp.domain.clock import Clock, system_clock
from fieldapp.domain.ids import uuid7_source
from server.jobs import JobThread
from server.pages.imports import ImportDesk
from server.pages.site import ROUTERS as CONSOLE
from server.routes import (
    administration,
    blobs,
    enrolment,
    hand_over,
    health,
    openrosa,
    packages,
    partners,
    sign_in,
    statistics,
    sync,
)
from server.routes.context import ServerContext
from server.routes.errors import install_errors
from server.routes.rate_limit import RateLimit
from server.routes.requests import RequestLog
from server.services.basic_login import BasicLogins
from server.services.blobs import Blobs
from server.settings import Settings
from server.store.open_blobs import open_blobs
from server.store.schema import upgrade
from server.store.store import Store

PUSHES_AT_ONCE: Final = 4
NO_TELEMETRY: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False}
"""Nothing about a county's requests goes anywhere but into its own log; nor is anybody asked about it."""


def create_app(
    settings: Settings,
    *,
    clock: Clock = system_clock,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    with_jobs: bool = False,
) -> FastAPI:
    """The app over the database of the settings, brought to the newest schema. `with_jobs` also lets it do
    background jobs, in turn with all other processes over the same database."""
    context = open_server(settings, clock=clock, random_bytes=random_bytes)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        jobs = JobThread(context) if with_jobs else None
        if jobs is not None:
            jobs.start()
        yield
        if jobs is not None:
            await run_in_threadpool(jobs.stop)
        await run_in_threadpool(app.state.import_desk.close)
        context.store.close()

    app = FastAPI(
        title="fieldapp county server", version="1", lifespan=lifespan, docs_url=None, redoc_url=None,
        telemetry=NO_TELEMETRY,
    )  # fmt: skip
    app.state.context = context
    app.state.blobs = Blobs(context.store, context.blobs)
    install_errors(app)
    app.state.rate_limit = RateLimit(context.store)
    app.state.basic_logins = BasicLogins(context.store, random_bytes)
    app.state.import_desk = ImportDesk(context)
    app.state.push_limiter = CapacityLimiter(PUSHES_AT_ONCE)
    app.add_middleware(RequestLog, new_id=context.ids)
    # Routes are looked through in this order: first what devices ask all day.
    parts = (
        sync, blobs, health, enrolment, packages, hand_over, sign_in, administration, statistics, openrosa,
        partners,
    )  # fmt: skip
    for router in (*(part.router for part in parts), *CONSOLE):
        app.include_router(router)
    return app


def open_server(
    settings: Settings,
    *,
    clock: Clock = system_clock,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> ServerContext:
    """Open the store without serving: for the command line."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    blobs = open_blobs(settings.blobs, settings.blob_url)
    store = Store.open(settings.url, clock)
    upgrade(store.engine)
    return ServerContext(settings, store, blobs, clock, uuid7_source(clock, random_bytes), random_bytes)

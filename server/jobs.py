"""Background jobs: each runs once a day, or once a minute, for all server processes together, whoever comes
first.

A lease in the database says who does a job. When that process dies, its lease ends and another one goes on;
jobs may run twice without harm, so a lease that ends too early costs time only.
"""

import datetime as dt
import logging
import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy import insert, select, update

from fieldapp.domain.clock import instant_text, parse_instant
from server.logs import FACTS
from server.routes.context import ServerContext
from server.services import clues, pruning
from server.services.comparisons import prune_batches
from server.services.evidence import find_marks
from server.services.import_jobs import prune_imports
from server.services.needs import expire_silent
from server.services.photo_prints import make_prints
from server.services.visit_tallies import refresh_running_month
from server.store import tables
from server.store.store import Store
from server.store.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)
JOBS: Final[Mapping[str, Callable[[ServerContext], int]]] = MappingProxyType(
    {
        "log": lambda server: pruning.prune_log(server.store),
        "sign_in": lambda server: pruning.prune_sign_in(server.store),
        "tombstones": lambda server: pruning.prune_tombstones(server.store),
        "blobs": lambda server: pruning.prune_blobs(server.store, server.blobs),
        "imports": lambda server: prune_imports(server.store),
        "batches": lambda server: prune_batches(server.store),
        "referrals": lambda server: expire_silent(server.store, server.ids),
    }
)
"""What each job does; all return how many things went, or went on."""
MINUTE_JOBS: Final[Mapping[str, Callable[[ServerContext], int]]] = MappingProxyType(
    {
        "escalation": lambda server: clues.escalate(server.store),
        "prints": lambda server: make_prints(server.store, server.blobs),
        "marks": lambda server: find_marks(server.store, server.prints),
        "tallies": lambda server: refresh_running_month(server.store),
    }
)
"""What is done every minute: the shortest limit of R11 is half an hour, and a dashboard waits for what was
pushed since the counts were kept. All return how many things they noted."""
EVERY: Final = dt.timedelta(days=1)
LEASE: Final = dt.timedelta(minutes=30)
EVERY_MINUTE: Final = dt.timedelta(seconds=55)
MINUTE_LEASE: Final = dt.timedelta(minutes=3)
LOOK_SECONDS: Final = 60.0
DAILY_LOOKS: Final = 10
"""At every tenth look, daily jobs are looked at, too."""
_JOB: Final = tables.job.c


def run_due_jobs(server: ServerContext) -> dict[str, int]:
    """Do every job that is due and that nobody else does; how many things went, by job."""
    done: dict[str, int] = {}
    for name, work in JOBS.items():
        if _take(server.store, name):
            done[name] = work(server)
            _note_done(server.store, name)
            log.info("job done", extra={FACTS: {"job": name, "removed": done[name]}})
    return done


def run_minute_jobs(server: ServerContext) -> dict[str, int]:
    """Do every job of the minute that nobody else does; what they noted, by job. Told only where there was
    something."""
    done: dict[str, int] = {}
    for name, work in MINUTE_JOBS.items():
        if _take(server.store, name, every=EVERY_MINUTE, lease=MINUTE_LEASE):
            done[name] = work(server)
            _note_done(server.store, name)
            if done[name]:
                log.info("job of the minute done", extra={FACTS: {"job": name, "noted": done[name]}})
    return done


class JobThread:
    """Looks for due jobs now and then, as long as a server process runs."""

    def __init__(self, server: ServerContext) -> None:
        self._server: Final = server
        self._stopping: Final = threading.Event()
        self._thread: Final = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin with a first look at once."""
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """End after the job that runs, or leave it to the end of the process."""
        self._stopping.set()
        self._thread.join(timeout)

    def _run(self) -> None:
        looks = 0
        while not self._stopping.is_set():
            try:
                run_minute_jobs(self._server)
                if looks % DAILY_LOOKS == 0:
                    run_due_jobs(self._server)
            except Exception:
                # Requests are served all the same; the lease ends, and somebody tries again.
                log.exception("job failed")
            looks += 1
            self._stopping.wait(LOOK_SECONDS)


def _take(store: Store, name: str, *, every: dt.timedelta = EVERY, lease: dt.timedelta = LEASE) -> bool:
    """Take the lease of a job. False when it is not due, or somebody has it."""

    def work(unit: UnitOfWork) -> bool:
        now = store.clock()
        until = instant_text(now + lease)
        row = unit.connection.execute(select(tables.job).where(_JOB.name == name).with_for_update()).first()
        if row is None:
            # Where two insert at once the second fails, runs again and finds the first one's lease.
            unit.connection.execute(insert(tables.job), {"name": name, "held_until": until, "done_at": ""})
            return True
        due = not row.done_at or parse_instant(row.done_at) + every <= now
        if not due or row.held_until > instant_text(now):
            return False
        unit.connection.execute(update(tables.job).where(_JOB.name == name).values(held_until=until))
        return True

    return store.run(work)


def _note_done(store: Store, name: str) -> None:
    values = {"held_until": "", "done_at": instant_text(store.clock())}
    done = update(tables.job).where(_JOB.name == name).values(values)
    store.run(lambda unit: unit.connection.execute(done))

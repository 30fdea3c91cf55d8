"""Works on one import in a process of its own: a large roster costs the server neither memory nor speed
(level S).

What the two share is the database: the row of the job says how far the work is and whether it is to stop.
"""

import contextlib
import datetime as dt
import os
import secrets
import subprocess
import sys
import time
from typing import Final

import orjson

from fieldapp.domain.clock import Clock, instant_text, parse_instant
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.domain.ids import uuid7_source
from server.services.identity import actor_of_user
from server.services.import_jobs import fail_import, work_on
from server.store.store import Store

MEMORY_BYTES: Final = 1024 * 1024 * 1024
"""Address space of the process where the system can limit it; 20,000 rows need a quarter."""


def work_apart(store: Store, user_id: str, job_id: str) -> None:
    """Have a job worked on by another process and wait until it is over. A process that breaks fails its job.

    Raises RuntimeError with the name of what broke it: its words may quote a row of the file.
    """
    asked = {
        "url": store.engine.url.render_as_string(hide_password=False),
        "now": instant_text(store.clock()),
        "user_id": user_id,
        "job_id": job_id,
    }
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"}
    process = subprocess.run(
        [sys.executable, "-P", "-m", "server.services.import_worker"],
        input=orjson.dumps(asked),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a traceback may quote cells
        env=environment,
        check=False,
    )
    if process.returncode != 0:
        fail_import(store, job_id)
        raise RuntimeError(process.stdout.decode(errors="replace") or f"exit {process.returncode}")


def main() -> None:
    """The other process: what to do from stdin; the name of a bug to stdout."""
    asked = orjson.loads(sys.stdin.buffer.read())
    _limit_memory()
    clock = _going_on(parse_instant(asked["now"]))
    store = Store.open(asked["url"], clock)
    try:
        actor = actor_of_user(store, asked["user_id"])
        work_on(store, uuid7_source(clock, secrets.token_bytes), actor, asked["job_id"])
    except MemoryError:
        fail_import(store, asked["job_id"], RuleError("file_too_big"))
    except FieldappError as error:  # before the work: the author's account is gone
        fail_import(store, asked["job_id"], error)
    except Exception as bug:  # noqa: BLE001  # told to the server, which logs it
        sys.stdout.write(type(bug).__name__)
        sys.exit(1)
    finally:
        store.close()


def _going_on(start: dt.datetime) -> Clock:
    """A clock that goes on from where the server's stood."""
    begun = time.monotonic()
    return lambda: start + dt.timedelta(seconds=time.monotonic() - begun)


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource

        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    main()

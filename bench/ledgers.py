"""A roster of 20,000 households in and out: seconds and memory of a process that does nothing else.

`python -m bench.ledgers ACT FOLDER ROWS` is that process.
"""

import datetime as dt
import json
import secrets
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bench.benches import Size
from bench.figures import Report, note
from bench.processes import run_script
from fieldapp.domain.clock import system_clock
from fieldapp.domain.ids import uuid7_source
from fieldapp.domain.permissions import Actor
from fieldapp.domain.records.users import Role, RoleAssignment
from fieldapp.domain.rules.id_number import id_check_digit
from fieldapp.exports.ledger_form import LedgerRow, Reader, ledger_form
from server.services.county import area_body, initialise
from server.services.ledger_export import export_ledger
from server.services.ledger_import import apply_import, prepare_import
from server.services.ledger_sources import LedgerAsked
from server.store.record_writer import RecordWriter
from server.store.schema import upgrade
from server.store.store import Store
from server.store.unit_of_work import Author

ROWS: Final = 20_000
TINY_ROWS: Final = 200
_COUNTY: Final = "341789"
_AREAS: Final = (("341789100", "殷汇镇"), ("341789100201", "青溪村"))


def ledgers(work: Path, size: Size) -> None:
    """Preview, import and export of one roster; each step in a process of its own."""
    report = Report("ledger")
    rows = ROWS if size.growth[-1] > ROWS else TINY_ROWS
    told: dict[str, list[dict[str, float]]] = {"preview": [], "import": [], "export": []}
    for run in range(size.runs):
        folder = work / str(run)
        folder.mkdir(parents=True)
        note(f"run {run + 1}")
        run_script("bench.ledgers", "make", str(folder), str(rows))
        for act, runs in told.items():
            runs.append(run_script("bench.ledgers", act, str(folder), str(rows)))
    for act, runs in told.items():
        report.figure("wall_s", [one["wall_s"] for one in runs], state=act, rows=rows)
        report.figure("server_cpu_s", [one["cpu_s"] for one in runs], state=act, rows=rows)
        report.figure("rss_mb", [one["rss_mb"] for one in runs], state=act, rows=rows)


def _make(folder: Path, rows: int) -> None:
    store = _open(folder)
    upgrade(store.engine)
    ids = uuid7_source(system_clock, secrets.token_bytes)
    initialise(
        store, code=_COUNTY, name="示范区", dataset="DEMO", admin_login="admin", ids=ids,
        random_bytes=secrets.token_bytes,
    )  # fmt: skip
    with RecordWriter(store, Author("server")) as writer:
        for code, name in _AREAS:
            writer.put("areas", area_body(store, code, name))
    store.close()
    ledger_form("dibao").write(
        folder / "roster.xlsx", (_row(number) for number in range(rows)), title_of="示范区",
        reader=Reader(full=True, accounts=True),
    )  # fmt: skip


def _row(number: int) -> LedgerRow:
    born = dt.date(1935, 1, 1) + dt.timedelta(days=number)
    first = f"341789{born:%Y%m%d}{number % 998 + 1:03d}"
    name = "王李张刘陈杨黄吴周徐汪程方江鲍"[number % 15] + "桂兰英发根水"[number % 6] + "梓涵宇轩"[number % 4]
    return LedgerRow(
        {
            "TOWN": "殷汇镇", "VILLAGE": "青溪村", "GROUP": f"{number % 15 + 1}组", "HEAD_NAME": name,
            "ID_NUMBER": first + id_check_digit(first), "HUKOU": "农村", "COVERAGE": "整户",
            "MEMBERS": number % 4 + 1, "COVERED": number % 4 + 1, "AMOUNT": 50_000 + number,
            "SUPPLEMENT": 5_000, "CAUSE": "因病", "REVIEW_CLASS": "A", "SINCE": "2024-03",
            "BANK_NAME": "农商银行", "BANK_ACCOUNT": f"999{number:016d}", "PHONE": f"100{number:08d}",
            "REMARK": "" if number % 3 else "住院中",
        }
    )  # fmt: skip


def _open(folder: Path) -> Store:
    return Store.open(f"sqlite:///{folder / 'county.db'}", system_clock)


def _preview(folder: Path, rows: int) -> None:
    store = _open(folder)
    ids = uuid7_source(system_clock, secrets.token_bytes)
    plan = prepare_import(store, folder / "roster.xlsx", ids=ids).plan
    assert plan.created_rows == rows, plan.created_rows


def _import(folder: Path, rows: int) -> None:
    """As a confirmed import does it: planned anew, then written."""
    store = _open(folder)
    ids = uuid7_source(system_clock, secrets.token_bytes)
    prepared = prepare_import(store, folder / "roster.xlsx", ids=ids)
    apply_import(store, prepared)
    assert prepared.plan.created_rows == rows, prepared.plan.created_rows


def _export(folder: Path, rows: int) -> None:
    since = dt.date(2020, 1, 1)
    officer = Actor("k", (RoleAssignment(role=Role.COUNTY_OFFICER, area_code=_COUNTY, since=since),))
    today = system_clock().date()
    asked = LedgerAsked(_COUNTY, today, today, full=True, reason="bench")
    assert export_ledger(_open(folder), folder / "out.xlsx", "dibao", asked, actor=officer) == rows


_ACTS: Final[dict[str, Callable[[Path, int], None]]] = {
    "make": _make,
    "preview": _preview,
    "import": _import,
    "export": _export,
}


def main() -> None:
    """Do one act and tell what it took; the start of the process counts for the memory only."""
    act, folder, rows = sys.argv[1:]
    wall, cpu = time.perf_counter(), time.process_time()
    _ACTS[act](Path(folder), int(rows))
    told = {
        "wall_s": time.perf_counter() - wall,
        "cpu_s": time.process_time() - cpu,
        "rss_mb": _most_memory(),
    }
    sys.stdout.write(json.dumps(told))


def _most_memory() -> float:
    # Not getrusage: its maximum begins with that of the process which started this one.
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in status if line.startswith("VmHWM:")).split()[1]) / 1024


LEDGERS: Final[dict[str, Callable[[Path, Size], None]]] = {"ledger": ledgers}

if __name__ == "__main__":
    main()

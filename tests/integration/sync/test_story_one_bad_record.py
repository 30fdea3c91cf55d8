"""Story: one bad record. It is set aside with its reason, here and at the county; everything else goes on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from fieldapp.app.preferences import Language
from fieldapp.app.texts import Texts
from fieldapp.storage import outbox
from server.cli import app
from server.services.ops import apply_op
from server.store.unit_of_work import UnitOfWork
from sync.engine.packages import export_package, read_answer
from sync.engine.session import CancelToken
from tests.integration.server.county import FAR_VILLAGE, GRID_1, County
from tests.integration.sync.device import Tablet
from tests.integration.sync.test_story_no_network import imported


def refused(device: Tablet) -> dict[str, str]:
    """Reasons by record."""
    with device.store.reading() as connection:
        return {op.record_id: op.refused_code for op in outbox.waiting_ops(connection) if op.refused_code}


def servers_list(county: County) -> str:
    done = CliRunner().invoke(
        app, ["device", "refused", "--days", "9999", "--data", str(county.context.settings.data_dir)]
    )
    assert done.exit_code == 0, done.output
    return done.output


def again(device: Tablet, record_id: str) -> None:
    """A person says: send it once more."""
    with device.store.transaction() as connection:
        for op in outbox.waiting_ops(connection):
            if op.record_id == record_id:
                outbox.retry(connection, op.seq)


def test_it_is_set_aside_with_its_reason_mended_and_sent_again(aide: Tablet, county: County) -> None:
    known = aide.household()
    aide.synced()
    before = [aide.visit(known.id, aide.photo(seed=n)).id for n in range(3)]
    bad = aide.household(area_code=FAR_VILLAGE)
    after = [aide.visit(known.id).id for _ in range(3)]
    report = aide.synced()
    assert (report.sent, report.blobs_sent) == (6, 3)
    assert {aide.find("visits", one).received_at is None for one in before + after} == {False}
    code = refused(aide)[bad.id]
    for language in Language:
        told = Texts(language).message(code)
        assert told
        assert code not in told
    assert f"households {bad.id} {code}" in servers_list(county)
    assert "户主甲" not in servers_list(county)
    aide.edit("households", bad.id, area_code=GRID_1)
    aide.synced()
    again(aide, next(iter(refused(aide))))  # its member, which waited for the household
    aide.synced()
    assert refused(aide) == {}
    assert aide.find("households", bad.id).area_code == GRID_1


def test_it_may_be_exported_instead(aide: Tablet, county: County, tmp_path: Path) -> None:
    aide.synced()
    bad = aide.household(area_code=FAR_VILLAGE)
    aide.synced()
    aide.edit("households", bad.id, area_code=GRID_1)
    for record_id in refused(aide):
        again(aide, record_id)
    done = export_package(aide.session, tmp_path / "work.fapk", photos=True, cancel=CancelToken())
    (tmp_path / "answer.fapk").write_bytes(imported(county, done.files[0].read_bytes())[1])
    with (tmp_path / "answer.fapk").open("rb") as answer:
        report = read_answer(aide.session, answer, CancelToken())
    assert (report.sent, report.refused) == (2, 0)
    assert aide.waiting() == outbox.Waiting(0, 0, 0)


@pytest.mark.allow_log("server.services.push")
@pytest.mark.parametrize("where", ["while it is checked", "while it is written"])
def test_a_record_over_which_the_server_stumbles_holds_up_nobody(
    aide: Tablet, county: County, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """It answered 500 to the whole batch, for ever: nothing of that device came through any more."""
    known = aide.household()
    aide.synced()
    bad = aide.visit(known.id, narrative="绊倒服务器的那一条记录")
    good = aide.visit(known.id, aide.photo())
    aide.household()
    if where == "while it is checked":
        stumble = _stumbling(apply_op, lambda _context, op: op.id == bad.id)
        monkeypatch.setattr("server.services.push.apply_op", stumble)
    else:
        monkeypatch.setattr(
            UnitOfWork,
            "_write_records",
            _stumbling(
                UnitOfWork._write_records, lambda _unit, entries: any(one.id == bad.id for one in entries)
            ),
        )
    report = aide.synced()
    assert (report.sent, report.refused, report.blobs_sent) == (3, 1, 1)
    assert refused(aide) == {bad.id: "op_failed"}
    assert aide.waiting() == outbox.Waiting(0, 0, 1)
    assert aide.find("visits", good.id).received_at is not None
    assert f"visits {bad.id} op_failed" in servers_list(county)
    monkeypatch.undo()  # the county has mended its server
    again(aide, bad.id)
    assert aide.synced().sent == 1
    assert aide.find("visits", bad.id).received_at is not None
    assert aide.synced().healed == ()


def _stumbling(real: Callable[..., Any], over: Callable[..., bool]) -> Callable[..., Any]:
    def stumble(*args: Any) -> Any:
        if over(*args):
            raise ZeroDivisionError
        return real(*args)

    return stumble

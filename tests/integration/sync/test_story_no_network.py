"""No network at all: work travels on a stick, by a colleague's device or as codes on a screen, and comes
back answered. Real devices, a real server; the only thing missing is the line between them."""

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest
import requests
from sqlalchemy import func, select
from typer.testing import CliRunner

from fieldapp.domain.errors import FieldappError, StorageError, SyncError
from fieldapp.domain.records.base import wire_body
from fieldapp.domain.records.forms import FormPurpose
from fieldapp.domain.records.users import Role
from fieldapp.services import forms
from fieldapp.services.context import Context
from fieldapp.storage import meta, outbox, sync_log, wanted_blobs
from server.cli import app
from server.services import packages as server_packages
from server.services.backup import new_epoch_for
from server.services.devices import revoke_device
from server.services.packages import Imported, import_package
from server.services.shipped_forms import publish_shipped_forms
from server.services.users import set_active
from server.store import tables
from server.store.blob_files import BlobFiles
from sync.engine import packages
from sync.engine.cycle import CycleReport
from sync.engine.packages import ExportedPackage
from sync.engine.session import CancelToken
from sync.protocol.code_series import SeriesCollector
from sync.protocol.entities import blobs_of
from sync.protocol.package import open_package
from tests.determinism import MovableClock
from tests.faults import FaultProxy, error_answer
from tests.integration.server.county import GRID_1, OTHER_TOWN, VILLAGE, County
from tests.integration.sync.device import Tablet, tablet


def export(device: Tablet, target: Path, *, photos: bool = True) -> ExportedPackage:
    return packages.export_package(device.session, target, photos=photos, cancel=CancelToken())


def imported(county: County, package: bytes) -> tuple[Imported, bytes]:
    """What the server's own command does with a file."""
    context, answer = county.context, io.BytesIO()
    blobs = county.app.state.blobs
    done = import_package(
        context.store, blobs, io.BytesIO(package), answer, ids=context.ids, carrier="server"
    )
    return done, answer.getvalue()


def answered(device: Tablet, answer: bytes) -> CycleReport:
    return packages.read_answer(device.session, io.BytesIO(answer), CancelToken())


def refusal_of_import(county: County, package: bytes) -> str:
    with pytest.raises(SyncError) as caught:
        imported(county, package)
    return caught.value.code


def a_days_work(device: Tablet) -> tuple[str, str]:
    house = device.household()
    visit = device.visit(house.id, device.photo(), device.photo(30_000, 1), signature=device.signature())
    return house.id, visit.id


def test_no_network_at_all_the_work_goes_out_and_its_answer_comes_back(
    aide: Tablet, colleague: Tablet, county: County, proxy: FaultProxy, tmp_path: Path
) -> None:
    aide.synced()
    others = colleague.household()
    colleague.synced()
    proxy.go_down()
    house, visit = a_days_work(aide)
    done = export(aide, tmp_path / "work.fapk")
    assert (done.ops, done.blobs, done.left, len(done.files)) == (3, 3, 0, 1)
    assert done.size == done.files[0].stat().st_size
    taken, answer = imported(county, done.files[0].read_bytes())
    assert (taken.ops, taken.batches, taken.blobs, taken.failed) == (3, 1, 3, 0)
    report = answered(aide, answer)
    assert (report.sent, report.blobs_sent, report.refused, report.error_code) == (3, 3, 0, "")
    assert (aide.waiting().ops, aide.waiting().blobs) == (0, 0)
    assert aide.find("households", others.id).head_name == others.head_name
    colleague.synced()
    assert colleague.find("visits", visit).household_id == house
    assert colleague.buckets() == aide.buckets()
    proxy.come_back()
    proxy.requests.clear()
    aide.synced()
    assert proxy.paths() == ["POST /v1/pull"], "the server has nothing to add"


def test_importing_twice_and_reading_the_answer_twice_is_harmless(
    aide: Tablet, county: County, tmp_path: Path
) -> None:
    aide.synced()
    a_days_work(aide)
    package = export(aide, tmp_path / "work.fapk").files[0].read_bytes()
    _, first = imported(county, package)
    again, second = imported(county, package)
    assert again.failed == 0
    answered(aide, second)
    held = aide.buckets()
    assert (aide.waiting().ops, aide.waiting().blobs) == (0, 0)
    for answer in (first, second, first):
        report = answered(aide, answer)
        assert (report.sent, report.error_code) == (0, "")
    assert aide.buckets() == held
    assert aide.synced().healed == ()
    assert aide.buckets() == held


def test_a_cycle_after_the_export_sends_the_same_batches_and_the_answer_comes_too_late(
    aide: Tablet, county: County, tmp_path: Path
) -> None:
    aide.synced()
    a_days_work(aide)
    package = export(aide, tmp_path / "work.fapk").files[0].read_bytes()
    later = aide.visit(aide.household().id)
    report = aide.synced()
    assert (report.sent, report.refused) == (6, 0)
    _, answer = imported(county, package)
    held = aide.buckets()
    late = answered(aide, answer)
    assert (late.sent, late.received, late.blobs_sent) == (0, 0, 0)
    assert aide.buckets() == held
    assert aide.find("visits", later.id) is not None
    assert aide.synced().healed == ()


def test_the_answer_brings_what_others_did_and_passes_over_what_came_meanwhile(
    aide: Tablet, colleague: Tablet, county: County, tmp_path: Path
) -> None:
    aide.synced()
    old = aide.household()
    package = export(aide, tmp_path / "work.fapk").files[0].read_bytes()
    colleague.synced()
    colleague.household()
    colleague.synced()
    _, answer = imported(county, package)
    # A cycle breaks off after its push: the rows are newer than the cursor then.
    aide.edit("households", old.id, address="村口第三家")
    aide.synced()
    colleague.household()
    colleague.synced()
    answered(aide, answer)
    assert aide.find("households", old.id).address == "村口第三家"
    assert aide.synced().healed == ()
    colleague.synced()
    assert aide.buckets() == colleague.buckets()


def test_answers_that_come_in_the_wrong_order(
    aide: Tablet, colleague: Tablet, county: County, clock: MovableClock, tmp_path: Path
) -> None:
    aide.synced()
    answers = []
    houses = []
    for number in range(3):
        houses.append(aide.household())
        aide.visit(houses[-1].id)
        package = export(aide, tmp_path / f"work-{number}.fapk").files[0].read_bytes()
        clock.advance(seconds=1)
        colleague.synced()
        colleague.household()
        colleague.synced()
        answers.append(imported(county, package)[1])
        clock.advance(seconds=1)
    for answer in (answers[1], answers[0], answers[2]):
        answered(aide, answer)
    assert aide.waiting().ops == 0
    assert aide.count("households") == 6
    report = aide.synced()
    assert (report.received, report.healed) == (0, ())
    colleague.synced()
    assert aide.buckets() == colleague.buckets()


def test_edits_made_while_the_package_is_on_its_way_go_out_afterwards(
    aide: Tablet, county: County, tmp_path: Path
) -> None:
    aide.synced()
    house = aide.household()
    package = export(aide, tmp_path / "work.fapk").files[0].read_bytes()
    aide.edit("households", house.id, address="村口第三家")
    answered(aide, imported(county, package)[1])
    assert aide.waiting().ops == 1
    assert aide.find("households", house.id).address == "村口第三家"
    assert aide.synced().conflicts == 0
    assert aide.find("households", house.id).address == "村口第三家"


def test_a_refused_op_is_told_and_does_not_hold_up_the_others(
    aide: Tablet, county: County, tmp_path: Path
) -> None:
    aide.synced()
    good = aide.household()
    aide.household(area_code="341789101201")  # another town's village
    package = export(aide, tmp_path / "work.fapk").files[0].read_bytes()
    report = answered(aide, imported(county, package)[1])
    assert report.refused >= 1
    assert aide.waiting().refused >= 1
    assert aide.buckets()[GRID_1][1] == 2
    assert aide.find("households", good.id) is not None


def test_photos_stay_behind_when_there_is_no_room_and_follow_later(
    aide: Tablet, county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aide.synced()
    a_days_work(aide)
    done = export(aide, tmp_path / "text.fapk", photos=False)
    assert (done.ops, done.blobs, done.left) == (3, 0, 3)
    answered(aide, imported(county, done.files[0].read_bytes())[1])
    assert (aide.waiting().ops, aide.waiting().blobs) == (0, 3)
    monkeypatch.setattr(packages, "FILE_BYTES", 50_000)
    photos = export(aide, tmp_path / "photos.fapk")
    assert [file.name for file in photos.files] == ["photos.fapk", "photos-2.fapk"]
    answers = [imported(county, file.read_bytes())[1] for file in reversed(photos.files)]
    for answer in answers:
        answered(aide, answer)
    assert aide.waiting().blobs == 0


def test_several_files_stand_alone_in_any_order(
    aide: Tablet, county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aide.synced()
    a_days_work(aide)
    monkeypatch.setattr(packages, "FILE_BYTES", 1)
    files = export(aide, tmp_path / "work.fapk").files
    assert len(files) == 3
    for file in reversed(files):
        taken, answer = imported(county, file.read_bytes())
        assert (taken.ops, taken.blobs, taken.failed) == (3, 1, 0)
        answered(aide, answer)
    assert (aide.waiting().ops, aide.waiting().blobs) == (0, 0)


def test_large_photos_go_on_where_an_upload_stopped(
    aide: Tablet, county: County, proxy: FaultProxy, tmp_path: Path
) -> None:
    aide.synced()
    house = aide.household()
    photo = aide.photo(1_500_000)
    aide.visit(house.id, photo)
    assert aide.synced().blobs_sent == 1
    second = aide.photo(1_700_001, seed=4)
    aide.visit(house.id, second)
    package = export(aide, tmp_path / "work.fapk").files[0].read_bytes()
    taken, answer = imported(county, package)
    assert (taken.blobs, taken.failed) == (1, 0)
    assert imported(county, package)[0].failed == 0
    answered(aide, answer)
    assert aide.waiting().blobs == 0
    assert aide.session.transport.get_blob(second.sha256) == aide.store.photos.get(second.sha256)


def test_a_colleagues_device_carries_what_it_cannot_read(
    aide: Tablet, county: County, proxy: FaultProxy, tmp_path: Path
) -> None:
    aide.synced()
    proxy.go_down()
    a_days_work(aide)
    package = export(aide, tmp_path / "work.fapk").files[0].read_bytes()
    with tablet(county, tmp_path / "town", role=Role.TOWN_CLERK, area=OTHER_TOWN, seed=5) as town:
        carried = packages.carry(town.transport, io.BytesIO(package))
        assert carried.device_id == aide.meta(meta.DEVICE_ID)
        with pytest.raises(SyncError, match="package_not_ours"):
            packages.read_answer(town.session, io.BytesIO(carried.content()), CancelToken())
        with pytest.raises(SyncError, match="package_is_answer"):
            packages.carry(town.transport, io.BytesIO(carried.content()))
    report = answered(aide, carried.content())
    assert (report.sent, report.blobs_sent) == (3, 3)
    with pytest.raises(SyncError, match="package_is_question"):
        answered(aide, package)


def test_a_carrier_without_a_line_gets_no_answer_and_the_next_try_works(
    aide: Tablet, colleague: Tablet, county: County, tmp_path: Path
) -> None:
    colleague.synced()
    colleague.household()
    package = export(colleague, tmp_path / "work.fapk").files[0].read_bytes()
    with pytest.raises(SyncError, match="package_damaged"):
        packages.carry(aide.transport, io.BytesIO(package[:-1]))
    answer = packages.carry(aide.transport, io.BytesIO(package)).content()
    assert answered(colleague, answer).sent == 2


def test_the_servers_command_takes_a_file_and_writes_the_answer(
    aide: Tablet, county: County, tmp_path: Path
) -> None:
    aide.synced()
    a_days_work(aide)
    file = export(aide, tmp_path / "work.fapk").files[0]
    data = str(county.context.settings.data_dir)
    arguments = [
        "package",
        "import",
        str(file),
        "--answer",
        str(tmp_path / "back" / "a.fapk"),
        "--data",
        data,
    ]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert "took 3 ops in 1 batches, 3 photos" in done.output
    assert answered(aide, (tmp_path / "back" / "a.fapk").read_bytes()).sent == 3
    file.write_bytes(file.read_bytes()[:-5])
    done = CliRunner().invoke(app, [*arguments[:4], str(tmp_path / "b.fapk"), *arguments[5:]])
    assert done.exit_code == 1
    assert "package_damaged" in done.output
    assert not list(tmp_path.glob("b.fapk*"))


def test_foreign_revoked_and_damaged_packages_are_refused_and_nothing_is_taken_in(
    aide: Tablet, county: County, tmp_path: Path
) -> None:
    aide.synced()
    aide.household()
    package = export(aide, tmp_path / "work.fapk").files[0].read_bytes()
    middle = len(package) // 2
    flipped = package[:middle] + bytes([package[middle] ^ 1]) + package[middle + 1 :]
    assert refusal_of_import(county, flipped) == "package_damaged"
    assert refusal_of_import(county, package[:-1]) == "package_damaged"
    assert refusal_of_import(county, b"not a package") == "package_not_package"
    with aide.store.transaction() as connection:
        token, device = meta.get(connection, meta.TOKEN), meta.get(connection, meta.DEVICE_ID)
        meta.put(connection, meta.TOKEN, "another token")
    forged = export(aide, tmp_path / "forged.fapk").files[0].read_bytes()
    assert refusal_of_import(county, forged) == "package_foreign_key"
    with aide.store.transaction() as connection:
        meta.put(connection, meta.TOKEN, token)
        meta.put(connection, meta.DEVICE_ID, "device-of-another-county")
    foreign = export(aide, tmp_path / "foreign.fapk").files[0].read_bytes()
    assert refusal_of_import(county, foreign) == "package_foreign"
    with aide.store.transaction() as connection:
        meta.put(connection, meta.DEVICE_ID, device)
    revoke_device(county.context.store, device, by="server")
    assert refusal_of_import(county, package) == "package_revoked"
    with county.context.store.read() as connection:
        assert connection.execute(select(func.count()).select_from(tables.push_log)).scalar() == 0


def test_packages_of_a_worker_who_left_are_refused(aide: Tablet, county: County, tmp_path: Path) -> None:
    aide.synced()
    aide.household()
    package = export(aide, tmp_path / "work.fapk").files[0].read_bytes()
    set_active(county.context.store, aide.user_id, False, by="server")
    assert refusal_of_import(county, package) == "package_revoked"


@pytest.mark.allow_log("sync.engine.push")
def test_an_answer_of_a_server_that_was_restored_since_comes_too_late(
    aide: Tablet, county: County, clock: MovableClock, tmp_path: Path
) -> None:
    aide.synced()
    house = aide.household()
    package = export(aide, tmp_path / "work.fapk").files[0].read_bytes()
    _, old = imported(county, package)
    new_epoch_for(county.context.store, county.random_bytes)
    clock.advance(seconds=1)
    _, new = imported(county, package)
    answered(aide, new)
    epoch = aide.meta(meta.EPOCH)
    assert epoch == county.context.store.epoch
    waiting = aide.waiting()
    answered(aide, old)
    assert aide.meta(meta.EPOCH) == epoch
    assert aide.waiting() == waiting
    aide.synced()
    assert aide.waiting().ops == 0
    assert aide.find("households", house.id) is not None
    assert aide.synced().healed == ()


@pytest.mark.allow_log("sync.engine.packages", "sync.engine.push")
def test_a_copied_profile_that_exports_is_told_and_takes_a_new_identity(
    aide: Tablet, county: County, tmp_path: Path
) -> None:
    aide.synced()
    aide.household()
    package = export(aide, tmp_path / "work.fapk").files[0].read_bytes()
    imported(county, package)
    # The other machine of the same copy made other work under the same number.
    with aide.store.transaction() as connection:
        outbox.free_open_batches(connection)
        meta.put(connection, meta.BATCH_N, "0")
    aide.household()
    install = aide.meta(meta.INSTALL_ID)
    second = export(aide, tmp_path / "copy.fapk").files[0].read_bytes()
    answered(aide, imported(county, second)[1])
    assert aide.meta(meta.INSTALL_ID) != install
    third = export(aide, tmp_path / "again.fapk").files[0].read_bytes()
    answered(aide, imported(county, third)[1])
    assert aide.waiting().ops == 0
    assert aide.count("households") == 2


def test_one_urgent_record_goes_as_codes_with_what_it_hangs_on(
    aide: Tablet, colleague: Tablet, county: County
) -> None:
    aide.synced()
    aide.visit(aide.household().id)
    house = aide.household()
    visit = aide.visit(house.id, aide.photo(), urgent=True, narrative="家中无人照料，情况紧急，请速来")
    series = packages.urgent_series(aide.session, visit.id)
    assert 2 <= len(series) <= 8
    collector = SeriesCollector()
    for piece in [series[-1], *series[:2], series[0], *series[1:]]:
        collector.add(piece)
    package = collector.package()
    assert package is not None
    carried = packages.carry(colleague.transport, io.BytesIO(package))
    report = answered(aide, carried.content())
    assert (report.sent, report.refused) == (2, 0)
    colleague.synced()
    assert colleague.find("visits", visit.id) is not None
    assert (aide.waiting().ops, aide.waiting().blobs) == (4, 1), "the rest waits as before"
    assert aide.synced().refused == 0
    assert (aide.waiting().ops, aide.waiting().blobs) == (0, 0)


def test_a_record_without_anything_unsent_makes_no_codes(aide: Tablet) -> None:
    aide.synced()
    house = aide.household()
    aide.synced()
    with pytest.raises(SyncError, match="nothing_to_carry"):
        packages.urgent_series(aide.session, house.id)


def test_nothing_half_done_is_left_by_a_cancel_or_a_full_stick(
    aide: Tablet, county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aide.synced()
    a_days_work(aide)
    monkeypatch.setattr(packages, "FILE_BYTES", 1)
    stick = tmp_path / "stick"
    stick.mkdir()
    cancel, seen = CancelToken(), list[tuple[int, int]]()

    def progress(done: int, total: int) -> None:
        seen.append((done, total))
        if len(seen) == 4:
            cancel.cancel()

    with pytest.raises(SyncError, match="cancelled"):
        packages.export_package(
            aide.session, stick / "work.fapk", photos=True, cancel=cancel, progress=progress
        )
    assert list(stick.iterdir()) == []
    with pytest.raises(StorageError, match="file_not_writable"):
        export(aide, tmp_path / "nowhere" / "work.fapk")
    monkeypatch.setattr(packages, "_ROOM_BYTES", 1 << 60)
    with pytest.raises(StorageError, match="stick_too_small"):
        export(aide, stick / "work.fapk")
    assert aide.synced().sent == 3


def test_a_stranger_without_a_token_carries_nothing(aide: Tablet, county: County, tmp_path: Path) -> None:
    aide.synced()
    package = export(aide, tmp_path / "work.fapk").files[0].read_bytes()
    headers = {"Fieldapp-Protocol": "1"}
    answer = requests.post(f"{county.address}/v1/packages", data=package, headers=headers, timeout=10)
    assert answer.status_code == 401


def test_the_header_names_no_person_and_the_log_counts(aide: Tablet, county: County, tmp_path: Path) -> None:
    aide.synced()
    a_days_work(aide)
    file = export(aide, tmp_path / "work.fapk").files[0]
    with file.open("rb") as package:
        opened = open_package(package)
    assert aide.user_id.encode() not in opened.bound
    assert VILLAGE.encode() not in opened.bound
    assert "户主甲".encode() not in file.read_bytes()
    answered(aide, imported(county, file.read_bytes())[1])
    with aide.store.reading() as connection:
        entry = sync_log.newest(connection, 1)[0]
    assert (entry.event, entry.facts["sent"], entry.facts["blobs_sent"]) == ("package", 3, 3)


def _form_files(device: Tablet) -> tuple[int, int]:
    """Files of forms still wanted, and those here."""
    with device.store.reading() as connection:
        wanted = {blob.sha256 for blob in wanted_blobs.wanted(connection)}
    named = {
        sha256
        for one in device.ids("forms")
        for sha256, _size, _mime in blobs_of("forms", wire_body(device.find("forms", one)))
    }
    return len(wanted), len(device.store.photos.held(named))


def test_forms_come_with_their_files(
    aide: Tablet, county: County, proxy: FaultProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_shipped_forms(county.context.store, BlobFiles(county.context.settings.blobs), ids=county.ids)
    proxy.go_down()
    package = export(aide, tmp_path / "first.fapk").files[0].read_bytes()
    monkeypatch.setattr(server_packages, "FILES_BYTES", 20_000)
    answered(aide, imported(county, package)[1])
    wanted, first = _form_files(aide)
    assert wanted > 0
    assert first > 0, "small ones go first"
    monkeypatch.undo()
    package = export(aide, tmp_path / "second.fapk").files[0].read_bytes()
    _, answer = imported(county, package)
    answered(aide, answer)
    assert _form_files(aide) == (0, wanted + first)
    answered(aide, answer)  # once more: nobody wants them now
    context = Context(aide.store, aide.user_id, "device")
    form = forms.require_form(context, FormPurpose.SELF_CARE)
    draft_id, _ = forms.begin_form(context, form.record_id, household_id=aide.household().id)
    assert forms.open_draft(context, draft_id).session.view("/data/abilities/eat") is not None


@pytest.mark.allow_log("sync.engine.push")
def test_what_a_lost_server_proved_is_not_proved_for_its_successor(
    aide: Tablet, county: County, proxy: FaultProxy, tmp_path: Path
) -> None:
    """The photo was taken for safe and never sent again."""
    aide.synced()
    photo = aide.photo()
    aide.visit(aide.household().id, photo)
    _, answer = imported(county, export(aide, tmp_path / "work.fapk").files[0].read_bytes())
    files = BlobFiles(county.context.settings.blobs)
    assert files.has(photo.sha256)
    new_epoch_for(county.context.store, county.random_bytes)
    files.remove([photo.sha256])
    proxy.add("/v1/blobs", error_answer(503, "busy"), times=9)
    assert aide.sync().error_code == "busy"
    answered(aide, answer)
    assert aide.waiting().blobs == 1
    proxy.come_back()
    aide.synced()
    assert files.has(photo.sha256)


def test_a_full_disk_under_a_package_is_told_and_nothing_is_half_done(
    aide: Tablet, colleague: Tablet, county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full, real = Path("/dev/full"), tempfile.TemporaryFile
    if not full.exists():
        pytest.skip("no device that is always full")
    aide.synced()
    a_days_work(aide)
    target = tmp_path / "work.fapk"
    (tmp_path / "work.fapk.part").symlink_to(full)
    with pytest.raises(StorageError, match="disk_full"):
        export(aide, target)
    assert list(tmp_path.glob("work*")) == []
    package = export(aide, target).files[0].read_bytes()
    for number, said in ((1, "disk_full"), (2, "server_error"), (3, "server_error")):
        made = iter(range(1, 10))  # the carrier's answer, the server's package and its answer

        def one_is_full(number: int = number, made: Iterator[int] = made) -> BinaryIO:
            return full.open("w+b", buffering=0) if next(made) == number else real()

        monkeypatch.setattr(tempfile, "TemporaryFile", one_is_full)
        monkeypatch.setattr(packages, "TemporaryFile", one_is_full)
        with pytest.raises(FieldappError) as caught:
            packages.carry(colleague.transport, io.BytesIO(package))
        assert (number, caught.value.code) == (number, said)
    monkeypatch.undo()
    assert answered(aide, packages.carry(colleague.transport, io.BytesIO(package)).content()).refused == 0
    assert aide.waiting() == outbox.Waiting(0, 0, 0)

"""Photos and drawings in forms: kept with the answer that names them, and for the room they were taken in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fieldapp.domain.errors import StorageError
from fieldapp.domain.records.forms import FormFile
from fieldapp.forms.view import QuestionView
from fieldapp.services import forms
from tests.gui.county import County, HeldTasks
from tests.gui.form_books import ROOMS
from tests.gui.form_desk import Desk, picture, question
from ui.forms.attachments import DrawingAnswer, PhotoAnswer
from ui.screens.form.screen import FormScreen
from ui.theme import Theme

ROOM = "/data/room"


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot, theme: Theme) -> Iterator[Desk]:
    county = County(tmp_path / "profile")
    yield Desk(county, qtbot, ROOMS, "rooms")
    county.close()


def three_rooms(desk: Desk, tasks: HeldTasks) -> FormScreen:
    """Three rooms; the last one is open."""
    screen = desk.open(tasks)
    tasks.finish()
    screen.presenter.go_to(ROOM)
    for number, name in enumerate(("堂屋", "厨房", "卧室"), start=1):
        if number > 1:
            screen.presenter.add(ROOM)
        screen.presenter.answer(f"{ROOM}[{number}]/room_name", name)
    tasks.finish()
    return screen


def photo_of(screen: FormScreen, number: int, path: Path) -> PhotoAnswer:
    editor = question(screen, f"{ROOM}[{number}]/photo").editor
    assert isinstance(editor, PhotoAnswer)
    editor._on_files([path])
    return editor


def stored_rooms(desk: Desk) -> list[tuple[str, bool]]:
    """Names of the rooms on the disk, and which of them have a photo."""
    session = forms.open_draft(desk.county.context, desk.draft_id).session
    found = []
    for instance in session.view(ROOM).instances:  # type: ignore[union-attr]
        name, photo = (session.view(f"{instance}/{one}") for one in ("room_name", "photo"))
        assert isinstance(name, QuestionView)
        assert isinstance(photo, QuestionView)
        found.append((name.value, bool(photo.value)))
    return found


def stored_files(desk: Desk) -> tuple[FormFile, ...]:
    draft = forms.open_draft(desk.county.context, desk.draft_id).draft
    assert draft is not None
    return draft.files


@pytest.fixture
def file(tmp_path: Path, theme: Theme) -> Path:
    path = tmp_path / "room.png"
    assert picture().save(str(path))
    return path


def test_photo_goes_to_its_room_when_an_earlier_room_is_removed_meanwhile(desk: Desk, file: Path) -> None:
    tasks = HeldTasks()
    screen = three_rooms(desk, tasks)
    editor = photo_of(screen, 3, file)
    assert editor._busy.isVisibleTo(editor)
    screen.presenter.remove(f"{ROOM}[1]")
    assert question(screen, f"{ROOM}[2]/photo").editor._busy.isVisibleTo(screen)  # type: ignore[attr-defined]
    tasks.finish()
    assert stored_rooms(desk) == [("厨房", False), ("卧室", True)]


def test_photo_goes_to_its_room_when_the_removal_is_undone_meanwhile(desk: Desk, file: Path) -> None:
    tasks = HeldTasks()
    screen = three_rooms(desk, tasks)
    screen.presenter.remove(f"{ROOM}[1]")
    photo_of(screen, 2, file)
    screen.presenter.undo()
    tasks.finish()
    assert stored_rooms(desk) == [("堂屋", False), ("厨房", False), ("卧室", True)]


def test_photo_of_a_removed_room_is_nobodys(desk: Desk, file: Path) -> None:
    tasks = HeldTasks()
    screen = three_rooms(desk, tasks)
    photo_of(screen, 3, file)
    screen.presenter.remove(f"{ROOM}[3]")
    tasks.finish()
    assert stored_rooms(desk) == [("堂屋", False), ("厨房", False)]
    assert stored_files(desk) == ()


def test_a_kill_at_any_moment_keeps_photo_and_answer_together(desk: Desk, file: Path) -> None:
    tasks = HeldTasks()
    screen = three_rooms(desk, tasks)
    photo_of(screen, 3, file)
    seen = []
    while tasks.waiting:
        # As the disk would be found if the program ended here.
        seen.append((stored_rooms(desk)[2][1], len(stored_files(desk))))
        tasks.step()
    seen.append((stored_rooms(desk)[2][1], len(stored_files(desk))))
    assert seen[0] == (False, 0)
    assert seen[-1] == (True, 1)
    assert set(seen) == {(False, 0), (True, 1)}
    [kept] = stored_files(desk)
    assert forms.attached_file(desk.county.context, (kept,), kept.name).startswith(b"\xff\xd8")


def test_photo_is_kept_by_the_next_attempt_when_the_disk_was_full(
    desk: Desk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = desk.open()
    screen.presenter.go_to(ROOM)
    put = desk.county.store.photos.put
    full = [True]

    def put_if_room(content: bytes, mime: str) -> str:
        if full:
            raise StorageError("disk_full")
        return put(content, mime)

    monkeypatch.setattr(desk.county.store.photos, "put", put_if_room)
    photo_of(screen, 1, file)
    screen.presenter.answer(f"{ROOM}[1]/room_name", "堂屋")
    assert (stored_rooms(desk), stored_files(desk)) == ([("", False)], ())
    full.clear()
    screen.presenter.save()
    assert (stored_rooms(desk), len(stored_files(desk))) == ([("堂屋", True)], 1)


def test_drawing_in_hand_belongs_to_its_room_when_an_earlier_one_is_removed(desk: Desk) -> None:
    tasks = HeldTasks()
    screen = three_rooms(desk, tasks)
    editor = question(screen, f"{ROOM}[3]/plan").editor
    assert isinstance(editor, DrawingAnswer)
    sheet, middle = editor.pad.sheet, editor.pad.sheet.rect().center()
    QTest.mousePress(sheet, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(sheet, middle + QPoint(20, 10))
    QTest.mouseRelease(sheet, Qt.MouseButton.LeftButton, pos=middle + QPoint(20, 10))
    assert screen.page is not None
    screen.page.removed.emit(f"{ROOM}[1]")
    tasks.finish()
    session = forms.open_draft(desk.county.context, desk.draft_id).session
    assert session.view(f"{ROOM}[2]/plan").value.endswith(".png")  # type: ignore[union-attr]
    assert session.view(f"{ROOM}[1]/plan").value == ""  # type: ignore[union-attr]


def test_who_cannot_draw_gives_a_picture_and_may_draw_after_all(desk: Desk, file: Path) -> None:
    tasks = HeldTasks()
    screen = three_rooms(desk, tasks)
    editor = question(screen, f"{ROOM}[3]/plan").editor
    assert isinstance(editor, DrawingAnswer)
    assert editor.choose.focusPolicy() & Qt.FocusPolicy.TabFocus
    editor._on_files([file])
    tasks.finish()
    editor = question(screen, f"{ROOM}[3]/plan").editor
    assert isinstance(editor, DrawingAnswer)
    assert (editor.value().endswith(".jpg"), editor.tile.isHidden(), editor.pad.isHidden()) == (
        True,
        False,
        True,
    )
    editor.tile.remove.click()
    tasks.finish()
    assert (editor.value(), editor.pad.isHidden(), editor.choose.isHidden()) == ("", False, False)


def test_photo_being_made_is_kept_when_the_form_is_left(desk: Desk, file: Path) -> None:
    tasks = HeldTasks()
    screen = three_rooms(desk, tasks)
    photo_of(screen, 3, file)
    tasks.step()  # the picture is ready, nobody has looked yet
    screen.leave()
    tasks.finish()
    assert stored_rooms(desk)[2] == ("卧室", True)


def test_unreadable_picture_is_waited_for_no_longer(desk: Desk, tmp_path: Path) -> None:
    screen = desk.open()
    screen.presenter.go_to(ROOM)
    path = tmp_path / "no.jpg"
    path.write_bytes(b"no picture")
    editor = photo_of(screen, 1, path)
    assert desk.county.shell.toasts
    assert not editor._busy.isVisibleTo(editor)

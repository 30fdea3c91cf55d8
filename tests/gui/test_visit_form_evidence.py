"""Photos and signatures of the visit form: kept before the draft names them, never lost, undone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from bench.lookalike_set import photograph, some_day
from bench.lookalike_set import scene as drawn_scene
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.visits import (
    Attestation,
    Location,
    Photo,
    PhotoKind,
    PhotoOrigin,
    PositionSource,
    Result,
)
from fieldapp.services import visits
from fieldapp.storage.repositories import visits as repository
from tests.gui.county import County, HeldTasks
from tests.gui.form_stage import FormStage
from tests.gui.test_imaging import encoded, scene, with_exif
from ui import imaging
from ui.pictures import PhotoLimits, PhotoStamp
from ui.screens.visit_form.screen import VisitFormScreen
from ui.screens.visit_form.sections import SectionKey
from ui.theme import Theme
from ui.widgets.filling.attestation_panel import AttestationPanel
from ui.widgets.filling.photo_board import PhotoBoard
from ui.widgets.inputs.choices import ChoiceGroup
from ui.widgets.inputs.strokes import Signature as Strokes


@pytest.fixture
def stage(qtbot: QtBot, county: County, theme: Theme) -> Iterator[FormStage]:
    """A household without visits, and nothing opened yet."""
    made = FormStage(qtbot, county)
    yield made
    made.close()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A picture file of a phone."""
    path = tmp_path / "IMG_1.jpg"
    path.write_bytes(with_exif(encoded(scene())))
    return path


def board_of(stage: FormStage, screen: VisitFormScreen) -> PhotoBoard:
    """The photo board, shown."""
    board = stage.page(screen, SectionKey.EVIDENCE).editor("photos")
    assert isinstance(board, PhotoBoard)
    return board


def panel_of(stage: FormStage, screen: VisitFormScreen, kind: Attestation) -> AttestationPanel:
    """The attestation panel with a kind chosen by a tap."""
    panel = stage.page(screen, SectionKey.FINISH).editor("signature")
    assert isinstance(panel, AttestationPanel)
    kinds = panel.kinds
    assert isinstance(kinds, ChoiceGroup)
    values = [choice.value for choice in kinds.choices()]
    stage.tap(kinds.buttons()[values.index(kind.value)])
    return panel


# --- photos -------------------------------------------------------------------------------------


def test_photo_from_a_file_is_kept_stamped_and_named(stage: FormStage, picture: Path) -> None:
    screen = stage.open()
    screen.presenter.set_location(
        Location(source=PositionSource.GPS, lat=30.66123, lon=117.48912, accuracy_m=8)
    )
    board = board_of(stage, screen)
    stage.tap(board.file)
    dialog = screen.findChildren(QFileDialog)[0]
    dialog.filesSelected.emit([str(picture)])
    dialog.reject()
    stage.until(lambda: bool(stage.stored().photos))
    (photo,) = stage.stored().photos
    content = visits.photo(stage.county.context, photo.sha256)
    assert len(content) == photo.size
    assert (photo.width, photo.height) == (1600, 1200)
    assert (photo.origin, photo.kind) == (PhotoOrigin.FILE, PhotoKind.DOOR)
    assert photo.taken_at is not None
    assert "青溪村" in photo.watermark
    assert "30.66123, 117.48912" in photo.watermark
    assert "王桂兰" not in photo.watermark  # never the household's name
    assert (photo.lat, photo.lon) == (30.66123, 117.48912)
    stage.until(lambda: len(board.tiles()) == 1 and not board.tiles()[0].photo.thumbnail.isNull())


def test_removed_photo_comes_back_and_its_kind_can_be_said(stage: FormStage, picture: Path) -> None:
    screen = stage.open()
    board = board_of(stage, screen)
    screen.pictures.add_files([picture])
    stage.until(lambda: len(stage.stored().photos) == 1)
    stage.settle()
    before = stage.stored().photos
    stage.tap(board.tiles()[0].remove)
    assert stage.stored().photos == ()
    undo = stage.county.shell.toasts[-1].on_action
    assert undo is not None
    undo()
    stage.settle()
    assert stage.stored().photos == before

    stage.tap(board.tiles()[0])
    kinds = board.detail.kinds
    assert isinstance(kinds, ChoiceGroup)
    values = [choice.value for choice in kinds.choices()]
    stage.tap(kinds.buttons()[values.index("MEDICAL")])
    assert stage.stored().photos[0].kind is PhotoKind.MEDICAL


def test_unreadable_file_is_said_and_leaves_nothing(stage: FormStage, tmp_path: Path) -> None:
    bad = tmp_path / "x.jpg"
    bad.write_text("no picture")
    screen = stage.open()
    board = board_of(stage, screen)
    screen.pictures.add_files([bad])
    stage.until(lambda: bool(stage.county.shell.toasts))
    sentence = stage.county.surroundings().texts.message("picture_format_unknown")
    assert stage.county.shell.toasts[-1].text == sentence
    assert stage.stored().photos == ()
    assert board.tiles() == ()


def test_no_more_photos_than_the_county_allows(stage: FormStage, picture: Path) -> None:
    stage.county.parameters(Parameters(demo_numbers_allowed=True, photos_max=1))
    screen = stage.open()
    board = board_of(stage, screen)
    screen.pictures.add_files([picture, picture])
    stage.until(lambda: len(stage.stored().photos) == 1)
    assert stage.county.shell.toasts[-1].text == "照片最多 1 张"
    stage.until(lambda: not board.camera.isVisible())


def test_leaving_while_a_picture_is_being_made_keeps_it(stage: FormStage, picture: Path) -> None:
    screen = stage.open()
    board_of(stage, screen)
    screen.pictures.add_files([picture])
    screen.leave()  # at once: the picture is still in another thread
    stage.runner.drain()
    (photo,) = stage.stored().photos
    assert visits.photo(stage.county.context, photo.sha256)


def test_submission_waits_for_the_picture(stage: FormStage, picture: Path) -> None:
    screen = stage.open()
    board_of(stage, screen)
    screen.presenter.change("result", "CHANGED")
    screen.presenter.signing.attest(Attestation.NOT_NEEDED, reason="行动不便")
    screen.pictures.add_files([picture])
    screen.presenter.submit()
    stage.until(lambda: stage.county.shell.backs == 1)
    with stage.county.store.reading() as connection:
        (visit,) = repository.of_household(connection, stage.household_id)
    assert visit.result is Result.CHANGED
    assert len(visit.photos) == 1


def test_draft_never_names_a_photo_that_is_not_kept(
    qtbot: QtBot, county: County, theme: Theme, picture: Path
) -> None:
    held = HeldTasks()
    stage = FormStage(qtbot, county, held)
    stage.begin()
    screen = VisitFormScreen(county.surroundings(held))
    qtbot.addWidget(screen)
    screen.enter({"draft_id": stage.draft_id})
    held.finish()
    screen.pictures.add_files([picture])
    while held.waiting:
        held.step()
        for photo in stage.stored().photos:
            assert county.store.photos.held([photo.sha256])
    assert len(stage.stored().photos) == 1
    stage.close()


def test_pasted_picture_has_no_time_of_its_own(stage: FormStage) -> None:
    screen = stage.open()
    board = board_of(stage, screen)
    QApplication.clipboard().setImage(scene(600, 400))
    QApplication.processEvents()
    board.paste_asked.emit()
    stage.until(lambda: len(stage.stored().photos) == 1)
    (photo,) = stage.stored().photos
    assert (photo.origin, photo.taken_at) == (PhotoOrigin.PASTE, None)
    QApplication.clipboard().clear()


@pytest.mark.parametrize(("again", "code"), [(False, "photo_used_before"), (True, "photo_made_of_earlier")])
def test_photo_used_before_is_explained_and_submitted(
    stage: FormStage, picture: Path, again: bool, code: str
) -> None:
    picture.write_bytes(encoded(photograph(drawn_scene(3), some_day("3 first"))))
    made = imaging.prepare_file(picture, PhotoStamp(at=stage.county.clock()), PhotoLimits())
    old = Photo(
        kind=PhotoKind.DOOR, sha256="0" * 64, size=1, width=1, height=1, origin=PhotoOrigin.CAMERA,
        fingerprint=made.fingerprint, source_sha256="" if again else made.source_sha256,
    )  # fmt: skip
    stage.county.visit(stage.household_id, days_ago=40, photos=(old,))
    screen = stage.open()
    board = board_of(stage, screen)
    screen.pictures.add_files([picture])
    stage.until(lambda: len(stage.stored().photos) == 1)
    stage.settle()
    assert board._similar.isVisible()
    assert "1 月 24 日" in board._similar.text()
    codes = {finding.code for finding in visits.check_draft(stage.county.context, stage.stored())}
    assert code in codes
    (photo,) = stage.stored().photos
    assert photo.used_before is not None
    assert photo.used_before.same is not again


# --- signature ----------------------------------------------------------------------------------


def stroke_by_mouse(panel: AttestationPanel) -> None:
    """A stroke with the mouse."""
    sheet = panel.pad.sheet
    QTest.mousePress(sheet, Qt.MouseButton.LeftButton, pos=QPoint(40, 60))
    for x in range(50, 160, 10):
        QTest.mouseMove(sheet, QPoint(x, 60 + x // 4))
    QTest.mouseRelease(sheet, Qt.MouseButton.LeftButton, pos=QPoint(160, 100))


def stroke_by_touch(panel: AttestationPanel) -> None:
    """A stroke with a finger."""
    sheet = panel.pad.sheet
    device = QTest.createTouchDevice()
    QTest.touchEvent(sheet, device).press(0, QPoint(40, 60), sheet).commit()
    QTest.touchEvent(sheet, device).move(0, QPoint(90, 80), sheet).commit()
    QTest.touchEvent(sheet, device).release(0, QPoint(140, 90), sheet).commit()


def stroke_by_pen(panel: AttestationPanel) -> None:
    """A stroke with a pen that feels pressure."""
    sheet = panel.pad.sheet
    pen = QPointingDevice.primaryPointingDevice()
    for kind, x, pressure in (
        (QEvent.Type.TabletPress, 40, 0.3),
        (QEvent.Type.TabletMove, 90, 0.8),
        (QEvent.Type.TabletRelease, 130, 0.0),
    ):
        place = QPointF(x, 70)
        buttons = Qt.MouseButton.NoButton if kind is QEvent.Type.TabletRelease else Qt.MouseButton.LeftButton
        event = QTabletEvent(
            kind, pen, place, QPointF(sheet.mapToGlobal(place.toPoint())), pressure, 0, 0, 0, 0, 0,
            Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton, buttons,
        )  # fmt: skip
        QApplication.sendEvent(sheet, event)


@pytest.mark.parametrize("stroke", [stroke_by_mouse, stroke_by_touch, stroke_by_pen])
def test_signature_keeps_picture_and_strokes(
    stage: FormStage, stroke: Callable[[AttestationPanel], None]
) -> None:
    screen = stage.open()
    panel = panel_of(stage, screen, Attestation.SIGNED)
    stroke(panel)
    stage.until(lambda: bool((signed := stage.stored().signature) and signed.image_sha256))
    signature = stage.stored().signature
    assert signature is not None
    context = stage.county.context
    strokes = visits.photo(context, signature.strokes_sha256)
    assert len(strokes) == signature.strokes_size
    assert len(Strokes.from_json(strokes.decode()).strokes) == 1
    image = visits.photo(context, signature.image_sha256)
    assert len(image) == signature.image_size
    assert not QImage.fromData(image).isNull()
    assert signature.signed_at == stage.county.clock()

    screen.leave()
    stage.settle()
    again = stage.open()
    shown = stage.page(again, SectionKey.FINISH).editor("signature")
    assert isinstance(shown, AttestationPanel)
    assert shown.pad.value() == strokes.decode()


def test_leaving_right_after_the_last_stroke_keeps_it(stage: FormStage) -> None:
    screen = stage.open()
    panel = panel_of(stage, screen, Attestation.SIGNED)
    stroke_by_mouse(panel)
    screen.leave()
    stage.runner.drain()
    signature = stage.stored().signature
    assert signature is not None
    assert visits.photo(stage.county.context, signature.image_sha256)


def test_a_stroke_taken_back_and_signing_anew(stage: FormStage) -> None:
    screen = stage.open()
    panel = panel_of(stage, screen, Attestation.SIGNED)
    stroke_by_mouse(panel)
    stroke_by_mouse(panel)
    panel.finish_signing()
    stage.settle()
    assert len(Strokes.from_json(panel.pad.value()).strokes) == 2
    first = stage.stored().signature
    panel.pad._on_undo()
    panel.finish_signing()
    stage.settle()
    second = stage.stored().signature
    assert first is not None
    assert second is not None
    assert second.strokes_sha256 not in ("", first.strokes_sha256)
    screen.presenter.undo()
    stage.settle()
    assert stage.stored().signature == first
    assert len(Strokes.from_json(panel.pad.value()).strokes) == 2
    panel.pad._on_clear()
    panel.finish_signing()
    stage.settle()
    third = stage.stored().signature
    assert third is not None
    assert (third.image_sha256, third.signed_at) == ("", None)


def test_signature_for_another_needs_a_witness(stage: FormStage) -> None:
    screen = stage.open()
    panel = panel_of(stage, screen, Attestation.SIGNED)
    stroke_by_mouse(panel)
    panel.finish_signing()
    stage.settle()
    panel_of(stage, screen, Attestation.ILLITERATE_WITNESS)
    signature = stage.stored().signature
    assert signature is not None
    assert signature.image_sha256  # what the pen wrote stays
    codes = {finding.code for finding in visits.check_draft(stage.county.context, stage.stored())}
    assert "witness_required" in codes
    panel.witness.line.setFocus()
    QTest.keyClicks(panel.witness.line, "zhou")
    stage.until(lambda: bool((s := stage.stored().signature) and s.witness_name == "zhou"))
    assert "witness_required" not in {
        finding.code for finding in visits.check_draft(stage.county.context, stage.stored())
    }


def test_fingerprint_is_a_photo_of_the_paper(stage: FormStage, picture: Path) -> None:
    screen = stage.open()
    panel_of(stage, screen, Attestation.FINGERPRINT)
    screen.pictures.add_files([picture], fingerprint=True)
    stage.until(lambda: bool((s := stage.stored().signature) and s.image_sha256))
    signature = stage.stored().signature
    assert signature is not None
    assert visits.photo(stage.county.context, signature.image_sha256)[:2] == b"\xff\xd8"
    assert stage.stored().photos == ()

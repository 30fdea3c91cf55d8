"""One picture for two households by two workers: only the supervisor hears of it, and clears it."""

from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from bench.lookalike_set import used_pairs
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visit_marks import MarkKind
from fieldapp.domain.records.visits import Photo, PhotoKind, PhotoOrigin
from fieldapp.services import outbox, visit_marks, visit_reviews
from fieldapp.services.context import Context
from fieldapp.storage import meta
from server.services.checks import check_store
from server.services.evidence import find_marks
from server.services.photo_prints import make_prints
from sync.engine.blobs import fetch_blob
from tests.determinism import MovableClock
from tests.gui.code_pictures import jpeg
from tests.integration.server.county import OTHER_GRID, OTHER_VILLAGE, TOWN, County
from tests.integration.sync.device import Tablet, tablet
from ui.imaging import picture_print, thumbnail


def context_of(device: Tablet) -> Context:
    return Context(device.store, device.user_id, device.meta(meta.DEVICE_ID))


def kept(device: Tablet, image: QImage, *, printed: bool) -> Photo:
    """A photo with its small picture, as programs of today (`printed`) or of yesterday keep it."""
    content = jpeg(image.scaled(1280, 960))
    small = thumbnail(content)
    found = picture_print(image)
    assert found is not None
    return Photo(
        kind=PhotoKind.HOUSE, sha256=device.store.photos.put(content, "image/jpeg"), size=len(content),
        width=1280, height=960, origin=PhotoOrigin.CAMERA, fingerprint=str(found) if printed else "",
        thumbnail_sha256=device.store.photos.put(small, "image/jpeg"), thumbnail_size=len(small),
    )  # fmt: skip


@pytest.mark.parametrize("printed", [True, False])
def test_one_picture_for_two_households(
    county: County, tmp_path: Path, clock: MovableClock, *, printed: bool
) -> None:
    earlier, later = next(iter(used_pairs("compressed", 1)))
    with ExitStack() as devices:
        aide = devices.enter_context(tablet(county, tmp_path / "aide"))
        other = devices.enter_context(tablet(county, tmp_path / "other", area=OTHER_VILLAGE, seed=2))
        clerk = devices.enter_context(
            tablet(county, tmp_path / "desk", role=Role.TOWN_CLERK, area=TOWN, seed=3)
        )
        aide.visit(aide.household().id, kept(aide, earlier, printed=printed), visitors=(aide.user_id,))
        aide.synced()
        clock.advance(hours=3)
        home = other.household(OTHER_GRID)
        used = kept(other, later, printed=True)
        made = other.visit(home.id, used, visitors=(other.user_id,), area_code=OTHER_GRID)
        other.synced()
        server = county.context
        find_marks(server.store, server.prints)
        assert make_prints(server.store, server.blobs) == (0 if printed else 1)
        find_marks(server.store, server.prints)
        for device in (aide, other, clerk):
            device.synced()
        assert [device.count("visit_marks") for device in (aide, other, clerk)] == [0, 0, 1]

        desk = context_of(clerk)
        (mark,) = visit_marks.marks_of(desk, made.id)
        assert (mark.kind, mark.may_clear, len(mark.others)) == (MarkKind.LIKE_PHOTO, True, 1)
        photo = mark.others[0].photo
        assert photo is not None
        assert fetch_blob(clerk.store, clerk.transport, photo.thumbnail_sha256, "image/jpeg")
        waiting = visit_reviews.visits_to_review(desk, desk.today())
        assert {one.visit_id: one.marks for one in waiting}[made.id] == 1
        visit_marks.clear_mark(desk, mark.mark_id, "两户同住一个院子")
        (mark,) = visit_marks.marks_of(desk, made.id)
        assert (mark.cleared, mark.waiting, mark.may_clear) == (True, True, False)
        clerk.synced()
        (mark,) = visit_marks.marks_of(desk, made.id)
        assert (mark.cleared, mark.waiting, mark.clear_reason) == (True, False, "两户同住一个院子")
        assert outbox.outbox_view(desk).records == ()
        assert find_marks(server.store, server.prints) == 0
        assert check_store(server.store, server.blobs) == []

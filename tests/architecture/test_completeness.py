"""Reminds whoever adds an entity, a route or a screen of everything that belongs to it
(ARCHITECTURE.md, "Where things are added")."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import orjson
import pydantic
import pytest
from PySide6.QtCore import QEvent, QObject, Qt, QTranslator
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from fieldapp.domain.permissions import PERMISSIONS, Permission, actor_on
from fieldapp.domain.records.back_checks import BackCheckQuestion
from fieldapp.domain.records.base import RecordFields, Value, wire_body
from fieldapp.domain.records.campaigns import HouseholdFilter
from fieldapp.domain.records.clues import Urgency
from fieldapp.domain.records.forms import FormPurpose
from fieldapp.domain.records.needs import PickedNeed
from fieldapp.domain.records.reliefs import ReliefPath
from fieldapp.domain.records.spot_checks import Found
from fieldapp.domain.records.users import Role, RoleAssignment
from fieldapp.domain.records.visits import NeedKind, VisitFields
from fieldapp.domain.rules.campaigns import NewCampaign
from fieldapp.services import back_checks, campaigns, forms, needs, visits
from fieldapp.services.back_checks import NewBackCheck
from fieldapp.storage import feed, rows
from fieldapp.storage.store import Store
from fieldapp.storage.tables import ROWS as DEVICE_ROWS
from server.main import open_server
from server.services.county import initialise
from server.services.users import SERVER_USER
from server.settings import Settings
from server.store import projections
from server.store.record_writer import RecordWriter
from server.store.unit_of_work import Author
from sync.protocol.entities import ENTITIES, Merge
from sync.protocol.wire import canonical
from tests.determinism import MovableClock
from tests.gui.clue_records import bring
from tests.gui.county import COLLEAGUE, TOWN, VILLAGE, WORKER, County
from tests.gui.form_books import SCALE, SURVEY, publish
from tests.gui.relief_records import bring_relief
from tests.gui.screens import clipped
from tests.gui.spot_check_records import bring_result
from ui import navigation
from ui import theme as look
from ui.main_window import MainWindow
from ui.screens.visit_form.sections import SectionKey
from ui.theme import TextScale, Theme
from ui.widgets.shell.page_scaffold import Arrangement

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "wire"
KINDS = list(ENTITIES)
SENT_BY_DEVICES = [kind for kind, spec in ENTITIES.items() if spec.create is not None]


def _golden(kind: str) -> dict[str, Any]:
    body: dict[str, Any] = orjson.loads((GOLDEN / f"{kind}.json").read_bytes())
    return body


# --- entities -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_entity_has_a_golden_wire_example_that_names_every_field(kind: str) -> None:
    """The bodies under tests/golden/wire are a promise to devices in the field: never change one, add."""
    assert _absent(ENTITIES[kind].fields, _golden(kind)) == []


def _absent(model: type[pydantic.BaseModel], body: dict[str, Any]) -> list[str]:
    """Fields of a model, and of the values inside it, that a body does not show."""
    missing = []
    for name, info in model.model_fields.items():
        if name not in body:
            missing.append(name)
            continue
        for inner in _values_in(info.annotation):
            shown = body[name][0] if isinstance(body[name], list) else body[name]
            missing += [f"{name}.{one}" for one in _absent(inner, shown)]
    return missing


def _values_in(annotation: Any) -> Iterator[type[Value]]:
    if isinstance(annotation, type) and issubclass(annotation, Value):
        yield annotation
    for argument in get_args(annotation):
        yield from _values_in(argument)


@pytest.mark.parametrize("kind", KINDS)
def test_entity_golden_body_survives_the_typed_form(kind: str) -> None:
    fields = ENTITIES[kind].fields
    assert wire_body(fields.model_validate(_golden(kind))) == _golden(kind)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", SENT_BY_DEVICES)
def test_entity_that_devices_send_has_words_for_its_fields(kind: str, language: str) -> None:
    """A refusal names the field in words."""
    path = ROOT / "resources" / "i18n" / language / "labels.toml"
    labels = tomllib.loads(path.read_text(encoding="utf-8"))["fields"]
    own = set(ENTITIES[kind].fields.model_fields) - set(RecordFields.model_fields)
    assert own <= set(labels[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_entity_permissions_are_held_by_somebody(kind: str) -> None:
    spec = ENTITIES[kind]
    granted = frozenset[Permission]().union(*PERMISSIONS.values())
    assert {one for one in (spec.create, spec.change) if one is not None} <= granted
    if spec.merge is Merge.FIELDS:
        assert spec.create is not None
        assert spec.change is not None


def test_every_role_has_its_row_of_permissions() -> None:
    assert set(PERMISSIONS) == set(Role)


def test_every_entity_has_a_row_on_device_and_server_and_nothing_else_has() -> None:
    down = {kind for kind, spec in ENTITIES.items() if spec.merge is not Merge.UP_ONLY}
    assert down <= set(DEVICE_ROWS) <= set(ENTITIES)
    assert set(projections.ROWS) == set(ENTITIES)


def test_every_entity_comes_back_from_a_device_as_it_went_in(tmp_path: Path, clock: MovableClock) -> None:
    store = Store.create(tmp_path, b"a" * 32, b"b" * 32, clock=clock)
    down = [kind for kind, spec in ENTITIES.items() if spec.merge is not Merge.UP_ONLY]
    lines = [(kind, rev, canonical(_golden(kind))) for rev, kind in enumerate(down, start=1)]
    with store.transaction() as connection:
        feed.begin_bucket(connection, "test", 0)
        feed.apply_page(connection, feed.Page("test", len(lines), lines))
    with store.reading() as connection:
        for kind in down:
            record = rows.find(connection, kind, _golden(kind)["id"])
            assert record is not None
            assert wire_body(record) == _golden(kind)
    store.close()


def test_every_entity_comes_back_from_the_server_as_it_went_in(
    tmp_path: Path, clock: MovableClock, random_bytes: Callable[[int], bytes]
) -> None:
    server = open_server(Settings(tmp_path), clock=clock, random_bytes=random_bytes)
    initialise(
        server.store, code="341789", name="演示县", dataset="DEMO", admin_login="admin", ids=server.ids,
        random_bytes=random_bytes,
    )  # fmt: skip
    with RecordWriter(server.store, Author(SERVER_USER)) as writer:
        for kind in KINDS:
            if kind != "parameters":  # there since the county was set up
                writer.put(kind, _golden(kind))
        writer.patch("parameters", "county", {"parameters": _golden("parameters")["parameters"]})
    with server.store.read() as connection:
        for kind in KINDS:
            table = projections.row_table(kind)
            found = connection.execute(table.select().where(table.c.id == _golden(kind)["id"])).one()
            names = ENTITIES[kind].fields.model_fields
            typed = ENTITIES[kind].fields.model_validate({n: found._mapping[n] for n in names})
            stamps = ("created_at", "created_by", "updated_at", "updated_by", "device_id")
            own = {name: value for name, value in wire_body(typed).items() if name not in stamps}
            assert own == {name: value for name, value in _golden(kind).items() if name not in stamps}
    server.store.close()


# --- screens ------------------------------------------------------------------------------------

PLACES: dict[str, tuple[str, ...]] = {
    "visit_form": tuple(SectionKey),
    "form": ("/data/family/head", "/data/member[1]/member_name", "/data/care/eat", "/data/rest/needs", ""),
}
"""Routes with several pages behind one address."""
VISITS = [(route, place) for route in navigation.ROUTES for place in PLACES.get(route, ("",))]
SIZES = {Arrangement.WIDE: (1366, 768), Arrangement.NARROW: (800, 1280)}


class _Windows(QObject):
    """Notes every window but the main one that appears while screens are built."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.seen: list[str] = []
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        shown = event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow()
        if shown and not isinstance(watched, QMainWindow):
            self.seen.append(f"{type(watched).__name__} in {type(watched.parent()).__name__}")
        return False


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """The device of a town clerk, who reaches every screen, with work in every state."""
    county = County(tmp_path_factory.mktemp("desk"))
    county.worker(Role.TOWN_CLERK, TOWN)
    house = county.household("赵甲")
    county.visit(house, days_ago=40)
    county.visit(house, days_ago=2)
    county.household("孙乙", group_name="5组")
    span = (county.today, county.today)
    campaigns.start_campaign(county.context, NewCampaign(TOWN, "雨雪低温排查", HouseholdFilter(), *span))
    yield county
    county.close()


@pytest.fixture
def window(qapp: QApplication, desk: County) -> Iterator[MainWindow]:
    """The window over the clerk's pages."""
    roles = (RoleAssignment(role=Role.TOWN_CLERK, area_code=TOWN, since=desk.today),)
    opened = MainWindow()
    look.apply(qapp, Theme(scale=TextScale.NORMAL))
    opened.show()
    opened.show_pages(desk.surroundings(), navigation.entries(actor_on(WORKER, roles, desk.today)), 0)
    yield opened
    opened.close()
    opened.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    look.apply(qapp, Theme())


def _params(county: County, route: str, place: str) -> dict[str, str]:
    with county.store.reading() as connection:
        [newest, *_] = rows.records(
            connection, rows.select_records("visits").order_by(rows.table_of("visits").c.id), VisitFields
        )
    if route in ("household", "relief_form"):
        return {"household_id": newest.household_id}
    if route == "visit":
        return {"visit_id": newest.id}
    if route in ("back_check", "back_check_new"):
        return _back_check(county, newest.household_id, route)
    if route in ("campaign", "spot_check_finding"):
        return _county_work(county, newest.household_id, route)
    if route in ("clue", "need", "relief"):
        return {f"{route}_id": _case(county, route, newest.household_id)}
    if route in ("form", "assessment"):
        return {"draft_id": _form_draft(county, newest.household_id, route, place)}
    if route == "visit_form":
        draft_id, _ = visits.begin_visit(county.context, newest.household_id)
        draft = visits.visit_form(county.context, draft_id).stored.draft
        visits.save_draft(county.context, draft_id, draft.model_copy(update={"step": place}))
        return {"draft_id": draft_id}
    return {}


def _county_work(county: County, household_id: str, route: str) -> dict[str, str]:
    """A running campaign, or what a spot check found."""
    if route == "campaign":
        return {"campaign_id": campaigns.campaigns(county.context)[0].campaign.id}
    return {"result_id": bring_result(county, household_id, Found.AMOUNT)}


def _back_check(county: County, household_id: str, route: str) -> dict[str, str]:
    """A visit of a colleague, to be asked about again or being asked about."""
    county.user("second", "郑辛", Role.VILLAGE_AIDE, VILLAGE)
    visit_id = county.visit(household_id, days_ago=1, by=COLLEAGUE)
    if route == "back_check_new":
        return {"visit_id": visit_id}
    wanted = NewBackCheck(visit_id, "second", tuple(BackCheckQuestion))
    [back_check_id], _changes = back_checks.request_back_checks(county.context, [wanted])
    return {"back_check_id": back_check_id}


def _case(county: County, route: str, household_id: str) -> str:
    """A record of a household that the route shows."""
    if route == "need":
        [need_id], _changes = needs.add_needs(county.context, household_id, [PickedNeed(kind=NeedKind.MEAL)])
        return need_id
    if route == "relief":
        return bring_relief(county, household_id=household_id, path=ReliefPath.NORMAL)
    return _clue(county, household_id)


def _clue(county: County, household_id: str) -> str:
    """A case with every card on its page: life in danger, and another report of the same."""
    bring(county, urgency=Urgency.L2, household_id=household_id)
    return bring(county, urgency=Urgency.L1, household_id=household_id)


def _form_draft(county: County, household_id: str, route: str, place: str) -> str:
    if route == "form":
        record_id = publish(county, SURVEY, "survey")
    else:
        record_id = publish(county, SCALE, "test-scale", FormPurpose.ASSESSMENT)
    draft_id, _ = forms.begin_form(county.context, record_id, household_id=household_id)
    session = forms.open_draft(county.context, draft_id).session
    session.show(place)
    forms.save_answers(county.context, draft_id, session.save_draft())
    return draft_id


def _open(window: MainWindow, county: County, route: str, place: str, arrangement: Arrangement) -> None:
    window.resize(*SIZES[arrangement])
    window.go(route, **_params(county, route, place))
    for _ in range(5):
        QApplication.processEvents()


def _nameless(root: QWidget) -> list[str]:
    """Visible widgets that take the focus and that a screen reader could not name."""
    found = []
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or widget.focusPolicy() == Qt.FocusPolicy.NoFocus or widget.focusProxy():
            continue
        accessible = QAccessible.queryAccessibleInterface(widget)
        if not accessible.text(QAccessible.Text.Name).strip():
            found.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    return found


@pytest.mark.parametrize("arrangement", list(Arrangement))
@pytest.mark.parametrize(("route", "place"), VISITS)
def test_screen_names_everything_that_takes_the_focus(
    window: MainWindow, desk: County, route: str, place: str, arrangement: Arrangement
) -> None:
    _open(window, desk, route, place, arrangement)
    assert _nameless(window) == []


@pytest.mark.parametrize("scale", [TextScale.NORMAL, TextScale.LARGEST])
@pytest.mark.parametrize(("route", "place"), VISITS)
def test_screen_fits_the_narrowest_tablet_at_every_text_size(
    qapp: QApplication, window: MainWindow, desk: County, route: str, place: str, scale: TextScale
) -> None:
    look.apply(qapp, Theme(scale=scale))
    _open(window, desk, route, place, Arrangement.NARROW)
    _assert_fits(window)


@pytest.fixture
def english(qapp: QApplication) -> Iterator[None]:
    """English words, most of them longer than the Chinese ones, in all that is built from now on."""
    translator = QTranslator()
    assert translator.load(str(ROOT / "resources" / "i18n" / "en" / "en.qm"))
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


@pytest.mark.parametrize(("route", "place"), VISITS)
def test_screen_fits_the_narrowest_tablet_in_large_english(
    english: None, qapp: QApplication, window: MainWindow, desk: County, route: str, place: str
) -> None:
    look.apply(qapp, Theme(scale=TextScale.LARGEST))
    _open(window, desk, route, place, Arrangement.NARROW)
    _assert_fits(window)


def _assert_fits(window: MainWindow) -> None:
    screen, pages = window.screen_shown, window.pages
    assert screen is not None
    assert pages is not None
    layout = pages.layout()
    assert layout is not None
    assert screen.minimumSizeHint().width() <= 800
    assert layout.minimumSize().width() <= 800  # with top bar, footer and tabs
    assert window.width() == 800
    assert clipped(window) == []


def test_checks_of_screens_find_what_they_look_for(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    column = QVBoxLayout(page)
    area = QScrollArea()
    wide = QPushButton("x" * 300)
    area.setWidget(wide)
    column.addWidget(area)
    column.addWidget(QLineEdit())
    page.resize(200, 200)
    page.show()
    assert "QLineEdit in QWidget" in _nameless(page)
    assert clipped(page) == ["QPushButton in QWidget"]


@pytest.mark.parametrize("route", list(navigation.ROUTES))
def test_screen_is_never_seen_outside_the_window(
    qapp: QApplication, window: MainWindow, desk: County, route: str
) -> None:
    """A widget shown before it has a parent flashes up as a window of its own and takes the focus."""
    windows = _Windows(qapp)
    for place in PLACES.get(route, ("",)):
        _open(window, desk, route, place, Arrangement.WIDE)
    qapp.removeEventFilter(windows)
    assert windows.seen == []

"""The console in a real browser: by keyboard alone, at 200 % zoom, by night, on paper, for screen readers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from selenium.webdriver.common.keys import Keys

from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.users import Role
from server.pages.frame import NAVIGATION
from server.pages.session import COOKIE
from server.pages.words import LANGUAGES, Words
from server.services import import_jobs
from server.services.identity import console_caller
from server.services.import_jobs import LedgerFile
from server.services.organisations import add_listed
from tests.determinism import MovableClock
from tests.integration.server.console import Office
from tests.integration.server.county import GRID_1, TOWN, running_county
from tests.integration.server.real_browser import RealBrowser, real_browser
from tests.unit.exports.rosters import dibao_book, dibao_row, id_number

WORDS: Final = Words("zh")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A county with something on every page."""
    folder = tmp_path_factory.mktemp("county")
    with running_county(f"sqlite:///{folder / 'server.db'}", folder, MovableClock()) as county:
        made = Office(county)
        aide = made.aide
        aide.push(aide.put("visits", aide.visit("nowhere")))
        made.roster = _import(made, folder)
        made.referral = _refer(made)
        yield made


def _refer(office: Office) -> str:
    """A referral that the partner of the office has begun to serve, and a need of the charity pool."""
    store, ids, aide = office.county.context.store, office.county.ids, office.aide
    listed = {"name": "社工中心", "services": ["COUNSEL"], "volunteer": True}
    [own] = add_listed(store, ids, "organisations", [{**listed, "users": [office.users[Role.PARTNER]]}])
    home = aide.household(head_name="慕容丙")
    about = {"household_id": home["id"], "area_code": home["area_code"]}
    head = aide.person(home["id"], name="慕容丙", phone="10012345678")
    need = {
        **aide.person(home["id"]), **about, "kind": "COUNSEL", "urgency": "7D", "consent_to_share": True,
        "seen_at": office.county.now, "person_id": head["id"],
    }  # fmt: skip
    del need["name"]
    pool = {**need, "id": ids(), "not_eligible": True}
    referral = {
        **need, "id": ids(), "need_id": need["id"], "organisation_id": own, "sent_at": office.county.now,
        "message": "请先电话联系",
    }  # fmt: skip
    for name in ("kind", "urgency", "consent_to_share", "seen_at", "person_id"):
        del referral[name]
    made = [("households", home), ("persons", head), ("service_needs", need), ("service_needs", pool)]
    for kind, body in (*made, ("referrals", referral)):
        [answer] = aide.push(aide.put(kind, body))
        assert answer["outcome"] == "accepted", answer
    page = f"/console/referrals/{referral['id']}"
    for step in ("ACCEPT", "START"):
        office.of(Role.PARTNER).post(f"{page}/steps", action=step)
    return page


def _import(office: Office, folder: Path) -> str:
    """An import that waits to be confirmed, with a new household and a refused row."""
    context = office.county.context
    here = {"镇": "区划100", "村": "区划201"}
    rows = (
        dibao_row(**here, 户主姓名="慕容甲", 身份证号码=id_number("19540317", 2)),
        dibao_row(**here, 户主姓名="慕容乙", 身份证号码="341789195403170000"),
    )
    actor = console_caller(context.store, office.officer.cookie).actor
    roster = LedgerFile("名册.xlsx", dibao_book(folder / "roster.xlsx", *rows).read_bytes())
    job = import_jobs.begin_import(context.store, context.ids, actor, roster)
    import_jobs.work_on(context.store, context.ids, actor, job)
    return job


@pytest.fixture(scope="module")
def browser(office: Office) -> Iterator[RealBrowser]:
    with real_browser(office.county.address) as opened:
        yield opened


def sign_in(browser: RealBrowser, token: str, *, language: str = "zh") -> None:
    """Hold a session's cookie, as after a sign-in."""
    browser.open("/console/sign-in")
    browser.driver.delete_all_cookies()
    for name, value in ((COOKIE, token), ("fieldapp_language", language)):
        browser.driver.add_cookie({"name": name, "value": value, "path": "/console", "httpOnly": True})


def pages(office: Office) -> list[tuple[str, str]]:
    """Every page of the console with the session of somebody who may open it."""
    admin, officer = office.admin.cookie, office.officer.cookie
    able = {
        Permission.MANAGE_USERS: admin,
        Permission.MANAGE_DEVICES: admin,
        Permission.SERVE_REFERRAL: office.sessions[Role.PARTNER],
    }
    found = [(entry.path, able.get(entry.permission, officer)) for entry in NAVIGATION]
    return [
        *found,
        ("/console/users/new", admin),
        (f"/console/users/{office.aide.user_id}", admin),
        (f"/console/devices/{office.aide.device_id}/revoke", admin),
        (f"/console/progress?area={TOWN}", officer),
        (f"/console/import/{office.roster}", officer),
        ("/console/nothing", officer),
        (office.referral, able[Permission.SERVE_REFERRAL]),
    ]


def tab_to(browser: RealBrowser, name: str, *, tag: str = "") -> None:
    """Tab until the focus is on what is called so, and be seen on every stop on the way."""
    for _ in range(60):
        browser.press(Keys.TAB)
        found = browser.focus()
        if found[1].startswith(name) and tag in ("", found[0]):
            return
    raise AssertionError(f"no way to {name!r} by keyboard")


def test_a_lost_tablet_is_shut_out_by_keyboard_alone(office: Office, browser: RealBrowser) -> None:
    user = office.county.user(Role.SYSTEM_ADMIN, TOWN)
    lost = office.county.enrol(office.county.user(Role.GRID_WORKER, GRID_1), "丢失的平板")
    browser.window(1280)
    browser.driver.delete_all_cookies()
    browser.open("/console/devices")
    assert browser.path == "/console/sign-in", "nobody is signed in"
    browser.press(Keys.TAB)
    assert browser.focus() == ("A", WORDS("frame.skip")), "the first stop leads past the menu"
    browser.press(Keys.ENTER)
    tab_to(browser, "login", tag="INPUT")
    browser.press(office.county.logins[user], Keys.TAB, "wrong", Keys.ENTER)
    browser.shows(WORDS.sentence("wrong_login"))
    tab_to(browser, "password", tag="INPUT")
    browser.press(office.password(user), Keys.ENTER)
    browser.shows("丢失的平板", "/console/devices")

    tab_to(browser, f"{WORDS('devices.revoke')} 丢失的平板")
    browser.press(Keys.ENTER)
    browser.shows(WORDS("revoke.title"))
    tab_to(browser, "reason", tag="INPUT")
    browser.press(Keys.ENTER)
    assert browser.path.endswith("/revoke"), "the browser asks for the reason itself"
    browser.press("下乡时丢失", Keys.ENTER)
    browser.shows(WORDS("done.revoked"), "/console/devices?done=revoked")
    assert lost.ask().json()["code"] == "device_revoked"

    tab_to(browser, WORDS("nav.audit"))
    browser.press(Keys.ENTER)
    browser.shows("下乡时丢失", "/console/audit")
    browser.press(Keys.TAB)
    tab_to(browser, "English")
    browser.press(Keys.ENTER)
    browser.shows(Words("en")("audit.caption"), "/console/audit")
    tab_to(browser, Words("en")("frame.sign_out"))
    browser.press(Keys.ENTER)
    browser.shows(Words("en")("done.signed_out"))
    assert [one for one in browser.complaints() if "401" not in one] == [], "but for the wrong password"


def test_the_looks_at_a_page_find_what_is_wrong(browser: RealBrowser) -> None:
    browser.driver.get(
        "data:text/html,<title></title><body style='width:4000px'><h3 id=a>x</h3><h1 id=a></h1><h3>y</h3>"
        "<p style='color:%23999'>z</p><input><a href='%23'></a><nav></nav><button>b</button>"
        "<table><tr><th>t</table><script></script>"
    )
    assert {one.split(":")[0].split(" 2")[0] for one in browser.findings()} == {
        "no language", "no title", "not 1 main", "not 1 header", "id twice", "heading skipped", "contrast",
        "no label", "no name", "smaller than 44", "no caption", "heading without scope", "a script",
    }  # fmt: skip
    browser.window(1280)
    assert browser.overflow() > 2000


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_fits_zoomed_and_is_readable_by_day_and_night(
    office: Office, browser: RealBrowser, language: str
) -> None:
    wrong: list[str] = []
    session = ""
    for path, token in pages(office):
        if token != session:
            sign_in(browser, token, language=language)
            session = token
        browser.window(1280)
        browser.media()
        browser.open(path)
        wrong += [f"{path}: {one}" for one in browser.findings()]
        browser.media(dark=True)
        wrong += [f"{path} by night: {one}" for one in browser.findings() if "contrast" in one]
        for zoom in (1, 2, 4):
            browser.window(1280, zoom=zoom)
            if (over := browser.overflow()) > 0:
                wrong.append(f"{path} at {zoom * 100} %: {over} points too wide")
    browser.media()
    assert wrong == []
    complaints = [one for one in browser.complaints() if "404" not in one]
    assert complaints == []


def test_a_page_prints_its_table_and_nothing_to_press(office: Office, browser: RealBrowser) -> None:
    sign_in(browser, office.officer.cookie)
    browser.window(1280)
    browser.open("/console/progress")
    browser.media("print")
    shown = browser.text()
    browser.media()
    assert WORDS("figures.coverage") in shown
    for gone in (WORDS("nav.audit"), WORDS("frame.sign_out"), WORDS("frame.show")):
        assert gone not in shown


def test_nothing_of_elsewhere_is_loaded_and_no_script_runs(office: Office, browser: RealBrowser) -> None:
    sign_in(browser, office.officer.cookie)
    browser.open("/console/dashboard")
    loaded: list[str] = browser.driver.execute_script(
        "return performance.getEntriesByType('resource').map(one => one.name)"
    )
    assert [one for one in loaded if not one.startswith(browser.address)] == []
    assert any(one.endswith("/console/style.css") for one in loaded)
    browser.driver.execute_script(
        "const one = document.createElement('script'); one.textContent = 'window.ran = true';"
        "document.body.append(one);"
    )
    assert browser.driver.execute_script("return window.ran === true") is False
    assert "Content Security Policy" in browser.complaints()[0]

"""The console: each role opens what its permissions say, forms come from our own pages, names stay masked."""

import datetime as dt
import hashlib
import io
import re
from dataclasses import replace
from typing import Final

import openpyxl
import pytest
import requests
from sqlalchemy import literal_column

from fieldapp.domain.clock import instant_text
from fieldapp.domain.permissions import PERMISSIONS, Permission
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visit_marks import MarkKind
from server.pages.frame import HEADERS, NAVIGATION, RESOURCES
from server.pages.session import form_token, posted, uploaded
from server.pages.words import I18N, LANGUAGES, Words, _table
from server.services.evidence import find_marks
from server.services.identity import CONSOLE_IDLE, SESSION_LASTS
from server.services.photo_prints import KnownPrints
from server.services.sign_in import MAX_FAILURES
from server.store.audit import Act
from server.store.projections import row_table
from sync.protocol.entities import ENTITIES
from tests.integration.server.console import Browser, Office
from tests.integration.server.county import (
    GRID_1,
    OTHER_GRID,
    OTHER_TOWN,
    TOWN,
    VILLAGE,
    County,
    Device,
)
from tests.integration.server.test_permission_matrix import PAGES, routes
from ui import theme

WAITING: Final = Words("zh")("devices.waiting")
GUARDED: Final = {key: rule for key, rule in PAGES.items() if rule.startswith("PAGE")}
FORMS: Final = [path for method, path in PAGES if method == "POST"]


@pytest.fixture(scope="module")
def office(shared_county: County) -> Office:
    return Office(shared_county)


def filled(path: str, owner: Device) -> str:
    return path.format(
        user_id=owner.user_id,
        device_id=owner.device_id,
        job_id="none",
        referral_id="none",
        spot_check_id="none",
    )


def send(browser: Browser, path: str, **fields: str) -> requests.Response:
    """Send a form as its page would: some have a file."""
    if path in ("/console/import", "/console/forms", "/console/templates"):
        return browser.upload(path, "a.txt", b"x", **fields)
    return browser.post(path, **fields)


# --- who gets in -----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role, ids=str)
def test_a_role_gets_through_exactly_where_its_permissions_say(office: Office, role: Role) -> None:
    browser = office.of(role)
    for (method, path), rule in GUARDED.items():
        if path == "/console/sign-out":
            continue
        # Forms are sent empty: whoever is let in is told what is missing. Nothing is changed by them.
        foreign = method == "POST" and ("{user_id}" in path or "{device_id}" in path)
        target = filled(path, office.stranger if foreign else office.aide)
        answer = send(browser, target) if method == "POST" else browser.get(target, follow=False)
        allowed = rule == "PAGE" or Permission(rule.removeprefix("PAGE ")) in PERMISSIONS[role]
        if "{referral_id}" in path:
            assert answer.status_code == (422 if allowed else 403), (path, "nobody's referral")
        elif foreign:
            assert answer.status_code == 403, (path, "another town's")
        elif allowed and "{job_id}" in path:
            assert answer.status_code == 404, path
        else:
            assert answer.status_code in ({200, 303, 422} if allowed else {403}), (method, path)
        assert "Traceback" not in answer.text


@pytest.mark.parametrize("role", Role, ids=str)
def test_the_menu_shows_what_opens_and_nothing_else(office: Office, role: Role) -> None:
    shown = set(re.findall(r'<li><a href="(/console/[a-z-]+)"', office.of(role).get("/console").text))
    assert shown == {entry.path for entry in NAVIGATION if entry.permission in PERMISSIONS[role]}


def test_another_towns_objects_are_refused(office: Office) -> None:
    browser = office.of(Role.SYSTEM_ADMIN)
    for method, path in GUARDED:
        if "{user_id}" in path or "{device_id}" in path:
            target = filled(path, office.stranger)
            send = browser.post if method == "POST" else browser.get
            assert send(target).status_code == 403, target
    assert office.stranger.ask().status_code == 200, "nothing happened to the stranger's device"
    for path in ("dashboard", "progress"):
        assert office.of(Role.TOWN_CLERK).get(f"/console/{path}?area={OTHER_TOWN}").status_code == 403
        assert office.of(Role.TOWN_CLERK).get(f"/console/{path}?area={VILLAGE}").status_code == 200


def test_nobody_gets_in_without_a_session(office: Office) -> None:
    for method, path in GUARDED:
        target = filled(path, office.aide)
        nobody = office.browser()
        token = office.sessions[Role.SYSTEM_ADMIN]
        if method == "GET":
            for headers in ({}, {"Authorization": f"Bearer {token}"}):
                answer = nobody.get(target, follow=False, **headers)
                assert (answer.status_code, answer.headers["Location"]) == (303, "/console/sign-in"), path
        else:
            answer = nobody.session.post(
                f"{office.county.address}{target}", timeout=30, allow_redirects=False
            )
            assert answer.status_code == 303, path
    gone = office.browser("s.gone").get("/console/dashboard")
    assert Words("zh")("sign_in.ended") in gone.text


def test_a_page_that_is_not_there_is_a_page(office: Office) -> None:
    answer = office.officer.get("/console/nothing/here")
    assert (answer.status_code, Words("zh").sentence("unknown_route") in answer.text) == (404, True)


@pytest.mark.allow_log("server.routes.requests")
def test_a_bug_is_told_on_a_page(office: Office) -> None:
    """A value that no program of ours writes, and that none can read."""
    user = office.county.user(Role.SYSTEM_ADMIN, OTHER_TOWN)
    browser = office.browser(office.session(user))
    table = row_table("users")
    broken = table.update().where(table.c.id == user).values(roles=literal_column("'no JSON'"))
    office.county.context.store.run(lambda unit: unit.connection.execute(broken))
    answer = browser.get("/console/users")
    said = Words("zh")("error.bug")
    assert (answer.status_code, said in answer.text, "JSON" in answer.text) == (500, True, False)
    assert answer.headers["Fieldapp-Request-Id"] in answer.text
    assert HEADERS.items() <= {name: answer.headers[name] for name in HEADERS}.items()
    mended = table.update().where(table.c.id == user).values(roles=literal_column("'[]'"))
    office.county.context.store.run(lambda unit: unit.connection.execute(mended))


# --- forms -----------------------------------------------------------------------------------------


def test_every_form_is_taken_from_our_own_pages_only(office: Office) -> None:
    known = routes(office.county.app.routes)
    for path in FORMS:
        depends = {one.call for one in known["POST", path].dependant.dependencies}
        assert {posted, uploaded} & depends, f"{path} reads no form through the check"
        rule = PAGES["POST", path]
        browser = office.admin if rule.startswith("PAGE MANAGE") else office.officer
        if rule == "PAGE SERVE_REFERRAL":
            browser = office.of(Role.PARTNER)
        target = filled(path, office.aide)
        for forged in (
            {"form_token": ""},
            {"form_token": form_token("v.other")},
            {"form_token": "不"},
        ):
            refused = send(browser, target, **forged)
            said = Words("zh").sentence("form_outdated")
            assert (refused.status_code, said in refused.text) == (403, True), (path, forged)
        for site in ("cross-site", "same-site"):
            browser.session.headers["Sec-Fetch-Site"] = site
            assert send(browser, target).status_code == 403, (path, site)
        del browser.session.headers["Sec-Fetch-Site"]
    assert office.aide.ask().status_code == 200


def test_a_form_of_before_the_sign_in_is_worth_nothing_after_it(office: Office) -> None:
    browser = office.browser()
    browser.get("/console/sign-in")
    before = form_token(browser.cookie)
    user = office.county.user(Role.SYSTEM_ADMIN, TOWN)
    login, password = office.county.logins[user], office.password(user)
    signed = browser.post("/console/sign-in", login=login, password=password)
    assert signed.url.endswith("/console/devices")
    assert browser.post("/console/sign-out", form_token=before).status_code == 403
    assert browser.post("/console/sign-out").url.endswith("/console/sign-in?done=signed_out")
    assert browser.get("/console/devices").url.endswith("/console/sign-in")


def test_a_form_too_large_is_refused(office: Office) -> None:
    assert office.admin.post("/console/users/new", name="x" * 70_000).status_code == 413
    answer = office.admin.post("/console/users/new", name="x" * 60, login="long")
    assert answer.status_code == 422


# --- sessions --------------------------------------------------------------------------------------


def test_cookies_and_headers_keep_others_out(office: Office) -> None:
    browser = office.browser()
    answer = browser.get("/console/sign-in")
    cookie = answer.headers["Set-Cookie"].lower()
    assert {"httponly", "samesite=strict", "path=/console"} <= {part.strip() for part in cookie.split(";")}
    assert "secure" not in cookie, "this server speaks plain HTTP"
    for path in ("/console/sign-in", "/console/devices", "/console/nothing", "/console/style.css"):
        headers = office.admin.get(path).headers
        assert {name: headers[name] for name in HEADERS} == HEADERS, path
    assert "'unsafe" not in HEADERS["Content-Security-Policy"]
    assert office.admin.get("/console/devices").headers["Cache-Control"] == "no-store"
    state = office.county.app.state
    context = state.context
    state.context = replace(context, settings=replace(context.settings, public_url="https://county.example"))
    try:
        assert "; secure" in office.browser().get("/console/sign-in").headers["Set-Cookie"].lower()
    finally:
        state.context = context


def test_pages_hold_no_script_and_no_inline_style(office: Office) -> None:
    for entry in NAVIGATION:
        text = office.of(Role.COUNTY_OFFICER).get(entry.path).text
        text += office.admin.get(entry.path).text
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:|http-equiv", text), entry


def test_a_session_ends_when_idle_and_in_any_case(office: Office) -> None:
    clock = office.county.clock
    start = clock()
    user = office.county.user(Role.AUDITOR, TOWN)
    browser = office.browser()
    browser.get("/console/sign-in")
    login, password = office.county.logins[user], office.password(user)
    try:
        browser.post("/console/sign-in", login=login, password=password)
        while clock() < start + SESSION_LASTS - CONSOLE_IDLE:
            clock.advance(minutes=25)
            assert browser.get("/console/audit", follow=False).status_code == 200
        clock.set(start + SESSION_LASTS)
        assert browser.get("/console/audit", follow=False).status_code == 303, "work without a break"
        browser.get("/console/sign-in")
        browser.post("/console/sign-in", login=login, password=password)
        clock.advance(minutes=31)
        assert browser.get("/console/audit", follow=False).status_code == 303, "half an hour away"
    finally:
        clock.set(start)


def test_wrong_passwords_lock_the_account_and_are_written_down(office: Office) -> None:
    user = office.county.user(Role.TOWN_LEADER, TOWN)
    browser = office.browser()
    browser.get("/console/sign-in")
    login, password = office.county.logins[user], office.password(user)
    tries = [browser.post("/console/sign-in", login=login, password="no") for _ in range(MAX_FAILURES)]
    statuses = [one.status_code for one in tries]
    assert statuses == [401] * (MAX_FAILURES - 1) + [429]
    right = browser.post("/console/sign-in", login=login, password=password)
    assert (right.status_code, Words("zh").sentence("account_locked") in right.text) == (429, True)
    assert [one for one in office.acts(Act.SIGN_IN_FAILED) if one[0] == user] == [
        (user, "", "")
    ] * MAX_FAILURES
    unknown = browser.post("/console/sign-in", login="nobody-here", password="x")
    assert (unknown.status_code, 'value="nobody-here"' in unknown.text) == (401, True)


# --- devices and users -----------------------------------------------------------------------------


def test_a_device_is_shut_out_with_a_reason_in_the_log(office: Office) -> None:
    lost = office.county.device(Role.GRID_WORKER, GRID_1)
    page = f"/console/devices/{lost.device_id}/revoke"
    assert "平板" in office.admin.get(page).text
    unsaid = office.admin.post(page, reason="  ")
    assert (unsaid.status_code, Words("zh").sentence("reason_required") in unsaid.text) == (422, True)
    assert lost.ask().status_code != 401
    done = office.admin.post(page, reason="下乡途中<丢失>")
    assert Words("zh")("done.revoked") in done.text
    assert lost.ask().json()["code"] == "device_revoked"
    assert [one[1:] for one in office.acts(Act.DEVICE_REVOKED)] == [(lost.device_id, "下乡途中<丢失>")]
    log = office.admin.get("/console/audit?act=DEVICE_REVOKED").text
    assert "下乡途中&lt;丢失&gt;" in log
    assert lost.device_id in log
    assert "<平板>" not in office.admin.get("/console/devices").text, "what people typed is no markup"


def test_a_user_is_made_gets_a_code_and_loses_a_role(office: Office) -> None:
    words = Words("zh")
    today = "2026-03-05"
    new = {
        "name": "新<人>", "login": "by-page", "worker_kind": "STAFF", "role": "VILLAGE_AIDE", "area": VILLAGE,
        "since": today, "console": "yes",
    }  # fmt: skip
    assert office.admin.post("/console/users/new", **{**new, "login": ""}).status_code == 422
    assert office.admin.post("/console/users/new", **{**new, "until": "2026-01-01"}).status_code == 422
    outside = office.of(Role.SYSTEM_ADMIN).post("/console/users/new", **{**new, "area": OTHER_TOWN})
    assert outside.status_code == 403
    made = office.admin.post("/console/users/new", **new)
    assert made.status_code == 201
    assert "新&lt;人&gt;" in made.text
    password = re.search(r'<p class="code">([0-9A-Z]+)</p>', made.text)
    assert password is not None
    again = office.admin.post("/console/users/new", **new)
    assert (again.status_code, words.sentence("login_taken") in again.text) == (422, True)
    assert 'value="by-page"' in again.text, "what was typed is still there"

    found = re.search(r"/console/users/([^/\"]+)/code", made.text)
    assert found is not None
    user = found[1]
    page = f"/console/users/{user}"
    assert password[1] not in office.admin.get(page).text, "shown once"
    coded = office.admin.post(f"{page}/code").text
    code = re.search(r'<p class="code">([0-9A-Z-]+)</p>', coded)
    assert code is not None
    assert "<svg" in coded
    wanted = {"code": code[1], "install_id": "i", "device_name": "平板"}
    enrolled = requests.post(
        f"{office.county.address}/v1/enrol", json=wanted, headers={"Fieldapp-Protocol": "1"}, timeout=30
    )
    assert enrolled.json()["user_id"] == user

    more = {"role": "GRID_WORKER", "area": GRID_1, "since": "2026-01-01", "until": ""}
    assert words("done.roles") in office.admin.post(f"{page}/roles", **more).text
    assert office.admin.post(f"{page}/roles", **{**more, "area": "000000"}).status_code == 403
    assert office.admin.post(f"{page}/roles", end="9").status_code == 422
    assert office.admin.post(f"{page}/roles", end="1").status_code == 200, "began today: it goes"
    assert office.admin.post(f"{page}/roles", end="1").status_code == 200
    ended = office.admin.get(page).text
    assert (words("user.ended") in ended, "2026-03-04" in ended) == (True, True)
    assert words("done.disabled") in office.admin.post(f"{page}/active", active="no").text
    assert office.admin.post(f"{page}/code").status_code == 422, "no code for who may not work"
    assert words("done.enabled") in office.admin.post(f"{page}/active", active="yes").text
    reset = re.search(r'<p class="code">([0-9A-Z]+)</p>', office.admin.post(f"{page}/password").text)
    assert reset is not None
    assert reset[1] != password[1]


def test_a_device_tells_what_waits_on_it(office: Office) -> None:
    device = office.county.device(Role.GRID_WORKER, GRID_1)

    def shown() -> str:
        text = office.of(Role.SYSTEM_ADMIN).get("/console/devices?page=99").text
        row = next(one for one in text.split("<tr>") if device.device_id in one)
        found = re.search(rf'data-label="{WAITING}">([^<]*)<', row)
        assert found is not None
        return found[1]

    assert shown() == "—", "nothing is known of a device that never asked"
    ask = {"install_id": device.install_id, "have": {}}
    for told, text in (
        ({"edition": 3, "waiting": 5}, "—"),
        ({"edition": 4, "waiting": 5}, "5"),
        ({"edition": 4}, "0"),
    ):
        assert device.request("POST", "/v1/pull", json={**ask, **told}).status_code == 200
        assert shown() == text


def test_users_are_found_by_a_part_of_their_login(office: Office) -> None:
    login = office.county.logins[office.users[Role.AUDITOR]]
    text = office.admin.get(f"/console/users?find={login[5:]}").text
    assert re.findall(r'<td data-label="[^"]+">(user-[^<]+)</td>', text) == [login]
    assert Words("zh")("users.none") in office.admin.get("/console/users?find=%25").text


# --- figures, exports, the log, refused records ----------------------------------------------------


def test_figures_are_those_of_the_interface_with_both_numbers(office: Office) -> None:
    token = office.sessions[Role.TOWN_CLERK]
    told = requests.get(
        f"{office.county.address}/v1/statistics/{TOWN}",
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    ).json()
    for page in ("dashboard", "progress"):
        text = re.sub(r"\s+", " ", office.of(Role.TOWN_CLERK).get(f"/console/{page}").text)
        for row in (told["total"], *told["rows"]):
            for name in ("coverage", "completion"):
                share = row[name]
                pair = f"{share['numerator']} / {share['denominator']}"
                assert f'{share["percent"]}</span> <span class="of">{pair}<' in text, (page, row["key"], name)
    assert told["total"]["visits"] >= 1
    village = office.of(Role.TOWN_CLERK).get(f"/console/progress?area={VILLAGE}&month=2026-03").text
    assert f">{TOWN}<" not in village
    assert office.of(Role.TOWN_CLERK).get("/console/progress?month=2026-13").status_code == 200
    assert office.of(Role.TOWN_CLERK).get("/console/progress?month=x").status_code == 400
    main = village.partition("<main")[2]
    assert not [one for one in (office.aide.user_id, "经办甲") if one in main], "never by worker"


def test_times_of_urgent_cases_are_shown_by_area_with_both_numbers(office: Office) -> None:
    aide, at = office.aide, office.county.clock()
    clerk = office.county.device(Role.TOWN_CLERK, TOWN)
    clue = {
        **aide._stamps(""), "area_code": VILLAGE, "place": "老厂宿舍", "kind": "COLD_HEAT", "urgency": "L2",
        "description": "雪后屋内没有取暖", "found_at": instant_text(at - dt.timedelta(minutes=25)),
        "reported_at": instant_text(at - dt.timedelta(minutes=25)),
    }  # fmt: skip
    assert aide.push(aide.put("clues", clue))[0]["outcome"] == "accepted"
    step = {
        **clerk._stamps(""), "clue_id": clue["id"], "area_code": VILLAGE, "action": "ACCEPT",
        "at": instant_text(at),
    }  # fmt: skip
    assert clerk.push(clerk.put("clue_steps", step))[0]["outcome"] == "accepted"
    words = Words("zh")
    month = f"{at:%Y-%m}"
    told = office.officer.get(f"/console/times?area={TOWN}&month={month}").text
    cell = re.search(rf'data-label="{words.code("ClueClock", "ACCEPT")}">(.*?)</td>', told, re.DOTALL)
    assert cell is not None
    assert re.findall(r">([^<]+)</span>", cell[1]) == ["100.00 %", "1 / 1", "用时中位数 25 分钟"]
    assert words("times.cases", count=1) in told
    assert "老厂宿舍" not in told
    assert words("times.none") in office.officer.get(f"/console/times?area={OTHER_TOWN}&month={month}").text
    assert office.of(Role.TOWN_CLERK).get(f"/console/times?area={OTHER_TOWN}").status_code == 403


def cells(answer: requests.Response) -> str:
    assert answer.status_code == 200, answer.text
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    return "\n".join(rows)


def test_exports_are_masked_unless_permitted_with_a_reason(office: Office) -> None:
    asked = {"ledger": "visits", "area": TOWN, "from": "2026-03-01", "to": "2026-03-31"}
    clerk = office.of(Role.TOWN_CLERK)
    masked = clerk.post("/console/export", **asked)
    assert masked.headers["Content-Disposition"] == (
        f'attachment; filename="visits-{TOWN}-20260301-20260331.xlsx"'
    )
    assert "欧阳**" in cells(masked)
    assert "欧阳春晓" not in cells(masked)
    unsaid = clerk.post("/console/export", **asked, full="yes")
    assert (unsaid.status_code, Words("zh").sentence("reason_required") in unsaid.text) == (422, True)
    assert "欧阳春晓" in cells(clerk.post("/console/export", **asked, full="yes", reason="年终核对"))
    auditor = office.of(Role.AUDITOR)
    assert 'name="full"' not in auditor.get("/console/export").text
    assert auditor.post("/console/export", **asked, full="yes", reason="想看").status_code == 403
    user = office.users[Role.TOWN_CLERK]
    assert [one for one in office.acts(Act.EXPORTED) if one[0] == user] == [
        (user, TOWN, ""), (user, TOWN, "年终核对"),
    ]  # fmt: skip
    assert clerk.post("/console/export", **{**asked, "area": OTHER_TOWN}).status_code == 403
    assert clerk.post("/console/export", **{**asked, "to": "2026-02-01"}).status_code == 422
    assert clerk.post("/console/export", **{**asked, "ledger": "../x"}).status_code == 422
    for ledger in ("reliefs", "clues"):
        cells(clerk.post("/console/export", **{**asked, "ledger": ledger}))


def test_the_log_shows_acts_of_ones_own_area_and_of_devices(office: Office) -> None:
    aide = office.aide
    event = {
        **aide._stamps(""), "act": "REVEAL_PHONE", "object_kind": "persons", "object_id": "p-1",
        "area_code": GRID_1, "reason": "约定上门时间",
    }  # fmt: skip
    assert aide.push(aide.put("audit_events", event))[0]["outcome"] == "accepted"
    words = Words("zh")
    asked = "/console/audit?source=DEVICE"
    for browser in (office.officer, office.of(Role.AUDITOR)):
        told = browser.get(asked).text
        assert ("约定上门时间" in told, words.act("REVEAL_PHONE") in told) == (True, True)
    assert "约定上门时间" not in office.officer.get(f"{asked}&act=EXPORT").text
    assert "约定上门时间" not in office.officer.get(f"{asked}&end=2026-03-04").text
    assert "约定上门时间" not in office.officer.get(f"{asked}&user={office.stranger.user_id}").text
    elsewhere = office.county.user(Role.AUDITOR, OTHER_TOWN)
    stranger = office.browser(office.session(elsewhere))
    assert "约定上门时间" not in stranger.get(asked).text
    assert words("audit.operator") in office.officer.get("/console/audit").text
    assert words("audit.operator") not in stranger.get("/console/audit").text, "for the county only"


def test_visits_to_look_into_are_listed_by_area_until_they_are_cleared(office: Office) -> None:
    aide, store = office.aide, office.county.context.store
    photo = {"kind": "DOOR", "sha256": hashlib.sha256(b"console").hexdigest(), "size": 9, "width": 9,
             "height": 9, "origin": "FILE"}  # fmt: skip
    homes = [aide.household(), aide.household()]
    for home in homes:
        made = aide.visit(home["id"], visitors=[aide.user_id], photos=[photo])
        aide.push(aide.put("households", home), aide.put("visits", made))
    find_marks(store, KnownPrints())
    words = Words("zh")
    for browser in (office.officer, office.of(Role.TOWN_CLERK)):
        told = browser.get("/console/marks").text
        assert words.label(MarkKind.SAME_PHOTO) in told
        assert "经办甲" not in told.partition("<main")[2], "no worker is named"
        assert words("marks.none") in browser.get(f"/console/marks?area={OTHER_GRID[:12]}").text
    elsewhere = office.browser(office.session(office.county.user(Role.TOWN_CLERK, OTHER_TOWN)))
    assert words("marks.none") in elsewhere.get("/console/marks").text


def test_a_refused_record_says_why_and_what_to_do(office: Office) -> None:
    aide = office.aide
    visit = aide.visit("nowhere")
    [result] = aide.push(aide.put("visits", visit))
    assert result["outcome"] == "refused"
    words = Words("zh")
    for browser in (office.officer, office.of(Role.SYSTEM_ADMIN), office.of(Role.AUDITOR)):
        told = browser.get("/console/refused").text
        assert (visit["id"] in told, words.sentence(result["code"]) in told) == (True, True)
    assert visit["id"] in office.officer.get(f"/console/refused?device={aide.device_id}").text
    assert visit["id"] not in office.officer.get("/console/refused?device=other").text
    elsewhere = office.browser(office.session(office.county.user(Role.AUDITOR, OTHER_TOWN)))
    assert visit["id"] not in elsewhere.get("/console/refused").text
    assert f"/console/refused?device={aide.device_id}" in office.admin.get("/console/devices").text


# --- words and colours -----------------------------------------------------------------------------


def test_the_language_follows_the_browser_and_the_switch(office: Office) -> None:
    english = office.browser(language="de, en;q=0.8")
    assert '<html lang="en">' in english.get("/console/sign-in").text
    assert '<html lang="zh-CN">' in office.browser(language="").get("/console/sign-in").text
    before = f"{office.county.address}/console/sign-in?ended=1"
    chosen = english.get("/console/language?to=zh", Referer=before)
    assert chosen.url.endswith("/console/sign-in")
    assert '<html lang="zh-CN">' in chosen.text
    elsewhere = english.get(
        "/console/language?to=en", follow=False, Referer="https://other.example/console/x"
    )
    assert elsewhere.headers["Location"] == "/console"


def test_both_languages_say_everything_the_pages_ask_for() -> None:
    zh, en = (_table(language, "console.toml") for language in LANGUAGES)
    assert {name: set(section) for name, section in zh.items()} == {
        name: set(section) for name, section in en.items()
    }
    for name, section in zh.items():
        for key, text in section.items():
            assert set(re.findall(r"\{\w*\}", text)) == set(re.findall(r"\{\w*\}", en[name][key])), (
                name,
                key,
            )
    used: set[str] = set()
    for file in sorted(RESOURCES.glob("*.html")):
        used |= set(re.findall(r'words\("([a-z_]+\.\w+)"', file.read_text(encoding="utf-8")))
    assert used
    assert [key for key in sorted(used) if not Words("zh").has(key)] == []
    assert {act.value for act in Act} <= set(zh["act"])
    assert {kind for kind, spec in ENTITIES.items() if spec.create is not None} <= set(zh["kind"])
    assert (I18N / "zh" / "console.toml").is_file()


def _colours(text: str) -> dict[str, str]:
    return {name: value.upper() for name, value in re.findall(r"--([a-z0-9-]+): (#\w{6});", text)}


def test_the_style_sheet_has_the_colours_of_the_product() -> None:
    text = (RESOURCES / "console.css").read_text(encoding="utf-8")
    day, night = text.split("@media (prefers-color-scheme: dark)")
    for css, tokens in ((_colours(day), theme.LIGHT), (_colours(night.split("@media")[0]), theme.DARK)):
        for name, value in css.items():
            token, _, tint = name.partition("-")
            pair = getattr(tokens, token, None)
            expected = (
                (pair.tint if tint else pair.ink)
                if isinstance(pair, theme.StatusPair)
                else getattr(tokens, name.replace("-", "_"))
            )
            assert value == expected.upper(), name

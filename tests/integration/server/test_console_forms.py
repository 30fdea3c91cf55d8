"""A questionnaire comes in by browser: test run with places, published where sound, retired."""

import re
from typing import Final

import requests

from server.pages.words import Words
from server.services.forms import all_forms
from server.store.audit import Act
from tests.integration.server.console import Office
from tests.integration.server.county import County
from tests.integration.server.forms import VILLAGES, sheets
from tests.unit.xlsform.workbooks import workbook

WORDS: Final = Words("zh")
PATH: Final = "/console/forms"


def test_a_form_is_checked_published_and_retired(shared_county: County) -> None:
    office = Office(shared_county)
    officer, store = office.officer, shared_county.context.store
    sound = workbook(sheets(form_id="by-page"))
    asked = {"purpose": "SURVEY", "act": "check"}

    def send(content: bytes, **fields: str) -> requests.Response:
        files = {"file": ("问卷.xlsx", content), "attach": ("villages.csv", VILLAGES)}
        return officer.upload_all(PATH, files, **{**asked, **fields})

    checked = send(sound)
    assert (checked.status_code, WORDS("forms.sound") in checked.text) == (200, True), checked.text
    assert [form for form in all_forms(store) if form.form_id == "by-page"] == [], "only looked at"

    without = officer.upload(PATH, "问卷.xlsx", sound, **{**asked, "act": "publish"})
    assert (without.status_code, WORDS("forms.unsound") in without.text) == (422, True), "its list is missing"
    good = sheets(form_id="by-page")
    broken = {**good, "survey": [*good["survey"], ["no_such_type", "x", "甲"]]}
    told = send(workbook(broken), act="publish")
    assert (told.status_code, WORDS("forms.ERROR") in told.text) == (422, True)
    assert re.search(r'<th scope="row">survey!A\d+</th>', told.text), "the very cell"
    assert [form for form in all_forms(store) if form.form_id == "by-page"] == []

    for name, content in (("a.pdf", b"x"), ("a.xlsx", b"")):
        answer = officer.upload(PATH, name, content, **asked)
        assert (answer.status_code, WORDS.sentence("unsupported_file") in answer.text) == (422, True)

    done = send(sound, act="publish")
    assert WORDS("done.form_published") in done.text
    [form] = [form for form in all_forms(store) if form.form_id == "by-page"]
    assert form.id in {one[1] for one in office.acts(Act.FORM_PUBLISHED)}
    assert officer.post(f"{PATH}/retire", form_id="by-page").status_code == 422
    asks = officer.get(f"{PATH}/retire?form_id=by-page&version={form.version}")
    assert WORDS("forms.retire_text", title=form.title, version=form.version) in asks.text
    gone = officer.post(f"{PATH}/retire", form_id="by-page", version=form.version)
    assert WORDS("done.form_retired") in gone.text
    assert officer.post(f"{PATH}/retire", form_id="nowhere", version="1").status_code == 404

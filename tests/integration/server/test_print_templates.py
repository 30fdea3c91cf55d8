"""Templates of documents at the county's desk: checked, published in versions, retired; the file is kept."""

import hashlib
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner

from fieldapp.app.paths import resources
from fieldapp.domain.records.forms import FormState
from fieldapp.exports.templates.placeholders import PLACEHOLDERS
from server.cli import app
from server.main import open_server
from server.pages.words import Words
from server.services.print_templates import all_templates
from server.settings import load_settings
from server.store.audit import Act
from tests.integration.server.console import Office
from tests.integration.server.county import County

TEMPLATES: Final = resources() / "templates"
WORDS: Final = Words("zh")
PATH: Final = "/console/templates"


def run(*arguments: str, data: Path | None = None) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*arguments, *(["--data", str(data)] if data else [])])
    return done.exit_code, done.output


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("server")
    assert run("init", "--code", "341789", "--name", "示范区", data=folder)[0] == 0
    return folder


def test_a_template_is_published_renewed_and_retired(data: Path, tmp_path: Path) -> None:
    source = TEMPLATES / "civil-affairs.docx"
    told = ("--id", "minzheng", "--title", "走访登记表", "--department", "民政")
    assert run("template", "publish", str(source), *told, data=data) == (0, "published: minzheng version 1\n")
    assert run("template", "publish", str(source), *told, data=data) == (
        0, "already published: minzheng version 1\n",
    )  # fmt: skip
    newer = TEMPLATES / "rural-revitalisation.xlsx"
    assert run("template", "publish", str(newer), *told, data=data) == (0, "published: minzheng version 2\n")
    server = open_server(load_settings(data))
    second, first = all_templates(server.store)
    assert (first.state, second.state) == (FormState.RETIRED, FormState.PUBLISHED)
    for one, content in ((first, source.read_bytes()), (second, newer.read_bytes())):
        assert one.files[0].sha256 == hashlib.sha256(content).hexdigest()
        assert server.blobs.has(one.files[0].sha256)
    server.store.close()
    assert run("template", "retire", "minzheng", data=data)[0] == 0
    code, words = run("template", "retire", "minzheng", data=data)
    assert (code, "unknown_template" in words) == (1, True)
    code, words = run("template", "list", data=data)
    assert words.count("RETIRED") == 2


def test_a_template_is_checked_before_it_is_published(data: Path, tmp_path: Path) -> None:
    assert run("template", "check", str(TEMPLATES / "disabled-persons.xlsx"))[0] == 0
    named = tmp_path / "named.docx"
    named.write_bytes((TEMPLATES / "disabled-persons.xlsx").read_bytes())
    for command in (("check", str(named)), ("publish", str(named), "--data", str(data))):
        code, words = run("template", *command)
        assert (code, "template_kind" in words) == (1, True)
    code, words = run("template", "names")
    assert code == 0
    assert all(one.key in words and one.chinese in words for one in PLACEHOLDERS)


def test_a_template_comes_in_by_browser(shared_county: County) -> None:
    office = Office(shared_county)
    officer, store = office.officer, shared_county.context.store
    content = (TEMPLATES / "civil-affairs.docx").read_bytes()
    told = {"template_id": "by-page", "title": "走访登记表", "department": "民政"}
    checked = officer.upload(PATH, "表.docx", content, act="check", **told)
    assert (checked.status_code, WORDS("templates.sound") in checked.text) == (200, True)
    assert all_templates(store) == []
    wrong = officer.upload(PATH, "表.xlsx", content, act="publish", **told)
    assert (wrong.status_code, WORDS.sentence("template_kind") in wrong.text) == (422, True)
    nameless = officer.upload(PATH, "表.docx", content, act="publish", **told | {"title": ""})
    assert nameless.status_code == 422
    assert all_templates(store) == []
    done = officer.upload(PATH, "表.docx", content, act="publish", **told)
    assert WORDS("done.template_published") in done.text
    [made] = all_templates(store)
    assert made.id in {one[1] for one in office.acts(Act.TEMPLATE_PUBLISHED)}
    asks = officer.get(f"{PATH}/retire?template_id=by-page")
    assert WORDS("templates.retire_text", title="走访登记表", version=1) in asks.text
    gone = officer.post(f"{PATH}/retire", template_id="by-page")
    assert WORDS("done.template_retired") in gone.text
    assert officer.post(f"{PATH}/retire", template_id="by-page").status_code == 404

"""The English side of the screens is complete: catalogue, compiled words, and no Chinese outside of both."""

import ast
import datetime as dt
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QTranslator

from scripts import texts
from scripts.texts import CATALOGUE, COMPILED, ROOT, Entry
from ui.widgets.inputs.date_text import parse_date
from ui.widgets.records import day_words

HAN: Final = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
WIDE: Final = re.compile(rf"{HAN.pattern}|[“”‘’]")

NOT_SPOKEN: Final = {
    "ui/application.py": "the program's own name",
    "ui/main.py": "the program's own name",
    "ui/screens/settings/screen.py": "the language's own name",
    "ui/screens/unlock/screen.py": "the language's own name",
    "ui/self_test.py": "what a worker would write",
    "ui/shots.py": "what a worker would write",
    "ui/widgets/avatar.py": "surnames of two characters",
    "ui/widgets/inputs/date_text.py": "what people type",
    "ui/widgets/inputs/month_text.py": "what people type",
    "ui/widgets/inputs/number_text.py": "what people type",
    "ui/widgets/inputs/time_text.py": "what people type",
    "ui/widgets/lists/card_painter.py": "a character to measure the font with",
    "ui/widgets/markdown.py": "the mark of a numbered line",
}
"""Files with Chinese that is no source string, and what it is."""


def _calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in ("tr", "translate"):
                yield name, node


def _spoken(name: str, call: ast.Call) -> bool:
    """Whether lupdate can read it: literal texts, after self.tr or translate with a literal context."""
    if any(not isinstance(one, ast.Constant) for one in call.args[:2]) or not call.args:
        return False
    on_self = isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "self"
    return len(call.args) in (1, 3) and on_self if name == "tr" else len(call.args) >= 2


def _about(tree: ast.Module) -> set[int]:
    """Docstrings, by identity of their nodes."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def _unspoken(tree: ast.Module) -> list[str]:
    """Calls that no catalogue can hold, and Chinese that is in no call."""
    found = [f"{call.lineno}: {ast.unparse(call)}" for name, call in _calls(tree) if not _spoken(name, call)]
    known = _about(tree) | {id(one) for _, call in _calls(tree) for one in call.args}
    return found + [
        f"{node.lineno}: {node.value!r}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and HAN.search(node.value)
        and id(node) not in known
    ]


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    return texts.read(CATALOGUE)


@pytest.fixture
def english(qapp: QCoreApplication) -> Iterator[QTranslator]:
    translator = QTranslator()
    assert translator.load(str(COMPILED))
    qapp.installTranslator(translator)
    yield translator
    qapp.removeTranslator(translator)


def test_catalogue_holds_the_strings_of_the_sources(tmp_path: Path, entries: list[Entry]) -> None:
    copy = tmp_path / "en.ts"
    shutil.copy(CATALOGUE, copy)
    texts.update(copy, texts.sources())
    now = texts.read(copy)
    assert len(now) > 600
    assert [str(one) for one in now if one not in entries] == [], "new strings: run `make texts`"
    assert [str(one) for one in entries if one not in now] == [], "strings that are gone: run `make texts`"


def test_catalogue_is_translated_with_the_slots_of_its_sources(entries: list[Entry]) -> None:
    assert [f"{entry}: {fault}" for entry in entries for fault in entry.faults()] == []


def test_catalogue_is_english(entries: list[Entry]) -> None:
    """No Chinese, and no marks that Chinese fonts draw as wide as a character."""
    assert [str(entry) for entry in entries for form in entry.forms if WIDE.search(form)] == []


@pytest.mark.parametrize("name", ["labels.toml", "messages.toml", "import_reasons.toml"])
def test_sentences_and_labels_are_english(name: str) -> None:
    lines = CATALOGUE.with_name(name).read_text(encoding="utf-8").splitlines()
    said = [line for line in lines if not line.startswith("#")]
    assert [
        line for line in said if WIDE.search(line.replace("2024年3月", "").replace("2024年10月", ""))
    ] == []


@pytest.mark.parametrize(
    "entry",
    [
        Entry("A", "保存", ("",), finished=True),
        Entry("A", "保存", ("Save",), finished=False),
        Entry("A", "户", ("household", ""), finished=True),
        Entry("A", "{0} 户", ("households",), finished=True),
        Entry("A", "{0} 户", ("{1} households",), finished=True),
        Entry("A", "{first} 至 {last}", ("{first} to {first}",), finished=True),
        Entry("A", "每月 {0} 元", ("monthly",), finished=True),
    ],
)
def test_faults_finds_a_planted_one(entry: Entry) -> None:
    assert entry.faults()


@pytest.mark.parametrize(
    "entry",
    [
        Entry("A", "{0} 户", ("{0} household", "{0} households"), finished=True),
        Entry("A", "{0} 年 {1} 月 {2} 日", ("{0}-{1:02}-{2:02}",), finished=True),
        Entry("A", "{0} 年 {1} 月", ("{2} {0}",), finished=True),
        Entry("A", "{0}月", ("{1}",), finished=True),
    ],
)
def test_faults_lets_a_good_one_pass(entry: Entry) -> None:
    assert entry.faults() == []


def test_compiled_words_are_those_of_the_catalogue(tmp_path: Path) -> None:
    compiled = tmp_path / "en.qm"
    texts.compile_catalogue(CATALOGUE, compiled)
    assert compiled.read_bytes() == COMPILED.read_bytes(), "run `make texts`"


def test_compiled_words_are_spoken(english: QTranslator, entries: list[Entry]) -> None:
    for entry in entries:
        if len(entry.forms) == 1:
            assert QCoreApplication.translate(entry.context, entry.source) == entry.forms[0]
        else:
            said = tuple(QCoreApplication.translate(entry.context, entry.source, "", n) for n in (1, 2))
            assert said == entry.forms


class TodayScreen(QObject):
    """Speaks as the screen of this name does."""

    def unit(self, count: int) -> str:
        return self.tr("户", "", count)


def test_compiled_words_follow_the_number(english: QTranslator) -> None:
    speaker = TodayScreen()
    assert [speaker.unit(n) for n in (0, 1, 2)] == ["households", "household", "households"]


def test_compiled_words_write_days_as_english_does(english: QTranslator) -> None:
    day, today = dt.date(2026, 3, 5), dt.date(2026, 11, 23)
    assert day_words.day_words(day, today) == "5 Mar"
    assert day_words.day_words(day, today.replace(year=2027)) == "5 Mar 2026"
    assert day_words.day_words(today, today) == "Today"
    assert day_words.date_line(day) == "Thursday, 5 Mar"
    assert day_words.month_words(day) == "Mar 2026"
    noon = dt.datetime(2026, 3, 5, 4, 0, tzinfo=dt.UTC)
    assert day_words.moment_words(noon, today) == "5 Mar 12:00"


def test_compiled_words_write_a_field_s_day_so_that_it_can_be_read_back(english: QTranslator) -> None:
    written = QCoreApplication.translate("DateField", "{0} 年 {1} 月 {2} 日").format(2026, 3, 5)
    assert (written, parse_date(written, dt.date(2020, 1, 1))) == ("2026-03-05", dt.date(2026, 3, 5))


@pytest.mark.parametrize(
    "path", [pytest.param(p, id=p.relative_to(ROOT).as_posix()) for p in texts.sources()]
)
def test_sources_keep_all_words_where_lupdate_reads_them(path: Path) -> None:
    found = _unspoken(ast.parse(path.read_text(encoding="utf-8")))
    if path.relative_to(ROOT).as_posix() in NOT_SPOKEN:
        found = [one for one in found if "tr(" in one or "translate(" in one]
    assert found == []


def test_sources_that_may_hold_chinese_still_do() -> None:
    stale = [path for path in NOT_SPOKEN if not _unspoken(ast.parse((ROOT / path).read_text("utf-8")))]
    assert stale == []


@pytest.mark.parametrize(
    "code",
    [
        'self.tr(f"共 {n} 户")',
        "self.tr(words)",
        'other.tr("保存")',
        'tr("Watermark", "待分配")',
        'translate(context, "保存")',
        'translate("Context", "保" + end)',
        'title = "保存"',
        '"、".join(names)',
    ],
)
def test_unspoken_finds_a_planted_one(code: str) -> None:
    assert _unspoken(ast.parse(code))


@pytest.mark.parametrize(
    "code",
    [
        'self.tr("共 {0} 户").format(n)',
        'self.tr("户", "", n)',
        'translate("Context", "保存")',
        'QCoreApplication.translate("Context", "{0} 户").format(n)',
        'def save(self):\n    """保存."""',
    ],
)
def test_unspoken_lets_the_proper_form_pass(code: str) -> None:
    assert _unspoken(ast.parse(code)) == []

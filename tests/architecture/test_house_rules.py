"""Each house rule finds a planted offence and lets the proper form pass."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts import house_rules
from scripts.house_rules import Source

ROOT = Path(__file__).parents[2]
ZH, EN = house_rules.MESSAGES


def _found(path: str, text: str, *others: Source) -> list[str]:
    return [str(offence) for offence in house_rules.offences([Source(path, text), *others])]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("sync/engine/utils.py", ""),
        ("sync/engine/date_utils.py", ""),
        ("sync/engine/common.py", ""),
        ("sync/engine/push.py", "class PushManager: ..."),
        ("sync/engine/push.py", "def misc_parts(): ..."),
        ("ui/main.py", "class HTTPHandler: ..."),
        ("tests/unit/test_push.py", "async def helper(): ..."),
    ],
)
def test_banned_names_empty_word_is_found(path: str, text: str) -> None:
    assert len(_found(path, text)) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("sync/engine/push.py", "def common_passphrases(): ...\ndef utilise(): ...\ndef management(): ..."),
        ("server/main.py", "def exception_handler(): ..."),
        ("docs/utils.md", "class PushManager"),
    ],
)
def test_banned_names_other_words_pass(path: str, text: str) -> None:
    assert _found(path, text) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("ui/screens/today/screen.py", 'tr("已保存,可以离开")'),
        ("ui/screens/today/screen.py", 'tr("确定吗? 请核对")'),
        ("resources/i18n/zh/labels.toml", 'a = "姓名:必填"'),
    ],
)
def test_half_width_punctuation_between_han_is_found(path: str, text: str) -> None:
    assert len(_found(path, text)) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("ui/screens/today/screen.py", 'tr("已保存，可以离开：{name}, {count}")'),
        ("ui/screens/today/screen.py", "x = 1  # 今天,明天"),
        ("fieldapp/domain/clock.py", 'x = "甲,乙"'),
    ],
)
def test_half_width_punctuation_elsewhere_passes(path: str, text: str) -> None:
    assert _found(path, text) == []


def test_hidden_translations_inside_a_formatted_text_are_found() -> None:
    planted = "class A:\n    def b(self):\n        return f\"<b>{escape(self.tr('未填'))}</b>\"\n"
    assert len(_found("ui/widgets/card.py", planted)) == 1
    proper = "class A:\n    def b(self):\n        blank = self.tr('未填')\n        return f'<b>{blank}</b>'\n"
    assert _found("ui/widgets/card.py", proper) == []


@pytest.mark.parametrize(
    "text",
    [
        "cd /" + "root/project",
        "see (/" + "work/main)",
        "https://files.python" + "hosted.org/packages/x.whl",
        "--index" + "-url https://example.org/simple",
        "https://py" + "pi.example.org/simple",
        "C:" + "\\Users\\someone",
        "/home/" + "someone/fieldapp",
    ],
)
def test_machine_places_any_tracked_file_is_found(text: str) -> None:
    assert len(_found("docs/notes.md", text)) == 1


@pytest.mark.parametrize(
    "text", ["/tmp/x", "/usr/lib/postgresql", "field/work/x", "https://example.org/root/"]
)
def test_machine_places_other_paths_pass(text: str) -> None:
    assert _found("docs/notes.md", text) == []


def test_missing_sentences_code_without_sentence_in_one_language_is_found() -> None:
    code = 'raise RuleError("id_number_checksum", field="id_number")\nraise errors.StorageError("disk_full")'
    both = '[rules]\nid_number_checksum = "…"\n'
    found = _found(
        "fieldapp/domain/rules/identity.py",
        code,
        Source(ZH, both + 'disk_full = "…"'),
        Source(EN, both),
    )
    assert found == [
        f"fieldapp/domain/rules/identity.py:2: error code 'disk_full' has no sentence in {EN}",
    ]


def test_missing_sentences_code_as_section_with_several_sentences_passes() -> None:
    tables = '[disk_full]\ntitle = "…"\nadvice = "…"\n'
    assert _found("ui/x.py", 'StorageError("disk_full")', Source(ZH, tables), Source(EN, tables)) == []


@pytest.mark.parametrize(
    ("path", "text", "rule"),
    [
        ("ui/screens/today/screen.py", 'print("x")\n', "T201"),
        ("fieldapp/services/visits.py", "import random\n\nrandom.seed(1)\n", "TID251"),
        ("fieldapp/services/visits.py", "from random import choice\n\nchoice([1])\n", "TID251"),
    ],
)
def test_ruff_print_and_random_in_product_code_are_found(path: str, text: str, rule: str) -> None:
    assert rule in _ruff(path, text)


@pytest.mark.parametrize(
    ("path", "text"),
    [("server/cli.py", 'print("x")\n'), ("bench/sync.py", "import random\n\nrandom.seed(1)\nprint(1)\n")],
)
def test_ruff_print_and_random_where_they_belong_pass(path: str, text: str) -> None:
    assert "T201" not in _ruff(path, text)
    assert "TID251" not in _ruff(path, text)


def _ruff(path: str, text: str) -> str:
    finished = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--output-format=concise", f"--stdin-filename={path}", "-"],
        input=text,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert finished.returncode in {0, 1}, finished.stderr
    return finished.stdout


def test_tracked_sources_reads_this_repository() -> None:
    paths = {source.path for source in house_rules.tracked_sources(ROOT)}
    assert {"pyproject.toml", "Makefile", "fieldapp/domain/ids.py", ".ci/run"} <= paths

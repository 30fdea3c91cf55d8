"""Every sentence and label can be said in both languages, whatever facts are missing."""

import enum
import re
import string
import tomllib
from typing import Any

import pytest

from fieldapp.app.paths import resources
from fieldapp.app.preferences import Language
from fieldapp.app.texts import Texts, texts
from fieldapp.domain.errors import NotAllowedError, RuleError, StorageError
from fieldapp.domain.records.persons import DisabilityType
from fieldapp.domain.records.visits import NeedKind, Result

FILES = ("messages.toml", "import_reasons.toml")
LEFT_OVER = re.compile(r"[{}]")


def table(language: Language, name: str) -> dict[str, Any]:
    return tomllib.loads((resources() / "i18n" / language.value / name).read_text("utf-8"))


@pytest.fixture(params=list(Language))
def language(request: pytest.FixtureRequest) -> Language:
    return Language(request.param)


@pytest.fixture
def spoken(language: Language) -> Texts:
    return texts(language)


@pytest.mark.parametrize("name", FILES)
def test_message_every_sentence_can_be_said_without_its_facts(
    spoken: Texts, language: Language, name: str
) -> None:
    for code, sentence in table(language, name).items():
        if name != "messages.toml" and code in table(language, "messages.toml"):
            continue  # said on screens with the other file's words
        slots = {slot for _, slot, _, _ in string.Formatter().parse(sentence) if slot} - {"code"}
        bare, nothing = spoken.message(code), spoken.message(code, **dict.fromkeys(slots))
        assert bare == nothing
        assert bare, code
        assert not LEFT_OVER.search(bare), code
        assert "None" not in bare
        full = spoken.message(code, **dict.fromkeys(slots, 7))
        assert full == sentence.format(**dict.fromkeys(slots, 7), code=code)


@pytest.mark.parametrize("name", FILES)
def test_message_sentences_have_the_same_codes_and_slots_in_both_languages(name: str) -> None:
    def slots(language: Language) -> dict[str, set[str]]:
        return {
            code: {slot for _, slot, _, _ in string.Formatter().parse(sentence) if slot}
            for code, sentence in table(language, name).items()
        }

    assert slots(Language.ZH) == slots(Language.EN)


def test_message_unknown_code_names_the_code(spoken: Texts) -> None:
    assert "no_such_code" in spoken.message("no_such_code")


def test_error_facts_are_filled_in(spoken: Texts) -> None:
    assert "3" in spoken.error(NotAllowedError("wrong_pin", tries_left=3))
    assert "500" in spoken.error(RuleError("text_too_long", "remark", limit=500))
    assert spoken.error(StorageError("disk_full")) == spoken.message("disk_full")


def test_message_facts_are_never_read_as_a_pattern(spoken: Texts) -> None:
    said = spoken.message("text_too_long", limit="{code.__class__}")
    assert "{code.__class__}" in said


def test_label_is_found_where_code_and_name_of_a_value_differ() -> None:
    assert [texts(Language.ZH).label(one) for one in (DisabilityType.VISUAL, DisabilityType.MENTAL)] == [
        "视力",
        "精神",
    ]


def test_label_every_label_of_the_file_is_said(spoken: Texts, language: Language) -> None:
    for kind, members in table(language, "labels.toml").items():
        if kind == "fields":
            continue
        coded: Any = enum.EnumMeta.__call__(enum.Enum, kind, {f"M_{n}": v for n, v in enumerate(members)})
        assert [spoken.label(one) for one in coded] == list(members.values())


def test_label_of_nothing_is_empty_and_of_a_stranger_is_its_value(spoken: Texts) -> None:
    class Stranger(enum.Enum):
        ONE = "one"

    assert (spoken.label(None), spoken.label(Stranger.ONE)) == ("", "one")


def test_labels_of_several_values_stand_in_one_line(spoken: Texts) -> None:
    said = spoken.labels((NeedKind.CARE, NeedKind.MEAL), " / ")
    assert said == f"{spoken.label(NeedKind.CARE)} / {spoken.label(NeedKind.MEAL)}"
    assert spoken.label(Result.NORMAL) != "NORMAL"


def test_field_every_name_of_the_file_is_said(spoken: Texts, language: Language) -> None:
    for kind, names in table(language, "labels.toml")["fields"].items():
        assert {name: spoken.field(kind, name) for name in names} == names
    assert spoken.field("visits", "no_such_field") == "no_such_field"

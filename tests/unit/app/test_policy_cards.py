"""Policy cards: both languages say the same things, and the search finds them."""

import re

import pytest

from fieldapp.app.policy_cards import PolicyTopic, find_cards, policy_cards
from fieldapp.app.preferences import Language

ZH, EN = policy_cards(Language.ZH), policy_cards(Language.EN)
HAN = re.compile(r"[㐀-鿿]")


def test_both_languages_have_the_same_cards() -> None:
    assert len(ZH) >= 20
    assert {one.topic for one in ZH} == set(PolicyTopic)
    for zh, en in zip(ZH, EN, strict=True):
        assert (zh.key, zh.topic, len(zh.points)) == (en.key, en.topic, len(en.points))
        assert (bool(zh.source), bool(zh.materials)) == (bool(en.source), bool(en.materials)), zh.key
        assert bool(zh.source) == bool(zh.dated), "a source is named with its year"
        assert not HAN.search(" ".join((en.title, *en.points, en.department, en.source, *en.keywords)))


def test_cards_are_short_enough_to_be_said_at_the_door() -> None:
    for card in ZH:
        assert 1 <= len(card.points) <= 4
        assert sum(map(len, card.points)) <= 160, card.key


@pytest.mark.parametrize(
    ("typed", "topic", "first"),
    [
        ("护理补贴", None, "disability_allowances"),
        ("公示", None, "public_notice"),
        ("先救助", None, "relief_first"),
        ("大病 医保", None, "medical"),
        ("", PolicyTopic.TEKUN, "tekun"),
        ("80岁", None, "old_age"),
    ],
)
def test_search_puts_what_a_card_is_about_first(typed: str, topic: PolicyTopic | None, first: str) -> None:
    assert find_cards(ZH, typed, topic)[0].key == first


def test_search_takes_every_word_and_every_case() -> None:
    assert find_cards(ZH, "低保 宇宙飞船") == []
    assert find_cards(EN, "CHARITY")[0].key == "services"
    assert find_cards(ZH) == list(ZH)

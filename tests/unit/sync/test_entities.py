"""The registry of synced kinds: what devices in the field rely on."""

from typing import Final

from sync.protocol.entities import EDITION, ENTITIES, kinds_between

RELEASED: Final = {
    "areas": 1, "users": 1, "parameters": 1, "households": 1, "persons": 1, "visits": 1, "audit_events": 1,
}  # fmt: skip
"""Kinds by the edition that brought them. A release adds lines; it never changes one."""


def test_a_released_kind_keeps_its_edition() -> None:
    assert {kind: ENTITIES[kind].since for kind in RELEASED} == RELEASED


def test_a_new_kind_has_an_edition_above_every_released_one() -> None:
    newer = {kind: spec.since for kind, spec in ENTITIES.items() if kind not in RELEASED}
    assert all(since > max(RELEASED.values()) for since in newer.values()), newer


def test_editions_part_the_registry() -> None:
    parts = [kinds_between(edition, edition + 1) for edition in range(EDITION)]
    assert sorted(kind for part in parts for kind in part) == sorted(ENTITIES)
    assert kinds_between(0, EDITION) == tuple(ENTITIES)
    assert kinds_between(EDITION, EDITION + 5) == ()

"""Drawing targets and inspectors of a spot check, and what a check must say (R14, R15; domain layer).

Everything follows from the seed: ids are ordered by the SHA-256 of `seed|id`, so anybody who knows the seed
and the population can draw again and must come to the same. The order in which ids are given has no say.
"""

import datetime as dt
import hashlib
from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import RuleError
from fieldapp.domain.records.areas import contains
from fieldapp.domain.records.spot_checks import (
    BarReason,
    Barred,
    CheckAnswer,
    CheckDraft,
    Found,
    Inspector,
    Population,
)
from fieldapp.domain.rules.finding import Finding, error

PER_THOUSAND: Final = 1000
MIN_SEED: Final = 8
WITNESSES: Final = 2
QUESTIONS: Final[dict[Population, tuple[str, ...]]] = {
    Population.HOUSEHOLDS: (
        "met", "identity_agrees", "category_agrees", "amount_agrees", "visit_true", "notice_posted",
    ),
    Population.DECISIONS: ("met", "identity_agrees", "category_agrees", "amount_agrees", "notice_posted"),
    Population.VISITS: ("met", "identity_agrees", "visit_true"),
    Population.CONTRACTS: ("met", "amount_agrees", "visit_true"),
}  # fmt: skip
"""What is asked of a target, in the order of the form; the rest is NOT_CHECKED."""
ALL_QUESTIONS: Final = QUESTIONS[Population.HOUSEHOLDS]


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that can be drawn. `stratum` is the code of its town ('' = the county). `workers`: the ids of
    those whose own work it is; `household_id` is '' where it is no family's."""

    id: str
    stratum: str = ""
    household_id: str = ""
    workers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Assigned:
    """Who checks a target: the leading inspector and the one beside him, '' = nobody may. `barred` are those
    of the plan who may not, each with the reason."""

    subject_id: str
    lead: str
    second: str
    barred: tuple[Barred, ...]


def rank(seed: str, subject_id: str) -> str:
    """What decides the order of an id under a seed (R14)."""
    return hashlib.sha256(f"{seed}|{subject_id}".encode()).hexdigest()


def in_order(seed: str, ids: Iterable[str]) -> list[str]:
    """Ids in the order of a seed, each once."""
    return sorted(set(ids), key=lambda one: (rank(seed, one), one))


def sample_size(size: int, rate: int, minimum: int) -> int:
    """How many of a stratum are drawn: the rate (per thousand) rounded up, from `minimum` to all."""
    return min(size, max(minimum, -(-size * rate // PER_THOUSAND)))


def draw(
    seed: str, subjects: Iterable[tuple[str, str]], rate: int, minimum: int
) -> dict[str, tuple[str, ...]]:
    """The ids drawn, by stratum, in the order of drawing; `subjects` are pairs of stratum and id."""
    strata: dict[str, set[str]] = {}
    for stratum, subject_id in subjects:
        strata.setdefault(stratum, set()).add(subject_id)
    return {
        stratum: tuple(in_order(seed, ids)[: sample_size(len(ids), rate, minimum)])
        for stratum, ids in sorted(strata.items())
    }


def next_in_stratum(seed: str, ids: Iterable[str], drawn: Collection[str]) -> str:
    """Who takes the place of a target that is replaced: the next in the order who was not drawn yet.

    Raises RuleError("spot_check_nobody_left")."""
    for one in in_order(seed, ids):
        if one not in drawn:
            return one
    raise RuleError("spot_check_nobody_left")


def population_digest(subjects: Iterable[tuple[str, str]]) -> str:
    """The SHA-256 of a population: its lines `stratum|id` in order, each ended by a line feed."""
    lines = "".join(f"{stratum}|{subject_id}\n" for stratum, subject_id in sorted(set(subjects)))
    return hashlib.sha256(lines.encode()).hexdigest()


def bars(inspector: Inspector, worked_in: Collection[str], subject: Subject) -> BarReason | None:
    """Why an inspector may not check a subject; None = he may. `worked_in` are the areas of his roles, past
    ones too; those that span several towns bar from none."""
    if subject.stratum and any(
        contains(subject.stratum, area) for area in (*inspector.towns, *worked_in) if area
    ):
        return BarReason.SAME_TOWN
    if inspector.user_id in subject.workers:
        return BarReason.OWN_WORK
    if subject.household_id and subject.household_id in inspector.relative_households:
        return BarReason.RELATIVE
    return None


def assign(
    seed: str,
    targets: Iterable[Subject],
    inspectors: Iterable[Inspector],
    worked_in: Mapping[str, Collection[str]],
) -> list[Assigned]:
    """Who checks what: targets in the order of the seed, inspectors in turns that begin in the same order.

    The first in turn who may takes the target and goes to the end; whoever is passed over keeps his turn, so
    avoiding costs nobody and spares nobody. The next in turn who may goes beside him.
    """
    known = sorted(inspectors, key=lambda one: one.user_id)
    barred = {
        subject.id: tuple(
            Barred(user_id=one.user_id, reason=reason)
            for one in known
            if (reason := bars(one, worked_in.get(one.user_id, ()), subject)) is not None
        )
        for subject in targets
    }
    users = [one.user_id for one in known]
    return [
        Assigned(subject_id, lead, second, barred[subject_id])
        for subject_id, lead, second in take_turns(seed, users, barred)
    ]


def take_turns(
    seed: str, users: Iterable[str], barred: Mapping[str, Collection[Barred]]
) -> list[tuple[str, str, str]]:
    """(target, lead, second) of every target, from who is barred from it."""
    turns = deque(in_order(seed, users))
    found = []
    for subject_id in in_order(seed, barred):
        out = {one.user_id for one in barred[subject_id]}
        fit = [user for user in turns if user not in out]
        lead, second = (*fit, "", "")[:2]
        if lead:
            turns.remove(lead)
            turns.append(lead)
        found.append((subject_id, lead, second))
    return found


def check_seed(seed: str, witnesses: Collection[str]) -> None:
    """Raises RuleError: spot_check_seed_short, spot_check_witnesses."""
    check_seed_text(seed)
    if len({one.strip() for one in witnesses} - {""}) < WITNESSES:
        raise RuleError("spot_check_witnesses", "witnesses", least=WITNESSES)


def check_seed_text(seed: str) -> None:
    """Raises RuleError("spot_check_seed_short")."""
    if len(seed) < MIN_SEED or seed != seed.strip() or "|" in seed:
        raise RuleError("spot_check_seed_short", "seed", least=MIN_SEED)


def check_findings(draft: CheckDraft, population: Population, checked_on: dt.date) -> list[Finding]:
    """What stops a check from being handed in, each at its field."""
    problems = [
        error("spot_check_answer_needed", name)
        for name in QUESTIONS[population]
        if getattr(draft, name) is None
    ]
    wrong = set(draft.found) - {Found.OK}
    if not draft.found:
        problems.append(error("spot_check_found_needed", "found"))
    elif wrong and Found.OK in draft.found:
        problems.append(error("spot_check_found_both", "found"))
    if draft.found == (Found.OK,) and _says_no(draft, population):
        problems.append(error("spot_check_found_contradicts", "found"))
    if wrong and not draft.detail.strip():
        problems.append(error("spot_check_detail_needed", "detail"))
    if wrong and draft.rectify_due is None:
        problems.append(error("spot_check_due_needed", "rectify_due"))
    if wrong and draft.rectify_due is not None and draft.rectify_due < checked_on:
        problems.append(error("spot_check_due_past", "rectify_due"))
    if draft.lead_signature is None:
        problems.append(error("spot_check_signature_needed", "lead_signature"))
    return problems


def _says_no(draft: CheckDraft, population: Population) -> bool:
    """Whether something does not agree. Nobody at home is no finding by itself."""
    return any(getattr(draft, name) is CheckAnswer.NO for name in QUESTIONS[population] if name != "met")


def check_rectification(rectified_on: dt.date, checked_at: dt.datetime, today: dt.date) -> None:
    """Raises RuleError("spot_check_rectified_day"): not before the check, not in the future."""
    if not local_day(checked_at) <= rectified_on <= today:
        raise RuleError("spot_check_rectified_day", "rectified_on")

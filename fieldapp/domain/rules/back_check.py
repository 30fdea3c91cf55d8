"""Back-checks: which steps there are, who may be asked, how visits are drawn, what differs (R14, R15).

Differences belong to questions and areas. Nothing here counts them by worker, and nothing may.
"""

import datetime as dt
import enum
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.parameters import BackCheckRules
from fieldapp.domain.permissions import Permission, actor_on
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.domain.records.back_checks import (
    BackCheckAction,
    BackCheckAnswers,
    BackCheckFields,
    BackCheckOutcome,
    BackCheckQuestion,
    BackCheckStatus,
    BackCheckStepFields,
)
from fieldapp.domain.records.users import UserFields
from fieldapp.domain.records.visits import (
    NOBODY_MET,
    Mode,
    Satisfaction,
    VisitFields,
    VisitState,
    YesNoUnknown,
)
from fieldapp.domain.rules.spot_check import in_order

_S, _A = BackCheckStatus, BackCheckAction
TRANSITIONS: Final[Mapping[tuple[BackCheckStatus, BackCheckAction], BackCheckStatus]] = MappingProxyType(
    {
        (_S.REQUESTED, _A.ANSWER): _S.ANSWERED,
        (_S.REQUESTED, _A.DECLINE): _S.DECLINED,
        (_S.REQUESTED, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.DECLINED, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.ANSWERED, _A.ASK): _S.ASKED,
        (_S.ANSWERED, _A.CLOSE): _S.CLOSED,
        (_S.ASKED, _A.EXPLAIN): _S.EXPLAINED,
        (_S.ASKED, _A.CLOSE): _S.CLOSED,
        (_S.EXPLAINED, _A.ASK): _S.ASKED,
        (_S.EXPLAINED, _A.CLOSE): _S.CLOSED,
    }
)
"""What may follow what. Everything else is refused."""
OVER: Final = frozenset({_S.WITHDRAWN, _S.CLOSED})
"""A back-check that was handed back waits for the supervisor, who withdraws it and asks somebody else."""


class Party(enum.StrEnum):
    """Who takes a step: the second worker, the supervisor, or who wrote the visit."""

    CHECKER = "CHECKER"
    SUPERVISOR = "SUPERVISOR"
    AUTHOR = "AUTHOR"


TAKEN_BY: Final[Mapping[BackCheckAction, Party]] = MappingProxyType(
    {
        _A.ANSWER: Party.CHECKER,
        _A.DECLINE: Party.CHECKER,
        _A.WITHDRAW: Party.SUPERVISOR,
        _A.ASK: Party.SUPERVISOR,
        _A.EXPLAIN: Party.AUTHOR,
        _A.CLOSE: Party.SUPERVISOR,
    }
)
PERMISSION_FOR: Final[Mapping[Party, Permission]] = MappingProxyType(
    {
        Party.CHECKER: Permission.CREATE_VISIT,
        Party.SUPERVISOR: Permission.REQUEST_BACK_CHECK,
        Party.AUTHOR: Permission.CREATE_VISIT,
    }
)
"""What a step asks for in the household's area."""
WITH_NOTE: Final = frozenset({_A.DECLINE, _A.WITHDRAW, _A.ASK, _A.EXPLAIN, _A.CLOSE})
MODES: Final = (Mode.PHONE, Mode.ONSITE)
"""How a family can be asked again."""


# -- steps --------------------------------------------------------------------------------------------


def parties(
    check: BackCheckFields, versions: Sequence[VisitFields], user_id: str, *, supervises: bool
) -> frozenset[Party]:
    """What a worker is to a back-check of a visit (its versions, oldest first). Who took part in the visit or
    asks the family again does not judge the outcome."""
    found = set()
    if user_id == check.checker_id:
        found.add(Party.CHECKER)
    if any(user_id == one.created_by for one in versions):
        found.add(Party.AUTHOR)
    if supervises and user_id not in {check.checker_id, *took_part(versions)}:
        found.add(Party.SUPERVISOR)
    return frozenset(found)


def took_part(versions: Iterable[VisitFields]) -> frozenset[str]:
    """Who made, joined or wrote down a visit."""
    return frozenset(who for one in versions for who in (one.created_by, *one.visitors))


def advance(status: BackCheckStatus, step: BackCheckStepFields, by: Collection[Party]) -> BackCheckStatus:
    """Where a back-check stands after a step.

    Raises NotAllowedError not_permitted, back_check_step; RuleError reason_required, back_check_outcome,
    back_check_mode, relation_undeclared.
    """
    if TAKEN_BY[step.action] not in by:
        raise NotAllowedError("not_permitted")
    after = TRANSITIONS.get((status, step.action))
    if after is None:
        raise NotAllowedError("back_check_step", status=status, action=step.action)
    if step.action in WITH_NOTE and not step.note.strip():
        raise RuleError("reason_required", "note")
    if step.action is BackCheckAction.ANSWER:
        check_answer(step)
    return after


def check_answer(step: BackCheckStepFields) -> None:
    """Raises RuleError back_check_outcome, back_check_mode, relation_undeclared, reason_required (nobody was
    reached or wanted to answer, and nothing is said of it)."""
    if step.outcome is None:
        raise RuleError("back_check_outcome", "outcome")
    if step.mode not in MODES:
        raise RuleError("back_check_mode", "mode")
    if not step.no_relation:
        raise RuleError("relation_undeclared", "no_relation")
    if step.outcome is not BackCheckOutcome.TOLD and not step.note.strip():
        raise RuleError("reason_required", "note")


def actions_from(status: BackCheckStatus, by: Collection[Party]) -> tuple[BackCheckAction, ...]:
    """What somebody could do next."""
    return tuple(act for before, act in TRANSITIONS if before is status and TAKEN_BY[act] in by)


def blinds(check: BackCheckFields, user_id: str) -> bool:
    """Whether a worker must not see the visit that he asks about: until his answer is given."""
    return check.checker_id == user_id and check.status is BackCheckStatus.REQUESTED


def shown_to_author(status: BackCheckStatus) -> bool:
    """Whether the first author hears of it: once he is asked, and what became of that."""
    return status in (BackCheckStatus.ASKED, BackCheckStatus.EXPLAINED)


# -- asking for one -----------------------------------------------------------------------------------


def check_request(check: BackCheckFields, versions: Sequence[VisitFields], checker: UserFields | None,
                  area_code: str, on: dt.date, *, open_already: bool) -> None:  # fmt: skip
    """Whether a visit may be asked about again by this worker. `versions` oldest first, `area_code` of the
    household.

    Raises RuleError back_check_questions, back_check_mode, visit_corrected, back_check_visit,
    back_check_open, back_check_checker.
    """
    if not check.questions or len(set(check.questions)) != len(check.questions):
        raise RuleError("back_check_questions", "questions")
    if check.mode not in MODES:
        raise RuleError("back_check_mode", "mode")
    if versions[-1].id != check.visit_id:
        raise RuleError("visit_corrected", "visit_id")
    if not may_be_checked(versions[-1]):
        raise RuleError("back_check_visit", "visit_id")
    if open_already:
        raise RuleError("back_check_open", "visit_id")
    if checker is None or not may_ask_again(checker, versions, area_code, on, check.created_by):
        raise RuleError("back_check_checker", "checker_id")


def may_be_checked(visit: VisitFields) -> bool:
    """Whether somebody was met, so that there is something to ask about, and the visit stands."""
    return visit.state is VisitState.SUBMITTED and visit.result not in NOBODY_MET


def may_ask_again(
    worker: UserFields, versions: Iterable[VisitFields], area_code: str, on: dt.date, requested_by: str
) -> bool:
    """Whether a worker can be the second one: active, visits households there, had no part in the visit and
    does not ask for the check himself, as he reads the first answers. That he is no near relative he declares
    with his answer (R15): relatives are not on file."""
    if not worker.active or worker.id == requested_by or worker.id in took_part(versions):
        return False
    return actor_on(worker.id, worker.roles, on).may(Permission.CREATE_VISIT, area_code)


# -- second workers of a draw (R14) -------------------------------------------------------------------


def assigned(
    seed: str, drawn: Sequence[str], workers: Collection[str], may: Callable[[str, str], bool]
) -> dict[str, str]:
    """The second worker of each drawn visit: by turns in the seed's order, passing over who may not
    (`may(worker, visit)`). A visit that nobody may ask about again is left out."""
    order = in_order(seed, workers)
    turn, found = 0, {}
    for one in drawn:
        for ahead in range(len(order)):
            worker = order[(turn + ahead) % len(order)]
            if may(worker, one):
                found[one] = worker
                turn = (turn + ahead + 1) % len(order)
                break
    return found


# -- comparing ----------------------------------------------------------------------------------------


class Verdict(enum.StrEnum):
    """How two answers lie to one another. NEAR: they differ, but not by more than people misremember.
    OPEN: one of them is unknown, or it is words, which are read and not compared."""

    SAME = "SAME"
    NEAR = "NEAR"
    DIFFERENT = "DIFFERENT"
    OPEN = "OPEN"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One question with both answers, as values of BackCheckAnswers."""

    question: BackCheckQuestion
    first: object
    second: object
    verdict: Verdict


def first_answers(visit: VisitFields) -> BackCheckAnswers:
    """What the first worker wrote, as the questions ask for it."""
    found = visit.findings
    return BackCheckAnswers(
        visited=YesNoUnknown.YES,
        visited_on=local_day(visit.finished_at),
        mode=visit.mode,
        at_home_count=found.at_home_count,
        money_received=found.money_received,
        carer_present=found.carer_present,
        needs=visit.needs,
        satisfaction=visit.satisfaction,
        words=visit.suggestion,
    )


def compare(
    visit: VisitFields, check: BackCheckFields, told: BackCheckAnswers, rules: BackCheckRules
) -> tuple[Comparison, ...]:
    """Both answers to each question of a back-check, in the order of the questions.

    Who says that nobody came answers nothing else about the visit: only that difference is told.
    """
    first = first_answers(visit)
    denied = BackCheckQuestion.VISITED in check.questions and told.visited is YesNoUnknown.NO
    found = []
    for question in BackCheckQuestion:
        if question not in check.questions:
            continue
        one, two = answer_of(first, question), answer_of(told, question)
        about_visit = question in _ABOUT_THE_VISIT
        verdict = Verdict.OPEN if denied and about_visit else _COMPARED[question](one, two, rules)
        found.append(Comparison(question, one, two, verdict))
    return tuple(found)


def answer_of(answers: BackCheckAnswers, question: BackCheckQuestion) -> object:
    """The answer to a question."""
    return getattr(answers, question.value.lower())


_ABOUT_THE_VISIT: Final = frozenset(
    {
        BackCheckQuestion.VISITED_ON,
        BackCheckQuestion.MODE,
        BackCheckQuestion.AT_HOME_COUNT,
        BackCheckQuestion.CARER_PRESENT,
        BackCheckQuestion.NEEDS,
        BackCheckQuestion.SATISFACTION,
    }
)
"""What somebody whom nobody visited cannot tell."""

Compared = Callable[[object, object, BackCheckRules], Verdict]


def _exactly(first: object, second: object, rules: BackCheckRules) -> Verdict:
    if first in _UNKNOWN or second in _UNKNOWN:
        return Verdict.OPEN
    return Verdict.SAME if first == second else Verdict.DIFFERENT


def _within(first: float, second: float, tolerance: int) -> Verdict:
    away = abs(first - second)
    return Verdict.SAME if away == 0 else Verdict.NEAR if away <= tolerance else Verdict.DIFFERENT


def _days(first: object, second: object, rules: BackCheckRules) -> Verdict:
    if not isinstance(first, dt.date) or not isinstance(second, dt.date):
        return Verdict.OPEN
    return _within(first.toordinal(), second.toordinal(), rules.date_tolerance_days)


def _counts(first: object, second: object, rules: BackCheckRules) -> Verdict:
    if not isinstance(first, int) or not isinstance(second, int):
        return Verdict.OPEN
    return _within(first, second, rules.count_tolerance)


def _content(first: object, second: object, rules: BackCheckRules) -> Verdict:
    verdict = _exactly(first, second, rules)
    content = {Satisfaction.VERY, Satisfaction.OK}
    return Verdict.NEAR if verdict is Verdict.DIFFERENT and {first, second} == content else verdict


def _needs(first: object, second: object, rules: BackCheckRules) -> Verdict:
    """A need told now that the visit does not know is a difference; one not told any more may be met."""
    known, told = _set_of(first), _set_of(second)
    if told - known:
        return Verdict.DIFFERENT
    return Verdict.NEAR if known - told else Verdict.SAME


def _set_of(value: object) -> frozenset[object]:
    return frozenset(value) if isinstance(value, tuple) else frozenset()


def _read(first: object, second: object, rules: BackCheckRules) -> Verdict:
    return Verdict.OPEN


_UNKNOWN: Final = (None, YesNoUnknown.UNKNOWN, Satisfaction.REFUSED)
_Q = BackCheckQuestion
_COMPARED: Final[Mapping[BackCheckQuestion, Compared]] = MappingProxyType(
    {
        _Q.VISITED: _exactly,
        _Q.VISITED_ON: _days,
        _Q.MODE: _exactly,
        _Q.AT_HOME_COUNT: _counts,
        _Q.MONEY_RECEIVED: _exactly,
        _Q.CARER_PRESENT: _exactly,
        _Q.NEEDS: _needs,
        _Q.SATISFACTION: _content,
        _Q.WORDS: _read,
    }
)


# -- report -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CheckedVisit:
    """An answered back-check: where the household is, and how the answers lie."""

    back_check_id: str
    area_code: str
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class QuestionTally:
    """A question in an area: the back-checks whose answers could be compared, and those that differ."""

    area_code: str
    question: BackCheckQuestion
    compared_ids: tuple[str, ...]
    different_ids: tuple[str, ...]


def tally(checked: Iterable[CheckedVisit], by: AreaLevel) -> list[QuestionTally]:
    """Differences by area and question, areas by code, questions in their order."""
    compared: dict[tuple[str, BackCheckQuestion], list[str]] = defaultdict(list)
    different: dict[tuple[str, BackCheckQuestion], list[str]] = defaultdict(list)
    for one in checked:
        for answer in one.comparisons:
            if answer.verdict is Verdict.OPEN:
                continue
            key = (one.area_code[: CODE_LENGTH[by]], answer.question)
            compared[key].append(one.back_check_id)
            if answer.verdict is Verdict.DIFFERENT:
                different[key].append(one.back_check_id)
    order = {question: at for at, question in enumerate(BackCheckQuestion)}
    return [
        QuestionTally(*key, tuple(compared[key]), tuple(different[key]))
        for key in sorted(compared, key=lambda key: (key[0], order[key[1]]))
    ]

"""复制简报: what may be told in a work group's chat about a visit, a household, a clue, a day, a month.

Always in Chinese, like the groups. Codes and counts only; see domain.rules.brief. Layer 4.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from fieldapp.app.preferences import Language
from fieldapp.app.texts import texts
from fieldapp.domain.clock import local_day
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import PersonFields
from fieldapp.domain.rules.brief import Brief, without_people
from fieldapp.services import households as files
from fieldapp.services.clues import clue_view
from fieldapp.services.context import Context
from fieldapp.services.statistics import StatisticsView
from fieldapp.storage.repositories import households, visits


@dataclass(frozen=True, slots=True)
class DayFigures:
    """A worker's day in households; `done` of `owing` are visits of the period."""

    area_name: str
    visited_today: int
    left_today: int
    overdue: int
    due_soon: int
    done: int
    owing: int


def visit_brief(context: Context, visit_id: str) -> Brief:
    """A visit: when, where down to the group, which category, how, with what result.

    Raises NotAllowedError("visit_not_here", "household_not_here" or "not_permitted").
    """
    with context.store.reading() as connection:
        visit = visits.get(connection, visit_id)
        home = households.get(connection, visit.household_id)
        context.actor(connection).require(Permission.READ_CASES, home.area_code)
        members = households.members(connection, home.id)
        place = _place(connection, home, members)
    words = texts(Language.ZH)
    lines = [
        words.message(
            "brief_visit",
            day=f"{local_day(visit.finished_at):%m-%d}",
            place=place,
            who=_who(context, home.id),
            mode=words.label(visit.mode),
            result=words.label(visit.result),
        )
    ]
    if visit.needs:
        lines.append(words.message("brief_needs", count=len(visit.needs), needs=words.labels(visit.needs)))
    kinds = tuple(dict.fromkeys(change.kind for change in visit.changes))
    if kinds:
        lines.append(words.message("brief_changes", count=len(visit.changes), changes=words.labels(kinds)))
    findings = visit.findings
    written = (visit.narrative, findings.difficulties, findings.actions_taken, findings.next_steps)
    return Brief("\n".join(lines), _own_words(written, home, members))


def household_brief(context: Context, household_id: str) -> Brief:
    """A household: where, which category, how many, how it stands with visits. Raises as `household_card`."""
    card = files.household_card(context, household_id)
    with context.store.reading() as connection:
        home = households.get(connection, household_id)
        members = households.members(connection, household_id)
        place = _place(connection, home, members)
    words = texts(Language.ZH)
    lines = [
        words.message(
            "brief_household",
            place=place,
            who=_who(context, household_id),
            members=card.item.members,
            done=card.visits_this_period,
            required=card.visits_required,
            year=card.visits_12_months,
        )
    ]
    if card.timeline:
        last = card.timeline[0]
        lines.append(
            words.message(
                "brief_last_visit",
                day=f"{local_day(last.finished_at):%Y-%m-%d}",
                result=words.label(last.result),
            )
        )
    return Brief("\n".join(lines))


def clue_brief(context: Context, clue_id: str) -> Brief:
    """An urgent case: kind, urgency, where down to the village, how it stands. Raises as `clue_view`."""
    clue = clue_view(context, clue_id).clue
    with context.store.reading() as connection:
        names = households.area_names(connection)
        known = [one.name for one in (clue.person, clue.informant) if one is not None]
        if clue.household_id:
            known += [one.name for one in households.members(connection, clue.household_id)]
    words = texts(Language.ZH)
    place = names.get(clue.area_code[:9], "") + names.get(clue.area_code[:12], "")
    lines = [
        words.message(
            "brief_clue",
            urgency=words.label(clue.graded or clue.urgency),
            kind=words.label(clue.kind),
            place=without_people(place, known),
            day=f"{local_day(clue.reported_at):%m-%d}",
            status=words.label(clue.status),
        )
    ]
    if clue.measures:
        lines.append(words.message("clue_brief_measures", measures=words.labels(clue.measures)))
    return Brief("\n".join(lines), without_people(clue.description, known, [clue.place]))


def day_brief(context: Context, figures: DayFigures) -> Brief:
    """A worker's day in counts."""
    return Brief(
        texts(Language.ZH).message(
            "brief_day",
            day=f"{context.today():%m-%d}",
            area=figures.area_name,
            visited=figures.visited_today,
            left=figures.left_today,
            overdue=figures.overdue,
            soon=figures.due_soon,
            done=figures.done,
            owing=figures.owing,
        )
    )


def statistics_brief(view: StatisticsView) -> Brief:
    """A month of an area in counts, both numbers of every share."""
    figures = view.whole.figures
    return Brief(
        texts(Language.ZH).message(
            "brief_statistics",
            area=view.area_name,
            month=f"{view.period.start:%Y-%m}",
            visits=len(figures.visit_ids),
            covered=figures.coverage.numerator,
            homes=figures.coverage.denominator,
            coverage=figures.coverage.percent,
            completed=figures.completion.numerator,
            due=figures.completion.denominator,
            completion=figures.completion.percent,
            overdue=len(view.whole.overdue_ids),
            until=f"{view.data_until:%m-%d}" if view.data_until is not None else "—",
        )
    )


def _place(connection: Connection, home: HouseholdFields, members: Iterable[PersonFields]) -> str:
    """Town, village and group; a group may be called after somebody."""
    names = households.area_names(connection)
    town, village = names.get(home.area_code[:9], ""), names.get(home.area_code[:12], "")
    known = [home.head_name, *(one.name for one in members)]
    return without_people(f"{town}{village}{home.group_name}", known)


def _who(context: Context, household_id: str) -> str:
    words = texts(Language.ZH)
    categories = files.household_items(context, [household_id])[0].categories
    return words.labels(categories) or words.message("brief_no_category")


def _own_words(written: Iterable[str], home: HouseholdFields, members: list[PersonFields]) -> str:
    names = [home.head_name]
    names += [name for one in members for name in (one.name, one.name_alias, one.carer_name)]
    texts_there = "；".join(filter(None, (one.strip() for one in written)))
    return without_people(texts_there, names, [home.address, home.registered_address])

"""The made-up county as wire bodies, in the order in which a server can take them."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from fieldapp.domain.parameters import Parameters, ParametersFields
from fieldapp.domain.records.base import compact, wire_body
from fieldapp.domain.records.households import RiskLevel
from fieldapp.domain.records.users import Role
from server.demo_data.aid import AidWriter, Offices
from server.demo_data.album import Album, Blob
from server.demo_data.assessments import AssessmentWriter, Team
from server.demo_data.chance import Chance, chance_for
from server.demo_data.clues import SNOW, TALES, ClueWriter, Hands, Tale
from server.demo_data.geography import COUNTY_CODE, FOCUS_TOWN, FOCUS_VILLAGE, County, make_county
from server.demo_data.households import household_body
from server.demo_data.identity import Numbers, record_id
from server.demo_data.moments import moment
from server.demo_data.people import Stamp, person_bodies
from server.demo_data.plan import HouseholdPlan, make_plans
from server.demo_data.scale import Scale
from server.demo_data.story import SCENES, Cast, tell
from server.demo_data.supervision import SupervisionWriter
from server.demo_data.visits import Home, VisitWriter
from server.demo_data.workers import Login, Staff, make_staff

Body = dict[str, Any]

COUNTY_NAME: Final = "贵池区"
_SAME_NAME_SHARE: Final = 0.03


@dataclass(frozen=True, slots=True)
class HouseholdFile:
    """A household with its members, its visits in order of time, the records of its assessments, of the aid
    it gets, of urgent clues about it, and of what its supervisors did."""

    household: Body
    persons: list[Body]
    visits: list[Body]
    assessments: list[tuple[str, Body]]
    aid: list[tuple[str, Body]] = field(default_factory=list)
    clues: list[tuple[str, Body]] = field(default_factory=list)
    supervision: list[tuple[str, Body]] = field(default_factory=list)


class Manifest:
    """Counts of what was made: what a loader prints and tests compare."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def count(self, kind: str, body: Body) -> None:
        """Count one record under its kind and its tellings."""
        self._counts[kind] += 1
        for name, telling in _TELLINGS.get(kind, {}).items():
            self._counts.update(f"{kind}.{name}.{word}" for word in telling(body))

    def as_dict(self) -> dict[str, int]:
        """Counts by name, sorted."""
        return dict(sorted(self._counts.items()))


_TELLINGS: Final[dict[str, dict[str, Callable[[Body], list[str]]]]] = {
    "areas": {"level": lambda body: [body["level"]]},
    "users": {"role": lambda body: [role["role"] for role in body["roles"]]},
    "households": {
        "category": lambda body: [body["coverages"][0]["category"]],
        "risk": lambda body: [body["risk_level"]],
        "house": lambda body: [body["house_kind"]],
    },
    "persons": {
        "disabled": lambda body: [str(body["disability_grade"])] if "disability_grade" in body else [],
        "illness": lambda body: ["SERIOUS"] if "serious_illness" in body else [],
    },
    "assessments": {
        "level": lambda body: [body["level"]],
        "lowered": lambda body: ["yes"] if "lowering_reason" in body else [],
    },
    "reliefs": {"status": lambda body: [body["status"]]},
    "service_needs": {"status": lambda body: [body["status"]]},
    "clues": {"status": lambda body: [body["status"]], "urgency": lambda body: [body["urgency"]]},
    "visits": {
        "mode": lambda body: [body["mode"]],
        "result": lambda body: [body["result"]],
        "backfilled": lambda body: ["yes"] if body["backfilled"] else [],
        "photos": lambda body: ["photo"] * len(body.get("photos", ())),
        "signature": lambda body: [body["signature"]["attestation"]] if "signature" in body else [],
    },
}


class DemoData:
    """A made-up county. Every iterator starts anew and yields the same each time.

    Only areas, users and the plan of households (not their records) stay in memory.
    """

    def __init__(self, scale: Scale, seed: int, as_of: dt.date) -> None:
        self.scale: Final = scale
        self.seed: Final = seed
        self.as_of: Final = as_of
        self._window_start = as_of - dt.timedelta(days=scale.days)
        self._reader = Album(scale, seed)

    @cached_property
    def county(self) -> County:
        """Towns, villages and grids."""
        return make_county(self.scale, self.seed)

    @cached_property
    def _staff(self) -> Staff:
        registered = moment(self._window_start - dt.timedelta(days=1), 9 * 60)
        return make_staff(self.scale, self.county, self.seed, self._window_start, registered)

    @cached_property
    def _plans(self) -> list[HouseholdPlan]:
        return make_plans(self.scale, self.county, self.seed, self.as_of, len(SCENES))

    @property
    def admin(self) -> str:
        """User id of the system admin, who registered users and areas."""
        return self._staff.by_post[Role.SYSTEM_ADMIN, COUNTY_CODE]

    @property
    def demo_aide(self) -> Login:
        """The aide of the village in which the story takes place: the demo profile."""
        return self._staff.at(Role.VILLAGE_AIDE, FOCUS_VILLAGE)

    @property
    def demo_clerk(self) -> Login:
        """The clerk of that village's town: the demo's supervisor."""
        return self._staff.at(Role.TOWN_CLERK, FOCUS_TOWN)

    def areas(self) -> Iterator[Body]:
        """All areas, parents first."""
        chance = chance_for(self.seed, "areas")
        stamp = self._stamp_of_reference()
        for line in self.county.area_lines():
            body = stamp.fields(chance) | {
                "id": line.code,
                "level": line.level.value,
                "name": line.name,
                "short_name": line.short_name,
                "aliases": list(line.aliases),
                "urban_rural": line.urban_rural.value,
            }
            if len(line.code) >= 9:
                body["duty_phone"] = f"100{chance.randrange(10**8):08d}"
            yield compact(body)

    def users(self) -> Iterator[Body]:
        """All workers."""
        yield from self._staff.bodies

    def parameters(self) -> Body:
        """The county's numbers: defaults, and demo numbers allowed."""
        stamp = self._stamp_of_reference()
        return wire_body(
            ParametersFields(
                id="county",
                created_at=stamp.at,
                created_by=stamp.by,
                updated_at=stamp.at,
                updated_by=stamp.by,
                parameters=Parameters(demo_numbers_allowed=True),
            )
        )

    def logins(self) -> Iterator[Login]:
        """How each user enters."""
        yield from self._staff.logins

    def households(self) -> Iterator[HouseholdFile]:
        """All households in area order, each with its members and visits."""
        numbers = Numbers(self.seed)
        album = Album(self.scale, self.seed)
        writer = VisitWriter(album, self.as_of, self._window_start)
        names = {user["id"]: user["name"] for user in self._staff.bodies}
        last_head: dict[str, str] = {}
        clue_writer = ClueWriter(self.as_of, Parameters())
        tales = self._tales
        for plan in self._plans:
            chance = chance_for(self.seed, "household", plan.ordinal)
            worker, aide = self._staff.serving(plan.grid_code)
            stamp = self._stamp_of(plan)
            if plan.story:
                told = tell(chance, plan, Cast(worker, aide, numbers, album), stamp, self.as_of)
                assessments = self._assessments(album, plan, told.household, Team(aide, worker, names))
                aid = self._aid_of(plan, told.household, worker, told.persons, told.visits)
                clues = self._clues(clue_writer, tales.get(plan.ordinal), plan, told.household, told.visits)
                yield HouseholdFile(told.household, told.persons, told.visits, assessments, aid, clues)
                continue
            household_id = record_id(stamp.at, chance)
            persons = person_bodies(
                chance,
                numbers,
                plan.members,
                household_id=household_id,
                stamp=stamp,
                as_of=self.as_of,
                category=plan.category,
                head_name=_shared_name(chance, last_head.get(plan.village.code, "")),
            )
            last_head[plan.village.code] = persons[0]["name"]
            household = household_body(chance, plan, household_id, persons, stamp, self.as_of)
            home = Home(plan, household, persons, worker, aide)
            visits = list(writer.history(chance, home))
            assessments = self._assessments(album, plan, household, Team(aide, worker, names))
            aid = self._aid_of(plan, household, worker, persons, visits)
            clues = self._clues(clue_writer, tales.get(plan.ordinal), plan, household, visits)
            desk = self._supervision_of(plan, household, worker, visits)
            yield HouseholdFile(household, persons, visits, assessments, aid, clues, desk)

    @cached_property
    def _tales(self) -> dict[int, Tale]:
        """Which clue is told of which household, by its ordinal."""
        if not self.scale.clues:
            return {}
        chance = chance_for(self.seed, "tales")
        told = {plan.ordinal: SNOW for plan in self._plans if plan.story}
        for tale in TALES:
            able = [p for p in self._plans if p.ordinal not in told and p.visits >= 4 and _fits(tale, p)]
            if able:
                told[chance.choice(able).ordinal] = tale
        return told

    def _clues(
        self, writer: ClueWriter, tale: Tale | None, plan: HouseholdPlan, household: Body, visits: list[Body]
    ) -> list[tuple[str, Body]]:
        if tale is None:
            return []
        worker, aide = self._staff.serving(plan.grid_code)
        town = plan.grid_code[:9]
        post = self._staff.by_post
        hands = Hands(worker, aide, post[Role.TOWN_CLERK, town], post[Role.TOWN_LEADER, town])
        chance = chance_for(self.seed, "clue", plan.ordinal)
        return list(writer.told(tale, chance, household, visits, hands))

    def _assessments(
        self, album: Album, plan: HouseholdPlan, household: Body, team: Team
    ) -> list[tuple[str, Body]]:
        if not self.scale.assessments or household["risk_level"] == RiskLevel.NONE:
            return []
        chance = chance_for(self.seed, "assessments", plan.ordinal)
        since = max(plan.listed_on, self._window_start)
        return list(AssessmentWriter(chance, album, household, team).history(since, plan.story))

    def _aid_writer(self, *scope: int | str) -> AidWriter:
        post = self._staff.by_post
        offices = Offices(
            admin=self.admin,
            officer=post[Role.COUNTY_OFFICER, COUNTY_CODE],
            clerk=post[Role.TOWN_CLERK, FOCUS_TOWN],
            leader=post[Role.TOWN_LEADER, FOCUS_TOWN],
            partner=post[Role.PARTNER, COUNTY_CODE],
        )
        return AidWriter(chance_for(self.seed, "aid", *scope), offices, self.as_of)

    @cached_property
    def _lists(self) -> list[tuple[str, Body]]:
        towns = [town.code for town in self.county.towns]
        return list(self._aid_writer().lists(towns, self._stamp_of_reference().at))

    def aid_lists(self) -> Iterator[tuple[str, Body]]:
        """Organisations, their projects, and the first entry of every town's standby fund."""
        yield from self._lists

    @cached_property
    def _aided(self) -> dict[int, int]:
        """Which households of the focus village get which aid, by ordinal: 0 is the story's."""
        focus = [plan for plan in self._plans if plan.village is self.county.focus]
        focus.sort(key=lambda plan: not plan.story)
        return {plan.ordinal: nth for nth, plan in enumerate(focus[:5])}

    def _aid_of(
        self,
        plan: HouseholdPlan,
        household: Body,
        worker: str,
        persons: list[Body],
        visits: list[Body],
    ) -> list[tuple[str, Body]]:
        nth = self._aided.get(plan.ordinal)
        if nth is None:
            return []
        writer = self._aid_writer("household", plan.ordinal)
        listed = {kind: body["id"] for kind, body in reversed(self._lists)}
        aid = (
            lambda: writer.story_relief(household, persons, visits),
            lambda: writer.proposed_relief(household, 2),
            lambda: writer.pending_relief(household, 3),
            lambda: writer.counselling(household, worker, listed["organisations"], listed["projects"]),
            lambda: writer.open_need(household, worker),
        )
        return list(aid[nth]())

    def _supervision_writer(self) -> SupervisionWriter:
        return SupervisionWriter(self.as_of, self.demo_clerk.user_id)

    def campaigns(self) -> Iterator[Body]:
        """What the county's office has started."""
        officer = self._staff.by_post[Role.COUNTY_OFFICER, COUNTY_CODE]
        chance = chance_for(self.seed, "campaigns")
        yield self._supervision_writer().snow_sweep(chance, officer, COUNTY_CODE)

    @cached_property
    def _supervised(self) -> dict[int, int]:
        """Households of the focus village with an exemption that holds (0), one to decide (1), and one whose
        last visit went back (2), by ordinal."""
        focus = [p for p in self._plans if p.village is self.county.focus and p.ordinal not in self._aided]
        able = [p for p in focus if not p.story and p.visits >= 1 and p.ordinal not in self._tales]
        return {plan.ordinal: nth for nth, plan in enumerate(able[:3])}

    def _supervision_of(
        self, plan: HouseholdPlan, household: Body, worker: str, visits: list[Body]
    ) -> list[tuple[str, Body]]:
        nth = self._supervised.get(plan.ordinal)
        if nth is None:
            return []
        writer, chance = self._supervision_writer(), chance_for(self.seed, "supervision", plan.ordinal)
        if nth < 2:
            return list(writer.exemption(chance, household, worker, decided=nth == 0))
        aide = self.demo_aide.user_id  # on whose device the demo opens
        by_aide = (visit for visit in reversed(visits) if visit["created_by"] == aide)
        return [("visit_reviews", writer.returned(chance, next(by_aide, visits[-1])))]

    def records(self) -> Iterator[tuple[str, Body]]:
        """Everything as (kind, body), parents before children."""
        for kind, bodies in (("areas", self.areas()), ("users", self.users())):
            for body in bodies:
                yield kind, body
        yield "parameters", self.parameters()
        yield from self.aid_lists()
        for campaign in self.campaigns():
            yield "campaigns", campaign
        for file in self.households():
            yield "households", file.household
            for person in file.persons:
                yield "persons", person
            for visit in file.visits:
                yield "visits", visit
            yield from file.assessments
            yield from file.aid
            yield from file.clues
            yield from file.supervision

    def blobs(self, record: Body) -> Iterator[Blob]:
        """The bytes of every photo and signature that a record of these data names."""
        return self._reader.blobs(record)

    def manifest(self) -> Manifest:
        """Counts over all records; makes each of them once."""
        manifest = Manifest()
        for kind, body in self.records():
            manifest.count(kind, body)
        return manifest

    def _stamp_of_reference(self) -> Stamp:
        return Stamp(moment(self._window_start - dt.timedelta(days=1), 10 * 60), self.admin)

    def _stamp_of(self, plan: HouseholdPlan) -> Stamp:
        """Listed households were taken over on the first day, new ones registered when listed."""
        clerk = self._staff.by_post[Role.TOWN_CLERK, plan.grid_code[:9]]
        if plan.listed_on <= self._window_start:
            taken_over = moment(self._window_start, 6 * 60)
            return Stamp(taken_over + dt.timedelta(milliseconds=200 * plan.ordinal), clerk)
        return Stamp(moment(plan.listed_on, 7 * 60) + dt.timedelta(milliseconds=100 * plan.ordinal), clerk)


def _fits(tale: Tale, plan: HouseholdPlan) -> bool:
    """Whether a clue is told where the plan is: in the shown village, elsewhere in its town, or outside."""
    in_village, in_town = plan.grid_code.startswith(FOCUS_VILLAGE), plan.grid_code.startswith(FOCUS_TOWN)
    return (in_village, in_town and not in_village, not in_town) == (
        tale.focus == 1, tale.focus == 2, tale.focus == 0,
    )  # fmt: skip


def _shared_name(chance: Chance, previous: str) -> str:
    """Three in a hundred heads are called like another one of their village."""
    return previous if chance.random() < _SAME_NAME_SHARE else ""


def generate(scale: Scale, seed: int, as_of: dt.date) -> DemoData:
    """The county at a scale, as it stands early on the day `as_of`. Nothing is drawn before it is asked."""
    return DemoData(scale, seed, as_of)

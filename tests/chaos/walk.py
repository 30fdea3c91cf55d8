"""A seeded random walk: which act comes next, on which tablet, with which values. What an act draws
depends on the seed and its number only, so that a run can be played again, or its beginning alone."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.errors import RuleError
from fieldapp.domain.records.areas import contains
from fieldapp.domain.records.users import Role
from tests.chaos import kill_points
from tests.chaos.county import LEAVES, PLACES, WORKERS
from tests.chaos.world import Broken, Tablet, World

HEAL_EVERY: Final = 70
"""Steps from one healing to the next."""
FIELDS: Final = (
    ("households", "address"),
    ("households", "address"),
    ("households", "group_name"),
    ("households", "remark"),
    ("persons", "phone"),
    ("persons", "carer_name"),
    ("persons", "id_number"),  # sensitive: the value that stands is kept
    ("persons", "bank_account"),
)
CLOCKS: Final = (
    dt.timedelta(0),
    dt.timedelta(0),
    dt.timedelta(minutes=3),
    dt.timedelta(minutes=-40),
    dt.timedelta(days=1),
    dt.timedelta(days=-1),
    dt.timedelta(days=3650),
    dt.timedelta(days=-3650),
)
MOST_TABLETS: Final = 8


@dataclass(frozen=True, slots=True)
class Step:
    """What an act may draw from."""

    world: World
    tablet: Tablet
    chance: random.Random
    seed: str

    def say(self, text: str) -> str:
        """A line of the story."""
        return f"{self.tablet.name}: {text}"


# -- workers ---------------------------------------------------------------------------------------------


def _area(step: Step) -> str:
    """Mostly where the worker works, sometimes anywhere."""
    own = step.world.office.areas_of(step.tablet.login)
    inside = [leaf for leaf in LEAVES if any(contains(area, leaf) for area in own)]
    return step.chance.choice(inside if inside and step.chance.random() < 0.9 else LEAVES)


def _sizes(chance: random.Random) -> list[int]:
    few = [chance.randrange(500, 6000) for _ in range(chance.choice((0, 0, 1, 1, 2)))]
    if chance.random() < 0.3:  # so many that most of them travel together
        return [chance.randrange(500, 40_000) for _ in range(chance.randrange(5, 15))]
    return [*few, chance.choice((270_000, 600_000))] if chance.random() < 0.06 else few


def register(step: Step) -> str:
    area = _area(step)
    step.world.register(step.tablet, area)
    return step.say(f"registers a household in {area}")


def visit(step: Step) -> str:
    sizes = _sizes(step.chance)
    step.world.visit(step.tablet, step.chance, sizes=sizes)
    return step.say(f"visits, photos {sizes}")


def amend(step: Step) -> str:
    step.world.visit(step.tablet, step.chance, sizes=[], amend=True)
    return step.say("corrects a visit")


def edit(step: Step) -> str:
    kind, name = step.chance.choice(FIELDS)
    number = step.world.word()
    value = {"phone": f"100{int(number[1:-1]):08d}", "bank_account": f"62{int(number[1:-1]):014d}"}.get(
        name, number
    )
    step.world.edit(step.tablet, kind, step.chance.randrange(6), name, value)
    return step.say(f"types {name} {value}")


def move_household(step: Step) -> str:
    area = _area(step)
    step.world.edit(step.tablet, "households", step.chance.randrange(1 << 20), "area_code", area)
    return step.say(f"moves a household to {area}")


def stray_visit(step: Step) -> str:
    area = step.chance.choice(LEAVES)
    step.world.stray_visit(step.tablet, area)
    return step.say("visits a household that nobody knows")


def killed_while_saving(step: Step) -> str:
    point = step.chance.choice(kill_points.SAVING).name
    act = step.chance.choice(("visit", "register", "edit"))
    starts = step.tablet.starts
    if act == "visit":
        step.world.visit(step.tablet, step.chance, point, sizes=_sizes(step.chance))
    elif act == "register":
        step.world.register(step.tablet, _area(step), point)
    else:
        step.world.edit(
            step.tablet, "households", step.chance.randrange(6), "remark", step.world.word(), point
        )
    step.world.happened["device killed while saving"] += step.tablet.starts - starts
    return step.say(f"{act}, killed at: {point}")


# -- cycles ----------------------------------------------------------------------------------------------


def sync(step: Step) -> str:
    report = step.world.sync(step.tablet, step.seed)
    return step.say(f"syncs: {report}")


def sync_in_peace(step: Step) -> str:
    report = step.world.sync(step.tablet)
    return step.say(f"syncs in peace: {report}")


def sync_cancelled(step: Step) -> str:
    report = step.world.sync(step.tablet, step.seed, cancel_after=step.chance.randrange(1, 6))
    return step.say(f"syncs, cancelled: {report}")


def sync_together(step: Step) -> str:
    names = list(step.world.tablets)
    chosen = step.chance.sample(names, min(len(names), step.chance.randrange(2, 4)))
    tablets = [step.world.tablets[name] for name in chosen]
    for tablet in tablets:
        step.world.begin_sync(tablet, step.seed if step.chance.random() < 0.5 else "")
    told = [f"{tablet.name}: {step.world.end_sync(tablet)}" for tablet in tablets]
    return f"together: {told}"


def device_killed_at_a_point(step: Step) -> str:
    point = step.chance.choice(kill_points.SYNCING + kill_points.IDENTITY).name
    passing = step.chance.choice((1, 1, 2, 5))
    weather = step.seed if step.chance.random() < 0.3 else ""
    report = step.world.sync(step.tablet, weather, kill=point, passing=passing)
    return step.say(f"syncs, killed at passing {passing} of: {point}: {report}")


def device_killed_at_a_moment(step: Step) -> str:
    seconds = step.chance.uniform(0, 0.08)
    step.world.begin_sync(step.tablet)
    with step.world.start(step.tablet).killed_after(seconds):
        report = step.world.end_sync(step.tablet)
    step.world.kill(step.tablet)
    return step.say(f"syncs, killed after {seconds * 1000:.0f} ms: {report}")


def server_killed_at_a_point(step: Step) -> str:
    point = step.chance.choice(kill_points.SERVING).name
    passing = step.chance.choice((1, 1, 1, 2, 3))
    step.world.start_server().call("arm", kill=point, passing=passing)
    report = step.world.sync(step.tablet)
    died = step.world.server_died()
    step.world.happened["server killed"] += died
    return step.say(f"syncs, server killed ({died}) at passing {passing} of: {point}: {report}")


def server_killed_at_a_moment(step: Step) -> str:
    seconds = step.chance.uniform(0, 0.06)
    step.world.begin_sync(step.tablet)
    with step.world.start_server().killed_after(seconds):
        report = step.world.end_sync(step.tablet)
    step.world.kill_server()
    step.world.happened["server killed"] += 1
    return step.say(f"syncs, server killed after {seconds * 1000:.0f} ms: {report}")


def work_goes_on_a_stick(step: Step) -> str:
    killed = step.chance.random() < 0.3
    point = step.chance.choice(kill_points.CARRYING[:3]).name if killed else ""
    told = step.world.export(step.tablet, point, step.chance.choice((1, 1, 2)))
    return step.say(f"writes a package, killed at: {point}: {told}")


def stick_is_carried(step: Step) -> str:
    if not step.world.sticks:
        return "there is no stick"
    stick = step.chance.choice(step.world.sticks[-4:])
    weather = step.seed if step.chance.random() < 0.3 else ""
    point = ""
    if step.chance.random() < 0.3:
        point = step.chance.choice((*kill_points.IMPORTING, *kill_points.SERVING)).name
        step.world.start_server().call("arm", kill=point, passing=step.chance.choice((1, 1, 2, 3)))
    told = step.world.carry(step.tablet, stick, weather)
    died = step.world.server_died()
    step.world.happened["server killed"] += died
    return step.say(f"carries a stick of {stick.owner}, server killed ({died}) at: {point}: {told}")


def answer_is_read(step: Step) -> str:
    brought = [one for one in step.world.sticks if any(answer.exists() for _, answer in one.packages)]
    if not brought:
        return "there is no answer"
    stick = step.chance.choice(brought[-4:])
    killed = step.chance.random() < 0.3
    points = (*kill_points.CARRYING[3:], *kill_points.SYNCING[3:12])
    point = step.chance.choice(points).name if killed else ""
    told = step.world.read_answers(stick, point, step.chance.choice((1, 1, 2)))
    return f"{stick.owner} reads an answer, killed at: {point}: {told}"


# -- the world -------------------------------------------------------------------------------------------


def time_passes(step: Step) -> str:
    minutes = step.chance.choice((1, 10, 60, 60 * 8, 60 * 30))
    step.world.clock.advance(minutes=minutes)
    step.world.start_server().call("clock", at=_now(step.world))
    return f"{minutes} minutes pass"


def _now(world: World) -> str:
    return world.clock().isoformat().replace("+00:00", "Z")


def clock_jumps(step: Step) -> str:
    step.tablet.offset = step.chance.choice(CLOCKS)
    step.world.happened["clock jumps"] += 1
    return step.say(f"clock is off by {step.tablet.offset}")


def worker_sent_elsewhere(step: Step) -> str:
    area = step.chance.choice(PLACES)
    role = Role.TOWN_CLERK if len(area) < 12 else step.chance.choice((Role.VILLAGE_AIDE, Role.GRID_WORKER))
    step.world.office.send_worker(step.tablet.login, role, area)
    step.world.happened["workers sent elsewhere"] += 1
    return step.say(f"worker is {role} of {area} now")


def office_moves_household(step: Step) -> str:
    area = step.chance.choice(LEAVES)
    record_id = _any(step, "households")
    if record_id:
        told = _told(lambda: step.world.office.move_household(record_id, area))
        step.world.happened["households moved by the office"] += not told
        return f"the office moves {record_id} to {area} {told}"
    return "the office has nothing to move"


def _told(act: Callable[[], None]) -> str:
    """Do what a rule may forbid; why it did ('' = it was done)."""
    try:
        act()
    except RuleError as error:
        return error.code
    return ""


def areas_merged(step: Step) -> str:
    code, into = step.chance.sample(LEAVES, 2)
    told = _told(lambda: step.world.office.merge(code, into))
    step.world.happened["areas merged"] += not told
    return f"{code} is merged into {into} {told}"


def area_split(step: Step) -> str:
    code, number = step.chance.choice(LEAVES), step.chance.randrange(5, 10)
    part = f"{code[:12]}{number:03}"
    here = sorted(step.world.on_server("households", code))
    chosen = step.chance.sample(here, len(here) // 2)
    told = _told(lambda: step.world.office.split(code, part, chosen))
    step.world.happened["areas split"] += not told
    return f"{len(chosen)} households of {code} go to {part} {told}"


def worker_covered(step: Step) -> str:
    substitute, days = step.chance.choice(sorted(WORKERS)), step.chance.randrange(3)
    told = _told(lambda: step.world.office.cover(step.tablet.login, substitute, days))
    step.world.happened["workers covered"] += not told
    return step.say(f"worker is covered by {substitute} for {days} days {told}")


def office_returns_visit(step: Step) -> str:
    record_id = _any(step, "visits")
    if record_id:
        step.world.office.patch("visits", record_id, state="RETURNED", state_reason="请补充")
    return f"the office returns visit {record_id}"


def _any(step: Step, kind: str) -> str:
    ids = sorted(step.world.on_server(kind))
    return step.chance.choice(ids) if ids else ""


def worker_shut_out(step: Step) -> str:
    active = step.chance.random() < 0.6
    step.world.office.set_active(step.tablet.login, active)
    return step.say("worker let in" if active else "worker shut out")


def device_revoked(step: Step) -> str:
    told = _told(lambda: step.world.revoke(step.tablet))
    if step.chance.random() < 0.5:
        return step.say(f"reported lost {told}")
    report = step.world.sync(step.tablet, step.seed if step.chance.random() < 0.5 else "")
    enrolled = step.world.enrol_again(step.tablet)
    return step.say(f"reported lost {told}, syncs: {report}, enrolled anew: {enrolled}")


def photos_purged(step: Step) -> str:
    told = step.world.purge(step.tablet, at_once=step.chance.random() < 0.7)
    return step.say(f"purges its photos: {told}")


def disk_fills_or_empties(step: Step) -> str:
    step.world.fill_disk(step.tablet, full=not step.tablet.full)
    return step.say("disk full" if step.tablet.full else "disk has room again")


def server_disk_fills(step: Step) -> str:
    step.world.start_server().call("disk", full=True)
    report = step.world.sync(step.tablet)
    step.world.start_server().call("disk", full=False)
    return step.say(f"syncs while the server's disk is full: {report}")


def copy_is_made(step: Step) -> str:
    step.world.copy_profile(step.tablet)
    return step.say("profile is copied")


def device_goes_back(step: Step) -> str:
    if not step.tablet.copies:
        return step.say("has no copy to go back to")
    copy = step.chance.choice(step.tablet.copies)
    step.world.go_back(step.tablet, copy)
    return step.say(f"goes back to {copy.name}")


def profile_on_second_machine(step: Step) -> str:
    if len(step.world.tablets) >= MOST_TABLETS or f"{step.tablet.name}+" in step.world.tablets:
        return step.say("is not copied again")
    second = step.world.clone(step.tablet)
    return step.say(f"also runs as {second.name}")


def server_backed_up(step: Step) -> str:
    step.world.back_up_server()
    return "the server is backed up"


def server_goes_back(step: Step) -> str:
    if not step.world.backups:
        return "there is no backup to go back to"
    step.world.restore_server()
    return "the server goes back to its backup"


ACTS: Final[dict[Callable[[Step], str], int]] = {
    register: 6,
    visit: 18,
    amend: 3,
    edit: 18,
    move_household: 3,
    stray_visit: 1,
    killed_while_saving: 4,
    sync: 24,
    sync_in_peace: 5,
    sync_cancelled: 2,
    sync_together: 5,
    device_killed_at_a_point: 8,
    device_killed_at_a_moment: 4,
    server_killed_at_a_point: 5,
    server_killed_at_a_moment: 2,
    work_goes_on_a_stick: 3,
    stick_is_carried: 4,
    answer_is_read: 4,
    time_passes: 5,
    clock_jumps: 3,
    worker_sent_elsewhere: 3,
    office_moves_household: 3,
    areas_merged: 1,
    area_split: 1,
    worker_covered: 2,
    office_returns_visit: 1,
    worker_shut_out: 1,
    device_revoked: 1,
    disk_fills_or_empties: 2,
    photos_purged: 2,
    server_disk_fills: 1,
    copy_is_made: 1,
    device_goes_back: 1,
    profile_on_second_machine: 1,
    server_backed_up: 1,
    server_goes_back: 1,
}
"""How often each act comes."""


def walk(world: World, steps: int, tell: Callable[[str], None]) -> None:
    """Take so many steps, healing now and then and at the end. Raises Broken, with the story told."""
    acts, weights = list(ACTS), list(ACTS.values())
    for number in range(1, steps + 1):
        seed = f"{world.seed} {number}"
        chance = random.Random(seed)
        (act,) = chance.choices(acts, weights)
        tablet = world.tablets[chance.choice(list(world.tablets))]
        try:
            story = act(Step(world, tablet, chance, seed))
        except Broken as broken:
            tell(f"{number:5} {act.__name__} {tablet.name}")
            raise Broken(f"step {number}: {broken}") from None
        tell(f"{number:5} {story}")
        if number % HEAL_EVERY == 0 or number == steps:
            try:
                world.heal()
            except Broken as broken:
                raise Broken(f"healing after step {number}:\n{broken}") from None
            tell(f"{number:5} healed")

"""One county under chaos: its server, its tablets behind bad networks, its office, and the model of all."""

import datetime as dt
import random
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from fieldapp.domain.clock import instant_text
from server.services.backup import back_up, restore
from server.settings import Settings
from server.store.blob_files import BlobFiles
from server.store.store import Store
from tests.chaos.county import TABLETS, Administration, copy_county
from tests.chaos.invariants import DeviceView, read_server, violations
from tests.chaos.model import Field, Made, Model
from tests.chaos.network import READ_SECONDS, Weather, WeatherProxy, weather_proxy
from tests.chaos.nursery import Child, Killed, Nursery
from tests.determinism import START, MovableClock

HEALING_ROUNDS: Final = 8
SOME: Final = 5
"""Tablets of a run whose seed chooses them."""
PATIENCE: Final = 20.0
"""Seconds a device waits for an answer when the network is healed."""
QUIET: Final = ("sent", "received", "refused", "blobs_sent", "requeued")
EXPECTED_WARNINGS: Final = {
    "this profile is a copy": ("copies", "devices revoked"),
    "the server's database was restored": ("restores",),
    "sync cycle not logged": ("full disks",),
}
"""Warnings of the device's sync, and what, or what else, must have happened for them to be right."""


class Broken(AssertionError):
    """An invariant does not hold."""


@dataclass
class Tablet:
    """A device of the run. `offset`: how wrong its clock is."""

    name: str
    login: str
    folder: Path
    proxy: WeatherProxy
    child: Child | None = None
    offset: dt.timedelta = dt.timedelta(0)
    starts: int = 0
    full: bool = False
    copies: list[Path] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stick:
    """Packages of a tablet, each with the file for its answer."""

    owner: str
    packages: tuple[tuple[Path, Path], ...]


@dataclass
class World:
    """The state of a run. Every act keeps the model true to what was told; `heal` holds them together."""

    nursery: Nursery
    folder: Path
    seed: str
    model: Model = field(default_factory=Model)
    clock: MovableClock = field(default_factory=MovableClock)
    tablets: dict[str, Tablet] = field(default_factory=dict)
    happened: Counter[str] = field(default_factory=Counter)
    server: Child | None = None
    server_starts: int = 0
    backups: list[tuple[Path, dict[Field, set[str]]]] = field(default_factory=list)
    sticks: list[Stick] = field(default_factory=list)
    stack: ExitStack = field(default_factory=ExitStack)
    _words: int = 0

    # -- processes -----------------------------------------------------------------------------------

    @property
    def data(self) -> Path:
        """The server's folder."""
        return self.folder / "server"

    @property
    def office(self) -> Administration:
        """The county's administration."""
        return Administration(self.data, self.clock)

    def start_server(self) -> Child:
        """The server, started if it is not there."""
        if self.server is None:
            self.server_starts += 1
            self.server = self.nursery.child(
                "server", folder=str(self.data), seed=f"{self.seed} server {self.server_starts}",
                at=instant_text(self.clock()),
            )  # fmt: skip
            address = self.server.call("address")
            for tablet in self.tablets.values():
                tablet.proxy.lead_to(address)
        return self.server

    def kill_server(self) -> None:
        """kill -9."""
        if self.server is not None:
            self.server.kill()
            self.server = None

    def server_died(self) -> bool:
        """Whether the server died of a point it was armed with; notices it."""
        if self.server is None:
            return False
        try:
            self.server.call("arm", kill="")
        except Killed:
            self.server = None
            return True
        return False

    def add_tablet(self, name: str, login: str, folder: Path) -> Tablet:
        """A tablet behind a network of its own."""
        tablet = Tablet(name, login, folder, self.stack.enter_context(weather_proxy()))
        self.tablets[name] = tablet
        if self.server is not None:
            tablet.proxy.lead_to(self.server.call("address"))
        return tablet

    def start(self, tablet: Tablet) -> Child:
        """The tablet's process, started if it is not there."""
        if tablet.child is None:
            tablet.starts += 1
            tablet.child = self.nursery.child(
                "device", folder=str(tablet.folder), seed=f"{self.seed} {tablet.name} {tablet.starts}",
                at=self.at(tablet),
            )  # fmt: skip
            tablet.full = False
        return tablet.child

    def kill(self, tablet: Tablet) -> None:
        """kill -9."""
        if tablet.child is not None:
            tablet.child.kill()
            tablet.child = None

    def stop(self, tablet: Tablet) -> None:
        """End the tablet's process in good order."""
        if tablet.child is not None:
            tablet.child.stop()
            tablet.child = None

    def at(self, tablet: Tablet) -> str:
        """What the tablet's clock shows."""
        return instant_text(self.clock() + tablet.offset)

    def call(self, tablet: Tablet, command: str, **facts: Any) -> Any:
        """Have the tablet do something at its own time. Raises Killed."""
        try:
            return self.start(tablet).call(command, at=self.at(tablet), **facts)
        except Killed:
            tablet.child = None
            raise

    # -- what workers do -----------------------------------------------------------------------------

    def word(self) -> str:
        """A text that occurs nowhere else."""
        self._words += 1
        return f"第{self._words}号"

    def register(self, tablet: Tablet, area: str, kill: str = "") -> None:
        """A new household with one person."""
        word = self.word()
        try:
            made = self.call(tablet, "register", area=area, word=word, kill=kill)
        except Killed:
            found = {kind: self.call(tablet, "has", kind=kind, field=name, value=word)
                     for kind, name in (("households", "head_name"), ("persons", "name"))}  # fmt: skip
            if len({len(ids) for ids in found.values()}) != 1:
                raise Broken(f"half saved: {found}") from None
            made = {kind: ids[0] for kind, ids in found.items() if ids}
        if "error" not in made:
            self.model.save(*(Made(kind, record_id, word) for kind, record_id in made.items()))

    def visit(
        self, tablet: Tablet, chance: random.Random, kill: str = "", *, sizes: list[int], amend: bool = False
    ) -> None:
        """A visit with photos of these sizes in bytes."""
        word = self.word()
        photos = [[size, chance.randrange(1 << 30)] for size in sizes]
        facts = {"pick": chance.randrange(1 << 20), "word": word, "photos": photos, "amend": amend}
        try:
            made = self.call(tablet, "visit", **facts, urgent=chance.random() < 0.1, kill=kill)
        except Killed:
            found = self.call(tablet, "has", kind="visits", field="narrative", value=word)
            state = self.call(tablet, "state") if found else {}
            made = {
                "visits": found[0],
                "photos": [one["sha256"] for one in state["held"][found[0]][3].get("photos", [])],
            } if found else None  # fmt: skip
        self._save_visit(made, word)

    def stray_visit(self, tablet: Tablet, area: str) -> None:
        """A visit that the server will refuse."""
        word = self.word()
        self._save_visit(self.call(tablet, "stray_visit", word=word, area=area), word)

    def _save_visit(self, made: dict[str, Any] | None, word: str) -> None:
        if made is not None and "error" not in made:
            self.model.save(Made("visits", made["visits"], word, tuple(made["photos"])))

    def edit(self, tablet: Tablet, kind: str, pick: int, name: str, value: str, kill: str = "") -> None:
        """Type a value into a field of one of the records held."""
        try:
            made = self.call(tablet, "edit", kind=kind, pick=pick, field=name, value=value, kill=kill)
        except Killed:
            found = self.call(tablet, "has", kind=kind, field=name, value=value)
            made = {"id": found[0]} if found else None
        if made is not None and "error" not in made:
            self.model.type(tablet.name, (kind, made["id"], name), value)

    # -- sync ----------------------------------------------------------------------------------------

    def sync(
        self, tablet: Tablet, weather: str = "", *, kill: str = "", passing: int = 1, cancel_after: int = 0
    ) -> dict[str, Any] | None:
        """One cycle, through `weather` if that is a seed; None when the device was killed in it."""
        self.begin_sync(tablet, weather, kill=kill, passing=passing, cancel_after=cancel_after)
        return self.end_sync(tablet)

    def begin_sync(
        self, tablet: Tablet, weather: str = "", *, kill: str = "", passing: int = 1, cancel_after: int = 0
    ) -> None:
        """Start a cycle without waiting for it."""
        self.start_server()
        child = self.start(tablet)
        tablet.proxy.weather = Weather(weather) if weather else None
        child.begin(
            "sync", at=self.at(tablet), address=tablet.proxy.address,
            seconds=READ_SECONDS if weather else PATIENCE,
            cancel_after=cancel_after, kill=kill, passing=passing,
        )  # fmt: skip

    def end_sync(self, tablet: Tablet) -> dict[str, Any] | None:
        """Wait for the cycle; None when the device was killed in it."""
        assert tablet.child is not None
        try:
            report: dict[str, Any] = tablet.child.end()
        except Killed:
            tablet.child = None
            self.happened["device killed in a cycle"] += 1
            return None
        finally:
            if tablet.proxy.weather is not None:
                self.happened.update({f"fault: {n}": c for n, c in tablet.proxy.weather.met.items()})
                groups = tablet.proxy.weather.groups
                self.happened["photos together"] += groups.total()
                self.happened["photos together, broken"] += groups.total() - groups["none"]
            tablet.proxy.weather = None
        self.happened[f"cycle: {report.get('error_code') or report.get('error') or 'whole'}"] += 1
        if "unsent" in report:
            self.happened.update({n: report.get(n, 0) for n in ("conflicts", "moved", "refused")})
            self.happened["bucket dropped"] += len(report.get("dropped", ()))
            self.model.answered(tablet.name, report["unsent"])
            self._judge_warnings(tablet, report)
        return report

    def purge(self, tablet: Tablet, *, at_once: bool) -> dict[str, Any] | None:
        """Take photos off the tablet that the server holds; None when it was killed."""
        self.start_server()
        tablet.proxy.weather = None
        try:
            told: dict[str, Any] = self.call(
                tablet, "purge", address=tablet.proxy.address, seconds=PATIENCE, at_once=at_once
            )
        except Killed:
            return None
        self.happened["photos purged"] += told.get("photos", 0)
        return told

    # -- packages ------------------------------------------------------------------------------------

    def export(self, tablet: Tablet, kill: str = "", passing: int = 1) -> dict[str, Any] | None:
        """All that waits goes on a new stick; None when the tablet was killed over it."""
        folder = self.folder / f"stick {len(self.sticks)}"
        folder.mkdir(exist_ok=True)
        done: dict[str, Any] | None
        try:
            done = self.call(tablet, "export", target=str(folder / "work.fapk"), kill=kill, passing=passing)
        except Killed:
            done = None
        # What has its name is whole, also when the tablet was killed right then.
        files = tuple((file, file.with_suffix(".answer")) for file in sorted(folder.glob("*.fapk")))
        if files:
            self.sticks.append(Stick(tablet.name, files))
            self.happened["packages made"] += 1
        return done

    def carry(self, carrier: Tablet, stick: Stick, weather: str = "") -> dict[str, Any] | None:
        """A tablet, anybody's, brings the packages of a stick to the server; None when it was killed."""
        self.start_server()
        self.start(carrier)
        told: dict[str, Any] = {}
        carrier.proxy.weather = Weather(weather) if weather else None
        try:
            for package, answer in stick.packages:
                told = self.call(
                    carrier, "carry", source=str(package), answer=str(answer), address=carrier.proxy.address,
                    seconds=READ_SECONDS if weather else PATIENCE,
                )  # fmt: skip
                self._judge_package(told)
                self.happened["packages carried"] += "error" not in told
        except Killed:
            return None
        finally:
            carrier.proxy.weather = None
        return told

    def read_answers(self, stick: Stick, kill: str = "", passing: int = 1) -> list[dict[str, Any] | None]:
        """The owner of a stick reads what answers are on it."""
        tablet = self.tablets[stick.owner]
        return [
            self._read_answer(tablet, answer, kill, passing)
            for _package, answer in stick.packages
            if answer.exists()
        ]

    def _read_answer(self, tablet: Tablet, answer: Path, kill: str, passing: int) -> dict[str, Any] | None:
        try:
            told: dict[str, Any] = self.call(
                tablet, "read_answer", source=str(answer), kill=kill, passing=passing
            )
        except Killed:
            return None
        self._judge_package(told)
        if "unsent" in told:
            self.model.answered(tablet.name, told["unsent"])
            self._judge_warnings(tablet, told)
            self.happened["answers read"] += 1
        return told

    def _judge_package(self, told: dict[str, Any]) -> None:
        if told.get("error") in ("package_damaged", "package_not_package", "bad_answer", "bad_feed"):
            raise Broken(f"a package is {told['error']}")

    def _judge_warnings(self, tablet: Tablet, report: dict[str, Any]) -> None:
        for message in report["warnings"]:
            causes = next((c for begin, c in EXPECTED_WARNINGS.items() if message.startswith(begin)), ())
            if not any(self.happened[cause] for cause in causes):
                raise Broken(f"{tablet.name} warns: {message}")

    # -- identity of devices, and disasters ----------------------------------------------------------

    def copy_profile(self, tablet: Tablet) -> None:
        """Keep a copy of the profile as it is now."""
        self.stop(tablet)
        target = self.folder / f"copy {tablet.name} {len(tablet.copies)}"
        shutil.copytree(tablet.folder, target)
        tablet.copies.append(target)

    def go_back(self, tablet: Tablet, copy: Path) -> None:
        """The device breaks; its newest copy takes its place."""
        before = self.call(tablet, "state")
        self.kill(tablet)
        shutil.rmtree(tablet.folder)
        shutil.copytree(copy, tablet.folder)
        after = self.call(tablet, "state")
        alone = {record_id for record_id, _kind, _code in before["ops"]} - after["held"].keys()
        photos = {sha256 for sha256, _record, _error in before["blobs"]} - set(after["photos"])
        self.model.lost(tablet.name, alone | photos)
        self.happened["copies"] += 1

    def clone(self, tablet: Tablet) -> Tablet:
        """The profile is copied to a second machine, and both go on."""
        self.stop(tablet)
        name = f"{tablet.name}+"
        folder = self.folder / name
        shutil.copytree(tablet.folder, folder)
        second = self.add_tablet(name, tablet.login, folder)
        second.offset = tablet.offset
        self.model.copied(tablet.name, name)
        self.happened["copies"] += 1
        return second

    def revoke(self, tablet: Tablet) -> None:
        """The office shuts the tablet out: it was reported lost."""
        self.office.revoke(self.call(tablet, "device"))
        self.happened["devices revoked"] += 1

    def enrol_again(self, tablet: Tablet) -> dict[str, Any]:
        """It was found again: its worker enrols it anew, with all that it holds."""
        self.start_server()
        self.happened["codes"] += 1
        code = self.office.code_for(tablet.login, f"{self.seed} code {self.happened['codes']}")
        told: dict[str, Any] = self.call(tablet, "enrol", address=tablet.proxy.address, code=code)
        self.happened["enrolled again"] += "error" not in told
        return told

    def fill_disk(self, tablet: Tablet, full: bool) -> None:
        """Have the device's disk full, or not any more."""
        self.call(tablet, "disk", full=full)
        tablet.full = full
        self.happened["full disks"] += full

    def back_up_server(self) -> None:
        """A backup of the server, while it runs."""
        target = self.folder / f"backup {len(self.backups)}"
        store = Store.open(Settings(data_dir=self.data).url, self.clock)
        try:
            back_up(store, BlobFiles(Settings(data_dir=self.data).blobs), target)
        finally:
            store.close()
        values = {place: set(found) for place, found in self.model.taken.items()}
        self.backups.append((target, values))

    def restore_server(self) -> None:
        """The server's machine is lost, photos and all; its newest backup takes its place."""
        source, values = self.backups[-1]
        self.kill_server()
        sent_again: set[str] = set()
        photos: set[str] = set()
        for tablet in self.tablets.values():
            state = self.call(tablet, "state")
            sent_again |= set(state["kept"]) | {record_id for record_id, _kind, _code in state["ops"]}
            photos |= {sha256 for sha256, _record, _error in state["blobs"]}
            photos |= self._photos_sent_again(state)
        shutil.rmtree(self.data)
        settings = Settings(data_dir=self.data)
        restore(
            settings.url, BlobFiles(settings.blobs), source, clock=self.clock,
            random_bytes=random.Random(f"{self.seed} {self.server_starts}").randbytes,
        )  # fmt: skip
        there = set(read_server(self.data / "server.db").live)
        held = set(BlobFiles(settings.blobs).names())
        self.model.server_lost(there | sent_again | held | photos, values)
        self.happened["restores"] += 1

    def _photos_sent_again(self, state: dict[str, Any]) -> set[str]:
        """Photos a device still has, of records it will send again."""
        named = {
            photo for one in state["kept"] if one in self.model.made for photo in self.model.made[one].photos
        }
        return named & set(state["photos"])

    # -- healing -------------------------------------------------------------------------------------

    def heal(self) -> None:
        """Good weather for everybody, until nobody has anything more to say; then every invariant."""
        for login in set(TABLETS.values()):
            self.office.set_active(login, True)
        server = self.start_server()
        server.call("arm", kill="")
        server.call("disk", full=False)
        server.call("clock", at=instant_text(self.clock()))
        for tablet in self.tablets.values():
            self.call(tablet, "disk", full=False)
            with tablet.proxy.settled():
                tablet.proxy.requests.clear()
        for _ in range(HEALING_ROUNDS):
            if not [tablet for tablet in self.tablets.values() if self._has_more_to_say(tablet)]:
                break
        else:
            raise Broken(f"not quiet after {HEALING_ROUNDS} rounds")
        self.check()

    def _has_more_to_say(self, tablet: Tablet) -> bool:
        """A cycle in good weather, which must succeed; whether there was anything to send or to take in."""
        report = self.sync(tablet)
        shut_out = report is not None and report.get("error_code") in ("device_revoked", "sign_in_needed")
        if shut_out and self.happened["devices revoked"]:
            self.enrol_again(tablet)
            report = self.sync(tablet)
        if report is None or "error" in report or "error_code" in report:
            raise Broken(f"{tablet.name} cannot sync: {report}")
        return any(report.get(name) for name in QUIET)

    def on_server(self, kind: str, area: str = "") -> list[str]:
        """Ids of the server's records of a kind, in an area and below ('' = anywhere)."""
        live = read_server(self.data / "server.db").live
        return [
            one for one, (found, bucket, _body) in live.items() if found == kind and bucket.startswith(area)
        ]

    def check(self) -> None:
        """Every invariant. Raises Broken."""
        views = [
            DeviceView(tablet.name, self.call(tablet, "state"), self.office.areas_of(tablet.login))
            for tablet in self.tablets.values()
        ]
        problems = list(violations(self.model, read_server(self.data / "server.db"), views))
        problems += [
            str(finding)
            for finding in self.office.findings()
            if not (finding.check == "blob_missing" and finding.id in self.model.given_up)
        ]
        problems += self._bugs_of_server()
        if problems:
            raise Broken("\n".join(problems))
        self.happened["healed"] += 1

    def _bugs_of_server(self) -> list[str]:
        log = self.data / "server.log"
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        return [line for line in lines if '"message":"bug"' in line]


@contextmanager
def world(
    nursery: Nursery, template: Path, folder: Path, seed: str, tablets: Iterable[str] = ()
) -> Iterator[World]:
    """A copy of the template's county in an empty folder, with these of its tablets; else with some."""
    copy_county(template, folder)
    one = World(nursery, folder, seed, clock=MovableClock(START))
    try:
        for name in tablets or random.Random(f"{seed} tablets").sample(list(TABLETS), SOME):
            one.add_tablet(name, TABLETS[name], folder / name)
        yield one
    finally:
        one.kill_server()
        for tablet in one.tablets.values():
            one.kill(tablet)
        one.stack.close()

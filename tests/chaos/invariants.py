"""What must hold once the network has healed and every device has nothing more to say."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from fieldapp.domain.records.areas import contains
from fieldapp.domain.records.base import wire_body
from sync.protocol.entities import ENTITIES, REF_BUCKET
from tests.chaos.model import Field, Model

CASES: Final = frozenset(kind for kind, spec in ENTITIES.items() if spec.bucket_via in ("area", "household"))
"""Kinds whose records are somebody's case."""
WORDS: Final = {"households": "head_name", "persons": "name", "visits": "narrative"}
"""The kinds that workers make here, and the field that holds the word that is in no other record."""
_MODULUS: Final = 1 << 64


@dataclass
class ServerState:
    """The server's database, read from outside."""

    live: dict[str, tuple[str, str, dict[str, Any]]] = field(default_factory=dict)
    """Kind, bucket and body by record id."""
    buckets: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    """Revision; count and sum as recounted from the records."""
    values: dict[Field, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Every value a field has or had, or that was kept as the loser of a conflict."""
    successors: dict[str, str] = field(default_factory=dict)
    """The area that a closed one was merged into."""

    def ever_had(self, place: Field, value: str) -> bool:
        """Whether a field has or had a value; the code of a closed area is taken as that of its successor."""
        while json.dumps(value) not in self.values[place]:
            value = self.successors.get(value, "") if place[2] == "area_code" else ""
            if not value:
                return False
        return True


def read_server(database: Path) -> ServerState:
    """One state of the database."""
    state = ServerState()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("BEGIN")
        totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for kind, record_id, bucket, body, h in connection.execute(
            "SELECT kind, id, bucket, body, h FROM record WHERE NOT deleted"
        ):
            totals[bucket] = [totals[bucket][0] + 1, totals[bucket][1] + h]
            if kind == "areas":
                state.successors[record_id] = json.loads(body).get("successor_code", "")
            if kind in CASES:
                content = json.loads(body)
                state.live[record_id] = (kind, bucket, content)
                for name, value in content.items():
                    state.values[kind, record_id, name].add(json.dumps(value))
        for bucket, rev in connection.execute("SELECT id, rev FROM bucket"):
            state.buckets[bucket] = (rev, totals[bucket][0], totals[bucket][1] % _MODULUS)
        history = connection.execute("SELECT kind, record_id, field, old, new FROM field_history")
        for kind, record_id, name, old, new in history:
            for value in (old, new):
                state.values[kind, record_id, name].add(json.dumps(json.loads(value)))
    return state


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A device's own account of itself, and the areas its user may hold today."""

    name: str
    state: Mapping[str, Any]
    areas: tuple[str, ...]

    def listed(self) -> set[str]:
        """Records with an op that needs attention."""
        return {record_id for record_id, _kind, code in self.state["ops"] if code}

    def needed(self) -> set[str]:
        """Records that stay here for what is not across yet: its own, and their households."""
        waiting = {record_id for record_id, _kind, _code in self.state["ops"]}
        waiting |= {record_id for _sha256, record_id, _error in self.state["blobs"]}
        held = self.state["held"]
        return waiting | {held[one][3].get("household_id", "") for one in waiting if one in held}


def violations(model: Model, server: ServerState, devices: list[DeviceView]) -> Iterator[str]:
    """Every broken invariant, in words; none = healed."""
    yield from _nothing_lost_or_doubled(model, server, devices)
    yield from _no_value_gone(model, server, devices)
    for device in devices:
        for problem in _device_problems(server, device):
            yield f"{device.name}: {problem}"


def _nothing_lost_or_doubled(model: Model, server: ServerState, devices: list[DeviceView]) -> Iterator[str]:
    listed = set().union(*(device.listed() for device in devices))
    for made in model.made.values():
        found = server.live.get(made.id)
        if found is None:
            if made.id not in listed and made.id not in model.given_up:
                yield f"lost: {made.kind} {made.id}"
        elif made.kind == "visits" and found[2].get("narrative") != made.word:
            yield f"changed: visit {made.id}"
    written = {one: found for one, found in server.live.items() if found[0] in WORDS}
    for record_id in written.keys() - model.made.keys():
        yield f"invented: {written[record_id][0]} {record_id}"
    words = Counter((kind, body.get(WORDS[kind])) for kind, _bucket, body in written.values())
    yield from (f"doubled: {kind} with {word}" for (kind, word), count in words.items() if count > 1)


def _no_value_gone(model: Model, server: ServerState, devices: list[DeviceView]) -> Iterator[str]:
    for place, values in model.taken.items():
        if place[1] in server.live:
            for value in values:
                if not server.ever_had(place, value):
                    yield f"value gone: {place} {value}"
        elif place[1] not in model.given_up:
            yield f"record of a taken value gone: {place}"
    by_name = {device.name: device for device in devices}
    for name, pending in model.typed.items():
        bodies = [json.loads(body) | {"": record} for record, body in by_name[name].state["bodies"]]
        for (kind, record_id, field_name), value in pending.items():
            listed = any(body[""] == record_id and body.get(field_name) == value for body in bodies)
            # Another op of the record may be the refused one; then the server has this value.
            if not listed and not server.ever_had((kind, record_id, field_name), value):
                yield f"value neither sent nor listed on {name}: {kind} {record_id} {field_name}"


def _device_problems(server: ServerState, device: DeviceView) -> Iterator[str]:
    state, listed = device.state, device.listed()
    unsent = {record_id for record_id, _kind, _code in state["ops"]}
    for record_id, kind, code in state["ops"]:
        if not code:
            yield f"op still waiting: {kind} {record_id}"
    for sha256, record_id, error in state["blobs"]:
        if record_id not in unsent and error != "photo_not_here":
            yield f"photo still waiting: {sha256[:8]} of {record_id} ({error})"
    if state["stale"]:
        yield "derived rows are stale"
    yield from _scope_problems(server, device, listed)
    yield from _content_problems(server, device, unsent)
    yield from _older_problems(server, device)
    households = {one for one, (kind, *_rest) in state["held"].items() if kind == "households"}
    if set(state["plans"]) - households:
        yield "plans of households that are not here"


def _in_scope(device: DeviceView, bucket: str) -> bool:
    return bucket == REF_BUCKET or any(contains(area, bucket) for area in device.areas)


def _scope_problems(server: ServerState, device: DeviceView, listed: set[str]) -> Iterator[str]:
    held = device.state["held"]
    kept = {held[one][1] for one in device.needed() if one in held}
    for bucket in device.state["buckets"]:
        if not _in_scope(device, bucket) and bucket not in kept:
            yield f"holds bucket {bucket}, out of scope"
    for record_id, (kind, bucket, _rev, _body) in held.items():
        if kind in CASES and not bucket and record_id not in listed:
            yield f"{kind} {record_id} is in no bucket and in no op"
        elif kind in CASES and bucket and not _in_scope(device, bucket) and bucket not in kept:
            yield f"holds {kind} {record_id} of {bucket}, out of scope"
    wanted = {bucket for bucket in server.buckets if _in_scope(device, bucket)}
    for bucket in sorted(wanted):
        there = device.state["buckets"].get(bucket)
        if there is None or tuple(there) != server.buckets[bucket]:
            yield f"bucket {bucket} is {there}, on the server {server.buckets[bucket]}"


def _content_problems(server: ServerState, device: DeviceView, unsent: set[str]) -> Iterator[str]:
    held, needed = device.state["held"], device.needed()
    # A bucket that a restored server does not have is kept whole for the one record that is still needed.
    needed_buckets = {held[one][1] for one in needed if one in held}
    kept = needed_buckets - server.buckets.keys()
    for record_id, (kind, bucket, body) in server.live.items():
        if not _in_scope(device, bucket) or device.state["older"].get(record_id) == bucket:
            continue
        if record_id not in held:
            yield f"lacks {kind} {record_id} of {bucket}"
        elif record_id not in unsent:
            here, there = held[record_id][3], _full(kind, body)
            names = {name for name in here.keys() | there.keys() if here.get(name) != there.get(name)}
            if names:
                yield f"{kind} {record_id} differs in {sorted(names)}"
    for record_id, (kind, bucket, rev, _body) in held.items():
        if kind not in CASES or not bucket or not _in_scope(device, bucket):
            continue
        if record_id in needed or bucket in kept:
            continue
        if server.live.get(record_id, ("", "", {}))[1] != bucket:
            yield f"ghost: {kind} {record_id} in {bucket} at {rev}"


def _older_problems(server: ServerState, device: DeviceView) -> Iterator[str]:
    for record_id, bucket in device.state["older"].items():
        if record_id in device.state["held"] or not _in_scope(device, bucket):
            yield f"counts old visit {record_id} of {bucket}, and should not"
        elif server.live.get(record_id, ("", ""))[1] != bucket:
            yield f"ghost of an old visit: {record_id} in {bucket}"


def _full(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """A body with the values its fields have when nobody gives any, as a device shows it."""
    return wire_body(ENTITIES[kind].fields.model_validate(body))

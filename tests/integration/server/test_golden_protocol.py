"""The examples of docs/sync-protocol.md (tests/golden/protocol) run against the server."""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select

from fieldapp.domain.records.users import Role
from server.services.enrolment import new_code
from server.store import tables
from tests.integration.server.county import County, Device

EXAMPLES: Final = sorted((Path(__file__).parents[2] / "golden" / "protocol").glob("*.json"))
SLOT: Final = re.compile(r"\{\{([\w.]+)\}\}")


class Story:
    """One example being played: devices and the values its slots stand for."""

    def __init__(self, county: County, story: dict[str, Any]) -> None:
        self._county = county
        self._devices: dict[str, Device] = {}
        self._values: dict[str, Any] = {"epoch": county.context.store.epoch}
        for name, wanted in story["devices"].items():
            device = county.device(Role(wanted["role"]), wanted["area_code"])
            self._devices[name] = device
            code = new_code(
                county.context.store, device.user_id, by="server", random_bytes=county.random_bytes
            )
            for field in ("user_id", "device_id", "install_id"):
                self._values[f"{name}.{field}"] = getattr(device, field)
            self._values[f"{name}.code"] = code
        with county.context.store.read() as connection:
            c = tables.bucket.c
            self._values["ref_rev"] = connection.scalar(select(c.rev).where(c.id == "ref"))

    def play(self, step: dict[str, Any]) -> None:
        who, request, wanted = step["as"], step["request"], step["response"]
        options: dict[str, Any] = {"headers": request.get("headers", {})}
        if "json" in request:
            options["json"] = self._filled(who, request["json"])
        if "text" in request:
            options["data"] = request["text"].encode()
        answer = self._devices[who].request(request["method"], request["path"], **options)
        assert answer.status_code == wanted["status"], answer.text
        for name, value in wanted.get("headers", {}).items():
            assert answer.headers[name] == value
        if "json" in wanted:
            self._match(who, wanted["json"], answer.json(), "")
        if "lines" in wanted:
            lines = [json.loads(line) for line in answer.content.splitlines()]
            self._match(who, wanted["lines"], lines, "")

    def _known(self, who: str, slot: str) -> str:
        return f"{who}.{slot}" if f"{who}.{slot}" in self._values else slot

    def _filled(self, who: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._filled(who, item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._filled(who, item) for item in value]
        slot = SLOT.fullmatch(value) if isinstance(value, str) else None
        return value if slot is None else self._values[self._known(who, slot[1])]

    def _match(self, who: str, wanted: Any, got: Any, place: str) -> None:
        slot = SLOT.fullmatch(wanted) if isinstance(wanted, str) else None
        if slot is not None:
            name = self._known(who, slot[1])
            if name != "_":
                assert self._values.setdefault(name, got) == got, place
        elif isinstance(wanted, dict):
            assert isinstance(got, dict), place
            assert set(wanted) == set(got), place
            for key, item in wanted.items():
                self._match(who, item, got[key], f"{place}.{key}")
        elif isinstance(wanted, list):
            assert isinstance(got, list), place
            assert len(wanted) == len(got), (place, got)
            for number, item in enumerate(wanted):
                self._match(who, item, got[number], f"{place}[{number}]")
        else:
            assert wanted == got, place


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_server_plays_the_example(county: County, example: Path) -> None:
    told = json.loads(example.read_text(encoding="utf-8"))
    story = Story(county, told)
    for step in told["steps"]:
        story.play(step)


def test_there_are_examples() -> None:
    assert {path.stem for path in EXAMPLES} >= {"enrol", "push", "refused", "merge", "pull", "moved", "blobs"}

"""The audit log of a session: which question was on the screen when. Pure library layer.

Times are milliseconds since 1970 as the wall clock said when the session began, carried on by a monotonic
clock: setting the device's clock within a session changes nothing.
"""

import csv
import datetime as dt
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from fieldapp.forms.definition.model import ODK, FormDefinition
from fieldapp.forms.view import Reference


class Event(StrEnum):
    """The events of ODK's audit specification that a desktop program can meet."""

    FORM_START = "form start"
    FORM_RESUME = "form resume"
    FORM_SAVE = "form save"
    FORM_EXIT = "form exit"
    FORM_FINALIZE = "form finalize"
    QUESTION = "question"
    GROUP_QUESTIONS = "group questions"
    JUMP = "jump"
    ADD_REPEAT = "add repeat"
    DELETE_REPEAT = "delete repeat"
    END_SCREEN = "end screen"
    CONSTRAINT_ERROR = "constraint error"
    SAVE_ERROR = "save error"
    FINALIZE_ERROR = "finalize error"


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """What a form wants to be logged (attributes of its `meta/audit` bind)."""

    enabled: bool = False
    track_changes: bool = False
    identify_user: bool = False
    ask_reason: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One line of the log. Milliseconds since 1970; `end` is None for what has no duration or goes on."""

    event: Event
    node: Reference = ""
    start: int
    end: int | None = None
    old_value: str = ""
    new_value: str = ""
    user: str = ""
    change_reason: str = ""


class AuditLog:
    """Events of one session, in order. Records nothing unless the form asks for an audit."""

    def __init__(
        self,
        settings: AuditSettings,
        *,
        now: Callable[[], dt.datetime],
        monotonic: Callable[[], float],
        user: str = "",
    ) -> None:
        self.settings: Final = settings
        self._events: list[AuditEvent] = []
        self._open: list[int] = []
        self._monotonic = monotonic
        self._anchor = now().timestamp() - monotonic()
        self._user = user if settings.identify_user else ""

    @property
    def events(self) -> tuple[AuditEvent, ...]:
        """All events so far."""
        return tuple(self._events)

    def record(self, event: Event, node: Reference = "", *, reason: str = "") -> None:
        """Note something that happens at once, such as a save or a jump."""
        self._add(event, node, "", reason)

    def open(self, event: Event, node: Reference = "", *, value: str = "") -> None:
        """Note that something comes on the screen; `value` is what the question holds then."""
        if self._add(event, node, value, ""):
            self._open.append(len(self._events) - 1)

    def close(self, values: Callable[[Reference], str]) -> None:
        """Everything open leaves the screen; `values` tells what the questions hold now."""
        end = self._milliseconds()
        for index in self._open:
            event = self._events[index]
            new = values(event.node) if event.event is Event.QUESTION and self.settings.track_changes else ""
            changed = new != event.old_value
            self._events[index] = replace(
                event, end=end, old_value=event.old_value if changed else "", new_value=new if changed else ""
            )
        self._open.clear()

    def csv(self, *, header: bool = True) -> str:
        """The log as ODK's `audit.csv`: to be appended to what earlier sessions of the draft wrote."""
        text = io.StringIO()
        lines = csv.writer(text, lineterminator="\n")
        if header:
            lines.writerow(["event", "node", "start", "end", *(name for name, _ in self._further)])
        for event in self._events:
            further = [read(event) for _, read in self._further]
            lines.writerow([event.event, event.node, event.start, event.end or "", *further])
        return text.getvalue()

    @property
    def _further(self) -> list[tuple[str, Callable[[AuditEvent], str]]]:
        columns: list[tuple[str, Callable[[AuditEvent], str]]] = []
        if self.settings.track_changes:
            columns += [
                ("old-value", lambda event: event.old_value),
                ("new-value", lambda event: event.new_value),
            ]
        if self.settings.identify_user:
            columns.append(("user", lambda event: event.user))
        if self.settings.ask_reason:
            columns.append(("change-reason", lambda event: event.change_reason))
        return columns

    def _add(self, event: Event, node: Reference, value: str, reason: str) -> bool:
        if not self.settings.enabled:
            return False
        old = value if self.settings.track_changes else ""
        self._events.append(
            AuditEvent(
                event=event,
                node=node,
                start=self._milliseconds(),
                old_value=old,
                user=self._user,
                change_reason=reason,
            )
        )
        return True

    def _milliseconds(self) -> int:
        return round((self._anchor + self._monotonic()) * 1000)


def audit_settings(definition: FormDefinition) -> AuditSettings:
    """What the form wants to be logged."""
    spec = definition.meta("audit")
    if spec is None:
        return AuditSettings()

    def wants(name: str) -> bool:
        return spec.binding.get(f"{ODK} {name}", "") == "true"

    return AuditSettings(
        enabled=True,
        track_changes=wants("track-changes"),
        identify_user=wants("identify-user"),
        ask_reason=spec.binding.get(f"{ODK} track-changes-reasons", "") != "",
    )

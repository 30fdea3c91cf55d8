"""The world of a form session: time, chance, ids, the person and the device. Pure library layer."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Everything a session would otherwise have to take from the system.

    Attributes:
        now: the present instant, aware.
        monotonic: seconds from a clock nobody can set; anchors the audit log.
        zone: where "today" and dates without offset are.
        new_id: a fresh UUID as text, without prefix.
        random_bytes: so many random bytes: from `secrets` in earnest, from a seed in tests.
        properties: what preloads ask for: `deviceid`, `username`, `email`, `phonenumber`, …
        languages: the person's wishes, best first; the form's default when none fits.
        lists: instances that the program itself provides (`instance('households')/root/item`), by the
            name in the form's `jr://instance/NAME` or by the instance's id; called when first asked for.
        position: where the device is now, as "latitude longitude altitude accuracy" or ""; for forms that ask
            for it at an event.
        last_saved: XML of the instance that this form last saved, for `jr://instance/last-saved`.
    """

    now: Callable[[], dt.datetime]
    monotonic: Callable[[], float]
    zone: dt.tzinfo
    new_id: Callable[[], str]
    random_bytes: Callable[[int], bytes]
    properties: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    lists: Mapping[str, Callable[[], Iterable[Row]]] = field(default_factory=dict)
    position: Callable[[], str] = lambda: ""
    last_saved: bytes | None = None

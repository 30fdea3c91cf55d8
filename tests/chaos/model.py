"""The simple model the real thing is held against: what was saved, what was typed, and what may be gone
because the one tablet that had it was lost. No merging, no revisions, no scopes of devices."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

Field = tuple[str, str, str]
"""Kind, record id and field name."""


@dataclass(frozen=True, slots=True)
class Made:
    """A record that a device has told its worker to be saved; `word` is in it and in no other."""

    kind: str
    id: str
    word: str
    photos: tuple[str, ...] = ()


@dataclass
class Model:
    """What must be true once everything has healed."""

    made: dict[str, Made] = field(default_factory=dict)
    """Every record must be on the server exactly once, or be listed on a device as needing attention."""
    given_up: set[str] = field(default_factory=set)
    """Records and photos that only a lost tablet, or a lost server, had: they may be gone."""
    typed: dict[str, dict[Field, str]] = field(default_factory=lambda: defaultdict(dict))
    """Per device: the last value typed into a field, as long as the server has not answered it."""
    taken: dict[Field, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Values the server has answered: each is current, or in the history of its field."""

    def save(self, *records: Made) -> None:
        """A device said that these are saved."""
        self.made.update({one.id: one for one in records})

    def type(self, device: str, place: Field, value: str) -> None:
        """A device said that this value is saved."""
        self.typed[device][place] = value

    def answered(self, device: str, unsent: Collection[str]) -> None:
        """After a cycle: what is not waiting any more has been answered."""
        waiting = set(unsent)
        for place in [place for place in self.typed[device] if place[1] not in waiting]:
            self.taken[place].add(self.typed[device].pop(place))

    def copied(self, device: str, copy: str) -> None:
        """A device's profile now also runs on another machine: both will send what waits."""
        self.typed[copy] = dict(self.typed[device])

    def lost(self, device: str, alone_had: Collection[str]) -> None:
        """A device went back to an older copy of itself, which lacks these records and photos."""
        self.given_up.update(alone_had)
        self.typed[device].clear()

    def server_lost(self, still_there: Collection[str], values: dict[Field, set[str]]) -> None:
        """The server went back to a backup. What no device sends again may be gone, and so may values that
        are not among those taken when the backup was made."""
        photos = {photo for one in self.made.values() for photo in one.photos}
        self.given_up.update((self.made.keys() | photos) - set(still_there))
        self.taken = defaultdict(set, {place: set(found) for place, found in values.items()})
        for pending in self.typed.values():
            pending.clear()

"""What a use case or a sync changed; screens decide themselves whether it concerns them."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Ids of changed records by kind. `initiator` names the screen or "sync" that caused it.

    `everything` means more changed than is worth listing (a first sync): read again.
    """

    kinds: Mapping[str, frozenset[str]] = field(default_factory=dict)
    initiator: str = ""
    everything: bool = False

    def touches(self, *kinds: str) -> bool:
        """Whether any record of these kinds changed."""
        return self.everything or any(self.kinds.get(kind) for kind in kinds)

"""Decides which policy cards are listed and which one is read. No Qt. Layer 5."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from fieldapp.app.policy_cards import PolicyCard, PolicyTopic, find_cards, policy_cards
from ui.ports import Surroundings


@dataclass(frozen=True, slots=True)
class PoliciesState:
    """The cards that fit, or the one being read (`shown`)."""

    typed: str = ""
    topic: PolicyTopic | None = None
    listed: tuple[PolicyCard, ...] = ()
    shown: PolicyCard | None = None


class PoliciesPresenter:
    """Plain Python behind the page; the cards come with the program and never wait for the database."""

    def __init__(self, surroundings: Surroundings, render: Callable[[PoliciesState], None]) -> None:
        self._around = surroundings
        self._render = render
        self._cards = policy_cards(surroundings.preferences().language)
        self.state = PoliciesState()

    def enter(self, topic: str = "", card: str = "") -> None:
        """Begin with all cards, those of a topic, or one."""
        shown = next((one for one in self._cards if one.key == card), None)
        self._show(topic=PolicyTopic(topic) if topic else None, shown=shown)

    def search(self, typed: str) -> None:
        """Only cards that hold these words."""
        self._show(typed=typed)

    def choose_topic(self, topic: PolicyTopic | None) -> None:
        """Only one topic, or all."""
        self._show(topic=topic)

    def open(self, key: str) -> None:
        """Read one."""
        self._around.shell.go("policies", card=key)

    def _show(self, **changes: object) -> None:
        state = replace(self.state, **changes)  # type: ignore[arg-type]
        self.state = replace(state, listed=tuple(find_cards(self._cards, state.typed, state.topic)))
        self._render(self.state)

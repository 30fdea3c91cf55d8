"""What an expression needs from the world around it. Nothing is taken from the system. Pure library layer."""

from datetime import datetime, tzinfo
from typing import Protocol

from fieldapp.forms.tree import Node


class Host(Protocol):
    """The world as an expression sees it; a form session implements it."""

    @property
    def zone(self) -> tzinfo:
        """The zone of local dates and times."""

    @property
    def language(self) -> str:
        """The form language as the form names it ("zh", "中文(zh)", "English (en)"), or ''."""

    def now(self) -> datetime:
        """The present instant, aware."""

    def random_bytes(self, count: int) -> bytes:
        """`count` random bytes: from `secrets` in earnest, from a seed in tests."""

    def instance(self, id: str) -> Node | None:
        """The document of an instance (its children: the root element), or None if there is none.

        '' is the primary instance. Documents that never change should be frozen: see tree.Document.
        """

    def text(self, id: str) -> str | None:
        """The text of jr:itext in the form language, outputs resolved, or None if there is none."""

    def choice_label(self, value: str, path: str, node: Node) -> str | None:
        """The label of the choice `value` of the question at `path`, seen from `node`; None if unknown."""

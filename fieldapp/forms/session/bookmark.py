"""A question that is found again after instances of repeats came and went. Pure library layer."""

from fieldapp.forms.session.instance import Instance, state
from fieldapp.forms.tree import Node
from fieldapp.forms.view import Reference


class Bookmark:
    """Follows one question: its reference changes when an earlier instance of its repeat is removed."""

    __slots__ = ("_instance", "_node")

    def __init__(self, instance: Instance, node: Node) -> None:
        self._instance = instance
        self._node = node

    @property
    def reference(self) -> Reference | None:
        """Where the question is now; None while its instance is removed (undo may bring it back)."""
        if not state(self._node).frame.is_present:
            return None
        return self._instance.reference(self._node)

"""What an expression is evaluated with, and the budget that ends endless evaluations. Pure library layer."""

from typing import Final

from fieldapp.forms.errors import EvaluationError
from fieldapp.forms.tree import Node
from fieldapp.forms.xpath.host import Host

#: Steps one evaluation may take: nodes looked at by predicates and wide axes, states of a pattern.
#: Some seconds at worst; the largest real forms stay three orders of magnitude below.
MAX_STEPS: Final = 5_000_000


class Budget:
    """Counts the steps of one evaluation and ends it when they are used up."""

    __slots__ = ("left",)

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        """Take steps off; EvaluationError evaluation_too_long when none are left."""
        self.left -= steps
        if self.left < 0:
            raise EvaluationError("evaluation_too_long", limit=MAX_STEPS)


class Context:
    """The context of XPath 1.0 (node, position, size), the world, and what current() answers.

    Predicates make one context for all the nodes they filter and move it along: a context is valid
    during an evaluation only and must not be kept.
    """

    __slots__ = ("budget", "host", "node", "origin", "position", "size")

    def __init__(
        self, node: Node, position: int, size: int, origin: Node, host: Host, budget: Budget
    ) -> None:
        self.node = node
        self.position = position
        self.size = size
        self.origin = origin
        self.host = host
        self.budget = budget

    def inner(self, size: int) -> "Context":
        """A context for filtering `size` nodes; the caller sets node and position."""
        return Context(self.node, 0, size, self.origin, self.host, self.budget)

"""What supervisors said of a visit, and the step one of them takes with it. No Qt. Layer 5."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.domain.records.visit_reviews import FieldComment, ReviewAct
from fieldapp.domain.rules.visit_review import COMMENTED
from fieldapp.services import visit_reviews
from fieldapp.services.visit_reviews import ReviewItem, VisitReviews
from ui.ports import Surroundings
from ui.reads import LatestRead
from ui.widgets.records.visit_values import field_label

KINDS: Final = ("visits", "visit_reviews", "users")
INITIATOR: Final = "visit"


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One review; `comments` are (field in words, remark); `refusal` says why the server did not take it."""

    act: ReviewAct
    act_words: str
    reason: str
    comments: tuple[tuple[str, str], ...]
    who: str
    at: dt.datetime
    waiting: bool
    refusal: str


@dataclass(frozen=True, slots=True)
class ReviewState:
    """`may` are the steps offered, `step` the one whose panel is open, `fields` (field, word) what a comment
    can be about; `errors` are sentences by field of the panel ('' = the whole)."""

    today: dt.date
    rows: tuple[ReviewRow, ...] = ()
    may: tuple[ReviewAct, ...] = ()
    step: ReviewAct | None = None
    fields: tuple[tuple[str, str], ...] = ()
    busy: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)


class ReviewPresenter:
    """Plain Python behind the card of reviews. `taken` is told of the step that was taken and how
    to take it back, `taken_back` whether that was still possible."""

    def __init__(
        self,
        surroundings: Surroundings,
        render: Callable[[ReviewState], None],
        taken: Callable[[ReviewAct, Callable[[], None]], None],
        taken_back: Callable[[bool], None],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._taken = taken
        self._taken_back = taken_back
        # A visit that cannot be read says so on the page; here there is nothing to add.
        self._reads: LatestRead[VisitReviews] = LatestRead(
            surroundings.tasks, self._on_loaded, lambda _error: None
        )
        self._asked_for = self._visit_id = ""
        fields = tuple((one, field_label(one, surroundings.texts)) for one in COMMENTED)
        self.state = ReviewState(self._context.today(), fields=fields)

    def enter(self, visit_id: str) -> None:
        """Begin with a visit; any version of it will do."""
        self._asked_for = visit_id
        self._reads.follow(self._around, KINDS, self.reload)
        self.reload()

    def leave(self) -> None:
        """The page goes."""
        self._reads.stop()

    def reload(self) -> None:
        """Read again."""
        context, visit_id = self._context, self._asked_for
        self._reads.ask(lambda: visit_reviews.visit_reviews(context, visit_id))

    def begin(self, act: ReviewAct) -> None:
        """Open the panel of a step that wants a reason; approving needs none."""
        if act is ReviewAct.APPROVE:
            self.take(act)
        else:
            self._show(step=act, errors={})

    def cancel(self) -> None:
        """Close the panel."""
        self._show(step=None, errors={})

    def take(self, act: ReviewAct, reason: str = "", comments: Sequence[tuple[str, str]] = ()) -> None:
        """Take a step; comments are (field, remark), those without a remark are left out."""
        if self.state.busy or act not in self.state.may:
            return
        self._show(busy=True, errors={})
        context, visit_id = self._context, self._visit_id
        said = [FieldComment(field=one, text=text.strip()) for one, text in comments if one and text.strip()]

        def done(changes: ChangeSet) -> None:
            if not self._reads.stopped:
                self._show(busy=False, step=None)
            self._around.publish(changes)
            if not self._reads.stopped:
                self._taken(act, lambda: self._take_back(visit_id))

        def refused(error: FieldappError) -> None:
            if not self._reads.stopped:
                place = error.field if isinstance(error, RuleError) and error.field == "reason" else ""
                self._show(busy=False, errors={place: self._around.texts.error(error)})

        self._around.tasks.run(
            lambda: visit_reviews.review_visits(context, [visit_id], act, reason, said, INITIATOR),
            done,
            refused,
        )

    def _take_back(self, visit_id: str) -> None:
        context = self._context

        def done(answer: tuple[int, ChangeSet]) -> None:
            count, changes = answer
            self._around.publish(changes)
            self._taken_back(bool(count))

        self._around.tasks.run(lambda: visit_reviews.take_back_reviews(context, [visit_id], INITIATOR), done)

    def _on_loaded(self, found: VisitReviews) -> None:
        self._visit_id = found.visit_id
        step = self.state.step if self.state.step in found.may else None
        self._show(
            today=self._context.today(),
            rows=tuple(self._row(one) for one in found.reviews),
            may=tuple(act for act in ReviewAct if act in found.may),
            step=step,
        )

    def _row(self, one: ReviewItem) -> ReviewRow:
        texts = self._around.texts
        return ReviewRow(
            one.act,
            texts.label(one.act),
            one.reason,
            tuple((field_label(said.field, texts), said.text) for said in one.comments),
            one.by_name,
            one.at,
            one.waiting,
            texts.message(one.refused_code) if one.refused_code else "",
        )

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self._render(self.state)

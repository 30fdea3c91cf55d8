"""The open rule of a table: how often, which visits count, and for whom. Layer 5."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.app.texts import Texts
from fieldapp.domain.parameters import PeriodUnit, VisitRule
from fieldapp.domain.records.households import Category, HouseholdTag, ReviewClass, RiskLevel, SupportMode
from fieldapp.domain.records.persons import SelfCareGrade
from fieldapp.domain.records.visits import Mode
from ui.widgets.inputs.choice_editor import choice_editor
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.picker import Picker
from ui.widgets.inputs.stepper import Stepper
from ui.widgets.labels import Text

_ILL, _URGENT = "serious_illness", "urgent_case"
_MOST_TIMES = 31


class RuleEditor(QWidget):
    """Shows a rule and tells each change: `write(**fields)`."""

    def __init__(self, rule: VisitRule, texts: Texts, write: Callable[..., None]) -> None:
        super().__init__()
        self.fields: dict[str, Field] = {}
        self._texts = texts
        self._write = write
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        units = [Choice(unit.value, texts.label(unit)) for unit in PeriodUnit]
        unit = self._add("unit", self.tr("周期"), choice_editor(units, title=self.tr("周期")))
        unit.set_value(rule.unit.value)
        unit.changed.connect(lambda value: write(unit=PeriodUnit(value)) if value else None)
        times = self._add("times", self.tr("每个周期走访几次"), Stepper(minimum=1, maximum=_MOST_TIMES))
        times.set_value(rule.times)
        times.changed.connect(lambda value: write(times=value) if value else None)
        self._codes("modes", self.tr("计入的走访方式"), Mode, rule.modes)
        self._codes("alternate_modes", self.tr("上次是入户的才计入"), Mode, rule.alternate_modes)
        words = self.tr("下面的条件不选就不限；同一条件里选几项，符合一项就算；几个条件要同时符合。")
        self._column.addWidget(Text(words, tone="soft", wrap=True))
        match = rule.match
        self._codes("risk_levels", self.tr("风险等级"), RiskLevel, match.risk_levels)
        self._codes("categories", self.tr("救助类别"), Category, match.categories)
        self._codes("support_modes", self.tr("供养方式"), SupportMode, match.support_modes)
        self._codes("self_care", self.tr("自理能力"), SelfCareGrade, match.self_care)
        self._codes("review_classes", self.tr("复核类别"), ReviewClass, match.review_classes)
        self._codes("tags", self.tr("重点人群"), HouseholdTag, match.tags)
        grades = [Choice(str(grade), self.tr("{0} 级").format(grade)) for grade in range(1, 5)]
        disabled = self._add("disability_grades", self.tr("残疾等级"), _several(grades, self.tr("残疾等级")))
        disabled.set_value(tuple(map(str, match.disability_grades)))
        disabled.changed.connect(lambda value: write(disability_grades=tuple(sorted(map(int, value or ())))))
        flags = [Choice(_ILL, self.tr("有重大疾病成员")), Choice(_URGENT, self.tr("急难救助在办"))]
        cases = self._add("cases", self.tr("其他情形"), _several(flags, self.tr("其他情形")))
        held = {_ILL: match.serious_illness, _URGENT: match.urgent_case}
        cases.set_value(tuple(name for name, holds in held.items() if holds))
        cases.changed.connect(lambda value: write(**{name: name in (value or ()) for name in held}))

    def _codes(self, name: str, label: str, codes: type[StrEnum], chosen: Iterable[StrEnum]) -> None:
        choices = [Choice(code.value, self._texts.label(code)) for code in codes]
        editor = self._add(name, label, _several(choices, label))
        editor.set_value(tuple(code.value for code in chosen))

        def told(value: Any) -> None:
            self._write(**{name: tuple(codes(one) for one in value or ())})

        editor.changed.connect(told)

    def _add(self, name: str, label: str, editor: Editor) -> Editor:
        self.fields[name] = Field(label, editor)
        self._column.addWidget(self.fields[name])
        return editor


def _several(choices: list[Choice], title: str) -> Editor:
    # Eleven conditions: what is not short is a picker, or the rule would fill three pages.
    if len(choices) > 4:
        return Picker(choices, title=title, multiple=True)
    return choice_editor(choices, multiple=True, title=title)

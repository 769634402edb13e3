"""Each line of a report with its value: published figures, accounts, what somebody wrote, one divided by another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from network.funding.enums import ExpenseCategory
from network.reports.accounts import Accounts
from network.reports.content import Line, Part, Words
from network.reports.counting import ratio, target_for
from network.reports.enums import LineKind, MoneyOf
from network.reports.figures import Figures
from network.reports.models import PackLine, ReportValue
from network.reports.sources import LANGUAGES, FigureSource, MoneySource, figure_sources, in_each, money_sources

EUROS: Words = dict.fromkeys(LANGUAGES, "€")
NOTHING: Words = dict.fromkeys(LANGUAGES, "")


@dataclass
class Lines:
    """Fills them in the language that is active. `waiting`: of each line, the months that a release would bring."""

    figures: Figures
    accounts: Accounts
    written: Mapping[str, ReportValue]
    waiting: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def fill(self, lines: Sequence[PackLine]) -> tuple[Line, ...]:
        figures, money = figure_sources(), money_sources()
        told: dict[str, Line] = {}
        for one in lines:
            blank = Line(
                code=one.code, kind=one.kind, label={name: one.label(name) for name in LANGUAGES},
                unit=dict.fromkeys(LANGUAGES, one.unit), decimals=0, source=one.source,
                target=target_for(one.target, len(self.figures.months)),
                numerator=one.numerator, denominator=one.denominator,
            )  # fmt: skip
            if one.kind == LineKind.FIGURE:
                made = self._figure(one, blank, figures.get(one.source))
            elif one.kind == LineKind.MONEY:
                made = self._money(blank, money.get(one.source))
            elif one.kind == LineKind.DECLARED:
                made = self._declared(blank)
            else:
                made = blank
            told[one.code] = self._noted(made)
        for one in lines:
            if one.kind == LineKind.RATIO:
                told[one.code] = self._noted(_ratio(told[one.code], told))
        return tuple(told.values())

    def _figure(self, line: PackLine, blank: Line, source: FigureSource | None) -> Line:
        if source is None:
            return replace(blank, note=_("This table is published no more."))
        unit = blank.unit if line.unit else in_each(source.unit)
        found = self.figures.fill(line, replace(blank, unit=unit, decimals=2 if source.hours else 0), source)
        if found.waiting:
            self.waiting[line.code] = found.waiting
        written = self.written.get(line.code)
        if written is None or written.number is None or source.table.dimension:
            return found.line
        return replace(found.line, value=written.number, computed=found.line.value, decimals=_decimals(written.number))

    def _money(self, blank: Line, source: MoneySource | None) -> Line:
        if source is None:
            return replace(blank, note=_("The accounts know this no more."))
        parts: tuple[Part, ...] = ()
        if source.of == MoneyOf.SPENT and not source.category:
            parts = tuple(
                Part(category, in_each(ExpenseCategory(category).label), self.accounts.categories[category], None)
                for category in ExpenseCategory.values
                if self.accounts.categories.get(category)
            )
        return replace(blank, unit=EUROS, decimals=2, value=self.accounts.of(source), by_value=parts)

    def _declared(self, blank: Line) -> Line:
        written = self.written.get(blank.code)
        value = written.number if written else None
        return replace(blank, value=value, decimals=_decimals(value))

    def _noted(self, line: Line) -> Line:
        """With what somebody wrote: the text of a text, a word beside anything else."""
        written = self.written.get(line.code)
        words = written.text if written else ""
        if line.kind == LineKind.TEXT:
            return replace(line, text=words)
        return replace(line, note="\n".join(part for part in (line.note, words) if part))


def _decimals(value: Decimal | None) -> int:
    return 0 if value is None or value == value.to_integral_value() else 2


WHY = {
    "gone": gettext_lazy("No number: one of the two lines isn't there."),
    "missing": gettext_lazy("No number: “%(line)s” isn't published for all the months."),
    "withheld": gettext_lazy("No number: a part of “%(line)s” is withheld, since it is about few people."),
    "none": gettext_lazy("No number: “%(line)s” has none."),
    "zero": gettext_lazy("No number: “%(line)s” is zero."),
}


def _ratio(line: Line, told: Mapping[str, Line]) -> Line:
    """Half up to the cent; without a number it says why."""
    above, below = told.get(line.numerator), told.get(line.denominator)
    line = replace(line, decimals=2)
    if above is None or below is None:
        return replace(line, note=str(WHY["gone"]))
    if not any(line.unit.values()):
        line = replace(line, unit=above.unit)
    for one in (above, below):
        if why := _why_not(one, is_below=one is below):
            words = one.label.get(_language(), "") or one.label["fr"]
            return replace(line, note=str(WHY[why]) % {"line": words})
    assert above.value is not None
    assert below.value is not None
    return replace(line, value=ratio(above.value, below.value))


def _why_not(one: Line, *, is_below: bool) -> str:
    if one.missing and one.computed is None:
        return "missing"
    if one.withheld and one.computed is None:
        return "withheld"
    if one.value is None:
        return "none"
    return "zero" if is_below and not one.value else ""


def _language() -> str:
    return (get_language() or "fr")[:2]

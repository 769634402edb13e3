"""A report as it is read: every line in words of the reader's language, with where its number comes from.

The same for what is frozen and for a draft, on the network's pages and on the funder's.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from maillage.design.numbers import euros, month_label, number, percent
from network.reports.content import Content, Line, Part, Words
from network.reports.enums import LineKind
from network.reports.lines import EUROS
from network.reports.sources import figure_sources


def in_words(words: Words) -> str:
    """In the reader's language, else in French."""
    return words.get((get_language() or "fr")[:2]) or words.get("fr", "")


@dataclass(frozen=True)
class ShownPart:
    code: str
    label: str
    value: str
    whole: str
    withheld: str


@dataclass(frozen=True)
class PartsTable:
    is_epn: bool
    rows: list[ShownPart]

    @property
    def with_whole(self) -> bool:
        return any(one.whole for one in self.rows)


@dataclass(frozen=True)
class ShownLine:
    """`whole` is empty where it says nothing that `value` doesn't. `origin` says where the number comes from."""

    code: str
    label: str
    unit: str
    value: str
    whole: str
    target: str
    reached: str
    origin: str
    withheld: str
    missing: str
    note: str
    text: str
    is_text: bool
    tables: list[PartsTable]


@dataclass(frozen=True)
class ShownRestated:
    label: str
    was: str
    now: str
    reason: str
    version: int
    title: str


@dataclass(frozen=True)
class Shown:
    content: Content
    numbers: list[ShownLine]
    breakdowns: list[ShownLine]
    texts: list[ShownLine]
    restated: list[ShownRestated]
    with_whole: bool
    with_target: bool


def show(content: Content) -> Shown:
    lines = [_line(one, content) for one in content.lines]
    numbers = [one for one in lines if not one.is_text]
    by_code = {one.code: one for one in content.lines}
    restated = [
        ShownRestated(
            in_words(by_code[one.code].label) if one.code in by_code else one.code,
            _value(one.was, by_code.get(one.code)), _value(one.now, by_code.get(one.code)), one.reason, one.version,
            one.title,
        )
        for one in content.restated
    ]  # fmt: skip
    return Shown(
        content, numbers, [one for one in numbers if one.tables], [one for one in lines if one.is_text],
        restated, any(one.whole for one in numbers), any(one.target for one in numbers),
    )  # fmt: skip


def _line(line: Line, content: Content) -> ShownLine:
    is_broken_down = line.kind == LineKind.FIGURE and line.value is None and bool(line.by_value)
    value = _("see below") if is_broken_down else _value(line.value, line)
    if line.withheld and line.computed is None and line.value is not None:
        value = _("at least %(number)s") % {"number": value} if line.value else _("withheld")
    whole = "" if line.whole is None or line.whole == line.value else _value(line.whole, line)
    reached = ""
    if line.target and line.value is not None and not line.missing:
        reached = percent(line.value / line.target)
    return ShownLine(
        code=line.code, label=in_words(line.label), unit="" if line.unit == EUROS else in_words(line.unit), value=value,
        whole=whole, target="" if line.target is None else _value(line.target, line), reached=reached,
        origin=_origin(line, content), withheld=withheld_words(line.withheld), missing=missing_words(line.missing),
        note=line.note, text=line.text, is_text=line.kind == LineKind.TEXT,
        tables=[
            PartsTable(is_epn, [_part(one, line) for one in parts])
            for is_epn, parts in ((True, line.by_epn), (False, line.by_value)) if parts
        ],
    )  # fmt: skip


def _value(value: Decimal | None, line: Line | None) -> str:
    if line is not None and line.unit == EUROS:
        return euros(value)
    return number(value, line.decimals if line is not None else None)


def _part(part: Part, line: Line) -> ShownPart:
    value = _value(part.value, line)
    if part.withheld:
        value = _("at least %(number)s") % {"number": value} if part.value else ""
    whole = "" if part.whole is None or part.whole == part.value else _value(part.whole, line)
    return ShownPart(part.code, in_words(part.label), value, whole, withheld_words(part.withheld))


def withheld_words(cells: int) -> str:
    if not cells:
        return ""
    text = ngettext("%(n)s number withheld", "%(n)s numbers withheld", cells)
    return text % {"n": number(cells)}


def missing_words(months: tuple[str, ...]) -> str:
    """Runs of months as their ends: a year isn't twelve names."""
    if not months:
        return ""
    runs: list[list[str]] = []
    for one in months:
        if runs and _next(runs[-1][-1]) == one:
            runs[-1].append(one)
        else:
            runs.append([one])
    told = [
        month_label(run[0])
        if len(run) == 1
        else _("%(first)s to %(last)s") % {"first": month_label(run[0]), "last": month_label(run[-1])}
        for run in runs
    ]
    return _("not published: %(months)s") % {"months": ", ".join(told)}


def _next(month: str) -> str:
    year, number_ = int(month[:4]), int(month[5:])
    return f"{year + number_ // 12:04}-{number_ % 12 + 1:02}"


def _origin(line: Line, content: Content) -> str:
    if line.kind == LineKind.RATIO:
        above, below = content.line(line.numerator), content.line(line.denominator)
        if above is None or below is None:
            return ""
        return f"{in_words(above.label)} ({_value(above.value, above)}) ÷ {in_words(below.label)} ({_value(below.value, below)})"  # noqa: E501
    if line.kind == LineKind.DECLARED:
        return _("written by the network")
    if line.kind == LineKind.MONEY:
        return _("the accounts of the grants")
    if line.computed is not None:
        return _("corrected by the network; computed: %(number)s") % {"number": _value(line.computed, line)}
    source = figure_sources().get(line.source)
    if line.kind == LineKind.FIGURE and source is not None:
        return _("published table “%(table)s”") % {"table": source.table.label}
    return ""

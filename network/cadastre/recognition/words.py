"""Criteria, values and outcomes in the reader's language: what a page and a file show of a line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from maillage.design.numbers import NBSP, day_label, number
from network.cadastre.recognition.enums import Kind, Origin, Outcome
from network.cadastre.recognition.evaluating import Line
from network.cadastre.recognition.kinds import KINDS

TONES = {Outcome.MET: ("success", "check"), Outcome.NOT_MET: ("danger", "close"), Outcome.UNKNOWN: ("warning", "help")}


def kind_label(kind: str, own: str = "") -> str:
    return own or str(Kind(kind).label)


def plain(value: Decimal) -> str:
    """15, 3,5: without zeros that say nothing."""
    return number(int(value) if value == value.to_integral_value() else value.normalize())


def value_in_words(kind: str, value: Decimal | None, *, partly: bool = False) -> str:
    if value is None:
        return _("not known")
    about = KINDS[kind]
    if about.yes_no:
        return _("yes") if value else _("no")
    text = f"{plain(value)}{NBSP}{about.unit}".strip()
    return _("%(value)s at least: not all of it is known") % {"value": text} if partly else text


def asked_in_words(kind: str, threshold: Decimal | None) -> str:
    if threshold is None:
        return _("yes")
    return _("%(value)s at least") % {"value": f"{plain(threshold)}{NBSP}{KINDS[kind].unit}".strip()}


def source_in_words(origin: str, as_of: dt.date | None) -> str:
    label = Origin(origin).label
    if as_of is None:
        return str(label)
    return _("%(source)s, %(day)s") % {"source": label, "day": day_label(as_of)}


@dataclass(frozen=True)
class LineSheet:
    kind: str
    label: str
    asked: str
    value: str
    outcome: Outcome
    tone: str
    icon: str
    source: str
    rule_source: str
    where: str  # the route of the EPN's page at which it is changed


WHERE = {Origin.CARD: "premises:sites", Origin.COUNT: "premises:equipment"}


def sheet_of(line: Line) -> LineSheet:
    asked, fact = line.asked, line.fact
    tone, icon = TONES[line.outcome]
    return LineSheet(
        kind=asked.kind,
        label=kind_label(asked.kind, asked.label),
        asked=asked_in_words(asked.kind, asked.threshold),
        value=value_in_words(asked.kind, fact.value, partly=fact.partly),
        outcome=line.outcome,
        tone=tone,
        icon=icon,
        source=source_in_words(fact.origin, fact.as_of if fact.value is not None else None),
        rule_source=asked.source,
        where=WHERE.get(Origin(fact.origin), ""),
    )


def sheets_of(lines: Iterable[Line]) -> list[LineSheet]:
    return [sheet_of(one) for one in lines]


def failing(lines: Sequence[Line], outcome: Outcome = Outcome.NOT_MET) -> list[str]:
    """What isn't met (or known), each with its value: "Hours open …: 3,5 h a week"."""
    return [
        _("%(criterion)s: %(value)s") % {"criterion": sheet.label, "value": sheet.value}
        for sheet in sheets_of(one for one in lines if one.outcome == outcome)
    ]


WORDS_OF_WHOLE = {
    Outcome.MET: lambda: _("meets the criteria"),
    Outcome.NOT_MET: lambda: _("doesn't meet the criteria"),
    Outcome.UNKNOWN: lambda: _("not known yet"),
}


def whole_in_words(outcome: Outcome) -> str:
    return WORDS_OF_WHOLE[outcome]()

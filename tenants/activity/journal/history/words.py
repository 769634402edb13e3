"""The history of a visit in words: for each deed who, when, and what stood before and after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from maillage.design.numbers import day_label, duration, euros
from maillage.reference.selectors import label_of
from tenants.activity.enums import Channel, Margin
from tenants.activity.models import Visit
from tenants.activity.rules import VOCABULARY_OF, VOCABULARY_OF_LIST
from tenants.activity.selectors import HistoryLine, history_of, people_of_the_journal, sites_of_the_journal

ALIAS = {"site_id": "site", "animator_id": "animator"}


@dataclass(frozen=True)
class Difference:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Deed:
    at: dt.datetime
    who: str
    what: str
    differences: list[Difference]


@dataclass(frozen=True)
class Names:
    """Of what a visit only has the number."""

    sites: Mapping[int, str]
    people: Mapping[int, str]


def label_of_field(field: str) -> str:
    return str(capfirst(str(Visit._meta.get_field(ALIAS.get(field, field)).verbose_name)))  # type: ignore[union-attr]


def deeds_of(visit: Visit) -> list[Deed]:
    """Latest first."""
    lines = history_of(visit)
    named = {"site_id", "animator_id"} & {name for line in lines for name in (*line.before, *line.after)}
    names = Names(dict(sites_of_the_journal()), dict(people_of_the_journal())) if named else Names({}, {})
    return [_deed(line, names) for line in reversed(lines)]


def _deed(line: HistoryLine, names: Names) -> Deed:
    changed = list(dict.fromkeys([*line.before, *line.after]))
    return Deed(
        at=line.at,
        who=line.by.name if line.by is not None else _("the installation"),
        what=str(line.kind.label),
        differences=[
            Difference(
                label_of_field(field),
                in_words(field, line.before.get(field), names),
                in_words(field, line.after.get(field), names),
            )
            for field in changed
        ],
    )


def in_words(field: str, value: Any, names: Names) -> str:
    """One fact as a person reads it; a dash where there was none. Of a note only whether there was one is kept."""
    if field == "note":
        return _("a text, which isn't kept here") if value else _("no text")
    if field == "exceptional":
        return _("yes") if value else _("no")
    if value in (None, "", [], {}):
        return "–"
    if field in VOCABULARY_OF:
        return label_of(VOCABULARY_OF[field][0], str(value))
    if field in VOCABULARY_OF_LIST:
        return ", ".join(label_of(VOCABULARY_OF_LIST[field][0], str(code)) for code in value)
    if field == "date":
        return day_label(dt.date.fromisoformat(value))
    if field in ("minutes", "obstacle_minutes_lost"):
        return duration(value)
    if field == "site_id":
        return names.sites.get(value, str(value))
    if field == "animator_id":
        return names.people.get(value, str(value))
    if field == "obstacle_channel":
        return str(Channel(value).label) if value in Channel.values else str(value)
    if field == "obstacle_cost_eur":
        return _euros(value)
    if field == "margins":
        return _counts(value)
    return str(value)


def _euros(value: Any) -> str:
    try:
        return euros(Decimal(str(value)))
    except InvalidOperation:
        return str(value)


def _counts(margins: Mapping[str, Mapping[str, int]]) -> str:
    return ", ".join(
        f"{label_of(margin, code)} {count}"
        for margin, counts in margins.items()
        if margin in Margin.values
        for code, count in counts.items()
    )

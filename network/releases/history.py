"""What is published already: the latest version of each cell, and which releases stand."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.db import connection

from network.figures.catalogue import VISITS
from network.releases.cells import Key, Part, add
from network.releases.enums import PeriodKind, ReleaseState
from network.releases.models import FrozenMonth, Release
from network.releases.periods import Period, month, read


@dataclass(frozen=True)
class Known:
    """A cell as the latest release that holds it left it."""

    numbers: tuple[int, ...]
    withheld: bool


@dataclass(frozen=True)
class History:
    """The publication of one calendar year so far."""

    cells: dict[Key, Known] = field(default_factory=dict)
    published: set[tuple[str, str]] = field(default_factory=set)  # tables and periods
    left_out: set[tuple[str, str]] = field(default_factory=set)  # tables and periods, of which too little was left
    frozen: dict[dt.date, list[FrozenMonth]] = field(default_factory=dict)

    @property
    def parts(self) -> dict[Part, tuple[int, ...]]:
        """What each EPN did in each commune, by every period that is out."""
        periods = [read(code) for code in {code for _table, code in self.published}]
        sums: dict[Part, list[int]] = {}
        for one, held in self.frozen.items():
            inside = [period.code for period in periods if one in period.months]
            for row in held:
                for figure, dimension, _value, *numbers in row.cells:
                    if figure == VISITS.name and not dimension:
                        for code in inside:
                            add(sums, (code, str(row.epn_id), row.commune), numbers)
        return {part: tuple(numbers) for part, numbers in sums.items()}


def releases() -> list[Release]:
    """Every release, the latest first."""
    return list(Release.objects.filter(state=ReleaseState.RELEASED).select_related("corrects").order_by("-number"))


def standing(found: list[Release]) -> list[Release]:
    """Without those that a correction has replaced."""
    replaced = {one.corrects_id for one in found}
    return [one for one in found if one.pk not in replaced]


def may_be_corrected(one: Release, found: list[Release]) -> bool:
    """The latest version, of a period that no wider release holds: the widest one is corrected, with all it holds."""
    return one in standing(found) and not any(
        other.period != one.period and other.period.contains(one.period) for other in found
    )


def history_of(year: int, found: list[Release]) -> History:
    own = [one for one in found if one.first.year == year]
    if not own:
        return History()
    history = History(cells=_cells(own), frozen=_frozen(own))
    for one in sorted(own, key=lambda one: one.number or 0):
        for told in one.tables:
            which = {(told["name"], code) for code in told["periods"]}
            if told["left_out"]:
                history.left_out.update(which)
                history.published.difference_update(which)
            else:
                history.published.update(which)
    return history


def _cells(own: list[Release]) -> dict[Key, Known]:
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT DISTINCT ON (c."table", c.period, c.place, c.value)'
            ' c."table", c.period, c.place, c.value, c.numbers, c.withheld'
            " FROM releases_releasedcell c JOIN releases_release r ON r.id = c.release_id"
            ' WHERE r.id = ANY(%s) ORDER BY c."table", c.period, c.place, c.value, r.number DESC',
            [[one.pk for one in own]],
        )
        return {Key(*row[:4]): Known(tuple(row[4]), bool(row[5])) for row in cursor.fetchall()}


def _frozen(own: list[Release]) -> dict[dt.date, list[FrozenMonth]]:
    latest: dict[dt.date, int] = {}
    by_number = {one.pk: one.number or 0 for one in own}
    found = list(FrozenMonth.objects.filter(release__in=by_number))
    for one in found:
        latest[one.month] = max(latest.get(one.month, 0), by_number[one.release_id])
    held: dict[dt.date, list[FrozenMonth]] = defaultdict(list)
    for one in found:
        if by_number[one.release_id] == latest[one.month]:
            held[one.month].append(one)
    return dict(held)


def periods_to_count(period: Period, history: History, *, correcting: bool) -> list[Period]:
    """The period and the months of it that aren't out yet. A correction takes all that is out within it."""
    codes = {code for _table, code in history.published | history.left_out}
    if correcting:
        return sorted(one for one in map(read, codes) if period.contains(one))
    inner = [month(first) for first in period.months] if period.kind != PeriodKind.MONTH else []
    return [period, *(one for one in inner if one.code not in codes)]

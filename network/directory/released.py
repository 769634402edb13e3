"""The figures of the public page: what is released, and nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from maillage.design.charts import WITHHELD
from maillage.design.charts import Value as Shown
from network.releases.selectors import visits_by_month


@dataclass(frozen=True)
class PublicMonth:
    month: dt.date
    visits: Shown
    release: int


@dataclass(frozen=True)
class PublicYear:
    """The released months of a year. `visits` is the sum of the months that are shown, never of a withheld one."""

    year: int
    months: list[PublicMonth]

    @property
    def visits(self) -> int:
        return sum(one.visits for one in self.months if isinstance(one.visits, int))

    @property
    def withheld(self) -> int:
        return sum(one.visits is WITHHELD for one in self.months)


def public_years(*, today: dt.date | None = None) -> list[PublicYear]:
    """Visits of the whole network by released month, this year and last; without those that have none."""
    day = today or timezone.localdate()
    months = [
        PublicMonth(one.first, WITHHELD if one.visits is None else one.visits, one.release)
        for one in visits_by_month(dt.date(day.year - 1, 1, 1))
    ]
    years = [PublicYear(year, [one for one in months if one.month.year == year]) for year in (day.year, day.year - 1)]
    return [one for one in years if one.months]

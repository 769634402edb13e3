"""Which criteria hold on a day: the network's own for a region, else those of the region's charter.

The charters are dated rules of the reference data; `data/criteria.csv` says what each region asks by them.
"""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from maillage.reference.selectors import RuleUnknown, dated_rule
from network.cadastre.recognition.evaluating import Asked
from network.cadastre.recognition.kinds import KINDS
from network.cadastre.recognition.models import CriteriaSet
from network.cadastre.recognition.regions import DATA


@dataclass(frozen=True)
class Criteria:
    """Those of a region on a day. `own` is the network's set (None: the charter's). `missing`: kinds whose rule has no
    value for that day, which is said."""

    region: str
    asked: list[Asked] = field(default_factory=list)
    valid_from: dt.date | None = None
    source: str = ""
    own: int | None = None
    missing: list[str] = field(default_factory=list)


@cache
def _of_the_charters() -> tuple[dict[str, str], ...]:
    with (DATA / "criteria.csv").open(encoding="utf-8", newline="") as file:
        return tuple(sorted(csv.DictReader(file), key=lambda row: (row["region"], int(row["position"]))))


def regions_with_a_charter() -> list[str]:
    return list(dict.fromkeys(row["region"] for row in _of_the_charters()))


def of_the_charter(region: str, day: dt.date) -> Criteria:
    """The reference data's. A rule that says 0 refused is a yes-or-no criterion: it has no threshold."""
    asked, missing, begins, sources = [], [], [], []
    for row in _of_the_charters():
        if row["region"] != region:
            continue
        try:
            rule = dated_rule(row["rule"], region, day)
        except RuleUnknown:
            missing.append(row["kind"])
            continue
        threshold = None if KINDS[row["kind"]].yes_no else rule.value
        asked.append(Asked(row["kind"], threshold, source=rule.source))
        begins += [rule.valid_from] if rule.valid_from else []
        sources.append(rule.source)
    return Criteria(region, asked, max(begins, default=None), "; ".join(dict.fromkeys(sources)), missing=missing)


def of_the_set(one: CriteriaSet) -> Criteria:
    asked = [Asked(row.kind, row.threshold, row.label, one.source) for row in one.criteria.all()]
    return Criteria(one.region, asked, one.valid_from, one.source, one.pk)


class InForce:
    """The criteria of every region on a day; the sets of the network are read once."""

    def __init__(self, day: dt.date) -> None:
        self.day = day
        self._sets: dict[str, CriteriaSet] = {}
        for one in CriteriaSet.objects.filter(valid_from__lte=day).order_by("valid_from").prefetch_related("criteria"):
            self._sets[one.region] = one
        self._known: dict[str, Criteria] = {}

    def of(self, region: str) -> Criteria:
        if region not in self._known:
            own = self._sets.get(region)
            self._known[region] = of_the_set(own) if own else of_the_charter(region, self.day)
        return self._known[region]

    def regions(self) -> list[str]:
        return sorted({*self._sets, *regions_with_a_charter()})


def sets() -> list[Any]:
    """All sets of the network, by region, the latest first."""
    return list(CriteriaSet.objects.prefetch_related("criteria"))

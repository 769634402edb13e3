"""Editions side by side: a total over the years, and what changed between two of them.

An indicator is the same through the years by its code, or by what it `replaces`: several earlier codes are their sum.
Every total says of how many EPN it is, of how many that were asked, and in which perimeter. Between two editions the
EPN that answered both times are compared too: else a change may be one of who answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from network.cadastre.editions.checking import NUMERIC, decimal_of
from network.cadastre.editions.models import Edition, Indicator
from network.cadastre.editions.totals import Answers, Who, answers_of, indicators_of, who
from network.cadastre.enums import Perimeter

Replaced = dict[int, dict[str, list[str]]]  # version → code → what it stands for in earlier ones


@dataclass(frozen=True)
class Point:
    """A total of one year. Without `codes` this edition didn't ask it; without a sum nobody answered."""

    codes: tuple[str, ...]
    sum: Decimal | None
    answered: int
    asked: int

    @property
    def was_asked(self) -> bool:
        return bool(self.codes)


@dataclass(frozen=True)
class Series:
    indicator: Indicator
    points: list[Point]


@dataclass(frozen=True)
class Years:
    """The first edition first."""

    perimeter: str
    whose: list[Who]
    series: list[Series]


@dataclass(frozen=True)
class Change:
    """One indicator in two editions: of all that answered, and of those that answered both times."""

    indicator: Indicator
    before: Point
    after: Point
    both: int
    before_of_both: Decimal | None
    after_of_both: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """Of the EPN that answered both times."""
        if self.before_of_both is None or self.after_of_both is None:
            return None
        return self.after_of_both - self.before_of_both

    @property
    def rate(self) -> Decimal | None:
        if self.difference is None or not self.before_of_both:
            return None
        return self.difference / self.before_of_both


@dataclass(frozen=True)
class Difference:
    perimeter: str
    before: Who
    after: Who
    changes: list[Change]
    came: list[str]  # EPN asked the second time only
    went: list[str]
    label_gained: list[str]
    label_lost: list[str]


@dataclass(frozen=True)
class Pair:
    """One EPN's answer in two editions."""

    epn_id: int
    name: str
    before: Decimal | None
    after: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        return None if self.before is None or self.after is None else self.after - self.before


def replaced_codes() -> Replaced:
    found: Replaced = {}
    rows = Indicator.objects.exclude(replaces=[]).order_by("pk")
    for number, code, replaces in rows.values_list("questionnaire__number", "code", "replaces"):
        found.setdefault(number, {})[code] = list(replaces)
    return found


def codes_in(code: str, *, version: int, asked_in: int, known: set[str], replaced: Replaced) -> tuple[str, ...]:
    """The codes that stand for `code` (of `version`) in an earlier version; none where it has no like.

    Version by version backwards: a code that replaces others becomes these, the others stay what they are.
    """
    codes = [code]
    for number in range(version, asked_in, -1):
        codes = [old for one in codes for old in replaced.get(number, {}).get(one, [one])]
    return tuple(dict.fromkeys(codes)) if codes and set(codes) <= known else ()


def _sums(codes: Sequence[str], answers: Answers) -> dict[int, Decimal]:
    """By EPN; only those that answered each of the codes."""
    if not codes:
        return {}
    found: dict[int, Decimal] = {}
    for epn_id in answers.get(codes[0], {}):
        numbers = [decimal_of(answers.get(code, {}).get(epn_id)) for code in codes]
        known = [one for one in numbers if one is not None]
        if len(known) == len(codes):
            found[epn_id] = sum(known, Decimal(0))
    return found


@dataclass(frozen=True)
class _Side:
    whose: Who
    known: set[str]
    answers: Answers
    version: int

    def sums(
        self, indicator: Indicator, version: int, replaced: Replaced
    ) -> tuple[tuple[str, ...], dict[int, Decimal]]:
        """`indicator` is of `version`, the latest of those that are compared."""
        codes = codes_in(indicator.code, version=version, asked_in=self.version, known=self.known, replaced=replaced)
        return codes, _sums(codes, self.answers) if self.whose.is_known else {}

    def point(self, codes: tuple[str, ...], sums: dict[int, Decimal]) -> Point:
        return Point(codes, sum(sums.values(), Decimal(0)) if sums else None, len(sums), self.whose.asked)


def _side(edition: Edition, perimeter: str) -> _Side:
    whose = who(edition, perimeter)
    known = {one.code for one in indicators_of(edition) if one.kind in NUMERIC}
    return _Side(whose, known, answers_of(whose, NUMERIC), edition.questionnaire.number)


def _asked_last(sides: Sequence[_Side]) -> tuple[list[Indicator], int]:
    latest = max(sides, key=lambda side: (side.version, side.whose.edition.year))
    indicators = [one for one in indicators_of(latest.whose.edition) if one.kind in NUMERIC]
    return indicators, latest.version


def over_the_years(perimeter: str, *, frozen_only: bool = False) -> Years:
    """Every edition, the first one first, by the indicators of the latest questionnaire that was used."""
    editions = list(Edition.objects.select_related("questionnaire").order_by("year"))
    if frozen_only:
        editions = [one for one in editions if one.is_frozen]
    sides = [_side(one, perimeter) for one in editions]
    if not sides:
        return Years(perimeter, [], [])
    indicators, version = _asked_last(sides)
    replaced = replaced_codes()
    series = [Series(one, [side.point(*side.sums(one, version, replaced)) for side in sides]) for one in indicators]
    return Years(perimeter, [side.whose for side in sides], series)


def difference(before: Edition, after: Edition, perimeter: str) -> Difference:
    sides = first, second = _side(before, perimeter), _side(after, perimeter)
    indicators, version = _asked_last(sides)
    replaced = replaced_codes()
    changes = []
    for one in indicators:
        codes, sums = first.sums(one, version, replaced)
        codes_after, sums_after = second.sums(one, version, replaced)
        both = set(sums) & set(sums_after)
        changes.append(
            Change(
                one,
                first.point(codes, sums),
                second.point(codes_after, sums_after),
                len(both),
                sum((sums[epn_id] for epn_id in both), Decimal(0)) if both else None,
                sum((sums_after[epn_id] for epn_id in both), Decimal(0)) if both else None,
            )
        )
    asked = [_asked_epn(one.edition) for one in (first.whose, second.whose)]
    return Difference(perimeter, first.whose, second.whose, changes, **_who_changed(*asked))


def _asked_epn(edition: Edition) -> dict[int, tuple[str, bool]]:
    return {one.epn_id: (one.name, one.labelled) for one in edition.returns.all()}


def _who_changed(before: dict[int, tuple[str, bool]], after: dict[int, tuple[str, bool]]) -> dict[str, Any]:
    both = set(before) & set(after)

    def names(ids: set[int], where: dict[int, tuple[str, bool]]) -> list[str]:
        return sorted((where[one][0] for one in ids), key=str.casefold)

    return {
        "came": names(set(after) - set(before), after),
        "went": names(set(before) - set(after), before),
        "label_gained": names({one for one in both if after[one][1] and not before[one][1]}, after),
        "label_lost": names({one for one in both if before[one][1] and not after[one][1]}, after),
    }


def by_epn(before: Edition, after: Edition, perimeter: str, code: str) -> list[Pair]:
    """One indicator of the latest questionnaire, EPN by EPN."""
    first, second = _side(before, perimeter), _side(after, perimeter)
    indicators, version = _asked_last([first, second])
    indicator = next((one for one in indicators if one.code == code), None)
    if indicator is None:
        return []
    replaced = replaced_codes()
    sums, sums_after = first.sums(indicator, version, replaced)[1], second.sums(indicator, version, replaced)[1]
    names = {one.epn_id: one.name for side in (first, second) for one in side.whose.counted.values()}
    found = [Pair(epn_id, name, sums.get(epn_id), sums_after.get(epn_id)) for epn_id, name in names.items()]
    return sorted(found, key=lambda one: one.name.casefold())


def perimeters_of(edition: Edition) -> list[str]:
    return [Perimeter.LABELLED] if edition.perimeter == Perimeter.LABELLED else list(Perimeter.values)

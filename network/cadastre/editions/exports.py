"""An edition as files for the members of the network: long (a line an answer) and wide (a line an EPN), and totals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from maillage.reference.selectors import commune_label
from network.cadastre.editions.checking import NUMERIC, decimal_of
from network.cadastre.editions.comparing import Difference, Pair, Point, Years
from network.cadastre.editions.enums import Kind, State
from network.cadastre.editions.models import CensusReturn, Edition, Indicator, ReturnValue
from network.cadastre.editions.totals import Total, Who, counting_states, indicators_of
from network.cadastre.editions.words import choice_label, in_words, unit_of
from network.cadastre.enums import Perimeter

Row = list[Any]
AT_A_TIME = 200  # returns: their answers are read together
OF_THE_EPN = ("edition", "epn_id", "epn", "commune", "labelled", "state", "counted")
LONG = (
    *OF_THE_EPN, "code", "question", "kind", "value", "unit", "provenance", "computed", "computed_as_of", "explanation",
)  # fmt: skip


@dataclass(frozen=True)
class File:
    """`names` never change (they hold the questionnaire's codes); `header` is what a spreadsheet gets."""

    stem: str
    names: tuple[str, ...]
    header: Row
    rows: Iterable[Row]


def _of_the_epn() -> Row:
    return [_("Edition"), _("Number of the EPN"), _("EPN"), _("Commune"), _("Label"), _("State"), _("Counted")]


def _epn_cells(one: CensusReturn, edition: Edition, counting: list[str]) -> Row:
    return [
        str(edition.year), one.epn_id, one.name, commune_label(one.commune), one.labelled,
        str(State(one.state).label), one.state in counting,
    ]  # fmt: skip


def _cell(indicator: Indicator, value: Any) -> Any:
    if value in (None, "", [], {}):
        return None
    return decimal_of(value) if indicator.kind in NUMERIC else in_words(indicator, value)


def _returns(
    edition: Edition, perimeter: str
) -> Iterator[tuple[list[CensusReturn], dict[int, dict[int, ReturnValue]]]]:
    found = CensusReturn.objects.filter(edition=edition)
    if perimeter == Perimeter.LABELLED:
        found = found.filter(labelled=True)
    returns = list(found)
    for start in range(0, len(returns), AT_A_TIME):
        some = returns[start : start + AT_A_TIME]
        values: dict[int, dict[int, ReturnValue]] = {one.pk: {} for one in some}
        for value in ReturnValue.objects.filter(census_return__in=some).order_by("pk"):
            values[value.census_return_id][value.indicator_id] = value
        yield some, values


def long(edition: Edition, perimeter: str) -> File:
    indicators = indicators_of(edition)
    header = [
        *_of_the_epn(), _("Code"), _("Question"), _("Kind"), _("Answer"), _("Unit"), _("Where it comes from"),
        _("Computed value"), _("Computed as of"), _("Explanation"),
    ]  # fmt: skip
    return File(f"edition-{edition.year}-{perimeter}-long", LONG, header, _long_rows(edition, perimeter, indicators))


def _long_rows(edition: Edition, perimeter: str, indicators: list[Indicator]) -> Iterator[Row]:
    counting = counting_states(edition)
    for some, values in _returns(edition, perimeter):
        for one in some:
            head = _epn_cells(one, edition, counting)
            for indicator in indicators:
                value = values[one.pk].get(indicator.pk)
                yield [
                    *head,
                    indicator.code,
                    indicator.label,
                    str(Kind(indicator.kind).label),
                    _cell(indicator, value.value) if value else None,
                    unit_of(indicator),
                    value.get_provenance_display() if value and value.provenance else "",
                    _cell(indicator, value.computed) if value else None,
                    value.computed_as_of if value else None,
                    value.explanation if value else "",
                ]


def wide(edition: Edition, perimeter: str) -> File:
    indicators = indicators_of(edition)
    names = (*OF_THE_EPN, *(one.code for one in indicators))
    header = [*_of_the_epn(), *(one.label for one in indicators)]
    return File(f"edition-{edition.year}-{perimeter}-wide", names, header, _wide_rows(edition, perimeter, indicators))


def _wide_rows(edition: Edition, perimeter: str, indicators: list[Indicator]) -> Iterator[Row]:
    counting = counting_states(edition)
    for some, values in _returns(edition, perimeter):
        for one in some:
            mine = values[one.pk]
            answers = [_cell(each, mine[each.pk].value) if each.pk in mine else None for each in indicators]
            yield [*_epn_cells(one, edition, counting), *answers]


TOTALS = ("code", "question", "answer", "total", "unit", "epn_that_answered", "epn_asked", "perimeter", "edition")


def of_totals(whose: Who, found: Iterable[Total]) -> File:
    header = [
        _("Code"), _("Question"), _("Answer"), _("Total"), _("Unit"), _("EPN that answered"), _("EPN asked"),
        _("Perimeter"), _("Edition"),
    ]  # fmt: skip
    tail = [str(Perimeter(whose.perimeter).label), str(whose.edition.year)]
    rows = []
    for one in found:
        about = [one.indicator.code, one.indicator.label]
        if one.is_number:
            rows.append([*about, "", one.sum, unit_of(one.indicator), one.answered, whose.asked, *tail])
        for choice in one.indicator.choices:
            count = one.choices[choice["code"]]
            rows.append([*about, choice_label(choice), count, _("EPN"), one.answered, whose.asked, *tail])
    return File(f"totals-{whose.edition.year}-{whose.perimeter}", TOTALS, header, rows)


YEARS = ("code", "question", "unit", "edition", "total", "epn_that_answered", "epn_asked", "asked_as", "perimeter")


def of_years(years: Years) -> File:
    header = [
        _("Code"), _("Question"), _("Unit"), _("Edition"), _("Total"), _("EPN that answered"), _("EPN asked"),
        _("Asked as"), _("Perimeter"),
    ]  # fmt: skip
    rows = [
        [
            series.indicator.code, series.indicator.label, unit_of(series.indicator), str(whose.edition.year),
            point.sum, point.answered, point.asked, " + ".join(point.codes), str(Perimeter(years.perimeter).label),
        ]
        for series in years.series
        for whose, point in zip(years.whose, series.points, strict=True)
    ]  # fmt: skip
    return File(f"editions-{years.perimeter}", YEARS, header, rows)


DIFFERENCE = (
    "code", "question", "unit", "before", "answered_before", "after", "answered_after", "answered_both",
    "before_of_both", "after_of_both", "difference_of_both", "perimeter",
)  # fmt: skip


def of_difference(found: Difference) -> File:
    first, second = str(found.before.edition.year), str(found.after.edition.year)
    header = [
        _("Code"), _("Question"), _("Unit"), first, _("EPN that answered, %(year)s") % {"year": first}, second,
        _("EPN that answered, %(year)s") % {"year": second}, _("EPN that answered both times"),
        _("%(year)s, of these") % {"year": first}, _("%(year)s, of these") % {"year": second},
        _("Difference, of these"), _("Perimeter"),
    ]  # fmt: skip

    def cells(point: Point) -> Row:
        return [point.sum, f"{point.answered}/{point.asked}"]

    rows = [
        [
            one.indicator.code, one.indicator.label, unit_of(one.indicator), *cells(one.before), *cells(one.after),
            one.both, one.before_of_both, one.after_of_both, one.difference, str(Perimeter(found.perimeter).label),
        ]
        for one in found.changes
    ]  # fmt: skip
    return File(f"difference-{first}-{second}-{found.perimeter}", DIFFERENCE, header, rows)


PAIRS = ("epn_id", "epn", "before", "after", "difference")


def of_pairs(pairs: Iterable[Pair], code: str, first: Edition, second: Edition) -> File:
    header = [_("Number of the EPN"), _("EPN"), str(first.year), str(second.year), _("Difference")]
    rows = [[one.epn_id, one.name, one.before, one.after, one.difference] for one in pairs]
    return File(f"{code}-{first.year}-{second.year}", PAIRS, header, rows)

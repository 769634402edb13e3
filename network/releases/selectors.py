"""Reading what is released. A withheld number never leaves this module: its row says that it is withheld."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from maillage.reference.selectors import commune_label, label_of
from network.releases.catalogue import TABLES, PublishedTable
from network.releases.enums import Grain, PeriodKind, ReleaseState, Withheld
from network.releases.models import Release, ReleasedCell
from network.releases.periods import Period, month_code, read
from tenants.registry.models import Epn

LICENCE, LICENCE_URL = "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"
Number = int | Decimal


def released() -> QuerySet[Release]:
    """The latest first."""
    found: QuerySet[Release] = Release.objects.filter(state=ReleaseState.RELEASED)
    return found.select_related("corrects").order_by("-number")


def release_at(number: int) -> Release | None:
    found: Release | None = released().filter(number=number).first()
    return found


def draft() -> Release | None:
    drafts = Release.objects.exclude(state=ReleaseState.RELEASED).select_related("corrects")
    found: Release | None = drafts.order_by("-pk").first()
    return found


def replaced_by(release: Release) -> Release | None:
    found: Release | None = Release.objects.filter(corrects=release, state=ReleaseState.RELEASED).first()
    return found


@dataclass(frozen=True)
class TableIn:
    """A table as a release has it. The numbers of the last line are for the network's coordinator alone."""

    table: PublishedTable
    periods: list[Period]
    left_out: list[Period]  # too little of the table would be shown
    cells: int
    withheld: int
    primary: int
    complementary: int
    earlier: int
    counted: int
    shown: int


def tables_in(release: Release) -> list[TableIn]:
    """In the order in which they are declared; those that aren't declared any more are left out."""
    found = []
    for name, table in TABLES.items():
        rows = [one for one in release.tables if one["name"] == name]
        if not rows:
            continue
        inside = [one for one in rows if not one["left_out"]]
        sums = {key: sum(one[key] for one in inside) for key in ("cells", "primary", "complementary", "earlier",
                                                                 "counted", "shown")}  # fmt: skip
        found.append(
            TableIn(
                table=table,
                periods=_periods(inside),
                left_out=_periods(one for one in rows if one["left_out"]),
                withheld=sums["primary"] + sums["complementary"] + sums["earlier"],
                **sums,
            )
        )
    return found


def table_in(release: Release, name: str) -> TableIn | None:
    """None also when the release has left it out whole."""
    found = next((one for one in tables_in(release) if one.table.name == name), None)
    return found if found is not None and found.periods else None


def _periods(rows: Iterable[dict[str, list[str]]]) -> list[Period]:
    """The longest first, then in the order of time."""
    periods = {read(code) for row in rows for code in row["periods"]}
    return sorted(periods, key=lambda one: (-len(one.months), one.first))


@dataclass(frozen=True)
class Row:
    """A line of a table. `numbers` are None when it is withheld."""

    period: str
    place: str  # an EPN's number, a commune's code or postcode and town, or nothing
    slug: str  # of an EPN
    place_name: str
    value: str
    label: str
    numbers: tuple[Number | None, ...]
    why: Withheld  # for the network's coordinator alone: it would tell the size

    @property
    def withheld(self) -> bool:
        return self.why != Withheld.NO


@dataclass(frozen=True)
class Chosen:
    """A filter chooses cells; it adds nothing up."""

    period: str = ""
    place: str = ""
    value: str = ""


def rows_of(release: Release, table: PublishedTable, chosen: Chosen | None = None) -> list[Row]:
    """By period, place and value. A cell without a row is zero."""
    asked = chosen or Chosen()
    found = ReleasedCell.objects.filter(release=release, table=table.name)
    for name in ("period", "place", "value"):
        if wanted := getattr(asked, name):
            found = found.filter(**{name: wanted})
    cells = list(found.values_list("period", "place", "value", "numbers", "withheld"))
    names = _names(table, {cell[1] for cell in cells})
    labels = value_labels(table, {cell[2] for cell in cells})
    rows = [
        Row(period, place, *names[place], value, labels[value], _numbers(table, numbers, withheld), Withheld(withheld))
        for period, place, value, numbers, withheld in cells
    ]
    order = {one.code: number for number, one in enumerate(_periods([{"periods": list({row.period for row in rows})}]))}
    rows.sort(
        key=lambda row: (order[row.period], row.place_name.casefold(), row.place, row.label.casefold(), row.value)
    )
    return rows


def _numbers(table: PublishedTable, numbers: list[int], withheld: int) -> tuple[Number | None, ...]:
    if withheld:
        return (None,) * len(table.measures)
    return tuple(
        Decimal(number).scaleb(-measure.decimals) if measure.decimals else number
        for number, measure in zip(numbers, table.measures, strict=True)
    )


def _names(table: PublishedTable, places: set[str]) -> dict[str, tuple[str, str]]:
    """Of each place: the last part of its address, and its name."""
    if table.grain == Grain.EPN:
        found = Epn.objects.filter(pk__in=[int(place) for place in places]).values_list("pk", "slug", "space__name")
        names = {str(pk): (slug, name) for pk, slug, name in found}
        return {place: names.get(place, ("", place)) for place in places}
    if table.grain == Grain.COMMUNE:
        return {place: ("", commune_label(place)) for place in places}
    return dict.fromkeys(places, ("", ""))


def value_labels(table: PublishedTable, values: Collection[str]) -> dict[str, str]:
    """In the reader's language; the bare code where nobody has words for it."""
    words = table.words() if table.words else {}
    return {
        value: label_of(table.vocabulary, value) if table.vocabulary and value else words.get(value, value)
        for value in values
    }


def choices(release: Release, table: PublishedTable) -> dict[str, list[tuple[str, str]]]:
    """What may be chosen of a table: its periods, places and values."""
    cells = ReleasedCell.objects.filter(release=release, table=table.name)
    told = table_in(release, table.name)
    found = {"period": [(one.code, one.name) for one in told.periods] if told else []}
    if table.grain != Grain.FEDERATION:
        names = _names(table, set(cells.order_by().values_list("place", flat=True).distinct()))
        found["place"] = sorted(((place, name[1]) for place, name in names.items()), key=lambda one: one[1].casefold())
    if table.dimension:
        values = cells.order_by().values_list("value", flat=True).distinct()
        found["value"] = sorted(value_labels(table, set(values)).items(), key=lambda one: one[1].casefold())
    return found


@dataclass(frozen=True)
class Month:
    """Visits of the whole network in a month; None: withheld."""

    first: dt.date
    visits: int | None
    release: int


def visits_by_month(first: dt.date) -> list[Month]:
    """The released months from one on, each as its latest release has it."""
    codes: dict[str, Release] = {}
    for release in reversed(released()):
        for told in release.tables:
            if told["name"] == "visits" and told["kind"] == PeriodKind.MONTH:
                codes.update(dict.fromkeys((code for code in told["periods"] if code >= month_code(first)), release))
    cells = ReleasedCell.objects.filter(release__in=set(codes.values()), table="visits", period__in=codes)
    found = {(cell.release_id, cell.period): cell for cell in cells}
    months = []
    for code, release in sorted(codes.items()):
        cell = found.get((release.pk, code))
        visits = 0 if cell is None else None if cell.withheld else cell.numbers[0]
        months.append(Month(read(code).first, visits, release.number or 0))
    return months

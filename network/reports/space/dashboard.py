"""What the EPN of a funder's grants did, from published cells alone: months, years, communes, themes, targets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from maillage.design import numbers
from maillage.reference.selectors import commune_label
from network.releases.book import Book, Sum, read_book
from network.releases.catalogue import TABLES
from network.releases.selectors import value_labels
from network.reports.enums import LineKind, PackState
from network.reports.models import PackLine
from network.reports.space.figures import (
    Show,
    Source,
    Told,
    by_place,
    by_value,
    hours,
    months_of,
    source_of,
    tell,
    together,
    written,
)
from network.reports.space.selectors import Perimeter, perimeter, shares_of
from network.reports.space.whose import Whose

YEARS_BACK = 3
THEMES, EPN_THEMES = "visits_by_theme", "visits_by_epn_and_theme"


@dataclass(frozen=True)
class Measure:
    """A number of the dashboard: which measure of which published table."""

    code: str
    label: str | Promise
    unit: str | Promise
    stem: str
    at: int = 0
    show: Show = written
    short: str | Promise = ""  # where several stand side by side

    @property
    def head(self) -> str | Promise:
        return self.short or self.label

    def table(self, *, whole: bool) -> str:
        return self.stem if whole else f"{self.stem}_by_epn"


MEASURES = (
    Measure("visits", _("Visits"), _("visits"), "visits"),
    Measure("attendances", _("Attendances"), _("people, each time they come"), "visits", 1),
    Measure("minutes", _("Time of help"), _("minutes of staff, in hours"), "visits", 2, hours, _("Help")),
    Measure("desk", _("Time that the desk was open"), _("minutes, in hours"), "desk", 1, hours, _("Desk open")),
    Measure(
        "workshops", _("Dates of workshops and courses"), _("dates that were held"), "workshops", short=_("Workshops")
    ),
    Measure("in_workshops", _("People in workshops"), _("people, each time they come"), "workshop_attendances"),
    Measure("turned_away", _("People turned away for lack of room"), _("people, each time"), "turned_away"),
)
BY_CODE = {one.code: one for one in MEASURES}


NOTHING = Told(None)


@dataclass(frozen=True)
class Line:
    """One row of a block, `before` the same of a year earlier."""

    code: str
    label: str
    told: Told
    before: Told = NOTHING
    epn: int = 0  # how many EPN it is of


@dataclass(frozen=True)
class Target:
    """A line of a pack that aims at a number in twelve months, and where the year stands."""

    label: str
    told: Told
    target: Decimal
    measure: Measure

    @property
    def share(self) -> Decimal | None:
        """A share of a part says too little: none where a cell is withheld."""
        if self.told.number is None or self.told.withheld or not self.target:
            return None
        return self.told.number / self.target


@dataclass(frozen=True)
class Block:
    lines: tuple[Line, ...]
    source: Source
    whole_network: bool  # of all EPN, even where the funder's grants fund some of them


@dataclass(frozen=True)
class Dashboard:
    year: int
    perimeter: Perimeter
    measure: Measure
    head: tuple[tuple[Measure, Told], ...]
    source: Source  # of the head
    missing: tuple[dt.date, ...]  # months of the year that no release tells
    months: Block
    years: Block
    communes: Block
    themes: Block
    targets: tuple[Target, ...]


def dashboard(who: Whose, *, year: int, measure: Measure, language: str) -> Dashboard:
    """Six statements, whatever the number of EPN: grants, parts, cards, lines of packs, and the two of the book."""
    around = perimeter(shares_of(who), months_of(year))
    whole, keys = around.whole, around.keys
    tables = [*dict.fromkeys(one.table(whole=whole) for one in MEASURES), THEMES]
    tables += ["visits_by_commune"] if whole else [EPN_THEMES]
    first = dt.date(year - YEARS_BACK, 1, 1)
    book = read_book(tables, first, dt.date(year, 12, 1), None if whole else [int(key) for key in keys])

    def summed(one: Measure, months: Sequence[dt.date]) -> Sum | None:
        places = [""] if whole else keys
        return together(by_place(book, one.table(whole=whole), months, places).values())

    def told(one: Measure, months: Sequence[dt.date]) -> Told:
        return tell(summed(one, months), one.at)

    def lines_of_months() -> tuple[Line, ...]:
        found = []
        for month in months_of(year):
            earlier = month.replace(year=year - 1)
            found.append(
                Line(f"{month:%Y-%m}", numbers.month_label(month), told(measure, [month]), told(measure, [earlier]))
            )
        return tuple(found)

    years = range(year - YEARS_BACK, year + 1)
    table = measure.table(whole=whole)
    span = [month for one in years for month in months_of(one)]
    return Dashboard(
        year=year,
        perimeter=around,
        measure=measure,
        head=tuple((one, told(one, months_of(year))) for one in MEASURES),
        source=source_of(book, BY_CODE["visits"].table(whole=whole), months_of(year)),
        missing=told(BY_CODE["visits"], months_of(year)).missing,
        months=Block(lines_of_months(), source_of(book, table, [*months_of(year - 1), *months_of(year)]), whole),
        years=Block(
            tuple(Line(str(one), str(one), told(measure, months_of(one))) for one in years),
            source_of(book, table, span), whole,
        ),
        communes=_communes(book, around, months_of(year)),
        themes=_themes(book, around, months_of(year)),
        targets=_targets(who, lambda one: told(one, months_of(year)), language),
    )  # fmt: skip


def _communes(book: Book, around: Perimeter, months: list[dt.date]) -> Block:
    """Of the whole network the published table; else each EPN counts in the commune of its first site."""
    if around.whole:
        found: dict[str, Sum | None] = {}
        places = {place for name, _period, place, _value in book.cells if name == "visits_by_commune"}
        found = by_place(book, "visits_by_commune", months, sorted(places))
        epn = {one: sum(place.commune == one for place in around.places) for one in found}
        source = source_of(book, "visits_by_commune", months)
    else:
        each = by_place(book, "visits_by_epn", months, around.keys)
        communes = {str(one.epn): one.commune for one in around.places}
        found = {
            commune: together(one for key, one in each.items() if communes[key] == commune)
            for commune in sorted(set(communes.values()))
        }
        epn = {one: sum(place.commune == one for place in around.places) for one in found}
        source = source_of(book, "visits_by_epn", months)
    lines = [Line(one, commune_label(one), tell(told), epn=epn[one]) for one, told in found.items() if told is not None]
    return Block(tuple(sorted(lines, key=_largest_first)), source, around.whole)


def _themes(book: Book, around: Perimeter, months: list[dt.date]) -> Block:
    """By EPN themes are published for whole years only: of a year that runs, those of the network are shown."""
    own = not around.whole and bool(book.tiles(EPN_THEMES, months)[0])
    table, places = (EPN_THEMES, around.keys) if own else (THEMES, [""])
    found = by_value(book, table, months, places)
    labels = value_labels(TABLES[table], set(found))
    lines = [Line(code, labels[code], tell(one)) for code, one in found.items()]
    return Block(tuple(sorted(lines, key=_largest_first)), source_of(book, table, months), not own)


def _largest_first(line: Line) -> tuple[int, str, str]:
    return (-(line.told.number or 0), line.label.casefold(), line.code)


def whole_if_it_is(value: Decimal) -> Decimal:
    """900 for 900.00: a column adds the zeros."""
    return value.to_integral_value() if value == value.to_integral_value() else value


def _targets(who: Whose, told: Callable[[Measure], Told], language: str) -> tuple[Target, ...]:
    """The targets of the packs that this funder uses, where they are of a number that the dashboard has."""
    by_source = {f"{one.stem}.{TABLES[one.stem].measures[one.at].name}": (one, 1) for one in MEASURES}
    by_source |= {
        source.replace(".minutes", ".hours"): (one, 60)
        for source, (one, _one) in by_source.items()
        if source.endswith(".minutes")
    }
    lines = PackLine.objects.filter(
        version__pack__funder=who.funder, version__pack__deleted_at__isnull=True, version__state=PackState.IN_USE,
        kind=LineKind.FIGURE, target__gt=0,
    ).order_by("version__pack", "position", "pk")  # fmt: skip
    found = []
    for line in lines:
        measure, times = by_source.get(line.source, (None, 0))
        if measure is not None and line.target is not None:
            found.append(Target(line.label(language), told(measure), whole_if_it_is(line.target * times), measure))
    return tuple(found)

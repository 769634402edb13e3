"""The EPN's own numbers of a period and of the year before: live, from its own tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from tenants.overview import opening
from tenants.overview.counting import MONTH, WHOLE, Counted, count, first_days
from tenants.overview.models import Logo, ReportVersion, YearlyReport
from tenants.overview.opening import Place, places
from tenants.overview.periods import Period, Spans, month_end, year_before
from tenants.overview.sections import HEADLINES, OPENING, SITE, SOURCES, Cut, Headline


@dataclass(frozen=True)
class Pair:
    """A number and the one of the year before. None: the register wasn't used yet, or the day isn't there yet."""

    now: int | None
    before: int | None

    @property
    def difference(self) -> int | None:
        return None if self.now is None or self.before is None else self.now - self.before

    @property
    def is_nothing(self) -> bool:
        return not self.now and not self.before


@dataclass(frozen=True)
class Month:
    month: dt.date
    running: bool = False  # it isn't over yet
    partial: bool = False  # the period holds a part of it only


@dataclass(frozen=True)
class Number:
    """A headline with its value in the period and in each of its months."""

    headline: Headline
    whole: Pair
    months: list[Pair]


@dataclass(frozen=True)
class Line:
    """A value of a cut; `key` never changes its meaning, `label` is in the language of whoever asked."""

    key: str
    label: str
    pair: Pair


@dataclass(frozen=True)
class Section:
    cut: Cut
    lines: list[Line]

    @property
    def whole(self) -> int:
        """What the shares of a partition are shares of."""
        return sum(line.pair.now or 0 for line in self.lines)


@dataclass(frozen=True)
class Overview:
    spans: Spans
    as_of: dt.datetime
    since: dict[str, dt.date | None]  # when each source was first used
    months: list[Month]
    numbers: list[Number]
    sections: list[Section]
    unknown_hours: list[str]  # sites whose hours are not known
    places: int

    def number(self, name: str) -> Number:
        return next(one for one in self.numbers if one.headline.name == name)

    @property
    def is_empty(self) -> bool:
        """Nothing was noted, in the period or in the year before. A timetable alone says nothing."""
        return all(one.whole.is_nothing for one in self.numbers if not one.headline.parts[0].startswith(f"{OPENING}."))

    @property
    def began_between(self) -> dt.date | None:
        """The day on which the register began, where the year before holds it: it can't be compared as a whole."""
        began = first_used(self.since)
        inside = began is not None and self.spans.before.first < began <= self.spans.before.last
        return began if inside else None


def first_used(since: dict[str, dt.date | None]) -> dt.date | None:
    """When this EPN began to use the register."""
    return min((day for name, day in since.items() if day is not None and name != OPENING), default=None)


def overview(
    spans: Spans, *, since: dict[str, dt.date | None] | None = None, as_of: dt.datetime | None = None
) -> Overview:
    """In one statement a source, and one for the sites; `since` where it was asked for already."""
    as_of = as_of or timezone.now()
    known = dict(first_days() if since is None else since)
    found = places()
    known[OPENING] = opening.first_day(found)
    counted = {source.name: count(source, spans) for source in SOURCES}
    counted[OPENING] = _opening(found, spans)
    months = [
        Month(month, running=spans.is_running_in(month), partial=not spans.period.has_whole(month))
        for month in spans.period.months()
    ]
    names = {str(one.key): one.name for one in found}
    return Overview(
        spans=spans,
        as_of=as_of,
        since=known,
        months=months,
        numbers=[_number(one, counted, known, spans, months) for one in HEADLINES],
        sections=[
            Section(cut, _lines(cut, counted[source.name], known[source.name], spans, names))
            for source in SOURCES
            for cut in source.cuts
            if cut.name != SITE or len(found) > 1
        ],
        unknown_hours=[one.name for one in found if one.week is None and one.closed is None],
        places=len(found),
    )


def _opening(found: list[Place], spans: Spans) -> Counted:
    """The timetable, in the form of what a table gives."""
    counted = Counted()
    for side, period in ((counted.now, spans.now), (counted.before, spans.before)):
        by_month = opening.minutes_by_month(found, period)
        side[WHOLE, ""] = {"minutes": by_month.total()}
        for month, minutes in by_month.items():
            side[MONTH, month.isoformat()] = {"minutes": minutes}
    return counted


def _number(
    headline: Headline,
    counted: dict[str, Counted],
    since: dict[str, dt.date | None],
    spans: Spans,
    months: Iterable[Month],
) -> Number:
    def value(cut: str, key: str, *, before: bool, until: dt.date) -> int | None:
        """None where none of the parts was noted yet by `until`."""
        known = []
        for part in headline.parts:
            source, _dot, measure = part.partition(".")
            began = since[source]
            if began is not None and began <= until:
                cells = counted[source].before if before else counted[source].now
                # Nothing adds up to zero, and has no average.
                nothing = {measure: 0 if headline.sums else None}
                found = cells.get((cut, key), nothing)[measure]
                if found is not None:
                    known.append(found)
        return sum(known) if known else None

    def of_month(month: dt.date, span: Period, *, before: bool) -> int | None:
        """None where the month hasn't come yet."""
        if month > span.last:
            return None
        return value(MONTH, month.isoformat(), before=before, until=min(month_end(month), span.last))

    return Number(
        headline,
        Pair(
            value(WHOLE, "", before=False, until=spans.now.last),
            value(WHOLE, "", before=True, until=spans.before.last),
        ),
        [
            Pair(
                of_month(one.month, spans.now, before=False),
                of_month(year_before(one.month), spans.before, before=True),
            )
            for one in months
        ],
    )


def _lines(
    cut: Cut, counted: Counted, began: dt.date | None, spans: Spans, places_by_key: dict[str, str]
) -> list[Line]:
    keys = {key for name, key in (*counted.now, *counted.before) if name == cut.name}
    had_before = began is not None and began <= spans.before.last

    def pair(key: str) -> Pair:
        now = counted.now.get((cut.name, key), {}).get("count") or 0
        before = counted.before.get((cut.name, key), {}).get("count") or 0
        return Pair(now, before if had_before else None)

    def label(key: str) -> str:
        return places_by_key.get(key, key) if cut.name == SITE else cut.label(key)

    lines = [Line(key, label(key), pair(key)) for key in keys]
    order = {code: number for number, code in enumerate(cut.codes_in_order())}
    if order:
        return sorted(lines, key=lambda line: (order.get(line.key, len(order)), line.key))
    return sorted(lines, key=lambda line: (-(line.pair.now or 0), -(line.pair.before or 0), line.label, line.key))


# --- reports --------------------------------------------------------------------------------------------------------


def reports() -> QuerySet[YearlyReport]:
    """The latest year first, each with its versions, the latest first."""
    found: QuerySet[YearlyReport] = YearlyReport.objects.prefetch_related("versions").order_by("-year")
    return found


def report_of(year: int) -> YearlyReport:
    """That of the year; an unsaved one, with the last one's logo and language, where there is none yet."""
    found = reports().select_related("logo").filter(year=year).first()
    if found is not None:
        return found
    last = reports().select_related("logo").first()
    language = last.language if last else (get_language() or settings.LANGUAGE_CODE)[:2]
    return YearlyReport(year=year, logo=last.logo if last else None, language=language)


def years(since: dict[str, dt.date | None], today: dt.date) -> list[int]:
    """From this year back to the one in which the register was first used."""
    began = first_used(since)
    return list(range(today.year, min(began.year if began else today.year, today.year) - 1, -1))


def versions() -> QuerySet[ReportVersion]:
    found: QuerySet[ReportVersion] = ReportVersion.objects.select_related("report", "logo")
    return found


def latest_logo() -> Logo | None:
    """That of the latest report: an EPN's logo lasts longer than a year."""
    last = YearlyReport.objects.select_related("logo").order_by("-year").first()
    return last.logo if last else None

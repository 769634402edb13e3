"""Pairs of numbers in words, and the sentences that say how far a comparison goes."""

from __future__ import annotations

from django.utils.translation import gettext as _

from maillage.design import numbers
from tenants.overview.periods import Spans
from tenants.overview.sections import SOURCES, Headline
from tenants.overview.selectors import Month, Overview, Pair, first_used


def difference(pair: Pair, headline: Headline | None = None) -> str:
    """ "+12", "-1 h 30", a dash where there is nothing to compare with."""
    gap = pair.difference
    if gap is None:
        return numbers.NOT_KNOWN
    show = headline.show if headline else numbers.number
    sign = "" if not gap else "+" if gap > 0 else "−"
    return f"{sign}{show(abs(gap))}"


def change(pair: Pair) -> str:
    """ "+12 %"; empty where there is nothing to divide by."""
    if pair.difference is None or not pair.before:
        return ""
    share = round(pair.difference / pair.before, 2)
    sign = "+" if share > 0 else "−" if share < 0 else ""
    return f"{sign}{numbers.percent(abs(share))}"


def name_of_before(spans: Spans) -> str:
    """The year before of a whole year is a year; of anything else, the same days of that year."""
    return str(spans.before.first.year)


def name_of_now(spans: Spans) -> str:
    return str(spans.now.first.year)


def months_of(month: Month) -> str:
    """ "octobre 2026", with what is to be known of it."""
    name = numbers.month_label(month.month)
    if month.running:
        return _("%(month)s (running)") % {"month": name}
    if month.partial:
        return _("%(month)s (a part)") % {"month": name}
    return name


def beside(pair: Pair, headline: Headline, spans: Spans) -> str:
    """What a tile says under its number: the year before, and by how much it changed."""
    if pair.now is None:
        return str(headline.unknown)
    if pair.before is None:
        return _("%(year)s: no data") % {"year": name_of_before(spans)}
    said = {"year": name_of_before(spans), "number": headline.show(pair.before), "change": change(pair)}
    if said["change"]:
        return _("%(year)s: %(number)s (%(change)s)") % said
    return _("%(year)s: %(number)s") % said


def remarks(found: Overview) -> list[str]:
    """What a reader must know before comparing."""
    spans = found.spans
    said = []
    if spans.is_running:
        said.append(
            _("This period isn't over: it is counted up to %(now)s, and the year before up to %(before)s.")
            % {"now": numbers.day_label(spans.now.last), "before": numbers.day_label(spans.before.last)}
        )
    if began := found.began_between:
        said.append(
            _("The register begins on %(day)s: the year before isn't whole, so compare with care.")
            % {"day": numbers.day_label(began)}
        )
    first = first_used(found.since)
    for source in SOURCES:
        day = found.since.get(source.name)
        if day is not None and day != first and spans.before.first < day <= spans.now.last:
            said.append(
                _("%(what)s: noted only since %(day)s, so compare their numbers with care.")
                % {"what": source.label, "day": numbers.day_label(day)}
            )
    if found.unknown_hours:
        said.append(
            _("Hours open are those of the sites whose hours are known. Not known: %(sites)s.")
            % {"sites": ", ".join(found.unknown_hours)}
        )
    return said

"""The files behind the tables: series, dates with who came, and registrations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from maillage.design.csv_export import ROWS_A_CHUNK, Cell
from maillage.reference.selectors import label_of, terms
from tenants.activity.enums import Margin
from tenants.workshops.enums import Kind, Level, Spoken, State
from tenants.workshops.models import Registration, Series, SeriesDate
from tenants.workshops.rules import staff_minutes
from tenants.workshops.selectors import people_by_id, places_of, where

SERIES_NAMES = (
    "series", "title", "kind", "themes", "level", "language", "places", "registered", "waiting", "site", "first",
    "last", "held", "planned",
)  # fmt: skip
DATE_NAMES = (
    "date", "starts_at", "ends_at", "series", "kind", "themes", "site", "place", "commune", "state", "reason",
    "moved_to", "attendances", "minutes", "staff_minutes", "preparation_minutes", "animators",
)  # fmt: skip
REGISTRATION_NAMES = ("name", "level", "waiting", "came")


def series_header() -> list[Cell]:
    return [
        _("Series"), _("Title"), _("Kind"), _("Themes"), _("Level"), _("Language"), _("Places"), _("Registered"),
        _("Waiting"), _("Site"), _("First date"), _("Last date"), _("Dates held"), _("Dates planned"),
    ]  # fmt: skip


def series_rows(found: Iterable[Series]) -> Iterator[list[Cell]]:
    every = list(found)
    places = places_of(every)
    for one in every:
        yield [
            one.pk, one.title, Kind(one.kind).label, _labels("theme", one.themes), level_label(one.level),
            Spoken(one.language).label, one.capacity, places[one.pk].taken, places[one.pk].waiting, one.site.name,
            one.first, one.last, one.held, one.planned,  # type: ignore[attr-defined]
        ]  # fmt: skip


def level_label(level: str) -> str:
    return str(Level(level).label) if level else ""


def _labels(vocabulary: str, codes: Iterable[str]) -> str:
    return "|".join(label_of(vocabulary, code) for code in codes)


def _counts() -> list[tuple[Margin, str]]:
    return [(margin, term.code) for margin in Margin for term in terms(margin, retired=True)]


def date_names() -> list[str]:
    return [*DATE_NAMES, *(f"{margin}_{code}" for margin, code in _counts())]


def date_header() -> list[Cell]:
    """An empty cell of a count is "not given", never zero."""
    return [
        _("Day"), pgettext_lazy("hour", "From"), pgettext_lazy("hour", "To"), _("Series"), _("Kind"), _("Themes"),
        _("Site"), _("Place"), _("Commune"), _("State"), _("Reason"), _("Moved to"), _("People present"), _("Minutes"),
        _("Minutes of staff"), _("Minutes of preparation"), _("Animators"),
        *(f"{margin.label}: {label_of(margin, code)}" for margin, code in _counts()),
    ]  # fmt: skip


def date_rows(found: QuerySet[SeriesDate]) -> Iterator[list[Cell]]:
    people = people_by_id(pk for ids in found.order_by().values_list("animators", flat=True) for pk in ids)
    counts = _counts()
    for one in found.iterator(chunk_size=ROWS_A_CHUNK):
        held = one.state == State.HELD
        yield [
            one.date, one.starts_at, one.ends_at, one.series.title, Kind(one.series.kind).label,
            _labels("theme", one.series.themes), one.site.name, where(one), one.site.commune_key,
            State(one.state).label, one.reason, one.moved_to.date if one.moved_to else None, one.total,
            one.minutes if held else None, staff_minutes(one) if held else None, one.preparation_minutes,
            "|".join(people[pk].name for pk in one.animators if pk in people),
            *(one.margins.get(margin, {}).get(code) for margin, code in counts),
        ]  # fmt: skip


def registration_header() -> list[Cell]:
    return [_("First name or code"), _("Level"), _("On the waiting list"), _("Dates attended")]


def registration_rows(found: Iterable[Registration]) -> Iterator[list[Cell]]:
    for one in found:
        yield [one.name, level_label(one.level), _("Yes") if one.waiting else _("No"), one.came]  # type: ignore[attr-defined]

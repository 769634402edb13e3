"""Reading the sites of the EPN that one is in."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from maillage.reference.selectors import commune_label, communes_of_postcode, label_of
from tenants.premises.models import Site
from tenants.premises.offer import VOCABULARIES
from tenants.premises.opening_hours import (
    HALF_DAYS,
    Line,
    OpeningHoursError,
    Week,
    day_lines,
    from_half_days,
    parse,
    short_lines,
)
from tenants.premises.rules import is_address, original_cells


@dataclass(frozen=True)
class SiteSheet:
    """A site as a page shows it. `week` is None when its hours are not known, or can't be read."""

    site: Site
    week: Week | None
    lines: list[Line]
    minutes: int | None
    uncertain_minutes: int
    place: str
    modes: list[str]
    offers: list[str]  # in short, for whoever looks over it: services, languages, accessibility
    website_url: str  # empty when the address is none that a page may link to


@dataclass(frozen=True)
class OriginalCell:
    """A cell of the spreadsheet that a site came from; `remark` says what was doubtful."""

    label: str
    text: str
    remark: str


def sites(*, retired: bool = False) -> QuerySet[Site]:
    """The sites that are open, the oldest first: the first one is the EPN's address. With `retired`, the others."""
    found: QuerySet[Site] = Site.objects.filter(retired_at__isnull=not retired).order_by("pk")
    return found


def every_site() -> QuerySet[Site]:
    """Open or closed."""
    found: QuerySet[Site] = Site.objects.order_by("pk")
    return found


def default_site() -> Site | None:
    """The EPN's first open site, whose face its card shows."""
    return sites().first()


def week_of(site: Site) -> Week | None:
    try:
        return parse(site.opening_hours)
    except OpeningHoursError:
        return None


def sheet(site: Site) -> SiteSheet:
    week = week_of(site)
    town = f"{site.postcode} {site.town}".strip()
    name = commune_label(site.commune) if site.commune else ""
    different = name and name.casefold() != site.town.casefold()
    minutes = week.minutes_per_week() if week else None
    return SiteSheet(
        site=site,
        week=week,
        lines=short_lines(week) if week else [],
        minutes=minutes,
        uncertain_minutes=week.minutes_per_week(uncertain=True) - (minutes or 0) if week else 0,
        place=f"{town} ({name})" if different and town else town or name,
        website_url=site.website if is_address(site.website) else "",
        modes=[label_of("mode", code) for code in site.modes],
        offers=[
            ", ".join(label_of(VOCABULARIES[field], code) for code in getattr(site, field))
            for field in ("services", "languages", "accessibility", "supports", "how_to_come", "fees")
            if getattr(site, field)
        ],
    )


def all_lines(site: Site) -> list[Line]:
    """Seven days of hours, in the reader's language; empty when they are not known."""
    week = week_of(site)
    return day_lines(week) if week else []


def original_hours(site: Site) -> list[OriginalCell]:
    """What the spreadsheet said, with what was not clear in it."""
    cells = original_cells(site)
    reasons = {doubt.key: str(doubt.reason.label) for doubt in from_half_days(cells).doubts}
    return [OriginalCell(half_day_label(key), text, reasons.get(key, "")) for key, text in cells.items()]


def half_day_label(key: str) -> str:
    """ "mo_am" → "lundi matin" """
    number = HALF_DAYS.index(key)
    day = {"day": WEEKDAYS[number // 2]}
    return (_("%(day)s afternoon") if number % 2 else _("%(day)s morning")) % day


def proposed_commune(postcode: str, country: str, town: str = "") -> str:
    """The code of the only commune that has this postcode, or of the one among them that has the town's name.

    "" when there is none, or several of which none has that name.
    """
    found = communes_of_postcode(postcode, country)
    if len(found) > 1 and (name := _letters(town)):
        found = [one for one in found if name in (_letters(one.name_fr), _letters(one.name_nl))]
    return found[0].nis if len(found) == 1 else ""


def _letters(text: str) -> str:
    """CHALON SUR SAONE and Chalon-sur-Saône are one name."""
    spelled = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in spelled if letter.isalnum())

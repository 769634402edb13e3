"""Sites as rows, those that are closed too, as the page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from maillage.design.csv_export import Cell
from maillage.reference.selectors import commune_label, label_of
from tenants.premises.models import Site
from tenants.premises.offer import VOCABULARIES
from tenants.premises.selectors import week_of

OFFERED = tuple(name for name in VOCABULARIES if name != "modes")
NAMES = (
    "id", "name", "address", "postcode", "town", "commune", "commune_code", "country", "latitude", "longitude", "phone",
    "website", "modes", "opening_hours", "minutes_per_week", "closed_on",
    *OFFERED, "verified_on",
)  # fmt: skip


def header() -> list[Cell]:
    return [
        _("Number"), _("Site"), _("Address"), _("Postcode"), _("Town"), _("Commune"), _("Code of the commune"),
        _("Country"), _("Latitude"), _("Longitude"), _("Phone"), _("Website"), _("Modes of help"),
        _("Opening hours (OpenStreetMap)"), _("Minutes a week, open to everybody"), _("Closed on"),
        *(_said(name) for name in OFFERED), _("Checked on"),
    ]  # fmt: skip


def _said(name: str) -> str:
    """A field by its name in the form."""
    return capfirst(str(getattr(Site, name).field.verbose_name))


def rows(sites: Iterable[Site]) -> Iterator[list[Cell]]:
    for one in sites:
        week = week_of(one)
        yield [
            one.pk, one.name, one.address, one.postcode, one.town, commune_label(one.commune) if one.commune else "",
            one.commune, one.country, one.latitude, one.longitude, one.phone, one.website,
            "|".join(label_of("mode", code) for code in one.modes), one.opening_hours,
            week.minutes_per_week() if week else None,
            timezone.localtime(one.retired_at).date() if one.retired_at else None,
            *("|".join(label_of(VOCABULARIES[name], code) for code in getattr(one, name)) for name in OFFERED),
            one.verified_on,
        ]  # fmt: skip

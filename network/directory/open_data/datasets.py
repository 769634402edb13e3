"""What the network publishes, as entries: each says what it is, under which licence, in which schema and version, when
it last changed, and at which addresses it stays.

An app that publishes something (released tables, a frozen edition) is one more function in `PROVIDERS`: the page and
the catalogue for machines list what it gives.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from network.cadastre.lieux.schema import schema_of
from network.directory.open_data.files import CONTENT_TYPES
from network.directory.open_data.selectors import last_change
from network.releases.selectors import released, tables_in
from tenants.registry.enums import Country
from tenants.registry.models import Federation

Text = str | Promise


@dataclass(frozen=True)
class Licence:
    code: str
    name: str
    url: str


ETALAB = Licence("etalab-2.0", "Licence Ouverte 2.0", "https://www.etalab.gouv.fr/licence-ouverte-open-licence")
CC_BY = Licence("CC-BY-4.0", "Creative Commons BY 4.0", "https://creativecommons.org/licenses/by/4.0/")


@dataclass(frozen=True)
class Distribution:
    """A file of a dataset. `url` is a path of this site, and stays."""

    format: str
    content_type: str
    url: str
    note: Text = ""


@dataclass(frozen=True)
class Dataset:
    """`schema_url` is where the schema itself is to be read; `edition`: these addresses are one period's for good."""

    name: str
    title: Text
    description: Text
    licence: Licence
    version: str
    changed_on: dt.date | None
    distributions: tuple[Distribution, ...]
    schema: str = ""
    schema_url: str = ""
    edition: str = ""
    page: str = ""  # where people choose among its files, when they are many
    remarks: tuple[Text, ...] = field(default=())


Provider = Callable[[Federation], Iterable[Dataset]]


def licence_of(federation: Federation) -> Licence:
    return ETALAB if federation.country == Country.FRANCE else CC_BY


def places_of_help(federation: Federation) -> Iterable[Dataset]:
    schema = schema_of(federation.country)

    def file(kind: str, name: str, note: Text) -> Distribution:
        return Distribution(kind, CONTENT_TYPES[kind], reverse("open_data:file", args=[name, kind]), note)

    yield Dataset(
        name="places",
        title=_("Places of digital help"),
        description=_("Each open place of the network: address, opening hours, contact, what one finds there."),
        licence=licence_of(federation),
        version=schema.version,
        changed_on=last_change(),
        schema=schema.title,
        schema_url=reverse("open_data:schema"),
        distributions=(
            file("csv", "places", _("what obeys the schema")),
            file("csv", "places-complete", _("every place and cell, those that break a rule too")),
            file("json", "places", _("every place")),
            file("geojson", "places", _("every place, for a map")),
        ),
    )


def released_tables(federation: Federation) -> Iterable[Dataset]:
    """Each release is a dataset for good: its tables never change, a correction has addresses of its own."""
    for release in released():
        told = {"period": release.period.name, "number": release.number}
        yield Dataset(
            name=f"figures-{release.number}",
            title=_("Figures of %(period)s (release %(number)s)") % told,
            description=_(
                "What was done, by month, commune, EPN and attribute. Numbers so small that they could point at "
                "somebody are withheld."
            ),
            licence=CC_BY,
            version=str(release.number),
            changed_on=None if release.released_at is None else timezone.localdate(release.released_at),
            schema="Data Package",
            schema_url=reverse("figures:package", args=[release.number]),
            distributions=tuple(
                Distribution(
                    kind,
                    CONTENT_TYPES[kind],
                    f"{reverse('figures:table', args=[release.number, one.table.name])}?download={kind}",
                    one.table.label,
                )
                for one in tables_in(release)
                if one.periods
                for kind in ("csv", "json")
            ),
            edition=release.period.code,
            page=reverse("figures:release", args=[release.number]),
        )


PROVIDERS: tuple[Provider, ...] = (places_of_help, released_tables)


def datasets(federation: Federation) -> list[Dataset]:
    return [dataset for provider in PROVIDERS for dataset in provider(federation)]

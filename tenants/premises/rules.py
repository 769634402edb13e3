"""What a site must be. Every way to write one (page, import, API) passes here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypedDict
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.reference.selectors import commune, is_term
from tenants.premises.models import Site
from tenants.premises.offer import SHOWN, VOCABULARIES
from tenants.premises.opening_hours import HALF_DAYS, OpeningHoursError, parse

Problems = dict[str, list[ValidationError]]
Check = Callable[[Site, Site | None], ValidationError | None]

TEXTS = (
    "name", "address", "address_extra", "postcode", "town", "commune", "country", "phone", "email", "website",
    "booking_url", "accessibility_url", "summary", "directions", "other_labels",
)  # fmt: skip
WEB_ADDRESSES = ("website", "booking_url", "accessibility_url")
SOURCE_CELL_MAX = 1000  # characters kept of an original cell
POSTCODES = {"be": re.compile(r"[1-9]\d{3}"), "fr": re.compile(r"\d{5}")}
HOST = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}")


class SiteFacts(TypedDict, total=False):
    """What may be said of a site. Texts are trimmed; hours are in OpenStreetMap's form, "" when not known."""

    name: str
    address: str
    postcode: str
    town: str
    commune: str
    country: str
    latitude: Decimal | None
    longitude: Decimal | None
    phone: str
    website: str
    opening_hours: str
    opening_hours_source: dict[str, str]
    modes: list[str]
    address_extra: str
    email: str
    booking_url: str
    accessibility_url: str
    summary: str
    presentation: str
    directions: str
    services: list[str]
    audiences: list[str]
    languages: list[str]
    accessibility: list[str]
    supports: list[str]
    how_to_come: list[str]
    fees: list[str]
    mobility: list[str]
    programmes: list[str]
    training_labels: list[str]
    other_labels: str
    hidden: list[str]
    verified_on: dt.date | None


STALE_AFTER = dt.timedelta(days=183)  # half a year


def is_stale(verified_on: dt.date | None, today: dt.date) -> bool:
    """Whether somebody should look again at what is said of a place; never verified is stale, too."""
    return verified_on is None or verified_on < today - STALE_AFTER


def problem(text: Any, kind: str, **params: object) -> ValidationError:
    return ValidationError(text, code=kind, params=params or None)


def one_line(text: str) -> str:
    """Runs of spaces and line ends are one space; other control characters stay, to be refused."""
    return " ".join(text.split())


def tidied(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Texts on one line, a web address with its scheme, hours in their canonical form where they can be read."""
    done = dict(facts)
    for field in TEXTS:
        if isinstance(done.get(field), str):
            done[field] = one_line(done[field])
    for field in WEB_ADDRESSES:
        if address := done.get(field):
            done[field] = address if re.match(r"[a-z][a-z0-9+.-]*:", address, re.IGNORECASE) else f"https://{address}"
    if isinstance(done.get("presentation"), str):
        done["presentation"] = done["presentation"].replace("\r\n", "\n").strip()
    if hours := done.get("opening_hours"):
        try:
            done["opening_hours"] = parse(hours).to_osm()
        except OpeningHoursError:
            done["opening_hours"] = hours
    for field in (*VOCABULARIES, "hidden"):
        if isinstance(done.get(field), list | tuple):
            done[field] = list(dict.fromkeys(done[field]))
    return done


def site_problems(site: Site, kept: Site | None = None) -> Problems:
    """Everything that is wrong with a site, by field. `kept` is the site as it stands: its codes may stay."""
    found: Problems = {}
    try:
        site.clean_fields()
    except ValidationError as error:
        found = dict(error.error_dict)
    for field in TEXTS:
        value = getattr(site, field)
        if isinstance(value, str) and not value.isprintable():
            found[field] = [problem(_("This text holds a character that can't be shown."), "not_printable")]
    for field, check in CHECKS.items():
        if field not in found and (wrong := check(site, kept)) is not None:
            found[field] = [wrong]
    return found


def _postcode(site: Site, kept: Site | None) -> ValidationError | None:
    pattern = POSTCODES.get(site.country)
    if not site.postcode or pattern is None or pattern.fullmatch(site.postcode):
        return None
    if site.country == "be":
        return problem(_("A Belgian postcode has four digits."), "bad_postcode")
    return problem(_("A French postcode has five digits."), "bad_postcode")


def _commune(site: Site, kept: Site | None) -> ValidationError | None:
    if not site.commune or (kept is not None and (kept.commune, kept.country) == (site.commune, site.country)):
        return None
    known = commune(site.commune)
    if known is None or known.retired_at is not None:
        return problem(_("There is no commune with the code “%(code)s”."), "unknown_commune", code=site.commune)
    if known.country != site.country:
        return problem(_("This commune is in another country."), "other_country")
    return None


def _web_address(field: str) -> Check:
    def check(site: Site, kept: Site | None) -> ValidationError | None:
        text = getattr(site, field)
        if not text or is_address(text):
            return None
        return problem(_("Write a web address like www.example.org."), "bad_address")

    return check


def _email(site: Site, kept: Site | None) -> ValidationError | None:
    if not site.email:
        return None
    try:
        validate_email(site.email)
    except ValidationError:
        return problem(_("Write an e-mail address like epn@example.org."), "bad_email")
    return None


def _presentation(site: Site, kept: Site | None) -> ValidationError | None:
    if all(char.isprintable() or char in "\n\t" for char in site.presentation):
        return None
    return problem(_("This text holds a character that can't be shown."), "not_printable")


def _verified_on(site: Site, kept: Site | None) -> ValidationError | None:
    if site.verified_on is not None and site.verified_on > timezone.localdate():
        return problem(_("This day hasn't come yet."), "in_the_future")
    return None


def is_address(text: str) -> bool:
    """Whether a page may link to this: http or https, with a host, and nothing that could be anything else."""
    try:
        parts = urlsplit(text)
        _port = parts.port  # raises when it is no port
    except ValueError:
        return False
    return (
        parts.scheme.lower() in ("http", "https")
        and HOST.fullmatch(parts.hostname or "") is not None
        and "@" not in parts.netloc
        and not set(text) & set(" <>\"'`\\")
    )


def _opening_hours(site: Site, kept: Site | None) -> ValidationError | None:
    if not site.opening_hours:
        return None
    try:
        parse(site.opening_hours)
    except OpeningHoursError as error:
        return problem(error.message, str(error.reason))
    return None


def _source(site: Site, kept: Site | None) -> ValidationError | None:
    cells = site.opening_hours_source
    fine = isinstance(cells, dict) and all(
        isinstance(key, str) and isinstance(text, str) and "\0" not in key + text and len(text) <= SOURCE_CELL_MAX
        for key, text in cells.items()
    )  # fmt: skip
    return None if fine else problem(_("The original opening hours must be texts, one a half-day."), "malformed")


def _codes(field: str, vocabulary: str) -> Check:
    def check(site: Site, kept: Site | None) -> ValidationError | None:
        stood = getattr(kept, field) if kept else ()
        for code in getattr(site, field):
            if not is_term(vocabulary, code) and code not in stood:
                if field == "modes":
                    return problem(_("“%(code)s” isn't a way of helping that we know."), "unknown_code", code=code)
                return problem(_("“%(value)s” is not in the list."), "unknown_code", value=code)
        return None

    return check


def _hidden(site: Site, kept: Site | None) -> ValidationError | None:
    for name in site.hidden:
        if name not in SHOWN:
            return problem(_("“%(value)s” is not in the list."), "unknown_code", value=name)
    return None


CHECKS: dict[str, Check] = {
    "postcode": _postcode,
    "commune": _commune,
    **{field: _web_address(field) for field in WEB_ADDRESSES},
    "email": _email,
    "presentation": _presentation,
    "verified_on": _verified_on,
    "opening_hours": _opening_hours,
    "opening_hours_source": _source,
    **{field: _codes(field, vocabulary) for field, vocabulary in VOCABULARIES.items()},
    "hidden": _hidden,
}


def original_cells(site: Site) -> dict[str, str]:
    """The half-days of the spreadsheet that the site came from, in the order of the week."""
    return {key: text for key in HALF_DAYS if (text := site.opening_hours_source.get(key, ""))}

"""Addresses as on a forge: `/<federation>/` and `/<federation>/<epn>/`. Which names are free, and who is where."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from tenants.registry.crossing import urlconf_of
from tenants.registry.enums import Kind

if TYPE_CHECKING:
    from tenants.registry.models import Federation, Space

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
LONGEST_SLUG = 50
UNSAFE_PATH = re.compile(r"[\x00-\x1f\x7f\\]")
LOCK_CLASS = 0x4164  # advisory locks of this kind: one address
# What has no accent to lose would vanish: "L’Œuvre" is l-oeuvre.
SPELLED_OUT = str.maketrans({"'": " ", "’": " ", "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "&": " "})
# First segments that no URLconf names yet: the web's own conventions, and rooms that we mean to build.
KEPT_FREE = frozenset({
    "about", "account", "accounts", "admin", "api", "assets", "aide", "contact", "demo", "docs", "en", "favicon.ico",
    "fr", "health", "help", "language", "legal", "login", "logout", "media", "metrics", "new", "nl",
    "privacy", "public", "robots.txt", "search", "security.txt", "signup", "sitemap.xml", "spaces", "static",
    "status", "verify", "well-known", "www",
})  # fmt: skip


def first_segments(kind: str) -> frozenset[str]:
    """Every literal first path segment of a URLconf: a space of that name would hide the page, or be hidden."""

    def literal(entry: URLPattern | URLResolver) -> list[str]:
        route = str(entry.pattern)
        head = route.lstrip("^/").split("/")[0]
        if head:
            return [head.rstrip("$\\Z")]
        return [one for child in getattr(entry, "url_patterns", []) for one in literal(child)]

    entries = get_resolver(urlconf_of(kind)).url_patterns
    return frozenset(segment for entry in entries for segment in literal(entry) if "<" not in segment)


@cache
def reserved(kind: str) -> frozenset[str]:
    """What a federation (`kind` public) or an EPN (`kind` federation) may not be called."""
    return first_segments(kind) | KEPT_FREE


def check_slug(slug: str, *, federation: Federation | None = None, own: Space | None = None) -> None:
    """Raise a ValidationError that says what to do when `slug` can't be the address of a new space.

    `own` is a space that is being renamed: it may take back an address that it had before.
    """
    from tenants.registry.models import Domain

    if not 1 < len(slug) <= LONGEST_SLUG or not SLUG.match(slug):
        raise ValidationError(
            _("Use 2 to 50 small letters without accents, digits and single hyphens, such as “rue-de-la-poste”."),
            code="malformed",
        )
    if slug in reserved(Kind.PUBLIC if federation is None else Kind.FEDERATION):
        raise ValidationError(_("“%(slug)s” is kept for a page of Maillage. Choose another address."),
                              code="reserved", params={"slug": slug})  # fmt: skip
    path = slug if federation is None else f"{federation.slug}/{slug}"
    if connection.in_atomic_block:
        # Until COMMIT: who wants the same address at the same time waits here, and then finds it taken.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_CLASS, path])
    taken = Domain.objects.filter(domain=path)
    if own is not None:
        taken = taken.exclude(tenant=own)
    if taken.exists():
        raise ValidationError(_("“%(slug)s” is taken. Choose another address."), code="taken", params={"slug": slug})


def free_slug(name: str, *, taken: set[str], kind: str = Kind.FEDERATION) -> str:
    """A slug made from a name that is neither reserved nor in `taken` (`-2`, `-3` … are added)."""
    stem = slugify(name.translate(SPELLED_OUT))[:LONGEST_SLUG].strip("-") or "epn"
    if len(stem) < 2:
        stem = f"epn-{stem}"
    candidate, number = stem, 1
    while candidate in taken or candidate in reserved(kind):
        number += 1
        tail = f"-{number}"
        candidate = stem[: LONGEST_SLUG - len(tail)].rstrip("-") + tail
    return candidate


@dataclass(frozen=True)
class Located:
    """Where a path leads: the space, the path that it goes by, and what is left for its URLconf."""

    space: Space | None
    prefix: str
    rest: str
    primary: str | None = None  # the primary address, when another one was used


def candidates(path: str) -> tuple[str, str]:
    """The one or two first segments of a request path, when they could be addresses; else empty strings."""
    segments = path[1:].split("/", 2)
    first = segments[0]
    if not SLUG.match(first) or len(first) > LONGEST_SLUG or first in reserved(Kind.PUBLIC):
        return "", ""
    if len(segments) < 2 or not SLUG.match(segments[1]) or len(segments[1]) > LONGEST_SLUG:
        return first, ""
    return first, f"{first}/{segments[1]}"


def names_in(path: str) -> list[str]:
    """The candidates that there are: none, one or two."""
    return [name for name in candidates(path) if name]

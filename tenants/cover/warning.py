"""How many weeks ahead have nobody, for a page that is opened many times a day: kept for a while in this process."""

from __future__ import annotations

from django.core.cache import cache
from django.utils import timezone

from tenants.cover.selectors import outlook

KEPT = 10 * 60  # seconds; the key holds the space
KEY = "cover-weeks-with-nobody"


def weeks_with_nobody() -> int:
    today = timezone.localdate()
    key = f"{KEY}-{today:%Y-%m-%d}"
    found: int | None = cache.get(key)
    if found is None:
        found = len(outlook(today).nobody)
        cache.set(key, found, KEPT)
    return found


def forget(_epn_id: int = 0) -> None:
    """Somebody wrote in this EPN: the next page counts again."""
    cache.delete(f"{KEY}-{timezone.localdate():%Y-%m-%d}")

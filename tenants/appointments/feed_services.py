"""Calendars' secret addresses: made and taken away by whom they belong to. Only a digest is kept."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from maillage.audit.services import record
from tenants.activity.rules import problem
from tenants.appointments.models import CalendarFeed
from tenants.premises.models import Site
from tenants.registry.selectors import digest_of

SECRET_BYTES = 32
MOST_OF_A_PERSON = 10


@transaction.atomic
def make_feed(*, owner_id: int, site: Site | None = None) -> tuple[CalendarFeed, str]:
    """A calendar of one's own times, or of a site's, and the secret of its address: it is shown this once.

    Raises ValidationError when the person has too many.
    """
    if CalendarFeed.objects.filter(owner=owner_id).count() >= MOST_OF_A_PERSON:
        raise problem(_("You have %(most)s addresses already. Take away one that you no longer use."), "too_many",
                      most=MOST_OF_A_PERSON)  # fmt: skip
    secret = secrets.token_urlsafe(SECRET_BYTES)
    feed = CalendarFeed.objects.create(owner_id=owner_id, site=site, digest=digest_of(secret))
    record(verb="calendar_feed.made", target=feed.pk)
    return feed, secret


@transaction.atomic
def revoke_feed(*, feed: CalendarFeed) -> None:
    """Its address shows nothing any more, from now on. Twice is once."""
    gone, _by_model = CalendarFeed.objects.filter(pk=feed.pk).delete()
    if gone:
        record(verb="calendar_feed.revoked", target=feed.pk)

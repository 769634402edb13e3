"""Writing when the door stays shut. Every write is journalled, and the EPN's card follows."""

from __future__ import annotations

import datetime as dt
import uuid

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.audit.services import record
from tenants.premises.closings.rules import closing_problems
from tenants.premises.models import Closing
from tenants.premises.rules import problem
from tenants.premises.selectors import sites
from tenants.registry.hooks import card_changed


def add_closing(
    *,
    first_day: dt.date,
    last_day: dt.date,
    site_id: int | None = None,
    reason: str = "",
    key: uuid.UUID | None = None,
) -> Closing:
    """Close from one day to another; without a site, the whole EPN. The same `key` twice is one closing.

    Raises ValidationError by field.
    """
    before: Closing | None = Closing.objects.filter(key=key).first() if key else None
    if before is not None:
        return before
    found = closing_problems(first_day, last_day, reason, timezone.localdate())
    if site_id is not None and not sites().filter(pk=site_id).exists():
        found["site_id"] = [problem(_("This site doesn't exist here, or is closed."), "unknown_site")]
    if found:
        raise ValidationError(dict(found))
    made = Closing(key=key or uuid.uuid4(), site_id=site_id, first_day=first_day, last_day=last_day, reason=reason)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
            record(verb="closing.added", target=made.pk)
            card_changed()
    except IntegrityError:  # sent twice at the same moment: the other one was first
        first: Closing = Closing.objects.get(key=made.key)
        return first
    return made


@transaction.atomic
def remove_closing(*, closing: Closing) -> None:
    """The door is open after all on those days, as the hours say. Twice is once."""
    if Closing.objects.filter(pk=closing.pk).delete()[0]:
        record(verb="closing.removed", target=closing.pk)
        card_changed()

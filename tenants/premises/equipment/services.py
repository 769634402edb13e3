"""Writing what stands at a site. Every write is journalled, and the EPN's card follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.audit.services import record
from maillage.reference.selectors import is_term
from tenants.premises.equipment.models import MOST, Equipment
from tenants.premises.models import Site
from tenants.registry.hooks import card_changed

FIRST_DAY = dt.date(2000, 1, 1)


@transaction.atomic
def count_equipment(site: Site, *, counts: Mapping[str, int | None], counted_on: dt.date) -> None:
    """Write how many of each kind there are; None: not counted. Kinds that aren't named stay as they are.

    Raises ValidationError by field.
    """
    problems: dict[str, ValidationError] = {}
    if not FIRST_DAY <= counted_on <= timezone.localdate():
        problems["counted_on"] = ValidationError(_("Choose a day from the year 2000 to today."))
    for kind, number in counts.items():
        if number is not None and not is_term("equipment", kind):
            problems[kind] = ValidationError(_("“%(value)s” is not in the list."), params={"value": kind})
        elif number is not None and not 0 <= number <= MOST:
            problems[kind] = ValidationError(_("Choose a number from 0 to %(most)s."), params={"most": MOST})
    if problems:
        raise ValidationError(problems)
    Site.objects.select_for_update().get(pk=site.pk)  # two people who count at once follow each other
    for kind, number in sorted(counts.items()):
        if number is None:
            Equipment.objects.filter(site=site, kind=kind).delete()
        else:
            Equipment.objects.update_or_create(
                site=site, kind=kind, defaults={"count": number, "counted_on": counted_on}
            )
    record(verb="equipment.counted", target=site.pk)
    card_changed()

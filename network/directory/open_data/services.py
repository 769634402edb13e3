"""Writing the official numbers of the network's EPN."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from maillage.audit.services import record
from network.directory.open_data.models import OfficialNumber
from tenants.registry.crossing import current_place


def set_numbers(*, numbers: Mapping[int, str]) -> int:
    """By EPN; "" takes a number away. Returns how many changed."""
    changed = 0
    with transaction.atomic():
        known = dict(
            OfficialNumber.objects.select_for_update()
            .filter(epn_id__in=numbers)
            .order_by("epn_id")
            .values_list("epn_id", "number")
        )
        for epn_id, number in sorted(numbers.items()):
            if known.get(epn_id, "") == number:
                continue
            if number:
                OfficialNumber.objects.update_or_create(epn_id=epn_id, defaults={"number": number})
            else:
                OfficialNumber.objects.filter(epn_id=epn_id).delete()
            record(verb="official_number.set", target=epn_id, space_id=current_place().space_id)
            changed += 1
    return changed

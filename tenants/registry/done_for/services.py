"""The rule of a network about acting in a person's place. Visits that are in already stay as they are."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from maillage.audit.services import record
from maillage.reference.selectors import contract_types
from tenants.registry.models import Federation


@transaction.atomic
def set_done_for_excluded(*, federation: Federation, excluded: Iterable[str]) -> None:
    """Raises ValidationError on a code that is no contract type; what stands there already may stay."""
    wanted = sorted(set(excluded))
    known = {one.code for one in contract_types(federation.pk)} | set(federation.done_for_excluded)
    for code in wanted:
        if code not in known:
            raise ValidationError({"excluded": _("“%(value)s” is not in the list.") % {"value": code[:60]}})
    Federation.objects.filter(pk=federation.pk).update(done_for_excluded=wanted)
    record(verb="federation.done_for_set", target=federation.pk, space_id=federation.pk)

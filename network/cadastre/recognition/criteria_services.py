"""The network's own criteria: a new set from a day on, never a change of one that holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.audit.services import record
from network.cadastre.recognition.kinds import KINDS
from network.cadastre.recognition.models import CriteriaSet, Criterion, Decision
from network.cadastre.recognition.regions import regions
from network.cadastre.recognition.rules import criteria_day_problem, threshold_problems
from tenants.registry.crossing import current_place


@transaction.atomic
def set_criteria(
    *,
    region: str,
    valid_from: dt.date | None,
    chosen: Sequence[str],
    thresholds: Mapping[str, Decimal | None],
    labels: Mapping[str, Mapping[str, str]] | None = None,
    source: str = "",
    by_id: int | None = None,
) -> CriteriaSet:
    """Begin new criteria for a region. `labels` are `{kind: {"fr", "nl", "en"}}`. Raises ValidationError by field."""
    problems = threshold_problems(thresholds, chosen)
    if region not in regions():
        problems["region"] = ValidationError(_("Choose a region."), code="required")
    last_set = CriteriaSet.objects.filter(region=region).aggregate(last=Max("valid_from"))["last"]
    last_decision = Decision.objects.filter(undone_at__isnull=True).aggregate(last=Max("decided_on"))["last"]
    problem = criteria_day_problem(
        valid_from, last_set=last_set, last_decision=last_decision, today=timezone.localdate()
    )
    if problem is not None:
        problems["valid_from"] = problem
    if problems:
        raise ValidationError(problems)
    try:
        with transaction.atomic():
            made: CriteriaSet = CriteriaSet.objects.create(
                region=region, valid_from=valid_from, source=source.strip(), created_by_id=by_id
            )
    except IntegrityError as error:  # sent twice at the same moment
        raise ValidationError({"valid_from": _("These criteria were set a moment ago.")}) from error
    words = labels or {}
    Criterion.objects.bulk_create(
        Criterion(
            criteria_set=made,
            position=number,
            kind=kind,
            threshold=None if KINDS[kind].yes_no else thresholds[kind],
            **{f"label_{code}": words.get(kind, {}).get(code, "").strip() for code in ("fr", "nl", "en")},
        )
        for number, kind in enumerate(chosen, start=1)
    )
    record(verb="criteria.set", target=made.pk, space_id=current_place().space_id)
    return made


@transaction.atomic
def drop_criteria(*, criteria_set: CriteriaSet) -> None:
    """Take back criteria that don't hold yet. Raises ValidationError on others: what was decided by them stands."""
    if criteria_set.valid_from <= timezone.localdate():
        raise ValidationError(_("These criteria hold already: set new ones from a later day on."), code="too_late")
    if CriteriaSet.objects.filter(pk=criteria_set.pk).delete()[0]:
        record(verb="criteria.dropped", target=criteria_set.pk, space_id=current_place().space_id)

"""Filling census returns in from daily work. What an EPN declared or corrected stays; the computed value stands beside.

To be called inside the federation, in a transaction. Many returns of an edition cost what one does: a handful of
statements.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone

from network.cadastre.editions.enums import Provenance, State
from network.cadastre.editions.models import CensusReturn, Edition, Indicator, ReturnValue
from network.cadastre.editions.sources import SOURCES, Computed, Facts, facts_of

FILLABLE = (State.OPEN, State.RETURNED)
WRITTEN = ("value", "provenance", "computed", "computed_from", "computed_as_of", "at")


def prefill(census_return: CensusReturn) -> int:
    """Returns how many indicators have a computed value now. A return that is signed or validated stays as it is: 0."""
    return prefill_all(census_return.edition, [census_return])


def prefill_all(edition: Edition, returns: Sequence[CensusReturn]) -> int:
    """The same for many returns of one edition. Returns how many computed values there are in all."""
    open_ones = [one for one in returns if one.state in FILLABLE]
    asked = [one for one in Indicator.objects.filter(questionnaire=edition.questionnaire_id) if one.source in SOURCES]
    if not open_ones or not asked:
        return 0
    facts = facts_of({one.epn_id for one in open_ones}, year=edition.year, reference_day=edition.reference_day)
    known: dict[int, dict[int, ReturnValue]] = defaultdict(dict)
    for value in ReturnValue.objects.filter(census_return__in=open_ones, indicator__in=asked).order_by("pk"):
        known[value.census_return_id][value.indicator_id] = value
    made: list[ReturnValue] = []
    changed: list[ReturnValue] = []
    now, filled = timezone.now(), 0
    for one in open_ones:
        for indicator in asked:
            before = known[one.pk].get(indicator.pk)
            value = before or ReturnValue(census_return=one, indicator=indicator)
            computed = _computed(indicator, facts[one.epn_id])
            filled += computed is not None
            if _fill(value, indicator, computed, facts[one.epn_id]):
                value.at = now
                (changed if before else made).append(value)
        one.prefilled_at = now
    ReturnValue.objects.bulk_create(made)
    ReturnValue.objects.bulk_update(changed, WRITTEN)
    CensusReturn.objects.filter(pk__in=[one.pk for one in open_ones]).update(prefilled_at=now)
    return filled


def _computed(indicator: Indicator, facts: Facts) -> Any:
    """As it is kept: numbers as text, with the indicator's decimals."""
    found: Computed = SOURCES[indicator.source].read(facts)
    if isinstance(found, Decimal):
        return str(found.quantize(Decimal(1).scaleb(-indicator.decimals), rounding=ROUND_HALF_UP))
    return found


def _fill(value: ReturnValue, indicator: Indicator, computed: Any, facts: Facts) -> bool:
    """Bring one answer up to date. Returns whether anything is different."""
    before = [getattr(value, name) for name in WRITTEN[:-1]]
    source = SOURCES[indicator.source]
    known = computed is not None
    value.computed = computed
    value.computed_from = indicator.source if known else ""
    value.computed_as_of = source.as_of(facts) if known else None
    explained = value.value is None and bool(value.explanation)
    follows = value.provenance in ("", Provenance.COMPUTED) and not explained
    if follows or (value.provenance == Provenance.CORRECTED and value.value == computed):
        value.value, value.provenance = computed, Provenance.COMPUTED if known else ""
    return before != [getattr(value, name) for name in WRITTEN[:-1]]

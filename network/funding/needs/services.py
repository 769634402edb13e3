"""Writing scenarios, their measures, and proposals. Every write is journalled, with ids only."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.audit.services import record
from maillage.design.pdf import Unprintable
from maillage.design.two_versions import locked_as_seen
from network.funding.kept import Kept
from network.funding.needs import rules
from network.funding.needs.paper import digest_of, pdf_of, scenarios_of
from network.funding.needs.rows import Proposal, Scenario, ScenarioMeasure
from tenants.registry.crossing import current_place

Row = TypeVar("Row", Scenario, ScenarioMeasure, Proposal)
LONGEST_NAME = 120
UNPRINTABLE = gettext_lazy("A drawing or a rare character in the texts can't be printed: please take it out.")
OF_SCENARIOS = {"saved": "scenario.saved", "deleted": "scenario.deleted", "restored": "scenario.restored"}
OF_PROPOSALS = {
    "saved": "proposal.saved",
    "kept": "proposal.kept",
    "deleted": "proposal.deleted",
    "restored": "proposal.restored",
}
VERBS: dict[type[Kept], dict[str, str]] = {
    Scenario: OF_SCENARIOS,
    ScenarioMeasure: OF_SCENARIOS,
    Proposal: OF_PROPOSALS,
}


def _journal(deed: str, row: Any) -> None:
    target = row.scenario_id if isinstance(row, ScenarioMeasure) else row.pk
    record(verb=VERBS[type(row)][deed], target=target, space_id=current_place().space_id)


def _refuse(found: rules.Problems) -> None:
    if found:
        raise ValidationError({name: [text] for name, text in found.items()})


def _obey(row: Any) -> None:
    if isinstance(row, Scenario):
        _refuse(rules.scenario_problems(row))
    elif isinstance(row, ScenarioMeasure):
        others = ScenarioMeasure.objects.filter(scenario=row.scenario_id, deleted_at__isnull=True)
        _refuse(rules.measure_problems(row, list(others.exclude(pk=row.pk))))


@transaction.atomic
def write(row: Row, *, seen: str = "", **facts: Any) -> Row:
    """Write a scenario, a measure or a proposal, new or changed; a scenario's row is locked while its measures change.

    `seen`: the version that one had before one's eyes. Raises ChangedMeanwhile when another one stands there, and
    ValidationError by field; nothing is then written.
    """
    if isinstance(row, ScenarioMeasure):
        Scenario.objects.select_for_update().get(pk=row.scenario_id)
    if row.pk:
        row = locked_as_seen(type(row).objects.all(), row.pk, seen)
        row.version += 1
    if getattr(row, "kept_at", None) is not None:
        raise ValidationError(_("This document is kept as it was sent. Make another one from it."))
    for name, value in facts.items():
        setattr(row, name, value)
    _obey(row)
    row.updated_at = timezone.now()
    row.save()
    _journal("saved", row)
    return row


@transaction.atomic
def remove(row: Scenario | ScenarioMeasure | Proposal) -> None:
    """It can be brought back. Twice is once."""
    if type(row).objects.filter(pk=row.pk, deleted_at__isnull=True).update(deleted_at=timezone.now()):
        _journal("deleted", row)


@transaction.atomic
def restore(row: Scenario | ScenarioMeasure | Proposal) -> None:
    """Raises ValidationError when it no longer fits. Twice is once."""
    if isinstance(row, ScenarioMeasure):
        Scenario.objects.select_for_update().get(pk=row.scenario_id)
    if isinstance(row, Proposal) and row.application is not None and row.application.deleted_at is not None:
        raise ValidationError(_("Bring “%(name)s” back first.") % {"name": row.application})
    _obey(row)
    if type(row).objects.filter(pk=row.pk, deleted_at__isnull=False).update(deleted_at=None):
        _journal("restored", row)


@transaction.atomic
def copy_scenario(scenario: Scenario) -> Scenario:
    """With its measures, under a name that says so."""
    name = _("Copy of %(name)s") % {"name": scenario.name}
    made: Scenario = Scenario.objects.create(
        name=name[:LONGEST_NAME], year=scenario.year, reach=scenario.reach, epn_ids=list(scenario.epn_ids),
        note=scenario.note, hours_per_fte=scenario.hours_per_fte, weeks_open=scenario.weeks_open,
    )  # fmt: skip
    measures = list(scenario.measures.filter(deleted_at__isnull=True))
    for one in measures:
        one.pk, one.scenario, one.version = None, made, 1
        one.created_at = one.updated_at = timezone.now()
    ScenarioMeasure.objects.bulk_create(measures)
    _journal("saved", made)
    return made


@transaction.atomic
def keep_proposal(
    proposal: Proposal, *, federation_id: int, network: str, by_id: int | None, moment: dt.datetime | None = None
) -> Proposal:
    """Make the document a last time, and keep its bytes and their hash as they are sent. Twice is once.

    Raises ValidationError without an application, without scenarios, or when a character can't be printed.
    """
    found: Proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if found.kept_at is not None:
        return found
    if found.application is None or found.application.deleted_at is not None:
        raise ValidationError(_("Say first with which application it goes: its fate is that of the application."))
    if not scenarios_of(found):
        raise ValidationError(_("Its scenarios were deleted: choose others first."))
    at = moment or timezone.now()
    try:
        content = pdf_of(found, federation_id=federation_id, network=network, moment=at)
    except Unprintable:
        raise ValidationError(UNPRINTABLE) from None
    found.kept_at, found.content, found.sha256, found.by_id = at, content, digest_of(content), by_id
    found.version += 1
    found.updated_at = at
    found.save()
    _journal("kept", found)
    return found

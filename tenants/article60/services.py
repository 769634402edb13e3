"""Writing conventions and evaluations. The journal learns which, never what is in them."""

from __future__ import annotations

from typing import Any, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from maillage.audit.services import record
from maillage.design.two_versions import locked_as_seen
from tenants.article60.enums import ARTICLE_60
from tenants.article60.models import Convention, Evaluation
from tenants.article60.rules import (
    CONVENTION_FIELDS,
    EVALUATION_FIELDS,
    ConventionFacts,
    EvaluationFacts,
    convention_problems,
    evaluation_problems,
)
from tenants.article60.selectors import clock_of, convention_of
from tenants.registry.hooks import epn_written
from tenants.staff.enums import Concern
from tenants.staff.models import Contract
from tenants.staff.services import change_contract

NONE_SEEN = "none"
NOTHING_KNOWN: dict[str, Any] = dict.fromkeys(CONVENTION_FIELDS) | {"cpas": "", "tasks": "", "contact": ""}
NO_EVALUATION: dict[str, Any] = {"planned_on": None, "done_on": None, "conclusion": ""}


def save_convention(
    *, contract: Contract, seen: str = "", in_contract: bool = False, **facts: Unpack[ConventionFacts]
) -> Convention:
    """Write what is known of a contract's convention; what isn't said stays as it is.

    `in_contract`: the CPAS's end date, where there is one, becomes the planned end of the contract as well.

    `seen`: the version that one had before one's eyes, NONE_SEEN when there was none yet. Raises ValidationError by
    field, ChangedMeanwhile when another version stands there, and ValueError for a contract of another type.
    """
    if contract.type != ARTICLE_60:
        raise ValueError("Only an article 60 contract has such a convention.")
    kept = convention_of(contract)
    said = _completed(facts, kept, NOTHING_KNOWN, CONVENTION_FIELDS)
    problems = convention_problems(said, contract, kept)
    if problems:
        raise ValidationError(dict(problems))
    if said["cpas"] == contract.legal_employer:
        said["cpas"] = ""
    with transaction.atomic():
        if kept is not None:
            locked_as_seen(Convention.objects.all(), kept.pk, seen)
        convention: Convention
        convention, _made = Convention.objects.update_or_create(
            contract=contract, defaults={**said, "updated_at": timezone.now()}
        )
        record(verb="convention.saved", target=contract.pk)
        epn_written()
        if in_contract:
            _take_date(contract, convention)
    return convention


def _completed(facts: Any, kept: Any, usual: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    """The facts with what was not said: as the row has it, else the usual. Texts without blanks around them."""
    strange = set(facts) - set(fields)
    if strange:
        raise TypeError(f"There is no {', '.join(sorted(strange))}.")
    whole = ({name: getattr(kept, name) for name in fields} if kept is not None else usual) | dict(facts)
    return {name: value.strip() if isinstance(value, str) else value for name, value in whole.items()}


def take_date_of_cpas(*, contract: Contract) -> Contract:
    """Make the CPAS's end date the planned end too: it is the truth. Raises ValidationError as a change does."""
    return _take_date(contract, convention_of(contract))


def _take_date(contract: Contract, convention: Convention | None) -> Contract:
    if convention is None or convention.cpas_end is None or convention.cpas_end == contract.planned_end:
        return contract
    # What is unusual in this contract was confirmed when it was written; the date isn't the EPN's to choose.
    return change_contract(contract=contract, confirmed=Concern.values, planned_end=convention.cpas_end)


def add_evaluation(*, contract: Contract, **facts: Unpack[EvaluationFacts]) -> Evaluation:
    """Plan an evaluation, or write down one that was done; the convention is made when there is none yet."""
    said = _checked_evaluation(contract, facts, None)
    with transaction.atomic():
        convention, _made = Convention.objects.get_or_create(contract=contract)
        evaluation: Evaluation = Evaluation.objects.create(convention=convention, **said)
        record(verb="evaluation.saved", target=evaluation.pk)
    return evaluation


def change_evaluation(*, evaluation: Evaluation, seen: str = "", **facts: Unpack[EvaluationFacts]) -> Evaluation:
    """Correct an evaluation, or write that it was done. Raises as `add_evaluation` does, and ChangedMeanwhile."""
    said = _checked_evaluation(evaluation.convention.contract, facts, evaluation)
    with transaction.atomic():
        locked_as_seen(Evaluation.objects.all(), evaluation.pk, seen)
        for name, value in said.items():
            setattr(evaluation, name, value)
        evaluation.updated_at = timezone.now()
        evaluation.save(update_fields=[*EVALUATION_FIELDS, "updated_at"])
        record(verb="evaluation.saved", target=evaluation.pk)
    return evaluation


def _checked_evaluation(contract: Contract, facts: Any, kept: Evaluation | None) -> dict[str, Any]:
    if contract.type != ARTICLE_60:
        raise ValueError("Only an article 60 contract has such evaluations.")
    said = _completed(facts, kept, NO_EVALUATION, EVALUATION_FIELDS)
    clock = clock_of(contract, timezone.localdate())
    problems = evaluation_problems(
        said,
        starts_on=contract.starts_on,
        ends_on=clock.ends_on,
        kept=kept.conclusion if kept is not None else "",
    )
    if problems:
        raise ValidationError(dict(problems))
    return said


def delete_evaluation(*, evaluation: Evaluation) -> None:
    with transaction.atomic():
        record(verb="evaluation.deleted", target=evaluation.pk)
        evaluation.delete()

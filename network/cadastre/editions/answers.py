"""Reading census returns, inside the federation: one in full, and how far many are."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from network.cadastre.editions import checking
from network.cadastre.editions.checking import NUMERIC, Completeness, Problem
from network.cadastre.editions.enums import State
from network.cadastre.editions.models import (
    CensusReturn,
    Edition,
    Indicator,
    ReturnFile,
    ReturnStep,
    ReturnValue,
    Rule,
)

WRITABLE = (State.OPEN, State.RETURNED)
SENT = (State.SUBMITTED, State.VALIDATED)


@dataclass(frozen=True)
class Questions:
    """What an edition asks, in its order."""

    indicators: list[Indicator]
    rules: list[Rule]

    @property
    def by_code(self) -> dict[str, Indicator]:
        return {one.code: one for one in self.indicators}


@dataclass(frozen=True)
class Answer:
    """One indicator with what stands in the return, and what the EPN answered in the edition before."""

    indicator: Indicator
    value: ReturnValue | None
    file: ReturnFile | None = None
    before: Any = None
    before_year: int | None = None

    @property
    def kept(self) -> Any:
        return self.value.value if self.value is not None else None

    @property
    def explanation(self) -> str:
        return self.value.explanation if self.value is not None else ""

    @property
    def is_answered(self) -> bool:
        return checking.is_answered(self.value)

    @property
    def is_missing(self) -> bool:
        return self.indicator.required and not self.is_answered


@dataclass(frozen=True)
class ReturnInFull:
    """Everything of one return: nothing of it is read later, so it may be carried out of the federation."""

    census_return: CensusReturn
    edition: Edition
    questions: Questions
    answers: list[Answer]
    completeness: Completeness
    problems: list[Problem]
    steps: list[ReturnStep]

    @property
    def pk(self) -> int:
        return int(self.census_return.pk)

    @property
    def version(self) -> int:
        """For whoever compares two versions of it."""
        return self.census_return.version

    @property
    def is_writable(self) -> bool:
        return is_writable(self.census_return)

    @property
    def can_be_taken_back(self) -> bool:
        return self.census_return.state == State.SUBMITTED and not self.edition.is_frozen

    @property
    def can_be_signed(self) -> bool:
        return self.is_writable and self.completeness.is_complete and not self.problems

    @property
    def due_on(self) -> dt.date:
        return due_on(self.census_return)

    @property
    def values(self) -> dict[int, ReturnValue]:
        return {one.indicator.pk: one.value for one in self.answers if one.value is not None}


def due_on(census_return: CensusReturn) -> dt.date:
    """Its own day, where it was given more time."""
    return census_return.due_on or census_return.edition.due_on


def is_writable(census_return: CensusReturn) -> bool:
    return census_return.state in WRITABLE and not census_return.edition.is_frozen


def questions_of(questionnaire_id: int) -> Questions:
    return Questions(
        list(Indicator.objects.filter(questionnaire=questionnaire_id)),
        list(Rule.objects.filter(questionnaire=questionnaire_id)),
    )


def values_of(returns: Iterable[CensusReturn]) -> dict[int, dict[int, ReturnValue]]:
    """Return → indicator → answer."""
    found: dict[int, dict[int, ReturnValue]] = defaultdict(dict)
    for value in ReturnValue.objects.filter(census_return__in=[one.pk for one in returns]).order_by("pk"):
        found[value.census_return_id][value.indicator_id] = value
    return found


def completeness_of(edition: Edition, returns: Collection[CensusReturn]) -> dict[int, Completeness]:
    """How far each return of an edition is, by its id: two statements, however many."""
    indicators = list(Indicator.objects.filter(questionnaire=edition.questionnaire_id))
    values = values_of(returns)
    return {one.pk: checking.completeness(indicators, values.get(one.pk, {})) for one in returns}


def in_full(census_return: CensusReturn) -> ReturnInFull:
    """The edition must have come along with the return (`select_related`)."""
    edition = census_return.edition
    questions = questions_of(edition.questionnaire_id)
    values = values_of([census_return])[census_return.pk]
    files = {
        one.value_id: one for one in ReturnFile.objects.filter(value__census_return=census_return).defer("content")
    }
    before_year, before = _before(census_return, questions.indicators)
    answers = [
        Answer(
            indicator=one,
            value=values.get(one.pk),
            file=files.get(values[one.pk].pk) if one.pk in values else None,
            before=before.get(one.code),
            before_year=before_year if one.code in before else None,
        )
        for one in questions.indicators
    ]
    return ReturnInFull(
        census_return=census_return,
        edition=edition,
        questions=questions,
        answers=answers,
        completeness=checking.completeness(questions.indicators, values),
        problems=checking.problems(questions.indicators, questions.rules, values),
        steps=list(ReturnStep.objects.filter(census_return=census_return).order_by("-at", "-pk")),
    )


def _before(census_return: CensusReturn, indicators: Sequence[Indicator]) -> tuple[int | None, dict[str, Any]]:
    """What the EPN signed the last time, by today's codes."""
    last = (
        CensusReturn.objects.filter(
            epn_id=census_return.epn_id, edition__year__lt=census_return.edition.year, state__in=SENT
        )
        .order_by("-edition__year")
        .values_list("pk", "edition__year")
        .first()
    )
    if last is None:
        return None, {}
    found = ReturnValue.objects.filter(census_return=last[0]).values_list("indicator__code", "indicator__kind", "value")
    kept = {code: (kind, value) for code, kind, value in found if value not in (None, "", [], {})}
    return last[1], {one.code: value for one in indicators if (value := _of_before(one, kept)) is not None}


def _of_before(indicator: Indicator, kept: dict[str, tuple[str, Any]]) -> Any:
    """Under its own code, else under those that it replaces: several numbers are their sum."""
    codes = [indicator.code] if indicator.code in kept else [str(one) for one in indicator.replaces]
    there = [kept[code] for code in codes if code in kept]
    if len(there) != len(codes) or not there:
        return None
    if indicator.kind in NUMERIC:
        numbers = [checking.decimal_of(value) for kind, value in there if kind in NUMERIC]
        known = [one for one in numbers if one is not None]
        return str(sum(known, Decimal(0))) if len(known) == len(codes) else None
    kind, value = there[0]
    return value if len(there) == 1 and kind == indicator.kind else None

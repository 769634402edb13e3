"""What a census return must be before it is signed: complete, within bounds, and in agreement with itself. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maillage.design.numbers import euros, number
from network.cadastre.editions.enums import Comparison, Kind, Provenance
from network.cadastre.editions.models import Indicator, ReturnValue, Rule

Answers = Mapping[int, ReturnValue]  # by the indicator's id
NUMERIC = (Kind.NUMBER, Kind.MONEY)
LARGEST = Decimal(10) ** 10


@dataclass(frozen=True)
class Completeness:
    """Of the required indicators: how many are answered (an explained gap is), how many there are, and the others."""

    answered: int
    asked: int
    missing: list[Indicator] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class Problem:
    """Why a return can't be signed, and the indicators that it is about."""

    codes: tuple[str, ...]
    message: str


def has_value(answer: ReturnValue | None) -> bool:
    return answer is not None and answer.value not in (None, "", [], {})


def is_answered(answer: ReturnValue | None) -> bool:
    return has_value(answer) or (answer is not None and bool(answer.explanation))


def completeness(indicators: Iterable[Indicator], answers: Answers) -> Completeness:
    required = [one for one in indicators if one.required]
    missing = [one for one in required if not is_answered(answers.get(one.pk))]
    return Completeness(len(required) - len(missing), len(required), missing)


def decimal_of(value: Any) -> Decimal | None:
    """A number as it is kept; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        found = Decimal(value)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def shown_number(indicator: Indicator, value: Decimal) -> str:
    return euros(value) if indicator.kind == Kind.MONEY else number(value.normalize() if value else value)


def value_problems(indicator: Indicator, value: Any) -> list[str]:
    """What is wrong with one value by itself. It is as it would be kept; None is nothing, and never wrong."""
    if value in (None, "", [], {}):
        return []
    if indicator.kind in NUMERIC:
        found = decimal_of(value)
        return [_("This isn't a number.")] if found is None else _out_of_bounds(indicator, found)
    if indicator.kind == Kind.CHOICE and value not in [one["code"] for one in indicator.choices]:
        return [_("Choose one of the answers that are offered.")]
    if indicator.kind == Kind.TABLE:
        return _in_table(indicator, value)
    return []


def _out_of_bounds(indicator: Indicator, found: Decimal) -> list[str]:
    if indicator.minimum is not None and found < indicator.minimum:
        if not indicator.minimum:
            return [_("A number can't be below nought here.")]
        return [_("At least %(least)s.") % {"least": shown_number(indicator, indicator.minimum)}]
    if indicator.maximum is not None and found > indicator.maximum:
        return [_("At most %(most)s.") % {"most": shown_number(indicator, indicator.maximum)}]
    if abs(found) >= LARGEST:
        return [_("This number is too large.")]
    exponent = found.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > indicator.decimals and found != round(found, indicator.decimals):
        if not indicator.decimals:
            return [_("A whole number is asked for.")]
        text = ngettext(
            "At most %(n)s digit after the comma.", "At most %(n)s digits after the comma.", indicator.decimals
        )
        return [text % {"n": indicator.decimals}]
    return []


def _in_table(indicator: Indicator, rows: Any) -> list[str]:
    numbers = [one["code"] for one in indicator.columns if one.get("kind") == Kind.NUMBER]
    for at, row in enumerate(rows, start=1):
        for code in numbers:
            said = row.get(code, "")
            found = decimal_of(said)
            if said and (found is None or not 0 <= found < LARGEST):
                return [_("Line %(line)s: “%(said)s” isn't a number.") % {"line": at, "said": str(said)[:40]}]
    return []


def problems(indicators: Sequence[Indicator], rules: Iterable[Rule], answers: Answers) -> list[Problem]:
    """Everything that stands between a return and its signature, besides what is missing."""
    found = [
        Problem((one.code,), message)
        for one in indicators
        if has_value(answers.get(one.pk))
        for message in value_problems(one, answers[one.pk].value)
    ]
    by_code = {one.code: answers[one.pk] for one in indicators if one.pk in answers}
    return [*found, *(problem for rule in rules if (problem := _broken(rule, by_code)) is not None)]


def _broken(rule: Rule, by_code: Mapping[str, ReturnValue]) -> Problem | None:
    """A rule speaks only where all that it compares is known."""
    codes = (rule.left, *rule.right)
    numbers = [decimal_of(by_code[code].value) if code in by_code else None for code in codes]
    known = [one for one in numbers if one is not None]
    if len(known) < len(codes) or not rule.right:
        return None
    left, right = known[0], sum(known[1:], Decimal(0))
    holds = {
        Comparison.AT_MOST: left <= right,
        Comparison.AT_LEAST: left >= right,
        Comparison.EQUAL: left == right,
    }[Comparison(rule.comparison)]
    return None if holds else Problem(codes, rule.message)


def provenance_of(computed: Any, value: Any) -> str:
    """Of a value that somebody gave: what daily work gave too is computed, another one beside it a correction."""
    if value in (None, "", [], {}):
        return ""
    if computed is None:
        return Provenance.DECLARED
    return Provenance.COMPUTED if value == computed else Provenance.CORRECTED

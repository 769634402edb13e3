"""The questionnaire as data: its first version from a file, the next ones from the last, by whoever coordinates.

A version that an edition uses is never changed. What is changed is checked as a whole: bounds and rules that no answer
could meet are refused, with the names of those that contradict each other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from maillage.audit.services import record
from network.cadastre.editions.contradictions import Bounds, Relation, Saying, contradiction
from network.cadastre.editions.enums import Comparison, Kind
from network.cadastre.editions.models import Edition, Indicator, Questionnaire, Rule
from tenants.registry.crossing import current_place

DEFAULT = (Path(__file__).parent / "data" / "questionnaire").with_suffix(".json")
LANGUAGES = ("fr", "nl", "en")
NUMERIC = (Kind.NUMBER, Kind.MONEY)
MOST_INDICATORS, MOST_RULES = 150, 60
OF_AN_INDICATOR = (
    "code", "section_fr", "section_nl", "section_en", "kind", "label_fr", "label_nl", "label_en", "help_fr", "help_nl",
    "help_en", "unit", "source", "required", "decimals", "minimum", "maximum", "choices", "columns", "rows", "replaces",
)  # fmt: skip
OF_A_RULE = ("left", "comparison", "right", "message_fr", "message_nl", "message_en")


def _record(verb: str, questionnaire: Questionnaire) -> None:
    record(verb=verb, target=questionnaire.number, space_id=current_place().space_id)


@transaction.atomic
def latest_questionnaire() -> Questionnaire:
    """The last version; the first time, the one that comes with Maillage."""
    found: Questionnaire | None = Questionnaire.objects.order_by("-number").first()
    return found or _from_file()


def _from_file() -> Questionnaire:
    data = json.loads(DEFAULT.read_text("utf-8"))
    # Two people who open the page at the same time: the number is unique, and the second finds the first's.
    made: Questionnaire
    made, is_new = Questionnaire.objects.get_or_create(number=1)
    if not is_new:
        return made
    Indicator.objects.bulk_create(
        Indicator(questionnaire=made, position=position, **_row(one, data["sections"][one["section"]]))
        for position, one in enumerate(data["indicators"], start=1)
    )
    Rule.objects.bulk_create(
        Rule(
            questionnaire=made,
            left=one["left"],
            comparison=one["comparison"],
            right=one["right"],
            **{f"message_{code}": text for code, text in one["message"].items()},
        )
        for one in data["rules"]
    )
    return made


def _row(one: Mapping[str, Any], section: Mapping[str, str]) -> dict[str, Any]:
    said = {name: one[name] for name in OF_AN_INDICATOR if name in one}
    for code in LANGUAGES:
        said[f"section_{code}"] = section[code]
        said[f"label_{code}"] = one["label"][code]
        said[f"help_{code}"] = one.get("help", {}).get(code, "")
    return said


def versions() -> list[Questionnaire]:
    """The last one first, each with how many editions use it and how many indicators it has."""
    return list(
        Questionnaire.objects.annotate(
            used=Count("editions", distinct=True), asked=Count("indicators", distinct=True)
        ).order_by("-number")
    )


def is_used(questionnaire: Questionnaire) -> bool:
    return bool(Edition.objects.filter(questionnaire=questionnaire).exists())


def _unused(number: int) -> Questionnaire:
    """Locked until the transaction ends: an edition can't be opened with it meanwhile. Raises ValidationError."""
    found: Questionnaire | None = Questionnaire.objects.select_for_update().filter(number=number).first()
    if found is None:
        raise ValidationError(_("This version of the questionnaire isn't there any more."))
    if is_used(found):
        raise ValidationError(
            _("An edition uses version %(number)s: it stays as it is. Make a new version to change something.")
            % {"number": number}
        )
    return found


@transaction.atomic
def new_version(*, by_id: int | None, note: str = "") -> Questionnaire:
    """A copy of the last version, to be changed. Raises ValidationError when the last one isn't used yet."""
    last = Questionnaire.objects.select_for_update().order_by("-number").first() or latest_questionnaire()
    if not is_used(last):
        raise ValidationError(_("No edition uses version %(number)s yet: change that one.") % {"number": last.number})
    made: Questionnaire = Questionnaire.objects.create(number=last.number + 1, note=note.strip(), created_by_id=by_id)
    indicators = [
        Indicator(questionnaire=made, position=one.position, **{name: getattr(one, name) for name in OF_AN_INDICATOR})
        for one in last.indicators.all()
    ]
    for one in indicators:
        one.replaces = []  # the codes are the same as in the last version
    Indicator.objects.bulk_create(indicators)
    Rule.objects.bulk_create(
        Rule(questionnaire=made, **{name: getattr(one, name) for name in OF_A_RULE}) for one in last.rules.all()
    )
    _record("questionnaire.made", made)
    return made


@transaction.atomic
def note_version(*, number: int, note: str) -> None:
    """What is new in a version, in a line."""
    questionnaire = _unused(number)
    questionnaire.note = note.strip()
    questionnaire.save(update_fields=["note"])
    _record("questionnaire.changed", questionnaire)


@transaction.atomic
def remove_version(*, number: int) -> None:
    """Take away a version that nobody uses. The last one left stays."""
    questionnaire = _unused(number)
    if not Questionnaire.objects.exclude(pk=questionnaire.pk).exists():
        raise ValidationError(_("This is the only version: it stays."))
    _record("questionnaire.removed", questionnaire)
    questionnaire.delete()


def codes_before(number: int) -> set[str]:
    """What earlier versions asked: what an indicator may stand for."""
    found = Indicator.objects.filter(questionnaire__number__lt=number).order_by("code")
    return set(found.values_list("code", flat=True).distinct())


@transaction.atomic
def save_indicator(*, number: int, pk: int | None, said: Mapping[str, Any]) -> Indicator:
    """Add an indicator at the end, or change one. Raises ValidationError by field."""
    questionnaire = _unused(number)
    there = list(questionnaire.indicators.all())
    before = next((one for one in there if one.pk == pk), None)
    if pk is not None and before is None:
        raise ValidationError(_("This indicator isn't there any more."))
    if before is None and len(there) >= MOST_INDICATORS:
        raise ValidationError(_("A questionnaire has %(most)s indicators at most.") % {"most": MOST_INDICATORS})
    one = before or Indicator(
        questionnaire=questionnaire, position=max((other.position for other in there), default=0) + 1
    )
    old_code = before.code if before else ""
    for name in OF_AN_INDICATOR:
        if name in said:
            setattr(one, name, said[name])
    if any(other.code == one.code and other.pk != one.pk for other in there):
        raise ValidationError({"code": _("Another indicator has this code already.")})
    unknown = sorted(set(one.replaces) - codes_before(number))
    if unknown:
        raise ValidationError({"replaces": _("No earlier version has: %(codes)s.") % {"codes": ", ".join(unknown)}})
    rules = list(questionnaire.rules.all())
    if old_code and old_code != one.code:
        rules = _renamed(rules, old_code, one.code)
    elif one.kind not in NUMERIC and (rule := _naming(rules, one.code)) is not None:
        raise ValidationError(
            {"kind": _("A rule compares this indicator: it stays a number. (%(rule)s)") % {"rule": rule.message}}
        )
    _check([*(other for other in there if other.pk != one.pk), one], rules)
    one.save()
    _record("questionnaire.changed", questionnaire)
    return one


def _naming(rules: Iterable[Rule], code: str) -> Rule | None:
    return next((one for one in rules if code in (one.left, *one.right)), None)


def _renamed(rules: Sequence[Rule], old: str, new: str) -> list[Rule]:
    for one in rules:
        if old in (one.left, *one.right):
            one.left = new if one.left == old else one.left
            one.right = [new if code == old else code for code in one.right]
            one.save(update_fields=["left", "right"])
    return list(rules)


@transaction.atomic
def remove_indicator(*, number: int, pk: int) -> None:
    questionnaire = _unused(number)
    one = questionnaire.indicators.filter(pk=pk).first()
    if one is None:
        return  # somebody was quicker
    if (rule := _naming(questionnaire.rules.all(), one.code)) is not None:
        raise ValidationError(
            _("A rule compares this indicator: remove the rule first. (%(rule)s)") % {"rule": rule.message}
        )
    one.delete()
    _record("questionnaire.changed", questionnaire)


@transaction.atomic
def move_indicator(*, number: int, pk: int, by: int) -> None:
    """One place up (-1) or down (1)."""
    questionnaire = _unused(number)
    order = list(questionnaire.indicators.all())
    at = next((place for place, one in enumerate(order) if one.pk == pk), None)
    if at is None or not 0 <= at + by < len(order):
        return
    order[at], order[at + by] = order[at + by], order[at]
    for position, one in enumerate(order, start=1):
        one.position = position
    Indicator.objects.bulk_update(order, ["position"])
    _record("questionnaire.changed", questionnaire)


@transaction.atomic
def save_rule(*, number: int, pk: int | None, said: Mapping[str, Any]) -> Rule:
    """Add a rule, or change one. Raises ValidationError: also when it can't hold beside the others."""
    questionnaire = _unused(number)
    there = list(questionnaire.rules.all())
    before = next((one for one in there if one.pk == pk), None)
    if pk is not None and before is None:
        raise ValidationError(_("This rule isn't there any more."))
    if before is None and len(there) >= MOST_RULES:
        raise ValidationError(_("A questionnaire has %(most)s rules at most.") % {"most": MOST_RULES})
    one = before or Rule(questionnaire=questionnaire)
    for name in OF_A_RULE:
        if name in said:
            setattr(one, name, said[name])
    if one.left in one.right:
        raise ValidationError({"right": _("An indicator isn't compared with itself.")})
    indicators = list(questionnaire.indicators.all())
    numeric = {other.code for other in indicators if other.kind in NUMERIC}
    unknown = sorted({one.left, *one.right} - numeric)
    if unknown:
        raise ValidationError(
            _("Only numbers and amounts of this version are compared; these are not: %(codes)s.")
            % {"codes": ", ".join(unknown)}
        )
    _check(indicators, [*(other for other in there if other.pk != one.pk), one])
    one.save()
    _record("questionnaire.changed", questionnaire)
    return one


@transaction.atomic
def remove_rule(*, number: int, pk: int) -> None:
    questionnaire = _unused(number)
    questionnaire.rules.filter(pk=pk).delete()
    _record("questionnaire.changed", questionnaire)


def _check(indicators: Sequence[Indicator], rules: Sequence[Rule]) -> None:
    """Raises ValidationError, naming what contradicts each other."""
    sayings: list[Saying] = [Bounds(one.code, one.minimum, one.maximum) for one in indicators if one.kind in NUMERIC]
    sayings += [Relation(one.left, one.comparison, tuple(one.right)) for one in rules]
    if found := contradiction(sayings):
        labels = {one.code: one.label for one in indicators}
        raise ValidationError(
            _("No answer could meet all of these; change one of them: %(all)s.")
            % {"all": "; ".join(in_words(one, labels) for one in found)}
        )


def in_words(one: Saying, labels: Mapping[str, str]) -> str:
    """“Contracts under article 60” at most “Animation contracts”."""

    def quoted(code: str) -> str:
        return _("“%(what)s”") % {"what": labels.get(code, code)}

    if isinstance(one, Bounds):
        if one.minimum is None:
            return _("%(what)s is %(most)s at most") % {"what": quoted(one.code), "most": plain(one.maximum)}
        if one.maximum is None:
            return _("%(what)s is %(least)s at least") % {"what": quoted(one.code), "least": plain(one.minimum)}
        words = {"what": quoted(one.code), "least": plain(one.minimum), "most": plain(one.maximum)}
        return _("%(what)s is from %(least)s to %(most)s") % words
    parts = {"one": quoted(one.left), "other": " + ".join(map(quoted, one.right))}
    return {
        Comparison.AT_MOST: _("%(one)s is at most %(other)s") % parts,
        Comparison.AT_LEAST: _("%(one)s is at least %(other)s") % parts,
        Comparison.EQUAL: _("%(one)s is exactly %(other)s") % parts,
    }[Comparison(one.comparison)]


def plain(number: Decimal | None) -> str:
    """Without the zeros that a column adds: 12.5."""
    return "" if number is None else format(Decimal(number).normalize(), "f")

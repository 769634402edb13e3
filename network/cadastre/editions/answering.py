"""What is done to one census return: answers saved, files attached, filled in again, signed, taken back.

To be called inside the federation, in a transaction, with a row that is locked: by the EPN through the crossing, by the
network from its own pages (`by.for_network`). Each deed makes a new version of the return and is a step of its history.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.design.numbers import as_of
from maillage.design.two_versions import ChangedMeanwhile, version_of
from network.cadastre.editions.answers import in_full
from network.cadastre.editions.attachments import Upload
from network.cadastre.editions.checking import has_value, provenance_of
from network.cadastre.editions.enums import Kind, State, Step
from network.cadastre.editions.models import CensusReturn, Indicator, ReturnFile, ReturnStep, ReturnValue
from network.cadastre.editions.prefilling import prefill
from network.webhooks.announcing import return_signed
from tenants.registry.crossing import current_place

ONE_SITTING = dt.timedelta(minutes=30)  # saving again within it is one step of the history
LONGEST_NAME = 120


@dataclass(frozen=True)
class By:
    """Who does it. `for_network`: somebody of the network, on behalf of the EPN."""

    person_id: int | None
    name: str
    for_network: bool = False


@dataclass(frozen=True)
class Given:
    """What somebody answered: the value as it is kept, and a remark, or why there is none."""

    value: Any
    explanation: str = ""


def _refuse(text: str, code: str) -> ValidationError:
    return ValidationError(text, code=code)


def _require_open(census_return: CensusReturn) -> None:
    if census_return.edition.is_frozen:
        raise _refuse(_("This edition is closed: its returns stay as they are."), "frozen")
    if census_return.state == State.VALIDATED:
        raise _refuse(_("The network has validated this return: it stays as it is."), "validated")
    if census_return.state == State.SUBMITTED:
        text = _("This return was signed already, by %(name)s, %(moment)s. To change it, take it back first.")
        raise _refuse(
            text % {"name": census_return.signed_name, "moment": as_of(census_return.submitted_at)}, "already_signed"
        )


def _require_version(census_return: CensusReturn, seen: str) -> None:
    if seen and seen != version_of(census_return):
        raise ChangedMeanwhile(in_full(census_return))


def _changed(census_return: CensusReturn, step: Step, by: By, *, text: str = "", **written: Any) -> None:
    """A new version, and a line of the history."""
    census_return.version += 1
    for name, value in written.items():
        setattr(census_return, name, value)
    census_return.save(update_fields=["version", *written])
    now = timezone.now()
    if step == Step.SAVED:
        last = ReturnStep.objects.filter(census_return=census_return).order_by("-at", "-pk").first()
        same = (step, by.person_id, by.for_network)
        if last is not None and (last.step, last.by_id, last.for_network) == same and now - last.at < ONE_SITTING:
            ReturnStep.objects.filter(pk=last.pk).update(at=now)
            return
    _note(census_return, step, by, at=now, text=text)


def _note(census_return: CensusReturn, step: Step, by: By, *, at: dt.datetime | None = None, text: str = "") -> None:
    ReturnStep.objects.create(
        census_return=census_return,
        step=step,
        by_id=by.person_id,
        by_name=by.name[:LONGEST_NAME],
        for_network=by.for_network,
        at=at or timezone.now(),
        text=text,
    )


def save_answers(
    *,
    census_return: CensusReturn,
    seen: str,
    given: Mapping[str, Given],
    by: By,
    step: Step = Step.SAVED,
) -> int:
    """Keep answers, by the code of their indicator; those that aren't named stay. Returns how many are different.

    Values are as the form gives them: checked. A file is attached by `attach`, and only explained here. Raises
    ValidationError when the return is signed, validated or frozen, ChangedMeanwhile when it isn't the version that
    was seen.
    """
    _require_open(census_return)
    _require_version(census_return, seen)
    asked = {one.code: one for one in Indicator.objects.filter(questionnaire=census_return.edition.questionnaire_id)}
    known = {one.indicator_id: one for one in ReturnValue.objects.filter(census_return=census_return)}
    made: list[ReturnValue] = []
    changed: list[ReturnValue] = []
    for code, answer in given.items():
        indicator = asked.get(code)
        if indicator is None:
            continue
        value = known.get(indicator.pk) or ReturnValue(census_return=census_return, indicator=indicator)
        if _put(value, answer, by):
            (changed if value.pk else made).append(value)
    ReturnValue.objects.bulk_create(made)
    ReturnValue.objects.bulk_update(changed, ["value", "provenance", "explanation", "by_id", "by_name", "at"])
    if made or changed:
        _changed(census_return, step, by)
    return len(made) + len(changed)


def _put(value: ReturnValue, answer: Given, by: By) -> bool:
    """Returns whether anything is different."""
    given = answer.value if answer.value not in ("", [], {}) else None
    if (value.value, value.explanation) == (given, answer.explanation):
        return False
    if value.value != given:
        value.value, value.provenance = given, provenance_of(value.computed, given)
    value.explanation = answer.explanation
    _sign_answer(value, by)
    return True


def _sign_answer(value: ReturnValue, by: By) -> None:
    value.by_id, value.by_name, value.at = by.person_id, by.name[:LONGEST_NAME], timezone.now()


def fill_in_again(*, census_return: CensusReturn, by: By) -> int:
    """The computed values as they are now; corrections and what was declared stay. Returns how many are computed."""
    _require_open(census_return)
    filled = prefill(census_return)
    _changed(census_return, Step.PREFILLED, by)
    return filled


def attach(*, census_return: CensusReturn, code: str, upload: Upload, by: By) -> ReturnFile:
    """A file to an indicator that asks for one, in the place of the former. Raises Indicator.DoesNotExist."""
    _require_open(census_return)
    value = _of_a_file(census_return, code)
    value.value = {"name": upload.name, "sha256": upload.sha256, "bytes": len(upload.content)}
    value.provenance = provenance_of(None, value.value)
    _sign_answer(value, by)
    value.save()
    ReturnFile.objects.filter(value=value).delete()
    made: ReturnFile = ReturnFile.objects.create(
        value=value,
        name=upload.name,
        content_type=upload.content_type,
        content=upload.content,
        sha256=upload.sha256,
    )
    _changed(census_return, Step.SAVED, by)
    return made


def detach(*, census_return: CensusReturn, code: str, by: By) -> bool:
    """Take a file away. Twice is once. Raises Indicator.DoesNotExist."""
    _require_open(census_return)
    value = _of_a_file(census_return, code)
    if not has_value(value):
        return False
    ReturnFile.objects.filter(value=value).delete()
    value.value, value.provenance = None, ""
    _sign_answer(value, by)
    value.save()
    _changed(census_return, Step.SAVED, by)
    return True


def _of_a_file(census_return: CensusReturn, code: str) -> ReturnValue:
    indicator = Indicator.objects.get(questionnaire=census_return.edition.questionnaire_id, code=code, kind=Kind.FILE)
    known = ReturnValue.objects.filter(census_return=census_return, indicator=indicator).first()
    return known or ReturnValue(census_return=census_return, indicator=indicator)


def sign(*, census_return: CensusReturn, seen: str, name: str, role: str, by: By) -> None:
    """Send the return to the network, under a name and what its bearer is there.

    Raises ValidationError unless everything is answered and agrees, or when it was signed already; ChangedMeanwhile
    when it isn't what the signer has looked at.
    """
    _require_open(census_return)
    _require_version(census_return, seen)
    full = in_full(census_return)
    if not full.completeness.is_complete:
        labels = ", ".join(one.label for one in full.completeness.missing[:5])
        raise _refuse(_("Not everything is answered yet: %(labels)s.") % {"labels": labels}, "incomplete")
    if full.problems:
        raise _refuse(" ".join(one.message for one in full.problems), "problems")
    if not name.strip() or not role.strip():
        raise _refuse(_("A return is signed with a name and a role."), "unsigned")
    _changed(
        census_return,
        Step.SUBMITTED,
        by,
        text=role.strip()[:LONGEST_NAME],
        state=State.SUBMITTED,
        submitted_at=timezone.now(),
        signed_name=name.strip()[:LONGEST_NAME],
        signed_role=role.strip()[:LONGEST_NAME],
        on_behalf=by.for_network,
    )
    return_signed(current_place().schema_name, epn_id=census_return.epn_id, return_id=census_return.pk)


def take_back(*, census_return: CensusReturn, by: By) -> bool:
    """Open a signed return again, as long as the network hasn't decided. Twice is once.

    What the network wrote when it sent the return back stays on top of it. Raises ValidationError.
    """
    if census_return.edition.is_frozen or census_return.state == State.VALIDATED:
        _require_open(census_return)
    if census_return.state != State.SUBMITTED:
        return False
    _changed(
        census_return,
        Step.REOPENED,
        by,
        state=State.RETURNED if census_return.comment else State.OPEN,
        submitted_at=None,
        signed_name="",
        signed_role="",
        on_behalf=False,
    )
    return True

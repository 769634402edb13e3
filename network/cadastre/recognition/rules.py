"""What a decision, an application, a visit on the spot and criteria must be. Pure checks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from maillage.design.numbers import day_label
from network.cadastre.recognition.enums import Kind, Seen, Verdict
from network.cadastre.recognition.kinds import KINDS, is_declared

FIRST_DAY = dt.date(2000, 1, 1)
LONGEST = dt.timedelta(days=10 * 366)  # from a decision to its re-check
FURTHEST_VISIT = dt.timedelta(days=2 * 366)
LONGEST_TEXT = 2000
GIVES = (Verdict.RECOGNISED, Verdict.CONDITIONAL)
KEEPS = (Verdict.CONFIRMED,)

Problems = dict[str, ValidationError]


@dataclass(frozen=True)
class Before:
    """What a decision comes after: the running label, the last decision that counts, the signed application."""

    labelled_since: dt.date | None
    decided_on: dt.date | None = None
    signed_on: dt.date | None = None
    archived: bool = False


def past_day(day: dt.date | None, today: dt.date) -> ValidationError | None:
    if day is None:
        return ValidationError(_("Enter a date."), code="required")
    if day < FIRST_DAY:
        return ValidationError(_("Choose a day from the year 2000 on."), code="too_early")
    if day > today:
        return ValidationError(_("This day is still to come."), code="to_come")
    return None


def _not_before(day: dt.date, earlier: dt.date | None, text: Any) -> ValidationError | None:
    if earlier is not None and day < earlier:
        return ValidationError(text, params={"day": day_label(earlier)}, code="too_early")
    return None


def decision_problems(
    *,
    verdict: str,
    decided_on: dt.date | None,
    since: dt.date | None,
    until: dt.date | None,
    recheck_on: dt.date | None,
    reason: str,
    conditions: str,
    before: Before,
    today: dt.date,
) -> Problems:
    found: Problems = {}

    def say(field: str, problem: ValidationError | None) -> None:
        if problem is not None:
            found.setdefault(field, problem)

    if before.archived:
        say("verdict", ValidationError(_("This EPN is archived. Open it again first."), code="archived"))
        return found
    if verdict not in Verdict.values:
        say("verdict", ValidationError(_("Choose what is decided."), code="required"))
        return found
    say("verdict", _fits(verdict, labelled=before.labelled_since is not None))
    say("decided_on", past_day(decided_on, today))
    if decided_on is not None and "decided_on" not in found:
        say("decided_on", _not_before(
            decided_on, before.decided_on, _("The last decision is of %(day)s: choose that day or a later one.")
        ))  # fmt: skip
        say("decided_on", _not_before(
            decided_on, before.signed_on, _("The application was signed on %(day)s: choose that day or a later one.")
        ))  # fmt: skip
    if verdict in GIVES:
        say("since", past_day(since, today))
    if verdict in (*GIVES, *KEEPS) and "since" not in found:
        say("recheck_on", _recheck(recheck_on, since if verdict in GIVES else decided_on))
    if verdict == Verdict.WITHDRAWN:
        say("until", past_day(until, today))
        if until is not None and before.labelled_since is not None and until <= before.labelled_since:
            params = {"day": day_label(before.labelled_since)}
            say("until", ValidationError(_("The label began on %(day)s: choose a later day."), params=params))
    if verdict in (Verdict.REFUSED, Verdict.WITHDRAWN) and not reason.strip():
        say("reason", ValidationError(_("Say why: the EPN reads it."), code="required"))
    if verdict == Verdict.CONDITIONAL and not conditions.strip():
        say("conditions", ValidationError(_("Say which conditions: the EPN reads them."), code="required"))
    return found


def _fits(verdict: str, *, labelled: bool) -> ValidationError | None:
    if labelled and verdict in GIVES:
        return ValidationError(_("This EPN has the label already: keep it after a re-check, or withdraw it."))
    if labelled and verdict == Verdict.REFUSED:
        return ValidationError(_("This EPN has the label: it can't be refused, only withdrawn."))
    if not labelled and verdict in (Verdict.CONFIRMED, Verdict.WITHDRAWN):
        return ValidationError(_("This EPN doesn't have the label."))
    return None


def _recheck(day: dt.date | None, begins: dt.date | None) -> ValidationError | None:
    if day is None:
        return ValidationError(_("Say when the label is looked at again."), code="required")
    if begins is None:
        return None
    if day <= begins:
        return ValidationError(_("The re-check comes after the label begins."), code="too_early")
    if day > begins + LONGEST:
        return ValidationError(_("This day is too far away: ten years at most."), code="too_far")
    return None


def answer_problems(answers: Mapping[str, Decimal | None], asked: Sequence[str], *, sign: bool) -> Problems:
    """What an EPN declares; to sign, every criterion that is declared has an answer."""
    found: Problems = {}
    for kind in asked:
        value = answers.get(kind)
        if value is None:
            if sign and is_declared(kind):
                found[kind] = ValidationError(_("Answer this before you sign."), code="required")
        elif not 0 <= value <= KINDS[kind].most:
            params = {"most": KINDS[kind].most}
            found[kind] = ValidationError(_("Choose a number from 0 to %(most)s."), params=params)
    return found


def signature_problems(name: str, role: str) -> Problems:
    found: Problems = {}
    if not name.strip():
        found["signed_name"] = ValidationError(_("Sign with your name."), code="required")
    if not role.strip():
        found["signed_role"] = ValidationError(_("Say in what quality you sign."), code="required")
    return found


def inspection_problems(on: dt.date | None, findings: Mapping[str, Mapping[str, str]], today: dt.date) -> Problems:
    found: Problems = {}
    if on is None:
        found["on"] = ValidationError(_("Enter a date."), code="required")
    elif on < FIRST_DAY:
        found["on"] = ValidationError(_("Choose a day from the year 2000 on."), code="too_early")
    elif on > today + FURTHEST_VISIT:
        found["on"] = ValidationError(_("This day is too far away."), code="too_far")
    elif on > today and findings:
        found["on"] = ValidationError(_("This visit is still to come: nothing was found yet."), code="to_come")
    for kind, one in findings.items():
        if kind not in Kind.values or one.get("seen") not in Seen.values:
            found[kind] = ValidationError(_("Choose what was seen."), code="unknown_code")
    return found


def threshold_problems(thresholds: Mapping[str, Decimal | None], chosen: Sequence[str]) -> Problems:
    """Of criteria that a network sets: at least one, each with a number above zero that can be reached."""
    found: Problems = {}
    if not chosen:
        found["__all__"] = ValidationError(_("Choose one criterion at least."), code="required")
    for kind in chosen:
        about, value = KINDS[kind], thresholds.get(kind)
        if about.yes_no:
            continue
        if value is None:
            found[kind] = ValidationError(_("Give the number that is asked for."), code="required")
        elif not 0 < value <= about.most:
            params = {"most": about.most}
            found[kind] = ValidationError(_("Choose a number above 0, up to %(most)s."), params=params)
    return found


def criteria_day_problem(
    valid_from: dt.date | None, *, last_set: dt.date | None, last_decision: dt.date | None, today: dt.date
) -> ValidationError | None:
    """New criteria come after the last ones, and change nothing that was decided."""
    if valid_from is None:
        return ValidationError(_("Enter a date."), code="required")
    if valid_from < FIRST_DAY:
        return ValidationError(_("Choose a day from the year 2000 on."), code="too_early")
    if valid_from > today + LONGEST:
        return ValidationError(_("This day is too far away: ten years at most."), code="too_far")
    if last_set is not None and valid_from <= last_set:
        params = {"day": day_label(last_set)}
        text = _("The criteria of this region were set from %(day)s on: choose a later day.")
        return ValidationError(text, params=params, code="too_early")
    if last_decision is not None and valid_from <= last_decision:
        params = {"day": day_label(last_decision)}
        text = _("A decision was taken on %(day)s by the criteria before: choose a later day.")
        return ValidationError(text, params=params, code="too_early")
    return None

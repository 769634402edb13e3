"""What happens to a report, one deed at a time: locked, looked at as its reader saw it, and written in its history."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from network.reports.enums import State, Step
from network.reports.models import Report, ReportStep
from network.reports.rules import LONGEST_COMMENT
from tenants.registry.crossing import current_place

LONGEST_NAME = 120
VERBS = {
    Step.BEGUN: "funder_report.begun",
    Step.SIGNED: "funder_report.signed",
    Step.UNSIGNED: "funder_report.unsigned",
    Step.SENT: "funder_report.sent",
    Step.RETURNED: "funder_report.sent_back",
    Step.ACCEPTED: "funder_report.accepted",
    Step.REFUSED: "funder_report.refused",
    Step.REOPENED: "funder_report.decision_undone",
    Step.COMMENTED: "funder_report.commented",
    Step.DELETED: "funder_report.deleted",
    Step.RESTORED: "funder_report.restored",
}


@dataclass(frozen=True)
class By:
    """Who does it, on which side."""

    person_id: int | None
    name: str
    for_funder: bool = False


def locked(pk: int, version: int | None) -> Report:
    """Raises ValidationError when somebody else has changed the report since it was seen, or deleted it."""
    found: Report | None = Report.objects.select_for_update().filter(pk=pk, deleted_at__isnull=True).first()
    if found is None:
        raise ValidationError(_("This report isn't there any more."), code="gone")
    if version is not None and version != found.version:
        raise ValidationError(
            _("Somebody has changed this report since you opened the page. Look at it again, then decide."),
            code="changed",
        )
    return found


def require(report: Report, states: tuple[State, ...], text: str) -> None:
    if report.state not in states:
        told = _("%(why)s Now it is: %(state)s.") % {"why": text, "state": report.get_state_display()}
        raise ValidationError(told, code="state")


def done(report: Report, step: Step, by: By, *, text: str = "", at: dt.datetime | None = None) -> ReportStep:
    """Keep the report as it is now: a new version of it, a line of its history and of the journal."""
    now = at or timezone.now()
    report.version += 1
    report.updated_at = now
    report.save()
    made: ReportStep = ReportStep.objects.create(
        report=report, number=report.number, step=step, at=now, by_id=by.person_id, by_name=by.name[:LONGEST_NAME],
        for_funder=by.for_funder, text=text,
    )  # fmt: skip
    record(verb=VERBS[step], target=report.pk, space_id=current_place().space_id)
    return made


def comment_of(text: str, needed: str = "") -> str:
    """What somebody writes to the other side. Raises ValidationError; `needed`: why it can't be empty."""
    words = text.strip()
    if not words and needed:
        raise ValidationError({"comment": needed})
    if "\0" in words:
        raise ValidationError({"comment": _("There is a character in it that can't be saved. Type it again.")})
    if len(words) > LONGEST_COMMENT:
        raise ValidationError({"comment": _("At most %(most)s characters, please.") % {"most": LONGEST_COMMENT}})
    return words

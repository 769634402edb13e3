"""The third crossing, for the label: an EPN reads and signs its own application in its federation's space.

Called in the EPN. Everything here is filtered by the EPN's own id, works as the role of the crossings, and gives back
plain values: no row of the federation is carried into the EPN. Nothing else lets an EPN near these tables.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.audit.services import record
from network.cadastre.recognition import facts as known
from network.cadastre.recognition.enums import Outcome, Purpose, State
from network.cadastre.recognition.evaluating import Fact, Line, evaluate, line_of, whole
from network.cadastre.recognition.kinds import is_declared
from network.cadastre.recognition.models import Application
from network.cadastre.recognition.rules import LONGEST_TEXT, answer_problems, signature_problems
from network.cadastre.recognition.selectors import Standing, latest_signed, papers_of, running_labels, standings
from network.cadastre.recognition.sheets import (
    BenefitSheet,
    DecisionSheet,
    InspectionSheet,
    benefit_sheet,
    decision_sheet,
    inspection_sheet,
)
from tenants.registry.to_the_federation import at_the_federation

MEANWHILE = _("Somebody has changed or signed this application meanwhile. Look at it again: what you typed is below.")


@dataclass(frozen=True)
class Own:
    """The open application of an EPN, or the one that it would begin (`id` None)."""

    id: int | None = None
    version: int = 0
    purpose: Purpose = Purpose.FIRST
    state: State = State.DRAFT
    declared: dict[str, str] = field(default_factory=dict)
    remark: str = ""
    due_on: dt.date | None = None
    signed_at: dt.datetime | None = None
    signed_name: str = ""
    signed_role: str = ""

    @property
    def is_signed(self) -> bool:
        return self.state == State.SIGNED


@dataclass(frozen=True)
class File:
    """What an EPN sees of its label. `lines` are as of today, or as signed while the network decides."""

    network: str
    region: str
    criteria_source: str
    valid_from: dt.date | None
    lines: list[Line]
    own: Own
    labelled_since: dt.date | None
    recheck_on: dt.date | None
    turned_away: int
    decisions: list[DecisionSheet]
    inspections: list[InspectionSheet]
    benefits: list[BenefitSheet]

    @property
    def whole(self) -> Outcome:
        return whole(self.lines)


@transaction.atomic
def own_file() -> File:
    """Where the EPN that one is in stands. Raises LookupError when it isn't an open member of a federation."""
    with at_the_federation() as (epn_id, federation_id, network):
        found = standings(federation_id, epn_id=epn_id)
        if not found:
            raise LookupError("This EPN is no open member of its federation.")
        one, today = found[0], timezone.localdate()
        papers = papers_of(epn_id)
        own = _own(one, latest_signed([epn_id]).get(epn_id))
        facts = {**one.facts, **known.declared(own.declared, today)} if own.id and not own.is_signed else one.facts
        lines = evaluate(one.criteria.asked, facts)
        if one.open is not None and own.is_signed:
            lines = [line_of(row) for row in one.open.evidence]
        return File(
            network=network,
            region=one.region,
            criteria_source=one.criteria.source,
            valid_from=one.criteria.valid_from,
            lines=lines,
            own=own,
            labelled_since=one.labelled_since,
            recheck_on=one.recheck_on,
            turned_away=known.turned_away(epn_id, today),
            decisions=[decision_sheet(one) for one in papers.decisions if one.undone_at is None],
            inspections=[inspection_sheet(one) for one in papers.inspections],
            benefits=[benefit_sheet(one) for one in papers.benefits],
        )


def _own(one: Standing, before: Application | None) -> Own:
    """What is open; else what would be, with the answers of the last time to begin with."""
    if one.open is None:
        purpose = Purpose.RECHECK if one.labelled_since else Purpose.FIRST
        return Own(purpose=purpose, declared=dict(before.declared) if before else {})
    row = one.open
    return Own(
        id=row.pk,
        version=row.version,
        purpose=Purpose(row.purpose),
        state=State(row.state),
        declared=dict(row.declared) or (dict(before.declared) if before else {}),
        remark=row.remark,
        due_on=row.due_on,
        signed_at=row.signed_at,
        signed_name=row.signed_name,
        signed_role=row.signed_role,
    )


@transaction.atomic
def save_application(
    *,
    answers: Mapping[str, Decimal | None],
    remark: str = "",
    seen: int = 0,
    sign: bool = False,
    signed_name: str = "",
    signed_role: str = "",
) -> int:
    """Keep what the EPN declares, or sign it: then the network decides. Returns the application's number.

    `seen` is the version that the person saw (0: none yet). Raises ValidationError by field.
    """
    with at_the_federation() as (epn_id, federation_id, _network):
        found = standings(federation_id, epn_id=epn_id)
        if not found:
            raise ValidationError(_("This EPN is archived. Open it again first."), code="archived")
        one = found[0]
        if (one.open.version if one.open else 0) != seen or (one.open and one.open.state == State.SIGNED):
            raise ValidationError(MEANWHILE, code="meanwhile")
        asked = [line.asked.kind for line in one.lines]
        problems = answer_problems(answers, asked, sign=sign)
        if sign:
            problems |= signature_problems(signed_name, signed_role)
        if len(remark) > LONGEST_TEXT:
            problems["remark"] = ValidationError(_("This text is too long."), code="too_long")
        if problems:
            raise ValidationError(problems)
        application = _application(one, epn_id)
        application.declared = {
            kind: str(value)
            for kind, value in answers.items()
            if value is not None and kind in asked and is_declared(kind)
        }
        application.remark = remark.strip()
        if sign:
            _sign(application, one, signed_name, signed_role)
        try:
            with transaction.atomic():
                application.save()
        except IntegrityError as error:  # of two who begin at the same moment the other was first
            raise ValidationError(MEANWHILE, code="meanwhile") from error
        number = int(application.pk)
    record(verb="application.signed" if sign else "application.saved", target=number)
    return number


def _application(one: Standing, epn_id: int) -> Application:
    """The open one, locked, or a new one."""
    if one.open is None:
        return Application(epn_id=epn_id, purpose=Purpose.RECHECK if one.labelled_since else Purpose.FIRST)
    locked: Application = Application.objects.select_for_update().get(pk=one.open.pk, epn_id=epn_id)
    if locked.version != one.open.version:
        raise ValidationError(MEANWHILE, code="meanwhile")
    locked.version += 1
    return locked


def _sign(application: Application, one: Standing, name: str, role: str) -> None:
    now = timezone.now()
    facts: dict[str, Fact] = {
        **one.facts, **known.declared(application.declared, timezone.localdate(now))
    }  # fmt: skip
    application.evidence = [line.as_json() for line in evaluate(one.criteria.asked, facts)]
    application.state = State.SIGNED
    application.signed_at = now
    application.signed_name, application.signed_role = name.strip(), role.strip()


@transaction.atomic
def take_back() -> None:
    """The EPN takes its application back before the network has decided. Raises ValidationError when there is none."""
    with at_the_federation() as (epn_id, _federation_id, _network):
        row: Application | None = (
            Application.objects.select_for_update().filter(epn_id=epn_id, state=State.SIGNED).first()
        )
        if row is None:
            raise ValidationError(_("There is no signed application to take back."), code="none")
        # What the network asked for is still asked for: it is open again, to be signed anew.
        asked_for = row.purpose == Purpose.RECHECK and epn_id in running_labels([epn_id])
        row.state = State.DRAFT if asked_for else State.TAKEN_BACK
        row.version += 1
        row.save(update_fields=["state", "version"])
        number = row.pk
    record(verb="application.taken_back", target=number)

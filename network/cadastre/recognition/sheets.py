"""Papers as plain values in the reader's language, for the pages of the network and of the EPN."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from network.cadastre.recognition.enums import BenefitKind, Seen, Verdict
from network.cadastre.recognition.evaluating import line_of
from network.cadastre.recognition.models import Application, Benefit, Decision, Inspection
from network.cadastre.recognition.words import LineSheet, kind_label, sheets_of

TONES = {
    Verdict.RECOGNISED: ("success", "check"),
    Verdict.CONFIRMED: ("success", "check"),
    Verdict.CONDITIONAL: ("warning", "flag"),
    Verdict.REFUSED: ("danger", "close"),
    Verdict.WITHDRAWN: ("danger", "close"),
}


@dataclass(frozen=True)
class DecisionSheet:
    number: int
    label: str
    tone: str
    icon: str
    decided_on: dt.date
    since: dt.date | None
    until: dt.date | None
    recheck_on: dt.date | None
    reason: str
    conditions: str
    by_name: str
    undone_at: dt.datetime | None
    undone_by_name: str
    evidence: list[LineSheet]


def decision_sheet(one: Decision) -> DecisionSheet:
    tone, icon = TONES[Verdict(one.verdict)]
    return DecisionSheet(
        number=one.number,
        label=str(Verdict(one.verdict).label),
        tone=tone,
        icon=icon,
        decided_on=one.decided_on,
        since=one.since,
        until=one.until,
        recheck_on=one.recheck_on,
        reason=one.reason,
        conditions=one.conditions,
        by_name=one.by_name,
        undone_at=one.undone_at,
        undone_by_name=one.undone_by_name,
        evidence=sheets_of(map(line_of, one.evidence)),
    )


@dataclass(frozen=True)
class Finding:
    label: str
    seen: str
    note: str


@dataclass(frozen=True)
class InspectionSheet:
    id: int
    on: dt.date
    by_name: str
    findings: list[Finding]
    note: str  # the network's own: the EPN doesn't read it


def inspection_sheet(one: Inspection) -> InspectionSheet:
    found = [
        Finding(kind_label(kind), str(Seen(said["seen"]).label), said.get("note", ""))
        for kind, said in one.findings.items()
    ]
    return InspectionSheet(one.pk, one.on, one.by_name, found, one.note)


@dataclass(frozen=True)
class BenefitSheet:
    id: int
    epn_id: int
    on: dt.date
    kind: str
    label: str
    quantity: int
    value_eur: Decimal | None

    @property
    def what(self) -> str:
        return f"{self.kind} · {self.label}" if self.label else self.kind


def benefit_sheet(one: Benefit) -> BenefitSheet:
    kind = str(BenefitKind(one.kind).label)
    return BenefitSheet(one.pk, one.epn_id, one.on, kind, one.label, one.quantity, one.value_eur)


@dataclass(frozen=True)
class ApplicationSheet:
    purpose: str
    state: str
    signed_at: dt.datetime | None
    signed_name: str
    signed_role: str
    due_on: dt.date | None
    remark: str
    evidence: list[LineSheet]


def application_sheet(one: Application) -> ApplicationSheet:
    return ApplicationSheet(
        purpose=str(one.get_purpose_display()),
        state=str(one.get_state_display()),
        signed_at=one.signed_at,
        signed_name=one.signed_name,
        signed_role=one.signed_role,
        due_on=one.due_on,
        remark=one.remark if one.signed_at else "",
        evidence=sheets_of(map(line_of, one.evidence)),
    )

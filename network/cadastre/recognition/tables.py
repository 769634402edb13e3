"""The tables of the label as rows, for the downloads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.design.csv_export import Cell
from maillage.reference.selectors import commune_label
from network.cadastre.recognition.enums import Outcome, State, Verdict
from network.cadastre.recognition.regions import region_label
from network.cadastre.recognition.selectors import Standing
from network.cadastre.recognition.sheets import BenefitSheet
from network.cadastre.recognition.simulation import Row
from network.cadastre.recognition.words import failing, whole_in_words

EPN = (
    "epn", "commune", "commune_code", "region", "labelled_since", "criteria", "not_met", "not_known", "last_decision",
    "decided_on", "recheck_on", "application", "signed_on",
)  # fmt: skip


def header_of_epn() -> list[Cell]:
    return [
        _("EPN"), _("commune"), _("Code of the commune"), _("region"), _("has the label since"), _("Criteria today"),
        _("Not met"), _("Not known"), _("Last decision"), _("decided on"), _("re-check before"), _("application"),
        _("signed on"),
    ]  # fmt: skip


def rows_of_epn(rows: Iterable[Standing]) -> Iterator[list[Cell]]:
    for one in rows:
        decision, application = one.decision, one.open
        signed = application.signed_at if application else None
        yield [
            one.member.name, commune_label(one.member.commune), one.member.commune, region_label(one.region),
            one.labelled_since, whole_in_words(one.whole), " | ".join(failing(one.lines)),
            " | ".join(failing(one.lines, Outcome.UNKNOWN)),
            str(Verdict(decision.verdict).label) if decision else "", decision.decided_on if decision else None,
            one.recheck_on, str(State(application.state).label) if application else "",
            timezone.localdate(signed) if signed else None,
        ]  # fmt: skip


SIMULATED = ("epn", "commune", "commune_code", "labelled", "effect", "code", "not_met", "not_known")


def header_of_simulated() -> list[Cell]:
    return [
        _("EPN"), _("commune"), _("Code of the commune"), _("label"), _("What would happen"), _("Code"), _("Not met"),
        _("Not known"),
    ]  # fmt: skip


def rows_of_simulated(rows: Iterable[Row]) -> Iterator[list[Cell]]:
    for row in rows:
        member = row.standing.member
        yield [
            member.name, commune_label(member.commune), member.commune,
            _("yes") if row.standing.labelled_since else _("no"), str(row.effect.label), row.effect.value,
            " | ".join(failing(row.lines)), " | ".join(failing(row.lines, Outcome.UNKNOWN)),
        ]  # fmt: skip


BENEFITS = ("epn", "on", "what", "label", "quantity", "value_eur")


def header_of_benefits() -> list[Cell]:
    return [_("EPN"), _("received on"), _("what"), _("in words"), _("how many"), _("value in euros")]


def rows_of_benefits(rows: Iterable[tuple[str, BenefitSheet]]) -> Iterator[list[Cell]]:
    for name, one in rows:
        yield [name, one.on, one.kind, one.label, one.quantity, one.value_eur]

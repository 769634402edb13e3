"""Article 60 contracts as rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext as _

from maillage.design.csv_export import Cell
from tenants.article60.enums import OUTCOMES
from tenants.article60.models import Evaluation
from tenants.article60.selectors import Clock, YearOfEnds

NAMES = (
    "person", "cpas", "starts_on", "ends_on", "known_from", "planned_end", "cpas_end", "estimate_earliest",
    "estimate_latest", "rule_missing_on", "days", "days_wanted", "prior_days", "contribution_eur", "next_evaluation",
)  # fmt: skip
OUTCOME_NAMES = ("year", "ended", *(str(one.value) for one in OUTCOMES), "not_written")


def header() -> list[Cell]:
    return [
        _("Person"), _("CPAS"), _("Start"), _("End"), _("Known from"), _("Planned end"), _("End date of the CPAS"),
        _("Estimate, at the earliest"), _("Estimate, at the latest"), _("No rule is known for"), _("Days so far"),
        _("Days wanted"), _("Days known from before"), _("Contribution a month (€)"), _("Next evaluation"),
    ]  # fmt: skip


def rows(clocks: Iterable[Clock], upcoming: Mapping[int, Evaluation]) -> Iterator[list[Cell]]:
    for one in clocks:
        kept = one.convention
        evaluation = upcoming.get(kept.pk) if kept is not None else None
        yield [
            one.contract.member.name, (kept.cpas if kept else "") or one.contract.legal_employer,
            one.contract.starts_on, one.ends_on, one.by.label, one.contract.planned_end,
            kept.cpas_end if kept else None,
            one.estimate.earliest.day, one.estimate.latest.day, one.estimate.latest.missing_on, one.whole_days,
            one.target, kept.prior_days if kept else None, kept.contribution if kept else None,
            evaluation.planned_on if evaluation is not None else None,
        ]  # fmt: skip


def outcome_header() -> list[Cell]:
    return [_("Year of the end"), _("Contracts that ended"), *(one.label for one in OUTCOMES), _("Not written yet")]


def outcome_rows(years: Iterable[YearOfEnds]) -> Iterator[list[Cell]]:
    for one in years:
        yield [one.year, one.ended, *one.by_outcome, one.unwritten]

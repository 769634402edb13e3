"""What a contract type asks for, piece by piece. The reference data holds the pieces in English, `;` between.

What the program does with a type follows from these pieces and never from its code, so that a type which a federation
adds is treated like the others.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_noop as _

from maillage.reference.models import ContractType
from maillage.reference.selectors import RuleUnknown, contract_type, rule_value
from tenants.staff.enums import Employer
from tenants.staff.models import Contract

HALF_TIME = _("at least half-time")
AT_MOST_28 = _("at most 28 h/week")
SIX_TO_TWELVE = _("6 to 12 months")
DAYS = _("days target and days done")
ENTERPRISE = _("enterprise number")
YEARLY, HOURS = _("yearly hours"), _("hours")
UNDER_26, FROM_18_TO_25 = _("age under 26 at start"), _("age 18 to 25")

# The fact of a contract that answers a piece. What stands here in no line is kept elsewhere: a convention's terms, a
# volunteer's papers.
FIELD_OF = {
    _("CPAS"): "legal_employer",
    _("employer named on the contract"): "legal_employer",
    _("planned end"): "planned_end",
    _("end date"): "planned_end",
    SIX_TO_TWELVE: "planned_end",
    _("person replaced"): "replaces_id",
    YEARLY: "hours_per_year",
    HOURS: "hours_per_year",
    UNDER_26: "born_on",
    FROM_18_TO_25: "born_on",
    _("Actiris post number"): "reference",
    _("subsidy reference"): "reference",
    ENTERPRISE: "reference",
    _("CPAS convention"): "reference",
    _("tripartite convention"): "reference",
    _("convention"): "reference",
}
REFERENCES = {
    "CPAS convention": _("Number of the CPAS convention"),
    "tripartite convention": _("Reference of the tripartite convention"),
    "convention": _("Reference of the convention"),
}
KEPT_ELSEWHERE = (
    _("mise-à-disposition convention"),
    _("monthly contribution (may be 0)"),
    _("start"),
    DAYS,
    HALF_TIME,
    AT_MOST_28,
    _("information note before the start"),
    _("insurance"),
    _("defrayal ledger against dated ceilings"),
    _("C45B first if unemployed"),
)
KNOWN = (*FIELD_OF, *KEPT_ELSEWHERE)
AGES = {UNDER_26: (15, 25), FROM_18_TO_25: (18, 25)}  # at the start, both ages belonging to it
LENT = frozenset({Employer.CPAS, Employer.HOST_OR_PARTNER, Employer.COMMUNE_OR_CPAS})  # employer ≠ host is usual
BORN_ON = _("date of birth")
WITHOUT_ANY_AGE = "art60_days_any_age"


def known_type(code: str) -> ContractType | None:
    try:
        return contract_type(code)
    except KeyError:
        return None


def counts_in_fte(code: str) -> bool:
    kind = known_type(code)
    return kind is not None and kind.counts_in_fte


def pieces(kind: ContractType) -> list[str]:
    return [piece.strip() for piece in kind.requires.split(";") if piece.strip()]


def requirements(kind: ContractType) -> list[str]:
    return [translated(piece) for piece in pieces(kind)]


def always_ends(kind: ContractType) -> bool:
    return any(FIELD_OF.get(piece) == "planned_end" for piece in pieces(kind))


def ages_of(kind: ContractType) -> tuple[int, int] | None:
    """The youngest and the oldest that one may be at the start."""
    return next((AGES[piece] for piece in pieces(kind) if piece in AGES), None)


def age_matters(kind: ContractType, last_day: dt.date | None) -> bool:
    """Whether a rule depends on the date of birth. Of article 60, only where it ended under the rules of before."""
    if ages_of(kind) is not None:
        return True
    if DAYS not in pieces(kind) or last_day is None:
        return False
    try:
        rule_value(WITHOUT_ANY_AGE, "be", last_day)
    except RuleUnknown:
        return True
    return False


def reference_label(kind: ContractType) -> str:
    """What the field for a number is called under this type; "" where the type asks for none."""
    piece = next((one for one in pieces(kind) if FIELD_OF.get(one) == "reference"), "")
    return translated(REFERENCES[piece]) if piece in REFERENCES else capfirst(translated(piece)) if piece else ""


def fields_of(kind: ContractType) -> set[str]:
    """The facts beyond the usual ones that the form asks for under this type."""
    found = {FIELD_OF[piece] for piece in pieces(kind) if piece in FIELD_OF} - {"legal_employer", "planned_end"}
    return found | {"host"} if kind.legal_employer in LENT else found


@dataclass(frozen=True)
class Missing:
    """What a contract still lacks: the fact, and its name in the reader's language."""

    field: str
    text: str

    def __str__(self) -> str:
        return self.text


def missing(contract: Contract) -> list[Missing]:
    """What its type asks for and nobody has written yet. It stops nobody from starting on Monday.

    Reads `contract.member`.
    """
    kind = known_type(contract.type)
    if kind is None:
        return []
    found = []
    for piece in pieces(kind):
        field = FIELD_OF.get(piece)
        if field == "born_on":
            continue
        if field is not None and getattr(contract, field) in (None, ""):
            found.append(Missing(field, reference_label(kind) if field == "reference" else translated(piece)))
    if contract.member.born_on is None and age_matters(kind, contract.ends_on or timezone.localdate()):
        found.append(Missing("born_on", translated(BORN_ON)))
    return found

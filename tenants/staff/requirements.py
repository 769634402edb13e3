"""What a contract type requires, in the reader's language. The reference data holds it in English, `;` between."""

from django.utils.translation import gettext as translated
from django.utils.translation import gettext_noop as _

from maillage.reference.models import ContractType

KNOWN = (
    _("CPAS"),
    _("mise-à-disposition convention"),
    _("monthly contribution (may be 0)"),
    _("start"),
    _("planned end"),
    _("days target and days done"),
    _("CPAS convention"),
    _("employer named on the contract"),
    _("Actiris post number"),
    _("subsidy reference"),
    _("at least half-time"),
    _("age under 26 at start"),
    _("end date"),
    _("person replaced"),
    _("yearly hours"),
    _("hours"),
    _("tripartite convention"),
    _("at most 28 h/week"),
    _("6 to 12 months"),
    _("age 18 to 25"),
    _("convention"),
    _("information note before the start"),
    _("insurance"),
    _("defrayal ledger against dated ceilings"),
    _("C45B first if unemployed"),
    _("enterprise number"),
)


def pieces(kind: ContractType) -> list[str]:
    return [piece.strip() for piece in kind.requires.split(";") if piece.strip()]


def requirements(kind: ContractType) -> list[str]:
    return [translated(piece) for piece in pieces(kind)]

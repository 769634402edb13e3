"""Whose space it is: a reviewer's own funders, or the one that the network's coordinator looks at it as.

Everything in this folder begins here: what isn't of `Whose.funders` isn't there.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet

from network.funding.enums import FunderKind
from network.funding.models import Funder
from tenants.registry.enums import Role
from tenants.registry.models import Membership


@dataclass(frozen=True)
class Whose:
    """`funder`: the one that is shown. `may_decide`: its own reviewer does, the network's coordinator only looks."""

    funders: tuple[Funder, ...]
    funder: Funder | None
    may_decide: bool

    @property
    def query(self) -> str:
        """What a link must carry so that it stays with this funder: nothing where there is one only."""
        if self.funder is None or len(self.funders) < 2:
            return ""
        return f"?{urlencode({'funder': self.funder.code})}"

    @property
    def ids(self) -> list[int]:
        return [one.pk for one in self.funders]


def whose(membership: Membership, asked: str = "") -> Whose:
    """One statement. `asked`: the code of the funder that was chosen; a code of somebody else's counts for nothing."""
    alive: QuerySet[Funder] = Funder.objects.filter(deleted_at__isnull=True).order_by("name", "pk")
    reviewer = membership.role == Role.FUNDER_REVIEWER
    found = alive.filter(code__in=membership.funder_codes) if reviewer else alive.exclude(kind=FunderKind.OWN)
    funders = tuple(found)
    chosen = next((one for one in funders if one.code == asked), funders[0] if funders else None)
    return Whose(funders, chosen, may_decide=reviewer)

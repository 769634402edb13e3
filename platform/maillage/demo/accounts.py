"""The demo's sign-ins, as they are in the database."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from maillage.demo.people import CAST, PASSWORD
from tenants.registry.crossing import path_of
from tenants.registry.models import Membership
from tenants.registry.selectors import running


@dataclass(frozen=True)
class SignIn:
    """Who may sign in where: `space` is the path of a network or of an EPN."""

    role: str
    email: str
    password: str
    space: str

    def as_json(self) -> dict[str, str]:
        return asdict(self)


def sign_ins() -> list[SignIn]:
    """One for each space of each of the cast, in their order."""
    emails = [one.email for one in CAST]
    found = Membership.objects.filter(running(), person__email__in=emails, space__archived_at__isnull=True)
    rows = [
        SignIn(role=one.role, email=one.person.email, password=PASSWORD, space=path_of(one.space))
        for one in found.select_related("person", "space").order_by("pk")
        if one.space is not None
    ]
    return sorted(rows, key=lambda row: emails.index(row.email))

"""Which charter is in force, and who has agreed. Read outside the space."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.reference.sorting import Alphabetical
from tenants.registry.charter.models import Agreement, Charter
from tenants.registry.models import Affiliation, Epn


def charter_of(federation_id: int) -> Charter | None:
    """The version in force."""
    return Charter.objects.filter(federation=federation_id).select_related("federation__space").first()


def versions_of(federation_id: int) -> list[Charter]:
    return list(Charter.objects.filter(federation=federation_id).select_related("published_by"))


@dataclass(frozen=True)
class Asked:
    """What an EPN's network asks of it: the charter in force, and the EPN's answer to it."""

    charter: Charter
    agreement: Agreement | None


def asked_of(epn_id: int) -> Asked | None:
    """None when the EPN is in no network now, or its network has no charter."""
    federation_id = (
        Affiliation.objects.filter(epn=epn_id, until__isnull=True).values_list("federation", flat=True).first()
    )
    charter = charter_of(federation_id) if federation_id is not None else None
    if charter is None:
        return None
    return Asked(charter, Agreement.objects.filter(charter=charter, epn=epn_id).select_related("by").first())


@dataclass(frozen=True)
class Answer:
    epn: Epn
    agreement: Agreement | None


def answers_to(charter: Charter) -> list[Answer]:
    """Every EPN of the network now, those that haven't agreed first."""
    given = {one.epn_id: one for one in Agreement.objects.filter(charter=charter).select_related("by")}
    members = Epn.objects.filter(
        affiliations__federation=charter.federation_id,
        affiliations__until__isnull=True,
        space__archived_at__isnull=True,
    ).select_related("space")
    answers = [Answer(one, given.get(one.pk)) for one in members.order_by(Alphabetical("space__name"), "pk")]
    return sorted(answers, key=lambda one: one.agreement is not None)

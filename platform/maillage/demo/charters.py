"""The charter on staff data: published by the network, agreed to by all EPN of it but a few."""

from __future__ import annotations

import datetime as dt

from maillage.demo.visits import ZONE
from tenants.registry.charter.forms import first_texts
from tenants.registry.charter.models import Agreement, Charter
from tenants.registry.enums import Role
from tenants.registry.models import Epn, Federation, Membership

PUBLISHED = dt.datetime(2022, 2, 1, 10, 0, tzinfo=ZONE)
NOT_YET = 3  # EPN that haven't answered


def publish_charter(federation: Federation, network: str) -> None:
    """In no space."""
    publisher = Membership.objects.filter(space=federation.pk, role=Role.NETWORK_COORDINATOR).earliest("pk")
    charter = Charter.objects.create(
        federation=federation, number=1, published_at=PUBLISHED, published_by_id=publisher.person_id,
        **first_texts(None, network),
    )  # fmt: skip
    members = Epn.objects.filter(affiliations__federation=federation).order_by("pk")
    coordinators: dict[int | None, int] = {}
    for one in Membership.objects.filter(space__epn__in=members, role=Role.EPN_COORDINATOR).order_by("-pk"):
        coordinators[one.space_id] = one.person_id
    agreeing = [epn for epn in members if epn.pk in coordinators][:-NOT_YET]
    Agreement.objects.bulk_create(
        Agreement(
            charter=charter, epn=epn, by_id=coordinators[epn.pk], quality="Coordination",
            agreed_at=PUBLISHED + dt.timedelta(days=number % 20, minutes=number),
        )
        for number, epn in enumerate(agreeing, start=1)
    )  # fmt: skip

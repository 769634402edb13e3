"""What the documents of a network and of no space promise is kept, whoever asks for whatever."""

from __future__ import annotations

from collections import Counter

import pytest

from tenants.registry.team.services import invite
from tests.api.conftest import CABAN
from tests.api.exploring import WHO, Known, explore
from tests.conftest import Cast

EXAMPLES = 10
cases: Counter[str] = Counter()


@pytest.fixture
def known(cast: Cast) -> Known:
    """Somebody of the team and somebody who is invited, so that writes succeed too."""
    eva = cast.eva.memberships.get().pk
    invitation, _secret = invite(
        space=cast.caban.space, email="zoe@example.org", role="network_observer", language="fr", by=cast.dries
    )
    role = {"role": "network_observer", "funder": ""}
    return {
        "/api/v1/memberships/{id}/": {**role, "id": eva},
        "/api/v1/invitations/": role,
        "/api/v1/invitations/{id}/": {"id": invitation.pk},
        "/api/v1/invitations/{id}/resend/": {"id": invitation.pk},
    }


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("address", ["/api/v1/", f"{CABAN}/"])
def test_it_keeps_its_promises_to(address: str, who: str, cast: Cast, known: Known) -> None:
    found = explore(address, who, cast, examples=EXAMPLES, known=known)

    cases[f"{address} {who}"] = found.cases
    print(address, who, found)
    assert not [status for status in found.statuses if status >= 500]


def test_that_was_enough_of_them() -> None:
    assert len(cases) < 2 * len(WHO) or sum(cases.values()) >= 600, cases

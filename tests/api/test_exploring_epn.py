"""What an EPN's document promises is kept, whoever asks for whatever."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tenants.activity.models import Visit
from tenants.registry.enums import ROLES_OF_KIND, Kind
from tenants.staff.models import Contract, StaffMember
from tests.api.conftest import POSTE
from tests.api.exploring import WHO, Known, explore
from tests.conftest import Cast, inside
from tests.thoroughness import THOROUGH

EXAMPLES = 12 if THOROUGH else 2
ENOUGH = 3_800 if THOROUGH else 600


@pytest.fixture
def known(cast: Cast, site_id: int) -> Known:
    """What is there, by the paths that name it."""
    day = dt.date(2026, 10, 30)
    with inside(cast.poste):
        visit = Visit.objects.create(
            date=day, minutes=20, site_id=site_id, mode="individual", themes=["tax"], outcome="solved"
        )
        member = StaffMember.objects.create(name="Zoé")
        contract = Contract.objects.create(
            member=member, type="cdi", legal_employer="ASBL", starts_on=day, hours_per_week=Decimal(19)
        )
    a_visit: dict[str, Any] = {
        "date": "2026-10-30", "minutes": 1, "site": site_id, "mode": "individual", "themes": ["tax"],
        "outcome": "solved", "autonomy": "", "obstacle_provider": "", "obstacle_channel": "", "obstacle_kind": "",
        "obstacle_cost_eur": None, "margins": {}, "animator": None, "attendances": 1,
        "obstacle_minutes_lost": None, "exceptional": False, "causes": [], "referral": "", "referral_to": "",
        "language": "", "accessibility": [],
    }  # fmt: skip
    a_contract: dict[str, Any] = {
        "member": member.pk, "member_name": "Zoé", "type": "cdi", "role": "animation", "legal_employer": "ASBL",
        "starts_on": "2026-10-30", "planned_end": None, "ended_on": None, "hours_per_week": 1,
        "full_time_hours": 38, "confirmed": ["over_full_time", "same_name", "overlap"],
    }  # fmt: skip
    a_site: dict[str, Any] = {
        "postcode": "1030", "town": "Schaerbeek", "commune": "21015", "country": "be", "latitude": 50.8,
        "longitude": 4.3, "website": "", "opening_hours": "Mo 09:00-12:00", "modes": ["individual"], "retired": False,
    }  # fmt: skip
    return {
        "/api/v1/visits/": a_visit,
        "/api/v1/visits/{id}/": {**a_visit, "id": visit.pk},
        "/api/v1/contracts/": a_contract,
        "/api/v1/contracts/{id}/": {**a_contract, "id": contract.pk},
        "/api/v1/sites/": a_site,
        "/api/v1/sites/{id}/": {**a_site, "id": site_id},
    }


def test_an_epn_keeps_its_promises_to_everybody(cast: Cast, known: Known) -> None:
    found = explore(f"{POSTE}/", WHO, cast, examples=EXAMPLES, known=known)

    for one in found:
        print(one.who, one.cases, one.statuses)
        assert not [status for status in one.statuses if status >= 500], one
        if one.who in ROLES_OF_KIND[Kind.EPN]:
            assert {200, 201} <= set(one.statuses), one
        else:
            assert set(one.statuses) <= {401, 404}, one
    assert sum(one.cases for one in found) >= ENOUGH

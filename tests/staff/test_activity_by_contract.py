"""Visits and minutes by the contract of who helped: for the EPN's coordinator, and in sums for the network."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.test import Client

from network.figures.models import Flow
from network.figures.services import sweep
from network.figures.verification import verify
from tenants.activity.models import Visit
from tenants.staff.services import change_contract, delete_contract
from tests.cadastre.deeds import visits
from tests.conftest import Cast, inside
from tests.staff.test_contract_pages import SignIn, save, words


def rows_of(client: Client, address: str) -> dict[str, Any]:
    response = client.get(f"{address}&download=json")
    rows = json.loads(b"".join(response.streaming_content))["rows"]  # type: ignore[arg-type]
    return {row["code"]: (row["visits"], row["minutes"]) for row in rows}


def test_visits_count_under_the_type_of_the_contract_of_that_day(cast: Cast, signed_in: SignIn) -> None:
    contract = save(cast, type="art60", planned_end=dt.date(2026, 12, 31), legal_employer="CPAS")
    gone = save(cast, "Gone")
    visits(cast.poste, "2026-03-02", "2026-03-03", "2026-04-07")
    visits(cast.abattoirs, "2026-03-02")
    with inside(cast.poste):
        first, second, _third = Visit.objects.order_by("date")
        Visit.objects.filter(pk=first.pk).update(contract=contract)
        Visit.objects.filter(pk=second.pk).update(contract=gone)
        delete_contract(contract=gone)
        minutes = first.minutes
    sweep(federations=[cast.caban])

    epn, network = "/caban/rue-de-la-poste/overview/?year=2026", "/caban/cadastre/?year=2026"
    amina, dries = signed_in(cast.amina), signed_in(cast.dries)
    one = (1, minutes)
    assert rows_of(amina, f"{epn}&table=contract_type") == {"art60": one, "cdi": one, "none": one}
    assert rows_of(dries, f"{network}&table=activity") == {"art60": one, "cdi": one, "none": (2, 2 * minutes)}
    assert "aucun contrat connu" in words(amina.get(epn).content.decode())
    assert "aucun contrat connu" in words(dries.get(network).content.decode())
    for animator in ("", "&table=contract_type&download=json"):
        seen = signed_in(cast.bram).get(f"{epn}{animator}")
        assert "aucun contrat connu" not in seen.content.decode() and "art60" not in seen.content.decode()
    assert verify(cast.caban).differences == []

    with inside(cast.poste):
        change_contract(contract=contract, type="cdd")
    sweep(federations=[cast.caban])
    with inside(cast.caban):
        found = Flow.objects.filter(figure="visits", dimension="contract_type", epn_id=cast.poste.pk)
        assert set(found.values_list("value", "count")) == {("cdd", 1), ("cdi", 1), ("none", 1)}
    assert verify(cast.caban).differences == []

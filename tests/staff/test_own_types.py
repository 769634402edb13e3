"""A federation adds contract types of its own; only its EPN are offered them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from maillage.reference.models import ContractType
from maillage.reference.selectors import forget
from maillage.reference.services import load_reference
from network.figures.services import sweep
from network.figures.verification import verify
from tenants.staff.requirements import missing
from tenants.staff.services import NewMember, add_contract
from tests.conftest import Cast, inside
from tests.staff.test_contract_pages import BASE, SignIn, save, typed, words
from tests.staff.test_contracts import stocks

THERE = "/caban/settings/contract-types/"


def test_a_type_is_added_offered_to_its_own_epn_counted_and_retired(cast: Cast, signed_in: SignIn) -> None:
    dries, amina = signed_in(cast.dries), signed_in(cast.amina)
    said = {"label_fr": "<b>Contrat coopératif", "label_nl": "Coöperatief", "label_en": "Cooperative", "code": "coop",
            "legal_employer": "host", "counts_in_fte": "on", "requires": ["age under 26 at start"]}  # fmt: skip
    try:
        saved = dries.post(f"{THERE}add/", said)
        again = dries.post(f"{THERE}add/", said)
        wrong = dries.post(f"{THERE}add/", said | {"code": "Ça va", "label_nl": "", "requires": ["x"]})
        kind = ContractType.objects.get(federation_id=cast.caban.pk)
        form = amina.get(BASE + "add/").content.decode()
        contract = save(cast, type=kind.code, starts_on=dt.date(2026, 1, 5))
        sweep(federations=[cast.caban])

        assert saved.status_code == 302 and "déjà un type" in words(again.content.decode())
        assert wrong.status_code == 200 and "petites lettres" in words(wrong.content.decode())
        assert f'value="{kind.code}"' in form and "&lt;b&gt;Contrat coopératif" in form
        assert "coopératif" in words(amina.get(f"{BASE}{contract.pk}/").content.decode())
        assert [one.field for one in missing(contract)] == ["born_on"]
        assert stocks(cast, dt.date(2026, 3, 31))["type", kind.code] == (1, Decimal("0.5"))
        assert verify(cast.caban).differences == []
        with pytest.raises(ValidationError) as caught, inside(cast.nevers):
            _add_at_nevers(kind.code)
        assert [one.code for one in caught.value.error_dict["type"]] == ["unknown_type"]
        chloe = signed_in(cast.chloe).get("/caban/abattoirs/contracts/add/").content.decode()
        farid = signed_in(cast.farid).get("/loire/nevers/contracts/add/").content.decode()
        assert kind.code in chloe and kind.code not in farid

        load_reference()
        kind.refresh_from_db()
        assert kind.retired_at is None  # the files are the truth of everybody's types only
        dries.post(f"{THERE}{kind.pk}/retire/")
        assert f'value="{kind.code}"' not in amina.get(BASE + "add/").content.decode()
        assert amina.post(BASE + "add/", typed(type=kind.code)).status_code == 200
        dries.post(f"{THERE}{kind.pk}/restore/")
        assert f'value="{kind.code}"' in amina.get(BASE + "add/").content.decode()
        everybodys = ContractType.objects.get(code="cdi")
        assert dries.post(f"{THERE}{everybodys.pk}/retire/").status_code == 404
        dries.get(THERE)  # says what was done
        assert "plus proposé" not in words(dries.get(THERE).content.decode())
    finally:
        forget()


def _add_at_nevers(code: str) -> None:
    add_contract(member=NewMember("Zoé"), type=code, legal_employer="Association", starts_on=dt.date(2026, 1, 5),
                 hours_per_week=Decimal(19))  # fmt: skip

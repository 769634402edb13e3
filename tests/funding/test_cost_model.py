import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from network.funding.models import CostModel
from network.funding.selectors import cost_model_on, need_eur
from network.funding.services import set_cost_model
from tenants.registry.enums import Role
from tenants.registry.services import grant_membership
from tests.conftest import Cast, inside

URL = "/caban/funding/cost/"


def test_a_year_uses_the_amount_of_its_last_day(cast: Cast) -> None:
    with inside(cast.caban):
        set_cost_model(valid_from=dt.date(2022, 1, 1), amount_eur=Decimal(25000))
        set_cost_model(valid_from=dt.date(2025, 7, 1), amount_eur=Decimal(28000))

        assert cost_model_on(dt.date(2021, 12, 31)) is None
        found = [cost_model_on(dt.date(year, 12, 31)) for year in (2022, 2024, 2025)]
        assert [one.amount_eur for one in found if one] == [25000, 25000, 28000]


def test_the_need_is_the_amount_times_the_epn_and_not_known_without_one() -> None:
    assert need_eur(CostModel(amount_eur=Decimal(25000)), 22) == 550_000
    assert need_eur(None, 22) is None


def test_an_amount_below_zero_is_refused(cast: Cast) -> None:
    with inside(cast.caban), pytest.raises(ValidationError):
        set_cost_model(valid_from=dt.date(2022, 1, 1), amount_eur=Decimal(-1))


def test_dries_adds_an_amount_on_the_page(cast: Cast, signed_in) -> None:
    client = signed_in(cast.dries)

    response = client.post(URL, {"valid_from": "2022-01-01", "amount_eur": "25 000,50", "source": "<b>CA</b>"})

    assert response.status_code == 302, response.context["form"].errors
    text = client.get(URL).content.decode()
    assert "⟦undefined" not in text and "&lt;b&gt;CA" in text
    with inside(cast.caban):
        assert CostModel.objects.get().amount_eur == Decimal("25000.50")


@pytest.mark.parametrize(
    "fields",
    [{"amount_eur": "-1"}, {"amount_eur": "1e99"}, {"amount_eur": "NaN"}, {"valid_from": "x"}, {"source": "y" * 300}],
)
def test_bad_input_is_a_message(cast: Cast, signed_in, fields: dict[str, str]) -> None:
    response = signed_in(cast.dries).post(URL, {"valid_from": "2022-01-01", "amount_eur": "1", **fields})

    assert response.status_code == 200 and response.context["form"].errors


def test_an_observer_reads_and_does_not_write(cast: Cast, signed_in) -> None:
    grant_membership(person=cast.chloe, space=cast.caban.space, role=Role.NETWORK_OBSERVER)
    client = signed_in(cast.chloe)

    assert client.get(URL).status_code == 200
    assert client.post(URL, {"valid_from": "2022-01-01", "amount_eur": "1"}).status_code == 403

"""What one EPN costs, by items; need, secured and gap, equal to a recount by hand."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from network.cadastre.services import grant_recognition
from network.directory.cards import copy_cards
from network.funding.ledger import services as ledger
from network.funding.models import Allocation, CostItem, CostModel, EpnCost
from network.funding.needs.rows import Scenario
from network.funding.needs.selectors import needs
from network.funding.needs.services import write
from network.funding.services import set_cost_items, set_cost_model
from tests.conftest import Cast, inside
from tests.funding.test_ledger import a_grant

URL = "/caban/funding/"
NB = "\N{NO-BREAK SPACE}"
THIS_YEAR = dt.date.today().year


def the_model(cast: Cast, amount: int = 25_000, day: dt.date = dt.date(2019, 1, 1)) -> CostModel:
    with inside(cast.caban):
        return set_cost_model(valid_from=day, amount_eur=Decimal(amount), source="Étude")


def rows(*items: dict[str, Any], version: object = "") -> dict[str, Any]:
    """As a browser sends the lines of a cost."""
    sent: dict[str, Any] = {"items-dummy": "", "version": version}
    sent |= {"form-TOTAL_FORMS": len(items), "form-INITIAL_FORMS": 0}
    for place, item in enumerate(items):
        sent |= {f"form-{place}-{name}": value for name, value in item.items()}
    return sent


HALF_TIME = {"kind": "staff", "label": "Mi-temps <b>", "unit_eur": "41 000", "quantity": "0,5", "hours_a_week": "15"}
LAPTOPS = {"kind": "equipment", "label": "=1+1", "unit_eur": "500", "quantity": "8", "years": "4"}


def test_an_amount_is_the_sum_of_its_items_and_one_in_use_isnt_rewritten_silently(cast: Cast, signed_in: Any) -> None:
    client, model = signed_in(cast.dries), the_model(cast)
    page = f"{URL}cost/{model.pk}/"

    refused = client.post(page, rows(HALF_TIME, LAPTOPS, version=1))
    assert refused.status_code == 200 and f"21{NB}500{NB}€" in refused.context["form"].errors["replace"][0]
    assert "Mi-temps &lt;b&gt;" in refused.content.decode(), "the lines are kept"
    taken = client.post(page, {**rows(HALF_TIME, LAPTOPS, version=1), "replace": "on"})
    assert taken.status_code == 302, taken.context["form"].errors

    text = client.get(page).content.decode()
    assert f"21{NB}500{NB}€" in text and f"1{NB}000{NB}€" in text and "⟦undefined" not in text
    with inside(cast.caban):
        assert CostModel.objects.get().amount_eur == Decimal(21_500), "41 000 × 0.5 + 500 × 8 ÷ 4"
    csv = b"".join(client.get(f"{page}?download=csv").streaming_content).decode()
    assert csv.count("\n") == 3 and ";=1+1" not in csv
    # Somebody else's items are shown, and mine are kept in the form.
    late = client.post(page, {**rows(LAPTOPS, version=1), "replace": "on"})
    assert late.status_code == 200 and late.context["form"].errors and late.context["form"].data["version"] == "2"
    assert client.post(page, {**rows(LAPTOPS, version=2), "replace": "on"}).status_code == 302
    # The plain amount of a day that has items is theirs; of a day without, it is replaced when told to.
    plain = {"valid_from": "2019-01-01", "amount_eur": "1"}
    assert "items" in str(client.post(f"{URL}cost/", plain, headers={"accept-language": "en"}).context["form"].errors)
    other = the_model(cast, 26_000, dt.date(2020, 1, 1))
    again = {"valid_from": "2020-01-01", "amount_eur": "27000"}
    assert "replace" in client.post(f"{URL}cost/", again).context["form"].errors
    assert client.post(f"{URL}cost/", {**again, "replace": "on"}).status_code == 302
    with inside(cast.caban):
        assert CostModel.objects.get(pk=other.pk).amount_eur == 27_000
        with pytest.raises(ValidationError):
            set_cost_items(other, items=[CostItem(kind="rent", unit_eur=Decimal(10**9), quantity=1, years=1)])


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({"unit_eur": "1e30"}, "unit_eur"), ({"unit_eur": "-1"}, "unit_eur"), ({"unit_eur": "=1+1"}, "unit_eur"),
        ({"quantity": "0"}, "quantity"), ({"quantity": "NaN"}, "quantity"), ({"years": "0"}, "years"),
        ({"hours_a_week": "200"}, "hours_a_week"), ({"label": "x\0"}, "label"), ({"kind": "gold"}, "kind"),
        ({"unit_eur": ""}, "unit_eur"),
    ],
)  # fmt: skip
def test_an_item_that_cant_be_is_told_by_its_field(
    cast: Cast, signed_in: Any, item: dict[str, str], field: str
) -> None:
    model = the_model(cast)

    answer = signed_in(cast.dries).post(f"{URL}cost/{model.pk}/", rows({**HALF_TIME, **item}))

    assert answer.status_code == 200 and field in answer.context["formset"].forms[0].errors


def test_need_secured_and_gap_are_those_counted_by_hand(cast: Cast, signed_in: Any) -> None:
    the_model(cast)
    copy_cards(cast.caban)
    this_year = f"{THIS_YEAR}-01-01"
    with inside(cast.caban):
        grant_recognition(epn_id=cast.poste.pk, since=dt.date(2020, 1, 1))
        # Over two years, by days: 30 000 € for one EPN, 5 500 € for a post, and 1 000 € that nobody has allocated.
        first, last = dt.date(THIS_YEAR - 1, 7, 1), dt.date(THIS_YEAR, 6, 30)
        grant = a_grant(starts_on=first, ends_on=last, amount_eur=Decimal(36_500))
        ledger.save_line(Allocation(), grant=grant, kind="epn", epn_id=cast.poste.pk, amount_eur=Decimal(30_000))
        ledger.save_line(Allocation(), grant=grant, kind="post", label="coordination", amount_eur=Decimal(5_500))
        ledger.save_line(
            EpnCost(), epn_id=cast.abattoirs.pk, valid_from=dt.date.fromisoformat(this_year),
            amount_eur=Decimal(10_000), reason="Pas de loyer",
        )  # fmt: skip
        with pytest.raises(ValidationError):
            ledger.save_line(
                EpnCost(),
                epn_id=cast.abattoirs.pk,
                valid_from=dt.date.fromisoformat(this_year),
                amount_eur=1,
                reason="x",
            )
        with CaptureQueriesContext(connection) as asked:
            page = needs(cast.caban.pk, year=THIS_YEAR)

    assert len(asked) <= 8, "whatever the number of EPN"
    cent = Decimal("0.01")
    share = Decimal(184) / ((last - first).days + 1)  # July to December
    mine = 30_000 - (30_000 * share).quantize(cent)
    assert (page.total.need, page.total.secured) == (35_000, mine)
    assert page.total.gap == 25_000 - mine + 10_000
    assert (page.year.labelled.need, page.year.labelled.gap) == (25_000, 25_000 - mine)
    assert page.year.network + page.year.free + mine == 36_500 - (36_500 * share).quantize(cent)
    before = page.years[0]
    assert (before.all.epn, before.gone) == (0, (30_000 * share).quantize(cent)), "they came into the network this year"
    assert sorted(name for _key, name, _total in page.communes) == ["Anderlecht", "Schaerbeek"]

    client = signed_in(cast.dries)
    with CaptureQueriesContext(connection) as whole:
        text = client.get(f"{URL}needs/?year={THIS_YEAR}").content.decode()
    assert len([one for one in whole if "funding_" in one["sql"] or "affiliation" in one["sql"]]) <= 12, whole
    assert "Pas de loyer" in text and f"35{NB}000{NB}€" in text and "⟦undefined" not in text
    for table, lines in (("epn", 2), ("communes", 2), ("years", 6)):
        file = client.get(f"{URL}needs/?table={table}&download=json")
        assert len(json.loads(b"".join(file.streaming_content))["rows"]) == lines
    for bad in ("2062", "x", "-1", "1e9", "%00"):
        assert client.get(f"{URL}needs/?year={bad}").status_code == 200


def test_without_a_cost_model_neither_need_nor_gap_is_known(cast: Cast, signed_in: Any) -> None:
    with inside(cast.caban):
        page = needs(cast.caban.pk, year=THIS_YEAR)
        write(Scenario(), name="Rien", year=THIS_YEAR, hours_per_fte=30, weeks_open=46)

    assert (page.total.need, page.total.gap, page.total.secured) == (None, None, 0)
    assert "–" in signed_in(cast.dries).get(f"{URL}needs/").content.decode()

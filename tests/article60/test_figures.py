"""What the network sees of article 60: counts of what ends, and of what became of people."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from network.cadastre.enums import Perimeter
from network.cadastre.selectors import cadastre
from network.figures.verification import verify
from tenants.article60.services import save_convention
from tenants.premises.models import Site
from tests.conftest import Cast, inside
from tests.figures.conftest import Writing, sign_contract, stocks, totals, writing

TODAY = dt.date(2026, 5, 20)
__all__ = ["writing"]


@pytest.fixture(autouse=True)
def _the_day_is_known(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("network.figures.services.timezone.localdate", lambda: TODAY)
    yield
    assert verify(cast.caban).differences == []


def test_what_ends_within_months_is_counted_by_the_date_of_the_cpas(cast: Cast, writing: Writing) -> None:
    with writing(cast.poste):
        sign_contract(TODAY, dt.date(2026, 6, 20), type="art60")
        moved = sign_contract(TODAY, dt.date(2027, 5, 19), type="art60")
        sign_contract(TODAY, dt.date(2026, 6, 1), type="cdd")
    assert stocks(cast.caban, "article60", "within") == {
        ("2026-05-20", "1"): 1, ("2026-05-20", "3"): 1, ("2026-05-20", "6"): 1,
    }  # fmt: skip

    with writing(cast.poste):
        save_convention(contract=moved, cpas_end=dt.date(2026, 8, 20))

    assert stocks(cast.caban, "article60")[("2026-05-20", "")] == 2
    assert stocks(cast.caban, "article60", "within") == {
        ("2026-05-20", "1"): 1, ("2026-05-20", "3"): 2, ("2026-05-20", "6"): 2,
    }  # fmt: skip


def test_what_became_of_people_is_counted_in_the_month_of_the_end(cast: Cast, writing: Writing) -> None:
    with writing(cast.poste):
        ended = sign_contract(dt.date(2025, 3, 1), dt.date(2026, 2, 28), type="art60")
        sign_contract(dt.date(2025, 3, 1), dt.date(2026, 2, 28), type="cdd", ended_on=dt.date(2026, 2, 28))
    assert totals(cast.caban, "article60_ends") == {}

    with writing(cast.poste):
        ended.ended_on, ended.end_reason, ended.after_end = dt.date(2026, 2, 28), "rights_opened", "job"
        ended.save()

    assert totals(cast.caban, "article60_ends") == {("2026-02", ""): (1, 0, 0)}
    assert totals(cast.caban, "article60_ends", "after_end") == {("2026-02", "job"): (1, 0, 0)}
    assert totals(cast.caban, "article60_ends", "commune") == {("2026-02", "21015"): (1, 0, 0)}

    with writing(cast.poste):
        Site.objects.update(commune="21001")
        ended.after_end = "training"
        ended.save()
        sign_contract(dt.date(2025, 3, 1), type="art60", ended_on=dt.date(2026, 4, 30))
    assert totals(cast.caban, "article60_ends", "after_end") == {("2026-02", "training"): (1, 0, 0)}
    assert totals(cast.caban, "article60_ends", "commune") == {
        ("2026-02", "21001"): (1, 0, 0), ("2026-04", "21001"): (1, 0, 0),
    }  # fmt: skip
    with inside(cast.caban):
        page = cadastre(cast.caban.pk, year=2026, perimeter=Perimeter.ALL)
    assert [(str(label), count) for label, count in page.ends if count] == [
        ("une formation ou des études", 1), ("Pas encore noté", 1),
    ]  # fmt: skip

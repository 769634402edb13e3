"""The network's office: an edition that Dries has opened, and what he does with it page by page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.test import Client

from network.cadastre.editions.answering import By, Given, save_answers, sign
from network.cadastre.editions.enums import State
from network.cadastre.editions.models import CensusReturn, Edition, ReturnStep
from network.cadastre.editions.opening import open_edition
from network.cadastre.editions.questionnaire import latest_questionnaire
from tenants.registry.models import Epn
from tests.conftest import Cast, inside

NEXT = dt.date.today() + dt.timedelta(days=30)
DECLARED = {
    "opening_hours": "12.50", "sites": "1", "refused": "no", "price": "free", "computers": "6", "eid_readers": "2",
    "income": "25000.00", "subsidies": "20000.50", "expenses": "24000.00",
}  # fmt: skip


@dataclass
class Office:
    cast: Cast
    client: Client

    @property
    def edition(self) -> Edition:
        with inside(self.cast.caban):
            return Edition.objects.select_related("questionnaire").get(year=2022)

    def row(self, epn: Epn) -> CensusReturn:
        with inside(self.cast.caban):
            return CensusReturn.objects.select_related("edition").get(epn_id=epn.pk, edition__year=2022)

    def steps(self, epn: Epn) -> list[str]:
        with inside(self.cast.caban):
            found = ReturnStep.objects.filter(census_return=self.row(epn).pk).order_by("at", "pk")
            return list(found.values_list("step", flat=True))

    def get(self, path: str) -> str:
        response = self.client.get(f"/caban/editions/{path}")
        assert response.status_code == 200, (path, response.status_code)
        return response.content.decode()

    def post(self, path: str, **said: Any) -> Any:
        return self.client.post(f"/caban/editions/{path}", said, follow=True)

    def of(self, epn: Epn, deed: str = "") -> str:
        return f"returns/{self.row(epn).pk}/{deed}"

    def sign_for(self, epn: Epn, **answers: str) -> None:
        """As the EPN would, with everything answered."""
        with inside(self.cast.caban), transaction.atomic():
            one = CensusReturn.objects.select_related("edition").get(epn_id=epn.pk, edition__year=2022)
            given = {code: Given(value) for code, value in (DECLARED | answers).items()}
            by = By(None, "Amina")
            asked = {value.code for value in one.edition.questionnaire.indicators.filter(required=True)}
            known = set(one.values.exclude(value=None).values_list("indicator__code", flat=True))
            gaps = {code: Given(None, "not kept") for code in asked - known - set(given)}
            save_answers(census_return=one, seen="", given=given | gaps, by=by)
            sign(census_return=one, seen="", name="Amina", role="coordinator", by=by)


def opened(cast: Cast, *, year: int = 2022, perimeter: str = "all") -> Edition:
    with inside(cast.caban):
        return open_edition(
            year=year, perimeter=perimeter, due_on=NEXT, questionnaire=latest_questionnaire(), by_name="Dries"
        )


def state_of(office: Office, epn: Epn) -> str:
    return State(office.row(epn).state).value

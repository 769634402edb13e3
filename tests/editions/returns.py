"""An edition with its returns, as the network opens it: for tests of what an EPN does with its own."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.test import Client

from network.cadastre import editions
from network.cadastre.editions.answering import By, attach
from network.cadastre.editions.attachments import accepted
from network.cadastre.editions.enums import Kind
from network.cadastre.editions.models import CensusReturn, Edition, Indicator, Questionnaire, ReturnValue, Rule
from network.cadastre.editions.prefilling import prefill_all
from network.figures.services import refresh_epn, sweep
from tenants.registry.models import Epn, Federation
from tests.activity.test_two_versions import filled
from tests.cadastre.deeds import contract, visits
from tests.conftest import Cast, inside

QUESTIONS: dict[str, Any] = json.loads((Path(editions.__file__).parent / "data" / "questionnaire.json").read_text())
TEXTS = ("label", "help")


def live_2022(cast: Cast) -> None:
    """As the fixture `year_2022`, without waiting for commits."""
    visits(cast.poste, "2022-03-02", "2022-03-09", "2022-05-04", themes=("tax", "bank"))
    visits(cast.abattoirs, "2022-03-03", minutes=40)
    for kind, role in (("art60", "animation"),) * 2 + (("cdi", "animation"), ("cdi", "coordination")):
        contract(cast.poste, kind, role=role)
    contract(cast.poste, "volunteer")
    contract(cast.abattoirs, "art60")
    connection.run_on_commit.clear()
    for epn in (cast.poste, cast.abattoirs):
        refresh_epn(epn.pk)
    sweep(federations=[cast.caban])


def a_questionnaire(number: int = 1) -> Questionnaire:
    """The default one, in the federation that one is in."""
    found = Questionnaire.objects.create(number=number)
    Indicator.objects.bulk_create(
        Indicator(
            questionnaire=found,
            position=position,
            **{f"section_{lang}": text for lang, text in QUESTIONS["sections"][one["section"]].items()},
            **{f"{name}_{lang}": text for name in TEXTS for lang, text in one.get(name, {}).items()},
            **{key: value for key, value in one.items() if key not in (*TEXTS, "section")},
        )
        for position, one in enumerate(QUESTIONS["indicators"])
    )
    Rule.objects.bulk_create(
        Rule(
            questionnaire=found,
            **{f"message_{lang}": text for lang, text in one["message"].items()},
            **{key: value for key, value in one.items() if key != "message"},
        )
        for one in QUESTIONS["rules"]
    )
    return found


def an_edition(
    federation: Federation, *epn: Epn, year: int = 2022, questionnaire: Questionnaire | None = None, fill: bool = True
) -> Edition:
    with inside(federation), transaction.atomic():
        edition = Edition.objects.create(
            year=year,
            questionnaire=questionnaire or a_questionnaire(year),
            reference_day=dt.date(year, 12, 31),
            due_on=dt.date(year + 1, 1, 31),
        )
        returns = [CensusReturn.objects.create(edition=edition, epn_id=one.pk, name=one.slug) for one in epn]
        if fill:
            prefill_all(edition, returns)
    return edition


def return_of(federation: Federation, epn: Epn, year: int = 2022) -> CensusReturn:
    with inside(federation):
        return CensusReturn.objects.select_related("edition").get(epn_id=epn.pk, edition__year=year)


def answers_of(federation: Federation, epn: Epn, year: int = 2022) -> dict[str, ReturnValue]:
    with inside(federation):
        found = ReturnValue.objects.filter(census_return__epn_id=epn.pk, census_return__edition__year=year)
        return {one.indicator.code: one for one in found.select_related("indicator").order_by("pk")}


def indicator_of(kind: Kind = Kind.NUMBER, **said: Any) -> Indicator:
    return Indicator(code="x", position=1, kind=kind, label_fr="X", section_fr="S", **said)


DECLARED = {
    "opening_hours": "12,5", "sites": "1", "refused": "no", "price": "free", "computers": "6", "eid_readers": "2",
    "income": "25 000", "subsidies": "20.000,50", "expenses": "24000",
}  # fmt: skip


@dataclass
class Poste:
    """Somebody who fills in the return of Rue de la Poste, page by page."""

    cast: Cast
    client: Client

    @property
    def row(self) -> CensusReturn:
        return return_of(self.cast.caban, self.cast.poste)

    @property
    def answers(self) -> dict[str, ReturnValue]:
        return answers_of(self.cast.caban, self.cast.poste)

    def address(self, *parts: str) -> str:
        return "/".join(["/caban/rue-de-la-poste/census", str(self.row.pk), *parts, ""])

    def page(self, *parts: str) -> str:
        return self.client.get(self.address(*parts)).content.decode()

    def save(self, others: dict[str, str] | None = None, **values: str) -> Any:
        """Type these values into the form as it stands, and press a button."""
        typed = filled(self.page()) | {f"value_{code}": [text] for code, text in values.items()}
        return self.client.post(self.address(), typed | (others or {}))

    def sign(self, **said: str) -> Any:
        typed = {"version": str(self.row.version), "name": "Amina", "role": "coordinator"}
        return self.client.post(self.address("sign"), typed | said)


# --- for the walk of the role table -----------------------------------------------------------------------------------


def a_return(cast: Cast, person: object) -> dict[str, Any]:
    """Open: made once, since its deeds leave it so."""
    year = 2030
    with inside(cast.caban):
        there = CensusReturn.objects.filter(edition__year=year).exists()
    if not there:
        an_edition(cast.caban, cast.poste, year=year, fill=False)
    return {"pk": return_of(cast.caban, cast.poste, year).pk}


def a_table_of_a_return(cast: Cast, person: object) -> dict[str, Any]:
    return a_return(cast, person) | {"code": "contracts"}


def a_file_of_a_return(cast: Cast, person: object) -> dict[str, Any]:
    found = a_return(cast, person)
    one = return_of(cast.caban, cast.poste, 2030)
    with inside(cast.caban), transaction.atomic():
        upload = accepted("a.pdf", b"%PDF-1.7")
        attach(census_return=one, code="yearly_report", upload=upload, by=By(None, "Amina"))
    return found | {"code": "yearly_report"}

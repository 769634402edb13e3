"""The network's page: whom do we lose before June, and how many hours."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage.accounts.models import Person
from network.cadastre.services import grant_recognition
from network.cover.selectors import cliff
from network.figures.outlook.selectors import outlooks
from network.figures.services import sweep
from tenants.cover.enums import Holding
from tenants.registry.errors import NoSpaceError
from tests.conftest import Cast, inside
from tests.cover.conftest import TODAY, open_at, sign
from tests.cover.test_pages import text_of

SignIn = Callable[[Person], Client]
URL = "/caban/cover/"
MAY, MARCH = "2027-05", "2027-03"


@pytest.fixture
def network(cliff: Cast, committed: Any) -> Cast:
    """Rue de la Poste carries the label. At Abattoirs one person stays for good, a student until June."""
    with committed():
        open_at(cliff.abattoirs, "Mo 09:00-12:00")
        sign(cliff.abattoirs, "Aïcha", hours=19)
        sign(cliff.abattoirs, "Tom", dt.date(2027, 6, 30), hours=12, type="student")
    sweep(federations=[cliff.caban], stock_day=TODAY)
    with inside(cliff.caban):
        grant_recognition(epn_id=cliff.poste.pk, since=dt.date(2021, 9, 1))
    return cliff


def test_dries_reads_people_hours_and_fte_before_a_month(network: Cast, signed_in: SignIn) -> None:
    client = signed_in(network.dries)
    client.get(URL)
    with CaptureQueriesContext(connection) as queries:
        text = text_of(client.get(URL, {"before": "2027-06"}))

    assert len(queries) <= 12, "\n".join(query["sql"][:120] for query in queries)
    assert "Qui perdons-nous avant le 1er juin 2027, et combien d’heures" in text
    assert "Personnes qui partent 2 sur 4 personnes" in text
    assert "Heures par semaine qui s’arrêtent 35 h sur 66 h par semaine aujourd’hui" in text
    assert "ETP qui s’arrêtent 0,92 ETP sur 1,42 ETP" in text
    assert "article 60 28 h" in text and "autres contrats avec une fin 7 h" in text
    assert "EPN sans personne, une semaine ou plus 1 sur 2 EPN" in text
    assert text.index("Rue de la Poste") < text.index("Abattoirs")
    assert "2 novembre 2026" in text and "2 EPN, c’est-à-dire tous" in text
    assert not [name for name in ("Bram", "Zoé", "Aïcha", "Tom") if name in text.replace("Tombe", "")]
    # In July the student is gone too; with the label, only one EPN counts.
    assert "Personnes qui partent 3 sur 4" in text_of(client.get(URL, {"before": "2027-07"}))
    labelled = text_of(client.get(URL, {"before": "2027-06", "perimeter": "labelled"}))
    assert "les 1 EPN labellisés sur 2" in labelled
    assert "Abattoirs" not in labelled
    for query in ({"before": "2062-01"}, {"before": "\0<b>=1+1"}, {"perimeter": "mine"}, {"order": ";"}, {"page": "x"}):
        assert client.get(URL, query).status_code == 200
    up = text_of(client.get(URL, {"order": "name"}))
    assert up.index("Abattoirs") < up.index("Rue de la Poste")
    assert text_of(client.get("/caban/")).count("Qui perdons-nous")


def test_the_files_say_perimeter_and_as_of_and_an_epn_that_was_never_counted_has_empty_cells(
    cliff: Cast, signed_in: SignIn
) -> None:
    client = signed_in(cliff.dries)

    def rows(**query: str) -> list[dict[str, str]]:
        body = b"".join(client.get(URL, {"download": "csv", **query}).streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(body.splitlines(), delimiter=";"))

    poste, abattoirs = rows(table="epn", before="2027-06")
    assert (poste["EPN"], poste["personnes dont le travail s’arrête"], poste["semaines sans personne"]) == (
        "Rue de la Poste", "2", "8",
    )  # fmt: skip
    assert (poste["avant"], poste["périmètre"], poste["connu le"]) == ("2027-06-01", "Tous les EPN", "2026-11-02")
    assert abattoirs["heures par semaine maintenant"] == "" == abattoirs["semaines sans personne"]
    assert len(rows(table="months")) == 12
    told = json.loads(b"".join(client.get(URL, {"download": "json"}).streaming_content))
    assert told["rows"][0]["weeks_nobody"] == 8
    assert "pas encore compté" in text_of(client.get(URL))


def test_funders_epn_and_strangers_get_nothing(network: Cast, signed_in: SignIn, client: Client) -> None:
    for person in (network.eva, network.amina, network.farid):
        assert signed_in(person).get(URL).status_code in (403, 404)
    assert client.get(URL).status_code == 302


def test_the_numbers_are_those_of_the_epn(network: Cast) -> None:
    with inside(network.caban):
        page = cliff(network.caban.pk, before=dt.date(2027, 4, 1))
        later = cliff(network.caban.pk, before=dt.date(2027, 5, 1))
        with pytest.raises(KeyError):
            outlooks([("staff", "type")], epn_ids=[1])
    with pytest.raises(NoSpaceError):
        outlooks([("staff", "")], epn_ids=[1])

    assert (page.lost.people, page.lost.hours) == (2, 35)
    assert {kind: amount.hours for kind, amount in page.lost_by_holding.items()} == {
        Holding.ARTICLE_60: 28, Holding.ENDING: 7,
    }  # fmt: skip
    assert {months: amount.people for months, amount in page.within.items()} == {3: 1, 6: 2, 12: 3}
    assert [one.staff.hours for one in page.months[:9]] == [66, 66, 38, 38, 38, 31, 31, 31, 19]
    assert sum(one.lost.hours for one in page.months) == 47
    assert (page.with_nobody, later.with_nobody) == (0, 1)
    assert later.epn[0].weeks_nobody == 4
    assert later.epn[0].share_lost == 1
    assert round(page.by_holding[Holding.APART].hours / page.staff.hours, 3) == round(Decimal(12) / 66, 3)

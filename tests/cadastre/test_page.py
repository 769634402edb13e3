"""The cadastre's page: who may see it, what it says, what it costs."""

import csv
import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from network.cadastre.tables import TABLES
from tenants.registry.enums import Role
from tenants.registry.services import grant_membership
from tests.cadastre.deeds import visits
from tests.conftest import Cast

URL = "/caban/cadastre/"
IN_2022 = {"year": 2022, "perimeter": "labelled"}


def body(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()


def test_dries_reads_the_figures_with_their_perimeter_and_denominator(year_2022: Cast, signed_in) -> None:
    response = signed_in(year_2022.dries).get(URL, IN_2022)

    text = body(response)
    assert response.status_code == 200
    assert "⟦undefined" not in text
    assert "67\N{NO-BREAK SPACE}%" in text
    assert "Abattoirs" not in text
    assert "31 décembre 2022" in text
    assert "Article 60, en ETP" in text and "ETP, tous rôles" in text


def test_the_page_of_an_empty_year_says_so(cast: Cast, signed_in) -> None:
    text = body(signed_in(cast.dries).get(URL, {"year": 2015}))

    assert "⟦undefined" not in text
    assert "Traceback" not in text


@pytest.mark.parametrize(
    "query", ["year=abc", "year=99999999999", "year=-1", "perimeter=mine", "order=;drop", "page=x"]
)
def test_a_bad_choice_is_a_message_and_never_an_error(cast: Cast, signed_in, query: str) -> None:
    for path in (URL, f"{URL}summary.csv", f"{URL}epn/{cast.poste.pk}/"):
        assert signed_in(cast.dries).get(f"{path}?{query}").status_code == 200


def test_the_page_takes_at_most_twelve_statements_whatever_the_epn(year_2022: Cast, signed_in) -> None:
    client = signed_in(year_2022.dries)
    client.get(URL, IN_2022)

    with CaptureQueriesContext(connection) as queries:
        client.get(URL, {"year": 2022})

    assert len(queries) <= 12, "\n".join(query["sql"][:160] for query in queries)


def test_an_observer_reads_and_nobody_else(year_2022: Cast, signed_in, client) -> None:
    paths = [URL, f"{URL}summary.csv", f"{URL}epn/{year_2022.poste.pk}/"]

    for person in (year_2022.eva, year_2022.amina, year_2022.farid):
        for path in paths:
            assert signed_in(person).get(path).status_code in (403, 404)
    for path in paths:
        assert client.get(path).status_code == 302
    grant_membership(person=year_2022.chloe, space=year_2022.caban.space, role=Role.NETWORK_OBSERVER)
    for path in paths:
        assert signed_in(year_2022.chloe).get(path).status_code == 200


@pytest.mark.parametrize("name", TABLES)
def test_each_table_says_perimeter_unit_and_as_of(year_2022: Cast, signed_in, name: str) -> None:
    response = signed_in(year_2022.dries).get(f"{URL}{name}.csv", IN_2022)

    header, *rows = csv.reader(body(response).lstrip("\N{ZERO WIDTH NO-BREAK SPACE}").splitlines(), delimiter=";")
    assert f'filename="caban-{name}-2022-labelled-' in response["Content-Disposition"]
    assert rows
    assert all(len(row) == len(header) for row in rows)
    for *_cells, unit, perimeter, year, day, as_of in rows:
        assert (perimeter, year, day) == ("EPN labellisés", "2022", "2022-12-31")
        assert unit and as_of


def test_a_table_that_does_not_exist_is_not_found(cast: Cast, signed_in) -> None:
    assert signed_in(cast.dries).get(f"{URL}visits.csv").status_code == 404


def test_a_formula_in_a_name_stays_text(year_2022: Cast, signed_in) -> None:
    from tenants.registry.models import Space

    Space.objects.filter(pk=year_2022.poste.pk).update(name="=1+1")

    text = body(signed_in(year_2022.dries).get(f"{URL}epn.csv", {"year": 2022}))

    assert "'=1+1" in text


def test_one_epn_by_month(year_2022: Cast, signed_in) -> None:
    client = signed_in(year_2022.dries)

    text = body(client.get(f"{URL}epn/{year_2022.poste.pk}/", {"year": 2022}))

    assert "⟦undefined" not in text and "Rue de la Poste" in text
    assert client.get(f"{URL}epn/{year_2022.nevers.pk}/").status_code == 404
    assert client.get(f"{URL}epn/99999999999999999999999/").status_code == 404


def test_the_table_of_epn_is_sorted_as_asked(year_2022: Cast, signed_in) -> None:
    client = signed_in(year_2022.dries)

    down = body(client.get(URL, {"year": 2022, "order": "-visits"}))
    up = body(client.get(URL, {"year": 2022, "order": "visits"}))

    assert down.index(">Rue de la Poste</a>") < down.index(">Abattoirs</a>")
    assert up.index(">Abattoirs</a>") < up.index(">Rue de la Poste</a>")


def test_a_site_elsewhere_is_shown_with_the_remark_that_its_code_is_missing(
    cast: Cast,
    signed_in,
    after_commit,
) -> None:
    with after_commit():
        visits(cast.nevers, f"{dt.date.today().year}-01-05")
    grant_membership(person=cast.farid, space=cast.loire.space, role=Role.NETWORK_COORDINATOR)

    text = body(signed_in(cast.farid).get("/loire/cadastre/"))

    assert "58000 Nevers" in text and "⟦undefined" not in text

"""What a funder's reviewer reads: their own grants, and sums of published cells, each with what isn't in it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from network.directory.models import Card
from network.funding.models import Allocation, Expense, Instalment, ReportDate
from network.reports.models import Pack, PackLine, PackVersion
from network.reports.perimeter import perimeter as perimeter_of
from network.reports.space.comparing import comparison
from network.reports.space.dashboard import BY_CODE, Dashboard, dashboard
from network.reports.space.figures import months_of
from network.reports.space.selectors import euros_in, perimeter, shares_of
from network.reports.space.whose import Whose, whose
from tenants.registry.enums import Role
from tenants.registry.models import Membership
from tenants.registry.services import grant_membership
from tests.conftest import Cast, inside
from tests.funder_space.things import FIRST, LAST, a_grant, cards, released

URL = "/caban/funder/"
MONTHS = [f"2025-{number:02}" for number in range(1, 13)]
ANNA = "Anna Naamloos"
OTHER = "fonds-x"


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def network(cast: Cast) -> Cast:
    """Three EPN of two communes, of which Eva's region funds two, and another funder the third and one of the two."""
    poste, abattoirs, third = str(cast.poste.pk), str(cast.abattoirs.pk), "900"
    with inside(cast.caban):
        Card.objects.all().delete()
        cards([cast.poste.pk, 900])
        cards([cast.abattoirs.pk], commune="21001")
        a_grant(epn=[cast.poste.pk, cast.abattoirs.pk])
        a_grant(OTHER, title="Argent Zinneke", epn=[900, cast.poste.pk], amount_eur=Decimal(77_777))
        by_epn: dict[tuple[str, str, str], tuple[int, ...] | None] = {
            (code, place, ""): (visits, visits + 2, visits * 30)
            for code in MONTHS
            for place, visits in ((poste, 20), (abattoirs, 10), (third, 100))
        }
        by_epn["2025-07", abattoirs, ""] = None
        by_epn |= {
            ("2025", poste, ""): (240, 264, 7200),
            ("2025", abattoirs, ""): None,
            ("2025", third, ""): (1200,) * 3,
        }
        themes = {("2025", poste, "tax"): (150, 150, 1), ("2025", poste, "bank"): None}
        themes |= {("2025", abattoirs, "tax"): (40, 40, 1), ("2025", third, "tax"): (999, 999, 1)}
        whole = {(code, "", ""): (140, 150, 4200) for code in MONTHS} | {("2025", "", ""): (1700, 1700, 50_000)}
        released(
            {
                "visits_by_epn": by_epn,
                "visits_by_epn_and_theme": themes,
                "visits_by_theme": {("2025", "", "tax"): (1500, 1500, 1)},
                "visits": whole,
                "visits_by_commune": {("2025", "21015", ""): (1440, 1440, 1), ("2025", "21001", ""): None},
                "desk_by_epn": {("2025", poste, ""): (90, 10_000), ("2025", third, ""): (1, 1)},
                "workshops_by_epn": {("2025", poste, ""): (12,)},
            }
        )
    return cast


def of_the_region(cast: Cast) -> Whose:
    """To be called outside the network's space."""
    membership = Membership.objects.get(person=cast.eva, space=cast.caban.space)
    with inside(cast.caban):
        return whose(membership)


def year_of(cast: Cast, measure: str = "visits") -> Dashboard:
    who = of_the_region(cast)
    with inside(cast.caban):
        return dashboard(who, year=2025, measure=BY_CODE[measure], language="en")


def test_sums_are_of_the_cells_that_are_shown_of_the_epn_that_the_grants_name(network: Cast) -> None:
    found = year_of(network)

    assert [one.name for one in found.perimeter.places] == [f"EPN {network.poste.pk}", f"EPN {network.abattoirs.pk}"]
    head = {measure.code: told for measure, told in found.head}
    assert (head["visits"].plain, head["visits"].withheld, head["visits"].text()) == (240, 1, "at least 240")
    assert head["desk"].plain == 10_000 and head["turned_away"].text() == "–"
    months = {line.code: line.told for line in found.months.lines}
    assert (months["2025-06"].plain, months["2025-06"].withheld) == (30, 0)
    assert (months["2025-07"].plain, months["2025-07"].text()) == (20, "at least 20")
    assert {line.code: line.told.text() for line in found.years.lines} == {
        "2022": "–", "2023": "–", "2024": "–", "2025": "at least 240",
    }  # fmt: skip
    assert {line.code: (line.told.text(), line.epn) for line in found.communes.lines} == {
        "21015": ("240", 1), "21001": ("withheld", 1),
    }  # fmt: skip
    assert {line.code: line.told.text() for line in found.themes.lines} == {"tax": "190", "bank": "withheld"}
    assert found.source.words.startswith("releases 1, figures as of") and not found.missing


def test_a_grant_that_names_no_epn_is_for_all_of_them_and_reads_the_networks_own_tables(network: Cast) -> None:
    with inside(network.caban):
        a_grant(title="Coordination")

    found = year_of(network)

    assert found.perimeter.whole and len(found.perimeter.places) == 3
    assert {measure.code: told.plain for measure, told in found.head}["visits"] == 1700
    assert {line.code: line.told.text() for line in found.communes.lines} == {"21015": "1,440", "21001": "withheld"}
    assert {line.code: line.told.plain for line in found.themes.lines} == {"tax": 1500}


def test_an_epn_without_a_card_is_there_by_its_name(network: Cast) -> None:
    with inside(network.caban):
        Card.objects.filter(epn_id=network.poste.pk).delete()

    found = year_of(network)

    assert [one.name for one in found.perimeter.places] == [f"EPN {network.abattoirs.pk}", "Rue de la Poste"]
    assert {measure.code: told.plain for measure, told in found.head}["visits"] == 240


def test_what_no_release_tells_is_unknown_and_themes_of_a_running_year_are_the_networks(network: Cast) -> None:
    who = of_the_region(network)
    with inside(network.caban):
        a_grant(title="Aide 2026", epn=[network.poste.pk], starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 12, 31))
        released(
            {
                "visits_by_epn": {("2026-01", str(network.poste.pk), ""): (7, 7, 7)},
                "visits_by_theme": {("2026-01", "", "tax"): (55, 55, 1)},
            },
            number=2, of="2026-01",
        )  # fmt: skip
        found = dashboard(who, year=2026, measure=BY_CODE["visits"], language="en")

    assert found.months.lines[0].told.text() == "7" and found.months.lines[0].before.text() == "20"
    assert found.months.lines[1].told.text() == "–" and len(found.missing) == 11
    assert found.themes.whole_network and [line.told.plain for line in found.themes.lines] == [55]


def test_a_dashboard_and_a_report_are_of_the_same_epn(cast: Cast) -> None:
    """Equipment for one EPN is for that EPN alone; beside a grant that names none, all of them count."""
    first, last = dt.date(2025, 1, 1), dt.date(2025, 12, 1)
    with inside(cast.caban):
        cards([cast.poste.pk, cast.abattoirs.pk])
        one = a_grant()
        Allocation.objects.create(grant=one, kind="equipment", epn_id=cast.poste.pk, amount_eur=100)
    who = of_the_region(cast)
    with inside(cast.caban):
        shown = perimeter(shares_of(who), months_of(2025))
        assert [place.epn for place in shown.places] == perimeter_of([one], first, last).epn == [cast.poste.pk]

        other = a_grant(title="Pour tout le réseau")
        shown, told = perimeter(shares_of(who), months_of(2025)), perimeter_of([one, other], first, last)
        assert shown.whole and told.network
        assert {place.epn for place in shown.places} == {cast.poste.pk, cast.abattoirs.pk}


def test_a_target_is_compared_with_what_is_whole(network: Cast) -> None:
    who = of_the_region(network)
    with inside(network.caban):
        pack = Pack.objects.create(funder=who.funder, title="Rapport")
        version = PackVersion.objects.create(pack=pack, number=1, state="in_use")
        sources = ("visits.visits", "desk.minutes", "desk.hours", "visits_by_theme.visits")
        for code, source in zip("vdhx", sources, strict=True):
            PackLine.objects.create(
                version=version, position=1, code=code, kind="figure", label_fr=code, source=source, target=20_000
            )
        other = Pack.objects.create(funder_id=a_grant(OTHER).funder_id, title="Zinneke")
        version = PackVersion.objects.create(pack=other, number=1, state="in_use")
        PackLine.objects.create(
            version=version, position=1, code="o", kind="figure", label_fr="Cible Zinneke", source="visits.visits",
            target=5,
        )  # fmt: skip

    found = year_of(network).targets

    assert [(one.label, one.told.text(), one.share) for one in found[:2]] == [
        ("v", "at least 240", None), ("d", "10,000", Decimal("0.5")),
    ]  # fmt: skip
    # Hours are counted in minutes, and nothing else is.
    assert [(one.label, str(one.target)) for one in found] == [("v", "20000"), ("d", "20000"), ("h", "1200000")]


def test_epn_side_by_side_with_the_readers_own_euros_alone(network: Cast, signed_in: Any) -> None:
    who = of_the_region(network)
    with inside(network.caban):
        found = comparison(who, year=2025, order="-visits")

    poste, abattoirs = found.rows
    assert [one.text() for one in poste.told[:1]] == ["240"] and poste.told[3].plain == 10_000
    assert (poste.euros, poste.a_visit) == (Decimal(6000), Decimal(25))
    assert abattoirs.visits.text() == "withheld" and abattoirs.a_visit is None and abattoirs.euros == Decimal(6000)
    client = signed_in(network.eva)
    for order in ("name", "-commune", "visits", "-minutes", "euros", "-a_visit", "before", "x"):
        assert client.get(f"{URL}epn/?year=2025&order={order}").status_code == 200
    file = b"".join(client.get(f"{URL}epn/?year=2025&download=json").streaming_content)
    rows = json.loads(file)["rows"]
    assert [(row["visits"], row["visits_withheld_cells"], row["own_eur"]) for row in rows] == [
        (240, 0, 6000), (None, 1, 6000),
    ]  # fmt: skip


def test_euros_go_with_the_days_of_the_period() -> None:
    from network.funding.models import Grant

    grant = Grant(starts_on=FIRST, ends_on=LAST, amount_eur=Decimal(36_500))

    assert euros_in(grant, Decimal(36_500), months_of(2025)) == Decimal(36_500)
    assert euros_in(grant, Decimal(36_500), months_of(2025)[:2]) == Decimal(5_900)
    assert euros_in(grant, Decimal(36_500), months_of(2024)) == 0


PAGES = ("", "year/?year=2025", "epn/?year=2025", "GRANT")
FILES = (
    "?table=grants", "?table=reports", "epn/?year=2025",
    *(f"year/?year=2025&table={name}" for name in ("summary", "months", "years", "communes", "themes", "targets")),
    *(f"GRANT?table={name}" for name in ("allocations", "expenses", "instalments", "dates")),
)  # fmt: skip


def everything(client: Client, grant: int) -> str:
    """All that a reviewer can get of the space: pages in two languages, and each table in each format."""
    texts = []
    for path in PAGES:
        for language in ("fr", "en"):
            address = f"{URL}{path.replace('GRANT', f'grants/{grant}/')}"
            page = client.get(address, headers={"Accept-Language": language})
            assert page.status_code == 200, address
            texts.append(page.content.decode())
    for path in FILES:
        for kind in ("csv", "json", "xlsx"):
            address = f"{URL}{path.replace('GRANT', f'grants/{grant}/')}"
            file: Any = client.get(f"{address}{'&' if '?' in address else '?'}download={kind}")
            assert file.status_code == 200 and file.streaming, address
            content = b"".join(file.streaming_content)
            texts.append(content.decode() if kind != "xlsx" else "")
    return "\n".join(texts)


def test_no_name_of_anybody_and_nothing_of_another_funder_is_anywhere(network: Cast, signed_in: Any) -> None:
    with inside(network.caban):
        grant = a_grant(title="Aide bis", epn=[network.poste.pk], conditions=f"Voir {ANNA}")
        other = a_grant(OTHER, title="Argent Zinneke bis")
        for one in (grant, other):
            Expense.objects.create(
                grant=one, spent_on=FIRST, category="staff", label=f"Salaire {ANNA}", reference=ANNA, amount_eur=100
            )
            Allocation.objects.create(grant=one, kind="post", label=f"Poste de {ANNA}", percent=10)
            Instalment.objects.create(grant=one, label=f"Tranche {ANNA}", due_on=LAST, amount_eur=50)
            ReportDate.objects.create(grant=one, label=f"Rapport de {ANNA}", due_on=LAST)
    client = signed_in(network.eva)

    text = everything(client, grant.pk)

    assert "Aide bis" in text and "⟦undefined" not in text
    for hidden in (ANNA, "Naamloos", "Zinneke", OTHER, "77777", "77 777", "EPN 900", ">900<", "38888", "38 888"):
        assert hidden not in text, hidden
    missing = "/caban/funder/grants/999999/"
    for address in (f"{URL}grants/{other.pk}/", f"{URL}grants/{other.pk}/?table=expenses&download=csv", missing):
        answer = client.get(address)
        assert answer.status_code == 404 and ANNA not in answer.content.decode()
    assert (
        client.get(f"{URL}grants/{other.pk}/").content == client.get(missing.replace("999999", str(other.pk))).content
    )
    for query in (
        "funder={OTHER}",
        "funder=%00",
        "year=abc",
        "year=2062",
        "measure=x",
        "order=;drop",
        "table=x&download=csv",
    ):
        for page in ("", "year/", "epn/"):
            asked: Any = client.get(f"{URL}{page}?{query}")
            assert asked.status_code == 200
            told = b"".join(asked.streaming_content) if asked.streaming else asked.content
            assert b"Zinneke" not in told and b"EPN 900" not in told


def test_a_reviewer_of_several_chooses_and_the_network_looks_on(network: Cast, signed_in: Any) -> None:
    membership = Membership.objects.get(person=network.eva, space=network.caban.space)
    membership.funder = f"{OTHER}, region"
    membership.save()
    client = signed_in(network.eva)

    assert "Argent Zinneke" in client.get(f"{URL}?funder={OTHER}").content.decode()
    page = client.get(f"{URL}?funder=region").content.decode()
    assert "Aide 2025" in page and "Argent Zinneke" not in page and "?funder=region" in page

    page = signed_in(network.dries).get(f"{URL}?funder={OTHER}").content.decode()
    assert "Argent Zinneke" in page and "Aide 2025" not in page
    assert signed_in(network.amina).get(URL).status_code == 404
    grant_membership(person=network.chloe, space=network.caban.space, role=Role.NETWORK_OBSERVER)
    assert signed_in(network.chloe).get(URL).status_code == 403


def test_a_reviewer_of_a_funder_that_nobody_noted_is_told_so(network: Cast, signed_in: Any) -> None:
    Membership.objects.filter(person=network.eva).update(funder="")
    client = signed_in(network.eva)

    for path in ("", "year/", "epn/"):
        page = client.get(f"{URL}{path}").content.decode()
        assert "funder" in page and "Argent" not in page and "⟦undefined" not in page


def test_two_hundred_epn_take_at_most_twelve_statements(cast: Cast, signed_in: Any) -> None:
    ids = range(10_000, 10_200)
    with inside(cast.caban):
        cards(ids)
        a_grant(epn=ids)
        released(
            {
                "visits_by_epn": {(code, str(one), ""): (9, 9, 9) for code in (*MONTHS, "2025") for one in ids},
                "visits_by_epn_and_theme": {("2025", str(one), "tax"): (9, 9, 9) for one in ids},
            }
        )
    client = signed_in(cast.eva)
    client.get(f"{URL}year/?year=2025")

    for path, said in (("year/?year=2025", "1800"), ("epn/?year=2025", "EPN 10199")):
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"{URL}{path}").content.decode()
        assert len(queries) <= 12, "\n".join(query["sql"][:160] for query in queries)
        assert said in page.replace("\N{NO-BREAK SPACE}", "").replace(",", "")

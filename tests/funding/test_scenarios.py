"""Scenarios: euros, hours, cover and cliff as counted by hand; saved, copied, deleted; two people; the document."""

from __future__ import annotations

import datetime as dt
import hashlib
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from typing import cast as typed

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from maillage.audit.models import Entry
from network.cadastre.members import Member
from network.directory.cards import copy_cards
from network.figures.services import sweep
from network.funding.ledger.services import delete_line, move_application
from network.funding.models import Application, CostModel, Funder
from network.funding.needs.comparing import Comparison, compare_scenarios
from network.funding.needs.effects import effect_of
from network.funding.needs.money import Costs, Secured
from network.funding.needs.paper import said_in
from network.funding.needs.rows import EpnCost, Proposal, Scenario, ScenarioMeasure
from network.funding.needs.services import copy_scenario, keep_proposal, remove, restore, write
from tenants.premises.models import Site
from tenants.registry.enums import Role
from tenants.registry.hooks import epn_written
from tenants.registry.services import grant_membership
from tests.activity.test_two_versions import filled
from tests.cadastre.conftest import after_commit, year_2022  # noqa: F401 (fixtures)
from tests.conftest import Cast, inside

URL = "/caban/funding/"
NB = "\N{NO-BREAK SPACE}"
ASSUMED = {"hours_per_fte": Decimal(30), "weeks_open": 46}


def a_scenario(name: str = "Mi-temps", *measures: dict[str, Any], **facts: Any) -> Scenario:
    made = write(Scenario(), **{"name": name, "year": 2022, "reach": "all", **ASSUMED, **facts})
    for one in measures:
        write(ScenarioMeasure(scenario=made, kind=one.pop("kind")), **one)
    return made


@pytest.mark.parametrize(("reach", "euros"), [("labelled", 550_000), ("all", 1_000_000)])
def test_a_half_time_in_each_of_22_labelled_epn_and_of_all_40(reach: str, euros: int) -> None:
    """Pure arithmetic, on a network of 40 of which 22 carry the label and nobody works."""
    there = [Member(pk, f"e{pk}", f"E{pk}", "21015", pk <= 22, True, False) for pk in range(1, 41)]
    ground = typed(Any, SimpleNamespace(there=there, cover=SimpleNamespace(areas=[])))
    scenario = Scenario(name="x", year=2022, reach=reach, **ASSUMED)
    measure = ScenarioMeasure(kind="each", fte=Decimal("0.5"))
    prices = Costs([CostModel(valid_from=dt.date(2019, 1, 1), amount_eur=Decimal(25_000))], {})

    found = effect_of(scenario, [measure], ground, prices, Secured())

    assert (found.euros, found.gap, found.secured) == (euros, euros, 0)
    assert found.fte == Decimal("0.5") * len(found.epn) and found.hours == 15 * len(found.epn)
    dearer = Costs(prices.models, {1: [EpnCost(epn_id=1, valid_from=dt.date(2022, 1, 1), amount_eur=Decimal(30_000))]})
    assert effect_of(scenario, [measure], ground, dearer, Secured()).euros == euros + 5_000


@pytest.fixture
def ready(year_2022: Cast, after_commit: Any) -> Cast:  # noqa: F811
    with inside(year_2022.poste), after_commit(), transaction.atomic():
        Site.objects.update(opening_hours="Mo-Fr 09:00-12:00")
        epn_written()
    copy_cards(year_2022.caban)
    sweep(federations=[year_2022.caban])
    return year_2022


def compared(cast: Cast, *scenarios: Scenario) -> Comparison:
    with inside(cast.caban):
        return compare_scenarios(cast.caban.pk, scenarios)


def values(page: Comparison, name: str) -> list[Any]:
    return [cell.value for row in page.rows if row.name == name for cell in row.cells]


def test_hours_cover_and_cliff_are_those_counted_by_hand(ready: Cast) -> None:
    """On 31 December 2022: 5 contracts and a volunteer, all ending that day; 15 hours a week; 17 communes empty."""
    with inside(ready.caban):
        half = a_scenario("Mi-temps", {"kind": "each", "fte": Decimal("0.5"), "amount_eur": None})
        stop = a_scenario(
            "Arrêt",
            {
                "kind": "stops",
                "number": 2,
                "amount_eur": Decimal(3_000),
                "hours_a_week": Decimal(3),
                "commune": "21004",
            },
            {"kind": "extend", "within": 3, "amount_eur": Decimal(50_000), "number": 2},
            reach="labelled",
        )
        with CaptureQueriesContext(connection) as asked:
            page = compare_scenarios(ready.caban.pk, [half, stop])
    before = page.grounds[0]

    assert len(asked) <= 15, "whatever the number of EPN"
    assert values(page, "cost_eur") == [None, 50_000, 2 * 3_000 + before.ends(3, {ready.poste.pk}).fte * 2
                                        / before.ends(3, {ready.poste.pk}).heads * 50_000]  # fmt: skip
    assert values(page, "hours_week") == [15, 15 + 2 * 15, 15 + 6]
    assert values(page, "hours_year") == [None, 30 * 46, 6 * 46]
    people = before.cover.whole.population
    assert people and values(page, "hours_per_10000") == [Decimal(n) * 10_000 / people for n in (15, 45, 21)]
    assert values(page, "fte") == [before.staff.fte, before.staff.fte + 1, before.staff.fte]
    assert values(page, "communes_without") == [17, 17, 16], "the stops come to one of them"
    assert [before.ends(3).heads, before.staff.fte] == [6, Decimal("2.5")]
    assert values(page, "ending_3") == [6, 6, 4] and values(page, "ending_12") == [6, 6, 4]
    assert values(page, "gap_eur") == values(page, "cost_eur"), "nothing is secured"
    # Two EPN are fewer than three: what they have stays in the network.
    said = said_in(Proposal(title="x", language="fr"), page, "Caban", dt.datetime(2022, 12, 31, tzinfo=dt.UTC))
    rows = {row[0]: row[1:] for row in said["compared"]["rows"]}
    withheld = [label for label, cells in rows.items() if len(set(cells)) == 1]
    assert len(withheld) == 5, "FTE, FTE for 10,000 inhabitants, and the three cliffs"


BAD = [
    ("name", ""), ("name", "x\0"), ("name", "y" * 200), ("year", "2062"), ("year", "1e30"), ("reach", "none"),
    ("hours_per_fte", "-1"), ("hours_per_fte", "1e30"), ("hours_per_fte", "=1+1"), ("weeks_open", "99"),
    ("epn_ids", "999999999999"),
]  # fmt: skip
GOOD = {
    "name": "Mi-temps <i>",
    "year": "2027",
    "reach": "all",
    "hours_per_fte": "30",
    "weeks_open": "46",
    "note": "=1+1",
}


def test_dries_writes_a_scenario_and_takes_nothing_wrong(ready: Cast, signed_in: Any) -> None:
    """Each wrong answer is told by its field, and the form keeps the others; then as one works with it."""
    client = signed_in(ready.dries)

    def row(model: Any) -> Any:
        with inside(ready.caban):
            return model.objects.latest("pk")

    for field, value in BAD:
        answer = client.post(f"{URL}scenarios/add/", {**GOOD, field: value})
        assert answer.status_code == 200 and field in answer.context["form"].errors, (field, value)
        assert "=1+1" in answer.content.decode()
    assert "epn_ids" in client.post(f"{URL}scenarios/add/", {**GOOD, "reach": "chosen"}).context["form"].errors
    assert client.post(f"{URL}scenarios/add/", GOOD).status_code == 302
    one = row(Scenario)
    page, measures = f"{URL}scenarios/{one.pk}/", f"{URL}scenarios/{one.pk}/add"
    for kind, field, fields in (
        ("each", "fte", {"fte": "-0,5"}), ("each", "amount_eur", {"amount_eur": "1e30"}),
        ("stops", "number", {"number": "0", "amount_eur": "1", "hours_a_week": "3"}),
        ("stops", "commune", {"number": "1", "amount_eur": "1", "hours_a_week": "3", "commune": "99999"}),
        ("extend", "within", {"within": "5", "amount_eur": "1"}), ("other", "label", {"label": "", "amount_eur": "5"}),
        ("other", "amount_eur", {"label": "Coordination", "amount_eur": "NaN"}),
    ):  # fmt: skip
        answer = client.post(f"{measures}/{kind}/", fields)
        assert answer.status_code == 200 and field in answer.context["form"].errors, (kind, fields)
    assert client.get(f"{measures}/gold/").status_code == 404
    assert client.post(f"{measures}/each/", {"label": "<b>", "fte": "0,5"}).status_code == 302
    assert "amount_eur" in client.post(f"{measures}/each/", {"label": "encore"}).context["form"].errors, (
        "twice the cost"
    )
    assert client.post(f"{measures}/extend/", {"within": "6", "amount_eur": "40 000"}).status_code == 302
    assert "within" in client.post(f"{measures}/extend/", {"within": "3", "amount_eur": "1"}).context["form"].errors
    text = client.get(page).content.decode()
    assert f"2 × 25{NB}000{NB}€" in text and "&lt;b&gt;" in text and "⟦undefined" not in text
    # Deleted, and brought back; copied.
    measure = row(ScenarioMeasure).pk
    client.post(f"{URL}measures/{measure}/delete/")
    assert f"40{NB}000{NB}€" not in client.get(page).content.decode()
    client.post(f"{URL}measures/{measure}/restore/")
    assert f"40{NB}000{NB}€" in client.get(page).content.decode()
    client.post(f"{page}copy/")
    copy = row(Scenario)
    assert copy.pk != one.pk and "Mi-temps" in copy.name
    client.post(f"{page}delete/")
    assert client.get(page).status_code == 404
    assert client.post(f"{page}restore/").status_code == 302 and client.get(page).status_code == 200
    both = f"{URL}scenarios/compare/?s={one.pk}&s={copy.pk}&s=9&s=x&s={'9' * 30}"
    assert client.get(both).content.decode().count("⟦undefined") == 0
    csv = b"".join(client.get(f"{both}&download=csv").streaming_content).decode()
    assert csv.count("Mi-temps") > 10
    assert client.get(f"{URL}scenarios/compare/").status_code == 302
    assert client.get(f"{URL}scenarios/").status_code == 200
    assert b'"rows": [\n{' in b"".join(client.get(f"{URL}scenarios/?download=json").streaming_content)
    with inside(ready.caban):
        assert Entry.objects.filter(verb="scenario.saved").count() == 4


def test_whoever_saves_second_sees_both_versions_and_loses_nothing(cast: Cast, signed_in: Any) -> None:
    with inside(cast.caban):
        one = a_scenario("Avant")
    client, page = signed_in(cast.dries), f"{URL}scenarios/{one.pk}/change/"
    sent = filled(client.get(page).content.decode())
    with inside(cast.caban):
        write(Scenario.objects.get(), name="Leur nom")

    answer = client.post(page, {**sent, "name": "Mon nom"})

    text = answer.content.decode()
    assert answer.status_code == 200 and "Leur nom" in text and "Mon nom" in text
    chosen = {**filled(text), "keep-name": "theirs", "note": "la mienne"}
    assert client.post(page, chosen).status_code == 302
    with inside(cast.caban):
        assert (Scenario.objects.get().name, Scenario.objects.get().note) == ("Leur nom", "la mienne")


def test_a_document_is_tagged_says_the_numbers_and_never_changes_once_it_is_kept(ready: Cast, signed_in: Any) -> None:
    client = signed_in(ready.dries)
    with inside(ready.caban):
        one = a_scenario("Mi-temps partout", {"kind": "each", "fte": Decimal("0.5"), "amount_eur": None})
        funder = Funder.objects.create(code="region", name="Région")
        asked = Application.objects.create(funder=funder, title="Demande 2022", year=2022, asked_eur=Decimal(50_000))
    fields = {"title": "Un mi-temps", "text": "Bonjour <b>\r\n\r\n#let x = 1", "language": "nl"}

    for bad in ({"scenario_ids": []}, {"scenario_ids": "99999"}, {"language": "xx"}, {"title": "\0"}):
        answer = client.post(f"{URL}proposals/add/", {**fields, "scenario_ids": [one.pk], **bad})
        assert answer.status_code == 200 and next(iter(bad)) in answer.context["form"].errors, bad
    assert client.get(f"{URL}proposals/add/?s={one.pk}").content.decode().count("checked") == 1
    where = client.post(f"{URL}proposals/add/", {**fields, "scenario_ids": [one.pk]})["Location"]
    assert client.post(f"{where}keep/", follow=True).status_code == 200
    with inside(ready.caban):
        made = Proposal.objects.get()
        assert made.kept_at is None, "not without an application"
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        data = said_in(
            made, compare_scenarios(ready.caban.pk, [one]), "Caban", dt.datetime(2022, 12, 31, tzinfo=dt.UTC)
        )
        assert data["ask"]["rows"][0][3] == f"50{NB}000{NB}€"
        write(made, application=asked)
        kept = keep_proposal(
            made, federation_id=ready.caban.pk, network="Caban", by_id=ready.dries.pk,
            moment=dt.datetime(2022, 12, 31, 17, tzinfo=dt.UTC),
        )  # fmt: skip
        content = bytes(kept.content or b"")
        assert b"pdfuaid" in content and b"/Lang" in content and len(content) < 200_000
        assert hashlib.sha256(content).hexdigest() == kept.sha256
        move_application(asked, state="sent", on=dt.date(2022, 3, 15))
        move_application(asked, state="refused", on=dt.date(2022, 9, 20), reason="Pas de ligne <b>")
        with pytest.raises(ValidationError):
            write(kept, title="Autre")
        with pytest.raises(ValidationError):
            delete_line(asked)
        write(one, name="Autre nom", year=2026)
    taken = client.get(f"{where}document/")
    assert taken.content == content and taken["Content-Type"] == "application/pdf"
    for page in (where, f"{URL}proposals/"):
        text = client.get(page).content.decode()
        assert "Pas de ligne &lt;b&gt;" in text and "⟦undefined" not in text
    assert kept.sha256 in client.get(where).content.decode()
    assert where in client.get(f"{URL}applications/{asked.pk}/").content.decode()
    assert client.get(f"{where}change/").status_code == 302
    csv = b"".join(client.get(f"{URL}proposals/?download=csv").streaming_content).decode()
    assert kept.sha256 in csv and "Pas de ligne" in csv
    with inside(ready.caban):
        remove(kept)
        restore(Proposal.objects.get())
        drawn = write(Proposal(), title="🦄", language="fr", scenario_ids=[one.pk], application=asked)
        with pytest.raises(ValidationError):
            keep_proposal(drawn, federation_id=ready.caban.pk, network="Caban", by_id=None)
    assert client.get(f"{URL}proposals/{drawn.pk}/document/").status_code == 302


def test_an_observer_reads_and_a_funders_reviewer_sees_nothing_of_it(cast: Cast, signed_in: Any) -> None:
    grant_membership(person=cast.chloe, space=cast.caban.space, role=Role.NETWORK_OBSERVER)
    with inside(cast.caban):
        one = copy_scenario(a_scenario("Secret"))
    page = f"{URL}scenarios/{one.pk}/"

    text = signed_in(cast.chloe).get(page).content.decode()
    assert "Secret" in text and "/delete/" not in text and "/add/" not in text
    assert signed_in(cast.chloe).post(f"{page}copy/").status_code == 403
    assert signed_in(cast.eva).get(page).status_code == 403
    assert signed_in(cast.eva).get(f"{URL}needs/").status_code == 403
    assert signed_in(cast.farid).get(page).status_code == 404

"""Preparing, releasing, correcting: what the network's coordinator does, and what everybody reads afterwards."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils.translation import override
from python_calamine import CalamineWorkbook

from maillage.accounts.models import Person
from maillage.design.numbers import number
from network.releases import papers
from network.releases.catalogue import TABLES, Measure, PublishedTable, register_table
from network.releases.cells import Cell, Key
from network.releases.enums import CellKind, Grain, PeriodKind, Withheld
from network.releases.models import FrozenMonth, Release, ReleasedCell
from network.releases.periods import Period, month, quarters, read, year
from network.releases.preparing import too_few_contribute
from network.releases.selectors import draft
from network.releases.services import begin_correction, begin_release, discard, publish
from tests.conftest import Cast, inside
from tests.releases.networks import Network
from tests.releases.releasing import TODAY, bring, cells_of, correction, draft_of, release, swept

JANUARY, FEBRUARY = dt.date(2025, 1, 1), dt.date(2025, 2, 1)
WINTER = quarters(2025)[0]
SignIn = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def figures(cast: Cast) -> Network:
    """A winter of eight EPN in three communes; two of the EPN are those of the cast."""
    network = Network(4, epn=8, communes=3, busy=40, months=[JANUARY, FEBRUARY, dt.date(2025, 3, 1)])
    bring(cast.caban, network, epn={1: cast.poste.pk, 2: cast.abattoirs.pk})
    return network


def late(network: Network, visits: int, epn: int = 3) -> None:
    chance = random.Random(2)
    for _ in range(visits):
        network.visit(chance, epn, JANUARY)


class TestPeriods:
    def test_a_code_is_read_and_anything_else_is_refused(self) -> None:
        assert [read(code).last for code in ("2026", "2026-Q1", "2024-02")] == [
            dt.date(2026, 12, 31),
            dt.date(2026, 3, 31),
            dt.date(2024, 2, 29),
        ]
        for wrong in ("", "1999", "20262", "2026-13", "2026-Q5", "2026-1", "2026\0", "=1+1", "٢٠٢٦"):
            with pytest.raises(ValueError):
                read(wrong)

    @pytest.mark.parametrize(
        ("period", "said"),
        [
            (month(dt.date(2026, 2, 1)), "still open"),
            (year(2026), "still open"),
            (month(dt.date(2019, 5, 1)), "Nothing is known"),
        ],
    )
    def test_an_open_or_unknown_period_is_refused_and_nothing_is_written(
        self, figures: Network, cast: Cast, period: Period, said: str
    ) -> None:
        with pytest.raises(ValidationError, match=said), inside(cast.caban):
            begin_release(period=period, minimum_cell=5, today=TODAY)

        with inside(cast.caban):
            assert not Release.objects.exists()

    def test_figures_that_have_not_arrived_are_waited_for(self, figures: Network, cast: Cast) -> None:
        swept(cast.caban, dt.date(2025, 1, 31))

        with pytest.raises(ValidationError, match="not all arrived"), inside(cast.caban):
            begin_release(period=month(JANUARY), minimum_cell=5, today=TODAY)

    def test_what_a_wider_release_holds_is_not_released_again(self, figures: Network, cast: Cast) -> None:
        release(cast.caban, WINTER)

        for period in (WINTER, month(JANUARY)):
            with pytest.raises(ValidationError, match="correct that release"), inside(cast.caban):
                begin_release(period=period, minimum_cell=5, today=TODAY)


class TestReleasing:
    def test_numbers_follow_each_other_and_a_month_stays_as_it_was_released(self, figures: Network, cast: Cast) -> None:
        first = release(cast.caban, month(JANUARY))
        late(figures, 40)
        bring(cast.caban, figures)
        whole = release(cast.caban, WINTER)

        assert (first.number, whole.number) == (1, 2)
        with inside(cast.caban):
            january = cells_of(first, "visits")["2025-01", "", ""]
            others = cells_of(whole, "visits")
            assert others["2025-Q1", "", ""] == january + others["2025-02", "", ""] + others["2025-03", "", ""]
            assert ("2025-01", "", "") not in others

    def test_small_numbers_are_withheld_with_others_and_nobody_reads_why(self, figures: Network, cast: Cast) -> None:
        made = release(cast.caban, month(JANUARY))

        with inside(cast.caban):
            kept = list(made.cells.exclude(withheld=Withheld.NO))
            for cell in made.cells.filter(table__in=[one.name for one in TABLES.values() if one.guarded]):
                assert cell.withheld or not 0 < cell.numbers[0] < 5
        assert {one.withheld for one in kept} == {Withheld.PRIMARY, Withheld.COMPLEMENTARY}
        text = json.dumps(Client().get("/caban/api/v1/releases/1/tables/visits_by_epn/").json())
        assert "complementary" not in text and "primary" not in text

    def test_a_draft_is_released_once_and_not_after_another_release(self, figures: Network, cast: Cast) -> None:
        made = draft_of(cast.caban, month(JANUARY))
        with inside(cast.caban):
            publish(draft_id=made.pk, by_id=None)
            with pytest.raises(ValidationError, match="isn't there"):
                publish(draft_id=made.pk, by_id=None)
        again = draft_of(cast.caban, month(FEBRUARY))
        with inside(cast.caban):
            Release.objects.filter(pk=again.pk).update(latest=0)
            with pytest.raises(ValidationError, match="since this draft"):
                publish(draft_id=again.pk, by_id=None)

    def test_the_database_refuses_to_change_what_is_released_and_lets_a_draft_go(
        self, figures: Network, cast: Cast
    ) -> None:
        made = release(cast.caban, month(JANUARY))
        draft = draft_of(cast.caban, month(FEBRUARY))
        with inside(cast.caban):
            cell = made.cells.first()
        for write in (
            lambda: made.cells.update(withheld=Withheld.NO),
            lambda: made.cells.all().delete(),
            lambda: ReleasedCell.objects.create(release=made, table="visits", period="2031-01", numbers=[1]),
            lambda: draft.cells.update(release=made),
            lambda: FrozenMonth.objects.filter(release=made).update(cells=[]),
            lambda: FrozenMonth.objects.filter(release=made).delete(),
            lambda: Release.objects.filter(pk=made.pk).update(tables=[]),
            lambda: Release.objects.filter(pk=made.pk).update(number=None, released_at=None, state="draft"),
            lambda: Release.objects.all().delete(),
        ):
            with inside(cast.caban), pytest.raises(DatabaseError, match="this is released"), transaction.atomic():
                write()

        with inside(cast.caban):
            discard(draft_id=draft.pk)
            assert cell in made.cells.all() and Release.objects.count() == 1

    def test_an_app_above_declares_a_table_of_its_own(
        self, figures: Network, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("network.releases.catalogue.TABLES", tables := dict(TABLES))
        for module in ("preparing", "linking", "selectors"):
            monkeypatch.setattr(f"network.releases.{module}.TABLES", tables)

        def cells(federation_id: int, period: Period) -> list[Cell]:
            few, enough = Key("grants", period.code, "", "few"), Key("grants", period.code, "", "enough")
            return [Cell(few, (900,), (500, 400)), Cell(enough, (5000,), (2000, 1500, 1500))]

        table = PublishedTable(
            "grants", "Grants", "euros", "grants", Grain.FEDERATION, CellKind.MONEY, (Measure("euros", "euros"),),
            (PeriodKind.QUARTER,), dimension="funder", cells=cells,
        )  # fmt: skip
        register_table(table)
        with pytest.raises(ValueError, match="twice"):
            register_table(table)

        made = release(cast.caban, WINTER)

        with inside(cast.caban):
            assert {key[2]: type(said) is int for key, said in cells_of(made, "grants").items()} == {
                "few": False,
                "enough": False,  # alone beside the other one, it would tell which of the two is too small
            }

    def test_fewer_than_three_epn_are_too_few_and_of_money_a_dominant_one_too(self) -> None:
        assert too_few_contribute((3, 4), money=False)
        assert too_few_contribute((3, 0, 4), money=False)
        assert not too_few_contribute((90, 5, 1), money=False)
        assert too_few_contribute((90, 5, 1), money=True)
        assert not too_few_contribute((50, 30, 20), money=True)


class TestCorrecting:
    def test_it_needs_a_reason_and_a_difference_that_points_at_nobody(self, figures: Network, cast: Cast) -> None:
        release(cast.caban, month(JANUARY))

        with inside(cast.caban):
            for reason, said in (("", "Say why"), ("\0", "can't be saved"), ("x" * 1001, "At most"),
                                 ("Call Marie on 0475 12 34 56", "personal data")):  # fmt: skip
                with pytest.raises(ValidationError, match=said):
                    begin_correction(number=1, reason=reason)
        with pytest.raises(ValidationError, match="Nothing has changed"):
            correction(cast.caban, 1, "Late forms")
        late(figures, 2)
        bring(cast.caban, figures, epn={1: cast.poste.pk, 2: cast.abattoirs.pk})
        with pytest.raises(ValidationError, match="Fewer than 5"):
            correction(cast.caban, 1, "Late forms")
        with inside(cast.caban):
            assert draft() is None

    def test_the_former_release_stays_and_says_that_it_was_replaced(
        self, figures: Network, cast: Cast, signed_in: SignIn
    ) -> None:
        first = release(cast.caban, month(JANUARY))
        late(figures, 30)
        bring(cast.caban, figures, epn={1: cast.poste.pk, 2: cast.abattoirs.pk})

        second = correction(cast.caban, 1, "An EPN entered its paper forms late.")

        with inside(cast.caban):
            before, after = cells_of(first, "visits_by_epn"), cells_of(second, "visits_by_epn")
            assert cells_of(second, "visits")["2025-01", "", ""] == cells_of(first, "visits")["2025-01", "", ""] + 30
        for key, said in before.items():
            assert isinstance(said, int) or not isinstance(after[key], int), f"{key} was withheld"
        former = Client().get("/caban/figures/1/").content.decode()
        assert "/caban/figures/2/" in former
        assert "An EPN entered its paper forms late." in Client().get("/caban/figures/2/visits/").content.decode()
        assert signed_in(cast.dries).get("/caban/releases/1/correct/").status_code == 302


class TestPages:
    def test_the_coordinator_sees_what_would_be_published_and_releases_it(
        self, figures: Network, cast: Cast, signed_in: SignIn
    ) -> None:
        client = signed_in(cast.dries)
        client.post("/accounts/language/", {"language": "en"})

        refused = client.post("/caban/releases/", {"period": "2062"}, headers={"Accept-Language": "en"})
        assert refused.status_code == 200
        assert client.post("/caban/releases/", {"period": "\0=1+1"}).status_code == 200
        answer = client.post("/caban/releases/", {"period": "2025-01"}, follow=True)
        assert answer.redirect_chain[-1][0] == "/caban/releases/draft/"
        text = answer.content.decode()
        assert "/caban/releases/draft/tables/visits_by_epn/" in text
        rows = client.get("/caban/releases/draft/tables/visits_by_epn/?only=withheld").content.decode()
        assert "m-withheld" in rows
        assert Client().get("/caban/figures/1/").status_code == 404

        with inside(cast.caban):
            made = draft()
        assert made is not None
        released = client.post("/caban/releases/draft/release/", {"draft": made.pk}, follow=True)
        assert released.redirect_chain[-1][0] == "/caban/figures/1/"
        assert client.post("/caban/releases/draft/release/", {"draft": "9" * 30}).status_code == 302
        assert client.get("/caban/releases/draft/", follow=True).redirect_chain[-1][0] == "/caban/releases/"

    def test_a_large_network_is_prepared_by_the_worker_and_may_be_thrown_away(
        self, figures: Network, cast: Cast, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[int] = []
        monkeypatch.setattr("network.releases.views.EPN_AT_ONCE", 0)
        monkeypatch.setattr("network.releases.views.put_in", asked.append)
        client = signed_in(cast.dries)

        page = client.post("/caban/releases/", {"period": "2025-01"}, follow=True).content.decode()

        with inside(cast.caban):
            made = draft()
        assert made is not None and asked == [made.pk]
        assert "<progress" in page and "draft/release/" not in page
        assert client.post("/caban/releases/draft/discard/", {"draft": made.pk}).status_code == 302
        with inside(cast.caban):
            assert draft() is None

    def test_each_format_says_withheld_and_agrees_with_the_others(
        self, figures: Network, cast: Cast, signed_in: SignIn
    ) -> None:
        release(cast.caban, month(JANUARY))
        client, address = signed_in(cast.eva), "/caban/figures/1/visits_by_epn/"

        by_api = client.get("/caban/api/v1/releases/1/tables/visits_by_epn/").json()
        by_json = json.loads(b"".join(client.get(f"{address}?download=json").streaming_content))["rows"]
        english = {"Accept-Language": "en"}
        text = b"".join(client.get(f"{address}?download=csv", headers=english).streaming_content).decode("utf-8-sig")
        by_csv = list(csv.reader(io.StringIO(text), delimiter=";"))[1:]
        workbook = b"".join(client.get(f"{address}?download=xlsx", headers=english).streaming_content)
        by_xlsx = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0).to_python()[1:]
        page = client.get(address).content.decode()

        assert {"release", "perimeter", "unit", "as_of", "rows"} <= by_api.keys()
        hidden = [row for row in by_api["rows"] if row["withheld"]]
        assert hidden and all(row["visits"] is row["attendances"] is row["minutes"] is None for row in hidden)
        assert [(row["epn"], row["visits"]) for row in by_json] == [
            (row["epn"], row["visits"]) for row in by_api["rows"]
        ]
        for row, line, cells in zip(by_api["rows"], by_csv, by_xlsx, strict=True):
            for told in (line[4:7], cells[4:7]):
                if row["withheld"]:
                    assert not any(str(one).strip().isdigit() for one in told)
                else:
                    assert [int(one) for one in told] == [row["visits"], row["attendances"], row["minutes"]]
        assert page.count("m-withheld") >= 3 * len(hidden)

    def test_a_paper_and_a_schema_say_the_same_of_a_table(
        self, figures: Network, cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        release(cast.caban, month(JANUARY))
        address, drawn = "/caban/figures/1/visits_by_epn/", []
        draw = papers.pdf.render
        monkeypatch.setattr(
            papers.pdf, "render", lambda template, data, **said: drawn.append(data) or draw(template, data, **said)
        )
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

        page = client.get(address).content.decode()
        paper = client.get(f"{address}?download=pdf")
        rows = json.loads(b"".join(client.get(f"{address}?download=json").streaming_content))["rows"]
        told = client.get("/caban/figures/1/datapackage.json").json()

        assert "?download=pdf" in page and "⟦undefined" not in page
        assert paper["Content-Type"] == "application/pdf" and b"pdfuaid" in paper.content
        assert "visits_by_epn" in paper["Content-Disposition"] and client.get(f"{address}?download=pdf").content
        assert len(drawn) == 1, "a release never changes: it is drawn once"
        shown = [[None if cell == "withheld" else cell for cell in row[2:]] for row in drawn[0]["rows"]]
        assert shown == [
            [None if row[name] is None else number(row[name]) for name in ("visits", "attendances", "minutes")]
            for row in rows
        ]
        assert any(None in row for row in shown)
        (schema,) = [one["schema"] for one in told["resources"] if one["path"].endswith(f"{address}?download=json")]
        kinds = {"integer": (int, type(None)), "boolean": bool, "string": str, "datetime": str}
        for row in rows:
            assert list(row) == [one["name"] for one in schema["fields"]]
            assert all(isinstance(row[one["name"]], kinds[one["type"]]) for one in schema["fields"])
        assert schema["primaryKey"] == ["period", "epn"] and told["licenses"][0]["name"] == "CC-BY-4.0"
        assert "/caban/figures/1/datapackage.json" in client.get("/caban/open-data/").content.decode()

    def test_wrong_addresses_and_parameters_are_told_and_never_an_error(
        self, figures: Network, cast: Cast, client: Client
    ) -> None:
        release(cast.caban, month(JANUARY))

        for path in ("figures/2/", "figures/99999999999999999999/", "figures/1/nothing/", "figures/1/staff/",
                     "api/v1/releases/7/tables/visits/", "api/v1/releases/1/tables/x/"):  # fmt: skip
            assert client.get(f"/caban/{path}").status_code == 404, path
        api = "/caban/api/v1/releases/1/tables/visits_by_theme/"
        for query in ("period=2062", "value=%00", "place=1", "nothing=1"):
            assert client.get(f"{api}?{query}").status_code == 400, query
        assert client.get("/caban/figures/1/visits_by_theme/?value=%00&period=x").status_code == 200
        chosen: dict[str, Any] = client.get(f"{api}?value=tax").json()
        assert {row["theme"] for row in chosen["rows"]} == {"tax"}
        assert [one["number"] for one in client.get("/caban/api/v1/releases/").json()["results"]] == [1]

"""The cadastre in numbers: what counts, on which day, in which perimeter."""

import datetime as dt
import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from network.cadastre.enums import Perimeter
from network.cadastre.selectors import cadastre, cadastre_summary
from network.cadastre.services import grant_recognition, withdraw_recognition
from network.figures.services import sweep
from tenants.registry.crossing import outside
from tenants.registry.services import archive_epn
from tests.cadastre.deeds import contract
from tests.conftest import Cast, inside

YEAR = 2022


def summary(cast: Cast, perimeter: str = "all", year: int = YEAR):
    with inside(cast.caban):
        return cadastre_summary(cast.caban.pk, year=year, perimeter=perimeter)


def test_the_whole_network_in_numbers(year_2022: Cast) -> None:
    found = summary(year_2022)

    assert (found.epn, found.epn_labelled) == (2, 1)
    assert (found.visits, found.attendances, found.minutes, found.turned_away) == (4, 4, 100, 2)
    assert (found.animation_contracts, found.article60_contracts) == (4, 3)
    assert found.article60_share == Decimal("0.75")
    assert found.fte == Decimal("2.5")
    assert (found.need_labelled_eur, found.need_all_eur) == (25000, 50000)
    assert found.reference_day == dt.date(2022, 12, 31)
    assert found.as_of is not None


def test_the_labelled_perimeter_bounds_all_but_the_number_of_epn_and_the_needs(year_2022: Cast) -> None:
    found = summary(year_2022, "labelled")

    assert (found.epn, found.epn_labelled) == (2, 1)
    assert (found.need_labelled_eur, found.need_all_eur) == (25000, 50000)
    assert (found.visits, found.minutes, found.turned_away) == (3, 60, 0)
    assert (found.animation_contracts, found.article60_contracts) == (3, 2)
    assert found.fte == 2


def test_volunteers_and_coordinators_are_no_animation_contracts(year_2022: Cast) -> None:
    with inside(year_2022.caban):
        rows = {row.type: row for row in cadastre(year_2022.caban.pk, year=YEAR, perimeter="labelled").types}

    assert (rows["cdi"].animation, rows["cdi"].others, rows["cdi"].fte) == (1, 1, 1)
    assert rows["volunteer"].heads == 1 and not rows["volunteer"].counts_in_fte and rows["volunteer"].fte == 0


def test_a_label_counts_in_the_years_that_it_ran_at_the_end_of(year_2022: Cast) -> None:
    with inside(year_2022.caban):
        withdraw_recognition(epn_id=year_2022.poste.pk, until=dt.date(2023, 5, 1))

    assert summary(year_2022, "labelled").epn_labelled == 1
    assert summary(year_2022, "labelled", 2023).epn_labelled == 0
    assert summary(year_2022, "labelled", 2023).visits == 0
    assert summary(year_2022, "labelled", 2020).epn_labelled == 0


def test_an_archived_epn_still_counts_in_the_years_in_which_it_was_open(year_2022: Cast) -> None:
    archive_epn(epn=year_2022.abattoirs, federation=year_2022.caban)

    assert summary(year_2022).epn == 2
    running = summary(year_2022, year=dt.datetime.now(dt.UTC).year)
    assert running.epn == 1


def test_without_a_cost_model_the_need_is_not_known_rather_than_zero(year_2022: Cast) -> None:
    found = summary(year_2022, year=2021)

    assert found.need_all_eur is None and found.need_labelled_eur is None


def test_without_contracts_there_is_no_share(cast: Cast) -> None:
    found = summary(cast)

    assert found.article60_share is None
    assert found.as_of is None
    assert found.visits == 0


def test_a_contract_recorded_after_the_daily_sweep_moves_the_running_year(year_2022: Cast, after_commit) -> None:
    this_year = dt.date.today().year
    before = summary(year_2022, year=this_year).animation_contracts

    with after_commit():
        contract(year_2022.abattoirs, "cdi", start=f"{this_year}-01-01", end=None)

    assert summary(year_2022, year=this_year).animation_contracts == before + 1


def test_an_epn_that_wrote_after_the_sweep_counts_on_its_own_latest_day(cast: Cast, after_commit) -> None:
    """The sweep took every stock yesterday; the writer's own is of today, and both are counted."""
    this_year = dt.date.today().year
    sweep_day = dt.date.today() - dt.timedelta(days=1)
    with after_commit():
        contract(cast.poste, "art60", start=f"{this_year - 1}-01-01", end=None)
    sweep(federations=[cast.caban], stock_day=sweep_day)
    with after_commit():
        contract(cast.abattoirs, "cdi", start=f"{this_year - 1}-01-01", end=None)

    found = summary(cast, year=this_year)

    assert found.animation_contracts == 2


def test_themes_overlap_and_are_not_summed(year_2022: Cast) -> None:
    with inside(year_2022.caban):
        page = cadastre(year_2022.caban.pk, year=YEAR)

    assert {code: numbers.visits for code, numbers in page.themes} == {"tax": 4, "bank": 3}
    assert page.summary.visits == 4


def test_each_commune_and_epn_has_its_own_numbers(year_2022: Cast) -> None:
    with inside(year_2022.caban):
        page = cadastre(year_2022.caban.pk, year=YEAR)

    assert [row.member.name for row in page.epn] == ["Abattoirs", "Rue de la Poste"]
    poste = page.epn[1]
    assert (poste.numbers.visits, poste.last_month, poste.contracts, poste.outside_fte) == (
        3,
        dt.date(2022, 5, 1),
        4,
        1,
    )
    assert page.epn[0].last_month == dt.date(2022, 4, 1)
    assert {key: numbers.visits for key, _, numbers in page.communes if key} == {"21015": 3, "21001": 1}
    assert sum(numbers.visits for _, numbers in page.months) == 4


def test_the_statements_do_not_grow_with_the_epn(year_2022: Cast) -> None:
    with inside(year_2022.caban), CaptureQueriesContext(connection) as queries:
        cadastre(year_2022.caban.pk, year=YEAR)

    assert len(queries) == 5, [query["sql"][:120] for query in queries]


def test_one_federation_sees_nothing_of_another(year_2022: Cast) -> None:
    with inside(year_2022.loire):
        found = cadastre_summary(year_2022.loire.pk, year=YEAR)

    assert (found.epn, found.visits, found.animation_contracts, found.need_all_eur) == (0, 0, 0, None)


def test_an_epn_added_later_is_in_a_past_year_only_with_what_it_entered_of_it(year_2022: Cast) -> None:
    """Both EPN were made today; the year 2022 knows them by their visits, the year before doesn't know them."""
    with inside(year_2022.caban):
        before = cadastre_summary(year_2022.caban.pk, year=YEAR - 1)
        then = cadastre_summary(year_2022.caban.pk, year=YEAR)

    assert (before.epn, then.epn) == (0, 2)


@pytest.mark.parametrize("year", [0, 1999, 2101, 10**9, -1])
def test_a_year_out_of_range_has_a_message(cast: Cast, year: int) -> None:
    with inside(cast.caban), pytest.raises(ValidationError, match="2000"):
        cadastre_summary(cast.caban.pk, year=year)


def test_the_command_prints_the_names_that_scripts_rely_on(year_2022: Cast) -> None:
    out = StringIO()

    call_command("cadastre_summary", "--federation=caban", "--year=2022", "--perimeter=labelled", "--json", stdout=out)

    found = json.loads(out.getvalue())
    assert found["perimeter"] == Perimeter.LABELLED
    assert (found["epn"], found["epn_labelled"], found["need_all_eur"]) == (2, 1, 50000)
    assert found["article60_share"] == 0.6667
    assert set(found) == {
        "as_of", "year", "reference_day", "perimeter", "epn", "epn_labelled", "animation_contracts",
        "article60_contracts", "article60_share", "fte", "need_labelled_eur", "need_all_eur", "visits", "attendances",
        "minutes", "turned_away",
    }  # fmt: skip


def test_the_command_has_a_table_for_people_and_a_message_for_a_missing_federation(year_2022: Cast) -> None:
    out = StringIO()
    call_command("cadastre_summary", "--federation=caban", "--year=2021", stdout=out)
    assert "need_all_eur" in out.getvalue() and "not known" in out.getvalue()

    with pytest.raises(CommandError, match="nowhere"):
        call_command("cadastre_summary", "--federation=nowhere")


class TestRecognitions:
    def test_a_label_is_granted_once(self, cast: Cast) -> None:
        with inside(cast.caban):
            grant_recognition(epn_id=cast.poste.pk, since=dt.date(2021, 9, 1))

            with pytest.raises(ValidationError):
                grant_recognition(epn_id=cast.poste.pk, since=dt.date(2022, 9, 1))

    def test_a_new_label_does_not_overlap_the_earlier_one(self, cast: Cast) -> None:
        with inside(cast.caban):
            grant_recognition(epn_id=cast.poste.pk, since=dt.date(2021, 9, 1))
            withdraw_recognition(epn_id=cast.poste.pk, until=dt.date(2022, 9, 1))

            with pytest.raises(ValidationError):
                grant_recognition(epn_id=cast.poste.pk, since=dt.date(2022, 8, 31))
            grant_recognition(epn_id=cast.poste.pk, since=dt.date(2022, 9, 1))

    def test_a_label_does_not_end_before_it_began_nor_in_2062(self, cast: Cast) -> None:
        with inside(cast.caban):
            with pytest.raises(ValidationError):
                withdraw_recognition(epn_id=cast.poste.pk, until=dt.date(2022, 9, 1))
            grant_recognition(epn_id=cast.poste.pk, since=dt.date(2021, 9, 1))
            for day in (dt.date(2021, 9, 1), dt.date(2062, 1, 1), dt.date(1999, 1, 1)):
                with pytest.raises(ValidationError):
                    withdraw_recognition(epn_id=cast.poste.pk, until=day)

    def test_granting_is_in_the_journal(self, cast: Cast) -> None:
        from maillage.audit.models import Entry

        with inside(cast.caban):
            grant_recognition(epn_id=cast.poste.pk, since=dt.date(2021, 9, 1))
            with outside():
                entry = Entry.objects.get(verb="recognition.granted")

        assert (entry.target, entry.space_id) == (str(cast.poste.pk), cast.caban.pk)

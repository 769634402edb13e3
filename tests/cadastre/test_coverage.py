"""Coverage: rates by hand, deserts, targets, stops on the road by presence, and what anybody may see of it."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from network.cadastre.coverage import services
from network.cadastre.coverage.models import AreaIndicator, ContextFigure, Target
from network.cadastre.coverage.selectors import Area, Coverage, coverage
from network.directory.cards import copy_cards
from network.figures.services import sweep
from network.figures.verification import verify
from tenants.appointments.models import Stop
from tenants.premises.models import Site
from tenants.registry.hooks import epn_written
from tests.conftest import Cast, inside

URL = "/caban/coverage/"
SCHAERBEEK, ANDERLECHT, BRUXELLES = "21015", "21001", "21004"
WEEKS_OF_2022 = Decimal(365) / 7


@pytest.fixture
def covered(year_2022: Cast, after_commit: Any) -> Cast:
    """Rue de la Poste is open 15 hours a week; it held 52 stops of two hours at Bruxelles, a place without hours."""
    cast = year_2022
    with inside(cast.poste), after_commit(), transaction.atomic():
        Site.objects.update(opening_hours='Mo-Fr 09:00-12:00; Sa "sur RDV"; PH off')
        square = Site.objects.create(name="Place", postcode="1000", town="Bruxelles", commune=BRUXELLES)
        for week in range(52):
            day = dt.date(2022, 1, 4) + dt.timedelta(weeks=week)
            Stop.objects.create(site=square, date=day, starts=540, ends=660, state="held")
        Stop.objects.create(site=square, date=dt.date(2022, 6, 1), starts=540, ends=660, state="planned")
        with_hours = Site.objects.get(opening_hours__startswith="Mo-Fr")
        Stop.objects.create(site=with_hours, date=dt.date(2022, 6, 1), starts=540, ends=660, state="held")
        epn_written()
    copy_cards(cast.caban)
    sweep(federations=[cast.caban])
    assert verify(cast.caban).differences == []
    return cast


def read(cast: Cast, **said: Any) -> Coverage:
    with inside(cast.caban):
        return coverage(cast.caban.pk, **{"year": 2022, **said})


def area(page: Coverage, key: str) -> Area:
    return next(one for one in page.areas if one.key == key)


def test_rates_are_those_counted_by_hand(covered: Cast) -> None:
    page = read(covered)
    poste, square = area(page, SCHAERBEEK), area(page, BRUXELLES)

    assert len(page.areas) == 19, "every commune of the district, those with nothing too"
    assert poste.population == 132_799
    assert (poste.epn, poste.hours, poste.stop_hours) == (1, 15, 0), "a stop where there are hours adds none"
    assert poste.hours_rate == Decimal(15) * 10_000 / 132_799
    assert poste.fte == 2, "four contracts of half a full time; a volunteer counts in none"
    assert poste.visits == 3
    assert (square.epn, square.hours) == (1, 0), "it has a door there, whose hours nobody wrote"
    assert square.stop_hours == Decimal(104) / WEEKS_OF_2022, "planned isn't held"
    assert page.unknown_hours == 2
    assert page.whole.population == sum(one.population or 0 for one in page.areas)


def test_the_labelled_perimeter_leaves_the_others_out(covered: Cast) -> None:
    assert area(read(covered), ANDERLECHT).visits == 1
    assert (
        area(read(covered, perimeter="labelled"), ANDERLECHT).visits,
        read(covered, perimeter="labelled").in_perimeter,
    ) == (0, 1)


def test_a_desert_has_nothing_or_less_than_the_target(covered: Cast) -> None:
    assert len(read(covered).deserts) == 16, "without a target only what has nothing is one"
    assert read(covered).fte_gap is None

    with inside(covered.caban):
        services.set_target(valid_from=dt.date(2022, 1, 1), inhabitants_per_fte=66_000, hours_per_10000=Decimal("1.13"))
    page = read(covered)

    assert SCHAERBEEK in [one.key for one in page.deserts], "15 hours for 132,799 people are 1.1295 for 10,000"
    assert area(page, SCHAERBEEK).fte_gap(page.target) == Decimal(132_799) / 66_000 - 2
    assert page.fte_gap == sum(max(Decimal(0), Decimal(one.population or 0) / 66_000 - one.fte) for one in page.areas)
    assert read(covered, year=2021).target is None, "a past year keeps the target of its time"


def test_where_the_inhabitants_are_not_known_there_is_no_rate(cast: Cast) -> None:
    copy_cards(cast.loire)
    with inside(cast.loire):
        nevers = coverage(cast.loire.pk, year=2026).areas[-1]

    assert (nevers.name, nevers.population, nevers.hours_rate) == ("Nevers 58000 (code manquant)", None, None) or (
        nevers.population is None and nevers.hours_rate is None
    )
    assert nevers.epn == 1


def test_the_page_says_it_all_in_few_statements(covered: Cast, signed_in: Any) -> None:
    with inside(covered.caban):
        services.set_target(valid_from=dt.date(2022, 1, 1), inhabitants_per_fte=66_000, hours_per_10000=None)
    client = signed_in(covered.dries)
    client.get(URL)

    with CaptureQueriesContext(connection) as queries:
        text = client.get(URL, {"year": 2022, "measure": "fte"}).content.decode()

    assert len(queries) <= 14, "\n".join(query["sql"][:160] for query in queries)
    assert "Saint-Gilles" in text
    assert "désert" in text
    rows = json.loads(b"".join(client.get(URL, {"year": 2022, "download": "json"}).streaming_content))["rows"]
    assert next(row for row in rows if row["code"] == SCHAERBEEK)["epn"] == 1
    for bad in ("year=x", "year=-1", "measure=all", "perimeter=;", "indicator=%00", "order=x&page=-3"):
        assert client.get(f"{URL}?{bad}").status_code == 200, bad


def test_anybody_sees_doors_and_hours_and_nothing_that_was_counted(covered: Cast, client: Any) -> None:
    response = client.get(f"{URL}map/")
    data = json.loads(b"".join(client.get(f"{URL}map/?download=json").streaming_content))

    assert response.status_code == 200
    assert set(data["rows"][0]) == {"commune", "code", "population", "epn", "hours_per_week", "hours_per_10000"}
    assert client.get(URL).status_code == 302
    assert client.get(f"{URL}context/").status_code == 302


def test_targets_and_context_are_written_by_the_coordinator_and_taken_back(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.dries)
    empty = client.post(f"{URL}target/", {"valid_from": "2026-01-01", "source": "AG"})
    assert "AG" in empty.content.decode(), "what was typed stays"
    assert (
        client.post(
            f"{URL}target/", {"valid_from": "2026-01-01", "inhabitants_per_fte": "10000", "hours_per_10000": "2,5"}
        ).status_code
        == 302
    )
    figure = {
        "topic": "vulnerability", "text_fr": "=1+1 vulnérables", "value": "40 %", "year": "2023", "area": "Belgique",
        "source": "Baromètre",
    }  # fmt: skip
    assert client.post(f"{URL}context/add/", {**figure, "year": "3000", "url": "javascript:x"}).status_code == 200
    assert client.post(f"{URL}context/add/", figure).status_code == 302
    with inside(cast.caban):
        assert Target.objects.get().hours_per_10000 == Decimal("2.5")
        pk = ContextFigure.objects.get().pk
    csv = b"".join(client.get(f"{URL}context/?download=csv").streaming_content).decode()
    assert "'=1+1" in csv

    client.post(f"{URL}context/{pk}/retire/")
    with inside(cast.caban):
        assert ContextFigure.objects.get().retired_at is not None
    client.post(f"{URL}context/{pk}/restore/")
    with inside(cast.caban):
        assert ContextFigure.objects.get().retired_at is None


def load(cast: Cast, tmp_path: Path, text: str, **said: str) -> str:
    file, out = tmp_path / "areas.csv", StringIO()
    file.write_text(text, "utf-8")
    options = {"code": "vulnerability", "label": "Vulnérabilité", "source": "Étude", "year": "2023", **said}
    flags = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", value)]
    call_command("import_area_indicator", str(file), "--federation", "caban", *flags, stdout=out)
    return out.getvalue()


def test_an_indicator_of_areas_says_which_have_priority(covered: Cast, tmp_path: Path) -> None:
    load(covered, tmp_path, "nis;value\n21015;0\n", priority_from="40")
    assert "2 communes" in load(covered, tmp_path, "nis;value\n21015;47,5\n21001;12\n", priority_from="40")

    with inside(covered.caban):
        page = coverage(covered.caban.pk, year=2022, indicator=AreaIndicator.objects.get())
    assert (area(page, SCHAERBEEK).indicator, area(page, SCHAERBEEK).priority) == (Decimal("47.5"), True)
    assert not area(page, ANDERLECHT).priority


@pytest.mark.parametrize(
    ("text", "said", "message"),
    [
        ("nis;value\n21015;1\n99999;1\n21001;x\n21015;2\n", {}, "ligne 3"),
        ("commune;value\n21015;1\n", {}, "code / nis"),
        ("nis;value\n", {}, "aucune ligne"),
        ("nis;value\n21015;1e40\n", {}, "1e40"),
        ("nis;value\n21015;1\n", {"priority_from": "NaN"}, "priority-from"),
        ("nis;value\n21015;1\n", {"year": "2062"}, "year"),
        ("nis;value\n21015;1\n", {"code": "a b"}, "Nothing was loaded"),
    ],
)
def test_a_bad_file_of_areas_changes_nothing(
    cast: Cast, tmp_path: Path, text: str, said: dict[str, str], message: str
) -> None:
    with pytest.raises(CommandError) as refused:
        load(cast, tmp_path, text, **said)

    assert message in str(refused.value)
    with inside(cast.caban):
        assert not AreaIndicator.objects.exists()


def test_a_target_that_aims_at_nothing_is_refused(cast: Cast) -> None:
    with inside(cast.caban), pytest.raises(ValidationError):
        services.set_target(valid_from=dt.date(2026, 1, 1), inhabitants_per_fte=None, hours_per_10000=None)


def test_a_stop_moves_the_figure_when_it_is_held_and_back(cast: Cast, after_commit: Any) -> None:
    from tenants.appointments.stop_services import hold_stop, plan_stop_again

    with inside(cast.poste):
        stop = Stop.objects.create(
            site=Site.objects.get(), date=dt.date(2026, 11, 3), starts=540, ends=630, series=uuid4()
        )
        for verb, minutes in ((hold_stop, 90), (plan_stop_again, 0)):
            with after_commit():
                verb(stop=stop)
            with inside(cast.caban), connection.cursor() as cursor:
                cursor.execute(
                    "SELECT coalesce(sum(minutes), 0) FROM figures_flowtotal WHERE figure = 'stops' AND dimension = ''"
                )
                assert cursor.fetchone()[0] == minutes

"""The demo as it stands in a database: built by the command, asked what it promises, served and stopped.

Every day, this process builds the first three EPN once more and finds the same bytes; with THOROUGH=1, all 44.
"""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import global_settings
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, Q, Sum
from django.test import Client

from maillage.accounts.models import Person
from maillage.demo.accounts import sign_ins
from maillage.demo.building import build, remove
from maillage.demo.models import Build
from maillage.demo.people import PASSWORD
from maillage.demo.serving import free_addresses
from network.cadastre.editions.models import CensusReturn, FrozenEdition
from network.directory.models import Card
from network.figures.models import FlowTotal, Outlook
from network.reports.models import ActivityKey, Report
from tenants.activity.models import CounterSession, Visit, VisitChange
from tenants.registry.crossing import entered
from tenants.registry.enums import Role
from tenants.registry.models import Epn, Federation
from tenants.registry.provisioning.services import provision_federation
from tenants.registry.selectors import epn_ever_in, space_at
from tests.databases import connected_to, new_name
from tests.demo.network import demo_database, digests, empty_database
from tests.funder_space.telling import MEASURES, SpaceReader, claims_of_report
from tests.ports import free_port
from tests.releases.attacker import Attacker
from tests.releases.reading import LANGUAGES, Reader
from tests.thoroughness import THOROUGH

ROOT = Path(__file__).resolve().parents[2]
MANAGE = [sys.executable, "-m", "maillage.manage"]
BUILT_AGAIN = None if THOROUGH else 3


def environment(url: str, static: Path) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "maillage.settings",
        "MAILLAGE_ENV": "demo",
        "STATIC_ROOT": str(static),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")]),
    }


@pytest.fixture(scope="module")
def other(django_db_setup: None, django_db_blocker: object) -> Iterator[tuple[str, str]]:
    """The name and URL of an empty database."""
    name = new_name("demo_other")
    with django_db_blocker.unblock(), empty_database(name) as url:  # type: ignore[attr-defined]
        yield name, url


@pytest.fixture(scope="module")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("static")


@pytest.fixture(scope="module")
def by_command(other: tuple[str, str], static: Path) -> subprocess.CompletedProcess[str]:
    """`manage demo` in an empty database, in a process of its own."""
    return manage("demo", "--port", "8123", url=other[1], static=static)


@pytest.fixture(scope="module")
def demo(
    by_command: subprocess.CompletedProcess[str], other: tuple[str, str], django_db_blocker: Any
) -> Iterator[None]:
    """The connection is in the demo that the command has made. Nothing here changes it."""
    assert by_command.returncode == 0, by_command.stderr
    with django_db_blocker.unblock(), connected_to(other[0]):
        yield


@pytest.fixture(scope="module")
def again(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The name of another database with a demo, to compare and to destroy."""
    with django_db_blocker.unblock(), demo_database(new_name("demo"), epn=BUILT_AGAIN) as name:
        yield name


def manage(*arguments: str, url: str, static: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*MANAGE, *arguments], env=environment(url, static), capture_output=True, text=True, timeout=600
    )


def ahead(federation: str, figure: str, value: str = "") -> dict[str, float]:
    """By EPN, of what is ahead on the demo's last day: `value` is a month."""
    slugs = dict(Epn.objects.values_list("pk", "slug"))
    with entered(space_at(federation)):
        found = Outlook.objects.filter(figure=figure, dimension="month" if value else "", value=value)
        return {slugs[one.epn_id]: float(one.count or one.people) for one in found if one.count or one.people}


def summary(**options: object) -> dict[str, object]:
    out = io.StringIO()
    call_command("cadastre_summary", federation="caban", json=True, stdout=out, **options)
    found: dict[str, object] = json.loads(out.getvalue())
    return found


def test_the_cliff_of_the_next_year_and_the_epn_that_nobody_holds_in_january(demo: None) -> None:
    """Known on 31 October 2026: Bosnie 2.0 rests on one contract, which ends on 9 December."""
    assert ahead("caban", "weeks_nobody", "2027-01") == {"bosnie": 4}
    assert ahead("caban", "weeks_nobody", "2026-11") == {}
    ending = ahead("caban", "staff_ending")
    assert len(ending) >= 20
    assert sum(ending.values()) >= 30  # people of the 40 EPN whose work ends within a year
    assert ahead("caban", "staff")["rue-de-la-poste"] > 3


def test_nobody_can_work_out_what_the_releases_withhold(demo: None) -> None:
    """The attacker has all that two funders and the public can get; every release, year and format with THOROUGH=1."""
    reader = Reader("caban")
    told = {one["number"]: one for one in reader.releases()}
    assert [one["period"] for one in told.values()][-1] == "2022"
    assert {"2025", "2026-09", "2026-Q3"} <= {one["period"] for one in told.values()}
    year_and_months = {number for number, one in told.items() if one["period"] == "2022" or "2026" in one["period"]}

    documents = list(reader.documents(None if THOROUGH else year_and_months))
    attacker = Attacker(documents, reader.homes(), thorough=THOROUGH)
    two_funders_tell(attacker, reader.first_homes())

    assert len(attacker.withheld) > 500
    assert attacker.learned > 30 and attacker.leaks == []
    assert attacker.narrow() == {}
    for table in ("visits", "visits_by_epn"):
        rows = [row for one in documents if one["table"] == table for row in one["rows"] if row["period"][5:].isdigit()]
        shown = sum(row["visits"] or 0 for row in rows)
        with entered(space_at("caban")):
            months = {f"{row['period']}-01" for row in rows}
            whole = FlowTotal.objects.filter(figure="visits", dimension="", month__in=months)
            assert shown >= 0.95 * sum(whole.values_list("count", flat=True))
    money = next(one for one in documents if one["table"] == "census_money" and one["release"] == 1)
    assert {row["answered"] for row in money["rows"]} == {22}
    by_epn = next(one for one in documents if one["table"] == "visits_by_epn" and one["release"] == 1)
    for document in documents if THOROUGH else [by_epn]:
        reader.check_the_formats(document, LANGUAGES if THOROUGH else ("fr",))


def two_funders_tell(attacker: Attacker, homes: dict[str, str]) -> None:
    """What the Region and the foundation see of the year that runs, with THOROUGH=1 of each since 2022, and their
    reports, version by version. Dries looks at it as each of them."""
    client = Client()
    coordinator = Person.objects.get(email="dries@maillage.example")
    client.force_login(coordinator, backend="maillage.accounts.backends.PasswordBackend")
    for code in ("region", "fondation"):
        space = SpaceReader(client, "caban", f"funder={code}")
        years, measures = (range(2022, 2027), MEASURES) if THOROUGH else ([2026], ["visits"])
        attacker.learn(space.claims(years, homes, measures))
        attacker.learn(claim for version in space.versions() for claim in claims_of_report(version))
        if THOROUGH:
            space.check_the_formats(2026)


def test_the_cadastre_of_2022_is_that_of_the_network(demo: None) -> None:
    labelled = summary(year=2022, perimeter="labelled")

    assert (labelled["epn"], labelled["epn_labelled"]) == (40, 22)
    assert (labelled["animation_contracts"], labelled["article60_contracts"]) == (60, 39)
    assert labelled["article60_share"] == 0.65
    assert (labelled["need_labelled_eur"], labelled["need_all_eur"]) == (550_000, 1_000_000)
    assert summary(year=2022, perimeter="all")["animation_contracts"] > 60


def test_the_frozen_edition_of_2022_says_what_the_network_said(demo: None) -> None:
    out = io.StringIO()
    call_command("freeze_edition", federation="caban", year=2022, check=True, json=True, stdout=out)
    assert json.loads(out.getvalue())["holds"]

    with entered(space_at("caban")):
        frozen = FrozenEdition.objects.get(edition__year=2022)
        returns = CensusReturn.objects.filter(edition__year=2026).order_by("state")
        states = {state for (state,) in returns.values_list("state").distinct()}
    told = json.loads(bytes(frozen.content))
    facts = told["facts"]
    assert (facts["epn"], facts["epn_labelled"], facts["cost_of_an_epn"]["eur"]) == (40, 22, "25000")
    assert (told["edition"]["returns_asked"], told["edition"]["returns_validated"]) == (22, 22)
    assert facts["contracts"]["labelled"]["article60_share"] == "0.65"
    signed = {
        code: sum(int(one["answers"][code]["value"]) for one in told["returns"])
        for code in ("animation_contracts", "article60_contracts")
    }
    assert signed == {"animation_contracts": 60, "article60_contracts": 39}
    assert states == {"open", "submitted", "returned", "validated"}


def test_two_funders_have_reports_of_which_one_came_back_and_waits(demo: None) -> None:
    with entered(space_at("caban")):
        found = Report.objects.order_by("pk").values_list(
            "pack_version__pack__funder__code", "first", "state", "number"
        )
        reports = list(found)
        keys = ActivityKey.objects.values("epn_id", "year").annotate(whole=Sum("percent"))
        assert max(one["whole"] for one in keys) <= 100

    first = [(code, day.year, state, number) for code, day, state, number in reports]
    assert first == [("region", 2024, "accepted", 1), ("region", 2025, "sent", 2), ("fondation", 2025, "accepted", 1)]


def test_every_figure_is_what_a_recount_gives(demo: None) -> None:
    out = io.StringIO()
    call_command("verify_figures", json=True, stdout=out)

    assert json.loads(out.getvalue())["differences"] == 0
    assert json.loads(out.getvalue())["cells"] > 50_000


def test_each_federation_has_its_own_figures_and_its_own_services(demo: None) -> None:
    caban, loire = Federation.objects.order_by("pk")

    providers = []
    for federation in (caban, loire):
        with entered(federation.space):
            cells = FlowTotal.objects.filter(figure="visits", dimension="provider").exclude(value="")
            providers.append(set(cells.values_list("value", flat=True)))
            assert Card.objects.count() == epn_ever_in(federation.pk).count()

    assert {"union", "study_grants", "irisbox", "itsme"} <= providers[0]
    assert {"caf", "msa", "france_travail"} <= providers[1]
    assert not providers[0] & providers[1]


def test_a_place_without_a_commune_code_keeps_its_postcode_and_town(demo: None) -> None:
    with entered(space_at("terres-de-loire")):
        communes = FlowTotal.objects.filter(figure="visits", dimension="commune").values_list("value", flat=True)

        assert "58500 Clamecy" in set(communes)


def test_an_obstacle_is_what_it_was_at_the_time(demo: None) -> None:
    with entered(space_at("caban/rue-de-la-poste")):
        visits = Visit.objects.filter(obstacle_provider="union", obstacle_kind="no_desk")

        assert visits.exists()
        assert not visits.exclude(date__range=("2021-10-01", "2024-03-31")).exists()
        assert {str(one.obstacle_cost_eur) for one in Visit.objects.filter(obstacle_kind="cost")} == {"22.59"}


def test_visits_say_more_here_and_there_and_volunteers_act_for_nobody(demo: None) -> None:
    with entered(space_at("caban/rue-de-la-poste")):
        visits = Visit.objects.all()

        for said in ({"language": "ar"}, {"exceptional": True}, {"obstacle_minutes_lost__gte": 60}):
            assert visits.filter(**said).exists(), said
        assert visits.exclude(referral="").exists() and visits.exclude(causes=[]).exists()
        assert visits.exclude(accessibility=[]).exists()
        assert VisitChange.objects.filter(kind="changed").exists()
        assert not visits.filter(contract__type="volunteer", autonomy="done_for").exists()


def test_the_one_who_helped_had_a_contract_on_that_day(demo: None) -> None:
    with entered(space_at("caban/rue-de-la-poste")):
        visits = Visit.objects.select_related("contract", "contract__member")

        assert visits.count() > 2000
        for visit in visits:
            assert visit.contract.starts_on <= visit.date
            assert visit.contract.ended_on is None or visit.date <= visit.contract.ended_on
            assert visit.contract.member.account_id == visit.animator_id


def test_the_host_keeps_a_desk_in_the_morning(demo: None) -> None:
    with entered(space_at("caban/guichet-du-miroir")):
        mornings = CounterSession.objects.all()
        as_told = mornings.filter(tickets=8, arrivals=10, turned_away=2)

        assert mornings.count() > 1000
        assert as_told.count() * 2 > mornings.count() * 0.8


def test_there_is_a_sign_in_for_each_role_and_it_opens_its_space(demo: None, settings: Any) -> None:
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS  # the command's own
    found = sign_ins()

    assert {one.role for one in found} == set(Role) - {Role.OPERATOR}
    assert {one.space for one in found} >= {"caban", "caban/rue-de-la-poste", "terres-de-loire"}
    many = Person.objects.annotate(spaces=Count("memberships", filter=Q(memberships__until=None))).filter(spaces__gt=1)
    assert {one.email for one in many} == {"ines@maillage.example"}
    hashes = {Person.objects.get(email=one.email).credential.hash for one in found}
    assert all(check_password(PASSWORD, one) for one in hashes)


def test_nobody_else_can_sign_in(demo: None) -> None:
    strangers = Person.objects.exclude(email__in=[one.email for one in sign_ins()])

    assert strangers.count() > 300
    assert not strangers.filter(credential__isnull=False).exists()


def test_a_first_call_tells_what_it_does_and_who_may_sign_in(by_command: subprocess.CompletedProcess[str]) -> None:
    assert by_command.returncode == 0, by_command.stderr
    assert "http://localhost:8123/caban/" in by_command.stdout
    assert PASSWORD in by_command.stdout
    assert all(f"  {role} " in by_command.stdout for role in Role)
    assert "Demo: making two networks with 44 EPN" in by_command.stderr
    assert "Demo: making" not in by_command.stdout


def test_two_builds_are_the_same_bytes(demo: None, again: str) -> None:
    theirs = digests(epn=BUILT_AGAIN)
    with connected_to(again):
        ours = digests(epn=BUILT_AGAIN)

    assert len(ours) > (BUILT_AGAIN or 44) * 5
    assert [table for table in ours if ours[table] != theirs.get(table)] == []
    assert ours.keys() == theirs.keys()


@contextmanager
def served(url: str, static: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*MANAGE, "demo", "--serve", "--port", str(port)],
        env=environment(url, static),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def answer(port: int, path: str) -> tuple[int, str]:
    with urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=120) as response:
        return response.status, response.read().decode()


def wait_until_it_answers(process: subprocess.Popen[str], port: int) -> None:
    until = time.monotonic() + 300
    while True:
        assert process.poll() is None, process.communicate()[1]
        try:
            answer(port, "/health/")
        except OSError:
            assert time.monotonic() < until, "it never answered"
            time.sleep(0.05)
        else:
            return


@pytest.mark.parametrize("number", [signal.SIGINT, *([signal.SIGTERM] if THOROUGH else [])])
def test_a_later_call_keeps_the_data_serves_it_and_ends_at_a_signal(
    demo: None, other: tuple[str, str], static: Path, number: int
) -> None:
    port = free_port()

    with served(other[1], static, port) as process:
        wait_until_it_answers(process, port)
        page = answer(port, "/caban/")
        os.killpg(process.pid, number)  # as a terminal does: the workers are told as well
        _out, progress = process.communicate(timeout=120)

    assert page[0] == 200 and "Caban</h1>" in page[1]
    assert process.returncode == 0
    assert "Demo: making" not in progress and "Traceback" not in progress
    with pytest.raises(OSError):
        answer(port, "/health/")


def test_the_sign_ins_are_printed_for_a_script(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("demo", "--accounts", "--json")

    accounts = capsys.readouterr()
    assert [one["role"] for one in json.loads(accounts.out)][:2] == ["network_coordinator", "network_observer"]
    assert accounts.err == ""


def test_a_port_that_is_taken_is_said_before_the_database_is_asked() -> None:
    """No test without a fixture for it may ask the database."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        with pytest.raises(CommandError, match=rf"Port {port} is busy.*PORT="):
            call_command("demo", "--serve", "--port", port)


def test_an_interrupted_build_is_begun_again_and_other_networks_are_left_alone(again: str) -> None:
    with connected_to(again):
        lasting = provision_federation(name="Une autre", slug="une-autre")
        Build.objects.update(finished_at=None)

        remove()

        assert list(Federation.objects.values_list("slug", flat=True)) == ["une-autre"]
        assert not Person.objects.filter(email__endswith="@maillage.example").exists()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'epn\\_%' OR nspname LIKE 'federation\\_%'"
            )
            assert cursor.fetchall() == [(lasting.space.schema_name,)]
            cursor.execute("SELECT count(*) FROM pg_roles WHERE starts_with(rolname, %s)", [f"{again}_"])
            assert cursor.fetchone() == (1,)


def test_a_network_of_that_name_that_the_demo_did_not_make_is_not_touched(again: str) -> None:
    with connected_to(again):
        remove()
        provision_federation(name="Caban for real", slug="caban")

        with pytest.raises(CommandError, match="/caban/ is in use"):
            build()

        assert Federation.objects.get(slug="caban").space.name == "Caban for real"
        assert not Build.objects.exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--until", "2062-01-01"], "not between"),
        (["--until", "2022-06-01"], "not between"),
        (["--until", "yesterday"], "is no day"),
        (["--port", "70000"], "is no port"),
        (["--json"], "goes with --accounts"),
        (["--accounts", "--fresh"], "only prints"),
    ],
)
def test_what_cannot_be_done_is_said(options: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("demo", *options)


def test_a_production_installation_refuses_the_demo(settings) -> None:
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="no place in a production"):
        call_command("demo")


def test_a_port_is_free_on_this_machine_only_when_nobody_listens() -> None:
    port = free_port()

    assert f"127.0.0.1:{port}" in free_addresses(port)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with pytest.raises(CommandError, match="PORT="):
            free_addresses(port)

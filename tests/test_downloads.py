"""Behind every table on screen stands its file: same role, same filters, same rows, of this space alone."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from network.cadastre.services import grant_recognition
from network.cadastre.tables import TABLES
from network.directory.cards import copy_cards
from network.figures.services import sweep
from network.funding.services import set_cost_model
from network.releases.periods import month
from tenants.activity.counter.services import record_counter_session
from tenants.appointments.models import Appointment, Stop
from tenants.premises.models import Site
from tenants.premises.services import add_site
from tenants.staff.models import Contract, StaffMember, Training
from tests.cadastre.deeds import visits
from tests.conftest import Cast, inside, lasting
from tests.releases.releasing import release

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
A_TABLE = re.compile(r"{% data_table |<table|{{ (?:\w+\.)?chart|{{ charts\.")
# A table without a file of its own, and why.
WITHOUT = {
    "activity/export_columns.html": "says what the columns of a file are",
    "activity/visit_history.html": "what was done to one visit; the history of the space has a file",
    "allauth/elements/table.html": "draws somebody else's table",
    "components/chart.html": "the page that shows the chart offers its figures",
    "components/data_table.html": "draws the tables of all the others",
    "directory/epn_coordinator.html": "one EPN's open invitations, to act on",
    "editions/epn_import.html": "what a file would change, before one says so",
    "editions/epn_line.html": "drawn by the page of the return, which offers the file",
    "editions/epn_table.html": "a table to type in",
    "funding/_compared.html": "drawn by pages that offer the file",
    "merging/pair.html": "two EPN side by side, to decide about",
    "reports/_content.html": "drawn by pages that offer the file",
    "reports/_list.html": "drawn by pages that offer the file",
    "reports/keys.html": "a table to type in",
    "premises/_closings.html": "drawn by a page that offers the file",
    "releases/draft.html": "what isn't released yet, to decide on; a released table has its file",
    "releases/draft_table.html": "the same",
    "recognition/_criteria.html": "drawn by pages that offer the file",
    "registry/_concerned.html": "who is concerned by a choice, before one makes it",
    "registry/team/people.html": "people and invitations, to act on; the history says who came and left",
    "registry/team/profile.html": "one's own places",
    "registry/tokens.html": "one's own tokens, to revoke",
    "staff/_training_lines.html": "drawn by a page that offers the file",
    "staff/_sums.html": "drawn by a page that offers the file",
    "staff/lines.html": "drawn by pages that offer the file",
    "workshops/_dates.html": "drawn by pages that offer the file",
    "workshops/sheet.html": "a sheet of paper to sign",
    "volunteers/_lines.html": "drawn by pages that offer the file",
    "volunteers/add.html": "a month whose days one ticks",
    "webhooks/list.html": "a few addresses, to act on",
    "webhooks/one.html": "a log to replay from; the API gives it",
}


def test_every_table_on_screen_has_a_file_or_a_reason() -> None:
    shown = {
        str(path.relative_to(TEMPLATES)): path.read_text()
        for path in TEMPLATES.rglob("*.html")
        if A_TABLE.search(path.read_text())
    }
    reasons = set(WITHOUT)

    assert {name for name, text in shown.items() if "{% downloads " not in text} - reasons == set()
    assert reasons <= set(shown)
    assert [name for name in reasons if "{% downloads " in shown[name]] == []


@pytest.fixture(scope="module")
def year_2026(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with lasting(django_db_blocker) as cast:
        with django_db_blocker.unblock():
            live(cast)
        yield


@pytest.fixture
def lived(year_2026: None, cast: Cast) -> Cast:
    return cast


def live(cast: Cast) -> None:
    """Both EPN have done the same things, under names of their own."""
    for epn, name in ((cast.poste, "Jeanne Poste"), (cast.abattoirs, "Karim Abattoirs")):
        visits(epn, "2026-03-02", "2026-03-03", "2026-04-07")
        with inside(epn):
            add_site(name=f"Bus {name}", postcode="1030", town="Schaerbeek", opening_hours="We 14:00-16:00")
            record_counter_session(
                date=dt.date(2026, 3, 2), site_id=Site.objects.order_by("pk")[0].pk, starts_at=dt.time(9),
                ends_at=dt.time(12), tickets=8, arrivals=10, turned_away=2, note=f"=note of {name}",
            )  # fmt: skip
            today = dt.date.today()
            site = Site.objects.order_by("pk")[0]
            Appointment.objects.create(site=site, date=today, starts=540, ends=570, name="=name")
            Stop.objects.create(site=site, date=today, starts=540, ends=570, kit_other=f"=Thé {name}")
            member = StaffMember.objects.create(name=name)
            Training.objects.create(member=member, kind="badge", title="=Badge", obtained_on="2026-01-05")
            for start, end in (("2020-01-01", "2020-12-31"), ("2026-01-01", None)):
                Contract.objects.create(
                    member=member, type="cdi", role="animation", legal_employer=f"ASBL {name}", starts_on=start,
                    planned_end=end, hours_per_week=19, full_time_hours=38,
                )  # fmt: skip
    with inside(cast.caban):
        grant_recognition(epn_id=cast.poste.pk, since=dt.date(2021, 9, 1))
        set_cost_model(valid_from=dt.date(2026, 1, 1), amount_eur=25000, source="study")
    copy_cards(cast.caban)
    sweep(federations=[cast.caban])
    release(cast.caban, month(dt.date(2026, 3, 1)), today=dt.date.today())


POSTE, CABAN = "/caban/rue-de-la-poste", "/caban"
OF_AN_EPN = [
    "/visits/export/", "/visits/desk/", "/contracts/", "/contracts/?table=types", "/contracts/export/",
    "/contracts/ended/", *(f"/contracts/fte/?table={name}" for name in ("contracts", "types", "roles")),
    "/overview/?year=2026&table=contract_type", "/contracts/people/PERSON/", "/contracts/trainings/",
    "/sites/", "/history/", "/recognition/",
    *(f"/overview/?year=2026&table={name}" for name in ("summary", "months", "theme", "outcome")),
    "/appointments/", "/appointments/week/", "/appointments/stops/", "/appointments/stops/places/",
]  # fmt: skip
OF_A_FEDERATION = [
    "/", "/releases/", "/epn/", "/epn/?table=departments", "/recognition/", "/recognition/EPN/",
    "/cadastre/epn/EPN/?year=2026", "/funding/cost/",
    "/history/", "/settings/contract-types/", *(f"/cadastre/?year=2026&table={name}" for name in TABLES),
]  # fmt: skip


def filled(path: str, cast: Cast) -> str:
    if "PERSON" in path:
        with inside(cast.poste):
            path = path.replace("PERSON", str(StaffMember.objects.get().pk))
    return path.replace("EPN", str(cast.poste.pk))


def bytes_of(client: Client, path: str, kind: str) -> bytes:
    response = client.get(f"{path}{'&' if '?' in path else '?'}download={kind}")
    assert response.status_code == 200 and response.streaming
    return b"".join(response.streaming_content)


def text_of(client: Client, path: str, kind: str) -> str:
    return bytes_of(client, path, kind).decode()


def sheets_of(client: Client, path: str) -> list[list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(bytes_of(client, path, "xlsx")))
    return [book.get_sheet_by_index(number).to_python() for number in range(2)]


def lines_of(client: Client, path: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text_of(client, path, "csv").lstrip(chr(0xFEFF))), delimiter=";"))


@pytest.mark.parametrize("path", OF_AN_EPN)
def test_a_file_of_an_epn_holds_its_rows_and_no_others(lived: Cast, signed_in: Any, path: str) -> None:
    client, address = signed_in(lived.amina), f"{POSTE}{filled(path, lived)}"

    found = json.loads(text_of(client, address, "json"))
    header, *lines = lines_of(client, address)
    in_sheet, *sheet_lines = sheets_of(client, address)[0]

    assert found["perimeter"] == "caban/rue-de-la-poste" and found["rows"]
    assert len(lines) == len(found["rows"]) and len(header) == len(found["columns"])
    assert len(sheet_lines) == len(lines) and in_sheet == header
    everything = json.dumps(found, ensure_ascii=False) + str(lines) + str(sheet_lines)
    assert "Abattoirs" not in everything and "Karim" not in everything
    assert not any(cell.startswith("=") for line in lines for cell in line)


@pytest.mark.parametrize("path", OF_A_FEDERATION)
def test_a_file_of_a_federation_has_the_same_rows_in_both_forms(lived: Cast, signed_in: Any, path: str) -> None:
    client, address = signed_in(lived.dries), f"{CABAN}{filled(path, lived)}"

    found = json.loads(text_of(client, address, "json"))
    header, *lines = lines_of(client, address)

    assert found["perimeter"] == "caban"
    assert len(lines) == len(found["rows"]) and len(header) == len(found["columns"])
    assert bool(lines) != ("departments" in path)  # no census was imported here
    for line, row in zip(lines, found["rows"], strict=True):
        numbers = [str(value) for value in row.values() if isinstance(value, int) and not isinstance(value, bool)]
        written = [re.sub(",0+$", "", cell) for cell in line]
        assert [one for one in numbers if one not in written] == []


@pytest.mark.parametrize(
    ("prefix", "paths"), [(POSTE, OF_AN_EPN), (CABAN, OF_A_FEDERATION)], ids=["an EPN's", "a federation's"]
)
def test_a_file_is_for_whom_the_page_is(lived: Cast, signed_in: Any, prefix: str, paths: list[str]) -> None:
    visitors = [Client(), *(signed_in(one) for one in (lived.bram, lived.chloe, lived.eva, lived.farid))]
    for path in paths:
        address = f"{prefix}{filled(path, lived)}"
        for client in visitors:
            page, file = client.get(address), client.get(f"{address}{'&' if '?' in address else '?'}download=json")
            assert (page.status_code, "next=" in page.get("Location", "")) == (
                file.status_code,
                "next=" in file.get("Location", ""),
            ), address


def test_a_file_has_the_filters_of_the_page(lived: Cast, signed_in: Any) -> None:
    client = signed_in(lived.amina)

    found = json.loads(text_of(client, f"{POSTE}/visits/export/?since=2026-04-01", "json"))
    assert [row["date"] for row in found["rows"]] == ["2026-04-07"] and found["filters"] == {"since": "2026-04-01"}
    page = signed_in(lived.dries).get(f"{CABAN}/epn/?q=poste").content.decode()
    link = re.search(r'href="(\?q=poste&amp;download=json)"', page)
    assert link is not None
    listed = json.loads(text_of(signed_in(lived.dries), f"{CABAN}/epn/?q=poste", "json"))
    assert [row["name"] for row in listed["rows"]] == ["Rue de la Poste"]


def test_the_figures_in_a_file_are_those_on_screen(lived: Cast, signed_in: Any) -> None:
    client, address = signed_in(lived.dries), f"{CABAN}/cadastre/epn/{lived.poste.pk}/?year=2026"

    page = client.get(address).content.decode()
    found = json.loads(text_of(client, address, "json"))
    summary = json.loads(text_of(client, f"{CABAN}/cadastre/?year=2026&table=summary", "json"))
    told = client.get(f"{CABAN}/cadastre/?year=2026").content.decode()

    table = page[page.rindex("<table") :]
    shown = [
        [int(cell) for cell in re.findall(r'class="m-num">(\d+)</td>', row)][:2]
        for row in re.findall(r"<tr>.*?</tr>", table)
    ]
    assert [[row["visits"], row["attendances"]] for row in found["rows"]] == [row for row in shown if row]
    assert sum(row["visits"] for row in found["rows"]) == 3
    assert found["as_of"] is not None and found["as_of"] == summary["as_of"]
    by_measure = [row["value"] for row in summary["rows"]]
    assert by_measure[9:13] == [6, 6, 120, 4] and "2\N{NO-BREAK SPACE}h" in told


def test_every_page_draws_its_links(lived: Cast, signed_in: Any) -> None:
    missing = []
    for person, prefix, paths in ((lived.amina, POSTE, OF_AN_EPN), (lived.dries, CABAN, OF_A_FEDERATION)):
        client = signed_in(person)
        pages = {filled(path, lived).split("?")[0] for path in paths} - {"/visits/export/", "/contracts/export/"}
        for page in sorted(pages):
            query = {"year": "2026"} if "cadastre" in page else {}
            text = client.get(f"{prefix}{page}", query).content.decode()
            missing += [
                page for kind in ("csv", "xlsx", "json") if f"download={kind}" not in text or "⟦undefined" in text
            ]
    assert missing == []

"""A day counted on paper: one save makes its visits, and one tap takes them back."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from maillage.accounts.models import Person
from tenants.activity.counter.paste import read_pasted
from tenants.activity.counter.services import record_counter_session
from tenants.activity.models import CounterSession, TallySheet, Visit
from tenants.premises.models import Site
from tests.activity.test_pages import HOME, VISITS
from tests.conftest import Cast, inside

TALLY = f"{VISITS}desk/tally/"
SignedIn = Callable[[Person], Client]


def sheet(cast: Cast, **said: Any) -> dict[str, Any]:
    with inside(cast.poste):
        site = Site.objects.get().pk
    return {
        "key": str(uuid.uuid4()), "date": timezone.localdate().isoformat(), "site": site, "mode": "individual",
        "animator": cast.bram.pk, "outcome": "solved", "n__tax": "17", "n__bank": "13", "minutes__tax": "10",
        "minutes__bank": "20", **said,
    }  # fmt: skip


def there(cast: Cast) -> Counter[tuple[str, str, int]]:
    with inside(cast.poste):
        return Counter(
            (one.themes[0], one.outcome, one.minutes) for one in Visit.objects.filter(deleted_at__isnull=True)
        )


def test_thirty_visits_are_one_save_and_one_tap_takes_them_back(cast: Cast, signed_in: SignedIn) -> None:
    client, said = signed_in(cast.bram), sheet(cast)

    page = client.get(TALLY, headers={"accept-language": "fr"}).content.decode()
    with CaptureQueriesContext(connection) as captured:
        first = client.post(TALLY, said, headers={"accept-language": "fr"})
    second = client.post(TALLY, said)

    assert "⟦undefined" not in page and page.count('name="n__') == 27
    assert (first.url, second.url) == (HOME, HOME)
    assert there(cast) == {("tax", "solved", 10): 17, ("bank", "solved", 20): 13}
    assert len(captured) <= 24  # whatever the number of visits
    after = client.get(HOME).content.decode()
    undo = re.search(rf'action="({TALLY}\d+/undo/)"', after)
    assert undo is not None
    for _twice in range(2):
        client.post(undo[1])
    assert there(cast) == {}
    again = client.post(TALLY, said)
    assert again.status_code == 200 and b"m-summary" in again.content and there(cast) == {}


def test_a_sheet_by_outcome(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.bram)
    said = sheet(cast, by_outcome="1", n__tax__solved="2", n__tax__must_return="1", n__bank__abandoned="3")

    page = client.get(TALLY, {"by_outcome": "1"}).content.decode()
    client.post(TALLY, said)

    assert "⟦undefined" not in page and page.count('name="n__tax__') == 5
    assert there(cast) == {("tax", "solved", 10): 2, ("tax", "must_return", 10): 1, ("bank", "abandoned", 20): 3}


def test_minutes_are_proposed_from_what_this_epn_does(cast: Cast, signed_in: SignedIn, log: Any) -> None:
    with inside(cast.poste):
        for minutes in (5, 50, 60):
            log(themes=["ai", "bank"], minutes=minutes)
        log(themes=["bank"], minutes=7)

    page = signed_in(cast.bram).get(TALLY).content.decode()

    proposed = dict(re.findall(r'name="minutes__(\w+)" value="(\d+)"', page))
    assert (proposed["ai"], proposed["bank"], proposed["tax"]) == ("50", "7", "7")


def test_those_turned_away_go_to_the_half_day_of_that_day(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.bram)
    with inside(cast.poste):
        record_counter_session(date=timezone.localdate(), site_id=Site.objects.get().pk, starts_at=dt.time(9),
                               ends_at=dt.time(12), turned_away=2)  # fmt: skip

    client.post(TALLY, sheet(cast, turned_away="3"))
    with inside(cast.poste):
        assert CounterSession.objects.get().turned_away == 5
        pk = TallySheet.objects.get().pk
    client.post(f"{TALLY}{pk}/undo/")

    with inside(cast.poste):
        assert CounterSession.objects.get().turned_away == 2


def test_without_a_half_day_one_is_made_and_taken_back_with_the_sheet(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.bram)
    alone = sheet(cast, n__tax="", n__bank="", turned_away="3", starts_at="", ends_at="")

    refused = client.post(TALLY, alone)
    client.post(TALLY, {**alone, "starts_at": "09:00", "ends_at": "12:00"})
    with inside(cast.poste):
        made = CounterSession.objects.get()
        pk = TallySheet.objects.get().pk
    client.post(f"{TALLY}{pk}/undo/")

    assert refused.status_code == 200 and b"m-summary" in refused.content
    assert (made.turned_away, made.starts_at, made.is_open) == (3, dt.time(9), False)
    with inside(cast.poste):
        assert not CounterSession.objects.exists() and TallySheet.objects.get().undone_at is not None


def test_it_is_too_late_after_a_quarter_of_an_hour_and_for_anybody_else(cast: Cast, signed_in: SignedIn) -> None:
    signed_in(cast.bram).post(TALLY, sheet(cast))
    with inside(cast.poste):
        pk = TallySheet.objects.get().pk

    signed_in(cast.amina).post(f"{TALLY}{pk}/undo/")
    with inside(cast.poste):
        TallySheet.objects.update(created_at=timezone.now() - dt.timedelta(minutes=16))
    signed_in(cast.bram).post(f"{TALLY}{pk}/undo/")

    assert sum(there(cast).values()) == 30


BAD = [
    {"n__tax": "-1"}, {"n__tax": "301"}, {"n__tax": "x"}, {"n__tax": "9" * 400}, {"n__tax": "200", "n__bank": "200"},
    {"n__tax": "", "n__bank": ""}, {"minutes__tax": "0"}, {"minutes__tax": "1441"}, {"date": "2062-01-01"},
    {"date": ""}, {"site": "9" * 30}, {"mode": "<b>"}, {"animator": "x"}, {"outcome": "y"}, {"key": "\0"},
    {"turned_away": "-1"}, {"turned_away": "1000"}, {"starts_at": "25:00", "turned_away": "1"},
    {"minutes__tax": "90"},  # 17 × 90 minutes of one animator: more than a day has
]  # fmt: skip


@pytest.mark.parametrize("said", BAD, ids=str)
def test_a_bad_sheet_saves_nothing_and_keeps_what_was_typed(
    cast: Cast, signed_in: SignedIn, said: dict[str, str]
) -> None:
    response = signed_in(cast.bram).post(TALLY, sheet(cast, **said))
    page = response.content.decode()

    assert response.status_code == 200 and "m-summary" in page and "⟦undefined" not in page and "<b>" not in page
    assert 'name="minutes__bank" value="20"' in page
    assert there(cast) == {}
    with inside(cast.poste):
        assert not TallySheet.objects.exists()


PASTED = (
    "Thème\tNombre\r\nImpôts\t12\nbank\t3\nGEMEENTE EN IRISBOX\t4\nÉnergie et factures;2\nimpots 1\nTotal\t22\n\n"
    "Sorcellerie\t5\nTransport\tbeaucoup\n<b>x</b>\t1\n=1+1\t2\nHousing, 6\n"
)


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_rows_are_read_by_label_in_any_language_or_by_code(cast: Cast, language: str) -> None:
    with translation.override(language):
        found = read_pasted(PASTED)

    assert found.numbers == {"tax": 13, "bank": 3, "commune": 4, "energy": 2, "housing": 6}
    assert [(number, text.split("\t")[0]) for number, text, _why in found.problems] == [
        (9, "Sorcellerie"), (10, "Transport"), (11, "<b>x</b>"), (12, "=1+1"),
    ]  # fmt: skip


def test_pasted_rows_fill_the_sheet_and_save_nothing(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.bram)

    page = client.post(TALLY, {"rows": PASTED}, headers={"accept-language": "fr"}).content.decode()

    assert 'name="n__tax" value="13"' in page and 'name="n__bank" value="3"' in page
    assert "Ligne 9, «\xa0Sorcellerie" in page.replace("« ", "«\xa0") and "<b>x</b>" not in page
    assert "⟦undefined" not in page and there(cast) == {}


@pytest.mark.parametrize("rows", ["", "\0", "x" * 20_001, "\n" * 300, "tax\t9999", "tax\t" + "9" * 500, "\t\t\t"])
def test_a_bad_paste_gives_the_page_back(cast: Cast, signed_in: SignedIn, rows: str) -> None:
    response = signed_in(cast.bram).post(TALLY, {"rows": rows})

    assert response.status_code == 200 and "⟦undefined" not in response.content.decode()


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_sheet_to_print_has_the_themes_in_the_order_of_this_epn(
    cast: Cast, signed_in: SignedIn, log: Any, language: str
) -> None:
    with inside(cast.poste):
        log(themes=["ai"], obstacle_provider="bank", obstacle_kind="cost")

    page = signed_in(cast.bram).get(f"{TALLY}sheet/", headers={"accept-language": language}).content.decode()

    ai = {"fr": "Intelligence artificielle", "nl": "Artificiële intelligentie", "en": "Artificial intelligence"}
    rows = re.findall(r"<li><span>(?:<strong>)?([^<]+)", page)
    assert rows[0] == ai[language] and len(rows) == 27 + 5 + 1 + 1
    assert "⟦undefined" not in page

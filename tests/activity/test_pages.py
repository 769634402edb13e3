import datetime as dt
import gzip
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenants.activity.models import CounterSession, Visit
from tenants.premises.models import Site
from tests.activity.conftest import whole
from tests.conftest import Cast, inside

HOME = "/caban/rue-de-la-poste/"
VISITS = f"{HOME}visits/"


def three_taps(client: Client, **tapped: str) -> dict[str, str]:
    """The home page's form as it comes, with what was tapped."""
    page = client.get(HOME).content.decode()
    return {**proposed(page), "theme": "tax", "outcome": "solved", **tapped}


def proposed(page: str) -> dict[str, str]:
    form = page[page.index("data-visit") :]
    found = dict(re.findall(r'<input type="(?:hidden|number|date)" name="(\w+)" value="([^"]*)"', form))
    for name in ("site", "mode", "animator"):
        select = form[form.index(f'<select name="{name}"') :].split("</select>")[0]
        chosen = re.search(r'<option value="([^"]*)" selected', select)
        found[name] = chosen[1] if chosen else ""
    return found


def test_three_taps_save_a_visit_with_what_the_page_proposes(cast: Cast, signed_in, today: dt.date) -> None:
    client = signed_in(cast.bram)

    response = client.post(HOME, three_taps(client))

    assert response.status_code == 302 and response.url == f"{HOME}?saved=1"
    with inside(cast.poste):
        visit = Visit.objects.get()
        assert (visit.date, visit.themes, visit.outcome, visit.minutes) == (today, ["tax"], "solved", 20)
        assert (visit.animator_id, visit.recorded_by_id, visit.mode) == (cast.bram.pk, cast.bram.pk, "individual")


def test_the_page_after_shows_the_tally_and_the_way_back(cast: Cast, signed_in) -> None:
    client = signed_in(cast.bram)
    page = client.post(HOME, three_taps(client), follow=True, headers={"accept-language": "fr"}).content.decode()

    assert "Visite enregistrée" in page
    assert re.search(r"<strong>1</strong> visite aujourd[’']hui", page)
    assert f'action="{VISITS}undo/"' in page
    assert "⟦undefined" not in page


def test_the_form_proposes_what_this_person_did_last_then_what_the_epn_did(cast: Cast, signed_in, log) -> None:
    with inside(cast.poste):
        second = Site.objects.create(name="Annexe")
        log(minutes=45, mode="appointment", site_id=second.pk, recorded_by_id=cast.bram.pk, animator_id=cast.bram.pk)
        log(minutes=10, mode="workshop", recorded_by_id=cast.amina.pk, animator_id=cast.amina.pk)

    of_bram = proposed(signed_in(cast.bram).get(HOME).content.decode())

    assert (of_bram["minutes"], of_bram["mode"], of_bram["site"]) == ("45", "appointment", str(second.pk))
    assert of_bram["animator"] == str(cast.bram.pk)


def test_somebody_new_is_proposed_what_the_epn_does_and_their_own_name(cast: Cast, signed_in, log) -> None:
    with inside(cast.poste):
        log(minutes=10, mode="workshop", recorded_by_id=cast.amina.pk, animator_id=cast.amina.pk)

    of_bram = proposed(signed_in(cast.bram).get(HOME).content.decode())

    assert (of_bram["minutes"], of_bram["mode"], of_bram["animator"]) == ("10", "workshop", str(cast.bram.pk))


def tiles(page: str) -> list[str]:
    return re.findall(r'id="theme-(\w+)"', page)


def test_tiles_begin_with_what_this_epn_does_most(cast: Cast, signed_in, log, today: dt.date) -> None:
    with inside(cast.poste):
        for _number in range(3):
            log(themes=["ai"])
        log(themes=["bank", "photos"])
        log(themes=["tax"], date=today - dt.timedelta(days=91))
        log(themes=["tax"], date=today - dt.timedelta(days=91))

    shown = tiles(signed_in(cast.bram).get(HOME).content.decode())

    assert shown[:4] == ["ai", "bank", "photos", "commune"]
    assert len(shown) == 27


def test_once_there_is_a_habit_tiles_keep_their_place_during_the_day(
    cast: Cast, signed_in, log, today: dt.date
) -> None:
    with inside(cast.poste):
        for _number in range(50):
            log(themes=["bank"], date=today - dt.timedelta(days=1))
        for _number in range(60):
            log(themes=["ai"])

    assert tiles(signed_in(cast.bram).get(HOME).content.decode())[:2] == ["bank", "commune"]


def test_an_epn_that_has_logged_nothing_has_a_friendly_page(cast: Cast, signed_in) -> None:
    page = signed_in(cast.bram).get(HOME, headers={"accept-language": "fr"}).content.decode()

    assert tiles(page)[0] == "commune"
    assert "⟦undefined" not in page and 'name="key"' in page


def test_an_epn_without_a_site_is_told_what_to_do_first(cast: Cast, signed_in) -> None:
    with inside(cast.poste):
        Site.objects.update(retired_at=timezone.now())

    page = signed_in(cast.bram).get(HOME).content.decode()

    assert "data-visit" not in page and "m-empty" in page


def test_a_double_submission_saves_once(cast: Cast, signed_in) -> None:
    client = signed_in(cast.bram)
    form = three_taps(client)

    first, second = client.post(HOME, form), client.post(HOME, form)

    assert (first.status_code, second.status_code) == (302, 302)
    with inside(cast.poste):
        assert Visit.objects.count() == 1


def test_an_old_page_with_another_choice_is_not_lost_but_asked_again(cast: Cast, signed_in) -> None:
    client = signed_in(cast.bram)
    form = three_taps(client)
    client.post(HOME, form)

    again = client.post(HOME, {**form, "theme": "bank"})
    page = again.content.decode()

    assert again.status_code == 200
    assert re.search(r'id="theme-bank"[^>]* checked', page)
    key = re.search(r'name="key" value="([\w-]+)" id="id_key"', page)
    assert key and key[1] != form["key"]
    client.post(HOME, {**form, "theme": "bank", "key": key[1]})
    with inside(cast.poste):
        assert Visit.objects.count() == 2


def test_old_days_are_entered_one_after_the_other(cast: Cast, signed_in, today: dt.date) -> None:
    client = signed_in(cast.bram)
    day = (today - dt.timedelta(days=40)).isoformat()
    page = client.get(HOME, {"day": day}).content.decode()

    response = client.post(HOME, {**proposed(page), "theme": "tax", "outcome": "solved"})

    assert response.url == f"{HOME}?day={day}&saved=1"
    with inside(cast.poste):
        assert Visit.objects.get().date.isoformat() == day


@pytest.mark.parametrize("day", ["2062-01-01", "1815-06-18", "x", "\0", "9" * 400])
def test_a_day_that_can_not_be_is_today(cast: Cast, signed_in, day: str, today: dt.date) -> None:
    page = signed_in(cast.bram).get(HOME, {"day": day})

    assert proposed(page.content.decode())["date"] == today.isoformat()


def test_the_post_of_a_visit_costs_at_most_twelve_statements(cast: Cast, signed_in) -> None:
    client = signed_in(cast.bram)
    client.post(HOME, three_taps(client))
    form = three_taps(client, theme="bank")

    with CaptureQueriesContext(connection) as captured:
        response = client.post(HOME, form)

    assert response.status_code == 302
    print(*(one["sql"][:160] for one in captured.captured_queries), sep="\n")
    assert len(captured) <= 12


BAD = {
    "date": ["2062-01-01", "1999-01-01", "31/02/2026", "", "9" * 50],
    "minutes": ["0", "1441", "-5", "abc", "9" * 5000, ""],
    "theme": ["", "witchcraft", "<b>x</b>", "ta\0x"],
    "outcome": ["", "unknown"],
    "mode": ["", "unknown"],
    "site": ["", "999999999", "9" * 30, "-1", "x"],
    "animator": ["999999999", "9" * 30, "x"],
    "key": ["", "x", "\0"],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in BAD.items() for value in values])
def test_a_bad_field_gives_the_form_back_with_its_content(cast: Cast, signed_in, field: str, value: str) -> None:
    client = signed_in(cast.bram)
    form = three_taps(client, theme="bank", outcome="redirected", minutes="33")

    response = client.post(HOME, {**form, field: value})
    page = response.content.decode()

    assert response.status_code == 200
    assert "m-summary" in page and "⟦undefined" not in page and "<b>x</b>" not in page
    for name, shown in {
        "theme": r'id="theme-bank"[^>]* checked',
        "outcome": r'id="outcome-redirected"[^>]* checked',
        "minutes": r'name="minutes" value="33"',
    }.items():
        assert name == field or re.search(shown, page), name
    with inside(cast.poste):
        assert not Visit.objects.exists()


def test_say_more_opens_the_whole_form_with_what_was_tapped(cast: Cast, signed_in) -> None:
    client = signed_in(cast.bram)

    page = client.post(HOME, three_taps(client, theme="bank", minutes="35", more="1"), follow=True).content.decode()

    assert re.search(r'name="themes" value="bank"[^>]* checked', page)
    assert re.search(r'name="outcome" value="solved"[^>]* checked', page)
    assert 'name="minutes" value="35"' in page
    assert "⟦undefined" not in page


def test_a_visit_is_corrected_deleted_and_brought_back(cast: Cast, signed_in, log) -> None:
    with inside(cast.poste):
        visit = log(animator_id=cast.bram.pk)
    client = signed_in(cast.bram)
    address = f"{VISITS}{visit.pk}/"

    corrected = client.post(address, whole(cast, minutes="5", animator=cast.bram.pk))
    client.post(f"{address}delete/")
    gone = client.get(address).status_code
    journal = client.get(VISITS).content.decode()
    client.post(f"{address}restore/")

    assert corrected.status_code == 302 and gone == 404
    assert f'action="{address}restore/"' in journal
    with inside(cast.poste):
        visit.refresh_from_db()
        assert (visit.minutes, visit.deleted_at) == (5, None)


def test_an_animator_may_not_touch_a_colleagues_visit(cast: Cast, signed_in, log) -> None:
    with inside(cast.poste):
        visit = log(animator_id=cast.amina.pk)
    client = signed_in(cast.bram)
    address = f"{VISITS}{visit.pk}/"

    answers = [client.get(address), client.post(address, whole(cast)), client.post(f"{address}delete/")]

    assert [one.status_code for one in answers] == [403, 403, 403]
    assert f'href="{address}"' not in client.get(VISITS).content.decode()


def test_undo_takes_the_visit_back_and_offers_to_bring_it_again(cast: Cast, signed_in) -> None:
    client = signed_in(cast.bram)
    client.post(HOME, three_taps(client))
    with inside(cast.poste):
        visit = Visit.objects.get()

    page = client.post(f"{VISITS}undo/", {"key": str(visit.key)}, follow=True).content.decode()

    assert f'action="{VISITS}{visit.pk}/restore/"' in page
    with inside(cast.poste):
        assert Visit.objects.get().deleted_at is not None


def test_undo_where_there_is_nothing_says_so(cast: Cast, signed_in) -> None:
    page = signed_in(cast.bram).post(f"{VISITS}undo/", {"key": "x"}, follow=True).content.decode()

    assert "m-message-error" in page


@pytest.mark.parametrize(
    "filters",
    [
        {"since": "2026-05-04"},
        {"until": "2026-05-04", "since": "2026-05-04"},
        {"theme": "bank"},
        {"outcome": "redirected"},
        {"mode": "workshop"},
        {"provider": "itsme"},
        {"note": "ITSME"},
    ],
)
def test_filters_show_what_they_say_and_count_it(cast: Cast, signed_in, log, filters: dict[str, str]) -> None:
    with inside(cast.poste):
        log(date=dt.date(2026, 5, 3), minutes=7)
        log(
            date=dt.date(2026, 5, 4), themes=["tax", "bank"], outcome="redirected", mode="workshop", minutes=11,
            obstacle_provider="itsme", note="code itsme", attendances=2,
        )  # fmt: skip

    page = signed_in(cast.bram).get(VISITS, filters, headers={"accept-language": "fr"}).content.decode()

    assert page.count("<tr>") == 2
    assert re.search(r"<strong>1</strong> visite\b", page) and re.search(r"<strong>2</strong> présences", page)


def test_people_and_sites_are_filters_too(cast: Cast, signed_in, log) -> None:
    with inside(cast.poste):
        annexe = Site.objects.create(name="Annexe")
        log(site_id=annexe.pk, animator_id=cast.amina.pk)
        log(animator_id=cast.bram.pk)
    client = signed_in(cast.bram)

    for filters in ({"site": annexe.pk}, {"animator": cast.amina.pk}):
        page = client.get(VISITS, filters).content.decode()
        assert page.count("<tr>") == 2 and "Amina" in page


@pytest.mark.parametrize(
    "filters",
    [
        {"since": "x"},
        {"theme": "witchcraft"},
        {"note": "a\0b"},
        {"site": "9" * 40},
        {"animator": "-1"},
        {"mode": "<b>"},
    ],
)
def test_a_filter_that_can_not_be_read_shows_nothing_and_says_why(cast: Cast, signed_in, log, filters) -> None:
    with inside(cast.poste):
        log()
    client = signed_in(cast.bram)

    journal, export = client.get(VISITS, filters), client.get(f"{VISITS}export/", filters)

    assert journal.status_code == 200 and b"m-summary" in journal.content and b"<tr>" not in journal.content
    assert export.status_code == 302


def test_the_journal_costs_the_same_for_one_visit_and_for_a_hundred(cast: Cast, signed_in, log) -> None:
    client = signed_in(cast.amina)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(VISITS).status_code == 200
        return len(captured)

    with inside(cast.poste):
        log(animator_id=cast.bram.pk)
    client.get(VISITS)
    one = cost()
    with inside(cast.poste):
        for _number in range(100):
            log(animator_id=cast.bram.pk, minutes=1)

    assert cost() == one <= 12


@pytest.mark.parametrize("page", ["0", "-1", "99999999999999999999", "x", "2"])
def test_any_page_number_gives_a_page(cast: Cast, signed_in, log, page: str) -> None:
    with inside(cast.poste):
        for _number in range(51):
            log()

    assert signed_in(cast.bram).get(VISITS, {"page": page}).status_code == 200


def test_the_export_gives_codes_and_labels_and_no_formula(cast: Cast, signed_in, log) -> None:
    with inside(cast.poste):
        log(note="=1+1", margins={"gender": {"woman": 1}}, obstacle_kind="cost", obstacle_channel="web",
            animator_id=cast.bram.pk)  # fmt: skip
        log(note="other", themes=["bank"])

    response = signed_in(cast.bram).get(f"{VISITS}export/", {"theme": "tax"}, headers={"accept-language": "fr"})
    header, *lines = b"".join(response).decode("utf-8-sig").splitlines()
    (line,) = lines
    row = dict(zip(header.split(";"), line.split(";"), strict=True))

    assert (row["themes_codes"], row["themes"], row["outcome_code"], row["outcome"]) == (
        "tax", "Impôts", "solved", "Résolu",
    )  # fmt: skip
    assert row["note"] == "'=1+1"
    assert (row["gender_woman"], row["gender_man"], row["animator"]) == ("1", "", "Bram")
    assert (row["obstacle_channel_code"], row["obstacle_channel"]) == ("web", "Site web")


def test_every_column_of_the_export_is_documented(cast: Cast, signed_in) -> None:
    client = signed_in(cast.bram)
    header = b"".join(client.get(f"{VISITS}export/")).decode("utf-8-sig").splitlines()[0].split(";")

    page = client.get(f"{VISITS}export/columns/").content.decode()

    assert re.findall(r"<code>(\w+)</code>", page) == header


def session(cast: Cast, **said: object) -> dict[str, object]:
    with inside(cast.poste):
        site = Site.objects.order_by("pk")[0].pk
    return {
        "date": timezone.localdate().isoformat(), "site": site, "starts_at": "09:00", "ends_at": "12:30",
        "tickets": "8", "arrivals": "10", "turned_away": "2", "note": "", **said,
    }  # fmt: skip


def test_a_half_day_is_added_corrected_and_deleted_after_a_question(cast: Cast, signed_in) -> None:
    client = signed_in(cast.bram)

    added = client.post(f"{VISITS}desk/new/", session(cast))
    with inside(cast.poste):
        pk = CounterSession.objects.get(turned_away=2).pk
    corrected = client.post(f"{VISITS}desk/{pk}/", session(cast, turned_away="3", tickets=""))
    with inside(cast.poste):
        assert CounterSession.objects.get(turned_away=3).tickets is None
    asked = client.get(f"{VISITS}desk/{pk}/delete/")
    pages = [client.get(f"{VISITS}desk/"), client.get(f"{VISITS}desk/new/"), client.get(f"{VISITS}desk/{pk}/"), asked]
    client.post(f"{VISITS}desk/{pk}/delete/")

    assert (added.status_code, corrected.status_code) == (302, 302)
    assert all(one.status_code == 200 and "⟦undefined" not in one.content.decode() for one in pages)
    with inside(cast.poste):
        assert not CounterSession.objects.exists()


@pytest.mark.parametrize(
    "said",
    [{"ends_at": "08:00"}, {"ends_at": "09:00"}, {"date": "2062-01-01"}, {"turned_away": "-1"}, {"tickets": "100000"},
     {"starts_at": "25:00"}, {"site": "9" * 30}, {"note": "a\0"}, {"note": "x" * 2001}, {"turned_away": ""}],
)  # fmt: skip
def test_a_bad_half_day_gives_the_form_back(cast: Cast, signed_in, said: dict[str, str]) -> None:
    response = signed_in(cast.bram).post(f"{VISITS}desk/new/", session(cast, **said))

    assert response.status_code == 200 and b"m-summary" in response.content
    with inside(cast.poste):
        assert not CounterSession.objects.exists()


def test_the_same_half_day_is_not_added_twice(cast: Cast, signed_in) -> None:
    client = signed_in(cast.bram)
    client.post(f"{VISITS}desk/new/", session(cast))

    assert client.post(f"{VISITS}desk/new/", session(cast)).status_code == 200
    with inside(cast.poste):
        assert CounterSession.objects.count() == 1


def test_an_animator_leaves_old_half_days_to_the_coordinator(cast: Cast, signed_in, today: dt.date) -> None:
    signed_in(cast.bram).post(f"{VISITS}desk/new/", session(cast, date=(today - dt.timedelta(days=8)).isoformat()))
    with inside(cast.poste):
        pk = CounterSession.objects.get().pk

    answers = {person: signed_in(person).get(f"{VISITS}desk/{pk}/").status_code for person in (cast.bram, cast.amina)}

    assert answers == {cast.bram: 403, cast.amina: 200}


@pytest.mark.parametrize("tail", ["9223372036854775808/", "99999999999999999999/", "desk/99999999999999999999/", "0/"])
def test_a_number_that_no_row_has_is_not_found(cast: Cast, signed_in, tail: str) -> None:
    assert signed_in(cast.amina).get(f"{VISITS}{tail}").status_code == 404


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_pages_are_light(cast: Cast, signed_in, log, language: str) -> None:
    with inside(cast.poste):
        for number in range(60):
            log(themes=["bank", "digital_id"], note=f"Note {number}: a code that has expired", obstacle_kind="cost",
                animator_id=cast.bram.pk, recorded_by_id=cast.bram.pk)  # fmt: skip
    client = signed_in(cast.bram)

    for address in (HOME, VISITS, f"{VISITS}new/", f"{VISITS}desk/", f"{VISITS}export/columns/"):
        response = client.get(address, headers={"accept-language": language})
        size = len(gzip.compress(response.content, 6))
        print(f"{address} {language}: {size} bytes compressed, {len(response.content)} plain")
        assert size <= 15_000, address
        assert "⟦undefined" not in response.content.decode()

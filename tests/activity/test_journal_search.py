"""Finding visits again: every filter, words of a note, pages that cost the same, deleted visits."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from tenants.activity.journal.filters import JournalFilter, Names, journal_filter
from tenants.activity.journal.panel import Panel
from tenants.activity.journal.search import note_has, words_of
from tenants.activity.models import Visit
from tenants.activity.services import delete_visit
from tests.conftest import Cast, inside

VISITS = "/caban/rue-de-la-poste/visits/"


def answers(**filters: str) -> set[int]:
    return set(journal_filter(filters).found.values_list("pk", flat=True))


def test_each_filter_finds_what_it_names(cast: Cast, log, today: dt.date) -> None:
    with inside(cast.poste):
        plain = log(autonomy="done_with")
        odd = log(
            mode="course", themes=["tax", "bank"], outcome="must_return", autonomy="done_for", animator_id=cast.bram.pk,
            recorded_by_id=cast.amina.pk, date=today - dt.timedelta(days=40), obstacle_provider="irisbox",
            obstacle_channel="web", obstacle_kind="lost_code", margins={"audience": {"senior": 1}},
            causes=["cost"], exceptional=True, referral="union", language="ar",
        )  # fmt: skip
        for name, value in {
            "cause": "cost", "exceptional": "True", "referral": "union", "language": "ar",
            "theme": "bank", "outcome": "must_return", "mode": "course", "autonomy": "done_for",
            "audience": "audience.senior", "provider": "irisbox", "channel": "web", "obstacle": "lost_code",
            "animator": str(cast.bram.pk), "recorded_by": str(cast.amina.pk),
            "until": str(today - dt.timedelta(days=1)),
        }.items():  # fmt: skip
            assert answers(**{name: value}) == {odd.pk}, name
        assert answers(animator="none") == answers(since=str(today)) == {plain.pk}
        assert answers() == answers(site=str(plain.site_id)) == {plain.pk, odd.pk}


@pytest.mark.parametrize(
    ("typed", "found"),
    [("impots", 1), ("IMPÔT", 1), ("impots 2026", 1), ("coeur", 1), ("rendez-vous", 1), ("pots", 0), ("impots 2025", 0),
     ("'); drop", 0), ("!!", 0), ("z & | ! :*", 0), ("tva", 1)],
)  # fmt: skip
def test_words_are_found_by_their_beginning_whatever_accents(cast: Cast, log, typed: str, found: int) -> None:
    with inside(cast.poste):
        log(note="Rendez-vous pour l'impôts/TVA de 2026, à cœur ouvert")
        log(note="")

        assert len(answers(note=typed)) == found


def test_the_index_is_made_of_the_expression_that_is_asked_for(cast: Cast) -> None:
    with inside(cast.poste), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Visit.objects.filter(note_has("impots 2026")).order_by().explain()

    assert "visit_by_words_of_note" in plan


def test_a_question_is_cut_to_a_few_words() -> None:
    assert words_of(" ".join(f"mot{number}" for number in range(50))) == [f"mot{number}" for number in range(10)]


@pytest.mark.parametrize("query", ["note=%00", "imported=9999999999999", "animator=9", "audience=x.y", "shown=all"])
def test_a_filter_that_cannot_be_read_shows_nothing_and_says_why(cast: Cast, signed_in, log, query: str) -> None:
    with inside(cast.poste):
        log()

    page = signed_in(cast.amina).get(f"{VISITS}?{query}")

    assert page.status_code == 200 and b"m-summary" in page.content and b"<tr>" not in page.content


def test_fields_out_of_the_drawer_are_those_that_the_whole_form_draws(cast: Cast) -> None:
    """In two languages, without a word and with one in each kind of field."""
    with inside(cast.poste):
        said = (
            "",
            f"note=a%22b&since=2026-01-05&theme=bank&animator={cast.bram.pk}&audience=audience.senior",
            "site=9",
        )
        for language, query in itertools.product(("fr", "nl"), said):
            with override(language):
                names, address = Names(), QueryDict(query)
                whole = JournalFilter(address, queryset=Visit.objects.all(), names=names).form
                panel = Panel(journal_filter(address, names), names)

                drawn = [field.as_field_group for field in panel.visible_fields()]
                drawn = [str(one() if callable(one) else one) for one in drawn]
                assert "".join(drawn) == "".join(field.as_field_group() for field in whole.visible_fields())


def test_pages_follow_each_other_without_a_gap_or_a_double(cast: Cast, signed_in, log, today: dt.date) -> None:
    with inside(cast.poste):
        made = [log(date=today - dt.timedelta(days=number // 3)).pk for number in range(7)]
    client, seen, address = signed_in(cast.amina), [], f"{VISITS}?theme=tax"

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("tenants.activity.journal.views.LINES_A_PAGE", 3)
        while address:
            text = client.get(address).content.decode()
            seen += [int(one) for one in re.findall(rf'href="{VISITS}(\d+)/"', text)]
            following = re.search(r'href="([^"]*before=[^"]*)" rel="next"', text)
            address = following[1].replace("&amp;", "&") if following else ""
            assert "theme=tax" in address or not address

    assert len(seen) == len(set(seen)) == 7 and set(seen) == set(made)


@pytest.mark.parametrize("cursor", ["x", "2026-99-01-1", "0000-00-00-0", "2026-01-01-99999999999999999999", "'"])
def test_a_cursor_that_nobody_gave_shows_the_latest(cast: Cast, signed_in, log, cursor: str) -> None:
    with inside(cast.poste):
        log()

    assert signed_in(cast.amina).get(VISITS, {"before": cursor}).status_code == 200


def test_every_page_takes_at_most_twelve_statements_however_many_visits(cast: Cast, signed_in: Any, log) -> None:
    client, counts = signed_in(cast.amina), {}
    queries = [
        "",
        "theme=tax",
        "note=impot",
        "since=2020-01-01&mode=individual",
        "shown=deleted",
        "audience=gender.woman",
    ]
    client.get(VISITS)
    for many in (1, 60):
        with inside(cast.poste):
            for _number in range(many):
                visit = log(animator_id=None, note="impôt", margins={"gender": {"woman": 1}}, minutes=1)
            delete_visit(visit=visit)
        for query in queries:
            with CaptureQueriesContext(
                connection,
            ) as asked:
                client.get(f"{VISITS}?{query}")
            counts.setdefault(query, set()).add(len(asked))

    assert all(len(found) == 1 and max(found) <= 12 for found in counts.values()), counts


def test_kept_filters_are_read_like_an_address(cast: Cast, log) -> None:
    with inside(cast.poste):
        log()
        from_address = journal_filter(QueryDict("theme=tax&before=2026-01-01-1&download=csv"))

        assert from_address.chosen == {"theme": "tax"} and from_address.found.count() == 1

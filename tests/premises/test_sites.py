"""The sites of an EPN: what may be written, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from maillage.audit.models import Entry
from network.directory.models import Card
from tenants.marks.models import Mark
from tenants.premises import services
from tenants.premises.models import Site
from tenants.premises.selectors import default_site, original_hours, proposed_commune, sheet, sites
from tenants.premises.services import add_site, edit_site, restore_site, retire_site
from tests.conftest import Cast, as_owner_of, inside

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the services ask of the upper layers."""
    calls: list[str] = []
    monkeypatch.setattr(services, "card_changed", lambda: calls.append("card"))
    monkeypatch.setattr(services, "epn_written", lambda: calls.append("figures"))
    return calls


def refused(call: Callable[..., Any], **facts: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as error:
        call(**facts)
    return {field: [str(one.code) for one in errors] for field, errors in error.value.error_dict.items()}


def test_a_site_takes_the_commune_of_its_postcode_when_there_is_only_one(cast: Cast) -> None:
    with inside(cast.poste):
        anderlecht = add_site(name="Antenne", postcode="1070", town="Anderlecht")
        elsewhere = add_site(name="Antenne", postcode="4000", town="Liège")
        unknown_on_purpose = add_site(name="Antenne", postcode="1070", town="Anderlecht", commune="")
        french = add_site(name="Antenne", postcode="58000", town="Nevers", country="fr")

    assert anderlecht.commune == anderlecht.commune_key == "21001"
    assert elsewhere.commune == ""
    assert unknown_on_purpose.commune_key == "1070 Anderlecht"
    assert french.commune_key == "58000 Nevers"


def test_a_postcode_of_another_country_proposes_no_commune() -> None:
    assert proposed_commune("1030", "be") == "21015"
    assert proposed_commune("1030", "fr") == ""
    assert proposed_commune("9999", "be") == ""


def test_texts_are_tidied_and_hours_take_their_canonical_form(cast: Cast) -> None:
    with inside(cast.poste):
        site = add_site(
            name="  Salle \n du fond ",
            website="www.example.org/epn",
            opening_hours="Mo 9:00-12:00; Tu 09:00-12:00",
            modes=["workshop", "individual", "workshop"],
        )

    assert site.name == "Salle du fond"
    assert site.website == "https://www.example.org/epn"
    assert site.opening_hours == "Mo-Tu 09:00-12:00"
    assert site.modes == ["workshop", "individual"]


@pytest.mark.parametrize(
    ("facts", "field", "code"),
    [
        ({"name": ""}, "name", "blank"),
        ({"name": "x" * 161}, "name", "max_length"),
        ({"name": "Salle\0"}, "name", "not_printable"),
        ({"address": "rue\x07 du Bac"}, "address", "not_printable"),
        ({"postcode": "103"}, "postcode", "bad_postcode"),
        ({"postcode": "1030", "country": "fr"}, "postcode", "bad_postcode"),
        ({"country": "xx"}, "country", "invalid_choice"),
        ({"commune": "99999"}, "commune", "unknown_commune"),
        ({"commune": "21015", "country": "fr", "postcode": "58000"}, "commune", "other_country"),
        ({"website": "javascript:alert(1)"}, "website", "bad_address"),
        ({"website": "https://exa mple.org"}, "website", "bad_address"),
        ({"website": "http://[::1"}, "website", "bad_address"),
        ({"website": "<b>"}, "website", "bad_address"),
        ({"modes": ["juggling"]}, "modes", "unknown_code"),
        ({"opening_hours": "Mo 08:00-25:00"}, "opening_hours", "past_midnight"),
        ({"opening_hours": "Mo 09:00-12:00,11:00-13:00"}, "opening_hours", "overlap"),
        ({"opening_hours": "demain"}, "opening_hours", "not_readable"),
        ({"opening_hours_source": {"mo_am": "9h\0"}}, "opening_hours_source", "malformed"),
        ({"opening_hours_source": {"mo_am": ["9h"]}}, "opening_hours_source", "malformed"),
        ({"latitude": Decimal(91)}, "latitude", "max_value"),
    ],
)
def test_what_cannot_be_is_refused_by_field_with_a_reason(
    cast: Cast, facts: dict[str, Any], field: str, code: str
) -> None:
    with inside(cast.poste):
        found = refused(add_site, **{"name": "Salle", **facts})

        assert found == {field: [code]}
        assert Site.objects.count() == 1


def test_html_and_formulas_are_texts_like_others(cast: Cast) -> None:
    with inside(cast.poste):
        assert add_site(name="=1+1", address="<script>alert(1)</script>").name == "=1+1"


def marks(cast: Cast) -> int:
    with as_owner_of(cast.poste):
        return int(Mark.objects.count())


def test_a_move_to_another_commune_asks_for_the_figures_and_the_card(cast: Cast, asked: list[str]) -> None:
    with inside(cast.poste):
        site = default_site()
        assert site is not None
    before = marks(cast)

    with inside(cast.poste):
        site = edit_site(site=site, phone="02 123 45 67")
    assert asked == ["card"]
    assert marks(cast) == before
    with inside(cast.poste):
        moved = edit_site(site=site, postcode="1070", town="Anderlecht", commune="21001")

    assert asked == ["card", "card", "figures"]
    assert marks(cast) > before
    assert moved.commune_key == "21001"


def test_an_edit_that_changes_nothing_writes_nothing(cast: Cast, asked: list[str]) -> None:
    with inside(cast.poste):
        site = default_site()
        assert site is not None

        edit_site(site=site, name=f" {site.name} ")

    assert asked == []
    assert not Entry.objects.filter(verb="site.changed").exists()


def test_a_refused_edit_leaves_the_site_as_it_was(cast: Cast) -> None:
    with inside(cast.poste):
        site = default_site()
        assert site is not None

        refused(edit_site, site=site, name="Autre nom", opening_hours="demain")

        assert site.name == "Rue de la Poste"
        assert Site.objects.get().name == "Rue de la Poste"


def test_coordinates_do_not_stay_behind_when_a_site_moves_to_another_town(cast: Cast) -> None:
    with inside(cast.poste):
        site = add_site(
            name="Salle", postcode="1030", town="SCHAERBEEK", latitude=Decimal("50.86"), longitude=Decimal(4)
        )

        site = edit_site(site=site, town="Schaerbeek", address="rue de la Poste 5")
        assert site.latitude == Decimal("50.86")

        site = edit_site(site=site, postcode="1070", town="Anderlecht")
        assert site.latitude is None


def test_a_term_that_was_retired_since_may_stay(cast: Cast) -> None:
    with inside(cast.poste):
        site = add_site(name="Salle", modes=["individual"])
        Site.objects.filter(pk=site.pk).update(modes=["minitel"])
        site.refresh_from_db()

        assert edit_site(site=site, phone="02 123 45 67").modes == ["minitel"]
        assert refused(edit_site, site=site, modes=["minitel", "telex"]) == {"modes": ["unknown_code"]}


def test_the_last_open_site_cannot_be_closed(cast: Cast) -> None:
    with inside(cast.poste):
        only = default_site()
        assert only is not None
        with pytest.raises(ValidationError) as error:
            retire_site(site=only)
        assert error.value.code == "last_site"

        second = add_site(name="Antenne")
        retire_site(site=only)
        retire_site(site=only)

        assert list(sites()) == [second]
        assert list(sites(retired=True)) == [only]
        assert default_site() == second

        restore_site(site=only)
        assert default_site() == only


def test_every_write_is_in_the_journal_without_names(cast: Cast) -> None:
    with inside(cast.poste):
        site = add_site(name="Antenne")
        edit_site(site=site, name="Grande antenne")
        retire_site(site=site)
        restore_site(site=site)

    lines = Entry.objects.filter(verb__startswith="site.").values_list("verb", "target")
    assert sorted(lines) == [(f"site.{verb}", str(site.pk)) for verb in ("added", "changed", "restored", "retired")]


def test_the_card_of_the_epn_shows_its_first_open_site(
    cast: Cast, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True), inside(cast.poste):
        only = default_site()
        assert only is not None
        edit_site(site=only, opening_hours="Mo 09:00-12:00", phone="02 123 45 67")

    with inside(cast.caban):
        card = Card.objects.get(epn_id=cast.poste.pk)
    assert (card.opening_hours, card.phone) == ("Mo 09:00-12:00", "02 123 45 67")


def test_a_sheet_tells_hours_in_words_and_minutes_a_week(cast: Cast) -> None:
    with inside(cast.poste):
        known = sheet(add_site(name="Salle", opening_hours='Mo-Fr 09:00-12:00; Sa 09:00-11:00 "sur RDV"'))
        unknown = sheet(add_site(name="Antenne"))

    assert (known.minutes, known.uncertain_minutes) == (900, 120)
    assert [line.label for line in known.lines] == ["lundi à vendredi", "samedi"]
    assert (unknown.week, unknown.minutes, unknown.lines) == (None, None, [])


def test_a_web_address_that_is_none_is_shown_and_leads_nowhere(cast: Cast) -> None:
    with inside(cast.poste):
        site = Site.objects.create(name="Import", website="javascript:alert(1)")

    assert sheet(site).website_url == ""


def test_the_original_cells_of_an_import_keep_their_order_and_their_doubts(cast: Cast) -> None:
    with inside(cast.poste):
        site = add_site(name="Salle", opening_hours_source={"tu_am": "x", "mo_am": "9h-12h"})

    cells = [(cell.label, cell.text, bool(cell.remark)) for cell in original_hours(site)]

    assert cells == [("lundi matin", "9h-12h", False), ("mardi matin", "x", True)]

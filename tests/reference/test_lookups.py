"""Reference facts: labels in three languages, dated rules that say when they don't know, and no SQL when warm."""

import datetime as dt
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from maillage.reference import selectors
from maillage.reference.models import Commune, ContractType, DatedRule, Term
from maillage.reference.selectors import (
    RuleUnknown,
    commune,
    commune_label,
    communes,
    communes_of_postcode,
    contract_type,
    contract_types,
    forget,
    is_term,
    label_of,
    rule_value,
    terms,
)
from maillage.reference.towns import readable_town
from tests.conftest import Cast, inside


@pytest.fixture(autouse=True)
def _read_again(cast: Cast):
    forget()
    yield
    forget()


@pytest.mark.parametrize("model", [Term, ContractType])
def test_every_entry_has_a_label_in_french_dutch_and_english(model: type[Term] | type[ContractType]) -> None:
    for row in model.objects.all():
        for language in ("fr", "nl", "en"):
            assert getattr(row, f"label_{language}").strip(), f"{row} has no label in {language}"


def test_every_commune_has_a_name_in_french_and_dutch() -> None:
    assert len(communes()) == 19
    assert all(one.name_fr.strip() and one.name_nl.strip() for one in communes())
    assert sum(one.population or 0 for one in communes()) == 1_218_255


def test_the_facts_are_all_there() -> None:
    assert len(contract_types()) == 17
    assert DatedRule.objects.count() == 33
    assert {one.vocabulary for one in Term.objects.all()} == {
        "theme", "mode", "autonomy", "outcome", "age_band", "gender", "audience", "obstacle", "cause", "provider",
        "funder_kind", "referral", "language", "accessibility", "service", "public", "support", "place_access",
        "how_to_come", "fee", "mobility", "programme", "training_label", "equipment",
    }  # fmt: skip


def test_terms_come_in_the_order_of_their_file() -> None:
    assert [one.code for one in terms("autonomy")] == ["alone_after", "done_with", "done_for"]
    assert terms("no such vocabulary") == []


def test_a_label_is_in_the_readers_language_and_an_unknown_code_shows_itself() -> None:
    with translation.override("nl"):
        assert label_of("theme", "tax") == "Belastingen"

    assert label_of("theme", "tax", "fr") == "Impôts"
    assert label_of("theme", "tax", "de") == "Impôts"
    assert label_of("theme", "alchemy", "fr") == "alchemy"
    assert label_of("contract_type", "acs", "nl") == "GECO"


def test_a_retired_term_keeps_its_label_and_can_no_longer_be_written() -> None:
    Term.objects.filter(vocabulary="theme", code="photos").update(retired_at=timezone.now())
    forget()

    assert not is_term("theme", "photos")
    assert "photos" not in [one.code for one in terms("theme")]
    assert "photos" in [one.code for one in terms("theme", retired=True)]
    assert label_of("theme", "photos", "fr") == "Photos et fichiers"


def test_an_unknown_contract_type_is_a_key_error() -> None:
    assert contract_type("art60").legal_employer == "cpas"
    with pytest.raises(KeyError):
        contract_type("art99")


def test_look_ups_cost_no_sql_when_warm_not_even_in_a_space(cast: Cast) -> None:
    terms("theme")

    with inside(cast.poste), CaptureQueriesContext(connection) as queries:
        terms("theme")
        label_of("mode", "individual")
        is_term("theme", "tax")
        contract_types()
        commune_label("21015")
        communes_of_postcode("1030")
        rule_value("label_devices", "be-bru", dt.date(2022, 6, 1))

    assert len(queries) == 0


def test_a_space_may_read_the_reference_tables_itself(cast: Cast) -> None:
    with inside(cast.poste):
        assert label_of("theme", "bank", "en") == "Banking"


def test_another_process_sees_a_change_after_a_minute_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(selectors.time, "monotonic", lambda: now)
    assert label_of("theme", "tax", "fr") == "Impôts"
    Term.objects.filter(vocabulary="theme", code="tax").update(label_fr="Contributions")
    assert label_of("theme", "tax", "fr") == "Impôts"

    now += selectors.FRESH_FOR + 1

    assert label_of("theme", "tax", "fr") == "Contributions"


def test_a_commune_is_named_in_the_readers_language() -> None:
    assert commune_label("21004", "nl") == "Brussel"
    assert commune_label("21004", "fr") == "Bruxelles"
    assert commune_label("21004", "en") == "Bruxelles"


@pytest.mark.parametrize(
    ("language", "label"),
    [
        ("en", "58000 Nevers (code missing)"),
        ("fr", "58000 Nevers (code manquant)"),
        ("nl", "58000 Nevers (code ontbreekt)"),
    ],
)
def test_a_place_without_a_code_says_so_in_the_readers_language(language: str, label: str) -> None:
    assert commune_label("58000 NEVERS", language) == label


def test_a_place_without_commune_nor_town_says_so() -> None:
    assert commune_label("", "en") == "commune not given"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("58000 NEVERS", "58000 Nevers"),
        ("58400 LA CHARITE SUR LOIRE", "58400 La Charite sur Loire"),
        ("SAINT-BENIN-D'AZY", "Saint-Benin-d'Azy"),
        ("MÂCON", "Mâcon"),
        ("Le Creusot", "Le Creusot"),
        ("58000", "58000"),
        ("", ""),
    ],
)
def test_capitals_are_read_as_a_name(written: str, read: str) -> None:
    assert readable_town(written) == read


def test_a_postcode_leads_to_its_communes_in_its_own_country() -> None:
    assert [one.nis for one in communes_of_postcode("1030")] == ["21015"]
    assert communes_of_postcode("1030", "fr") == []
    assert communes_of_postcode("9999") == []


def test_a_retired_commune_is_still_named() -> None:
    Commune.objects.filter(nis="21001").update(retired_at=timezone.now())
    forget()

    assert commune("21001") is not None
    assert "21001" not in [one.nis for one in communes()]


@pytest.mark.parametrize(
    ("rule", "region", "day", "value"),
    [
        ("art60_days_under_36", "be", "2019-05-01", "312"),
        ("art60_days_any_age", "be", "2026-03-01", "312"),
        ("volunteer_defrayal_day", "be", "2022-12-31", "36.84"),
        ("volunteer_defrayal_day", "be", "2023-01-01", "40.67"),
        ("label_opening_hours_week", "be-bru", "2026-11-22", "15"),
        ("label_opening_hours_week", "be-wal", "2026-11-22", "16"),
    ],
)
def test_a_dated_rule_gives_the_value_of_the_day(rule: str, region: str, day: str, value: str) -> None:
    assert rule_value(rule, region, dt.date.fromisoformat(day)) == Decimal(value)


@pytest.mark.parametrize(
    ("rule", "region", "day"),
    [
        ("volunteer_defrayal_year", "be", "2022-06-01"),
        ("volunteer_defrayal_year", "be", "2030-01-01"),
        ("art60_days_any_age", "be", "2026-02-28"),
        ("label_devices", "fr", "2022-01-01"),
        ("no such rule", "be", "2022-01-01"),
    ],
)
def test_a_rule_without_a_value_for_a_day_says_so_and_guesses_nothing(rule: str, region: str, day: str) -> None:
    with pytest.raises(RuleUnknown, match="not known"):
        rule_value(rule, region, dt.date.fromisoformat(day))


def test_dated_rules_of_one_name_and_region_never_overlap() -> None:
    by_name: dict[tuple[str, str], list[DatedRule]] = {}
    for one in DatedRule.objects.order_by("rule", "region", "valid_from"):
        by_name.setdefault((one.rule, one.region), []).append(one)

    for known in by_name.values():
        ordered = sorted(known, key=lambda one: one.valid_from or dt.date.min)
        for before, after in pairwise(ordered):
            assert (before.valid_to or dt.date.max) < (after.valid_from or dt.date.min), f"{before} and {after}"

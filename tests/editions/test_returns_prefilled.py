"""A census return that fills itself in: from which figure, as of when, and what stays when it is filled in again."""

from __future__ import annotations

from decimal import Decimal

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from network.cadastre.editions.enums import Provenance
from network.cadastre.editions.models import ReturnValue
from network.cadastre.editions.prefilling import prefill, prefill_all
from network.cadastre.editions.sources import SOURCES
from network.cadastre.selectors import cadastre_summary
from network.directory.cards import copy_card
from tenants.premises.models import Site
from tests.cadastre.deeds import visits
from tests.conftest import Cast, inside
from tests.editions.returns import QUESTIONS, an_edition, answers_of, return_of


def test_every_source_that_the_questionnaire_names_is_there() -> None:
    assert {one["source"] for one in QUESTIONS["indicators"] if one.get("source")} == set(SOURCES)


def test_daily_work_fills_it_in_and_says_from_what_and_as_of_when(year_2022: Cast) -> None:
    cast = year_2022
    with inside(cast.poste):
        Site.objects.update(opening_hours="Mo-We 09:00-12:00; Th 13:00-16:30")
    copy_card(cast.poste.pk)
    an_edition(cast.caban, cast.poste, cast.abattoirs)

    kept = answers_of(cast.caban, cast.poste)

    values = {code: one.value for code, one in kept.items()}
    assert {one.provenance for one in kept.values()} == {Provenance.COMPUTED}
    themes, contracts = values.pop("themes"), values.pop("contracts")
    assert values == {
        "visits": "3", "attendances": "3", "help_hours": "1.0", "workshops": "0", "workshop_attendances": "0",
        "turned_away": "0", "opening_hours": "12.50", "sites": "1", "animation_contracts": "3",
        "article60_contracts": "2", "fte": "2.00", "volunteers": "1",
    }  # fmt: skip
    assert themes == [{"theme": "bank", "visits": "3"}, {"theme": "tax", "visits": "3"}]
    assert contracts == [
        {"contract_type": "art60", "heads": "2", "fte": "1.00"},
        {"contract_type": "cdi", "heads": "2", "fte": "1.00"},
        {"contract_type": "volunteer", "heads": "1", "fte": "0.00"},
    ]
    assert kept["visits"].computed_from == "visits.count" and kept["visits"].computed_as_of is not None
    with inside(cast.caban):
        summary = cadastre_summary(cast.caban.pk, year=2022, perimeter="labelled")
    assert (summary.animation_contracts, summary.article60_contracts) == (3, 2), "the cadastre counts the same"
    assert summary.fte == Decimal(values["fte"])
    assert answers_of(cast.caban, cast.abattoirs)["turned_away"].value == "2"


def test_an_epn_that_noted_nothing_has_no_number_rather_than_nought(cast: Cast) -> None:
    an_edition(cast.caban, cast.poste)

    assert not {"visits", "turned_away", "animation_contracts", "fte"} & set(answers_of(cast.caban, cast.poste))


def test_filled_in_again_a_correction_stays_and_the_computed_value_beside_it_is_new(
    year_2022: Cast,
    after_commit,
) -> None:
    cast = year_2022
    edition = an_edition(cast.caban, cast.poste)
    with inside(cast.caban), transaction.atomic():
        ReturnValue.objects.filter(indicator__code="visits").update(value="12", provenance=Provenance.CORRECTED)
        ReturnValue.objects.filter(indicator__code="fte").update(value=None, provenance="", explanation="En travaux.")
    with after_commit():
        visits(cast.poste, "2022-11-02")

    one = return_of(cast.caban, cast.poste)
    with inside(cast.caban), transaction.atomic():
        filled = prefill(one)

    kept = answers_of(cast.caban, cast.poste)
    assert filled == len(kept)
    assert (kept["visits"].value, kept["visits"].computed) == ("12", "4")
    assert (kept["attendances"].value, kept["attendances"].provenance) == ("4", Provenance.COMPUTED)
    assert (kept["fte"].value, kept["fte"].computed) == (None, "2.00"), "an explained gap stays one"
    with inside(cast.caban), transaction.atomic(), CaptureQueriesContext(connection) as asked:
        prefill_all(edition, [one])
    assert len(asked) <= 12

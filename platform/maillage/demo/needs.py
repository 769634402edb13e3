"""Needs of the demo's first network: scenarios, and the document of 2022 that was refused. All of it is invented."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from maillage.demo.money import CALL_KNOWN, HALF_TIME
from maillage.demo.visits import ZONE
from network.funding.models import Application, CostItem, CostModel
from network.funding.needs.enums import CostKind, MeasureKind, Reach
from network.funding.needs.paper import digest_of, pdf_of
from network.funding.needs.rows import Proposal, Scenario, ScenarioMeasure
from network.funding.needs.rules import sum_of

ASSUMED: dict[str, Any] = {"hours_per_fte": Decimal(30), "weeks_open": 46}
FIRST_ASKED = dt.date(2022, 3, 1)
COUNTED = dt.datetime(2022, 12, 31, 18, 0, tzinfo=ZONE)
INVENTED = "Caban 2022 pour le total ; répartition inventée pour la démonstration"
SPLIT = (  # kind, in words, euros for one, how many, years, hours a week: together 25 000 €
    (CostKind.STAFF, "Animation, mi-temps", "36000", "0.5", 1, "15"),
    (CostKind.COORDINATION, "Part de la coordination du réseau", "40000", "0.05", 1, None),
    (CostKind.ARTICLE60, "Contribution au CPAS", "150", "12", 1, None),
    (CostKind.VOLUNTEERS, "Défraiements et assurance", "700", "1", 1, None),
    (CostKind.RENT, "Loyer et charges, par mois", "100", "12", 1, None),
    (CostKind.EQUIPMENT, "Ordinateurs reconditionnés", "650", "8", 4, None),
)
TEXT = (
    "Les EPN labellisés tiennent grâce à des contrats courts : quand un contrat finit, le guichet ferme. Nous "
    "demandons un mi-temps stable dans chacun d’eux.\n\n"
    "Document reconstitué pour la démonstration : les chiffres sont ceux du 31 décembre 2022."
)


def write_needs(labelled: Sequence[int], *, federation_id: int, network: str, by_id: int, until: dt.date) -> None:
    """In the space of the federation, after its figures and cards: the document is made of them."""
    if not labelled:
        return
    n = len(labelled)
    asked = _scenario(
        f"Un mi-temps dans chacun des {n} EPN labellisés", 2022, Reach.LABELLED, FIRST_ASKED,
        {"kind": MeasureKind.EACH, "label": "Un employé à mi-temps", "fte": Decimal("0.5")},
    )  # fmt: skip
    everywhere = _scenario(
        "Un mi-temps dans tous les EPN", 2022, Reach.ALL, FIRST_ASKED,
        {"kind": MeasureKind.EACH, "label": "Un employé à mi-temps", "fte": Decimal("0.5")},
    )  # fmt: skip
    _refused(asked, everywhere, federation_id, network, by_id)
    if until >= CALL_KNOWN:
        _for_next_year()


def _scenario(name: str, year: int, reach: Reach, day: dt.date, *measures: dict[str, Any], note: str = "") -> Scenario:
    at = dt.datetime.combine(day, dt.time(9), dt.UTC)
    moments = {"created_at": at, "updated_at": at}
    made: Scenario = Scenario.objects.create(name=name, year=year, reach=reach, note=note, **ASSUMED, **moments)
    ScenarioMeasure.objects.bulk_create(ScenarioMeasure(scenario=made, **one, **moments) for one in measures)
    return made


def _refused(asked: Scenario, everywhere: Scenario, federation_id: int, network: str, by_id: int) -> None:
    at = dt.datetime.combine(FIRST_ASKED, dt.time(9), dt.UTC)
    made = Proposal(
        title="Un mi-temps dans chaque EPN", text=TEXT, language="fr", scenario_ids=[asked.pk, everywhere.pk],
        application=Application.objects.get(year=2022), by_id=by_id, created_at=at, updated_at=COUNTED, version=2,
    )  # fmt: skip
    made.content = pdf_of(made, federation_id=federation_id, network=network, moment=COUNTED)
    made.sha256, made.kept_at = digest_of(made.content), COUNTED
    made.save(force_insert=True)


def _for_next_year() -> None:
    half = {"kind": MeasureKind.EACH, "label": "Un employé à mi-temps", "fte": Decimal("0.5")}
    stop = {
        "kind": MeasureKind.STOPS, "label": "Un arrêt à Anderlecht, une matinée par semaine", "number": 1,
        "commune": "21001", "amount_eur": Decimal(9_000), "hours_a_week": Decimal(3), "fte": Decimal("0.15"),
    }  # fmt: skip
    keep = {
        "kind": MeasureKind.EXTEND, "label": "Garder ceux dont le contrat finit dans les six mois", "within": 6,
        "amount_eur": 2 * HALF_TIME,
    }  # fmt: skip
    note = "Prix d’un arrêt inventé pour la démonstration."
    _scenario("Mi-temps labellisés et un arrêt itinérant", 2027, Reach.LABELLED, CALL_KNOWN, half, stop, note=note)
    _scenario("Garder les équipes", 2027, Reach.ALL, CALL_KNOWN, keep)
    items = [
        CostItem(
            position=place, kind=kind, label=label, unit_eur=Decimal(euros), quantity=Decimal(many), years=years,
            hours_a_week=None if hours is None else Decimal(hours),
        )
        for place, (kind, label, euros, many, years, hours) in enumerate(SPLIT)
    ]  # fmt: skip
    model = CostModel.objects.create(valid_from=dt.date(2027, 1, 1), amount_eur=sum_of(items), source=INVENTED)
    for one in items:
        one.cost_model = model
    CostItem.objects.bulk_create(items)

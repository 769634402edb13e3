"""What the network aims at, and what others have published on the digital divide: with source and year."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from network.cadastre.coverage.enums import Topic
from network.cadastre.coverage.models import ContextFigure, Target

SINCE = dt.date(2022, 1, 1)
ADDED = dt.datetime(2024, 1, 15, 9, 0, tzinfo=dt.UTC)
BAROMETER = "Baromètre de l’inclusion numérique, Fondation Roi Baudouin"
VULNERABLE = (
    "Part des 16-74 ans en situation de vulnérabilité numérique",
    "Aandeel van de 16- tot 74-jarigen dat digitaal kwetsbaar is",
    "Share of people aged 16 to 74 who are digitally vulnerable",
)
ONLINE = (
    "Part des internautes qui ont utilisé l’administration en ligne dans l’année",
    "Aandeel van de internetgebruikers dat dat jaar e-government gebruikte",
    "Share of internet users who used public services online in the year",
)
FIGURES = (
    (Topic.VULNERABILITY, VULNERABLE, "46 %", 2021),
    (Topic.VULNERABILITY, VULNERABLE, "40 %", 2023),
    (Topic.ADMINISTRATION, ONLINE, "64 %", 2021),
    (Topic.ADMINISTRATION, ONLINE, "78 %", 2023),
)


def aim_and_compare() -> None:
    """In the space of the federation. The target is the demo's own, and plainly a round number."""
    Target.objects.create(
        valid_from=SINCE,
        inhabitants_per_fte=15_000,
        hours_per_10000=Decimal(5),
        source="Caban, objectif de démonstration",
    )
    ContextFigure.objects.bulk_create(
        ContextFigure(
            topic=topic, text_fr=fr, text_nl=nl, text_en=en, value=value, year=year, area="Belgique", source=BAROMETER,
            added_at=ADDED,
        )
        for topic, (fr, nl, en), value, year in FIGURES
    )  # fmt: skip

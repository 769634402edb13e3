"""Invented reports, without a database: what a signed version may hold, hostile texts included."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

from network.reports.content import Content, Line, Money, Part, Place, Restated, Words

HOSTILE = '#panic() = *x* $y$ @a \\n <script>alert(1)</script> "); #read("/etc/passwd")\n=1+1\n\nDeuxième\0 paragraphe.'
MOMENT = dt.datetime(2027, 2, 3, 9, 30, 15, 123456, dt.UTC)


def words(french: str, dutch: str = "", english: str = "") -> Words:
    return {"fr": french, "nl": dutch or french, "en": english or french}


def number(value: int | str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def line(code: str, kind: str, label: str, unit: str, value: int | str | None, **more: Any) -> Line:
    told = {"decimals": 0, "value": number(value), "whole": number(value)} | more
    return Line(code=code, kind=kind, label=words(label), unit=words(unit), **told)


def content(epn: int = 3, **changes: Any) -> Content:
    """A year of `epn` EPN, the first of which counts for half; the second one's visits are withheld."""
    places = tuple(
        Place(
            1000 + n, f"Espace numérique {n}", "Schaerbeek" if n % 2 else "Anderlecht", Decimal(50 if n == 1 else 100)
        )
        for n in range(1, epn + 1)
    )
    visits = tuple(
        Part(str(one.epn), words(one.name), None, None, 12)
        if n == 2
        else Part(str(one.epn), words(one.name), Decimal((120 + n) * int(one.key) // 100), Decimal(120 + n))
        for n, one in enumerate(places, start=1)
    )
    hours = tuple(Part(str(one.epn), words(one.name), Decimal(480), Decimal(480)) for one in places)
    themes = (
        Part("bank", words("Banque"), Decimal(140), Decimal(140)),
        Part("email", words("Courriel"), Decimal("60.5"), Decimal(70), 1),
        Part("health", words("Santé"), None, None, 2),
    )
    made = Content(
        network="Caban", address="caban", funder="Région de Bruxelles-Capitale", pack="Inclusion numérique",
        pack_version=2, introduction="Ce que le subside a permis.\n\nEn trois mots.", title="Rapport 2026",
        report=7, number=2, language="fr", first=dt.date(2026, 1, 1), last=dt.date(2026, 12, 31),
        whole_network=False, places=places,
        grants=(
            Money(5, "Subside annuel", "RBC-2026/12", dt.date(2026, 1, 1), dt.date(2026, 12, 31), Decimal("25000.00")),
        ),
        releases=(3, 4), as_of=dt.datetime(2027, 1, 20, 4, 0, tzinfo=dt.UTC), signed_at=MOMENT,
        signed_name="Dries Peeters", signed_role="coordinateur du réseau",
        lines=(
            line("visits", "figure", "Visites", "visites", "1234.5", whole=Decimal(1300), withheld=12,
                 source="visits_by_epn.visits", by_epn=visits, target=Decimal(1200)),
            line("hours", "figure", "Heures d'ouverture", "heures", 1440, source="desk_by_epn.minutes", by_epn=hours,
                 missing=("2026-11", "2026-12")),
            line("themes", "figure", "Visites par thème", "visites", 210, source="visits_by_theme.visits",
                 by_value=themes, withheld=3),
            line("spent", "money", "Dépensé", "€", "24310.25", decimals=2, source="spent"),
            line("cost", "ratio", "Coût par visite", "€", "19.69", decimals=2, numerator="spent",
                 denominator="visits", withheld=12),
            line("pupils", "declared", "Élèves suivis", "personnes", 31, computed=Decimal(28), note="=1+1 et @moi"),
            line("unknown", "figure", "Ateliers", "ateliers", None),
            Line("story", "text", words("Une histoire"), words(""), 0, text=HOSTILE),
        ),
        restated=(Restated("hours", Decimal(1400), Decimal(1440), "Un mois était oublié. #let x = 1", 1),),
    )  # fmt: skip
    return dataclasses.replace(made, **changes)

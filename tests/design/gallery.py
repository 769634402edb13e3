"""A page with every component, for tests and for the eye. Not shipped."""

from __future__ import annotations

import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from csp.utils import build_policy
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from maillage.design.charts import (
    WITHHELD,
    Bar,
    Compared,
    Share,
    Tile,
    bars,
    bars_compared,
    columns,
    months,
    months_compared,
    stacked,
    tile_map,
)
from maillage.design.feedback import success_with_undo
from maillage.design.two_versions import Difference
from tenants.registry.context import placed

GALLERY = Path(__file__).parent / "gallery.html"
TEMPLATES = engines["django"]
CSP = build_policy()
THEMES = [
    ("commune", "Commune et IRISbox"),
    ("tax", "Impôts"),
    ("job", "Emploi et Actiris"),
    ("unemployment", "Chômage et syndicat"),
    ("study_grant", "Allocations d’études"),
    ("cpas", "CPAS et aide sociale"),
    ("health", "Mutuelle et santé"),
    ("housing", "Logement"),
    ("energy", "Énergie et factures"),
    ("bank", "Banque"),
    ("transport", "Transport"),
    ("digital_id", "Identité numérique (itsme, eID)"),
    ("residence", "Séjour et étrangers"),
    ("school", "École et parentalité"),
    ("cv", "CV et candidature"),
    ("email", "E-mail"),
    ("smartphone", "Smartphone"),
    ("computer", "Ordinateur"),
    ("internet", "Internet"),
    ("office", "Bureautique"),
    ("social_media", "Réseaux sociaux"),
    ("security", "Sécurité et arnaques"),
    ("print_scan", "Impression"),
    ("photos", "Photos et fichiers"),
    ("ai", "Intelligence artificielle"),
    ("equipment", "Matériel"),
    ("open_access", "Accès libre"),
    ("a_new_code", "Un thème sans dessin"),
]


class VisitForm(forms.Form):
    date = forms.DateField(label="Date", widget=forms.DateInput(attrs={"type": "date"}))
    minutes = forms.IntegerField(label="Durée", help_text="En minutes.", min_value=1, max_value=600)
    site = forms.ChoiceField(label="Lieu", choices=[("a", "Rue de la Poste"), ("b", "Antenne")])
    themes = forms.MultipleChoiceField(
        label="Thèmes", choices=THEMES[:6], widget=forms.CheckboxSelectMultiple, help_text="Un ou plusieurs."
    )
    outcome = forms.ChoiceField(
        label="Résultat",
        choices=[("solved", "Résolu"), ("redirected", "Orienté")],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    agree = forms.BooleanField(label="La personne est d’accord")


class FilterForm(forms.Form):
    since = forms.DateField(label="Du", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="Au", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    theme = forms.ChoiceField(label="Thème", required=False, choices=[("", "Tous"), *THEMES])


def context(request: HttpRequest) -> dict[str, Any]:
    request.space = SimpleNamespace(name="Rue de la Poste", kind="public")  # type: ignore[attr-defined]
    return {
        "login_url": "/accounts/login/",
        "language_url": "/language/",
        **placed(
            [
                {"label": "Accueil", "url": "/", "current": True, "icon": "home"},
                {"label": "Journal", "url": "/journal/", "current": False, "icon": "list"},
                {"label": "Contrats", "url": "/contrats/", "current": False, "icon": "contract"},
                {"label": "Lieux et horaires", "url": "/lieux/", "current": False, "icon": "pin"},
                *({"label": label, "url": f"/{label}/", "current": False, "icon": "list"} for label in "abcd"),
            ]
        ),
        "themes": [
            {
                "code": code,
                "label": label,
                "number": 40 - n,
                "key": str(n + 1) if n < 9 else "",
                "selected": n == 3,
            }
            for n, (code, label) in enumerate(THEMES)
        ],
        "moment": datetime.datetime(2026, 10, 31, 17, 45, tzinfo=datetime.UTC),
        "missing": None,
        "filters": FilterForm(),
        "form": VisitForm({"minutes": "9999", "site": "a"}),
        "rows": [
            ("3 novembre", "Impôts", "Rue de la Poste", 45),
            ("4 novembre", "<b>Banque</b>", "Antenne", None),
        ],
        "page": Paginator(range(200), 10).get_page(5),
        "charts": charts(),
        "differences": [
            Difference("minutes", "Durée", "30", "45", ""),
            Difference("note", "Note", "Revient lundi.", "<b>Revient</b> mardi.", "theirs"),
        ],
    }


def rendered_gallery(language: str) -> str:
    with override(language):
        request = RequestFactory().get("/")
        request.user = AnonymousUser()
        request.session = {}  # type: ignore[assignment]
        request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
        success_with_undo(request, "Visite notée : Impôts, 15 minutes.", "/undo/")
        return TEMPLATES.from_string(GALLERY.read_text("utf-8")).render(context(request), request)


def rendered_error(template: str, language: str) -> str:
    with override(language):
        return render_to_string(template)


def charts() -> list[str]:
    communes = [
        ("21001", "Anderlecht", 5, 0, 2),
        ("21002", "Auderghem", 1, 3, 3),
        ("21003", "Berchem-Sainte-Agathe", None, 0, 1),
        ("21004", "Bruxelles", 12, 2, 1),
        ("21018", "Woluwe-Saint-Lambert", 2, 4, 1),
        ("21017", "Watermael-Boitsfort", WITHHELD, 2, 4),
        ("21009", "Ixelles", 0, 2, 2),
        ("21015", "Schaerbeek", 3, 3, 1),
    ]
    return [
        bars(
            "Visites par thème <script>",
            [
                Bar("Impôts", 120),
                Bar("Identité numérique (itsme, eID)", 96),
                Bar("Banque", WITHHELD),
                Bar("Santé", None),
            ],
            unit="visites",
            note="Une visite avec deux thèmes compte dans chacun.",
        ),
        bars_compared(
            "Comment cela s’est terminé",
            [Compared("Résolu", 210, 190, "70 %"), Compared("À revenir", 60, 80, "20 %"), Compared("Autre", 30, None)],
            names=("2026", "2025"),
            head="Résultat",
            unit="visites",
        ),
        months_compared(
            "Visites, mois par mois",
            [Compared(f"2026-{n:02}", 200 + n * 13 % 50, 180 + n * 7 % 40 if n > 2 else None) for n in range(1, 13)],
            names=("2026", "2025"),
            unit="visites",
        ),
        columns(
            "Visites par jour",
            [Bar("lu", 12), Bar("ma", 31), Bar("me", 0), Bar("je", 22), Bar("ve", WITHHELD), Bar("sa", None)],
            unit="visites",
        ),
        months(
            "Visites par mois",
            [
                *((f"2025-{n:02}", 210 + n * 13 % 50) for n in range(6, 13)),
                ("2026-01", 310),
                ("2026-02", None),
                ("2026-03", WITHHELD),
                ("2026-04", 260),
                ("2026-05", 333),
            ],
            unit="visites",
        ),
        stacked(
            "Contrats d’animation",
            [Share("Article 60", 39), Share("ACS", 9), Share("CDI", 6), Share("CDD", 4), Share("Autres", 2)],
            unit="contrats",
        ),
        tile_map(
            "EPN par commune",
            [Tile(code, label, value, col, row) for code, label, value, col, row in communes],
            unit="EPN",
        ),
        columns("Rien encore", [Bar("lu", 0), Bar("ma", None)], unit="visites"),
    ]

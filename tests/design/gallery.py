"""A page with every component, for tests and for the eye. Not shipped."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from maillage.design.feedback import success_with_undo

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
    request.space = SimpleNamespace(name="Rue de la Poste")  # type: ignore[attr-defined]
    return {
        "space_path": "/",
        "nav_items": [
            {"label": "Accueil", "url": "/", "current": True, "icon": "home"},
            {"label": "Journal", "url": "/journal/", "current": False, "icon": "list"},
            {"label": "Contrats", "url": "/contrats/", "current": False, "icon": "contract"},
            {"label": "Lieux et horaires", "url": "/lieux/", "current": False, "icon": "pin"},
        ],
        "themes": [
            {"code": code, "label": label, "number": 40 - n, "key": str(n + 1) if n < 9 else "", "selected": n == 3}
            for n, (code, label) in enumerate(THEMES)
        ],
        "moment": timezone.make_aware(datetime.datetime(2026, 10, 31, 18, 45)),
        "missing": None,
        "filters": FilterForm(),
        "form": VisitForm({"minutes": "9999", "site": "a"}),
        "rows": [("3 novembre", "Impôts", "Rue de la Poste", 45), ("4 novembre", "<b>Banque</b>", "Antenne", None)],
        "page": Paginator(range(200), 10).get_page(5),
        "charts": charts(),
    }


def gallery(request: HttpRequest) -> HttpResponse:
    success_with_undo(request, "Visite notée : Impôts, 15 minutes.", "/undo/")
    return render(request, "gallery.html", context(request))


def charts() -> list[str]:
    return []

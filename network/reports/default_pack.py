"""A pack to begin with: what most funders ask, in three languages. It is copied, and then changed at will."""

from __future__ import annotations

from typing import Any

from network.reports.enums import LineKind

Row = dict[str, Any]


def _line(code: str, kind: LineKind, fr: str, nl: str, en: str, **more: Any) -> Row:
    return {"code": code, "kind": kind, "label_fr": fr, "label_nl": nl, "label_en": en} | more


def _figure(code: str, source: str, fr: str, nl: str, en: str, **more: Any) -> Row:
    return _line(code, LineKind.FIGURE, fr, nl, en, source=source, **more)


def _money(code: str, source: str, fr: str, nl: str, en: str) -> Row:
    return _line(code, LineKind.MONEY, fr, nl, en, source=source)


def _ratio(code: str, above: str, below: str, fr: str, nl: str, en: str) -> Row:
    return _line(code, LineKind.RATIO, fr, nl, en, numerator=above, denominator=below, required=False)


DEFAULT_LINES: tuple[Row, ...] = (
    _figure("visits", "visits.visits", "Aides individuelles", "Individuele hulp", "Individual help", by_epn=True),
    _figure("attendances", "visits.attendances", "Présences aux aides individuelles",
            "Aanwezigheden bij individuele hulp", "Attendances at individual help"),
    _figure("help_hours", "visits.hours", "Heures d’aide individuelle", "Uren individuele hulp",
            "Hours of individual help"),
    _figure("hours_open", "desk.hours", "Heures d’ouverture du guichet", "Openingsuren van het loket",
            "Hours open at the desk"),
    _figure("turned_away", "turned_away.turned_away", "Personnes renvoyées faute de place",
            "Mensen weggestuurd door plaatsgebrek", "People turned away for lack of room"),
    _figure("workshops", "workshops.dates", "Séances d’atelier", "Workshopdata", "Dates of workshops"),
    _figure("workshop_attendances", "workshop_attendances.attendances", "Présences aux ateliers",
            "Aanwezigheden bij workshops", "Attendances at workshops"),
    _figure("themes", "visits_by_theme.visits", "Aides par thème", "Hulp per thema", "Help by theme", required=False),
    _figure("ages", "attendances_by_age_band.attendances", "Présences par âge", "Aanwezigheden per leeftijd",
            "Attendances by age", required=False),
    _figure("genders", "attendances_by_gender.attendances", "Présences par genre", "Aanwezigheden per gender",
            "Attendances by gender", required=False),
    _figure("audiences", "attendances_by_audience.attendances", "Présences par public",
            "Aanwezigheden per doelgroep", "Attendances by audience", required=False),
    _money("granted", "granted", "Subvention pour ces mois", "Subsidie voor deze maanden", "Granted for these months"),
    _money("received", "received", "Reçu", "Ontvangen", "Received"),
    _money("spent", "spent", "Dépensé", "Uitgegeven", "Spent"),
    _money("spent_staff", "spent.staff", "Dont personnel", "Waarvan personeel", "Of which staff"),
    _money("left", "left", "Reste à dépenser", "Nog uit te geven", "Left to spend"),
    _ratio("cost_visit", "spent", "visits", "Coût par aide individuelle", "Kost per individuele hulp",
           "Cost per individual help"),
    _ratio("cost_attendance", "spent", "attendances", "Coût par présence", "Kost per aanwezigheid",
           "Cost per attendance"),
    _ratio("cost_hour", "spent", "hours_open", "Coût par heure d’ouverture", "Kost per openingsuur",
           "Cost per hour open"),
    _line("done", LineKind.TEXT, "Ce qui a été fait", "Wat er werd gedaan", "What was done"),
    _line("difficulties", LineKind.TEXT, "Difficultés rencontrées", "Moeilijkheden", "Difficulties", required=False),
)  # fmt: skip

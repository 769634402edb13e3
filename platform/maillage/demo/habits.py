"""What people come for, and what stands in their way: the distributions that the demo's visits are drawn from.

Weights, not percentages. An obstacle is (provider, channel, kind); the codes are the reference vocabularies'.
"""

from __future__ import annotations

import datetime as dt

Weights = dict[str, float]
Obstacle = tuple[str, str, str]

THEMES: dict[str, Weights] = {
    "be": {
        "commune": 12, "tax": 5, "job": 8, "unemployment": 5, "study_grant": 2, "cpas": 6, "health": 6, "housing": 6,
        "energy": 5, "bank": 7, "transport": 3, "digital_id": 12, "residence": 4, "school": 3, "cv": 5, "email": 6,
        "smartphone": 8, "computer": 5, "internet": 3, "office": 3, "social_media": 1, "security": 3,
        "print_scan": 10, "photos": 2, "equipment": 1, "open_access": 4,
    },
    "fr": {
        "health": 11, "job": 10, "tax": 6, "housing": 6, "energy": 4, "bank": 5, "transport": 4, "school": 2, "cv": 4,
        "email": 8, "smartphone": 9, "computer": 8, "internet": 4, "office": 4, "security": 4, "print_scan": 8,
        "photos": 3, "open_access": 5,
    },
}  # fmt: skip
# A social desk helps with procedures only.
PROCEDURES = frozenset({
    "commune", "tax", "job", "unemployment", "study_grant", "cpas", "health", "housing", "energy", "bank",
    "digital_id", "residence", "school", "print_scan", "email",
})  # fmt: skip
WORKSHOPS: Weights = {"smartphone": 30, "email": 15, "internet": 15, "computer": 15, "office": 10, "security": 10,
                      "photos": 5}  # fmt: skip

# Months in which a theme is asked for more often; in the others, a little less.
HIGH_SEASONS: dict[str, dict[int, float]] = {
    "tax": {5: 4, 6: 5, 7: 2},
    "study_grant": {7: 1.5, 8: 5, 9: 6, 10: 4},
    "energy": {1: 2.4, 2: 2.2, 3: 1.5, 10: 1.4, 11: 2, 12: 2.2},
    "school": {8: 2.5, 9: 3},
    "transport": {9: 2},
}
DEAR_WINTER = (dt.date(2022, 10, 1), dt.date(2023, 3, 31))  # energy prices, Belgium and France
AI_FROM = 2023

OBSTACLES: dict[str, dict[str, dict[Obstacle, float]]] = {
    "be": {
        "commune": {("irisbox", "web", "lost_code"): 4, ("irisbox", "web", "outage"): 2,
                    ("commune", "web", "online_only"): 5, ("commune", "phone", "phone_unanswered"): 3},
        "residence": {("commune", "web", "online_only"): 6, ("commune", "desk", "sent_to_web"): 3},
        "tax": {("spf_finances", "web", "lost_code"): 4, ("spf_finances", "phone", "phone_unanswered"): 3},
        "unemployment": {("union", "web", "online_only"): 2, ("capac", "phone", "phone_unanswered"): 3,
                         ("onem", "web", "unusual_case"): 2},
        "study_grant": {("study_grants", "web", "upload"): 5, ("study_grants", "phone", "phone_unanswered"): 4,
                        ("study_grants", "web", "outage"): 3},
        "digital_id": {("itsme", "app", "lost_code"): 6, ("itsme", "app", "unusual_case"): 2,
                       ("bank", "desk", "no_desk"): 1},
        "bank": {("bank", "desk", "no_desk"): 5, ("bank", "app", "lost_code"): 3},
        "energy": {("energy", "phone", "phone_unanswered"): 4, ("energy", "web", "unusual_case"): 2,
                   ("energy", "letter", "cost"): 1},
        "housing": {("cpas", "letter", "must_print"): 1, ("", "letter", "cost"): 1, ("", "web", "online_only"): 3},
        "health": {("health_fund", "desk", "no_desk"): 3, ("medical_booking", "web", "online_only"): 4},
        "transport": {("stib", "web", "outage"): 2, ("stib", "desk", "sent_to_web"): 2},
        "job": {("actiris", "web", "lost_code"): 3, ("actiris", "phone", "phone_unanswered"): 2},
        "cpas": {("cpas", "desk", "online_only"): 2, ("cpas", "phone", "phone_unanswered"): 2},
        "": {("", "", "language"): 4, ("", "", "no_email"): 3, ("", "", "must_print"): 2},
    },
    "fr": {
        "health": {("cpam", "web", "lost_code"): 3, ("msa", "desk", "no_desk"): 2,
                   ("carsat", "letter", "must_print"): 2},
        "job": {("france_travail", "web", "sent_to_web"): 4, ("france_travail", "web", "upload"): 2},
        "housing": {("caf", "web", "unusual_case"): 4, ("caf", "phone", "phone_unanswered"): 3},
        "school": {("caf", "web", "lost_code"): 1},
        "transport": {("ants", "web", "unusual_case"): 4, ("ants", "web", "upload"): 2},
        "tax": {("", "web", "lost_code"): 3},
        "": {("", "", "language"): 2, ("", "", "no_email"): 3, ("", "", "must_print"): 2},
    },
}  # fmt: skip
LIKELY = {"study_grant": 0.45, "unemployment": 0.4, "commune": 0.3, "digital_id": 0.3, "bank": 0.3}
UNLIKELY = 0.16
# A union's desks closed for thirty months.
DESK_CLOSED = (dt.date(2021, 10, 1), dt.date(2024, 3, 31))
NO_UNION_DESK: Obstacle = ("union", "desk", "no_desk")
REGISTERED_LETTER_EUR = "22.59"

MODES: Weights = {"individual": 58, "appointment": 16, "open_access": 14, "workshop": 7, "remote": 4, "home": 1}
MINUTES: dict[str, dict[int, float]] = {
    "individual": {10: 14, 15: 24, 20: 24, 30: 24, 45: 10, 60: 4},
    "appointment": {30: 40, 45: 30, 60: 30},
    "open_access": {10: 40, 15: 35, 30: 25},
    "workshop": {90: 30, 120: 60, 150: 10},
    "remote": {10: 40, 15: 35, 30: 25},
    "home": {60: 60, 90: 40},
    "itinerant": {15: 30, 20: 30, 30: 30, 45: 10},
}
AUTONOMY: Weights = {"": 8, "alone_after": 32, "done_with": 42, "done_for": 18}
OUTCOMES: Weights = {"solved": 70, "solved_by_call": 6, "redirected": 11, "must_return": 10, "abandoned": 3}
OUTCOMES_WITH_OBSTACLE: Weights = {"solved": 34, "solved_by_call": 10, "redirected": 18, "must_return": 25,
                                   "abandoned": 13}  # fmt: skip

GENDERS: Weights = {"woman": 55, "man": 42, "other": 1, "unknown": 2}
AGES: Weights = {"12_17": 2, "18_24": 8, "25_39": 20, "40_59": 33, "60_69": 18, "70_plus": 16, "unknown": 3}
YOUNG: Weights = {"18_24": 55, "25_39": 15, "40_59": 30}  # study grants: students and their parents
AUDIENCES: Weights = {"senior": 16, "job_seeker": 18, "cpas": 16, "literacy": 10, "newcomer": 9, "worker": 8,
                      "single_parent": 7, "unequipped": 12, "disability": 4, "student": 3}  # fmt: skip

NOTES = {
    "fr": (
        "Revient avec sa carte et son code PIN.",
        "Document scanné et envoyé.",
        "Rendez-vous pris pour la semaine prochaine.",
        "A attendu trois quarts d'heure au téléphone sans réponse.",
        "Le compte est bloqué : il faut passer au guichet.",
    ),
    "nl": (
        "Komt terug met kaart en pincode.",
        "Document gescand en verstuurd.",
        "Afspraak gemaakt voor volgende week.",
    ),
}


def themes_of(country: str, month: dt.date, *, procedures_only: bool) -> Weights:
    """What people come for in a month."""
    weights = dict(THEMES[country])
    if procedures_only:
        weights = {theme: weight for theme, weight in weights.items() if theme in PROCEDURES}
    for theme, season in HIGH_SEASONS.items():
        if theme in weights:
            weights[theme] *= season.get(month.month, 0.6)
    if DEAR_WINTER[0] <= month <= DEAR_WINTER[1]:
        weights["energy"] *= 1.5
    if month.year >= AI_FROM and not procedures_only:
        weights["ai"] = 0.6 * (month.year - AI_FROM + 1)
    return weights


def obstacles_of(country: str, theme: str, day: dt.date) -> dict[Obstacle, float]:
    """What may stand in the way of this errand on that day."""
    found = OBSTACLES[country].get(theme) or OBSTACLES[country][""]
    if theme == "unemployment" and DESK_CLOSED[0] <= day <= DESK_CLOSED[1]:
        return {**found, NO_UNION_DESK: 9}
    return found

"""What some visits say besides: the time an obstacle took, its causes, a referral, a language, an access need.

Drawn from the visit's own key, which is random: what the generators draw for other columns stays what it was.
"""

from __future__ import annotations

import uuid
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, NamedTuple

# By kind of obstacle, from quick to long.
MINUTES_LOST: dict[str, tuple[int, ...]] = {
    "phone_unanswered": (20, 30, 45, 45, 60, 90),
    "no_desk": (30, 60, 60, 90, 120),
    "online_only": (15, 20, 30, 45),
    "sent_to_web": (20, 30, 60),
    "outage": (10, 15, 30, 45),
    "lost_code": (10, 15, 20, 60),
    "cost": (20, 30, 45),
    "unusual_case": (30, 60, 120),
}
CAUSES: tuple[tuple[str, ...], ...] = (("skill",), ("skill",), ("skill",), ("skill", "cost"), ("cost",), ("coverage",))
REFERRALS: dict[str, tuple[str, ...]] = {
    "commune": ("commune", "administration"),
    "tax": ("administration", "public_writer"),
    "job": ("employment", "training"),
    "unemployment": ("union", "union", "legal_help"),
    "study_grant": ("administration", "school"),
    "cpas": ("cpas", "social_service"),
    "health": ("health_fund", "health_care"),
    "housing": ("housing", "legal_help"),
    "energy": ("debt_help", "social_service"),
    "bank": ("bank",),
    "digital_id": ("commune", "administration"),
    "residence": ("migrants", "legal_help", "commune"),
    "cv": ("employment", "public_writer"),
    "smartphone": ("shop", "training"),
    "computer": ("shop", "other_epn", "training"),
    "": ("other_epn", "training", "library", "other"),
}
NAMES = {
    "legal_help": "Permanence juridique du quartier",
    "public_writer": "Écrivain public de la maison de quartier",
    "debt_help": "Service de médiation de dettes",
    "training": "Cours du soir du quartier",
}
LANGUAGES: dict[str, dict[str, int]] = {
    "fr": {"fr": 45, "ar": 14, "en": 7, "nl": 4, "tr": 6, "es": 4, "pt": 4, "ro": 4, "pl": 2, "bg": 2, "uk": 2,
           "prs": 2, "ps": 1, "so": 1, "ti": 1, "ber": 2, "sign": 1},
    "nl": {"nl": 45, "fr": 20, "ar": 10, "en": 10, "tr": 7, "es": 2, "pl": 3, "uk": 2, "so": 1},
}  # fmt: skip
NEEDS = ("reading", "reading", "reading", "sight", "hearing", "mobility", "hands", "pace", "interpreter")

_SHARES = {one: (list(found), list(accumulate(found.values()))) for one, found in LANGUAGES.items()}


class Details(NamedTuple):
    """In the order of their columns; arrays as PostgreSQL reads them."""

    minutes_lost: int | None
    exceptional: bool
    causes: list[str]
    referral: str
    referral_to: str
    language: str
    accessibility: list[str]


COLUMNS = (
    "obstacle_minutes_lost", "exceptional", "causes", "referral", "referral_to", "language", "accessibility",
)  # fmt: skip


def _pick(values: Sequence[Any], draw: int) -> Any:
    return values[draw * len(values) >> 12]


def details(key: uuid.UUID, *, language: str, theme: str, kind: str, outcome: str, margins: bool) -> Details:
    """`margins`: gender and age were counted; an access need is never said beside them."""
    bits = key.int
    first, second, third, fourth, fifth = ((bits >> shift) & 0xFFF for shift in (0, 12, 24, 36, 48))
    lost = MINUTES_LOST.get(kind) if first < 2500 else None
    referral = _pick(REFERRALS.get(theme, REFERRALS[""]), second) if outcome == "redirected" else ""
    codes, limits = _SHARES[language]
    spoken = codes[bisect(limits, third * limits[-1] >> 12)] if fourth < 1300 else ""
    return Details(
        minutes_lost=_pick(lost, second) if lost else None,
        exceptional=kind == "unusual_case" and fifth < 2400,
        causes=list(_pick(CAUSES, fifth)) if kind and third < 1800 else [],
        referral=referral,
        referral_to=NAMES.get(referral, ""),
        language=spoken,
        accessibility=[_pick(NEEDS, third)] if not margins and fourth > 3950 else [],
    )

"""What the places of the demo say of themselves to the public: services, languages, accessibility, how to come;
and when somebody last checked it. All invented, and the same for the same place."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from maillage.demo.places import EpnPlan, SitePlan

EVERYWHERE = ("procedures", "everyday_tools", "equipment_use")
OFTEN = ("work", "safe_use", "understanding", "parenting", "creation", "equipment_buying")
SPOKEN = ("en", "ar", "ber", "tr", "es", "pt", "ro", "uk", "pl", "sq", "prs", "ff")
AT_THE_DOOR = ("wheelchair", "toilet", "lift", "parking", "adapted_pc", "quiet", "hearing_loop")
USED_TO = ("literacy", "hearing", "sight", "mobility", "mental")
SOMEBODY = ("seniors", "young", "women", "families", "students")
# In the language of the house: a sentence that people would say.
IN_ONE_SENTENCE = {
    "fr": "Venez avec votre question et vos papiers : on regarde ensemble.",
    "nl": "Kom met uw vraag en uw papieren: we kijken er samen naar.",
}
THE_WAY = {
    "fr": ("À côté de la bibliothèque.", "L'arrêt de tram est à 100 mètres.", "Entrée par la cour, sonnez."),
    "nl": ("Naast de bibliotheek.", "De tramhalte is op 100 meter.", "Ingang via de binnenplaats, bel aan."),
}


def what_it_offers(of: EpnPlan, plan: SitePlan, until: dt.date) -> dict[str, Any]:
    """The more fields of a site. Of the forty, three have never been checked and six not for half a year."""
    rng = Random(f"offer/{of.slug}/{plan.name}")

    def some(codes: tuple[str, ...], share: float) -> list[str]:
        return [one for one in codes if rng.random() < share]

    itinerant = "itinerant" in plan.modes
    own, other = ("nl", "fr") if of.language == "nl" else ("fr", "nl")
    ways = [*([] if plan.procedures_only and rng.random() < 0.5 else ["walk_in"]), "phone", *some(("email",), 0.5)]
    step_free = ["step_free"] if itinerant or rng.random() < 0.7 else []
    return {
        "services": ["procedures"] if plan.procedures_only else [*EVERYWHERE, *some(OFTEN, 0.4)],
        "languages": [own, *([other] if plan.country == "be" and rng.random() < 0.7 else []), *some(SPOKEN, 0.25)],
        "accessibility": [*step_free, *(some(AT_THE_DOOR, 0.35) if step_free else [])],
        "supports": some(USED_TO, 0.3),
        "audiences": [rng.choice(SOMEBODY)] if rng.random() < 0.12 else [],
        "how_to_come": ways,
        "fees": ["free"] if rng.random() < 0.9 else ["conditional"],
        "mobility": ["itinerant" if itinerant else "fixed"],
        "programmes": ["france_services"] if plan.country == "fr" and not itinerant else [],
        "email": f"contact@{of.slug}.example" if "email" in ways else "",
        "summary": IN_ONE_SENTENCE[own],
        "directions": rng.choice(THE_WAY[own]),
        "verified_on": _checked(of, rng, until),
    }


def _checked(of: EpnPlan, rng: Random, until: dt.date) -> dt.date | None:
    """Amina and Chloé have checked theirs lately."""
    drawn = rng.random()
    if of.slug in ("rue-de-la-poste", "abattoirs") or drawn > 0.22:
        return until - dt.timedelta(days=rng.randrange(5, 150))
    return None if drawn < 0.08 else until - dt.timedelta(days=rng.randrange(200, 420))

"""What a place says of itself besides its address and hours: which fields are codes of which vocabulary, and what its
card may leave out. The enumerations are those of the French schema of places of digital help (1.0.2), so that each
of its values has a code here; what a place in Belgium says more is `place_access`.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

# Fields of a site that hold codes, and the vocabulary (maillage.reference) of each.
VOCABULARIES = {
    "modes": "mode",
    "services": "service",
    "audiences": "public",
    "languages": "language",
    "accessibility": "place_access",
    "supports": "support",
    "how_to_come": "how_to_come",
    "fees": "fee",
    "mobility": "mobility",
    "programmes": "programme",
    "training_labels": "training_label",
}
# What the directory may leave out, by name: the fields that then stay in the EPN, and what it is called.
SHOWN: dict[str, tuple[tuple[str, ...], Any]] = {
    "phone": (("phone",), _("The telephone number")),
    "email": (("email",), _("The e-mail address")),
    "website": (("website",), _("The website")),
    "booking": (("booking_url",), _("The link to book an appointment")),
    "hours": (("opening_hours",), _("The opening hours")),
    "map": (("latitude", "longitude"), _("The place on the map")),
    "texts": (("summary", "presentation"), _("The texts about the place")),
    "directions": (("directions",), _("How to find the door")),
    "services": (("services", "modes"), _("What you help with, and how")),
    "languages": (("languages",), _("The languages that you speak")),
    "audiences": (("audiences",), _("For whom the place is")),
    "accessibility": (("accessibility", "supports", "accessibility_url"), _("The accessibility")),
    "how_to_come": (("how_to_come", "fees"), _("How to come, and the price")),
    "programmes": (("programmes", "training_labels", "other_labels"), _("The programmes and labels")),
}


def left_out(hidden: list[str]) -> frozenset[str]:
    """The fields of a site that its card doesn't get."""
    return frozenset(field for name in hidden if name in SHOWN for field in SHOWN[name][0])

"""What each kind of criterion is: its unit, and whether it is read from what the EPN keeps or declared by it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from network.cadastre.recognition.enums import Kind, Origin


@dataclass(frozen=True)
class About:
    """`most` bounds a threshold and an answer; `origin`: where the value comes from; `help` is for who declares it."""

    unit: Any
    most: int
    origin: Origin = Origin.DECLARED
    decimals: int = 0
    yes_no: bool = False
    help: Any = ""


HOURS = pgettext_lazy("hours a week", "h")
A_WEEK = 168

KINDS: dict[str, About] = {
    Kind.OPENING_HOURS: About(HOURS, A_WEEK, Origin.CARD, decimals=2),
    Kind.OPEN_DAYS: About(_("days"), 7, Origin.CARD),
    Kind.ACCOMPANIED_HOURS: About(
        HOURS, A_WEEK, decimals=2, help=_("Hours at which somebody of the team is there to help.")
    ),
    Kind.TRAINING_HOURS: About(HOURS, A_WEEK, decimals=2, help=_("Workshops and courses, on average in the year.")),
    Kind.OPEN_ACCESS_HOURS: About(
        HOURS, A_WEEK, decimals=2, help=_("Hours at which anybody may use a computer, with somebody to help.")
    ),
    Kind.DEVICES: About(_("devices"), 999, Origin.COUNT),
    Kind.COMPUTERS: About(_("computers"), 999, Origin.COUNT),
    Kind.TRAINED_PEOPLE: About(
        _("people"), 999, help=_("A number, no name: people whose training or badge is valid today.")
    ),
    Kind.NOBODY_REFUSED: About(
        "", 1, yes_no=True,
        help=_(
            "Somebody who finds the room full is turned away for lack of room: that is no refusal."
            " To refuse is to say no to somebody for who they are, or for what they ask."
        ),
    ),
    Kind.VISITS_YEAR: About(_("visits"), 1_000_000, Origin.FIGURES),
}  # fmt: skip

# Sites at which anybody may walk in. A site whose ways of helping name none of these (by appointment only, at home)
# doesn't count; one that says nothing about them does.
OPEN_TO_ALL = frozenset({"open_access", "itinerant"})
DEVICES = frozenset({"computer", "laptop", "tablet"})
COMPUTERS = frozenset({"computer", "laptop"})
YES, NO = Decimal(1), Decimal(0)


def is_declared(kind: str) -> bool:
    return KINDS[kind].origin == Origin.DECLARED

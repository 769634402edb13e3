"""What is known of the time ahead, declared as data: a third kind of figure beside flows and stocks.

An *outlook* is taken on a day, of the months that follow, and only the latest one is kept: it says what is known now,
not what was known then. It is counted by the EPN's own reading of its sites and contracts (tenants.cover), in numbers
without a name. A month is the value of a dimension ("2027-03").
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Label = str | Promise


@dataclass(frozen=True)
class Cut:
    """A dimension of an outlook. `partition` says whether its values add up to the figure."""

    name: str
    label: Label
    partition: bool = True


@dataclass(frozen=True)
class OutlookFigure:
    """`count` is in the unit; people, hours a week and FTE stand in columns of their own where the figure has them."""

    name: str
    label: Label
    unit: Label
    dimensions: tuple[Cut, ...] = ()


MONTH = Cut("month", _("Month"))
HOLDING = Cut("holding", _("What it rests on"), partition=False)  # one person may hold two contracts

OPENING = OutlookFigure("opening", _("Half-days to hold in the next 53 weeks"), _("half-days"), (MONTH,))
UNCOVERED = OutlookFigure("uncovered", _("Half-days that nobody covers"), _("half-days"), (MONTH,))
NOBODY = OutlookFigure("weeks_nobody", _("Weeks with nobody"), _("weeks"), (MONTH,))
ONE_PERSON = OutlookFigure("weeks_one_person", _("Weeks that rest on one person"), _("weeks"), (MONTH,))
STAFF = OutlookFigure("staff", _("People who animate, on the day"), _("people"), (HOLDING,))
STAFF_AHEAD = OutlookFigure(
    "staff_ahead",
    _("People who animate, on the last day of each month, as far as is known"),
    _("people"),
    (Cut("month", _("Month"), partition=False),),
)
ENDING = OutlookFigure(
    "staff_ending",
    _("People who animate and whose contract ends within 12 months"),
    _("people"),
    (
        MONTH,
        Cut("within", _("Ends within (months)"), partition=False),
        Cut("month×holding", _("Month, and what it rests on")),
    ),
)

OUTLOOKS: dict[str, OutlookFigure] = {
    one.name: one for one in (OPENING, UNCOVERED, NOBODY, ONE_PERSON, STAFF, STAFF_AHEAD, ENDING)
}

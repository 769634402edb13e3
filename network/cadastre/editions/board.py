"""The board of an edition: how far each EPN is, whether in time, and whom to phone today. A handful of statements.

`completeness` counts as `checking.py` does, in the database: a thousand returns are one row each.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from network.cadastre.editions.answers import WRITABLE
from network.cadastre.editions.enums import State, Step
from network.cadastre.editions.models import CensusReturn, Edition, Indicator, ReturnStep, ReturnValue
from network.directory.models import Card

CONTACTS = (Step.TOLD, Step.REMINDED, Step.CALLED, Step.RETURNED)
NEARLY = 0.8  # of what is required: one call away
SOON = 21  # days before the deadline: until then, whoever has had a letter has time to begin
ANY = "any"  # reason to phone


class Why:
    """Why somebody is on the list of whom to phone, the most pressing first."""

    LATE = "late"
    SENT_BACK = "sent_back"
    NEARLY = "nearly"
    NEVER = "never"


WHY: dict[str, str | Promise] = {
    Why.LATE: _("Late"),
    Why.SENT_BACK: _("Sent back, and not signed again"),
    Why.NEARLY: _("Nearly complete"),
    Why.NEVER: _("Never opened"),
}


@dataclass(frozen=True)
class Row:
    """One EPN of an edition. `answered` of `asked` required indicators; days late count from its own deadline."""

    pk: int
    epn_id: int
    name: str
    commune: str
    labelled: bool
    state: str
    due_on: dt.date
    extended: bool
    answered: int
    asked: int
    submitted_at: dt.datetime | None
    signed_name: str
    on_behalf: bool
    phone: str
    last_contact: dt.datetime | None
    reminded_at: dt.datetime | None
    last_work: dt.datetime | None  # of the EPN itself
    today: dt.date

    @property
    def share(self) -> float:
        return self.answered / self.asked if self.asked else 1.0

    @property
    def percent(self) -> int:
        return int(self.share * 100)

    @property
    def is_sent(self) -> bool:
        return self.state in (State.SUBMITTED, State.VALIDATED)

    @property
    def state_label(self) -> str:
        return str(State(self.state).label)

    @property
    def days_late(self) -> int:
        """Of one that isn't sent: until today; of one that is: until it was. Nought: in time."""
        until = timezone.localdate(self.submitted_at) if self.is_sent and self.submitted_at else self.today
        return max((until - self.due_on).days, 0)

    @property
    def why(self) -> str:
        """The first reason to phone; "" for none."""
        if self.is_sent:
            return ""
        if self.days_late:
            return Why.LATE
        if self.state == State.RETURNED:
            return Why.SENT_BACK
        if self.last_work is None and self.state == State.OPEN and (self.last_contact is None or self.is_due_soon):
            return Why.NEVER
        if self.share >= NEARLY:
            return Why.NEARLY
        return ""

    @property
    def is_due_soon(self) -> bool:
        return (self.due_on - self.today).days <= SOON

    @property
    def why_label(self) -> str:
        return str(WHY[self.why]) if self.why else ""

    @property
    def reached_today(self) -> bool:
        return self.last_contact is not None and timezone.localdate(self.last_contact) == self.today

    @property
    def reminded_today(self) -> bool:
        return self.reminded_at is not None and timezone.localdate(self.reminded_at) == self.today

    @property
    def phone_link(self) -> str:
        """As a telephone wants it."""
        return "".join(sign for sign in self.phone if sign.isdigit() or sign == "+")


@dataclass(frozen=True)
class Board:
    edition: Edition
    rows: list[Row]
    states: Counter[str] = field(default_factory=Counter)

    @property
    def asked(self) -> int:
        return len(self.rows)

    @property
    def labelled(self) -> int:
        return sum(one.labelled for one in self.rows)

    @property
    def sent(self) -> int:
        return sum(one.is_sent for one in self.rows)

    @property
    def validated(self) -> int:
        return self.states[State.VALIDATED]

    @property
    def waiting(self) -> int:
        """Signed: somebody of the network has to look at them."""
        return self.states[State.SUBMITTED]

    @property
    def late(self) -> int:
        return sum(1 for one in self.rows if not one.is_sent and one.days_late)

    @property
    def in_time(self) -> int:
        return sum(1 for one in self.rows if one.is_sent and not one.days_late)

    @property
    def to_phone(self) -> list[Row]:
        """The most pressing first, of those whom nothing has reached; who was reached today stands at the end."""
        order = list(WHY)
        found = [one for one in self.rows if one.why]
        return sorted(
            found,
            key=lambda one: (
                one.reached_today, order.index(one.why), one.last_contact is not None, -one.days_late, -one.share,
            ),
        )  # fmt: skip

    def chosen(self, *, text: str = "", state: str = "", why: str = "", perimeter: str = "") -> list[Row]:
        wanted = text.casefold().strip()
        return [
            one
            for one in self.rows
            if (not wanted or wanted in one.name.casefold())
            and (not state or one.state == state)
            and (not why or one.why == why or (why == ANY and one.why))
            and (perimeter != "labelled" or one.labelled)
        ]


def editions() -> list[Edition]:
    """All of them, the latest first, with how many returns they have and how many are sent and validated."""
    sent = Q(returns__state__in=[State.SUBMITTED, State.VALIDATED])
    found = Edition.objects.select_related("questionnaire").annotate(
        asked=Count("returns"),
        sent=Count("returns", filter=sent),
        validated=Count("returns", filter=Q(returns__state=State.VALIDATED)),
    )
    return list(found.order_by("-year"))


def answered_by_return(edition: Edition, required: Iterable[int]) -> dict[int, int]:
    """How many of the required indicators each return has answered, or explained."""
    something = Q(value__isnull=False) & ~Q(value="") & ~Q(value=[]) & ~Q(value={})
    found = (
        ReturnValue.objects.filter(something | ~Q(explanation=""))
        .filter(census_return__edition=edition, indicator__in=list(required))
        .order_by("census_return")
        .values_list("census_return")
        .annotate(answered=Count("pk"))
    )
    return dict(found)


def board(edition: Edition, *, today: dt.date | None = None) -> Board:
    """Inside the federation: five statements, however many EPN."""
    today = today or timezone.localdate()
    required = list(
        Indicator.objects.filter(questionnaire=edition.questionnaire_id, required=True).values_list("pk", flat=True)
    )
    answered = answered_by_return(edition, required)
    steps = _steps(edition)
    phones = phones_of(Card.objects.all())
    rows = [
        Row(
            pk=one.pk,
            epn_id=one.epn_id,
            name=one.name,
            commune=one.commune,
            labelled=one.labelled,
            state=one.state,
            due_on=one.due_on or edition.due_on,
            extended=one.due_on is not None,
            answered=answered.get(one.pk, 0),
            asked=len(required),
            submitted_at=one.submitted_at,
            signed_name=one.signed_name,
            on_behalf=one.on_behalf,
            phone=phones.get(one.epn_id, ""),
            last_contact=steps.get(one.pk, {}).get("contact"),
            reminded_at=steps.get(one.pk, {}).get("reminded"),
            last_work=steps.get(one.pk, {}).get("work"),
            today=today,
        )
        for one in CensusReturn.objects.filter(edition=edition)
    ]
    return Board(edition, rows, Counter(one.state for one in rows))


def phones_of(cards: QuerySet[Card]) -> dict[int, str]:
    """By EPN, for members of the network: also a number that the EPN keeps from its public page."""
    return {
        epn_id: contact or shown
        for epn_id, contact, shown in cards.order_by("pk").values_list("epn_id", "contact_phone", "phone")
    }


def _steps(edition: Edition) -> dict[int, dict[str, Any]]:
    found = (
        ReturnStep.objects.filter(census_return__edition=edition)
        .order_by("census_return")
        .values("census_return")
        .annotate(
            contact=Max("at", filter=Q(step__in=CONTACTS)),
            reminded=Max("at", filter=Q(step=Step.REMINDED)),
            work=Max("at", filter=Q(for_network=False)),
            key=F("census_return"),
        )
    )
    return {row["key"]: row for row in found}


def to_remind(page: Board, who: str) -> list[Row]:
    """Whom a reminder would go to: `late`, `open` (all that aren't sent), or the id of one return."""
    rows = [one for one in page.rows if one.state in WRITABLE]
    if who == "late":
        return [one for one in rows if one.days_late]
    if who.isdecimal():
        return [one for one in rows if one.pk == int(who)]
    return rows


NAMES = (
    "epn", "commune", "labelled", "state", "answered", "asked", "due_on", "days_late", "submitted_at", "signed_by",
    "on_behalf", "phone", "last_contact", "why_phone",
)  # fmt: skip


def header() -> list[Any]:
    return [
        _("EPN"), _("Commune"), _("Label"), _("State"), _("Answered"), _("Asked"), _("To be sent by"), _("Days late"),
        _("Sent"), _("Signed by"), _("Entered by the network"), _("Phone"), _("Last contact"), _("Why to phone"),
    ]  # fmt: skip


def file_rows(rows: Iterable[Row], communes: dict[str, str]) -> Iterator[list[Any]]:
    for one in rows:
        yield [
            one.name,
            communes.get(one.commune, one.commune),
            one.labelled,
            one.state_label,
            one.answered,
            one.asked,
            one.due_on,
            one.days_late,
            one.submitted_at,
            one.signed_name,
            one.on_behalf,
            one.phone,
            one.last_contact,
            one.why_label,
        ]

"""Reading the course of one contract: its hours over time, its breaks and who replaced, who pays, what was done."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from maillage.accounts.models import Person
from maillage.design.numbers import day_label, number
from maillage.reference.selectors import label_of
from tenants.staff.enums import AfterEnd, BreakKind, ChangeKind, ContractRole, EndReason
from tenants.staff.history import TOLD_ONLY
from tenants.staff.models import Contract, ContractBreak, ContractChange, PayerShare
from tenants.staff.selectors import in_force
from tenants.staff.terms import Stretch, by_terms
from tenants.staff.wording import hours_text, plain_hours

FAR = dt.date(9999, 12, 31)
CHOICES: dict[str, Any] = {
    "role": ContractRole,
    "end_reason": EndReason,
    "after_end": AfterEnd,
    "kind": BreakKind,
}


@dataclass(frozen=True)
class Terms:
    """Hours from a day to a day; `last` None: until the contract ends."""

    first: dt.date
    last: dt.date | None
    stretch: Stretch

    @property
    def hours(self) -> str:
        return f"{hours_text(self.stretch.hours_per_week)} / {hours_text(self.stretch.full_time_hours)}"


def terms_of(contract: Contract) -> list[Terms]:
    """In order. Reads `former_terms`."""
    last = contract.ends_on or FAR
    return [
        Terms(one.first, None if one.last == FAR else one.last, one)
        for one in by_terms(contract, contract.starts_on, last)
    ]


@dataclass(frozen=True)
class Pause:
    """A break, and the contracts that stand in the place of this one meanwhile."""

    pause: ContractBreak
    replaced_by: list[Contract]


def breaks_of(contract: Contract) -> list[Pause]:
    beside = replacements_of(contract)
    return [
        Pause(
            one,
            [
                other
                for other in beside
                if other.starts_on <= (one.ends_on or FAR) and (other.ends_on or FAR) >= one.starts_on
            ],
        )
        for one in sorted(contract.breaks.all(), key=lambda one: one.starts_on)
    ]


def replacements_of(contract: Contract) -> list[Contract]:
    found = Contract.objects.filter(replaces=contract.pk).select_related("member")
    return list(found.order_by("starts_on", "pk"))


def payers_of(contract: Contract) -> list[PayerShare]:
    return list(PayerShare.objects.filter(contract=contract.pk).order_by("-percent", "pk"))


def posts_paid_by_grants(day: dt.date) -> list[PayerShare]:
    """The shares that grants of the network bear of the contracts in force on a day, by grant and name."""
    running = Contract.objects.filter(in_force(day)).values("pk")
    found = PayerShare.objects.filter(grant_id__isnull=False, contract__in=running).select_related("contract__member")
    return list(found.order_by("grant_id", "contract__member__name", "pk"))


# --- history ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Deed:
    """Something that was done to the contract, in the reader's words."""

    at: dt.datetime
    who: str
    what: str
    differences: list[Difference]


def history_of(contract: Contract) -> list[Deed]:
    """The latest first, down to when it was written down, which contracts of before this history tell without a who."""
    changes = ContractChange.objects.filter(contract=contract.pk).select_related("by").order_by("-at", "-pk")
    found = list(changes)
    people = _people_replaced(found)
    deeds = [Deed(one.at, _who(one.by), one.get_kind_display(), _differences(one, people)) for one in found]
    if not any(one.kind == ChangeKind.ADDED for one in found):
        deeds.append(Deed(contract.created_at, "", str(ChangeKind.ADDED.label), []))
    return deeds


def _who(person: Person | None) -> str:
    return person.name if person is not None else ""


def _people_replaced(found: list[ContractChange]) -> dict[int, str]:
    """The names behind `replaces_id`, of all lines at once."""
    ids = {side.get("replaces_id") for one in found for side in (one.before, one.after)} - {None}
    if not ids:
        return {}
    return {one.pk: one.member.name for one in Contract.with_deleted.filter(pk__in=ids).select_related("member")}


def differences_of(change: ContractChange) -> list[Difference]:
    """What one line of the history says, by itself."""
    return _differences(change, _people_replaced([change]))


def _differences(change: ContractChange, people: dict[int, str]) -> list[Difference]:
    names = list(dict.fromkeys((*change.before, *change.after)))
    found = []
    for name in names:
        before, after = change.before.get(name), change.after.get(name)
        if name in TOLD_ONLY:
            found.append(Difference(_label(name), "", _("changed")))
        elif before not in (None, "") or after not in (None, ""):
            # Of what is said for the first time there is nothing before.
            was = _in_words(name, before, people) if name in change.before else ""
            found.append(Difference(_label(name), was, _in_words(name, after, people)))
    return found


def _label(name: str) -> str:
    if name == "payers":
        return _("Who pays")
    model = ContractBreak if name in ("kind", "ends_on") else Contract
    field: Any = model._meta.get_field(name.removesuffix("_id"))
    return str(field.verbose_name)


def _share_in_words(payer: str, percent: str, grant: str = "") -> str:
    told = f"{payer} {number(plain_hours(Decimal(percent)))} %"
    return _("%(share)s (grant %(number)s of the network)") % {"share": told, "number": grant} if grant else told


def _in_words(name: str, value: Any, people: dict[int, str]) -> str:
    if value in (None, "", []):
        return "—"
    if name == "type":
        return label_of("contract_type", value)
    if name == "replaces_id":
        return people.get(value, "—")
    if name == "payers":
        return ", ".join(_share_in_words(*row) for row in value)
    if name in CHOICES:
        return str(dict(CHOICES[name].choices).get(value, value))
    if name in ("starts_on", "planned_end", "ended_on", "ends_on"):
        return day_label(dt.date.fromisoformat(value))
    return hours_text(Decimal(value)) if name.startswith(("hours", "full_time")) else str(value)

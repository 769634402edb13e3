"""What comes before a volunteer's first day: checks of the EPN's facts and of a file, and what is still to do. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from django.utils.translation import gettext as _

from maillage.accounts.enums import Language
from maillage.design.numbers import day_label
from tenants.staff.models import Contract
from tenants.volunteers.enums import CostsPolicy, MustDeclare, Status
from tenants.volunteers.models import Organisation, VolunteerFile
from tenants.volunteers.rules import Problems, problem

FIRST_DAY = dt.date(2005, 7, 3)  # of the law
EXPIRES_SOON = dt.timedelta(days=60)
FURTHEST = dt.timedelta(days=3653)
LONGEST = {"name": 160, "responsible": 200, "aim": 1000, "insurer": 120, "policy": 60, "other_cover": 600,
           "costs_details": 600}  # fmt: skip


class OrganisationFacts(TypedDict, total=False):
    """What the EPN says of its organisation, once for all its notes."""

    name: str
    status: str
    responsible: str
    aim: str
    insurer: str
    policy: str
    insured_until: dt.date | None
    other_cover: str
    costs: str
    costs_details: str
    secrecy: bool


class FileFacts(TypedDict, total=False):
    note_signed_on: dt.date | None
    note_language: str
    must_declare: str
    declared_on: dt.date | None


def organisation_problems(facts: Mapping[str, Any], *, today: dt.date) -> Problems:
    """What an information note can't do without (law of 3 July 2005, art. 4)."""
    found: Problems = {}
    for name, longest in LONGEST.items():
        text = facts.get(name) or ""
        if "\0" in text:
            found[name] = [problem(_("There is a character in it that can't be saved. Type it again."), "null")]
        elif len(text) > longest:
            text = _("This is too long: at most %(longest)s characters.")
            found[name] = [problem(text, "too_long", longest=longest)]
    status = facts.get("status")
    required = {
        "name": _("What is the name of your organisation?"),
        "aim": _("What does your organisation do, and for whom?"),
    }
    if status == Status.DE_FACTO:
        required["responsible"] = _("Who answers for the association? The law asks for their names.")
    else:
        required["insurer"] = _("Who insures your volunteers' liability? The law asks for this insurance.")
        required["policy"] = _("What is the number of the policy? It stands on the insurer's letters.")
    for name, question in required.items():
        if name not in found and not str(facts.get(name) or "").strip():
            found[name] = [problem(question, "required")]
    if status not in Status.values:
        found["status"] = [problem(_("Choose the legal status of your organisation."), "unknown_status")]
    if facts.get("costs") not in CostsPolicy.values:
        found["costs"] = [problem(_("Choose which costs your organisation pays back."), "unknown_costs")]
    until = facts.get("insured_until")
    if until is not None and not FIRST_DAY <= until <= today + FURTHEST:
        found["insured_until"] = [problem(_("Check the year of %(day)s."), "strange_year", day=day_label(until))]
    return found


def file_problems(facts: Mapping[str, Any], *, today: dt.date) -> Problems:
    """A day that can't be, or a declaration of somebody who has nothing to declare."""
    found: Problems = {}
    for name in ("note_signed_on", "declared_on"):
        day = facts.get(name)
        if day is None:
            continue
        if day > today:
            text = _("%(day)s hasn't come yet. Write the day when it has.")
            found[name] = [problem(text, "future", day=day_label(day))]
        elif day < FIRST_DAY:
            text = _("Check the year: %(day)s is before the law on volunteers.")
            found[name] = [problem(text, "too_early", day=day_label(day))]
    if facts.get("note_language") not in Language.values:
        found["note_language"] = [problem(_("Choose a language of the list."), "unknown_language")]
    if facts.get("must_declare") not in MustDeclare.values:
        found["must_declare"] = [problem(_("Choose one of the answers."), "unknown_answer")]
    elif facts.get("declared_on") is not None and facts["must_declare"] != MustDeclare.YES:
        text = _("Choose “Yes, to be declared first”, or leave the day empty.")
        found["declared_on"] = [problem(text, "not_to_declare")]
    return found


# --- how it stands ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """How one thing stands: words, a kind of badge that repeats them, and what to do, if anything."""

    text: str
    kind: str  # success, warning, danger or neutral
    to_do: str = ""


def note_standing(contract: Contract, file: VolunteerFile, today: dt.date) -> Standing:
    """The information note: signed before the first day, late, or missing."""
    signed = file.note_signed_on
    if signed is not None and signed <= contract.starts_on:
        return Standing(_("signed on %(day)s") % {"day": day_label(signed)}, "success")
    if signed is not None:
        return Standing(_("signed on %(day)s, after the first day") % {"day": day_label(signed)}, "warning")
    if contract.starts_on <= today:
        return Standing(
            _("not signed"),
            "danger",
            _("The contract started on %(day)s without a signed information note. Print it, have it signed today and "
              "write the day.") % {"day": day_label(contract.starts_on)},
        )  # fmt: skip
    return Standing(
        _("to sign before %(day)s") % {"day": day_label(contract.starts_on)},
        "warning",
        _("Print the information note and have it signed before the first day, %(day)s.")
        % {"day": day_label(contract.starts_on)},
    )


def insurance_standing(organisation: Organisation | None, today: dt.date) -> Standing:
    """The liability insurance of the organisation, one for all its volunteers."""
    if organisation is None or not organisation.insurer:
        if organisation is not None and organisation.status == Status.DE_FACTO:
            return Standing(_("no insurance"), "warning")
        return Standing(
            _("not written down"), "danger", _("Write your insurer and the number of the policy: the note needs them.")
        )
    until = organisation.insured_until
    if until is None:
        return Standing(_("insured, no end noted"), "success")
    words = {"day": day_label(until)}
    if until < today:
        return Standing(
            _("expired on %(day)s") % words,
            "danger",
            _("The insurance of your volunteers expired on %(day)s. Ask your insurer, and write the new end.") % words,
        )
    if until - today <= EXPIRES_SOON:
        return Standing(
            _("until %(day)s") % words,
            "warning",
            _("The insurance of your volunteers expires on %(day)s. Ask your insurer to prolong it.") % words,
        )
    return Standing(_("until %(day)s") % words, "success")


def declaration_standing(contract: Contract, file: VolunteerFile) -> Standing:
    """The form C45B of somebody who gets unemployment benefits."""
    if file.must_declare == MustDeclare.NO:
        return Standing(_("nothing to declare"), "neutral")
    if file.must_declare == MustDeclare.UNKNOWN:
        return Standing(
            _("not asked yet"), "neutral", _("Ask whether this person must declare the volunteering first (form C45B).")
        )
    if file.declared_on is None:
        return Standing(
            _("to be sent"),
            "danger",
            _("Fill in form C45B together: this person hands it in at their payment office before the first day."),
        )
    words = {"day": day_label(file.declared_on)}
    if file.declared_on > contract.starts_on:
        return Standing(_("sent on %(day)s, after the first day") % words, "warning")
    return Standing(_("sent on %(day)s") % words, "success")


@dataclass(frozen=True)
class ToDo:
    """`where`: settings (the EPN's facts), or the file of the contract. `order`: notes come first."""

    text: str
    where: str
    order: int
    contract: Contract | None = None


def to_do_for(
    contracts: Iterable[Contract],
    files: Callable[[Contract], VolunteerFile],
    organisation: Organisation | None,
    *,
    today: dt.date,
) -> list[ToDo]:
    """The same for several contracts: every note first, and the insurance once."""
    found = {
        (item.where, item.text, item.contract): item
        for contract in contracts
        for item in to_do(contract, files(contract), organisation, today=today)
    }
    return sorted(found.values(), key=lambda item: item.order)


def to_do(contract: Contract, file: VolunteerFile, organisation: Organisation | None, *, today: dt.date) -> list[ToDo]:
    """What is still to do for one contract that hasn't ended, the note first. Belgian rules only."""
    if contract.ends_on is not None and contract.ends_on < today:
        return []
    note, insurance = note_standing(contract, file, today), insurance_standing(organisation, today)
    found = [ToDo(note.to_do, "file", 1, contract)] if note.to_do else []
    if insurance.to_do:
        found.append(ToDo(insurance.to_do, "settings", 2))
    declaration = declaration_standing(contract, file)
    if declaration.to_do:
        found.append(ToDo(declaration.to_do, "file", 3, contract))
    return found

"""The two papers of a volunteer, as tagged PDF: the information note before the first day, the statement of a year."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from maillage.design.numbers import NOT_KNOWN, as_of, day_label, number
from maillage.design.pdf import render
from tenants.staff.models import Contract
from tenants.staff.wording import hours_text
from tenants.volunteers.ceilings import Limits, limits_of_year
from tenants.volunteers.enums import CostsPolicy, Status
from tenants.volunteers.models import Organisation
from tenants.volunteers.rules import km_text, money
from tenants.volunteers.selectors import YearOf

NOTE, STATEMENT = "volunteers/note.typ", "volunteers/statement.typ"

Section = dict[str, Any]


# --- the information note ---------------------------------------------------------------------------------------------


def information_note(
    *, contract: Contract, organisation: Organisation, epn: str, region: str, language: str, moment: dt.datetime
) -> bytes:
    """Raises Unprintable."""
    with translation.override(language):
        data = _note(contract, organisation, epn, limits_of_year(moment.year, region), moment)
    return render(NOTE, data, title=str(data["title"]), language=language, moment=moment)


def _note(contract: Contract, about: Organisation, epn: str, limits: Limits, moment: dt.datetime) -> dict[str, Any]:
    hours = _("You help about %(hours)s hours a week, from %(day)s.") % {
        "hours": hours_text(contract.hours_per_week),
        "day": day_label(contract.starts_on),
    }
    return {
        "title": _("Information note for volunteers"),
        "epn": epn,
        "lead": _(
            "You read this note before your first day: the law of 3 July 2005 on the rights of volunteers "
            "(article 4) asks us to give it to you."
        ),
        "who": [_("The volunteer:"), contract.member.name],
        "hours": hours,
        "sections": [
            _who(about, epn),
            {"title": _("Our aim, without profit"), "text": _paragraphs(about.aim)},
            _insurance(about),
            _liability(about),
            _costs(about, limits, moment.year),
            *([_secrecy()] if about.secrecy else []),
            _benefits(),
        ],
        "signatures": {
            "received": _("I have received and read this note on:"),
            "volunteer": _("The volunteer: name and signature"),
            "organisation": _("For the organisation: name and signature"),
        },
        "made": _("Made on %(day)s. Two copies: one for you, one for us.") % {"day": day_label(moment.date())},
    }


def _paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]


def _who(about: Organisation, epn: str) -> Section:
    lines = [f"{about.name} – {about.get_status_display()}"]
    if about.status == Status.DE_FACTO and about.responsible:
        lines.append(_("Who answers for the association: %(names)s.") % {"names": about.responsible})
    lines.append(_("You help at its public digital room, %(epn)s.") % {"epn": epn})
    return {"title": _("Who we are"), "text": lines}


def _insurance(about: Organisation) -> Section:
    if about.insurer:
        lines = [
            _("We have an insurance for the damage that you cause to others while you help us."),
            _("Insurer: %(insurer)s. Policy number: %(policy)s.")
            % {"insurer": about.insurer, "policy": about.policy or NOT_KNOWN},
        ]
        if about.insured_until:
            lines.append(_("It runs until %(day)s.") % {"day": day_label(about.insured_until)})
    else:
        lines = [_("Our association has no insurance for the damage that you cause to others.")]
    if about.other_cover:
        lines += [_("Other risks are insured too:"), *_paragraphs(about.other_cover)]
    else:
        lines.append(_("No other risk is insured."))
    return {"title": _("Insurance"), "text": lines}


def _liability(about: Organisation) -> Section:
    if about.status == Status.DE_FACTO:
        lines = [
            _("Our association has no legal personality. It answers for damage that you cause only if it employs "
              "somebody or belongs to an organisation that does (article 5 of the law)."),
            _("Otherwise the ordinary rules hold: you answer for it yourself. Look at your family insurance."),
        ]  # fmt: skip
    else:
        lines = [
            _("You don't pay for damage that you cause while you help us: we answer for it (article 5 of the law)."),
            _("This doesn't hold for fraud, for gross negligence, or for a small fault that you make again and again."),
        ]
    return {"title": _("If something gets broken"), "text": lines}


def _costs(about: Organisation, limits: Limits, year: int) -> Section:
    lines: list[str] = [f"{about.get_costs_display()}."]
    lines += _paragraphs(about.costs_details)
    if about.costs in (CostsPolicy.FLAT, CostsPolicy.FLAT_AND_TRAVEL):
        if limits.day.value is not None and limits.year.value is not None:
            text = _("The law sets a ceiling: %(day)s a day and %(whole)s a year in %(year)s, for all your "
                     "organisations together.")  # fmt: skip
            lines.append(text % {"day": money(limits.day.value), "whole": money(limits.year.value), "year": str(year)})
        lines.append(
            _("In one calendar year you get flat amounts or real costs, never both. Tell us if another organisation "
              "pays you as well.")
        )  # fmt: skip
    if about.costs == CostsPolicy.FLAT_AND_TRAVEL and limits.km.value is not None:
        text = _("Travel may be added, for at most %(km)s km a year. The way from your home to us isn't part of it.")
        lines.append(text % {"km": number(limits.km.value)})
    return {"title": _("Your costs"), "text": lines}


def _secrecy() -> Section:
    return {
        "title": _("What people tell you stays here"),
        "text": [
            _("At our place people show their letters, their bank and their health. What you learn in this way you "
              "tell nobody, also after you have left."),
            _("The professional secrecy of the Criminal Code may apply to you: whoever breaks it can be punished."),
        ],
    }  # fmt: skip


def _benefits() -> Section:
    return {
        "title": _("If you get benefits"),
        "text": [
            _("Unemployment benefits: before your first day, hand in form C45B at your payment office (CAPAC or your "
              "union). We fill in our part with you."),
            _("Benefits for illness or disability: ask the advising doctor of your health fund first."),
        ],
    }  # fmt: skip


# --- the statement of a year ------------------------------------------------------------------------------------------


def statement(
    *, found: YearOf, organisation: Organisation | None, epn: str, language: str, moment: dt.datetime
) -> bytes:
    """What was paid back to one person in a calendar year. Raises Unprintable."""
    with translation.override(language):
        data = _statement(found, organisation, epn, moment)
    return render(STATEMENT, data, title=str(data["title"]), language=language, moment=moment)


def _statement(found: YearOf, organisation: Organisation | None, epn: str, moment: dt.datetime) -> dict[str, Any]:
    said = found.sums
    reasons = [line for line in found.lines if line.justification]
    return {
        "title": _("Costs paid back in %(year)s") % {"year": str(found.year)},
        "epn": epn,
        "organisation": organisation.name if organisation is not None else "",
        "declares": _("Statement for the volunteer"),
        "name": found.member.name,
        "as_of": _("As of %(moment)s") % {"moment": as_of(moment)},
        "sums": [
            [_("Days on which something was paid back"), number(said.days)],
            [_("Flat amounts"), money(said.flat)],
            [_("Real costs"), money(said.real)],
            [_("Travel"), _("%(amount)s for %(km)s km") % {"amount": money(said.travel), "km": km_text(said.km)}],
            [_("Total"), money(said.whole)],
        ],
        "sums_head": [_("What"), _("In %(year)s") % {"year": str(found.year)}],
        "ceilings_title": _("What the law allows"),
        "ceilings": ceilings_in_words(found),
        "lines_title": _("Day by day"),
        "head": [_("Day"), _("What"), _("Kilometres"), _("Amount")],
        "lines": [
            [
                day_label(line.day),
                _described(line.get_kind_display(), line.what),
                "" if line.km is None else km_text(line.km),
                money(line.cents),
            ]
            for line in found.lines
        ],
        "nothing": _("Nothing was paid back in this year."),
        "reasons_title": _("Why a ceiling was passed"),
        "reasons": [f"{day_label(line.day)} – {' '.join(line.justification.split())}" for line in reasons],
        "others": _(
            "What other organisations paid to this person isn't known here. The ceilings hold for all of them "
            "together: keep this statement."
        ),
        "signature": _("For the organisation: name and signature"),
    }


def _described(kind: str, what: str) -> str:
    return f"{kind} – {what}" if what else kind


def ceilings_in_words(found: YearOf) -> list[str]:
    """The limits of the year with their sources; one that isn't known is said to be."""
    limits, words = found.limits, {"year": str(found.year)}
    told = []
    for limit, known, unknown in (
        (limits.day, _("%(amount)s a day in %(year)s (source: %(source)s)."),
         _("The ceiling of a day in %(year)s isn't known here: the days were not checked against it.")),
        (limits.year, _("%(amount)s in the whole of %(year)s (source: %(source)s)."),
         _("The ceiling of the year %(year)s isn't known here: the sum was not checked against it.")),
    ):  # fmt: skip
        if limit.value is None:
            told.append(unknown % words)
        else:
            told.append(known % {**words, "amount": money(limit.value), "source": limit.source})
    if limits.km.value is not None:
        text = _("Travel beside flat amounts: at most %(km)s km a year (source: %(source)s). It isn't counted in the "
                 "ceilings above.")  # fmt: skip
        told.append(text % {"km": number(limits.km.value), "source": limits.km.source})
    return told

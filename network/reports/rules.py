"""What a report, its values and its keys must obey: pure checks, in the reader's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from maillage.design.free_text import problems as personal_data_problems
from maillage.design.numbers import day_label, month_label, number
from network.funding.models import Grant
from network.reports.content import Line
from network.reports.counting import WHOLE, last_day
from network.reports.enums import LineKind
from network.reports.models import PackLine
from network.reports.perimeter import PlaceIn

LONGEST_TEXT, LONGEST_NOTE, LONGEST_COMMENT = 8000, 1000, 4000
LONGEST_NAME = 120
LARGEST = Decimal(10) ** 12
NAMED = 8


@dataclass(frozen=True)
class Missing:
    """What keeps a report from being signed, or what its signer should know, in the reader's words.

    `code` of the line; `months` to be released; `keys`: it is about them.
    """

    text: str
    code: str = ""
    months: tuple[str, ...] = ()
    keys: bool = False


def named(names: Sequence[str]) -> str:
    """The first of them; how many more."""
    told = ", ".join(names[:NAMED])
    more = len(names) - NAMED
    return told if more <= 0 else _("%(names)s and %(more)s more") % {"names": told, "more": more}


def label_in(line: Line) -> str:
    return line.label.get((get_language() or "fr")[:2]) or line.label["fr"]


def months_named(codes: Sequence[str]) -> str:
    return named([month_label(one) for one in codes])


def about_places(places: Sequence[PlaceIn], above: Mapping[tuple[int, int], Decimal]) -> list[Missing]:
    """`above`: the keys of all grants together, of the EPN and years in which they are more than 100 %."""
    if not places:
        return [Missing(_("The report tells of no EPN: allocate the grant to some, or to the network."), keys=True)]
    found = []
    if without := [one.name for one in places if one.unkeyed]:
        found.append(Missing(_("Keys are missing for %(epn)s.") % {"epn": named(without)}, keys=True))
    for one in places:
        for year in one.keys:
            if total := above.get((one.epn, year)):
                text = _("Above 100 %%: the keys of %(epn)s in %(year)s are %(total)s %% in all.")
                found.append(
                    Missing(text % {"epn": one.name, "year": year, "total": number(total.normalize())}, keys=True)
                )
    return found


def about_lines(
    lines: Iterable[PackLine], told: Mapping[str, Line], waiting: Mapping[str, tuple[str, ...]], *, required: bool
) -> list[Missing]:
    """Of lines that are required, what keeps from signing; of the others, what they will not tell.

    Lines that wait for the same months are told together, and first.
    """
    found: list[Missing] = []
    late: dict[tuple[str, ...], list[str]] = {}
    for one in lines:
        if one.required != required:
            continue
        line = told[one.code]
        if months := waiting.get(one.code):
            late.setdefault(months, []).append(label_in(line))
        elif required and one.kind == LineKind.TEXT and not line.text:
            found.append(Missing(_("“%(line)s”: write the text.") % {"line": label_in(line)}, one.code))
        elif required and one.kind == LineKind.DECLARED and line.value is None:
            found.append(Missing(_("“%(line)s”: write the number.") % {"line": label_in(line)}, one.code))
    text = _("Not released yet: %(months)s. Without it, these can't be told: %(lines)s.")
    return [
        *(
            Missing(text % {"months": months_named(months), "lines": ", ".join(labels)}, months=months)
            for months, labels in late.items()
        ),
        *found,
    ]


def about_small_groups(told: Iterable[Line], minimum_cell: int) -> list[Missing]:
    """A number that somebody wrote isn't protected by a release."""
    text = _(
        "“%(line)s”: %(number)s. If these are people, so few of them may be recognised: the network publishes"
        " nothing below %(least)s."
    )
    return [
        Missing(
            text % {"line": label_in(one), "number": number(one.value), "least": minimum_cell}, one.code
        )
        for one in told
        if (one.kind == LineKind.DECLARED or one.computed is not None)
        and one.value is not None
        and 0 < one.value < minimum_cell
    ]  # fmt: skip


def text_problems(text: str, longest: int, kept: str = "") -> list[ValidationError]:
    """A report goes to people outside: what looks like personal data is asked about."""
    if "\0" in text:
        return [ValidationError(_("There is a character in it that can't be saved. Type it again."), "null")]
    if len(text) > longest:
        return [ValidationError(_("At most %(most)s characters, please.") % {"most": longest}, "max_length")]
    return personal_data_problems(text, kept)


def number_problems(value: Decimal) -> list[ValidationError]:
    if not value.is_finite() or value < 0 or value >= LARGEST:
        text = _("Write a number from 0 to %(most)s.") % {"most": number(LARGEST - 1)}
        return [ValidationError(text, "out_of_bounds")]
    if value != value.quantize(Decimal("0.01")):
        return [ValidationError(_("At most two decimals, please."), "decimals")]
    return []


def correction_problems(line: Line, value: Decimal, note: str) -> list[ValidationError]:
    """Of a computed number: with its reason, and within what the network published."""
    if not note.strip():
        return [ValidationError(_("Say why this number takes the place of the computed one."), "reason")]
    if line.whole is not None and not line.withheld and not line.missing and value > line.whole:
        text = _("The network published %(whole)s in all: correct its figures and release them again first.")
        return [ValidationError(text % {"whole": number(line.whole)}, "above")]
    return []


def month_problems(
    first: dt.date, last: dt.date, grants: Collection[Grant], today: dt.date
) -> dict[str, str]:  # fmt: skip
    """Closed months, and of each grant at least a part of them."""
    if last < first:
        return {"last": _("The last month is before the first one.")}
    if (last.year - first.year) * 12 + last.month - first.month >= MOST_MONTHS:
        return {"last": _("At most %(most)s months, please.") % {"most": MOST_MONTHS}}
    if last_day(last) >= today:
        text = _("%(month)s isn't over yet: a report tells of closed months.")
        return {"last": text % {"month": month_label(last)}}
    for one in grants:
        if one.ends_on < first or last_day(last) < one.starts_on:
            text = _("“%(grant)s” runs from %(first)s to %(last)s: choose months of it.")
            return {
                "first": text % {"grant": one.title, "first": day_label(one.starts_on), "last": day_label(one.ends_on)}
            }
    return {}


MOST_MONTHS = 60


def key_problems(
    name: str, year: int, wanted: Decimal, others: Mapping[str, Decimal]
) -> str:  # fmt: skip
    """`others`: keys of other grants for the same EPN and year, by the grant's name."""
    left = WHOLE - sum(others.values(), Decimal(0))
    if wanted <= left:
        return ""
    text = _("An allocation above 100 %%: %(epn)s in %(year)s has %(left)s %% left (%(others)s).")
    told = ", ".join(f"{grant}: {number(percent.normalize())} %" for grant, percent in others.items())
    return text % {
        "epn": name, "year": year, "left": number(max(Decimal(0), left).normalize()),
        "others": told or _("no other grant"),
    }  # fmt: skip

"""What may be paid back to a volunteer, checked on lines that are given. Pure: nothing is read or written here.

The ceilings of a day and a year hold for flat amounts and real costs together, of one person, in one calendar year (law
of 3 July 2005, art. 10). Travel by the kilometre is outside them; beside flat amounts it has a limit of its own, which
nothing lifts. A line above a ceiling is refused unless it says which documents prove the costs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from maillage.design.numbers import day_label, euros, number
from tenants.volunteers.ceilings import Limits
from tenants.volunteers.enums import DefrayalKind

FIRST_YEAR = 2005  # there was no law before
MOST_CENTS = 1_000_000
MOST_KM = Decimal(5000)
MOST_DAYS = 31  # at once: a month
LONGEST_WHAT = 160
LONGEST_JUSTIFICATION = 1000
NEAR = Decimal("0.8")  # of the year's ceiling: from here on it is said

Problems = dict[str, list[ValidationError]]


def money(cents: int) -> str:
    return euros(Decimal(cents) / 100)


def km_text(km: Decimal | int) -> str:
    """60 for 60.0, 12,5 for 12.5."""
    return number(Decimal(km).quantize(Decimal(1)) if km == int(km) else km)


def problem(text: str, code: str, **values: object) -> ValidationError:
    return ValidationError(text, code=code, params=values)


@dataclass(frozen=True)
class Entry:
    """A line as the rules see it."""

    day: dt.date
    kind: str
    cents: int
    km: Decimal = Decimal(0)
    justification: str = ""

    @property
    def is_counted(self) -> bool:
        """Whether the ceilings of day and year count it."""
        return self.kind != DefrayalKind.TRAVEL


@dataclass(frozen=True)
class Sums:
    """Of one person in one calendar year. Cents, kilometres, and days on which anything was paid."""

    flat: int = 0
    real: int = 0
    travel: int = 0
    km: Decimal = Decimal(0)
    days: int = 0

    @property
    def counted(self) -> int:
        """What the year's ceiling counts."""
        return self.flat + self.real

    @property
    def whole(self) -> int:
        return self.counted + self.travel


def sums(entries: Iterable[Entry]) -> Sums:
    kinds = dict.fromkeys(DefrayalKind.values, 0)
    km, days = Decimal(0), set()
    for one in entries:
        kinds[one.kind] += one.cents
        km += one.km
        days.add(one.day)
    return Sums(
        flat=kinds[DefrayalKind.FLAT],
        real=kinds[DefrayalKind.REAL],
        travel=kinds[DefrayalKind.TRAVEL],
        km=km,
        days=len(days),
    )


# --- one line by itself -----------------------------------------------------------------------------------------------


def line_problems(*, kind: str, cents: int | None, km: Decimal | None, what: str, justification: str) -> Problems:
    """What is wrong with a line whatever the others are, by field of the form."""
    found: Problems = {}

    def wrong(field: str, text: str, code: str, **values: object) -> None:
        found.setdefault(field, []).append(problem(text, code, **values))

    if kind not in DefrayalKind.values:
        wrong("kind", _("Choose what is paid back: a flat amount, real costs or travel."), "unknown_kind")
    if cents is None:
        wrong("amount", _("How much is paid back?"), "required")
    elif cents <= 0:
        wrong(
            "amount", _("Write an amount above zero. To take something back, correct or delete its line."), "negative"
        )
    elif cents > MOST_CENTS:
        wrong("amount", _("Check the amount: at most %(most)s a line."), "too_much", most=money(MOST_CENTS))
    if kind == DefrayalKind.TRAVEL:
        if km is None:
            wrong("km", _("How many kilometres? They are counted over the year."), "required")
        elif km <= 0:
            wrong("km", _("Write a number of kilometres above zero."), "negative")
        elif km > MOST_KM:
            wrong("km", _("Check the kilometres: at most %(most)s a day."), "too_much", most=km_text(MOST_KM))
    elif km is not None:
        wrong("km", _("Kilometres belong to travel. Choose “Travel”, or leave this empty."), "not_travel")
    if kind == DefrayalKind.REAL and not what:
        wrong("what", _("What was bought or paid? Real costs need a receipt: say which."), "required")
    for field, text, longest in (("what", what, LONGEST_WHAT), ("justification", justification, LONGEST_JUSTIFICATION)):
        if "\0" in text:
            wrong(field, _("There is a character in it that can't be saved. Type it again."), "null")
        elif len(text) > longest:
            wrong(field, _("This is too long: at most %(longest)s characters."), "too_long", longest=longest)
    return found


def days_problems(
    days: Sequence[dt.date], *, starts_on: dt.date, ends_on: dt.date | None, today: dt.date
) -> list[ValidationError]:
    """Days that haven't come, or on which this contract doesn't run."""
    if not days:
        return [problem(_("Choose at least one day."), "required")]
    if len(days) > MOST_DAYS:
        return [problem(_("At most %(most)s days at once."), "too_many", most=MOST_DAYS)]
    found = []
    for day in sorted(days):
        if day > today:
            found.append(problem(_("%(day)s hasn't come yet: only days that were worked are paid back."), "future",
                                 day=day_label(day)))  # fmt: skip
        elif day < starts_on:
            found.append(
                problem(
                    _("%(day)s is before the contract, which starts on %(start)s. Choose a later day, or correct the "
                      "start of the contract."),
                    "before_contract", day=day_label(day), start=day_label(starts_on),
                )
            )  # fmt: skip
        elif ends_on is not None and day > ends_on:
            found.append(
                problem(
                    _("%(day)s is after the contract, which ends on %(end)s. Choose an earlier day, or prolong the "
                      "contract first."),
                    "after_contract", day=day_label(day), end=day_label(ends_on),
                )
            )  # fmt: skip
    return found


# --- a line among the others of the person ----------------------------------------------------------------------------


def ceiling_problems(new: Iterable[Entry], kept: Iterable[Entry], limits_on: Callable[[dt.date], Limits]) -> Problems:
    """What the law refuses of new lines, given all that this person has already: by field, at most one of each kind.

    A limit that isn't known on a day is not checked: that it isn't is the ledger's to say.
    """
    found: Problems = {}
    lines = list(kept)
    for one in sorted(new, key=lambda entry: entry.day):
        limits = limits_on(one.day)
        for field, wrong in _problems_of(one, lines, limits):
            if wrong.code not in {other.code for other in found.get(field, [])}:
                found.setdefault(field, []).append(wrong)
        lines.append(one)
    return found


def _problems_of(one: Entry, lines: Sequence[Entry], limits: Limits) -> Iterable[tuple[str, ValidationError]]:
    of_year = [line for line in lines if line.day.year == one.day.year]
    before = sums(of_year)
    if limits.one_kind_a_year:
        yield from _both_kinds(one, before)
        yield from _too_far(one, before, limits)
    if not one.is_counted or one.justification:
        return
    on_day = sums(line for line in of_year if line.day == one.day).counted
    if limits.day.value is not None and on_day + one.cents > limits.day.value:
        text = _("That makes %(sum)s on %(day)s: the day's ceiling is %(ceiling)s. Pay less, or write under "
                 "“Justification” which documents prove these costs.")  # fmt: skip
        yield (
            "amount",
            problem(
                text,
                "above_day",
                sum=money(on_day + one.cents),
                day=day_label(one.day),
                ceiling=money(limits.day.value),
            ),
        )
    if limits.year.value is not None and before.counted + one.cents > limits.year.value:
        text = _("That makes %(sum)s in %(year)s: the year's ceiling is %(ceiling)s, and %(left)s is left. Pay less, "
                 "or write under “Justification” which documents prove these costs.")  # fmt: skip
        yield (
            "amount",
            problem(
                text,
                "above_year",
                sum=money(before.counted + one.cents),
                year=str(one.day.year),
                ceiling=money(limits.year.value),
                left=money(max(limits.year.value - before.counted, 0)),
            ),
        )


def _both_kinds(one: Entry, before: Sums) -> Iterable[tuple[str, ValidationError]]:
    if one.kind == DefrayalKind.FLAT and before.real:
        text = _("This person got real costs in %(year)s. In one calendar year it is real costs or flat amounts, never "
                 "both; travel by the kilometre may go with either. Choose real costs, or correct the lines of "
                 "before.")  # fmt: skip
        yield "kind", problem(text, "both_kinds", year=str(one.day.year))
    elif one.kind == DefrayalKind.REAL and before.flat:
        text = _("This person got flat amounts in %(year)s. In one calendar year it is flat amounts or real costs, "
                 "never both; travel by the kilometre may go with either. Choose a flat amount, or correct the lines "
                 "of before.")  # fmt: skip
        yield "kind", problem(text, "both_kinds", year=str(one.day.year))


def _too_far(one: Entry, before: Sums, limits: Limits) -> Iterable[tuple[str, ValidationError]]:
    """Travel beside flat amounts has a limit; beside real costs, it is a real cost like another."""
    most, km = limits.km.value, before.km + one.km
    has_flat = before.flat or one.kind == DefrayalKind.FLAT
    if most is None or not has_flat or km <= most:
        return
    field = "km" if one.kind == DefrayalKind.TRAVEL else "kind"
    text = _("That makes %(sum)s km in %(year)s: beside flat amounts, at most %(most)s km a year can be paid back, and "
             "%(left)s km are left. Write fewer kilometres.")  # fmt: skip
    if field == "kind":
        text = _("This person was paid %(sum)s km of travel in %(year)s: flat amounts may only go with %(most)s km a "
                 "year. Choose real costs.")  # fmt: skip
    left = max(Decimal(most) - before.km, Decimal(0))
    yield (
        field,
        problem(text, "too_far", sum=km_text(km), year=str(one.day.year), most=km_text(most), left=km_text(left)),
    )


# --- how near ---------------------------------------------------------------------------------------------------------


def share_of_year(found: Sums, limits: Limits) -> Decimal | None:
    """What part of the year's ceiling is used; None when it isn't known."""
    return Decimal(found.counted) / limits.year.value if limits.year.value else None


def is_near(found: Sums, limits: Limits) -> bool:
    share = share_of_year(found, limits)
    return share is not None and share >= NEAR


def is_above(found: Sums, limits: Limits) -> bool:
    share = share_of_year(found, limits)
    return share is not None and share > 1


def days_left(found: Sums, limits: Limits) -> int | None:
    """How many more days at the day's ceiling the year allows."""
    if not limits.day.value or limits.year.value is None:
        return None
    return max(limits.year.value - found.counted, 0) // limits.day.value

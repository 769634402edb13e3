"""A census return that is kept as a spreadsheet: column A names the question, B answers it, C explains. Pure.

What can't be read stays as it was, and is flagged. What names no question, names one twice or breaks a bound is
refused, and then nothing of the file is taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from maillage.design.personal_data import findings
from maillage.spreadsheets.decoding import FileRefused
from maillage.spreadsheets.reading import Row, read, shown
from maillage.spreadsheets.texts import folded
from network.cadastre.editions import amounts, checking
from network.cadastre.editions.answering import Given
from network.cadastre.editions.answers import Answer, ReturnInFull
from network.cadastre.editions.checking import NUMERIC
from network.cadastre.editions.enums import Kind
from network.cadastre.editions.forms import APART, LONGEST_TEXT, LONGEST_WHY
from network.cadastre.editions.models import Indicator
from network.cadastre.editions.words import choice_label, in_words, unit_of

MOST_LINES = 1_000
SHOWN = 60


@dataclass(frozen=True)
class SheetLine:
    """One line that would change an answer: what stands there now, and what would."""

    line: int
    answer: Answer
    given: Given

    @property
    def now(self) -> str:
        return in_words(self.answer.indicator, self.answer.kept)

    @property
    def then(self) -> str:
        return in_words(self.answer.indicator, self.given.value)


@dataclass(frozen=True)
class Remark:
    """A line that is flagged or refused, and why."""

    line: int
    question: str
    said: str
    reason: str


@dataclass
class Plan:
    changes: list[SheetLine] = field(default_factory=list)
    unchanged: int = 0
    doubtful: list[Remark] = field(default_factory=list)
    refused: list[Remark] = field(default_factory=list)


class _Unreadable(ValueError):
    """The cell stays out."""


def plan_of(content: bytes, full: ReturnInFull) -> Plan:
    """Raises FileRefused when it is no table, or a very long one."""
    sheet = read(content)
    if len(sheet.rows) > MOST_LINES:
        raise FileRefused(_("More than %(n)s rows: this isn't a census return.") % {"n": MOST_LINES})
    by_name, twice = _names(full)
    plan, seen = Plan(), dict[str, int]()
    rows = sheet.rows
    if folded(sheet.headings[0]) in by_name:  # a file without headings begins at once
        rows = [Row(1, list(sheet.headings)), *rows]
    for row in rows:
        cells = [*row.cells, None, None][:3]
        name, said = shown(cells[0]), shown(cells[1])
        if not said and not shown(cells[2]):
            continue  # nothing is said, or a title
        answer = by_name.get(folded(name)) or by_name.get(name)
        if answer is None:
            why = _("Several questions are called so: write the code.") if folded(name) in twice else ""
            plan.refused.append(Remark(row.line, name[:SHOWN], said[:SHOWN], why or _("No question is called so.")))
            continue
        code = answer.indicator.code
        if code in seen:
            text = _("Line %(line)s answers the same question.") % {"line": seen[code]}
            plan.refused.append(Remark(row.line, answer.indicator.label, said[:SHOWN], text))
            continue
        seen[code] = row.line
        _judge(plan, row.line, answer, cells)
    return plan


def _names(full: ReturnInFull) -> tuple[dict[str, Answer], set[str]]:
    """By code and by label in each language; a label that two questions share names neither."""
    found: dict[str, Answer] = {}
    twice: set[str] = set()
    for answer in full.answers:
        one = answer.indicator
        for text in {folded(text) for text in (one.label_fr, one.label_nl, one.label_en) if text}:
            if found.setdefault(text, answer) is not answer:
                twice.add(text)
    found = {text: answer for text, answer in found.items() if text not in twice}
    return found | {folded(one.indicator.code): one for one in full.answers}, twice


def _judge(plan: Plan, line: int, answer: Answer, cells: list[object]) -> None:
    indicator, said = answer.indicator, shown(cells[1])[:SHOWN]
    why = " ".join(shown(cells[2]).split())
    if indicator.kind in APART:
        text = _("A table or a file isn't taken from here: its answer stays as it is.")
        plan.doubtful.append(Remark(line, indicator.label, said, text))
        return
    if len(why) > LONGEST_WHY or findings(why):
        text = _("The explanation is too long, or seems to hold personal data: it stays as it is.")
        plan.doubtful.append(Remark(line, indicator.label, why[:SHOWN], text))
        why = answer.explanation
    try:
        value = _value(indicator, cells[1]) if shown(cells[1]) else answer.kept
    except _Unreadable as error:
        plan.doubtful.append(Remark(line, indicator.label, said, str(error)))
        return
    wrong = checking.value_problems(indicator, value)
    if wrong:
        plan.refused.append(Remark(line, indicator.label, said, " ".join(wrong)))
        return
    given = Given(value, why or answer.explanation)
    if (given.value, given.explanation) == (answer.kept, answer.explanation):
        plan.unchanged += 1
    else:
        plan.changes.append(SheetLine(line, answer, given))


def _value(indicator: Indicator, cell: object) -> str:
    if indicator.kind in NUMERIC:
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return _counted(indicator, cell)
        try:
            return amounts.read_number(shown(cell), indicator)
        except amounts.NotANumber as error:
            raise _Unreadable(str(error)) from error
    text = shown(cell)
    if indicator.kind == Kind.CHOICE:
        return _choice(indicator, text)
    if len(text) > LONGEST_TEXT:
        raise _Unreadable(_("This text is too long."))
    if findings(text):
        raise _Unreadable(_("This seems to hold personal data: write it by hand, without."))
    return text


def _counted(indicator: Indicator, cell: float) -> str:
    """What a spreadsheet counted may have a tail that nobody wrote (0.1 + 0.2); half a visit is still refused."""
    if not abs(cell) < checking.LARGEST:
        raise _Unreadable(_("This number is too large."))
    digits = indicator.decimals or 4
    return amounts.canonical(Decimal(repr(cell)).quantize(Decimal(1).scaleb(-digits)), indicator.decimals)


def _choice(indicator: Indicator, text: str) -> str:
    wanted = folded(text)
    for one in indicator.choices:
        if wanted in {folded(str(one[name])) for name in ("code", "fr", "nl", "en") if one.get(name)}:
            return str(one["code"])
    offered = ", ".join(choice_label(one) for one in indicator.choices)
    raise _Unreadable(_("None of the answers that are offered: %(offered)s.") % {"offered": offered})


MODEL_NAMES = ("question", "answer", "explanation", "expected")


def model_header() -> list[str]:
    return [_("Question"), _("Answer"), _("Explanation"), _("What is expected")]


def model_rows(full: ReturnInFull) -> Iterator[list[Any]]:
    """A file to fill in, with what is there already. A question whose label isn't its alone stands by its code."""
    _by_name, twice = _names(full)
    for answer in full.answers:
        one = answer.indicator
        if one.kind in APART:
            continue
        kept = checking.decimal_of(answer.kept) if one.kind in NUMERIC else None
        words = in_words(one, answer.kept) if answer.kept else None
        yield [
            one.code if folded(one.label) in twice else one.label,
            kept if one.kind in NUMERIC else words,
            answer.explanation,
            ", ".join(choice_label(choice) for choice in one.choices) if one.choices else unit_of(one),
        ]

"""From the rows of a file to the facts of visits, and everything that is wrong, line by line. Nothing is written."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from django.utils.translation import gettext as _

from maillage.spreadsheets import cells
from maillage.spreadsheets.reading import Row, Sheet, shown
from maillage.spreadsheets.texts import folded
from tenants.activity.enums import Margin
from tenants.activity.journal.importing.columns import (
    CODES,
    COUNT,
    DAY,
    EUROS,
    MINUTES,
    PERSON,
    PLAIN,
    SITE,
    YES_NO,
    Column,
    codes_of,
    columns,
)
from tenants.activity.journal.models import ImportBatch
from tenants.activity.rules import Problems, VisitFacts
from tenants.activity.selectors import people_of_the_journal, sites_of_the_journal
from tenants.activity.services import BatchRefused, check_batch

LONGEST_SHOWN = 60
READERS: dict[str, Callable[[object], Any]] = {
    DAY: cells.day_of,
    MINUTES: cells.minutes_of,
    COUNT: cells.count_of,
    EUROS: cells.euros_of,
    YES_NO: cells.yes_of,
}
Refusal = tuple[int, str, str, str]  # line, heading, value, reason


@dataclass
class Known:
    """What the words of the cells stand for, by column: vocabularies, names, and what the person chose."""

    by_column: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, batch: ImportBatch) -> Known:
        known = cls()
        for column in mapped(batch).values():
            if not column.is_named:
                continue
            if column.kind == SITE:
                found = {folded(name): str(pk) for pk, name in sites_of_the_journal()}
            elif column.kind == PERSON:
                found = {folded(name): str(pk) for pk, name in people_of_the_journal()}
            else:
                found = codes_of(column)
            known.by_column[column.name] = {**found, **batch.values.get(column.name, {})}
        return known

    def meant(self, column: Column, word: str) -> str | None:
        """None: nobody knows; "": nothing, on purpose."""
        return self.by_column[column.name].get(folded(word))


def mapped(batch: ImportBatch) -> dict[int, Column]:
    known = columns()
    return {int(position): known[name] for position, name in batch.columns.items() if name in known}


def words_of(column: Column, cell: object) -> list[str]:
    return cells.words_in(cell) if column.kind == CODES else [word for word in [shown(cell)] if word]


def unknown_values(batch: ImportBatch, sheet: Sheet) -> dict[str, dict[str, tuple[str, int]]]:
    """Column → what nobody knows, folded → how it is written first, and on how many lines."""
    known, found = Known.of(batch), {}
    for position, column in mapped(batch).items():
        if not column.is_named:
            continue
        strange: dict[str, tuple[str, int]] = {}
        for row in sheet.rows:
            for word in words_of(column, row.cells[position]):
                if known.meant(column, word) is None:
                    written, times = strange.get(folded(word), (word, 0))
                    strange[folded(word)] = (written, times + 1)
        if strange:
            found[column.name] = strange
    return found


@dataclass
class Checked:
    facts: list[tuple[int, VisitFacts]] = field(default_factory=list)  # of the lines that could be read
    problems: list[Refusal] = field(default_factory=list)

    def keyed(self, batch: ImportBatch) -> list[tuple[uuid.UUID, VisitFacts]]:
        """The same line of the same import is the same visit, however often it is written."""
        return [(uuid.uuid5(batch.key, str(line)), facts) for line, facts in self.facts]


def check(batch: ImportBatch, sheet: Sheet, *, tell: Callable[[int], None]) -> Checked:
    """Every line, by the rules that a visit typed by hand must obey. `tell` is called with how many are read."""
    made, known, wanted = Checked(), Known.of(batch), mapped(batch)
    needed, for_every_line = _needed(wanted, sheet.headings), _defaults(batch)
    for number, row in enumerate(sheet.rows, start=1):
        facts, problems = _facts_of(row, wanted, known, sheet.headings)
        facts = {**for_every_line, **facts}
        problems += [
            (row.line, heading, "", _("This is missing."))
            for fact, heading in needed.items()
            if fact not in facts and not any(one[1] == heading for one in problems)
        ]
        made.problems += problems
        if not problems:
            made.facts.append((row.line, cast(VisitFacts, facts)))
        if number % 1000 == 0:
            tell(number)
    try:
        check_batch(batch=made.keyed(batch))
    except BatchRefused as refused:
        lines = {row.line: row for row in sheet.rows}
        for position, found in refused.problems.items():
            made.problems += _of_the_rules(lines[made.facts[position][0]], found, wanted, sheet.headings)
    made.problems.sort(key=lambda one: one[0])
    return made


def _needed(wanted: Mapping[int, Column], headings: list[str]) -> dict[str, str]:
    """Fact that no visit does without → the heading under which it stands, else its own name."""
    where = {column.name: headings[position] for position, column in wanted.items()}
    return {one.fact or one.name: where.get(one.name, str(one.label)) for one in PLAIN if one.needed}


def _defaults(batch: ImportBatch) -> dict[str, Any]:
    """What holds for every line that says nothing of it."""
    known, said = columns(), {}
    for name, value in batch.defaults.items():
        column = known[name]
        if value in ("", None):
            continue
        number = column.kind in (SITE, PERSON, MINUTES)
        said[column.fact or name] = [value] if column.kind == CODES else int(value) if number else value
    return said


def _facts_of(
    row: Row, wanted: Mapping[int, Column], known: Known, headings: list[str]
) -> tuple[dict[str, Any], list[Refusal]]:
    facts: dict[str, Any] = {}
    problems: list[Refusal] = []
    margins: dict[str, dict[str, int]] = {}
    for position, column in wanted.items():
        cell = row.cells[position]
        if not shown(cell):
            continue
        try:
            value = _value(column, cell, known)
        except cells.Unreadable as error:
            problems.append((row.line, headings[position], shown(cell)[:LONGEST_SHOWN], str(error)))
            continue
        if value in (None, "", []):
            continue
        margin = next((one for one in Margin if column.name.startswith(f"{one}_")), None)
        if margin is None:
            facts[column.fact or column.name] = value
        else:
            margins.setdefault(margin, {})[column.name.removeprefix(f"{margin}_")] = value
    if margins:
        facts["margins"] = margins
    return facts, problems


def _value(column: Column, cell: object, known: Known) -> Any:
    if column.kind in READERS:
        return READERS[column.kind](cell)
    if not column.is_named:
        return shown(cell)
    found = []
    for word in words_of(column, cell):
        meant = known.meant(column, word)
        if meant is None:
            raise cells.Unreadable(_("Nobody said what this stands for."))
        if meant:
            found.append(meant)
    if column.kind == CODES:
        return found
    if not found:
        return None
    return int(found[0]) if column.kind in (SITE, PERSON) else found[0]


def _of_the_rules(row: Row, found: Problems, wanted: Mapping[int, Column], headings: list[str]) -> Iterable[Refusal]:
    where = {column.fact or column.name: position for position, column in wanted.items()}
    for fact, errors in found.items():
        position = where.get(fact)
        heading = headings[position] if position is not None else _fact_label(fact)
        value = shown(row.cells[position])[:LONGEST_SHOWN] if position is not None else ""
        yield row.line, heading, value, " ".join(text for one in errors for text in one.messages)


def _fact_label(fact: str) -> str:
    if fact == "margins":
        return str(_("Audience"))
    return str(next((one.label for one in columns().values() if (one.fact or one.name) == fact), fact))

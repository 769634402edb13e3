"""A release as it would be: counted, protected against everything that is published, and told table by table."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from network.releases.catalogue import TABLES, PublishedTable, tables_of
from network.releases.cells import Cell, Counted, Key, count
from network.releases.disclosure.problem import State
from network.releases.disclosure.protecting import protect
from network.releases.enums import CellKind, PeriodKind, Withheld
from network.releases.history import History, periods_to_count
from network.releases.linking import Entry, Links
from network.releases.models import FrozenMonth
from network.releases.periods import Period, month_code
from network.releases.rules import correction_problems

FEWEST_EPN = 3
DOMINANT = 10  # percent: of a sum of money, how well the second contributor may know the first one's part
MOST_WITHHELD = 15  # percent of what a table of attributes counts; it is left out when more would be withheld

Published = tuple[str, str]  # a table and a period's code


@dataclass(frozen=True)
class Prepared:
    cells: list[tuple[Cell, Withheld]]
    frozen: list[FrozenMonth]
    tables: list[dict[str, Any]]  # as `Release.tables` keeps them


def prepare(
    federation_id: int,
    period: Period,
    *,
    history: History,
    minimum_cell: int,
    correcting: bool = False,
    progress: Callable[[int], None] = lambda percent: None,
) -> Prepared:
    """Count and protect. Raises ValidationError on a correction that changes nothing, or too little to be told."""
    periods = periods_to_count(period, history, correcting=correcting)
    tables = [table for table in TABLES.values() if any(one.kind in table.periods for one in periods)]
    counted = count(
        federation_id,
        tables,
        periods,
        kept={} if correcting else _kept(period, history),
        freeze=period.kind != PeriodKind.YEAR,
    )
    progress(30)
    return _Protecting(period, periods, counted, history, minimum_cell, correcting).done(progress)


def _kept(period: Period, history: History) -> dict[dt.date, list[FrozenMonth]]:
    """The months that are out already, those in which nobody did anything too."""
    out = {code for _table, code in history.published | history.left_out}
    return {one: history.frozen.get(one, []) for one in period.months if month_code(one) in out}


class _Protecting:
    def __init__(
        self,
        period: Period,
        periods: list[Period],
        counted: Counted,
        history: History,
        minimum_cell: int,
        correcting: bool,
    ) -> None:
        self.period = period
        self.kinds = {one.code: one.kind for one in periods}
        self.counted = counted
        self.history = history
        self.k = minimum_cell
        self.correcting = correcting
        self.cells = {cell.key: cell for cell in counted.cells}
        if correcting:
            self._keep_what_was_withheld()
        self.left_out = self._with_too_little()
        if correcting:
            self._check_the_difference()
        self.reasons: dict[Key, Withheld] = {}

    def _keep_what_was_withheld(self) -> None:
        """A cell that was withheld and is empty now has to be withheld again."""
        for key, known in self.history.cells.items():
            if key.period in self.kinds and known.withheld and key not in self.cells:
                self.cells[key] = Cell(key, (0,) * len(known.numbers))

    def _check_the_difference(self) -> None:
        changes, whole = [], 0
        keys = self.cells.keys() | {key for key in self.history.cells if key.period in self.kinds}
        for key in filter(self._is_out, keys):
            was, now = self.history.cells.get(key), self.cells.get(key)
            change = (now.numbers[0] if now else 0) - (was.numbers[0] if was else 0)
            changes.append(change)
            if key.table == "visits" and key.period == self.period.code:
                whole = change
        if problems := correction_problems(changes, whole, self.k):
            raise ValidationError(problems)

    def _before(self, key: Key) -> int | None:
        """What an earlier version said of this cell, if there is one and it was shown."""
        if not self.correcting or (key.table, key.period) not in self.history.published:
            return None
        known = self.history.cells.get(key)
        if known is None:
            return 0
        return None if known.withheld else known.numbers[0]

    def _is_sensitive(self, table: PublishedTable, cell: Cell) -> bool:
        value = cell.numbers[0]
        if table.kind == CellKind.PEOPLE:
            before = self._before(cell.key)
            small_change = before is not None and 0 < abs(value - before) < self.k
            return 0 < value < self.k or small_change
        return value > 0 and too_few_contribute(cell.contributions, money=table.kind == CellKind.MONEY)

    def _with_too_little(self) -> set[Published]:
        """Tables of attributes of which little would be left. What an earlier version left out stays out."""
        if self.correcting:
            return {which for which in self.history.left_out if which[1] in self.kinds}
        small = {
            cell.key for cell in self.cells.values() if self._is_sensitive(TABLES[cell.key.table], cell)
        }  # fmt: skip
        return self._mostly(small, self.cells.values())

    def _mostly(self, hidden: Collection[Key], cells: Iterable[Cell]) -> set[Published]:
        """The tables about people, with a dimension, of which too much is hidden in periods of one kind."""
        whole: dict[tuple[str, PeriodKind], int] = defaultdict(int)
        part: dict[tuple[str, PeriodKind], int] = defaultdict(int)
        for cell in cells:
            table = TABLES[cell.key.table]
            if table.kind == CellKind.PEOPLE and table.dimension:
                which = (table.name, self.kinds[cell.key.period])
                whole[which] += cell.numbers[0]
                part[which] += cell.numbers[0] if cell.key in hidden else 0
        too_much = {which for which, number in part.items() if number * 100 > MOST_WITHHELD * whole[which]}
        return {(name, code) for name, kind in too_much for code, its in self.kinds.items() if its == kind}

    def _is_out(self, key: Key) -> bool:
        return (key.table, key.period) not in self.left_out

    def done(self, progress: Callable[[int], None]) -> Prepared:
        entries: dict[Key, Entry] = {
            key: Entry(known.numbers, State.WITHHELD if known.withheld else State.SHOWN)
            for key, known in self.history.cells.items()
            if key.period not in self.kinds and TABLES[key.table].guarded
        }
        for key, cell in self.cells.items():
            table = TABLES[key.table]
            if not table.guarded or not self._is_out(key):
                continue
            known = self.history.cells.get(key) if self.correcting else None
            state = State.WITHHELD if known is not None and known.withheld else State.OPEN
            if state == State.WITHHELD:
                self.reasons[key] = Withheld.EARLIER
            elif self._is_sensitive(table, cell):
                state = State.WITHHELD
                self.reasons[key] = Withheld.PRIMARY
            entries[key] = Entry(cell.numbers, state, self._before(key))
        links = Links(entries, self._published(), {**self.history.parts, **self.counted.parts})
        progress(50)
        problem = links.problem
        protection = protect(problem, company=links.company)
        progress(90)
        for number in protection.complementary:
            self.reasons[problem.keys[number]] = Withheld.COMPLEMENTARY  # type: ignore[index]
        self._leave_out_what_became_too_little()
        cells = [
            (cell, self.reasons.get(key, Withheld.NO)) for key, cell in sorted(self.cells.items()) if self._is_out(key)
        ]
        return Prepared(cells, self.counted.frozen, list(self._told(cells)))

    def _published(self) -> set[Published]:
        new = {(table.name, code) for code, kind in self.kinds.items() for table in tables_of(kind)} - self.left_out
        return {which for which in self.history.published if which[1] not in self.kinds} | new

    def _leave_out_what_became_too_little(self) -> None:
        """Less is published than was protected, so what was safe stays so. What was out before isn't taken back."""
        if not self.correcting:
            self.left_out |= self._mostly(self.reasons, (cell for key, cell in self.cells.items() if self._is_out(key)))

    def _told(self, cells: list[tuple[Cell, Withheld]]) -> Iterator[dict[str, Any]]:
        """Of each table and kind of period: how many cells, how many withheld and why, and how much is shown."""
        found: dict[tuple[str, PeriodKind], list[tuple[Cell, Withheld]]] = defaultdict(list)
        for cell, withheld in cells:
            found[cell.key.table, self.kinds[cell.key.period]].append((cell, withheld))
        for kind in PeriodKind:
            codes = sorted(code for code, its in self.kinds.items() if its == kind)
            for table in tables_of(kind) if codes else []:
                out = [code for code in codes if (table.name, code) in self.left_out]
                if out:
                    yield self._told_of(table, kind, out, [], left_out=True)
                rows = found[table.name, kind]
                # Without a row everything is zero, which is published too; an app's own table may simply not be known.
                if (rows or table.cells is None) and len(out) < len(codes):
                    yield self._told_of(table, kind, [code for code in codes if code not in out], rows)

    def _told_of(
        self,
        table: PublishedTable,
        kind: PeriodKind,
        codes: list[str],
        rows: list[tuple[Cell, Withheld]],
        *,
        left_out: bool = False,
    ) -> dict[str, Any]:
        reasons = Counter(withheld for _cell, withheld in rows)
        return {
            "name": table.name,
            "kind": kind,
            "periods": codes,
            "left_out": left_out,
            "cells": len(rows),
            "primary": reasons[Withheld.PRIMARY],
            "complementary": reasons[Withheld.COMPLEMENTARY],
            "earlier": reasons[Withheld.EARLIER],
            "counted": sum(cell.numbers[0] for cell, _withheld in rows),
            "shown": sum(cell.numbers[0] for cell, withheld in rows if withheld == Withheld.NO),
        }


def too_few_contribute(contributions: tuple[int, ...], *, money: bool) -> bool:
    """Fewer than three EPN; or, of money, one that the second could work out to a tenth (the p % rule)."""
    parts = sorted((part for part in contributions if part), reverse=True)
    if len(parts) < FEWEST_EPN:
        return True
    return money and sum(parts[2:]) * 100 < DOMINANT * parts[0]

"""From the rows of a file to contracts, and everything that is wrong or unusual, line by line. Nothing is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from maillage.reference.selectors import label_of
from maillage.spreadsheets import cells
from maillage.spreadsheets.reading import Row, Sheet, shown
from maillage.spreadsheets.texts import folded
from tenants.staff.findings import FULL_TIME, completed, member_problems
from tenants.staff.importing.columns import COLUMNS, DAY, HOURS, PERSON, Column, codes_of
from tenants.staff.known_ends import as_known
from tenants.staff.models import Contract, StaffImport, StaffMember
from tenants.staff.rules import contract_concerns, contract_problems
from tenants.staff.selectors import staff_members, suggested_employers
from tenants.staff.wording import Problems, hours_text

LONGEST_SHOWN = 60
READERS: dict[str, Callable[[object], Any]] = {DAY: cells.day_of, HOURS: cells.hours_of}
OF_THE_PERSON = (PERSON, "first_name", "last_name")
Refusal = tuple[int, str, str, str]  # line, heading, value, reason
Same = tuple[str, str, dt.date]  # person, type, start


@dataclass
class Someone:
    """A person of the file: `member` is who they are in the list of staff, or nobody yet."""

    name: str
    member: StaffMember | None
    contracts: list[Contract] = field(default_factory=list)


@dataclass
class Ready:
    line: int
    someone: Someone
    facts: dict[str, Any]
    remarks: list[str] = field(default_factory=list)
    concerns: dict[str, str] = field(default_factory=dict)

    @property
    def type_label(self) -> str:
        return label_of("contract_type", self.facts["type"])

    @property
    def hours(self) -> str:
        return f"{hours_text(self.facts['hours_per_week'])} / {hours_text(self.facts['full_time_hours'])}"

    @property
    def ends_on(self) -> dt.date | None:
        return Contract(**self.facts).ends_on


@dataclass
class Checked:
    ready: list[Ready] = field(default_factory=list)
    there_already: list[int] = field(default_factory=list)  # lines
    problems: list[Refusal] = field(default_factory=list)

    @property
    def to_confirm(self) -> bool:
        return any(one.concerns for one in self.ready)


def mapped(batch: StaffImport) -> dict[int, Column]:
    return {int(position): COLUMNS[name] for position, name in batch.columns.items() if name in COLUMNS}


def _meanings(batch: StaffImport) -> dict[str, dict[str, str]]:
    """By column: the words that everybody knows, then this EPN's own."""
    return {
        one.name: {**codes_of(one), **batch.values.get(one.name, {})} for one in mapped(batch).values() if one.is_named
    }


def unknown_values(batch: StaffImport, sheet: Sheet) -> dict[str, dict[str, tuple[str, int]]]:
    """Column → what nobody knows, folded → how it is written first, and on how many lines."""
    found: dict[str, dict[str, tuple[str, int]]] = {}
    meanings = _meanings(batch)
    for position, column in mapped(batch).items():
        if not column.is_named:
            continue
        for row in sheet.rows:
            word = shown(row.cells[position])
            if word and folded(word) not in meanings[column.name]:
                strange = found.setdefault(column.name, {})
                written, times = strange.get(folded(word), (word, 0))
                strange[folded(word)] = (written, times + 1)
    return found


def check(batch: StaffImport, sheet: Sheet, *, epn_name: str) -> Checked:
    """Every line, by the rules that a contract typed by hand must obey."""
    return _Check(batch, sheet, epn_name).made


class _Check:
    def __init__(self, batch: StaffImport, sheet: Sheet, epn_name: str) -> None:
        self.made = Checked()
        self.columns, self.headings, self.meanings = mapped(batch), sheet.headings, _meanings(batch)
        self.employers = suggested_employers(epn_name)
        self.people: dict[str, list[Someone]] = {}
        self._know_the_staff()
        self.seen: dict[Same, tuple[int, dict[str, Any]]] = {}
        for row in sheet.rows:
            self._line(row)

    def _know_the_staff(self) -> None:
        """Also who came with an import that was taken back: the same person isn't made twice."""
        found = {one.pk: Someone(one.name, one) for one in StaffMember.objects.order_by("pk")}
        for contract in as_known(Contract.objects.all()):
            found[contract.member_id].contracts.append(contract)
        self.listed = set(staff_members().values_list("pk", flat=True))
        for someone in found.values():
            self.people.setdefault(_key(someone.name), []).append(someone)

    def _line(self, row: Row) -> None:
        said, problems = self._said(row)
        name = _name_of(said)
        facts = {key: value for key, value in said.items() if key not in OF_THE_PERSON}
        remarks = self._fill(facts)
        wrong = contract_problems(completed(facts, None)) | member_problems(name=name, account_id=None)  # type: ignore[arg-type]
        told = {heading for _line, heading, _value, _reason in problems}
        problems += [one for one in self._of_the_rules(row, wrong) if one[1] not in told]
        someone, remark = self._someone(name)
        if someone is None:
            problems.append((row.line, self._heading(PERSON), name[:LONGEST_SHOWN], remark))
        if problems or someone is None:
            self.made.problems += problems
            return
        self._judge(Ready(row.line, someone, completed(facts, None), [*([remark] if remark else []), *remarks]))  # type: ignore[arg-type]

    def _judge(self, ready: Ready) -> None:
        someone, facts = ready.someone, ready.facts
        same = (_key(someone.name), facts["type"], facts["starts_on"])
        if same in self.seen:
            line, before = self.seen[same]
            if before == facts:
                self.made.there_already.append(ready.line)
                return
            text = _("Line %(line)s has the same person, type and start, and says something else.") % {"line": line}
            self.made.problems.append((ready.line, self._heading(PERSON), someone.name[:LONGEST_SHOWN], text))
            return
        if any((one.type, one.starts_on) == same[1:] for one in someone.contracts):
            self.made.there_already.append(ready.line)
            return
        ready.concerns = contract_concerns(facts, someone.contracts)
        someone.contracts.append(Contract(**facts))
        self.seen[same] = (ready.line, facts)
        self.made.ready.append(ready)

    def _said(self, row: Row) -> tuple[dict[str, Any], list[Refusal]]:
        said: dict[str, Any] = {}
        problems: list[Refusal] = []
        for position, column in self.columns.items():
            cell = row.cells[position]
            text = shown(cell)
            if not text:
                continue
            try:
                value = self._value(column, cell)
            except cells.Unreadable as error:
                problems.append((row.line, self.headings[position], text[:LONGEST_SHOWN], str(error)))
                continue
            if value != "":
                said[column.name] = value
        return said, problems

    def _value(self, column: Column, cell: object) -> Any:
        if column.kind in READERS:
            return READERS[column.kind](cell)
        if not column.is_named:
            return shown(cell)
        meant = self.meanings[column.name].get(folded(shown(cell)))
        if meant is None:
            raise cells.Unreadable(_("Nobody said what this stands for."))
        return meant

    def _fill(self, facts: dict[str, Any]) -> list[str]:
        """What the file doesn't say and the program takes as usual; each is told."""
        remarks = []
        if "full_time_hours" not in facts:
            facts["full_time_hours"] = FULL_TIME
            remarks.append(_("Full time: 38 hours, as the file doesn't say."))
        usual = self.employers.get(facts.get("type", ""), "")
        if usual and not facts.get("legal_employer"):
            facts["legal_employer"] = usual
            remarks.append(_("Legal employer: %(name)s, as the file doesn't say.") % {"name": usual})
        return remarks

    def _someone(self, name: str) -> tuple[Someone | None, str]:
        """Who is meant, with what is to be said of it; nobody, with why."""
        known = self.people.get(_key(name), [])
        if len(known) > 1:
            known = [one for one in known if one.name.casefold() == name.casefold()]
            if len(known) != 1:
                return None, _("Several people of your list have this name: write this contract by hand.")
        if not known:
            made = Someone(name, None)
            self.people[_key(name)] = [made]
            return made, ""
        someone = known[0]
        if someone.member is None:
            return someone, _("The same person as on a line above.")
        if someone.member.pk not in self.listed:
            return someone, ""
        text = _("%(name)s is in your list already: the contract is added there.")
        return someone, text % {"name": someone.name}

    def _heading(self, fact: str) -> str:
        wanted = OF_THE_PERSON if fact in ("name", PERSON) else (fact,)
        found = next((self.headings[at] for at, column in self.columns.items() if column.name in wanted), None)
        if found is not None:
            return found
        column = COLUMNS.get(PERSON if fact == "name" else fact)
        return str(column.label) if column is not None else fact

    def _of_the_rules(self, row: Row, wrong: Problems) -> Iterable[Refusal]:
        for fact, errors in wrong.items():
            heading = self._heading(fact)
            value = shown(row.cells[self.headings.index(heading)]) if heading in self.headings else ""
            text = " ".join(text for one in errors for text in one.messages)
            yield row.line, heading, value[:LONGEST_SHOWN], text


def _key(name: str) -> str:
    """Whatever the case and the accents. A name in letters that aren't Latin is itself."""
    return folded(name) or name.casefold().strip()


def _name_of(said: dict[str, Any]) -> str:
    if PERSON in said:
        return str(said[PERSON])
    return " ".join(str(said[name]) for name in ("first_name", "last_name") if name in said)

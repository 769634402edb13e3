"""Rows from a spreadsheet, pasted: a theme and a number on each. Reading only; the sheet's form shows what was read."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from maillage.reference.selectors import terms

MOST_LINES = 200
LONGEST_LINE = 200
HIGHEST = 999
LANGUAGES = ("fr", "nl", "en")
# The last line of most tables, which is no theme.
TOTALS = {"total", "totaal", "totals", "totaux", "somme", "som", "sum"}
_BETWEEN = re.compile(r"\s*(?:\t|;|:|\||,(?=\s*\d*\s*$)|\s{2,})\s*")
_TAIL = re.compile(r"^(.*?\D)\s+(\d+)$")


@dataclass
class Pasted:
    """What was read: how many by theme, and what is wrong, as (line from 1, what it says, why)."""

    numbers: dict[str, int] = field(default_factory=dict)
    problems: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.numbers.values())


def read_pasted(text: str) -> Pasted:
    """`theme<TAB>number`, by label in any of the three languages or by code; the same theme twice adds up."""
    found = Pasted()
    known = _themes()
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        found.problems.append(
            (MOST_LINES + 1, "…", _("Only the first %(most)s lines are read.") % {"most": MOST_LINES})
        )
    for number, line in enumerate(lines[:MOST_LINES], start=1):
        shown = line.strip()[:LONGEST_LINE].replace("\0", "�")
        if not shown:
            continue
        label, count = _cells(shown)
        code = known.get(_plain(label))
        if _plain(label) in TOTALS or (number == 1 and code is None and not count[:1].isdigit()):
            continue  # a line of totals, or of headings
        if code is None:
            found.problems.append((number, shown, _("This theme isn't known.")))
        elif not re.fullmatch(r"\d{1,3}(?:[.,]0+)?", count):
            found.problems.append((number, shown, _("Enter a whole number from %(lowest)s to %(highest)s.")
                                   % {"lowest": 0, "highest": HIGHEST}))  # fmt: skip
        else:
            found.numbers[code] = found.numbers.get(code, 0) + int(re.split(r"[.,]", count)[0])
    return found


def _cells(line: str) -> tuple[str, str]:
    cells = [one.strip(' "') for one in _BETWEEN.split(line)]
    if len(cells) == 1 and (tail := _TAIL.match(cells[0])):
        cells = [tail[1], tail[2]]
    return cells[0], next((one for one in cells[1:] if one), "")


def _themes() -> dict[str, str]:
    found: dict[str, str] = {}
    for term in terms("theme"):
        for name in (term.code, *(getattr(term, f"label_{language}") for language in LANGUAGES)):
            found.setdefault(_plain(name), term.code)
    return found


def _plain(text: str) -> str:
    """Letters and digits only, without capitals or accents: "Énergie et factures" and "energie et  factures"."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if letter.isalnum())

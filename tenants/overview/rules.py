"""What a report may say. Pure checks: nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from maillage.accounts.enums import Language
from maillage.design.free_text import problems as personal_data_problems
from tenants.overview.models import EARLIEST_YEAR, LATEST_YEAR, LONGEST_WORDS

WORDS = ("introduction", "highlights", "thanks")
NOT_BEGUN = "not begun"  # the version of a report that isn't there yet
UNCHANGED = "unchanged"  # of a logo that nobody touched; None takes it away
Problems = dict[str, list[ValidationError]]


class Words(TypedDict):
    introduction: str
    highlights: str
    thanks: str


def word_problems(words: Mapping[str, object], kept: Mapping[str, str]) -> Problems:
    found: Problems = {}
    for name in WORDS:
        text = words.get(name, "")
        if not isinstance(text, str) or "\0" in text:
            found[name] = [ValidationError(_("This text holds a character that can't be kept."), "null_character")]
        elif len(text) > LONGEST_WORDS:
            said = _("This text is too long: at most %(most)s characters.")
            found[name] = [ValidationError(said, "too_long", {"most": LONGEST_WORDS})]
        elif problems := personal_data_problems(text, kept.get(name, "")):
            found[name] = problems
    return found


def year_problems(year: int, this_year: int) -> list[ValidationError]:
    if not EARLIEST_YEAR <= year <= min(this_year, LATEST_YEAR):
        return [ValidationError(_("A report is of this year or of one before."), "year")]
    return []


def language_problems(language: str) -> list[ValidationError]:
    if language not in Language.values:
        return [ValidationError(_("“%(value)s” is not in the list."), "invalid_choice", {"value": language})]
    return []


def paragraphs(text: str) -> list[str]:
    """As somebody typed it: an empty line between two; a line's end in one stays."""
    blocks: list[list[str]] = [[]]
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line.strip():
            blocks[-1].append(" ".join(line.split()))
        elif blocks[-1]:
            blocks.append([])
    return ["\n".join(block) for block in blocks if block]

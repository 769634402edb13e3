"""The name of a town as people write it: CHALON SUR SAONE and CHALON-SUR-SAÔNE are one, Chalon-sur-Saône.

The commune of a place without an official code is its postcode and town, so that spelling decides whether two
places are counted together. Capitals, hyphens and "St" are settled by rule; accents, which capitals often lose, by
what the rows of the same département say together. The cell itself is kept as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

from maillage.spreadsheets.texts import folded
from tenants.registry.enums import Country

Key = tuple[str, str]  # the first two digits of the postcode, and the name without its spelling
Place = TypeVar("Place")

SMALL = frozenset({
    "sur", "sous", "en", "de", "du", "des", "la", "le", "les", "lès", "lez", "aux", "au", "à", "et", "d", "l", "près",
    "pres", "devant", "ès", "es", "par", "entre", "dans", "aan", "den", "der", "ten", "ter", "op", "van", "het", "bij",
    "in", "'t",
})  # fmt: skip
ARTICLES = frozenset({"le", "la", "les"})
CEDEX = re.compile(r"[\s,-]+cedex\b.*\Z", re.IGNORECASE)
NOT_A_PLAIN_NAME = re.compile(r"[\d(),/&]")
ACCENTED_ENOUGH = 4  # one spelling in four has the accent: capitals without it say nothing


def spelled(written: str, country: str) -> str:
    """By rule alone: "SAINT BENIN D AZY" → "Saint-Benin-d'Azy"; accents are left as they are written."""
    name = CEDEX.sub("", " ".join(written.replace("’", "'").split()))
    if NOT_A_PLAIN_NAME.search(name):
        return " ".join(_capitalised(word, first=number == 0) for number, word in enumerate(name.split()))
    french = country == Country.FRANCE
    words = re.split(r"[\s-]+", name.strip(" -")) if french else re.split(r"(\s+|-+)", name)
    if not french:
        return "".join(
            word if number % 2 else _capitalised(word, first=number == 0) for number, word in enumerate(words)
        )
    parts: list[str] = []
    for word in words:
        plain = word.lower().rstrip(".")
        if plain in ("st", "ste"):
            word = "Saint" if plain == "st" else "Sainte"
        if parts and parts[-1].lower() in ("d", "l"):
            parts[-1] += f"'{word}"
        else:
            parts.append(word)
    done = [_capitalised(part, first=number == 0) for number, part in enumerate(parts)]
    if len(done) > 1 and done[0].lower() in ARTICLES:
        return f"{done[0]} {'-'.join(done[1:])}"
    return "-".join(done)


def _capitalised(word: str, *, first: bool) -> str:
    lower = word.lower()
    if lower in SMALL and not first:
        return lower
    head, apostrophe, tail = lower.partition("'")
    if apostrophe and head in ("d", "l"):
        return f"{head.upper() if first else head}'{tail[:1].upper()}{tail[1:]}"
    return lower[:1].upper() + lower[1:]


def key_of(postcode: str, spelling: str) -> Key:
    return postcode[:2], folded(spelling).replace(" ", "")


def agreed(spellings: Iterable[tuple[str, str]]) -> dict[Key, str]:
    """From the (postcode, spelling) of every row: one spelling for each town of a département."""
    votes: dict[Key, Counter[str]] = defaultdict(Counter)
    for postcode, spelling in spellings:
        if spelling:
            votes[key_of(postcode, spelling)][spelling] += 1
    return {key: _together(counted) for key, counted in votes.items()}


def settled(postcode: str, spelling: str, towns: Mapping[Key, str]) -> str:
    return towns.get(key_of(postcode, spelling), spelling)


def _together(counted: Counter[str]) -> str:
    base = max(counted, key=lambda one: (counted[one], len(one), one))
    same_letters = {one: n for one, n in counted.items() if _plain(one) == _plain(base)}
    total = sum(same_letters.values())
    letters = list(base)
    for position, letter in enumerate(base):
        accents: Counter[str] = Counter()
        for one, times in same_letters.items():
            if one[position] != _plain(one[position]):
                accents[one[position]] += times
        best = max(accents, key=lambda accent: (accents[accent], accent), default="")
        if best and accents[best] * ACCENTED_ENOUGH >= total:
            letters[position] = best
        elif letter != _plain(letter):
            letters[position] = _plain(letter)
    return "".join(letters)


def _plain(text: str) -> str:
    """Without accents, letter for letter."""
    return "".join(
        unicodedata.normalize("NFD", letter)[0] if unicodedata.normalize("NFD", letter) else letter for letter in text
    )

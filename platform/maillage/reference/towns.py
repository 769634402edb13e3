"""A town that was written in capitals, as one reads it: "58400 LA CHARITE SUR LOIRE" → "58400 La Charite sur Loire"."""

import re

SMALL_WORDS = frozenset({
    "a", "à", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "lès", "sous", "sur",
    "aan", "bij", "den", "der", "op", "van",
})  # fmt: skip
WORD = re.compile(r"[^\W\d_]+")


def readable_town(name: str) -> str:
    """A name with a small letter in it was written with care and stays as it is. Accents are never guessed."""
    if name != name.upper():
        return name
    first = WORD.search(name)

    def cased(found: re.Match[str]) -> str:
        word = found[0].lower()
        begins = first is not None and found.start() == first.start()
        return word if word in SMALL_WORDS and not begins else word.capitalize()

    return WORD.sub(cased, name)

"""Words of a note, found whatever their case and accents, by their beginning, through an index.

The index is made by a migration of this app, of the very expression that stands here.
"""

from __future__ import annotations

import re

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db.models import BooleanField, Func, Q, TextField, Value
from django.db.models.expressions import F

ACCENTS = "àáâãäåçèéêëìíîïñòóôõöùúûüýÿ"
PLAIN = "aaaaaaceeeeiiiinooooouuuuyy"
LIGATURES = (("œ", "oe"), ("æ", "ae"))
MOST_WORDS = 10
LONGEST_WORD = 40

# Functions that never change their mind, so that an index may hold what they give. The index leaves empty notes out:
# most are, and a visit without one costs nothing.
EXPRESSION = (
    "to_tsvector('simple'::regconfig, regexp_replace(translate(replace(replace(lower(note), 'œ', 'oe'), 'æ', 'ae'),"
    f" '{ACCENTS}', '{PLAIN}'), '[^[:alnum:]]+', ' ', 'g'))"
)


class _NoteWords(Func):
    template = EXPRESSION.replace("(note)", "(%(expressions)s)")
    output_field = SearchVectorField()

    def __init__(self) -> None:
        super().__init__(F("note"))


class _Holds(Func):
    template = "%(expressions)s"
    arg_joiner = " @@ "
    output_field = BooleanField()


def words_of(text: str) -> list[str]:
    """The words to look for, as the index has them."""
    plain = text.lower()
    for one, letters in LIGATURES:
        plain = plain.replace(one, letters)
    plain = plain.translate(str.maketrans(ACCENTS, PLAIN)).replace("_", " ")
    return [word[:LONGEST_WORD] for word in re.findall(r"\w+", plain)][:MOST_WORDS]


def note_has(text: str) -> Q:
    """Notes that have a word beginning like each of these. A text without a letter or digit is in none."""
    words = words_of(text)
    if not words:
        return Q(pk__in=())
    query = SearchQuery(
        Value(" & ".join(f"{word}:*" for word in words), TextField()), config="simple", search_type="raw"
    )
    return ~Q(note="") & Q(_Holds(_NoteWords(), query))

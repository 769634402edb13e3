"""The code on the card: five characters drawn by lot and one that tells a slip of the pen, as in `K7M-2Q4`.

Thirty-one characters, none of which is taken for another: no I, L, O, U or V. Thirty-one is prime, so that the last one
tells every wrong character and every two that changed places.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTWXYZ"
DRAWN = 5
LENGTH = DRAWN + 1
WEIGHTS = range(2, 2 + DRAWN)
TAKEN_FOR = str.maketrans({"O": "0", "I": "1", "L": "1"})
BETWEEN = " -–—.·/_\u00a0"
LONGEST_TYPED = 40


def with_check(drawn: str) -> str:
    total = sum(weight * ALPHABET.index(char) for weight, char in zip(WEIGHTS, drawn, strict=True))
    return drawn + ALPHABET[-total % len(ALPHABET)]


def new_code(choose: Callable[[Sequence[str]], str] = secrets.choice) -> str:
    """28 million possibilities: whoever types one by chance finds nothing."""
    return with_check("".join(choose(ALPHABET) for _place in range(DRAWN)))


def shown(code: str) -> str:
    return f"{code[:3]}-{code[3:]}"


def read(typed: str) -> str:
    """The code that was meant. Small letters, spaces, dashes, O for 0 and I for 1 are forgiven.

    Raises ValidationError: `not_a_code`, or `wrong_check` when one character must be wrong.
    """
    plain = unicodedata.normalize("NFKC", typed[:LONGEST_TYPED]).upper()
    code = "".join(char for char in plain if char not in BETWEEN).translate(TAKEN_FOR)
    if len(code) != LENGTH or any(char not in ALPHABET for char in code):
        raise ValidationError(
            _("A code has six letters or digits, like K7M-2Q4. Look at the card again."), code="not_a_code"
        )
    if with_check(code[:DRAWN]) != code:
        raise ValidationError(
            _("There is a slip in this code: one character is wrong, or two have changed places."), code="wrong_check"
        )
    return code

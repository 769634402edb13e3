"""What a PIN may be."""

from __future__ import annotations

import re
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

PIN_DIGITS = 6
# What people choose first when the rules below leave it to them: patterns on the keypad, and numbers from jokes.
COMMON = frozenset({"123321", "321123", "159753", "753159", "147258", "258147", "147852", "258369", "369258", "456852",
                    "789456", "741852", "852456", "963852", "102030", "112358", "314159", "420420", "696969", "520131",
                    "246810", "135790", "007007", "101010", "142536", "159357", "357159", "987456"})  # fmt: skip


def check_pin(pin: str) -> None:
    """Raises ValidationError on whatever isn't six digits, or would be among the first guesses."""
    if not re.fullmatch(rf"[0-9]{{{PIN_DIGITS}}}", pin):
        raise ValidationError(_("Type 6 digits."), code="malformed")
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    in_a_row = len(steps) == 1 and steps <= {0, 1, 2, 8, 9}
    repeated = pin in (pin[:2] * 3, pin[:3] * 2)
    doubled = pin[0] == pin[1] and pin[2] == pin[3] and pin[4] == pin[5]
    if in_a_row or repeated or doubled or len(set(pin)) < 3 or pin in COMMON:
        raise ValidationError(_("This PIN is easy to guess. Choose another one."), code="common")

"""Names of databases that tests make: on a server that goes as a whole nothing is dropped, so none comes twice."""

from __future__ import annotations

import os
from itertools import count

_numbers = count(1)


def new_name(word: str) -> str:
    return f"maillage_{word}_{os.getpid()}_{next(_numbers)}"

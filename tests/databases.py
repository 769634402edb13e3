"""Databases that tests make. On a server that goes as a whole nothing is dropped, so no name comes twice."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from django.db import connection

_numbers = count(1)


def new_name(word: str) -> str:
    return f"maillage_{word}_{os.getpid()}_{next(_numbers)}"


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """The default connection is in that database until the block ends."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before

"""Who is expected on days that are about to be closed. What is above premises answers; premises knows none of it."""

from __future__ import annotations

from collections.abc import Callable

from tenants.premises.models import Closing

Expected = Callable[[Closing], str]
_asked: list[Expected] = []


def on_closing(asked: Expected) -> Expected:
    """Register what says, in the reader's language, what stands in the days of a closing; "" when nothing does."""
    if asked not in _asked:
        _asked.append(asked)
    return asked


def expected_in(closing: Closing) -> list[str]:
    return [text for asked in _asked if (text := asked(closing))]

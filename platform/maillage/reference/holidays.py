"""Legal public holidays, by country and year.

Belgium: royal decree of 18 April 1974, article 1. France: Code du travail, article L3133-1; the two more days of
Alsace-Moselle and those of the overseas territories aren't among them.
"""

from __future__ import annotations

import datetime as dt
from functools import cache

FIXED = {
    "be": ((1, 1), (5, 1), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25)),
    "fr": ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)),
}
AFTER_EASTER = (1, 39, 50)  # Easter Monday, Ascension Day, Whit Monday


def easter(year: int) -> dt.date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876)."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    leaps = century // 4
    moon = (19 * golden + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - moon - of_century % 4) % 7
    late = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return dt.date(year, month, day + 1)


@cache
def public_holidays(year: int, country: str) -> frozenset[dt.date]:
    """Empty for a country whose law we don't know."""
    if country not in FIXED:
        return frozenset()
    fixed = [dt.date(year, month, day) for month, day in FIXED[country]]
    return frozenset([*fixed, *(easter(year) + dt.timedelta(days=days) for days in AFTER_EASTER)])

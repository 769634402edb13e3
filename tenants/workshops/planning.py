"""From "every week, eight times" to dates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from tenants.workshops.rules import DateFacts, day_problems, repeat_problems, repeated


def planned(said: Mapping[str, Any], *, country: str) -> list[DateFacts]:
    """The dates that the form asks for. Raises ValidationError by field."""
    found = repeat_problems(said["times"], said["weeks"])
    if first := day_problems(said["date"]):
        found["date"] = first
    if found:
        raise ValidationError(dict(found))
    days = repeated(
        said["date"], times=said["times"], weeks=said["weeks"], without_holidays_of=country if said["holidays"] else ""
    )
    return [
        {"date": day, "starts_at": said["starts_at"], "ends_at": said["ends_at"], "place": said["place"]}
        for day in days
    ]

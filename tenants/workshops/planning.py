"""From "every week, eight times" to dates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from tenants.premises.closings.selectors import closed_days
from tenants.premises.models import Site
from tenants.workshops.rules import FURTHEST, DateFacts, day_problems, repeat_problems, repeated


def planned(said: Mapping[str, Any], *, site: Site | None) -> list[DateFacts]:
    """The dates that the form asks for, at a site. Raises ValidationError by field."""
    found = repeat_problems(said["times"], said["weeks"])
    if first := day_problems(said["date"]):
        found["date"] = first
    if found:
        raise ValidationError(dict(found))
    first, leaves_out = said["date"], site if said["holidays"] else None
    days = repeated(
        first,
        times=said["times"],
        weeks=said["weeks"],
        without_holidays_of=leaves_out.country if leaves_out else "",
        closed=closed_days(leaves_out, first, first + FURTHEST) if leaves_out else (),
    )
    return [
        {"date": day, "starts_at": said["starts_at"], "ends_at": said["ends_at"], "place": said["place"]}
        for day in days
    ]

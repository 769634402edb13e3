"""No month of a grant is told twice with the same pack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from maillage.design.numbers import month_label
from network.funding.models import Grant
from network.reports.enums import State
from network.reports.models import Report


def overlapping(
    pack_id: int, grants: Collection[Grant], first: dt.date, last: dt.date, *, beside: int | None = None
) -> Report | None:
    """A report that isn't refused or deleted, of the same pack in any version, a same grant and a same month."""
    found: Report | None = (
        Report.objects.filter(
            pack_version__pack=pack_id, deleted_at__isnull=True, first__lte=last, last__gte=first,
            grants__in=[one.pk for one in grants],
        )
        .exclude(state=State.REFUSED)
        .exclude(pk=beside)
        .order_by("first", "pk")
        .first()
    )  # fmt: skip
    return found


def refuse_overlap(
    pack_id: int, grants: Collection[Grant], first: dt.date, last: dt.date, *, beside: int | None = None
) -> None:
    """Raises ValidationError that names the other report."""
    other = overlapping(pack_id, grants, first, last, beside=beside)
    if other is None:
        return
    text = _("“%(title)s” tells of %(first)s to %(last)s for the same grant already: months aren't told twice.")
    names = {"title": other.title, "first": month_label(other.first), "last": month_label(other.last)}
    raise ValidationError({"first": [ValidationError(text % names, code="overlap")]})

"""A certificate of attendance: a tagged PDF for whoever came. The name is printed and kept nowhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maillage.audit.services import record
from maillage.design.numbers import day_label, duration, number
from maillage.design.pdf import Unprintable, render
from tenants.activity.rules import problem
from tenants.workshops.models import Registration, SeriesDate


def certificate(
    *,
    registration: Registration,
    attended: Sequence[SeriesDate],
    name: str,
    epn: str,
    language: str,
    moment: dt.datetime,
) -> bytes:
    """Raises ValidationError when nothing was attended, or when the name can't be printed."""
    if not attended:
        raise problem(_("No date is marked as attended by this person."), "nothing_attended")
    with translation.override(language):
        data = _words(registration, attended, name, epn, moment)
    try:
        pdf = render("workshops/certificate.typ", data, title=str(data["title"]), language=language, moment=moment)
    except Unprintable:
        raise ValidationError(
            {"name": [problem(_("This name holds a character that can't be printed."), "unprintable")]}
        ) from None
    record(verb="certificate.made", target=registration.pk)
    return pdf


def _words(
    registration: Registration, attended: Sequence[SeriesDate], name: str, epn: str, moment: dt.datetime
) -> dict[str, object]:
    series = registration.series
    minutes = sum(one.minutes for one in attended)
    return {
        "title": _("Certificate of attendance"),
        "epn": epn,
        "declares": _("%(epn)s certifies that") % {"epn": epn},
        "name": name,
        "took_part": _("took part in the course") if series.kind == "course" else _("took part in the workshop"),
        "series": series.title,
        "goals_label": _("What one learns"),
        "goals": [line.strip() for line in series.goals.splitlines() if line.strip()],
        "dates_label": _("Dates attended"),
        "day_label": _("Day"),
        "hours_label": _("Hours"),
        "duration_label": _("Duration"),
        "dates": [
            {
                "day": day_label(one.date),
                "hours": f"{one.starts_at:%H:%M}–{one.ends_at:%H:%M}",
                "duration": duration(one.minutes),
            }
            for one in attended
        ],
        "total": ngettext("%(dates)s date, %(hours)s in all", "%(dates)s dates, %(hours)s in all", len(attended))
        % {"dates": number(len(attended)), "hours": duration(minutes)},
        "made": _("Made on %(day)s in %(town)s") % {"day": day_label(moment.date()), "town": series.site.town}
        if series.site.town
        else _("Made on %(day)s") % {"day": day_label(moment.date())},
        "signature": _("For the EPN: name and signature"),
    }

"""What the pages of the staff say of the cover: how many weeks have nobody, and what the end of a contract leaves."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maillage.design.numbers import day_label, number
from tenants.cover import words
from tenants.cover.lines import end_lines
from tenants.cover.selectors import WHO_ANIMATES, outlook_of, read
from tenants.cover.warning import weeks_with_nobody
from tenants.staff.known_ends import known_ends
from tenants.staff.models import Contract
from tenants.staff.sections import Section

ORDER = 10


def of_the_list() -> Section:
    weeks = weeks_with_nobody()
    if not weeks:
        return _section(_("somebody is there each week"), "success")
    return _section(
        ngettext("%(n)s week with nobody", "%(n)s weeks with nobody", weeks) % {"n": number(weeks)}, "danger"
    )


def of_contract(contract: Contract) -> Section | None:
    """Nothing of a contract that doesn't end within the weeks that are known."""
    today = timezone.localdate()
    ends_on = known_ends().get(contract.pk, contract.ends_on)
    if ends_on is None or ends_on < today or contract.role not in WHO_ANIMATES:
        return None
    known = read(today)
    line = next((one for one in end_lines(known, outlook_of(known)) if one.contract.pk == contract.pk), None)
    if line is None or line.after is None:
        return None
    status = _("After %(day)s, in the week of %(week)s: %(state)s.") % {
        "day": day_label(line.end.last_day),
        "week": words.span_of_year(line.after.monday),
        "state": line.after.state.label,
    }
    return _section(status, "")  # too long for a coloured pill on a telephone


def _section(status: str, tone: str) -> Section:
    heading, link = _("Who holds the counter"), _("See the next 12 months")
    return Section(heading, status, reverse("cover:home"), link, tone=tone, order=ORDER)

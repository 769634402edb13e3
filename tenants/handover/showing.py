"""What the pages of the staff say of departures (see `tenants.staff.sections`)."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maillage.design.numbers import day_label
from tenants.handover.selectors import items_of, leaving, leaving_soon
from tenants.staff.models import StaffMember
from tenants.staff.sections import Section


def of_person(member: StaffMember) -> Section:
    count = len(items_of(member))
    one = next(iter(leaving([member])), None)
    status = ngettext(
        "%(count)s line of work or thing in this person's name.",
        "%(count)s lines of work and things in this person's name.",
        count,
    ) % {"count": count}
    late = one is not None and one.last_day < timezone.localdate() and count > 0
    if one is not None:
        status = _("Last day: %(day)s.") % {"day": day_label(one.last_day)} + " " + status
    return Section(
        heading=_("Departure"),
        status=status,
        url=reverse("handover:pack", args=[member.pk]),
        link=_("Pass the work on"),
        tone="warning" if late else "",
        order=70,
    )


def of_the_list() -> Section:
    soon = len(leaving_soon())
    status = ngettext(
        "%(count)s person with an account leaves, or has just left.",
        "%(count)s people with an account leave, or have just left.",
        soon,
    ) % {"count": soon}
    return Section(
        heading=_("Arrivals and departures"),
        status=status if soon else _("Nobody with an account leaves in the next four weeks."),
        url=reverse("handover:leaving"),
        link=_("Keys, accounts, and who takes over"),
        tone="info" if soon else "",
        order=70,
    )

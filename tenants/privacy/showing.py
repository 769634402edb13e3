"""What the pages of the staff say of personal data (see `tenants.staff.sections`)."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.activity.views import space_id
from tenants.registry.charter.selectors import asked_of
from tenants.registry.crossing import outside
from tenants.staff.models import StaffMember
from tenants.staff.sections import Section


def of_person(member: StaffMember) -> Section:
    return Section(
        heading=_("Personal data"),
        status=_("Everything that is kept about this person, to read and to give them."),
        url=reverse("privacy:person", args=[member.pk]),
        link=_("See it, or export it"),
        order=90,
    )


def of_the_list() -> Section:
    return Section(
        heading=_("Personal data of the staff"),
        status=_("How long contracts are kept, who is forgotten when, and one file per person."),
        url=reverse("privacy:home"),
        link=_("See what is kept"),
        order=90,
    )


def of_the_charter() -> Section | None:
    """Until the EPN has agreed it stands first."""
    here = space_id()
    with outside():
        asked = asked_of(here)
    if asked is None:
        return None
    if asked.agreement is not None:
        status, tone, order = _("Your EPN has agreed."), "", 95
    else:
        status, tone, order = _("Your network asks your EPN to agree to its charter on staff data."), "warning", 1
    return Section(
        heading=_("Charter on staff data"), status=status, url=reverse("charter"), link=_("Read it"), tone=tone,
        order=order,
    )  # fmt: skip

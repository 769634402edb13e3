"""What the staff's pages say of volunteers: how the file of a contract stands, and a person's year."""

from __future__ import annotations

from dataclasses import replace

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenants.staff.models import Contract, StaffMember
from tenants.staff.sections import Section, on_contract_page, on_contracts_list, on_own_contract, on_person_page
from tenants.volunteers import selectors
from tenants.volunteers.ceilings import BELGIUM
from tenants.volunteers.files import Standing, declaration_standing, insurance_standing, note_standing
from tenants.volunteers.rules import money
from tenants.volunteers.selectors import VOLUNTEER, file_of

WORST_FIRST = ("danger", "warning", "neutral", "success")


def of_contract(contract: Contract) -> Section | None:
    if contract.type != VOLUNTEER:
        return None
    if selectors.region_here() != BELGIUM:
        return _year_section(contract.member)
    today, kept = timezone.localdate(), file_of(contract)
    standings: list[tuple[str, Standing]] = [
        (_("Information note"), note_standing(contract, kept, today)),
        (_("Insurance"), insurance_standing(selectors.organisation(), today)),
        (_("Form C45B"), declaration_standing(contract, kept)),
    ]
    worst = min((standing.kind for _name, standing in standings), key=WORST_FIRST.index)
    return Section(
        heading=_("Volunteer: before the first day"),
        status=" · ".join(f"{name}: {standing.text}" for name, standing in standings),
        url=reverse("volunteers:file", args=[contract.pk]),
        link=_("Note and declaration"),
        tone="" if worst == "neutral" else worst,
        order=20,
    )


def of_person(member: StaffMember) -> Section | None:
    if not selectors.volunteer_contracts().filter(member=member).exists():
        return None
    return _year_section(member)


def of_ones_own(contract: Contract) -> Section | None:
    """The way to one's own lines, once for somebody with several contracts: they are the person's."""
    if contract.type != VOLUNTEER or contract != selectors.volunteer_contracts().filter(member=contract.member).first():
        return None
    said = _year_section(contract.member)
    return replace(said, heading=_("My costs"), url=reverse("volunteers:mine"))


def _year_section(member: StaffMember) -> Section:
    today = timezone.localdate()
    found = selectors.year_of(member, today.year, selectors.region_here())
    words = {"year": str(found.year), "sum": money(found.sums.counted), "days": found.sums.days}
    if found.limits.year.value is None:
        status = ngettext(
            "%(sum)s for %(days)s day of %(year)s; the year's ceiling isn't known",
            "%(sum)s for %(days)s days of %(year)s; the year's ceiling isn't known",
            found.sums.days,
        )
    else:
        words["ceiling"] = money(found.limits.year.value)
        status = ngettext(
            "%(sum)s of %(ceiling)s for %(days)s day of %(year)s",
            "%(sum)s of %(ceiling)s for %(days)s days of %(year)s",
            found.sums.days,
        )
    return Section(
        heading=_("Volunteer: costs paid back"),
        status=status % words,
        url=reverse("volunteers:ledger", args=[member.pk]),
        link=_("Days, ceilings and statement"),
        tone="danger" if found.is_above else "warning" if found.is_near else "",
        order=30,
    )


def of_the_list() -> Section | None:
    """A way from the contracts to the volunteers, where there are some."""
    today = timezone.localdate()
    running = [one for one in selectors.volunteer_contracts() if one.ends_on is None or one.ends_on >= today]
    if not running:
        return None
    unsigned = sum(note_standing(one, file_of(one), today).kind == "danger" for one in running)
    if selectors.region_here() != BELGIUM:
        unsigned = 0
    missing = ngettext("%(n)s note isn't signed", "%(n)s notes aren't signed", unsigned) % {"n": unsigned}
    return Section(
        heading=_("Volunteers"),
        status=missing if unsigned else _("Notes, insurance and costs paid back"),
        url=reverse("volunteers:list"),
        link=_("The volunteers"),
        tone="danger" if unsigned else "",
        order=30,
    )


def register() -> None:
    on_contract_page(of_contract)
    on_person_page(of_person)
    on_own_contract(of_ones_own)
    on_contracts_list(of_the_list)

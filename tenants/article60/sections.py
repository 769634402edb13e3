"""What the pages of the staff say of article 60: a line for a contract, a person, and the list of contracts."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenants.article60.enums import ARTICLE_60
from tenants.article60.selectors import Clock, article60_contracts, clock_of, convention_of, running_clocks
from tenants.article60.words import short
from tenants.staff.models import Contract, StaffMember
from tenants.staff.sections import Section, on_contract_page, on_contracts_list, on_own_contract, on_person_page

ORDER = 10


def _tone(clock: Clock) -> str:
    return "warning" if clock.step is not None or clock.differs else ""


def _section(clock: Clock) -> Section:
    """The way on from a contract without a convention is to write it: somebody starts on Monday."""
    status = short(clock)
    url = reverse("article60:contract", args=[clock.contract.pk])
    link = _("The clock, the convention and the evaluations")
    if clock.differs:
        status = _("%(status)s The contract itself says another day.") % {"status": status}
    elif convention_of(clock.contract) is None:
        status = _("%(status)s Nothing is written of the convention yet.") % {"status": status}
        url, link = reverse("article60:convention", args=[clock.contract.pk]), _("Write the convention")
    return Section(
        heading=_("Article 60"),
        status=status,
        url=url,
        link=link,
        tone=_tone(clock),
        order=ORDER,
    )


@on_contract_page
def of_contract(contract: Contract) -> Section | None:
    if contract.type != ARTICLE_60:
        return None
    return _section(clock_of(article60_contracts().get(pk=contract.pk), timezone.localdate()))


@on_own_contract
def of_ones_own(contract: Contract) -> Section | None:
    """Without what is the coordinator's to settle."""
    if contract.type != ARTICLE_60:
        return None
    clock = clock_of(article60_contracts().get(pk=contract.pk), timezone.localdate())
    return Section(
        heading=_("Article 60"),
        status=short(clock),
        url=reverse("article60:mine"),
        link=_("The clock, the convention and the evaluations"),
        tone="warning" if clock.step is not None else "",
        order=ORDER,
    )


@on_person_page
def of_person(member: StaffMember) -> Section | None:
    """Their latest article 60 contract."""
    found = article60_contracts().filter(member=member).order_by("-starts_on", "-pk").first()
    return _section(clock_of(found, timezone.localdate())) if found is not None else None


@on_contracts_list
def of_the_list() -> Section | None:
    if not article60_contracts().exists():
        return None
    clocks = running_clocks(timezone.localdate())
    soon = sum(one.step is not None for one in clocks)
    text = ngettext("%(n)s contract ends within 6 months.", "%(n)s contracts end within 6 months.", soon)
    return Section(
        heading=_("Article 60"),
        status=text % {"n": soon} if soon else _("No contract ends within 6 months."),
        url=reverse("article60:home"),
        link=_("What ends when, and what became of those who left"),
        tone="warning" if soon else "",
        order=ORDER,
    )

"""Letters about a report to the other side, each in its reader's language, with one link. A letter never fails what it
tells of: it leaves once that stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction
from django.template.loader import render_to_string
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _
from django.utils.translation import override

from maillage.accounts.models import Person
from network.reports.enums import Step
from network.reports.models import ReportStep
from tenants.registry.crossing import current_place, outside
from tenants.registry.enums import Role
from tenants.registry.mailing import coordinators_of, link_to, send
from tenants.registry.models import Membership, Space
from tenants.registry.selectors import running

OF_THE_NETWORK, OF_THE_FUNDER = "reports:report", "funder:report"  # pages on which each side reads a report


_silent: ContextVar[bool] = ContextVar("reports_silent", default=False)


@contextmanager
def without_letters() -> Iterator[None]:
    """What is written down of the past tells nobody."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


def tell_after_commit(step: ReportStep) -> None:
    if not _silent.get():
        transaction.on_commit(lambda: tell(step), robust=True)


def reviewers_of(space: Space, code: str) -> list[Person]:
    """Who reviews for a funder now."""
    with outside():
        members = Membership.objects.filter(
            running(), space=space, role=Role.FUNDER_REVIEWER, funder__contains=code, person__is_active=True
        ).select_related("person")
        return [one.person for one in members.order_by("pk") if code in one.funder_codes]


def tell(step: ReportStep) -> int:
    """Write to the people of the other side. Outside transactions. Returns how many letters left."""
    here = current_place()
    space = Space.objects.get(schema_name=here.schema_name)
    funder = step.report.pack_version.pack.funder
    readers = coordinators_of(space) if step.for_funder else reviewers_of(space, funder.code)
    readers = [one for one in readers if one.pk != step.by_id]
    if not readers:
        return 0
    link = _page(space, OF_THE_NETWORK if step.for_funder else OF_THE_FUNDER, step.report_id)
    sent = 0
    for person in readers:
        subject, body = write(step, space.name, funder.name, link, person.language)
        sent += send(person, subject=subject, body=body, about=f"report {step.report_id} of {here.schema_name}")
    return sent


def _page(space: Space, name: str, pk: int) -> str:
    """The funder's pages belong to an app above this one: without it, the front page of the network."""
    try:
        return link_to(space, name, pk=pk)
    except NoReverseMatch:
        return link_to(space, "home")


def write(step: ReportStep, network: str, funder: str, link: str, language: str) -> tuple[str, str]:
    """Subject and body, in one language."""
    with override(language):
        facts = {"network": network, "funder": funder, "title": step.report.title, "number": step.number}
        subject = {
            Step.SENT: _("%(network)s: the report “%(title)s” waits for you"),
            Step.RETURNED: _("%(funder)s sends back the report “%(title)s”"),
            Step.ACCEPTED: _("%(funder)s accepts the report “%(title)s”"),
            Step.REFUSED: _("%(funder)s refuses the report “%(title)s”"),
            Step.REOPENED: _("A decision on the report “%(title)s” is taken back"),
            Step.COMMENTED: _("A comment on the report “%(title)s”"),
        }[Step(step.step)]
        words = facts | {
            "step": step.step, "text": step.text, "by_name": step.by_name, "link": link,
            "for_network": step.for_funder,
        }  # fmt: skip
        return subject % facts, render_to_string("reports/email/step.txt", words)

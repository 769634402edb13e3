"""Letters about census returns, each in the reader's language, with one link to what is missing.

One return's letter is sent while one waits; many are a run, written by a worker. A letter never fails what it tells
of: it is sent after the deed, outside transactions. What was sent stands in the history of the return.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from maillage.audit.services import record
from network.cadastre.editions.answering import By
from network.cadastre.editions.answers import WRITABLE, completeness_of, due_on
from network.cadastre.editions.enums import Step
from network.cadastre.editions.models import CensusReturn, Edition, Indicator, LetterRun, ReturnStep
from tenants.registry.crossing import address_of, current_place, outside
from tenants.registry.mailing import coordinators_of, send
from tenants.registry.models import Space

logger = logging.getLogger(__name__)

NAMED = 8  # missing indicators that a letter names; the page has them all
BODIES = {
    Step.OPENED: "emails/census_opened.txt",
    Step.REMINDED: "emails/census_reminded.txt",
    Step.RETURNED: "emails/census_sent_back.txt",
    Step.VALIDATED: "emails/census_validated.txt",
}


@dataclass(frozen=True)
class Letter:
    subject: str
    body: str


@dataclass(frozen=True)
class Sending:
    """What became of one return's letters."""

    sent: int
    unsent: int

    @property
    def reached(self) -> bool:
        return self.sent > 0


def _network() -> str:
    space_id = current_place().space_id
    assert space_id is not None
    return str(Space.objects.get(pk=space_id).name)


def _link(epn: Space, census_return: CensusReturn, origin: str) -> str:
    with outside():
        return f"{origin}{address_of(epn, 'census:return', census_return.pk)}"


def write(
    kind: Step, census_return: CensusReturn, *, language: str, link: str, network: str, missing: Sequence[Indicator]
) -> Letter:
    """In one language. `missing` is what is still required."""
    edition = census_return.edition
    with override(language):
        facts = {"network": network, "year": str(edition.year), "epn": census_return.name}
        subject = {
            Step.OPENED: _("Census %(year)s of %(network)s: your return is ready"),
            Step.REMINDED: _("Census %(year)s of %(network)s: what is still missing"),
            Step.RETURNED: _("Census %(year)s of %(network)s: please correct your return"),
            Step.VALIDATED: _("Census %(year)s of %(network)s: your return is validated"),
        }[kind] % facts
        due = due_on(census_return)
        body = render_to_string(
            BODIES[kind],
            {
                **facts,
                "due_on": due,
                "late": due < timezone.localdate(),
                "missing": [one.label for one in missing[:NAMED]],
                "more": max(len(missing) - NAMED, 0),
                "comment": census_return.comment,
                "link": f"{link}#missing" if kind == Step.REMINDED else link,
            },
        )
    return Letter(subject, body)


def preview(census_return: CensusReturn, *, origin: str, language: str) -> Letter:
    """A reminder as its reader would get it."""
    epn = Space.objects.get(pk=census_return.epn_id)
    missing = completeness_of(census_return.edition, [census_return])[census_return.pk].missing
    return write(
        Step.REMINDED, census_return, language=language, link=_link(epn, census_return, origin), network=_network(),
        missing=missing,
    )  # fmt: skip


def tell(kind: Step, pk: int, *, origin: str) -> Sending:
    """Write to the coordinators of one EPN. Outside transactions."""
    one = CensusReturn.objects.select_related("edition__questionnaire").get(pk=pk)
    epn = Space.objects.filter(pk=one.epn_id, archived_at__isnull=True).first()
    if epn is None:
        return Sending(0, 0)
    readers = coordinators_of(epn)
    if not readers:
        return Sending(0, 0)
    link, network = _link(epn, one, origin), _network()
    missing = completeness_of(one.edition, [one])[one.pk].missing
    sent = 0
    for person in readers:
        letter = write(kind, one, language=person.language, link=link, network=network, missing=missing)
        about = f"census return {one.pk} of {current_place().schema_name}"
        sent += send(person, subject=letter.subject, body=letter.body, about=about)
    return Sending(sent, len(readers) - sent)


def was_reminded_today(census_return: CensusReturn) -> bool:
    last = ReturnStep.objects.filter(census_return=census_return, step=Step.REMINDED).order_by("-at").first()
    return last is not None and timezone.localdate(last.at) == timezone.localdate()


def remind(*, pk: int, by: By, origin: str, again: bool = False) -> Sending:
    """Remind one EPN now. Raises ValidationError when there is nothing to remind of, or it was done today."""
    one = CensusReturn.objects.select_related("edition").get(pk=pk)
    if one.edition.is_frozen or one.state not in WRITABLE:
        raise ValidationError(_("This return is signed: there is nothing to remind of."))
    if not again and was_reminded_today(one):
        raise ValidationError(_("This EPN has had a reminder today. Send another one all the same?"), code="today")
    done = tell(Step.REMINDED, pk, origin=origin)
    if done.reached:
        note_reminder(pk=pk, by=by)
    return done


def _note(pk: int, step: Step, by: By) -> None:
    ReturnStep.objects.create(census_return_id=pk, step=step, by_id=by.person_id, by_name=by.name, for_network=True)


@transaction.atomic
def note_reminder(*, pk: int, by: By) -> None:
    _note(pk, Step.REMINDED, by)
    record(verb="census_return.reminded", target=pk, space_id=current_place().space_id)


@transaction.atomic
def ask_for_letters(
    *, edition: Edition, kind: Step, returns: Sequence[int], by: By, origin: str, again: bool = False
) -> LetterRun:
    """A run for a worker: see `tasks.py`. Who had a reminder today is passed over, unless `again`."""
    run: LetterRun = LetterRun.objects.create(
        edition=edition,
        kind=kind,
        origin=origin,
        returns=list(returns),
        again=again,
        asked_by_id=by.person_id,
        asked_by_name=by.name,
    )
    record(verb="census_letters.asked", target=edition.year, space_id=current_place().space_id)
    return run


def write_run(run_id: int) -> LetterRun | None:
    """Send what is left of a run: a worker that was stopped begins where it was. Each return is told once."""
    run: LetterRun | None = LetterRun.objects.filter(pk=run_id, finished_at__isnull=True).first()
    if run is None:
        return None
    by = By(run.asked_by_id, run.asked_by_name, for_network=True)
    step = Step.REMINDED if run.kind == Step.REMINDED else Step.TOLD
    told = set(
        ReturnStep.objects.filter(census_return__in=run.returns, step=step, at__gte=run.asked_at)
        .order_by("pk")
        .values_list("census_return", flat=True)
    )
    for pk in run.returns:
        if pk in told:
            continue
        try:
            if run.kind == Step.REMINDED:
                done = remind(pk=pk, by=by, origin=run.origin, again=run.again)
            else:
                done = tell(Step(run.kind), pk, origin=run.origin)
                if done.reached:
                    _note(pk, Step.TOLD, by)
        except (ValidationError, CensusReturn.DoesNotExist):
            continue  # signed meanwhile, or reminded today
        run.sent += done.sent
        run.unsent += done.unsent or (0 if done.reached else 1)
        run.save(update_fields=["sent", "unsent"])
    run.finished_at = timezone.now()
    run.save(update_fields=["finished_at"])
    return run

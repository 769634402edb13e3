"""Writing what is kept of volunteers. The history has verbs and ids; amounts and reasons stay in the EPN's tables."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from maillage.design.numbers import day_label
from tenants.staff.models import Contract, StaffMember
from tenants.volunteers.ceilings import limits_on
from tenants.volunteers.enums import DefrayalKind
from tenants.volunteers.files import FileFacts, OrganisationFacts, file_problems, organisation_problems
from tenants.volunteers.models import Defrayal, Organisation, VolunteerFile
from tenants.volunteers.rules import Entry, ceiling_problems, days_problems, line_problems, problem
from tenants.volunteers.selectors import entry_of, file_of, lines_of, organisation, region_here


class LineFacts(TypedDict, total=False):
    """What one says of a line; the amount in cents."""

    kind: str
    cents: int | None
    km: Decimal | None
    what: str
    justification: str


class Said(TypedDict):
    """The whole of a line, as it will stand."""

    kind: str
    cents: int | None
    km: Decimal | None
    what: str
    justification: str


# --- the EPN's own facts, and the file of a contract ------------------------------------------------------------------


def save_organisation(**facts: Unpack[OrganisationFacts]) -> Organisation:
    """Write what every information note of this EPN says. Raises ValidationError by field."""
    problems = organisation_problems(facts, today=timezone.localdate())
    if problems:
        raise ValidationError(dict(problems))
    with transaction.atomic():
        found = organisation() or Organisation(pk=1)
        for name, value in facts.items():
            setattr(found, name, value)
        found.updated_at = timezone.now()
        found.save()
        record(verb="volunteers.organisation_changed")
    return found


def save_file(*, contract: Contract, **facts: Unpack[FileFacts]) -> VolunteerFile:
    """Write what was done before a volunteer's first day. Raises ValidationError by field."""
    problems = file_problems(facts, today=timezone.localdate())
    if problems:
        raise ValidationError(dict(problems))
    with transaction.atomic():
        found = file_of(contract)
        for name, value in facts.items():
            setattr(found, name, value)
        found.updated_at = timezone.now()
        found.save()
        record(verb="volunteers.file_changed", target=contract.pk)
    return found


# --- the ledger -------------------------------------------------------------------------------------------------------


def add_defrayals(
    *, contract: Contract, days: Sequence[dt.date], batch: uuid.UUID | None = None, **facts: Unpack[LineFacts]
) -> list[Defrayal]:
    """The same line for each of these days: all of them or none. The same `batch` twice is once.

    Raises ValidationError by field of the form: `days`, `kind`, `amount`, `km`, `what`, `justification`.
    """
    said = _stripped(facts)
    problems = line_problems(**said)
    wrong_days = days_problems(days, starts_on=contract.starts_on, ends_on=contract.ends_on, today=timezone.localdate())
    if wrong_days:
        problems["days"] = wrong_days
    if problems:
        raise ValidationError(dict(problems))
    with transaction.atomic():
        _alone_with(contract)
        made = list(Defrayal.with_deleted.filter(batch=batch, contract=contract)) if batch else []
        if made:
            return made
        _check_among_the_others(contract, days, said, without=None)
        for day in sorted(set(days)):
            made.append(Defrayal.objects.create(contract=contract, day=day, batch=batch, **said))
            record(verb="defrayal.added", target=made[-1].pk)
    return made


def change_defrayal(*, line: Defrayal, day: dt.date, **facts: Unpack[LineFacts]) -> Defrayal:
    """Correct a line: the former one is taken out, and the new one knows it. Raises as `add_defrayals` does."""
    contract, said = line.contract, _stripped(facts)
    problems = line_problems(**said)
    wrong_day = days_problems([day], starts_on=contract.starts_on, ends_on=contract.ends_on, today=timezone.localdate())
    if wrong_day:
        problems["day"] = wrong_day
    if problems:
        raise ValidationError(dict(problems))
    with transaction.atomic():
        _alone_with(contract)
        _check_among_the_others(contract, [day], said, without=line)
        if not _set_deleted(line, deleted=True):
            raise ValidationError(_("This line was changed or deleted meanwhile. Look at the list again."))
        made: Defrayal = Defrayal.objects.create(contract=contract, day=day, replaces=line, **said)
        record(verb="defrayal.changed", target=made.pk)
    return made


def delete_defrayal(*, line: Defrayal) -> None:
    """Take a line out. Twice is once."""
    with transaction.atomic():
        if _set_deleted(line, deleted=True):
            record(verb="defrayal.deleted", target=line.pk)


def withdraw_defrayals(*, batch: uuid.UUID) -> int:
    """Undo an addition: what is left of its lines. Gives how many were taken out."""
    count = 0
    with transaction.atomic():
        for line in Defrayal.objects.filter(batch=batch):
            if _set_deleted(line, deleted=True):
                record(verb="defrayal.deleted", target=line.pk)
                count += 1
    return count


def restore_defrayal(*, line: Defrayal) -> None:
    """Undo a deletion or a correction: the line is back, and what replaced it is taken out.

    Raises ValidationError when lines that were written meanwhile leave no room for it.
    """
    with transaction.atomic():
        _alone_with(line.contract)
        for later in Defrayal.objects.filter(replaces=line):
            _set_deleted(later, deleted=True)
        if not Defrayal.with_deleted.filter(pk=line.pk, deleted_at__isnull=False).exists():
            return
        others = [entry_of(one) for one in lines_of([line.contract.member_id], line.day.year)]
        problems = ceiling_problems([entry_of(line)], others, partial(limits_on, region=region_here()))
        if problems:
            raise ValidationError([one for found in problems.values() for one in found])
        if _set_deleted(line, deleted=False):
            record(verb="defrayal.restored", target=line.pk)


def _stripped(facts: LineFacts) -> Said:
    return {
        "kind": facts.get("kind", ""),
        "cents": facts.get("cents"),
        "km": facts.get("km"),
        "what": facts.get("what", "").strip(),
        "justification": facts.get("justification", "").strip(),
    }


def _alone_with(contract: Contract) -> None:
    """Two lines written at the same moment would each see the other's room: one person's lines wait for each other."""
    StaffMember.objects.select_for_update().get(pk=contract.member_id)


def _check_among_the_others(
    contract: Contract, days: Sequence[dt.date], said: Said, *, without: Defrayal | None
) -> None:
    kept = [
        line
        for year in {day.year for day in days}
        for line in lines_of([contract.member_id], year)
        if without is None or line.pk != without.pk
    ]
    new = [
        Entry(day, said["kind"], said["cents"] or 0, said["km"] or Decimal(0), said["justification"])
        for day in sorted(set(days))
    ]
    problems = ceiling_problems(new, map(entry_of, kept), partial(limits_on, region=region_here()))
    flat = {line.day for line in kept if line.contract_id == contract.pk and line.kind == DefrayalKind.FLAT}
    if said["kind"] == DefrayalKind.FLAT and (twice := flat & set(days)):
        text = _("There is a flat amount for this day already (%(days)s). Take the day away, or correct that line.")
        named = ", ".join(day_label(day) for day in sorted(twice))
        problems.setdefault("days" if without is None else "day", []).append(problem(text, "twice", days=named))
    if problems:
        raise ValidationError(dict(problems))


def _set_deleted(line: Defrayal, *, deleted: bool) -> bool:
    waiting = Defrayal.with_deleted.filter(pk=line.pk, deleted_at__isnull=deleted)
    return bool(waiting.update(deleted_at=timezone.now() if deleted else None))

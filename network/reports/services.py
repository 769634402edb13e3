"""A report on its way: begun, written, signed (frozen), sent; the signature taken back; a draft deleted, brought back.

What the funder does is in `deciding.py`, keys are in `keys.py`, packs in `packs.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from maillage.design.pdf import Unprintable
from maillage.design.two_versions import ChangedMeanwhile
from network.funding.ledger.services import save_line
from network.funding.models import Grant, ReportDate
from network.reports.content import Content, Line, to_bytes
from network.reports.enums import WRITABLE, LineKind, PackState, State, Step
from network.reports.files import files_of, sha256_of
from network.reports.filling import fill
from network.reports.keys import lock_keys, propose_missing
from network.reports.letters import tell_after_commit
from network.reports.models import (
    FrozenReport,
    Pack,
    PackLine,
    PackVersion,
    Report,
    ReportFile,
    ReportGrant,
    ReportValue,
)
from network.reports.overlapping import refuse_overlap
from network.reports.restating import restated
from network.reports.rules import (
    LONGEST_NAME,
    LONGEST_NOTE,
    LONGEST_TEXT,
    correction_problems,
    month_problems,
    number_problems,
    text_problems,
)
from network.reports.sources import figure_sources
from network.reports.steps import By, done, locked, require
from tenants.registry.crossing import current_place


@transaction.atomic
def begin(
    *, pack: Pack, grants: Sequence[Grant], first: dt.date, last: dt.date, title: str, language: str, by: By,
    report_date: ReportDate | None = None, at: dt.datetime | None = None, today: dt.date | None = None,
) -> Report:  # fmt: skip
    """Months are given by their first days. Keys that its grants lack are proposed and written.

    Raises ValidationError by field: a pack that isn't in use, grants of another funder, months that are open, outside a
    grant, or told already.
    """
    Pack.objects.select_for_update().get(pk=pack.pk)
    version = PackVersion.objects.filter(pack=pack, state=PackState.IN_USE).first()
    if version is None or pack.deleted_at is not None:
        raise ValidationError({"pack": _("This pack isn't in use.")})
    alive = list(
        Grant.objects.filter(pk__in=[one.pk for one in grants], deleted_at__isnull=True, funder=pack.funder_id)
        .order_by("starts_on", "pk")
    )  # fmt: skip
    if not alive or len(alive) != len(grants):
        raise ValidationError({"grants": _("Choose grants of the funder of this pack.")})
    if wrong := month_problems(first, last, alive, today or timezone.localdate()):
        raise ValidationError({name: [text] for name, text in wrong.items()})
    if report_date is not None and report_date.grant_id not in {one.pk for one in alive}:
        raise ValidationError({"grants": _("What is due is of another grant: choose that one too.")})
    refuse_overlap(pack.pk, alive, first, last)
    now = at or timezone.now()
    report: Report = Report.objects.create(
        pack_version=version, title=title, first=first, last=last, language=language, report_date=report_date,
        created_at=now, updated_at=now,
    )  # fmt: skip
    ReportGrant.objects.bulk_create(ReportGrant(report=report, grant=one) for one in alive)
    propose_missing(alive, report)
    done(report, Step.BEGUN, by, at=now)
    return report


@transaction.atomic
def rename(*, pk: int, title: str, language: str, version: int | None = None) -> Report:
    report = locked(pk, version)
    require(report, WRITABLE, _("A report that is signed stays as it is."))
    report.title, report.language = title, language
    _changed(report, "funder_report.written")
    return report


@transaction.atomic
def write_value(
    *, pk: int, code: str, number: Decimal | None = None, text: str = "", seen: str | None = None
) -> ReportValue:
    """What somebody writes in a line: a number, a text, a note, or a correction with its reason. Empty: nothing.

    `seen` is the version of the value that was on the page. Raises ValidationError by field, ChangedMeanwhile when
    somebody else has written in this line.
    """
    report = locked(pk, None)
    require(report, WRITABLE, _("A report that is signed stays as it is."))
    line = PackLine.objects.filter(version=report.pack_version_id, code=code).first()
    if line is None:
        raise ValidationError(_("This line isn't in the pack of the report."))
    kept = ReportValue.objects.filter(report=report, code=code).first() or ReportValue(report=report, code=code)
    if seen is not None and seen != kept.version:
        raise ChangedMeanwhile(kept)
    text = text.replace("\r\n", "\n").strip()
    _obey(report, line, number, text, kept)
    kept.number, kept.text = number, str(text)
    kept.save()
    _changed(report, "funder_report.written")
    return kept


def _obey(report: Report, line: PackLine, number: Decimal | None, text: str, kept: ReportValue) -> None:
    longest = LONGEST_TEXT if line.kind == LineKind.TEXT else LONGEST_NOTE
    wrong: dict[str, list[ValidationError]] = {}
    if found := text_problems(text, longest, kept.text):
        wrong["text"] = found
    if number is not None:
        if found := number_problems(number):
            wrong["number"] = found
        elif not takes_number(line):
            wrong["number"] = [ValidationError(_("This line takes no number."))]
        elif line.kind == LineKind.FIGURE:
            computed = _computed(report, line)
            if found := correction_problems(computed, number, text):
                wrong["text" if found[0].code == "reason" else "number"] = found
    if wrong:
        raise ValidationError(wrong)


def takes_number(line: PackLine) -> bool:
    """Declared numbers, and totals of things. A breakdown and the ledger are corrected where they come from.

    So are numbers of people, by the correction of a release: what somebody knows better would tell what is withheld.
    """
    if line.kind == LineKind.FIGURE:
        source = figure_sources().get(line.source)
        return source is not None and not source.table.dimension and not source.table.guarded
    return line.kind == LineKind.DECLARED


def _computed(report: Report, line: PackLine) -> Line:
    found = fill(report).line(line.code)
    assert found is not None
    return found


def _changed(report: Report, verb: str) -> None:
    report.version += 1
    report.updated_at = timezone.now()
    report.save()
    record(verb=verb, target=report.pk, space_id=current_place().space_id)


@transaction.atomic
def sign(
    *, pk: int, name: str, role: str, by: By, version: int | None = None, at: dt.datetime | None = None
) -> FrozenReport:  # fmt: skip
    """Freeze the report as it is now, with its files. Raises ValidationError with everything that is missing."""
    report = locked(pk, version)
    require(report, WRITABLE, _("Only a report that isn't signed is signed."))
    wrong = {}
    for field, typed in (("name", name), ("role", role)):
        if not typed.strip() or "\0" in typed:
            wrong[field] = _("A report is signed with a name and a role.")
        elif len(typed.strip()) > LONGEST_NAME:
            wrong[field] = _("At most %(most)s characters, please.") % {"most": LONGEST_NAME}
    if wrong:
        raise ValidationError(wrong)
    lock_keys()
    filled = fill(report)
    if filled.missing:
        raise ValidationError([ValidationError(one.text, code="missing") for one in filled.missing])
    now = at or timezone.now()
    content = replace(
        filled.content, signed_at=now, signed_name=" ".join(name.split()), signed_role=" ".join(role.split()),
        restated=tuple(restated(report, filled)),
    )  # fmt: skip
    frozen = _freeze(report, content, by)
    report.number, report.state = content.number, State.SIGNED
    done(report, Step.SIGNED, by, text=content.signed_role, at=now)
    return frozen


def _freeze(report: Report, content: Content, by: By) -> FrozenReport:
    told = to_bytes(content)
    try:
        files = files_of(content)
    except Unprintable as error:
        said = _("Your words hold a sign that can't be printed, a small drawing for instance. Take it out.")
        raise ValidationError(said, code="unprintable") from error
    frozen: FrozenReport = FrozenReport.objects.create(
        report=report, number=content.number, content=told, sha256=sha256_of(told), as_of=content.as_of,
        signed_at=content.signed_at, signed_by_id=by.person_id,
    )  # fmt: skip
    ReportFile.objects.bulk_create(
        ReportFile(frozen=frozen, format=format_, content=file, sha256=sha256_of(file))
        for format_, file in files.items()
    )
    return frozen


@transaction.atomic
def take_signature_back(*, pk: int, by: By, version: int | None = None) -> Report:
    """Before it is sent. The version that was signed stays, and is never sent."""
    report = locked(pk, version)
    require(report, (State.SIGNED,), _("Only a report that is signed and not sent is opened again."))
    left = report.frozen.filter(sent_at__isnull=False).exists()
    report.state = State.RETURNED if left else State.DRAFT
    done(report, Step.UNSIGNED, by)
    return report


@transaction.atomic
def send(*, pk: int, by: By, version: int | None = None, at: dt.datetime | None = None) -> Report:
    """To the funder's reviewers, who get a letter. What was due is done."""
    report = locked(pk, version)
    require(report, (State.SIGNED,), _("Sign the report first: only a signed one is sent."))
    now = at or timezone.now()
    FrozenReport.objects.filter(report=report, number=report.number, sent_at__isnull=True).update(sent_at=now)
    report.state = State.SENT
    due = report.report_date
    if due is not None and due.done_on is None and due.deleted_at is None:
        save_line(due, done_on=timezone.localdate(now))
    tell_after_commit(done(report, Step.SENT, by, at=now))
    return report


@transaction.atomic
def delete_draft(*, pk: int, by: By, version: int | None = None) -> Report:
    """A draft that never left; it can be brought back."""
    report = locked(pk, version)
    require(report, (State.DRAFT,), _("Only a draft is deleted."))
    report.deleted_at = timezone.now()
    done(report, Step.DELETED, by)
    return report


@transaction.atomic
def restore_draft(*, pk: int, by: By) -> bool:
    """Raises ValidationError when another report tells of its months by now. Twice is once."""
    report = Report.objects.select_for_update().filter(pk=pk, deleted_at__isnull=False).first()
    if report is None:
        return False
    Pack.objects.select_for_update().get(pk=report.pack_version.pack_id)
    refuse_overlap(report.pack_version.pack_id, list(report.grants.all()), report.first, report.last, beside=pk)
    report.deleted_at = None
    done(report, Step.RESTORED, by)
    return True

"""Writing the yearly report: its words and logo, and the versions that are made of it. Every write is journalled."""

from __future__ import annotations

import datetime as dt
from typing import Any, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from maillage.audit.services import record
from maillage.design.pdf import Unprintable
from maillage.design.two_versions import ChangedMeanwhile, version_of
from tenants.overview import logo as pictures
from tenants.overview.enums import ReportState
from tenants.overview.frozen import freeze
from tenants.overview.models import Logo, ReportVersion, YearlyReport
from tenants.overview.paper import can_be_printed, pdf_of, version_paper
from tenants.overview.periods import Spans, year
from tenants.overview.rules import UNCHANGED, WORDS, Words, language_problems, word_problems, year_problems
from tenants.overview.selectors import latest_logo, overview


def save_report(
    *, of_year: int, language: str, picture: bytes | str | None = UNCHANGED, seen: str = "", **words: Unpack[Words]
) -> YearlyReport:
    """Keep the words of a year's report; a first one takes the logo of the last. `picture`: None takes it away.

    Raises ValidationError by field, and ChangedMeanwhile when another version stands than `seen`
    (two_versions.version_of; of a report that nobody had begun, `NOT_BEGUN`).
    """
    kept = YearlyReport.objects.filter(year=of_year).first()
    texts = {name: str(words.get(name, "")).replace("\r\n", "\n").strip() for name in WORDS}
    found = word_problems(words, {name: getattr(kept, name) if kept else "" for name in WORDS})
    found["language"] = language_problems(language)
    found["year"] = year_problems(of_year, timezone.localdate().year)
    checked = None
    if isinstance(picture, bytes):
        try:
            checked = pictures.checked(picture)
            if not can_be_printed(checked.content):
                raise pictures.damaged()
        except ValidationError as error:
            found["logo"] = error.error_list
    if found := {name: problems for name, problems in found.items() if problems}:
        raise ValidationError(dict(found))
    with transaction.atomic():
        report = YearlyReport.objects.select_for_update().filter(year=of_year).first()
        if report is not None and seen and version_of(report) != seen:
            raise ChangedMeanwhile(report)
        report = report or YearlyReport(year=of_year, logo=latest_logo())
        before = _said(report)
        report.language = language
        for name, text in texts.items():
            setattr(report, name, text)
        if checked is not None:
            report.logo = _kept(checked)
        elif picture is None:
            report.logo = None
        if report.pk is None or _said(report) != before:
            report.state = ReportState.DRAFT
            report.updated_at = timezone.now()
            report.save()
            record(verb="report.changed", target=report.pk)
    return report


def _said(report: YearlyReport) -> tuple[Any, ...]:
    return (report.language, report.logo_id, *(getattr(report, name) for name in WORDS))


def _kept(checked: pictures.Checked) -> Logo:
    """The same picture again is the same row."""
    known: Logo | None = Logo.objects.filter(content=checked.content).order_by("pk").first()
    if known is not None:
        return known
    made: Logo = Logo.objects.create(
        kind=checked.kind, content=checked.content, width=checked.width, height=checked.height
    )
    return made


def make_version(
    report: YearlyReport, *, epn: str, network: str, by: int | None, moment: dt.datetime | None = None
) -> ReportVersion:
    """Freeze the year's figures with the words as they stand. The former versions stay.

    Raises ValidationError when the paper can't be printed, and then leaves nothing.
    """
    day = timezone.localdate(moment) if moment else timezone.localdate()
    with transaction.atomic():
        report = YearlyReport.objects.select_for_update().get(pk=report.pk)
        with translation.override(report.language):
            found = overview(Spans.of(year(report.year), day), as_of=moment)
        last = report.versions.order_by("-number").first()
        version: ReportVersion = ReportVersion.objects.create(
            report=report,
            number=last.number + 1 if last else 1,
            language=report.language,
            epn=epn,
            network=network,
            logo=report.logo,
            figures=freeze(found),
            as_of=found.as_of,
            made_by_id=by,
            **{name: getattr(report, name) for name in WORDS},
        )
        try:
            pdf_of(version_paper(version))
        except Unprintable as error:
            said = _("Your words hold a sign that can't be printed, a small drawing for instance. Take it out.")
            raise ValidationError(said, code="unprintable") from error
        report.state = ReportState.MADE
        report.save(update_fields=["state"])
        record(verb="report.made", target=version.pk)
    return version

"""The kept bytes of a frozen version: never made again, so the same whenever somebody takes them."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.text import slugify

from maillage.design.workbook import CONTENT_TYPE
from network.reports.enums import Format
from network.reports.models import FrozenReport, ReportFile

CONTENT_TYPES = {
    Format.PDF: "application/pdf",
    Format.XLSX: CONTENT_TYPE,
    Format.CSV: "text/csv; charset=utf-8",
    Format.JSON: "application/json",
}


def frozen_of(report_id: int, number: int) -> QuerySet[FrozenReport]:
    """One version, of a report that wasn't deleted. Who may see it is the caller's question."""
    found: QuerySet[FrozenReport] = FrozenReport.objects.filter(
        report=report_id, number=number, report__deleted_at__isnull=True
    )
    return found.select_related("report__pack_version__pack__funder")


def file_of(frozen: FrozenReport, kind: str) -> ReportFile | None:
    found: ReportFile | None = ReportFile.objects.filter(frozen=frozen, format=kind).order_by("pk").first()
    return found


def file_response(request: HttpRequest, frozen: FrozenReport, file: ReportFile, network: str) -> HttpResponseBase:
    """As an attachment; whoever has these bytes already is told so. `network`: its part of a path."""
    etag = f'"{file.sha256}"'
    response = HttpResponse(bytes(file.content), content_type=CONTENT_TYPES[Format(file.format)])
    name = slugify(frozen.report.title)[:80] or f"report-{frozen.report_id}"
    disposition = content_disposition_header(True, f"{network}-{name}-v{frozen.number}.{file.format}")
    if disposition:
        response["Content-Disposition"] = disposition
    response["ETag"] = etag
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    answer: HttpResponseBase = get_conditional_response(request, etag=etag, response=response) or response
    return answer

"""Released figures, for anybody: which releases there are, and each table with what is withheld shown as such."""

from __future__ import annotations

import hashlib

from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maillage.design.charts import WITHHELD, Bar, Value, bars, months
from maillage.design.downloads import JSON, asked, download
from maillage.design.pdf import Unprintable
from network.releases import papers, tables
from network.releases.enums import Grain
from network.releases.models import Release
from network.releases.package import package_of
from network.releases.periods import read
from network.releases.selectors import (
    LICENCE,
    LICENCE_URL,
    Chosen,
    Row,
    TableIn,
    release_at,
    released,
    replaced_by,
    rows_of,
    table_in,
    tables_in,
)
from network.releases.views import ROWS_A_PAGE, chosen_of

AN_HOUR = 60 * 60
A_CHART = 40  # bars that one can still tell apart


@require_safe
def home(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    found = list(released())
    if kind := asked(request):
        header, rows = tables.header_of_releases(), list(tables.rows_of_releases(found))
        return download(
            request, kind, "releases", names=tables.RELEASES, header=header, rows=rows, as_of=timezone.now()
        )
    replaced = {one.corrects_id: one.number for one in found if one.corrects_id}
    context = {"rows": [(one, replaced.get(one.pk)) for one in found], "licence": LICENCE, "licence_url": LICENCE_URL}
    return render(request, "releases/figures.html", context)


def _release(number: int) -> Release:
    found = release_at(number) if number < 2**31 else None
    if found is None:
        raise Http404
    return found


@require_safe
def release(request: HttpRequest, number: int) -> HttpResponse:
    found = _release(number)
    context = {
        "release": found,
        "replaced_by": replaced_by(found),
        "groups": _groups([one for one in tables_in(found) if one.cells]),
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
    }
    return render(request, "releases/release.html", context)


@require_safe
def package(request: HttpRequest, number: int) -> JsonResponse:
    network = request.space.name  # type: ignore[attr-defined]
    return JsonResponse(package_of(_release(number), network, request.build_absolute_uri))


def _groups(found: list[TableIn]) -> list[tuple[str, list[TableIn]]]:
    """Of the network first, then commune by commune, then EPN by EPN."""
    groups = [(str(grain.label), [one for one in found if one.table.grain == grain]) for grain in Grain]
    return [group for group in groups if group[1]]


@require_safe
def table(request: HttpRequest, number: int, table: str) -> HttpResponse | StreamingHttpResponse:
    found = _release(number)
    told = table_in(found, table)
    if told is None:
        raise Http404
    form, chosen = chosen_of(request, found, told)
    rows = rows_of(found, told.table, chosen)
    if request.GET.get("download") == "pdf" and papers.fits(rows):
        return _paper(request, found, told, rows)
    if kind := asked(request):
        return download(
            request, kind, f"{table}-{found.period.code}-release-{number}",
            names=tables.names_of(told.table), header=tables.header_of(told.table),
            rows=list(tables.rows_for_a_file(found, told.table, rows, words=kind != JSON)), as_of=found.as_of,
        )  # fmt: skip
    context = {
        "release": found,
        "replaced_by": replaced_by(found),
        "told": told,
        "filter": form if form.fields else None,
        "page": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "withheld": sum(row.withheld for row in rows),
        "paper": _paper_link(request) if papers.fits(rows) else "",
        "chart": _chart(found, told, rows, chosen),
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
    }
    return render(request, "releases/table.html", context)


def _paper_link(request: HttpRequest) -> str:
    kept = request.GET.copy()
    kept.pop("page", None)
    kept["download"] = "pdf"
    return f"?{kept.urlencode()}"


def _paper(request: HttpRequest, release: Release, told: TableIn, rows: list[Row]) -> HttpResponse:
    """A release never changes: kept for an hour, here too, since drawing it takes a while."""
    replaced = replaced_by(release)
    said = [request.build_absolute_uri(), get_language(), release.pk, replaced and replaced.pk]
    key = f"paper/{hashlib.sha256(repr(said).encode()).hexdigest()}"
    content = cache.get(key)
    if content is None:
        try:
            content = papers.paper_of(
                release, told.table, rows, network=request.space.name,  # type: ignore[attr-defined]
                url=request.build_absolute_uri(request.path), replaced_by=replaced,
            )  # fmt: skip
        except Unprintable:
            return render(request, "directory/unprintable.html", status=422)
        cache.set(key, content, AN_HOUR)
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{told.table.name}-{release.period.code}-release-{release.number}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = f"private, max-age={AN_HOUR}"
    return response


def _chart(release: Release, told: TableIn, rows: list[Row], chosen: Chosen) -> str:
    """Months side by side, or the values of the release's whole period; nothing that has too many bars to read."""
    table = told.table
    note = _("release %(number)s, %(perimeter)s") % {"number": release.number, "perimeter": table.perimeter_label}
    title = _("%(table)s: %(period)s")
    unit = str(table.measures[0].label)
    if table.grain == Grain.FEDERATION and not table.dimension:
        by_month = [row for row in rows if len(row.period) == len("2026-01") and "Q" not in row.period]
        if len(by_month) < 2:
            return ""
        told_of = title % {"table": table.label, "period": release.period.name}
        return months(told_of, [(row.period, _drawn(row)) for row in by_month], unit=unit, note=note, figure_id="chart")
    code = chosen.period or release.period.code
    shown = [row for row in rows if row.period == code]
    if not 1 < len(shown) <= A_CHART or (table.dimension and table.grain != Grain.FEDERATION):
        return ""
    names = [row.label or row.place_name for row in shown]
    return bars(
        title % {"table": table.label, "period": read(code).name},
        [Bar(name, _drawn(row)) for name, row in zip(names, shown, strict=True)],
        unit=unit, note=note, figure_id="chart",
    )  # fmt: skip


def _drawn(row: Row) -> Value:
    return WITHHELD if row.withheld else row.numbers[0]

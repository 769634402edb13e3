"""The cadastre of a year, for the members of the network: figures, never a visit."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maillage.design.downloads import CSV, asked, download
from maillage.reference.selectors import commune_label, label_of
from network.cadastre import drawings
from network.cadastre.enums import Perimeter
from network.cadastre.forms import CadastreForm
from network.cadastre.reading import years_of
from network.cadastre.selectors import Cadastre, EpnRow, cadastre, epn_year
from network.cadastre.tables import MONTH_NAMES, TABLES, header_of, month_header, month_rows, names_of, rows_of
from network.cadastre.words import words_of_perimeter

ROWS_A_PAGE = 50
EARLIEST = dt.date(1, 1, 1)
SORTS: dict[str, Any] = {
    "name": lambda row: row.member.name.casefold(),
    "label": lambda row: not row.member.labelled,
    "commune": lambda row: commune_label(row.member.commune).casefold(),
    "visits": lambda row: row.numbers.visits,
    "minutes": lambda row: row.numbers.minutes,
    "last": lambda row: row.last_month or EARLIEST,
    "contracts": lambda row: row.contracts,
}


def _asked(request: HttpRequest, years: list[int]) -> tuple[CadastreForm, int, str]:
    """The form and what it asks for; what it can't read is said above it, and the default is shown."""
    today = timezone.localdate().year
    form = CadastreForm(request.GET or None, years=years, initial={"year": today, "perimeter": Perimeter.ALL})
    form.mark_optional = False  # type: ignore[attr-defined]
    asked = form.cleaned_data if form.is_valid() else {}
    return form, asked.get("year") or today, asked.get("perimeter") or Perimeter.ALL


def _read(request: HttpRequest) -> tuple[CadastreForm, Cadastre]:
    form, year, perimeter = _asked(request, [])
    page = cadastre(request.space.pk, year=year, perimeter=perimeter)  # type: ignore[attr-defined]
    return _asked(request, [*years_of(page.moment), year])[0] if form.is_valid() or not form.is_bound else form, page


def _sorted(rows: list[EpnRow], order: str) -> list[EpnRow]:
    key = SORTS.get(order.removeprefix("-"))
    return rows if key is None else sorted(rows, key=key, reverse=order.startswith("-"))


@require_safe
def home(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    form, page = _read(request)
    name = request.GET.get("table", "")
    if name in TABLES and (kind := asked(request)):
        return _file(request, kind, name, page)
    one = page.summary
    rows = Paginator(_sorted(page.epn, request.GET.get("order", "")), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": form,
        "cadastre": page,
        "summary": one,
        "year": str(one.year),  # a text: a year takes no space between its digits
        "perimeter": words_of_perimeter(page),
        "labelled_only": one.perimeter == Perimeter.LABELLED,
        "running": one.year >= timezone.localdate().year,
        "charts": drawings.charts(page),
        "heads_apart": sum(row.heads for row in page.types if not row.counts_in_fte),
        "types": [(label_of("contract_type", row.type), row) for row in page.types],
        "activity": [(label_of("contract_type", code), numbers) for code, numbers in page.activity],
        "page": rows,
        "rows": [(commune_label(row.member.commune), row) for row in rows],
        "tables": {name: table.title for name, table in TABLES.items()},
    }
    return render(request, "cadastre/home.html", context)


@require_safe
def table(request: HttpRequest, name: str) -> StreamingHttpResponse:
    if name not in TABLES:
        raise Http404
    return _file(request, asked(request) or CSV, name, _read(request)[1])


def _file(request: HttpRequest, kind: str, name: str, page: Cadastre) -> StreamingHttpResponse:
    one = page.summary
    rows = list(rows_of(TABLES[name], replace(page, epn=_sorted(page.epn, request.GET.get("order", "")))))
    if kind == CSV:  # which people read: in words
        words = {True: _("yes"), False: _("no")}
        rows = [[words[cell] if isinstance(cell, bool) else cell for cell in row] for row in rows]
        rows = [[*row[:-1], row[-1] or _("never")] for row in rows]
    stem = f"{name}-{one.year}-{one.perimeter.value}"
    names, header = names_of(TABLES[name]), header_of(TABLES[name])
    return download(request, kind, stem, names=names, header=header, rows=rows, as_of=one.as_of)


@require_safe
def epn(request: HttpRequest, epn_id: int) -> HttpResponse | StreamingHttpResponse:
    year = _asked(request, [])[1]
    found = epn_year(request.space.pk, epn_id, year=year)  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    if kind := asked(request):
        names, header, rows = MONTH_NAMES, month_header(), list(month_rows(found.months))
        stem = f"months-{found.member.slug}-{year}"
        return download(request, kind, stem, names=names, header=header, rows=rows, as_of=found.moment.as_of)
    context = {
        "found": found,
        "name": found.member.name,
        "commune": commune_label(found.member.commune),
        "year": str(year),
        "chart": drawings.months_of(found.months, found.member.name),
        "back_url": f"{reverse('cadastre:home')}?year={year}",
    }
    return render(request, "cadastre/epn.html", context)

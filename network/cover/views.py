"""Whom do we lose before a month, and how many hours? For the members of the network: figures, never a name."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from maillage.design.charts import months
from maillage.design.downloads import asked, download
from maillage.reference.selectors import commune_label
from network.cadastre.enums import Perimeter
from network.cover import tables
from network.cover.forms import CliffForm
from network.cover.selectors import Cliff, EpnRisk, cliff, months_to_choose, usual_month
from tenants.cover import words

ROWS_A_PAGE = 50
SORTS: dict[str, Any] = {
    "name": lambda row: row.member.name.casefold(),
    "hours": lambda row: row.lost.hours,
    "people": lambda row: row.lost.people,
    "uncovered": lambda row: row.uncovered,
    "nobody": lambda row: row.weeks_nobody,
    "one": lambda row: row.weeks_one_person,
}


@require_safe
def home(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    today = timezone.localdate()
    form = CliffForm(
        request.GET or None,
        months=months_to_choose(today),
        initial={"before": f"{usual_month(today):%Y-%m}", "perimeter": Perimeter.ALL},
    )
    said = form.cleaned_data if form.is_valid() else {}
    before = dt.date.fromisoformat(f"{said['before']}-01") if said.get("before") else usual_month(today)
    page = cliff(
        request.space.pk,  # type: ignore[attr-defined]
        before=before,
        perimeter=said.get("perimeter") or Perimeter.ALL,
    )
    order = request.GET.get("order", "")
    if kind := asked(request):
        return _file(request, kind, page)
    rows = Paginator(_sorted(page.epn, order), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "network_cover/home.html",
        {
            "filter": form,
            "cliff": page,
            "perimeter": words_of_perimeter(page),
            "chart": _curve(page),
            "page": rows,
            "rows": [(commune_label(row.member.commune), row) for row in rows],
            "holdings": [(kind.label, amount) for kind, amount in page.lost_by_holding.items() if amount.hours],
            "resting": [(kind.label, amount) for kind, amount in page.by_holding.items() if amount.hours],
        },
    )


def _sorted(rows: list[EpnRisk], order: str) -> list[EpnRisk]:
    """The greatest risk first, unless something else is asked for."""
    key = SORTS.get(order.removeprefix("-"))
    return rows if key is None else sorted(rows, key=key, reverse=order.startswith("-"))


def words_of_perimeter(page: Cliff) -> str:
    """Whose figures these are, with how many they are of how many."""
    if page.perimeter == Perimeter.LABELLED:
        return _("the %(labelled)s labelled EPN of %(all)s") % {"labelled": page.labelled, "all": page.all_epn}
    return ngettext("%(all)s EPN, all of them", "%(all)s EPN, all of them", page.all_epn) % {"all": page.all_epn}


def _curve(page: Cliff) -> str:
    return months(
        _("Hours a week of the people who animate, on the last day of each month"),
        [(f"{one.month:%Y-%m}", round(one.staff.hours, 2)) for one in page.months],
        unit=_("hours a week"),
        note="; ".join([words_of_perimeter(page), _("known ends only")]),
        show=words.plain,
        figure_id="cliff",
    )


def _file(request: HttpRequest, kind: str, page: Cliff) -> StreamingHttpResponse:
    stem = f"before-{page.before:%Y-%m}-{page.perimeter.value}"
    if request.GET.get("table") == "months":
        names, header, rows = tables.MONTHS, tables.header_of_months(), list(tables.rows_of_months(page))
        return download(request, kind, f"cliff-{stem}", names=names, header=header, rows=rows, as_of=page.as_of)
    names, header, rows = tables.EPN, tables.header_of_epn(), list(tables.rows_of_epn(page))
    return download(request, kind, f"cover-{stem}", names=names, header=header, rows=rows, as_of=page.as_of)

"""FTE over a period, for the EPN's coordinator: a year unless another period is asked for."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.design.downloads import asked, download
from tenants.staff.fte.forms import IN, OUT, PeriodForm
from tenants.staff.fte.selectors import fte_of_period
from tenants.staff.fte.tables import TABLES

YEARS_BEFORE = 4


@require_safe
def fte_page(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    this = timezone.localdate().year
    first, last, breaks = dt.date(this, 1, 1), dt.date(this, 12, 31), OUT
    year = {"first": first, "last": last, "breaks": breaks}
    chosen = {name: request.GET[name] for name in year if name in request.GET}
    form = PeriodForm({**{name: str(value) for name, value in year.items()}, **chosen}, initial=year)
    if form.is_valid():
        first, last, breaks = (form.cleaned_data[name] for name in ("first", "last", "breaks"))
    found = fte_of_period(first, last, without_breaks=breaks != IN)
    if kind := asked(request):
        name = request.GET.get("table", "")
        table = TABLES.get(name, TABLES["contracts"])
        title = f"fte-{name if name in TABLES else 'contracts'}"
        rows = list(table.rows(found))
        return download(request, kind, title, names=table.names, header=table.header(), rows=rows, as_of=timezone.now())
    years = [
        (number, f"?first={number}-01-01&last={number}-12-31&breaks={breaks or OUT}")
        for number in range(this, this - YEARS_BEFORE, -1)
    ]
    return render(request, "staff/fte.html", {"form": form, "found": found, "years": years})

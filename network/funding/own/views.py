"""What the network's money is for this EPN: `/<federation>/<epn>/money/`."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maillage.design.downloads import asked, download
from network.funding.own.crossing import own_money
from tenants.staff.course.selectors import posts_paid_by_grants

ZERO = Decimal(0)


@require_safe
def home(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    today, found = timezone.localdate(), own_money()
    if kind := asked(request):
        header = [
            _("Funder"), _("Grant"), _("For"), _("What for"), _("First day"), _("Last day"), _("Amount"),
            _("This year"),
        ]  # fmt: skip
        names = ("funder", "grant", "kind", "label", "starts_on", "ends_on", "amount_eur", "this_year_eur")
        rows = [
            [one.funder, one.title, one.kind_label, one.label, one.starts_on, one.ends_on, one.amount_eur,
             one.by_year.get(today.year, ZERO)]
            for one in found
        ]  # fmt: skip
        return download(request, kind, "money", names=names, header=header, rows=rows, as_of=timezone.now())
    names_of_grants = {one.grant: one.title for one in found}
    context = {
        "found": [(one, one.by_year.get(today.year, ZERO)) for one in found],
        "this_year": sum((one.by_year.get(today.year, ZERO) for one in found), ZERO),
        "year": today.year,
        "paid": [(one, names_of_grants.get(one.grant_id or 0, one.payer)) for one in posts_paid_by_grants(today)],
        "as_of": timezone.now(),
    }
    return render(request, "funding/own.html", context)

"""Equipment for the public: everybody at the EPN reads it, its coordinator counts."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from maillage.design.downloads import asked, download
from maillage.reference.selectors import label_of
from tenants.premises import selectors
from tenants.premises.equipment.forms import EquipmentForm
from tenants.premises.equipment.selectors import stock_by_site
from tenants.premises.equipment.services import count_equipment
from tenants.premises.models import Site
from tenants.premises.views import may_edit
from tenants.registry.middleware import SpaceRequest

NAMES = ("site", "kind", "code", "count", "counted_on")


@require_safe
def equipment(request: SpaceRequest) -> HttpResponse | StreamingHttpResponse:
    sites = list(selectors.sites())
    stock = stock_by_site(sites)
    if kind := asked(request):
        header = [_("Site"), _("Equipment"), _("Code"), _("How many"), _("Counted on")]
        rows = [
            [site.name, label_of("equipment", code), code, number, stock[site.pk].counted_on]
            for site in sites
            for code, number in stock[site.pk].counts.items()
        ]
        return download(request, kind, "equipment", names=NAMES, header=header, rows=rows, as_of=timezone.now())
    context = {
        "sites": [
            {
                "site": site,
                "counted_on": stock[site.pk].counted_on,
                "lines": [(label_of("equipment", code), number) for code, number in stock[site.pk].counts.items()],
            }
            for site in sites
        ],
        "may_edit": may_edit(request),
        "anything": any(one.counts for one in stock.values()),
    }
    return render(request, "premises/equipment.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def count(request: SpaceRequest, site_id: int) -> HttpResponse:
    site = get_object_or_404(Site, pk=site_id)
    form = EquipmentForm(request.POST if request.method == "POST" else None, stock=stock_by_site([site])[site.pk])
    if request.method == "POST" and form.is_valid():
        try:
            count_equipment(site, counts=form.counts(), counted_on=form.cleaned_data["counted_on"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The equipment of %(name)s is noted.") % {"name": site.name})
            return redirect("premises:equipment")
    return render(request, "premises/equipment_count.html", {"form": form, "site": site})

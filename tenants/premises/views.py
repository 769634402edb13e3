"""Sites and opening hours: everybody at the EPN reads them, its coordinator keeps them."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.downloads import asked, download
from maillage.design.feedback import success_with_undo
from maillage.design.two_versions import VERSION, ChangedMeanwhile, Difference, is_undecided
from tenants.premises import exports, selectors, services
from tenants.premises.closings.selectors import closings_by_site
from tenants.premises.closings.words import closing_in_words
from tenants.premises.forms import SiteForms, answered_forms, site_forms
from tenants.premises.hours_form import HoursForm
from tenants.premises.models import Site
from tenants.premises.rules import is_stale
from tenants.registry.crossing import address_of, current_place, outside, path_of
from tenants.registry.enums import Country
from tenants.registry.middleware import SpaceRequest
from tenants.registry.roles import allows, who_may
from tenants.registry.selectors import networks_of

form_page = require_http_methods(["GET", "HEAD", "POST"])


def may_edit(request: SpaceRequest) -> bool:
    role = request.membership.role if request.membership else None
    return allows(who_may(str(current_place().kind), "premises:site_edit", "POST"), signed_in=True, role=role)


@require_safe
def sites(request: SpaceRequest) -> HttpResponse | StreamingHttpResponse:
    if kind := asked(request):
        rows = list(exports.rows([*selectors.sites(), *selectors.sites(retired=True)]))
        return download(
            request, kind, "sites", names=exports.NAMES, header=exports.header(), rows=rows, as_of=timezone.now()
        )
    shown = list(selectors.sites())
    today = timezone.localdate()
    closed = closings_by_site(shown, since=today)
    sheets = [selectors.sheet(site) for site in shown]
    return render(
        request,
        "premises/sites.html",
        {
            "sheets": [
                {
                    "sheet": one,
                    "closings": [
                        closing_in_words(each.first_day, each.last_day, each.reason) for each in closed[one.site.pk]
                    ],
                }
                for one in sheets
            ],
            "several": len(sheets) > 1,
            "retired": selectors.sites(retired=True),
            "public_url": _public_address(request),
            "to_check": any(is_stale(site.verified_on, today) for site in shown),
            "may_edit": may_edit(request),
        },
    )


def _public_address(request: SpaceRequest) -> str:
    """The EPN's page in the directory of its network; empty where it has none."""
    assert request.space is not None
    with outside():
        networks = networks_of(request.space.pk)
        slug = path_of(request.space).partition("/")[2]
        return address_of(networks[0], "epn:place", slug) if networks and slug else ""


@require_POST
def sites_confirm(request: HttpRequest) -> HttpResponse:
    """ "This is still right": one click for all the sites."""
    services.confirm_sites()
    messages.success(request, _("Thank you. The public sees that all this was checked today."))
    return redirect("premises:sites")


@form_page
def site_add(request: HttpRequest) -> HttpResponse:
    near = selectors.default_site()
    data = request.POST if request.method == "POST" else None
    forms = site_forms(None, data, country=near.country if near else Country.BELGIUM)
    if request.method == "POST" and forms.is_valid():
        try:
            site = services.add_site(**forms.facts())
        except ValidationError as error:
            forms.show(error)
        else:
            messages.success(request, _("The site %(name)s is added.") % {"name": site.name})
            return redirect("premises:sites")
    return _form_page(request, forms, None)


@form_page
def site_edit(request: HttpRequest, site_id: int) -> HttpResponse:
    """Whoever saves second sees both versions and chooses."""
    site = get_object_or_404(Site, pk=site_id)
    forms = answered_forms(site, request.POST) if request.method == "POST" else site_forms(site)
    differences: list[Difference] = []
    if request.method == "POST" and forms.is_valid():
        try:
            if is_undecided(request.POST):
                raise ChangedMeanwhile(site)
            services.edit_site(site=site, seen=forms.site.cleaned_data[VERSION], **forms.facts())
        except ValidationError as error:
            forms.show(error)
        except ChangedMeanwhile as meanwhile:
            differences = forms.compared(meanwhile.stored)
        if not forms.has_errors and not differences:
            messages.success(request, _("The site %(name)s is changed.") % {"name": forms.site.cleaned_data["name"]})
            return redirect("premises:sites")
    return _form_page(request, forms, site, differences)


def _form_page(
    request: HttpRequest, forms: SiteForms, site: Site | None, differences: Sequence[Difference] = ()
) -> HttpResponse:
    context = {
        "differences": differences,
        "forms": forms,
        "form": forms.site,
        "hours": forms.hours,
        "day_rows": forms.hours.day_rows() if isinstance(forms.hours, HoursForm) else None,
        "site": site,
        "lines": selectors.all_lines(site) if site else [],
        "original": selectors.original_hours(site) if site else [],
    }
    return render(request, "premises/site_form.html", context)


@form_page
def site_retire(request: HttpRequest, site_id: int) -> HttpResponse:
    site = get_object_or_404(selectors.sites(), pk=site_id)
    if request.method == "POST":
        try:
            services.retire_site(site=site)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            text = _("The site %(name)s is closed.") % {"name": site.name}
            success_with_undo(request, text, reverse("premises:site_restore", args=[site.pk]))
        return redirect("premises:sites")
    context = {
        "title": _("Close the site %(name)s?") % {"name": site.name},
        "text": _("Nobody can note a visit there any more. The visits that are noted stay. You can open it again."),
        "action_label": _("Close this site"),
        "cancel_url": reverse("premises:sites"),
        "danger": True,
    }
    return render(request, "components/confirm_page.html", context)


@require_POST
def site_restore(request: HttpRequest, site_id: int) -> HttpResponse:
    site = get_object_or_404(Site, pk=site_id)
    services.restore_site(site=site)
    messages.success(request, _("The site %(name)s is open again.") % {"name": site.name})
    return redirect("premises:sites")

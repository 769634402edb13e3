"""Closing days: everybody at the EPN reads them, its coordinator keeps them."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from maillage.design.downloads import asked, download
from tenants.premises import selectors
from tenants.premises.closings import services
from tenants.premises.closings.expected import expected_in
from tenants.premises.closings.forms import ClosingForm
from tenants.premises.closings.selectors import closings
from tenants.premises.closings.words import closing_in_words
from tenants.premises.models import Closing
from tenants.premises.views import may_edit
from tenants.registry.middleware import SpaceRequest

NAMES = ("first_day", "last_day", "site", "reason")


@require_http_methods(["GET", "HEAD", "POST"])
def closing_days(request: SpaceRequest) -> HttpResponse | StreamingHttpResponse:
    if kind := asked(request):
        header = [_("First closed day"), _("Last closed day"), _("Site"), _("Reason")]
        rows = [
            [one.first_day, one.last_day, one.site.name if one.site else "", str(one.get_reason_display())]
            for one in closings()
        ]
        return download(request, kind, "closings", names=NAMES, header=header, rows=rows, as_of=timezone.now())
    sites = list(selectors.sites())
    if request.method == "POST":
        form = ClosingForm(request.POST, sites=sites)
        if form.is_valid():
            try:
                made = services.add_closing(**form.facts())
            except ValidationError as error:
                form.add_problems(error)
            else:
                said = closing_in_words(made.first_day, made.last_day, made.reason)
                messages.success(request, _("Noted: %(closed)s.") % {"closed": said})
                for text in expected_in(made):
                    messages.warning(request, text)
                return redirect("premises:closings")
    else:
        form = ClosingForm(initial={"key": uuid.uuid4()}, sites=sites)
    today = timezone.localdate()
    found = list(closings())
    context = {
        "form": form,
        "coming": [one for one in reversed(found) if one.last_day >= today],
        "past": [one for one in found if one.last_day < today],
        "several": len(sites) > 1,
        "may_edit": may_edit(request),
    }
    return render(request, "premises/closings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def closing_remove(request: SpaceRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Closing, pk=pk)
    if request.method == "POST":
        services.remove_closing(closing=one)
        messages.success(request, _("These days are open again, as your opening hours say."))
        return redirect("premises:closings")
    context = {
        "title": _("Open on these days after all?"),
        "text": capfirst(closing_in_words(one.first_day, one.last_day, one.reason)) + ".",
        "action_label": _("Take the closing away"),
        "cancel_url": reverse("premises:closings"),
        "danger": True,
    }
    return render(request, "components/confirm_page.html", context)

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from maillage.design.downloads import asked, download
from network.funding.forms import CostModelForm
from network.funding.selectors import cost_models
from network.funding.services import set_cost_model

NAMES = ("valid_from", "amount_eur", "source")


@require_http_methods(["GET", "HEAD", "POST"])
def cost_model(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The cost models by date; the coordinator adds one, or corrects the one of a day."""
    if request.method != "POST" and (kind := asked(request)):
        header = [_("Valid from"), _("Euros for one EPN and one year"), _("Source")]
        rows = [[one.valid_from, one.amount_eur, one.source] for one in cost_models()]
        return download(request, kind, "cost-model", names=NAMES, header=header, rows=rows, as_of=timezone.now())
    form = CostModelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            set_cost_model(**form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The cost of one EPN is saved."))
            return redirect("funding:cost_model")
    may_write = request.membership.role == "network_coordinator"  # type: ignore[attr-defined]
    context = {"form": form, "models": cost_models(), "may_write": may_write}
    return render(request, "funding/cost_model.html", context)

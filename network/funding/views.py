from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from network.funding.forms import CostModelForm
from network.funding.selectors import cost_models
from network.funding.services import set_cost_model


@require_http_methods(["GET", "HEAD", "POST"])
def cost_model(request: HttpRequest) -> HttpResponse:
    """The cost models by date; the coordinator adds one, or corrects the one of a day."""
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

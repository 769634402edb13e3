"""The settings of a network, for its coordinator."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from maillage.reference.selectors import label_of
from tenants.registry.crossing import outside
from tenants.registry.forms import FollowupForm
from tenants.registry.models import Federation, Space
from tenants.registry.services import keep_followups
from tenants.registry.signing_in.selectors import concerned_by
from tenants.registry.signing_in.services import require_second_factor


def _federation(request: HttpRequest) -> Federation:
    space = cast(Space, request.space)  # type: ignore[attr-defined]
    return Federation.objects.get(pk=space.pk)


@require_safe
def settings_page(request: HttpRequest) -> HttpResponse:
    federation = _federation(request)
    with outside():
        concerned = concerned_by(federation)
    excluded = [label_of("contract_type", code) for code in federation.done_for_excluded]
    context = {"federation": federation, "concerned": concerned, "excluded": excluded}
    return render(request, "registry/settings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Says who will be concerned before anything changes."""
    federation = _federation(request)
    required = not federation.second_factor_required
    if request.method == "POST":
        required = request.POST.get("required") == "yes"
        with outside():
            require_second_factor(federation=federation, required=required)
        messages.success(
            request,
            _("From now on a second factor is required.") if required else _("A second factor is no longer required."),
        )
        return redirect("settings")
    with outside():
        concerned = concerned_by(federation)
    context = {"concerned": concerned, "required": required, "without": sum(one.without for one in concerned)}
    return render(request, "registry/second_factor_confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def followups(request: HttpRequest) -> HttpResponse:
    """How long the EPN of the network keep a follow-up."""
    federation = _federation(request)
    form = FollowupForm(request.POST or None, initial={"months": federation.followup_months})
    if request.method == "POST" and form.is_valid():
        try:
            with outside():
                keep_followups(federation=federation, months=form.cleaned_data["months"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The time is saved."))
            return redirect("settings")
    return render(request, "registry/followups.html", {"form": form})

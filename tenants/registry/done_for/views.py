"""The network's coordinator says who may act in a person's place."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenants.registry.crossing import outside
from tenants.registry.done_for.forms import DoneForForm
from tenants.registry.done_for.services import set_done_for_excluded
from tenants.registry.models import Federation, Space


@require_http_methods(["GET", "HEAD", "POST"])
def done_for(request: HttpRequest) -> HttpResponse:
    space = cast(Space, request.space)  # type: ignore[attr-defined]
    federation = Federation.objects.get(pk=space.pk)
    sent = request.POST if request.method == "POST" else None
    form = DoneForForm(sent, excluded=federation.done_for_excluded, federation_id=federation.pk)
    if form.is_bound and form.is_valid():
        with outside():
            set_done_for_excluded(federation=federation, excluded=form.cleaned_data["excluded"])
        messages.success(request, _("The rule is saved. It holds from the next visit on."))
        return redirect("settings")
    return render(request, "registry/done_for.html", {"form": form})

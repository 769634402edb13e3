"""The charter on staff data: the network publishes it, each EPN reads it and agrees."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from maillage.design.downloads import asked, download
from tenants.registry.charter import selectors, services
from tenants.registry.charter.forms import AgreeForm, CharterForm, first_texts
from tenants.registry.crossing import outside
from tenants.registry.enums import Role
from tenants.registry.middleware import SpaceRequest
from tenants.registry.models import Epn, Federation, Space

NAMES = ("epn", "agreed_at", "by", "quality")


def _space(request: HttpRequest) -> Space:
    return cast(Space, request.space)  # type: ignore[attr-defined]


@require_safe
def of_the_network(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The version in force, and which EPN has agreed to it."""
    with outside():
        charter = selectors.charter_of(_space(request).pk)
        answers = selectors.answers_to(charter) if charter is not None else []
        versions = selectors.versions_of(_space(request).pk)
    if kind := asked(request):
        header = [_("EPN"), _("Agreed on"), _("Agreed by"), _("Quality")]
        rows = [
            [one.epn.space.name, given.agreed_at, given.by.name, given.quality]
            if (given := one.agreement)
            else [one.epn.space.name, None, "", ""]
            for one in answers
        ]
        return download(
            request, kind, "charter-agreements", names=NAMES, header=header, rows=rows, as_of=timezone.now()
        )
    context = {
        "charter": charter,
        "text": charter.text_in(get_language() or "fr") if charter is not None else "",
        "answers": answers,
        "missing": sum(one.agreement is None for one in answers),
        "versions": versions,
    }
    return render(request, "registry/charter/network.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest) -> HttpResponse:
    space = _space(request)
    with outside():
        federation = Federation.objects.get(pk=space.pk)
        current = selectors.charter_of(space.pk)
    form = CharterForm(request.POST if request.method == "POST" else None, initial=first_texts(current, space.name))
    if form.is_bound and form.is_valid():
        try:
            with outside():
                services.publish(federation=federation, texts=form.texts(), by=request.user)  # type: ignore[arg-type]
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The charter is published. Each EPN is asked to agree."))
            return redirect("charter")
    return render(request, "registry/charter/publish.html", {"form": form, "current": current})


@require_http_methods(["GET", "HEAD", "POST"])
def of_the_epn(request: SpaceRequest) -> HttpResponse:
    """Everybody at work here may read it; the coordinator agrees."""
    space = _space(request)
    with outside():
        asked_for = selectors.asked_of(space.pk)
    if asked_for is None:
        return render(request, "registry/charter/epn.html", {"charter": None})
    charter, agreement = asked_for.charter, asked_for.agreement
    may_agree = request.membership is not None and request.membership.role == Role.EPN_COORDINATOR
    form = AgreeForm(request.POST if request.method == "POST" else None, initial={"version": charter.number})
    if form.is_bound and form.is_valid():
        try:
            if form.cleaned_data["version"] != charter.number:
                text = _("The network has published another version meanwhile. Read it, then agree again.")
                raise ValidationError(text, code="other_version")
            with outside():
                epn = Epn.objects.get(pk=space.pk)
                services.agree(epn=epn, charter=charter, by=request.user, quality=form.cleaned_data["quality"])  # type: ignore[arg-type]
        except ValidationError as error:
            form.data = {**{name: form.data.get(name) for name in form.data}, "version": str(charter.number)}
            form.add_error(None, error)
        else:
            messages.success(request, _("Thank you. Your EPN has agreed to the charter."))
            return redirect("charter")
    context = {
        "charter": charter,
        "network": charter.federation.space.name,
        "text": charter.text_in(get_language() or "fr"),
        "agreement": agreement,
        "form": form if may_agree and agreement is None else None,
    }
    return render(request, "registry/charter/epn.html", context)

"""Registering somebody under a first name or a code, finding what fits them, and certificates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.downloads import perimeter
from maillage.design.pdf import pdf_response
from maillage.reference.selectors import label_of
from tenants.activity.forms import new_key
from tenants.activity.views import space_id
from tenants.registry.enums import Role
from tenants.registry.middleware import SpaceRequest
from tenants.workshops.enums import Level
from tenants.workshops.models import Registration, Series
from tenants.workshops.registrations import selectors
from tenants.workshops.registrations.certificates import certificate
from tenants.workshops.registrations.forms import CertificateForm, PresencesForm, RegistrationForm, TriageForm
from tenants.workshops.registrations.services import (
    change_registration,
    give_place,
    note_presences,
    register,
    remove_registration,
)
from tenants.workshops.selectors import places_of
from tenants.workshops.views import confirm


@require_safe
def triage(request: SpaceRequest) -> HttpResponse:
    """Three questions; what fits here, else somebody to sit beside."""
    form = TriageForm(request.GET or None)
    context: dict[str, Any] = {"form": form, "asked": False}
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        helpers = selectors.helpers(space_id())
        context |= {
            "asked": True,
            "theme": label_of("theme", said["theme"]),
            "level": said["level"],
            "proposals": selectors.proposals(theme=said["theme"], level=said["level"], language=said["language"]),
            "volunteers": helpers[Role.VOLUNTEER],
            "animators": helpers[Role.ANIMATOR],
        }
    return render(request, "workshops/triage.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def register_somebody(request: SpaceRequest, pk: int) -> HttpResponse:
    series = get_object_or_404(Series.objects.select_related("site"), pk=pk)
    if request.method == "POST":
        form = RegistrationForm(request.POST)
        if form.is_valid():
            said = form.cleaned_data
            try:
                made = register(series=series, name=said["name"], level=said["level"], key=said["key"])
            except ValidationError as error:
                form.add_problems(error)
            else:
                if made.waiting:
                    messages.warning(request, _("Every place is taken: this person is on the waiting list."))
                else:
                    messages.success(request, _("This person has a place."))
                return redirect(f"{reverse('workshops:series', args=[pk])}#registrations")
    else:
        level = request.GET.get("level", "")
        form = RegistrationForm(initial={"key": new_key(), "level": level if level in Level.values else ""})
    context = {"form": form, "series": series, "places": places_of([series])[series.pk]}
    return render(request, "workshops/register.html", context)


def _one(pk: int) -> Registration:
    found: Registration = get_object_or_404(Registration.objects.select_related("series__site"), pk=pk)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def registration(request: SpaceRequest, pk: int) -> HttpResponse:
    """Correct the name or level, and say date by date who came."""
    one = _one(pk)
    held = selectors.held_dates(one.series)
    data = request.POST if request.method == "POST" else None
    form = RegistrationForm(data, initial={"name": one.name, "level": one.level})
    presences = PresencesForm(data, held=held, noted=selectors.noted_of(one))
    if data is not None and form.is_valid() & presences.is_valid():
        said = form.cleaned_data
        try:
            change_registration(registration=one, name=said["name"], level=said["level"])
            note_presences(registration=one, presences=presences.presences())
        except ValidationError as error:
            form.add_problems(error)
        else:
            messages.success(request, _("The registration is changed."))
            return redirect(f"{reverse('workshops:series', args=[one.series_id])}#registrations")
    return render(
        request,
        "workshops/registration.html",
        {"form": form, "presences": presences, "registration": one, "series": one.series, "has_dates": bool(held)},
    )


@require_POST
def place(request: SpaceRequest, pk: int) -> HttpResponseRedirect:
    one = _one(pk)
    try:
        give_place(registration=one)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    else:
        messages.success(request, _("This person has a place now. Tell them."))
    return redirect(f"{reverse('workshops:series', args=[one.series_id])}#registrations")


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: SpaceRequest, pk: int) -> HttpResponse | HttpResponseRedirect:
    one = _one(pk)
    back = f"{reverse('workshops:series', args=[one.series_id])}#registrations"
    if request.method == "POST":
        remove_registration(registration=one)
        messages.success(request, _("The registration is removed."))
        return redirect(back)
    return confirm(
        request,
        title=_("Remove %(name)s?") % {"name": one.name},
        text=_("The place becomes free. How many came to each date stays as it is."),
        action=_("Remove"),
        back=back,
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def certificate_of(request: SpaceRequest, pk: int) -> HttpResponse:
    one = _one(pk)
    attended = selectors.attended(one)
    form = CertificateForm(
        request.POST if request.method == "POST" else None, initial={"language": (get_language() or "fr")[:2]}
    )
    if form.is_bound and form.is_valid():
        assert request.space is not None
        try:
            pdf = certificate(
                registration=one,
                attended=attended,
                name=form.cleaned_data["name"],
                epn=request.space.name,
                language=form.cleaned_data["language"],
                moment=timezone.localtime(),
            )
        except ValidationError as error:
            form.add_problems(error)
        else:
            return pdf_response(f"{perimeter().replace('/', '-')}-certificate-{one.pk}.pdf", pdf)
    context = {"form": form, "registration": one, "series": one.series, "attended": attended}
    return render(request, "workshops/certificate.html", context)

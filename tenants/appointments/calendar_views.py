"""Calendars elsewhere (secret addresses that a phone subscribes to), and how each site receives by appointment."""

from __future__ import annotations

import hashlib

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants.activity.views import actor_of
from tenants.appointments import feed_services, feeds, selectors, services
from tenants.appointments.forms import FeedForm, SlotRuleForm
from tenants.appointments.models import CalendarFeed
from tenants.premises.selectors import sites
from tenants.registry.crossing import address_of
from tenants.registry.middleware import SpaceRequest

A_QUARTER = 15 * 60


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def calendars(request: SpaceRequest) -> HttpResponse:
    """The address is in the answer to the POST itself: kept for a redirect, it would be stored in clear."""
    assert request.space is not None
    actor = actor_of(request)
    every_site = list(sites())
    form = FeedForm(request.POST if request.method == "POST" else None, sites=every_site)
    address = ""
    if form.is_bound and form.is_valid():
        try:
            _feed, secret = feed_services.make_feed(
                owner_id=actor.person_id, site=form.sites.get(form.cleaned_data["site"])
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            address = request.build_absolute_uri(address_of(request.space, "appointments:feed", secret))
            form = FeedForm(sites=every_site)
    own = feeds.feeds(owner_id=actor.person_id)
    others = [one for one in feeds.feeds() if one.owner_id != actor.person_id] if actor.coordinates else []
    context = {"tab": "calendars", "form": form, "address": address, "own": own, "others": others}
    return render(request, "appointments/calendars.html", context)


@require_POST
def revoke(request: SpaceRequest, pk: int) -> HttpResponse:
    """One's own; coordinators, anybody's."""
    actor = actor_of(request)
    found = CalendarFeed.objects.all() if actor.coordinates else CalendarFeed.objects.filter(owner=actor.person_id)
    feed_services.revoke_feed(feed=get_object_or_404(found, pk=pk))
    messages.success(request, _("This address shows nothing any more."))
    return redirect("appointments:calendars")


@require_safe
def feed(request: SpaceRequest, secret: str) -> HttpResponse:
    """For whoever knows the secret, without a sign-in; whatever else is asked for isn't there."""
    assert request.space is not None
    found = feeds.feed_at(secret, request.space)
    if found is None:
        raise Http404
    content = feeds.calendar_of(found, request.space)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="appointments.ics"'
    response["Cache-Control"] = f"private, max-age={A_QUARTER}"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response["ETag"] = etag
    answer: HttpResponse = get_conditional_response(request, etag=etag, response=response)  # type: ignore[assignment]
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def settings(request: SpaceRequest) -> HttpResponse:
    every_site = list(sites())
    rules = selectors.rules(every_site)
    data = request.POST if request.method == "POST" else None
    forms = [SlotRuleForm(data, site=site, rule=rules[site.pk]) for site in every_site]
    wrong = [form for form in forms if data is not None and not form.is_valid()]  # all are asked: every error is shown
    if data is not None and not wrong and _set(forms):
        messages.success(request, _("The settings are saved. Appointments that are booked stay as they are."))
        return redirect("appointments:settings")
    return render(request, "appointments/settings.html", {"tab": "settings", "forms": forms})


def _set(forms: list[SlotRuleForm]) -> bool:
    """Save what was changed; whether all of it could be."""
    for form in forms:
        if form.has_changed():
            try:
                services.set_slot_rule(site=form.site, **form.cleaned_data)
            except ValidationError as error:
                form.add_problems(error)
    return not any(form.errors for form in forms)

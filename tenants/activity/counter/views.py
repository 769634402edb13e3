"""Half-days at the desk: how many came, how many had to be turned away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from maillage.design.downloads import asked, download
from maillage.design.two_versions import (
    VERSION,
    ChangedMeanwhile,
    Difference,
    compare,
    is_undecided,
    renewed,
    settled,
)
from tenants.activity.counter.exports import SESSION_NAMES, session_header, session_rows, whole_minutes
from tenants.activity.counter.forms import CounterSessionForm
from tenants.activity.counter.rules import check_may_change_session, may_change_session
from tenants.activity.counter.selectors import (
    counter_sessions,
    sessions_with_waiting,
    summary_of,
    usual_session,
    waited_of,
)
from tenants.activity.counter.services import change_counter_session, delete_counter_session, record_counter_session
from tenants.activity.fields import RowField
from tenants.activity.models import CounterSession
from tenants.activity.selectors import open_sites
from tenants.activity.views import actor_of
from tenants.registry.middleware import SpaceRequest

LINES_A_PAGE = 50


@require_safe
def sessions(request: SpaceRequest) -> HttpResponse | StreamingHttpResponse:
    if kind := asked(request):
        rows = session_rows(sessions_with_waiting())
        return download(
            request, kind, "half-days", names=SESSION_NAMES, header=session_header(), rows=rows, as_of=timezone.now()
        )
    page = Paginator(sessions_with_waiting(), LINES_A_PAGE).get_page(request.GET.get("page"))
    actor = actor_of(request)
    lines = [
        {"session": one, "may_change": may_change_session(one, actor), "waited": whole_minutes(waited_of(one))}
        for one in page.object_list
    ]
    return render(request, "activity/sessions.html", {"page_obj": page, "lines": lines})


def offer_sites(form: CounterSessionForm, session: CounterSession | None) -> int:
    sites = open_sites()
    if session is not None and session.site not in sites:
        sites.append(session.site)
    field = form.fields["site"]
    assert isinstance(field, RowField)
    field.offer(sites)
    return len(sites)


def answered(request: SpaceRequest, session: CounterSession, **options: Any) -> CounterSessionForm:
    """What was sent, with the stored value wherever that one was chosen of two."""
    return CounterSessionForm(settled(request.POST, stored_form(session, **options)), session=session, **options)


def stored_form(session: CounterSession, **options: Any) -> CounterSessionForm:
    form = CounterSessionForm(session=session, **options)
    offer_sites(form, session)
    return form


def both_versions(
    request: SpaceRequest, form: CounterSessionForm, stored: CounterSession, **options: Any
) -> list[Difference]:
    """What is shown to who comes second; the form then answers to the version that stands now."""
    form.data = renewed(request.POST, stored)
    offer_sites(form, stored)
    return compare(form, stored_form(stored, **options))


def _page(
    request: SpaceRequest, form: CounterSessionForm, session: CounterSession | None,
    differences: Sequence[Difference] = (),
) -> HttpResponse:  # fmt: skip
    has_sites = offer_sites(form, session) > 0
    context = {"form": form, "session": session, "has_sites": has_sites, "closing": False, "is_today": False,
               "differences": differences,
               "summary": summary_of(session) if session is not None and session.opened_at else None}  # fmt: skip
    return render(request, "activity/session_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def session_new(request: SpaceRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, CounterSessionForm(initial=usual_session()), None)
    form = CounterSessionForm(request.POST)
    if form.is_valid():
        try:
            record_counter_session(**form.facts())
        except ValidationError as error:
            form.add_problems(error)
        else:
            messages.success(request, _("The half-day is saved."))
            return redirect("activity:sessions")
    return _page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def session_edit(request: SpaceRequest, pk: int) -> HttpResponse:
    """Whoever saves second sees both versions and chooses."""
    session = get_object_or_404(counter_sessions(), pk=pk)
    actor = actor_of(request)
    check_may_change_session(session, actor)
    form = answered(request, session) if request.method == "POST" else CounterSessionForm(session=session)
    differences: list[Difference] = []
    if form.is_bound and form.is_valid():
        try:
            if is_undecided(request.POST):
                raise ChangedMeanwhile(session)
            change_counter_session(session=session, by=actor, seen=form.cleaned_data[VERSION], **form.facts())
        except ValidationError as error:
            form.add_problems(error)
        except ChangedMeanwhile as meanwhile:
            session = meanwhile.stored
            differences = both_versions(request, form, session)
        if not form.errors and not differences:
            messages.success(request, _("The half-day is corrected."))
            return redirect("activity:sessions")
    return _page(request, form, session, differences)


@require_http_methods(["GET", "HEAD", "POST"])
def session_delete(request: SpaceRequest, pk: int) -> HttpResponse:
    """It asks first: unlike a visit, a half-day leaves nothing to bring back."""
    session = get_object_or_404(counter_sessions(), pk=pk)
    actor = actor_of(request)
    check_may_change_session(session, actor)
    if request.method == "POST":
        delete_counter_session(session=session, by=actor)
        messages.success(request, _("The half-day is deleted."))
        return redirect("activity:sessions")
    return render(
        request,
        "components/confirm_page.html",
        {
            "title": _("Delete this half-day?"),
            "text": _("Its people who came and were turned away leave the figures too."),
            "action_label": _("Delete"),
            "cancel_url": reverse("activity:session_edit", args=[pk]),
            "danger": True,
            "form": None,
        },
    )

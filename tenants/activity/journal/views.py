"""The journal: look a visit up, take the visits away as a table."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from maillage.design.downloads import CSV, XLSX, asked, download
from tenants.activity.forms import VisitForm, initial_of, new_key, offer_rows
from tenants.activity.journal.bulk.views import last_correction
from tenants.activity.journal.exports import columns, journal_rows
from tenants.activity.journal.filters import JournalFilter, Names, journal_filter
from tenants.activity.journal.lines import lines_of
from tenants.activity.journal.panel import Panel
from tenants.activity.journal.selectors import page_of, views_above_the_journal
from tenants.activity.selectors import animators, open_sites, today, visits
from tenants.activity.views import actor_of, new, space_id
from tenants.registry.middleware import SpaceRequest

LINES_A_PAGE = 50
MOST_AT_ONCE = 5_000  # lines of a workbook that one waits for; a larger one is made by a job


@require_safe
def journal(request: SpaceRequest) -> HttpResponse:
    names = Names()
    filterset = journal_filter(request.GET, names)
    found, cursor = filterset.found, request.GET.get("before", "")
    page = page_of(found, cursor, LINES_A_PAGE)
    actor = actor_of(request)
    several_sites = len({one.site_id for one in page.lines}) > 1
    return render(
        request,
        "activity/journal.html",
        {
            "filterset": filterset,
            "panel": Panel(filterset, names),
            "totals": page.totals,
            "days": filterset.days,
            "views": views_above_the_journal(actor.person_id),
            "may_import": actor.coordinates,
            "chosen_query": urlencode(filterset.chosen),
            "correction": last_correction(request),
            "lines": lines_of(
                page.lines,
                actor,
                sites=names.sites,
                people=names.people,
                deleted=filterset.of_deleted,
                several_sites=several_sites,
            ),
            "several_sites": several_sites,
            "latest": _address(filterset) if cursor else "",
            "older": _address(filterset, before=page.older) if page.older else "",
        },
    )


def _address(filterset: JournalFilter, **more: str) -> str:
    return f"{reverse('activity:journal')}?{urlencode({**filterset.chosen, **more})}"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def duplicate(request: SpaceRequest, pk: int) -> HttpResponse:
    """A new visit like this one, of today. What is about its person only, a note or an access need, isn't copied."""
    if request.method == "POST":
        return new(request)
    visit = get_object_or_404(visits(), pk=pk)
    sites, people = open_sites(), animators(space_id())
    like = {
        **initial_of(visit), "key": new_key(), "date": today(), "note": "", "accessibility": [], "referral_to": "",
        "version": "",
    }  # fmt: skip
    form = VisitForm(initial=like)
    offer_rows(form, sites, people)
    return render(request, "activity/visit_form.html", {"form": form, "visit": None, "has_sites": bool(sites)})


@require_safe
def export(request: SpaceRequest) -> StreamingHttpResponse | HttpResponse:
    filterset = journal_filter(request.GET)
    if not filterset.form.is_valid():
        return redirect(f"{reverse('activity:journal')}?{request.GET.urlencode()}")
    kind, found = asked(request) or CSV, filterset.found
    if kind == XLSX and found[MOST_AT_ONCE : MOST_AT_ONCE + 1].exists():
        return redirect(f"{reverse('activity:files')}?{urlencode({**filterset.chosen, 'download': XLSX})}")
    wanted = columns()
    return download(
        request,
        kind,
        "visits",
        names=[one.name for one in wanted],
        about=[one.about for one in wanted],
        rows=journal_rows(found, wanted),
        as_of=timezone.now(),
    )


@require_safe
def export_columns(request: HttpRequest) -> HttpResponse:
    found: list[Any] = columns()
    return render(request, "activity/export_columns.html", {"columns": found})

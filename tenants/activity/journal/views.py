"""The journal: look a visit up, take the visits away as a table."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from maillage.design.downloads import CSV, asked, download
from tenants.activity import selectors
from tenants.activity.journal.exports import columns, journal_rows
from tenants.activity.journal.filters import JournalFilter
from tenants.activity.rules import may_change
from tenants.activity.views import actor_of, labels_of
from tenants.registry.middleware import SpaceRequest

LINES_A_PAGE = 50


def _filtered(request: SpaceRequest) -> JournalFilter:
    return JournalFilter(
        request.GET,
        queryset=selectors.journal(),
        sites=selectors.sites_of_the_journal(),
        people=selectors.people_of_the_journal(),
    )


class CountedPaginator(Paginator):  # type: ignore[type-arg]
    """The journal's totals are read anyway: its pages needn't be counted a second time."""

    known = 0

    @cached_property
    def count(self) -> int:
        return self.known


@require_safe
def journal(request: SpaceRequest) -> HttpResponse:
    filterset = _filtered(request)
    found = filterset.found
    totals = selectors.tally(found)
    paginator = CountedPaginator(found, LINES_A_PAGE)
    paginator.known = totals.visits
    page = paginator.get_page(request.GET.get("page"))
    actor = actor_of(request)
    lines = [{"visit": one, "may_change": may_change(one, actor), **labels_of(one)} for one in page.object_list]
    return render(
        request,
        "activity/journal.html",
        {
            "filterset": filterset,
            "totals": totals,
            "page_obj": page,
            "lines": lines,
            "several_sites": len({one.site_id for one in page.object_list}) > 1,
        },
    )


@require_safe
def export(request: SpaceRequest) -> StreamingHttpResponse | HttpResponse:
    filterset = _filtered(request)
    if not filterset.form.is_valid():
        return redirect(f"{reverse('activity:journal')}?{request.GET.urlencode()}")
    wanted = columns()
    names, rows = [one.name for one in wanted], journal_rows(filterset.qs, wanted)
    return download(request, asked(request) or CSV, "visits", names=names, rows=rows, as_of=timezone.now())


@require_safe
def export_columns(request: HttpRequest) -> HttpResponse:
    found: list[Any] = columns()
    return render(request, "activity/export_columns.html", {"columns": found})

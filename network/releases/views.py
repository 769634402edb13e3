"""For the network's coordinator: what would be published, what is withheld and why, and the button that releases it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.downloads import asked, download
from network.figures.selectors import moment_of
from network.releases import tables
from network.releases.enums import ReleaseState
from network.releases.forms import PeriodForm, ReasonForm, TableForm, periods_to_offer
from network.releases.history import may_be_corrected, releases
from network.releases.models import Release
from network.releases.selectors import Chosen, TableIn, choices, draft, rows_of, table_in, tables_in
from network.releases.services import begin_correction, begin_release, discard, fill_draft, publish
from network.releases.tasks import put_in
from network.releases.waiting import waiting_for
from tenants.registry.models import Affiliation, Federation

EPN_AT_ONCE = 80  # a larger network's figures are counted and protected by the worker
ROWS_A_PAGE = 100


@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    today = timezone.localdate()
    found = releases()
    offered = periods_to_offer(moment_of(today).first_month, today, [one.period for one in found])
    posted = request.method == "POST"
    form = PeriodForm(request.POST if posted else None, offered=offered)
    if posted and form.is_valid():
        try:
            made = begin_release(period=form.cleaned_data["period"], minimum_cell=_federation(request).minimum_cell)
            return _filled(request, made)
        except ValidationError as error:
            form.add_error("period", error)
    if not posted and (kind := asked(request)):
        header, rows = tables.header_of_releases(), list(tables.rows_of_releases(found))
        return download(
            request, kind, "releases", names=tables.RELEASES, header=header, rows=rows, as_of=timezone.now()
        )
    replaced = {one.corrects_id: one.number for one in found if one.corrects_id}
    correctable = [one for one in found if may_be_corrected(one, found)]
    waiting = waiting_for(correctable)
    context = {
        "form": form,
        "offered": bool(offered),
        "draft": draft(),
        "rows": [(one, one in correctable, replaced.get(one.pk)) for one in found],
        "waiting": [(one, waiting[one.pk]) for one in correctable if one.pk in waiting],
        "may_write": request.membership.role == "network_coordinator",  # type: ignore[attr-defined]
    }
    return render(request, "releases/home.html", context)


def _federation(request: HttpRequest) -> Federation:
    return Federation.objects.get(pk=request.space.pk)  # type: ignore[attr-defined]


def _filled(request: HttpRequest, made: Release) -> HttpResponse:
    """At once where that is quick, else by the worker: the draft's page shows how far it is."""
    federation_id: int = request.space.pk  # type: ignore[attr-defined]
    if Affiliation.objects.filter(federation=federation_id).count() > EPN_AT_ONCE:
        put_in(made.pk)
    else:
        fill_draft(draft_id=made.pk, federation_id=federation_id)
    return redirect("releases:draft")


@require_safe
@never_cache
def draft_page(request: HttpRequest) -> HttpResponse:
    made = draft()
    if made is None:
        return redirect("releases:home")
    rows = tables_in(made)
    inside = [one for one in rows if one.cells]
    told = {name: sum(getattr(one, name) for one in inside) for name in _COUNTED}
    told["withheld"] = told["primary"] + told["complementary"] + told["earlier"]
    context = {
        "draft": made,
        "working": made.state == ReleaseState.PREPARING,
        "failed": made.state == ReleaseState.FAILED,
        "tables": inside,
        "left_out": [one for one in rows if one.left_out],
        "told": told,
        "waiting": waiting_for([made]).get(made.pk, []),
        "visits": _shown(inside, "visits"),
        "by_epn": _shown(inside, "visits_by_epn"),
    }
    return render(request, "releases/draft.html", context)


_COUNTED = ("cells", "primary", "complementary", "earlier")


def _shown(inside: list[TableIn], name: str) -> TableIn | None:
    return next((one for one in inside if one.table.name == name and one.counted), None)


@require_safe
@never_cache
def draft_table(request: HttpRequest, table: str) -> HttpResponse:
    """A table as it would be, each withheld cell with its reason."""
    made = draft()
    told = table_in(made, table) if made is not None and made.state == ReleaseState.DRAFT else None
    if made is None or told is None:
        raise Http404
    form, chosen = chosen_of(request, made, told)
    rows = rows_of(made, told.table, chosen)
    if request.GET.get("only") == "withheld":
        rows = [row for row in rows if row.withheld]
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "releases/draft_table.html", {"draft": made, "told": told, "filter": form, "page": page})


def chosen_of(request: HttpRequest, release: Release, told: TableIn) -> tuple[TableForm, Chosen]:
    """The filter of a table's page; what it doesn't know is said above it, and everything is shown."""
    form = TableForm(request.GET or None, choices=choices(release, told.table), value_label=str(told.table.value_label))
    asked_for: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    return form, Chosen(**{name: asked_for.get(name) or "" for name in ("period", "place", "value")})


@require_POST
def release(request: HttpRequest) -> HttpResponse:
    try:
        made = publish(draft_id=_posted_id(request), by_id=request.user.pk)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("releases:draft" if draft() else "releases:home")
    messages.success(request, _("Release %(number)s is public now.") % {"number": made.number})
    return redirect("figures:release", number=made.number)


def _posted_id(request: HttpRequest) -> int:
    text = request.POST.get("draft", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


@require_POST
def throw_away(request: HttpRequest) -> HttpResponse:
    discard(draft_id=_posted_id(request))
    messages.success(request, _("The draft is gone. Nothing was released."))
    return redirect("releases:home")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def correct(request: HttpRequest, number: int) -> HttpResponse:
    found = releases()
    one = next((one for one in found if one.number == number), None)
    if one is None:
        raise Http404
    if not may_be_corrected(one, found):
        messages.error(request, _("A later release holds this period: correct that one."))
        return redirect("releases:home")
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return _filled(request, begin_correction(number=number, reason=form.cleaned_data["reason"]))
        except ValidationError as error:
            form.add_error(None, error)
    return render(request, "releases/correct.html", {"form": form, "one": one})

"""Workshops and courses: what is today and what comes, the series, and planning their dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from maillage.accounts.models import Person
from maillage.design.downloads import asked, download, perimeter
from maillage.design.two_versions import ChangedMeanwhile, Difference, compare, is_undecided, renewed, settled
from maillage.reference.selectors import label_of
from tenants.activity.fields import FactsForm
from tenants.activity.forms import new_key
from tenants.activity.selectors import animators, open_sites
from tenants.activity.views import actor_of, space_id
from tenants.premises.models import Site
from tenants.registry.enums import Kind
from tenants.registry.middleware import SpaceRequest
from tenants.registry.roles import allows, who_may
from tenants.workshops import exports, selectors
from tenants.workshops.enums import Spoken
from tenants.workshops.feeds import series_feed
from tenants.workshops.forms import PlanForm, SeriesForm
from tenants.workshops.models import Series
from tenants.workshops.planning import planned
from tenants.workshops.registrations.selectors import registrations_of, waiting_turns
from tenants.workshops.services import add_dates, change_series, create_series, delete_series

LINES_A_PAGE = 20
MOST_COMING = 40


def plans(request: SpaceRequest) -> bool:
    """Whether this person may make and change series: the role table's own answer, for the buttons."""
    return allows(who_may(Kind.EPN, "workshops:series_new", "POST"), signed_in=True, role=actor_of(request).role)


# --- what is today, what comes, what was ------------------------------------------------------------------------


@require_safe
def overview(request: SpaceRequest) -> HttpResponse | StreamingHttpResponse:
    if kind := asked(request):
        return _download(request, kind, request.GET.get("table", "dates"))
    today = timezone.localdate()
    actor = actor_of(request)
    page = Paginator(selectors.past(today), LINES_A_PAGE).get_page(request.GET.get("page"))
    running = list(selectors.running_series())
    places = selectors.places_of(running)
    coming = selectors.coming(today)
    context = {
        "to_note": selectors.lines(selectors.to_note(today)[:MOST_COMING], actor),
        "coming": selectors.lines(coming[:MOST_COMING], actor),
        "more_coming": max(0, coming.count() - MOST_COMING),
        "series": [{"series": one, "places": places[one.pk]} for one in running],
        "page_obj": page,
        "past": selectors.lines(page.object_list, actor),
        "today": today,
        "may_plan": plans(request),
    }
    return render(request, "workshops/overview.html", context)


def _download(request: SpaceRequest, kind: str, table: str) -> StreamingHttpResponse:
    now = timezone.now()
    if table == "series":
        return download(
            request, kind, "workshops", names=exports.SERIES_NAMES, header=exports.series_header(),
            rows=exports.series_rows(selectors.series_with_dates()), as_of=now,
        )  # fmt: skip
    return download(
        request, kind, "workshop-dates", names=exports.date_names(), header=exports.date_header(),
        rows=exports.date_rows(selectors.dates()), as_of=now,
    )  # fmt: skip


# --- one series -------------------------------------------------------------------------------------------------


@require_safe
def series(request: SpaceRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    one = get_object_or_404(selectors.series_with_dates(), pk=pk)
    registered = registrations_of(one)
    if kind := asked(request):
        return _download_of(request, kind, request.GET.get("table", "dates"), one)
    found = list(registered)
    context = {
        "series": one,
        "themes": [label_of("theme", code) for code in one.themes],
        "audience": [label_of("audience", code) for code in one.audience],
        "goals": [line.strip() for line in one.goals.splitlines() if line.strip()],
        "animators": selectors.names_of(one.animators),
        "language": Spoken(one.language).label,
        "lines": selectors.lines(selectors.dates_of(one), actor_of(request)),
        "places": selectors.places_of([one])[one.pk],
        "registrations": [{"registration": each, "turn": turn} for each, turn in _with_turns(found)],
        "may_plan": plans(request),
    }
    return render(request, "workshops/series.html", context)


def _with_turns(found: Sequence[Any]) -> Iterable[tuple[Any, int | None]]:
    turns = waiting_turns(found)
    return [(one, turns.get(one.pk)) for one in found]


def _download_of(request: SpaceRequest, kind: str, table: str, one: Series) -> StreamingHttpResponse:
    now = timezone.now()
    if table == "registrations":
        return download(
            request, kind, f"workshop-{one.pk}-registrations", names=exports.REGISTRATION_NAMES,
            header=exports.registration_header(), rows=exports.registration_rows(registrations_of(one)), as_of=now,
        )  # fmt: skip
    return download(
        request, kind, f"workshop-{one.pk}-dates", names=exports.date_names(), header=exports.date_header(),
        rows=exports.date_rows(selectors.dates_of(one)), as_of=now,
    )  # fmt: skip


@require_safe
def calendar(request: SpaceRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Series.objects.select_related("site"), pk=pk)
    response = HttpResponse(
        series_feed(one, selectors.dates_of(one), epn=perimeter()), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="workshop-{one.pk}.ics"'
    return response


def offered(sites: Iterable[Site] = (), people_ids: Iterable[int] = ()) -> tuple[list[Site], list[Person]]:
    """Open sites and those who work here now, and with them those that a row has already."""
    every_site, everybody = open_sites(), animators(space_id())
    every_site += [one for one in sites if one not in every_site]
    here = {one.pk for one in everybody}
    gone = selectors.people_by_id(pk for pk in people_ids if pk not in here)
    return every_site, [*everybody, *gone.values()]


@require_http_methods(["GET", "HEAD", "POST"])
def series_new(request: SpaceRequest) -> HttpResponse:
    sites, people = offered()
    if request.method != "POST":
        usual = selectors.usual_site_id()
        here = [one.pk for one in sites]
        site = usual if usual in here else next(iter(here), None)
        said = {"key": new_key(), "site": site, "animators": [request.user.pk]}
        form = SeriesForm(initial=said, sites=sites, people=people)
        return _new_page(request, form, PlanForm(initial={"date": timezone.localdate()}), bool(sites))
    form, plan = SeriesForm(request.POST, sites=sites, people=people), PlanForm(request.POST)
    if form.is_valid() & plan.is_valid():
        where = next((one for one in sites if one.pk == form.cleaned_data["site"]), None)
        try:
            made = create_series(
                key=form.cleaned_data["key"], dates=planned(plan.cleaned_data, site=where), **form.facts()
            )
        except ValidationError as error:
            _share_problems(error, form, plan)
        else:
            messages.success(request, _("The series is saved."))
            return redirect("workshops:series", made.pk)
    return _new_page(request, form, plan, bool(sites))


def _share_problems(error: ValidationError, form: FactsForm, plan: FactsForm) -> None:
    """Each problem to the form that asked: those of dates to the plan."""
    if not hasattr(error, "error_dict"):
        form.add_problems(error)
        return
    for name, problems in error.error_dict.items():
        target = plan if name in plan.fields and name not in form.fields else form
        target.add_problems(ValidationError({name: problems}))


def _new_page(request: SpaceRequest, form: SeriesForm, plan: PlanForm, has_sites: bool) -> HttpResponse:
    context = {"form": form, "plan": plan, "series": None, "has_sites": has_sites}
    return render(request, "workshops/series_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def series_edit(request: SpaceRequest, pk: int) -> HttpResponse:
    """Whoever saves second sees both versions and chooses."""
    one = get_object_or_404(Series.objects.select_related("site"), pk=pk)

    def filled(row: Series, data: QueryDict | None = None) -> SeriesForm:
        sites, people = offered([one.site, row.site], [*one.animators, *row.animators])
        return SeriesForm(data, series=row, sites=sites, people=people)

    form = filled(one, settled(request.POST, filled(one)) if request.method == "POST" else None)
    differences: list[Difference] = []
    if form.is_bound and form.is_valid():
        try:
            if is_undecided(request.POST):
                raise ChangedMeanwhile(one)
            change_series(series=one, seen=form.cleaned_data["version"], **form.facts())
        except ValidationError as error:
            form.add_problems(error)
        except ChangedMeanwhile as meanwhile:
            form.data = renewed(cast(QueryDict, form.data), meanwhile.stored)
            differences = compare(form, filled(meanwhile.stored))
        if not form.errors and not differences:
            messages.success(request, _("The series is changed."))
            return redirect("workshops:series", pk)
    context = {"form": form, "plan": None, "series": one, "has_sites": True, "differences": differences}
    return render(request, "workshops/series_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def series_delete(request: SpaceRequest, pk: int) -> HttpResponse | HttpResponseRedirect:
    one = get_object_or_404(Series, pk=pk)
    if request.method == "POST":
        try:
            delete_series(series=one)
        except ValidationError as error:
            for text in error.messages:
                messages.error(request, text)
            return redirect("workshops:series", pk)
        messages.success(request, _("The series is deleted."))
        return redirect("workshops:overview")
    return confirm(
        request,
        title=_("Delete this series?"),
        text=_("Its dates and registrations are deleted too. This can't be undone."),
        action=_("Delete"),
        back=reverse("workshops:series", args=[pk]),
        danger=True,
    )


def confirm(
    request: SpaceRequest, *, title: str, text: str, action: str, back: str, danger: bool, form: Any = None
) -> HttpResponse:
    context = {
        "title": title, "text": text, "action_label": action, "cancel_url": back, "danger": danger, "form": form,
    }  # fmt: skip
    return render(request, "components/confirm_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def dates_add(request: SpaceRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Series.objects.select_related("site"), pk=pk)
    if request.method != "POST":
        last = selectors.dates_of(one).last()
        usual = {"starts_at": last.starts_at, "ends_at": last.ends_at, "place": last.place} if last else {}
        form = PlanForm(initial={**usual, "key": new_key(), "date": timezone.localdate()})
    else:
        form = PlanForm(request.POST)
        if form.is_valid():
            try:
                dates = planned(form.cleaned_data, site=one.site)
                made = add_dates(series=one, dates=dates, key=form.cleaned_data["key"])
            except ValidationError as error:
                form.add_problems(error)
            else:
                count = len(made)
                messages.success(request, ngettext("One date is planned.", "%(n)s dates are planned.", count)
                                 % {"n": count})  # fmt: skip
                return redirect("workshops:series", pk)
    return render(request, "workshops/dates_form.html", {"form": form, "series": one})

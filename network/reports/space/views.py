"""The pages of a funder's reviewer: what waits, the grants, the year, the EPN side by side. All of it is read only."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maillage.design.downloads import asked, download
from network.funding.ledger.selectors import Account, accounts, epn_names, grants
from network.funding.ledger.tables import Table
from network.releases.selectors import released
from network.reports.space import tables
from network.reports.space.comparing import COLUMNS, comparison
from network.reports.space.dashboard import BY_CODE, MEASURES, Dashboard, Measure, dashboard
from network.reports.space.drawings import drawn, note
from network.reports.space.forms import ChoiceOfFunder, DashboardForm, YearForm
from network.reports.space.reports import by_year, reports_about, reports_of
from network.reports.space.selectors import accounts_of, grant_of, purposes, spent_by_category
from network.reports.space.whose import Whose, whose
from network.reports.space.words import perimeter_words, state_kind, state_words
from tenants.registry.middleware import SpaceRequest

Page = HttpResponse | StreamingHttpResponse
YEARS_OFFERED = 8


def asked_whose(request: SpaceRequest) -> Whose:
    assert request.membership is not None
    return whose(request.membership, request.GET.get("funder", ""))


def as_file(request: SpaceRequest, kind: str, table: Table) -> StreamingHttpResponse:
    return download(
        request, kind, table.stem, names=table.names, header=table.header, rows=table.rows, as_of=timezone.now()
    )


def about(who: Whose, **more: Any) -> dict[str, Any]:
    """What each page of the space says of itself."""
    return {"who": who, "funder": who.funder, "query": who.query, "looks_on": not who.may_decide, **more}


def nothing_yet(request: SpaceRequest, who: Whose) -> HttpResponse:
    return render(request, "reports/space/nothing.html", about(who))


def _years(today: dt.date) -> list[int]:
    return list(range(today.year, today.year - YEARS_OFFERED, -1))


def _latest_year(today: dt.date) -> int:
    """The year of the latest month that is released; one statement."""
    ends = [one.period.last for one in released()]
    return max(ends).year if ends else today.year


def _data(request: SpaceRequest, who: Whose, **usual: str) -> dict[str, str]:
    """What the address doesn't say is shown as it is taken."""
    said = {name: str(value) for name, value in request.GET.items() if value}
    return {**usual, **({"funder": who.funder.code} if who.funder else {}), **said}


def _year_of(form: Any, usual: int) -> int:
    said = form.cleaned_data.get("year") if form.is_valid() else ""
    return int(said) if said else usual


@require_safe
def home(request: SpaceRequest) -> Page:
    """What waits for the reader, the grants, the reports by year, and the year in a few numbers."""
    who, today = asked_whose(request), timezone.localdate()
    if who.funder is None:
        return nothing_yet(request, who)
    own, reports = accounts_of(who, today), reports_of(who)
    if kind := asked(request):
        table = tables.of_reports(reports) if request.GET.get("table") == "reports" else tables.of_grants(own)
        return as_file(request, kind, table)
    year = _latest_year(today)
    found = dashboard(who, year=year, measure=MEASURES[0], language=get_language() or "fr") if own else None
    context = about(
        who,
        filter=ChoiceOfFunder(_data(request, who), funders=who.funders) if len(who.funders) > 1 else None,
        accounts=own,
        next_dates=_next_dates(own, today),
        waiting=[one for one in reports if one.waits],
        reports=[(one, state_words(one.state), state_kind(one.state)) for one in reports],
        years=by_year(reports),
        year=str(year),
        found=found,
        head=_head(found),
        note="" if found is None else note(found, found.months),
    )
    return render(request, "reports/space/home.html", context)


def _head(found: Dashboard | None) -> list[tuple[Measure, str]]:
    if found is None or not found.perimeter.places:
        return []
    return [(measure, told.text(measure.show)) for measure, told in found.head]


def _next_dates(own: list[Account], today: dt.date) -> list[tuple[dt.date, Account, str]]:
    """What comes of the funder's own grants: reports, instalments, ends; late ones stay until they are done."""
    dates = [(one.due_on, account, "report") for account in own for one in account.report_dates if not one.done_on]
    dates += [
        (one.due_on, account, "instalment") for account in own for one in account.instalments if not one.received_on
    ]
    dates += [(account.grant.ends_on, account, "end") for account in own if account.grant.ends_on >= today]
    return sorted(dates, key=lambda one: (one[0], one[2], one[1].grant.pk))


@require_safe
def grant(request: SpaceRequest, pk: int) -> Page:
    who, today = asked_whose(request), timezone.localdate()
    one = grant_of(who, pk)
    if one is None:
        raise Http404
    who = replace(who, funder=one.funder)
    account = accounts(grants().filter(pk=pk), today)[0]
    shares = purposes(account, epn_names(request.space.pk))  # type: ignore[union-attr]
    categories = spent_by_category(one)
    if kind := asked(request):
        files = {
            "allocations": tables.of_purposes(shares),
            "instalments": tables.of_instalments(account),
            "dates": tables.of_report_dates(account),
        }
        return as_file(request, kind, files.get(request.GET.get("table", ""), tables.of_categories(categories)))
    context = about(
        who,
        account=account,
        grant=one,
        balance=account.balance,
        shares=shares,
        categories=categories,
        reports=[(each, state_words(each.state), state_kind(each.state)) for each in reports_about(one, who)],
    )
    return render(request, "reports/space/grant.html", context)


@require_safe
def year(request: SpaceRequest) -> Page:
    """The dashboard of a year."""
    who, today = asked_whose(request), timezone.localdate()
    if who.funder is None:
        return nothing_yet(request, who)
    usual = _latest_year(today) if "year" not in request.GET else today.year
    data = _data(request, who, year=str(usual), measure=MEASURES[0].code)
    form = DashboardForm(data, years=_years(today), funders=who.funders)
    chosen = _year_of(form, usual)
    measure = BY_CODE[(form.cleaned_data.get("measure") if form.is_valid() else "") or MEASURES[0].code]
    found = dashboard(who, year=chosen, measure=measure, language=get_language() or "fr")
    if kind := asked(request):
        return as_file(request, kind, _table(found, request.GET.get("table", "")))
    context = about(
        who,
        filter=form,
        found=found,
        year=str(chosen),
        perimeter=perimeter_words(found.perimeter),
        head=_head(found),
        charts=drawn(found) if found.perimeter.places else {},
        themes_of_network=found.themes.whole_network and not found.perimeter.whole,
        targets=[(one, one.told.text(one.measure.show), one.measure.show(one.target)) for one in found.targets],
        note=note(found, found.months),
    )
    return render(request, "reports/space/year.html", context)


def _table(found: Dashboard, name: str) -> Table:
    if name in (heads := {"months": _("Month"), "years": _("Year"), "communes": _("Commune"), "themes": _("Theme")}):
        return tables.of_block(found, getattr(found, name), name, heads[name])
    return tables.of_targets(found) if name == "targets" else tables.of_head(found)


@require_safe
def epn(request: SpaceRequest) -> Page:
    """The EPN that the grants name, side by side."""
    who, today = asked_whose(request), timezone.localdate()
    if who.funder is None:
        return nothing_yet(request, who)
    usual = _latest_year(today) if "year" not in request.GET else today.year
    form = YearForm(_data(request, who, year=str(usual)), years=_years(today), funders=who.funders)
    found = comparison(who, year=_year_of(form, usual), order=request.GET.get("order", ""))
    if kind := asked(request):
        return as_file(request, kind, tables.of_comparison(found))
    context = about(
        who,
        filter=form,
        found=found,
        year=str(found.year),
        perimeter=perimeter_words(found.perimeter),
        columns=COLUMNS,
        rows=[
            (row, [told.text(one.show) for one, told in zip(COLUMNS, row.told, strict=True)], row.before.text())
            for row in found.rows
        ],
    )
    return render(request, "reports/space/epn.html", context)

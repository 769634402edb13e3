"""Who holds the counter in the next 12 months: the coordinator's alone.

In a team of two, a week that rests on one person says when the other one's contract ends.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maillage.design.downloads import asked, download
from maillage.design.numbers import day_label, percent
from tenants.cover import drawings, exports, words
from tenants.cover.ends import WITHIN
from tenants.cover.enums import Holding, WeekState
from tenants.cover.forms import WhatIfForm, WhoForm
from tenants.cover.lines import EndLine, end_lines
from tenants.cover.scenario import imagine
from tenants.cover.selectors import Outlook, outlook_of, read
from tenants.cover.weeks import Week


@require_safe
def home(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    form = WhoForm(request.GET)
    known = read(timezone.localdate(), form.roles())
    found = outlook_of(known)
    lines = end_lines(known, found)
    if kind := asked(request):
        return _file(request, kind, found, lines)
    return render(
        request,
        "cover/home.html",
        {
            "filter": form,
            "found": found,
            "months": _months(found.weeks),
            "legend": _legend(found.weeks),
            "first_empty": next(iter(found.nobody), None),
            "short": found.weeks_in(WeekState.SHORT),
            "curve": drawings.curve(found.weeks) if found.times.known else "",
            "lines": lines,
            "ending": [(months, sum(end.hours for end in found.ending(months))) for months in WITHIN],
            "temporary": found.share_of(Holding.ENDING),
            "article60": found.share_of(Holding.ARTICLE_60),
        },
    )


def _file(request: HttpRequest, kind: str, found: Outlook, lines: list[EndLine]) -> StreamingHttpResponse:
    if request.GET.get("table") == "ends":
        names: tuple[str, ...] = exports.ENDS
        stem, header, rows = "cover-ends", exports.header_of_ends(), exports.rows_of_ends(lines)
    else:
        names = exports.WEEKS
        stem, header, rows = "cover-weeks", exports.header_of_weeks(), exports.rows_of_weeks(found.weeks)
    # Made here, in the reader's language, before the body is sent.
    return download(request, kind, stem, names=names, header=header, rows=list(rows), as_of=timezone.now())


def _months(weeks: list[Week], before: list[Week] | None = None) -> list[tuple[Any, list[dict[str, Any]]]]:
    """The calendar: weeks by month, each in words. `before` are the same weeks as they are without a scenario."""
    cells: list[dict[str, Any]] = [
        {
            "week": week,
            "span": words.span(week.monday),
            "icon": words.ICONS[week.state],
            "hours": words.of_week(week) if week.needed else "",
            "changed": before is not None and before[at].state != week.state,
            "was": before[at].state.label if before is not None else "",
        }
        for at, week in enumerate(weeks)
    ]
    return [(month, list(some)) for month, some in groupby(cells, key=lambda cell: cell["week"].month)]


def _legend(weeks: list[Week]) -> list[dict[str, Any]]:
    present = {one.state for one in weeks}
    return [{"state": state, "icon": words.ICONS[state]} for state in WeekState if state in present]


@require_safe
def what_if(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    who = WhoForm(request.GET)
    known = read(timezone.localdate(), who.roles())
    as_is = outlook_of(known)
    lines = end_lines(known, as_is)
    ending = [(one.end.contract_id, f"{one.name}, {one.type_label}, {day_label(one.end.last_day)}") for one in lines]
    form = WhatIfForm(
        request.GET or None, ending=ending, last=as_is.weeks[-1].sunday, initial={"months": 12 if ending else None}
    )
    scenario = form.scenario()
    changed = imagine(known, scenario) if scenario else None
    if changed and (kind := asked(request)):
        names, header = exports.COMPARED, exports.header_of_compared()
        rows = list(exports.rows_of_compared(as_is.weeks, changed.weeks))
        return download(request, kind, "cover-what-if", names=names, header=header, rows=rows, as_of=timezone.now())
    return render(
        request,
        "cover/what_if.html",
        {
            "form": form,
            "as_is": as_is,
            "changed": changed,
            "rows": _compared(as_is, changed) if changed else [],
            "months": _months(changed.weeks, as_is.weeks) if changed else [],
            "legend": _legend(changed.weeks) if changed else [],
            "curve": drawings.curve(changed.weeks, as_is.weeks) if changed and as_is.times.known else "",
        },
    )


def _compared(as_is: Outlook, changed: Outlook) -> list[tuple[str, str, str]]:
    return [
        (_("Opening hours that are covered"), percent(as_is.share), percent(changed.share)),
        (_("Half-days that nobody covers"), words.plain(as_is.uncovered), words.plain(changed.uncovered)),
        (_("Weeks with nobody"), str(len(as_is.nobody)), str(len(changed.nobody))),
        (_("Weeks that rest on one person"), str(len(as_is.one_person)), str(len(changed.one_person))),
    ]

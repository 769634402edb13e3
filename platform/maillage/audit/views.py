"""The history of a space, for its coordinators: who did what and when, never what was written."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maillage.audit import selectors
from maillage.audit.forms import HistoryForm
from maillage.design.csv_export import ROWS_A_CHUNK, Cell
from maillage.design.downloads import asked, download, filters_of

LINES_A_PAGE = 50
NAMES = ("at", "person", "person_id", "verb", "what", "target", "door")


@require_safe
def history(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    space = request.space  # type: ignore[attr-defined]
    people = selectors.names()
    chosen = filters_of(request)
    form = HistoryForm(request.GET if chosen else None, people=people, of_an_epn=space.kind == "epn")
    filters = form.filters()
    found = selectors.entries(space.pk, filters or selectors.Filters())
    if filters is None:
        found = found.none()
    kind = asked(request)
    if kind and filters is not None:
        header = [_("When"), _("Who"), _("Who: number"), _("Verb"), _("What"), _("On what"), _("By which way")]

        def rows() -> Iterator[list[Cell]]:
            for line in selectors.lines(found.iterator(chunk_size=ROWS_A_CHUNK), people):
                one = line.entry
                yield [one.at, line.who, one.actor_id, one.verb, line.what, one.target, line.door]

        return download(request, kind, "history", names=NAMES, header=header, rows=rows(), as_of=timezone.now())
    page, following = selectors.page_of(found, request.GET.get("before", ""), LINES_A_PAGE)
    query = request.GET.copy()
    query["before"] = following
    context = {
        "filter": form,
        "filtered": bool(chosen),
        "lines": list(selectors.lines(page, people)),
        "older": f"?{query.urlencode()}" if following else "",
        "further": bool(request.GET.get("before")),
    }
    return render(request, "audit/history.html", context)

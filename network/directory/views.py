"""The public page of a federation: its EPN, and the figures that are released."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maillage.design.charts import months
from maillage.design.downloads import asked, download
from maillage.design.numbers import number
from network.directory import exports
from network.directory.addressing import alternates, in_asked_language
from network.directory.hours import named_day
from network.directory.place_views import MOST_ON_A_LIST
from network.directory.public_forms import SearchForm
from network.directory.released import PublicYear, public_years
from network.directory.search import NOW, Asked, found_cards, half_day_asked, offer
from network.directory.showing import card_shown

CARDS_A_PAGE = 24


@require_safe
@in_asked_language
def home(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    if kind := asked(request):
        header, rows = exports.header_of_months(), list(exports.rows_of_months(public_years()))
        return download(request, kind, "visits", names=exports.MONTHS, header=header, rows=rows, as_of=timezone.now())
    now = timezone.now()
    here = offer()
    form = SearchForm(request.GET or None, offer=here)
    asked_for = form.asked()
    page = Paginator(found_cards(asked_for, now), CARDS_A_PAGE).get_page(request.GET.get("page"))
    numbered = {"page": str(page.number)} if page.number > 1 else {}
    return render(
        request,
        "directory/home.html",
        {
            **alternates(request, reverse("home"), **({} if asked_for else numbered)),
            "offer": here,
            "filter": form,
            "filtered": bool(asked_for) or bool(form.errors),
            "day_asked": _day_asked(asked_for, now),
            "cards": [card_shown(card, now) for card in page] if not form.errors else [],
            "found": page.paginator.count,
            "page": page,
            "list_url": _list_url(asked_for) if asked_for.commune or here.epn <= MOST_ON_A_LIST else "",
            "years": [
                {"of": year, "name": str(year.year), "shown": number(year.visits), "chart": _chart(year)}
                for year in public_years()
            ],
        },
    )


def _day_asked(asked_for: Asked, now: dt.datetime) -> str:
    """The day that "Saturday morning" is about, in words; empty when none was asked for."""
    if not asked_for.open or asked_for.open == NOW:
        return ""
    return named_day(half_day_asked(asked_for.open, timezone.localdate(now))[0])


def _list_url(asked_for: Asked) -> str:
    """The printable list of the commune that was chosen, or of all of them."""
    query = {"lang": get_language() or "fr", **({"commune": asked_for.commune} if asked_for.commune else {})}
    return f"{reverse('epn:paper_list')}?{urlencode(query)}"


def _chart(year: PublicYear) -> str:
    return months(
        _("Visits by month in %(year)s") % {"year": str(year.year)},
        [(f"{one.month:%Y-%m}", one.visits) for one in year.months],
        unit=_("visits"),
        note=_("the whole network, released months only"),
        figure_id=f"visits-{year.year}",
    )

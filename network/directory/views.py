"""The public page of a federation: its EPN, and the little that leaves the network before releases exist."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maillage.design.charts import months
from maillage.design.downloads import asked, download
from maillage.design.numbers import number
from maillage.reference.selectors import commune_label
from network.directory import exports
from network.directory.feeds import has_hours
from network.directory.forms import CommuneForm
from network.directory.models import Card
from network.directory.selectors import PublicYear, open_cards, overview, phone_address, public_figures, web_address
from network.directory.sites import CardSite, closings_of, sites_of
from tenants.premises.closings.words import closing_in_words
from tenants.premises.opening_hours import OpeningHoursError, parse, short_lines
from tenants.registry.models import Federation

CARDS_A_PAGE = 24
TOLD_BEFORE = dt.timedelta(days=60)  # how long ahead a closing is told on the page; programs get all of them


@require_safe
def home(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    federation = Federation.objects.get(pk=request.space.pk)  # type: ignore[attr-defined]
    if kind := asked(request):
        told = public_figures(federation.minimum_cell)
        header, rows = exports.header_of_months(), list(exports.rows_of_months(told.years))
        return download(request, kind, "visits", names=exports.MONTHS, header=header, rows=rows, as_of=told.as_of)
    seen = overview()
    form = CommuneForm(request.GET or None, territories=seen.territories)
    wanted = form.cleaned_data["commune"] if form.is_valid() else ""
    page = Paginator(open_cards(wanted), CARDS_A_PAGE).get_page(request.GET.get("page"))
    figures = public_figures(federation.minimum_cell)
    return render(
        request,
        "directory/home.html",
        {
            "overview": seen,
            "filter": form,
            "filtered": bool(wanted) or bool(form.errors),
            "cards": [_shown(card) for card in page] if not form.errors else [],
            "page": page,
            "figures": figures,
            "years": [
                {"of": year, "name": str(year.year), "shown": number(year.visits), "chart": _chart(year)}
                for year in figures.years
            ],
            "minimum_cell": federation.minimum_cell,
        },
    )


def _shown(card: Card) -> dict[str, object]:
    return {
        "card": card,
        "place": commune_label(card.key) if card.commune else "",  # type: ignore[attr-defined]
        "labelled": card.labelled,  # type: ignore[attr-defined]
        "sites": [_site(one) for one in _once(sites_of(card))],
    }


def _once(sites: list[CardSite]) -> list[CardSite]:
    """A telephone or a website that all sites share is read once, at the first."""
    return sites[:1] + [
        replace(
            one,
            phone="" if one.phone == sites[0].phone else one.phone,
            website="" if one.website == sites[0].website else one.website,
        )
        for one in sites[1:]
    ]


def _site(site: CardSite) -> dict[str, object]:
    return {
        "site": site,
        "hours": _hours(site.opening_hours),
        "closings": _closings(site),
        "calendar": has_hours(site),
        "phone_url": phone_address(site.phone),
        "website_url": web_address(site.website),
        "website_name": re.sub(r"^https?://(www\.)?|/$", "", site.website),
    }


def _closings(site: CardSite) -> list[dict[str, object]]:
    """What closes now or soon, in words."""
    today = timezone.localdate()
    return [
        {"text": capfirst(closing_in_words(first, last, reason)), "now": first <= today}
        for first, last, reason in closings_of(site)
        if last >= today and first <= today + TOLD_BEFORE
    ]


def _hours(text: str) -> list[str]:
    """Opening hours in words, a line a day or run of days; what we can't read is shown as it was written."""
    if not text.strip():
        return []
    try:
        return [str(line) for line in short_lines(parse(text))]
    except OpeningHoursError:
        return [text]


def _chart(year: PublicYear) -> str:
    return months(
        _("Visits by month in %(year)s") % {"year": str(year.year)},
        [(f"{one.month:%Y-%m}", one.visits) for one in year.months],
        unit=_("visits"),
        note=_("the whole network, closed months only"),
        figure_id=f"visits-{year.year}",
    )

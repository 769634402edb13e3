"""Editions side by side, for the members of the network."""

from __future__ import annotations

from decimal import Decimal

from django.http import QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maillage.design.charts import Bar, columns
from maillage.design.downloads import asked
from network.cadastre.editions import exports
from network.cadastre.editions.comparing import Series, by_epn, difference, over_the_years
from network.cadastre.editions.edition_forms import DifferenceForm, PerimeterForm
from network.cadastre.editions.models import Edition
from network.cadastre.editions.totals import Who
from network.cadastre.editions.views import Page, as_file
from network.cadastre.editions.words import unit_of
from network.cadastre.enums import Perimeter
from tenants.registry.middleware import SpaceRequest

DRAWN = ("visits", "animation_contracts")


@require_safe
def years(request: SpaceRequest) -> Page:
    """Every number of every edition; each total with how many EPN it is of."""
    form = PerimeterForm(_with_defaults(request.GET, perimeter=Perimeter.LABELLED))
    chosen = (form.cleaned_data["perimeter"] if form.is_valid() else "") or Perimeter.LABELLED
    found = over_the_years(chosen)
    if kind := asked(request):
        return as_file(request, kind, exports.of_years(found))
    context = {
        "filter": form,
        "years": found,
        "perimeter": Perimeter(chosen).label,
        "charts": [
            _drawn(one, found.whose, str(Perimeter(chosen).label))
            for one in found.series
            if one.indicator.code in DRAWN
        ]
        if len(found.whose) > 1
        else [],
    }
    return render(request, "editions/years.html", context)


def _drawn(one: Series, whose: list[Who], perimeter: str) -> str:
    """Each column says of how many EPN it is: an open edition has few yet."""
    bars = [
        Bar(f"{each.edition.year} ({point.answered}/{point.asked})", None if point.sum is None else _number(point.sum))
        for each, point in zip(whose, one.points, strict=True)
    ]
    note = _("%(perimeter)s; in brackets: EPN that answered, of how many") % {"perimeter": perimeter}
    return columns(
        one.indicator.label, bars, unit=unit_of(one.indicator), note=note, figure_id=f"of-{one.indicator.code}"
    )


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _with_defaults(sent: QueryDict, **defaults: str) -> dict[str, str]:
    """What the address doesn't say is shown as it is taken."""
    return defaults | {name: str(value) for name, value in sent.items() if value}


def _two_years(editions: list[Edition], asked_for: str) -> dict[str, str]:
    """The edition that was asked for, else the latest, and the one before it; of the first one, the one after it."""
    years = [str(one.year) for one in editions]
    at = years.index(asked_for) if asked_for in years else 0
    return {"before": years[at + 1 if at + 1 < len(years) else at - 1], "after": years[at]}


@require_safe
def two(request: SpaceRequest) -> Page:
    """What changed between two editions: by indicator, and of one indicator by EPN."""
    editions = list(Edition.objects.select_related("questionnaire").order_by("-year"))
    if len(editions) < 2:
        return render(request, "editions/difference.html", {"editions": editions})
    defaults = {**_two_years(editions, request.GET.get("after", "")), "perimeter": Perimeter.LABELLED.value}
    form = DifferenceForm(_with_defaults(request.GET, **defaults), editions=editions)
    said = form.cleaned_data if form.is_valid() else {}
    by_year = {str(one.year): one for one in editions}
    before, after = (by_year[said.get(name) or defaults[name]] for name in ("before", "after"))
    chosen = said.get("perimeter") or Perimeter.LABELLED
    found = difference(before, after, chosen)
    indicator = next((one.indicator for one in found.changes if one.indicator.code == said.get("code")), None)
    pairs = by_epn(before, after, chosen, indicator.code) if indicator is not None else []
    if kind := asked(request):
        if request.GET.get("table") == "epn" and indicator is not None:
            return as_file(request, kind, exports.of_pairs(pairs, indicator.code, before, after))
        return as_file(request, kind, exports.of_difference(found))
    context = {
        "editions": editions,
        "filter": form,
        "found": found,
        "before": str(before.year),
        "after": str(after.year),
        "perimeter": Perimeter(chosen).label,
        "indicator": indicator,
        "unit": unit_of(indicator) if indicator is not None else "",
        "pairs": pairs,
        "unknown": [str(one.edition.year) for one in (found.before, found.after) if not one.is_known],
        "provisional": [str(one.edition.year) for one in (found.before, found.after) if one.is_provisional],
    }
    return render(request, "editions/difference.html", context)

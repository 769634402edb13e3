"""What became of the people whose article 60 contract ended here."""

from __future__ import annotations

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from maillage.design.downloads import asked, download
from tenants.article60 import exports, selectors
from tenants.article60.enums import OUTCOMES
from tenants.registry.middleware import SpaceRequest


@require_safe
@never_cache
def outcomes(request: SpaceRequest) -> HttpResponse | StreamingHttpResponse:
    ended = selectors.ended_article60(timezone.localdate())
    years = selectors.years_of_ends(ended)
    if kind := asked(request):
        return download(
            request, kind, "article-60-outcomes", names=exports.OUTCOME_NAMES, header=exports.outcome_header(),
            rows=exports.outcome_rows(years), as_of=timezone.now(),
        )  # fmt: skip
    context = {
        "years": years,
        "rows": [
            *((one.label, [year.by_outcome[at] for year in years]) for at, one in enumerate(OUTCOMES)),
            (_("Not written yet"), [year.unwritten for year in years]),
        ],
        "unwritten": [(one, selectors.known_end(one)) for one in ended if not one.after_end],
    }
    return render(request, "article60/outcomes.html", context)

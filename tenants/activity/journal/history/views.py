"""What was done to one visit, a deleted one too."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from tenants.activity.journal.history.words import deeds_of
from tenants.activity.rules import may_change
from tenants.activity.selectors import visits_with_deleted
from tenants.activity.views import actor_of, labels_of
from tenants.registry.middleware import SpaceRequest


@require_safe
def history(request: SpaceRequest, pk: int) -> HttpResponse:
    visit = get_object_or_404(visits_with_deleted().select_related("recorded_by", "animator", "site"), pk=pk)
    context = {
        "visit": visit,
        "deeds": deeds_of(visit),
        "may_change": may_change(visit, actor_of(request)),
        **labels_of(visit),
    }
    return render(request, "activity/visit_history.html", context)

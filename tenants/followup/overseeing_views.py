"""For the coordinator: follow-ups of somebody who leaves, and how many were erased when their time was over."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from maillage.design.downloads import asked, download
from tenants.activity.selectors import people_of_the_journal
from tenants.activity.views import actor_of, space_id
from tenants.followup import selectors
from tenants.followup.exports import ERASURE_NAMES, erasure_header, erasure_rows
from tenants.followup.forms import HandOverForm
from tenants.followup.services import hand_over
from tenants.followup.views import LINES_A_PAGE, team
from tenants.registry.middleware import SpaceRequest
from tenants.registry.selectors import followup_months


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over_page(request: SpaceRequest) -> HttpResponse:
    counts = selectors.followed_by()
    form = HandOverForm(
        request.POST if request.method == "POST" else None,
        holders=[(pk, f"{name} ({counts[pk]})") for pk, name in people_of_the_journal() if pk in counts],
        people=team(),
    )
    if form.is_bound and form.is_valid():
        try:
            count = hand_over(
                by=actor_of(request), from_id=form.cleaned_data["from_whom"], to_id=form.cleaned_data["to"]
            )
        except ValidationError as error:
            form.add_problems(error)
        else:
            text = ngettext("%(count)s follow-up is handed over.", "%(count)s follow-ups are handed over.", count)
            messages.success(request, text % {"count": count})
            return redirect("followup:threads")
    return render(request, "followup/hand_over.html", {"form": form, "is_anything": bool(counts)})


@require_safe
def erasures(request: SpaceRequest) -> HttpResponse | StreamingHttpResponse:
    found = selectors.erasures()
    if kind := asked(request):
        return download(
            request, kind, "erasures", names=ERASURE_NAMES, header=erasure_header(), rows=erasure_rows(found),
            as_of=timezone.now(),
        )  # fmt: skip
    page = Paginator(found, LINES_A_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "months": followup_months(space_id())}
    return render(request, "followup/erasures.html", context)

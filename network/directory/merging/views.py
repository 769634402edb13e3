"""EPN that look like one place: proposed, compared, merged, told apart; and back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.downloads import asked, download
from network.cadastre.recognition.handing_over import Plan
from network.directory.hours import lines_of
from network.directory.merging import exports, selectors, services
from network.directory.merging.forms import MergeForm, PairForm
from network.directory.merging.letters import tell
from network.directory.models import Card
from tenants.registry.team.views import take_errors

ROWS_A_PAGE = 50


def _federation_id(request: HttpRequest) -> int:
    return int(request.space.pk)  # type: ignore[attr-defined]


@require_safe
def proposals(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    found, merges = selectors.proposals(), selectors.merges()
    if kind := asked(request):
        if request.GET.get("table") == "merges":
            header, rows = exports.header_of_merges(), list(exports.rows_of_merges(merges))
            return download(
                request, kind, "merges", names=exports.MERGES, header=header, rows=rows, as_of=timezone.now()
            )
        header, rows = exports.header_of_proposals(), list(exports.rows_of_proposals(found))
        return download(
            request, kind, "near-duplicates", names=exports.PROPOSALS, header=header, rows=rows, as_of=timezone.now()
        )
    asked_for_two = "first" in request.GET or "second" in request.GET
    form = PairForm(request.GET if asked_for_two else None, names=selectors.names())
    if asked_for_two and form.is_valid():
        return redirect("merging:pair", *sorted((form.cleaned_data["first"], form.cleaned_data["second"])))
    context = {
        "page": Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "found": len(found),
        "merges": merges,
        "apart": selectors.told_apart(),
        "form": form,
    }
    return render(request, "merging/proposals.html", context)


def _two(first: int, second: int) -> tuple[Card, Card]:
    """One address a pair, the lower number first."""
    one, other = selectors.card_of(first), selectors.card_of(second)
    if one is None or other is None or first >= second:
        raise Http404
    return one, other


@require_http_methods(["GET", "HEAD", "POST"])
def pair(request: HttpRequest, first: int, second: int) -> HttpResponse:
    cards = _two(first, second)
    sides = selectors.sides(cards)
    busier = max(sides, key=lambda side: (side.labelled, side.visits))
    form = MergeForm(
        request.POST if request.method == "POST" else None, sides=sides, initial={"kept": busier.card.epn_id}
    )
    if request.method == "POST" and form.is_valid():
        kept = form.cleaned_data["kept"]
        try:
            done = services.merge(
                federation_id=_federation_id(request),
                kept_id=kept,
                merged_id=second if kept == first else first,
                doors=form.chosen_doors,
                by_id=request.user.pk,
                by_name=request.user.name,  # type: ignore[union-attr]
            )
        except ValidationError as error:
            take_errors(form, error)
        else:
            tell(done, network=request.space)  # type: ignore[attr-defined]
            values = {"merged": done.merged_name, "kept": done.kept_name}
            messages.success(request, _("%(merged)s is now part of %(kept)s. You can undo this below.") % values)
            return redirect("merging:proposals")
    context = {
        "form": form,
        "sides": [
            {"of": side, "other": other.card.name, "hours": [lines_of(site.opening_hours) for site in side.sites]}
            for side, other in zip(sides, reversed(sides), strict=True)
        ],
        "about_label": any(side.label != Plan() for side in sides),
        "like": selectors.likeness_of(*cards),
        "first": first,
        "second": second,
    }
    return render(request, "merging/pair.html", context)


@require_POST
def apart(request: HttpRequest, first: int, second: int) -> HttpResponse:
    one, other = _two(first, second)
    services.tell_apart(federation_id=_federation_id(request), first_id=first, second_id=second)
    values = {"first": one.name, "second": other.name}
    messages.success(request, _("%(first)s and %(second)s are two places: we won't ask again.") % values)
    return redirect("merging:proposals")


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    services.look_again(apart_id=pk)
    return redirect("merging:proposals")


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    merge = selectors.running_merge(pk)
    if merge is None:
        raise Http404
    values = {"merged": merge.merged_name, "kept": merge.kept_name}
    if request.method == "POST":
        try:
            done = services.undo(
                federation_id=_federation_id(request),
                merge_id=pk,
                by_name=request.user.name,  # type: ignore[union-attr]
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            tell(done.merge, network=request.space)  # type: ignore[attr-defined]
            messages.success(request, _("%(merged)s is open again, at its former address.") % values)
            for back, text in (
                (done.doors, _("%(kept)s has no other open place: the one that it got stays open there.")),
                (done.label, _("The label stays with %(kept)s too: you have decided about it since.")),
                (done.application, _("The application stays with %(kept)s: it has been dealt with there since.")),
            ):
                if not back:
                    messages.warning(request, text % values)
        return redirect("merging:proposals")
    context = {
        "title": _("Undo the merge of %(merged)s into %(kept)s?") % values,
        "text": _(
            "%(merged)s opens again at its former address. The places that %(kept)s got from it are closed there"
            " again; what was noted there meanwhile stays with %(kept)s. The label and the application that went along"
            " go back, unless you have decided about them since."
        )
        % values,
        "action_label": _("Undo the merge"),
        "cancel_url": reverse("merging:proposals"),
    }
    return render(request, "components/confirm_page.html", context)

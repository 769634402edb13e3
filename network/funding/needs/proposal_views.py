"""The documents that the network sends, made of scenarios, and what became of each."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.downloads import asked, perimeter
from maillage.design.feedback import success_with_undo
from maillage.design.pdf import Unprintable, pdf_response
from network.funding.enums import ApplicationState
from network.funding.ledger.tables import Table
from network.funding.ledger.views import as_file, may_write
from network.funding.models import ApplicationStep
from network.funding.needs import selectors, services
from network.funding.needs.editing import answer
from network.funding.needs.forms import ProposalForm
from network.funding.needs.paper import pdf_of, scenarios_of
from network.funding.needs.rows import Proposal
from network.funding.needs.rules import MOST_COMPARED
from network.funding.needs.views import chosen_of, federation_id

LAST_WORDS = (ApplicationState.REFUSED, ApplicationState.REDUCED)


@require_safe
def proposals(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    rows = list(selectors.proposals())
    reasons = _reasons(rows)
    if kind := asked(request):
        return as_file(request, kind, _table(rows, reasons))
    context = {
        "rows": [(one, one.application, reasons.get(one.application_id or 0, "")) for one in rows],
        "deleted": selectors.deleted(Proposal),
        "may_write": may_write(request),
    }
    return render(request, "funding/proposals.html", context)


def _reasons(rows: list[Proposal]) -> dict[int, str]:
    """What the funder said, of each application that was refused or reduced; in one statement."""
    steps = ApplicationStep.objects.filter(
        application__in=[one.application_id for one in rows if one.application_id], undone_at__isnull=True,
        state__in=LAST_WORDS,
    ).order_by("pk")  # fmt: skip
    return {one.application_id: one.reason for one in steps}


def _table(rows: list[Proposal], reasons: dict[int, str]) -> Table:
    names = ("proposal", "language", "kept_at", "sha256", "application", "funder", "year", "state", "reason")
    header = [
        _("Document"), _("Language"), _("Kept on"), _("Fingerprint (SHA-256)"), _("Application"), _("Funder"),
        _("Year"), _("State"), _("Reason"),
    ]  # fmt: skip
    lines = []
    for one in rows:
        asked_in = one.application
        fate = (
            [asked_in.title, asked_in.funder.name, asked_in.year, str(asked_in.get_state_display()),
             reasons.get(asked_in.pk, "")]
            if asked_in is not None else ["", "", None, "", ""]
        )  # fmt: skip
        lines.append([one.title, one.language, one.kept_at, one.sha256, *fate])
    return Table("proposals", names, header, lines)


def _proposal(pk: int) -> Proposal:
    return get_object_or_404(selectors.proposals(), pk=pk)


@require_safe
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    one = _proposal(pk)
    chosen = scenarios_of(one)
    context = {
        "proposal": one,
        "one": one.application,  # as _state.html calls it
        "reason": _reasons([one]).get(one.application_id or 0, ""),
        "scenarios": chosen,
        "query": "&".join(f"s={scenario.pk}" for scenario in chosen),
        "may_write": may_write(request),
    }
    return render(request, "funding/proposal.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_add(request: HttpRequest) -> HttpResponse:
    """`?s=3&s=5`: the scenarios that one comes from."""
    row = Proposal(by_id=request.user.pk, scenario_ids=[one.pk for one in chosen_of(request)][:MOST_COMPARED])
    return _form(request, row, _("Prepare a document"), reverse("funding:proposals"))


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_change(request: HttpRequest, pk: int) -> HttpResponse:
    row = _proposal(pk)
    if row.kept_at is not None:
        messages.info(request, _("This document is kept as it was sent. Make another one from it."))
        return redirect("funding:proposal", pk)
    return _form(request, row, _("Correct the document"), reverse("funding:proposal", args=[pk]))


def _form(request: HttpRequest, row: Proposal, title: str, back: str) -> HttpResponse:
    known = list(selectors.scenarios())
    form, differences, saved = answer(request, row, lambda data, of: ProposalForm(data, row=of, scenarios=known))
    if saved is not None:
        messages.success(request, _("Saved."))
        return redirect("funding:proposal", saved.pk)
    context = {"form": form, "differences": differences, "title": title, "over": "", "back_url": back}
    return render(request, "funding/needs_form.html", context)


@require_safe
@never_cache
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The bytes as they were sent; before that, what they would be now."""
    one = get_object_or_404(Proposal.objects.filter(deleted_at__isnull=True), pk=pk)
    name = f"{perimeter()}-{slugify(one.title)[:60] or 'document'}.pdf"
    if one.content is not None:
        return pdf_response(name, bytes(one.content))
    if not scenarios_of(one):
        messages.error(request, _("Its scenarios were deleted: choose others first."))
        return redirect("funding:proposal", pk)
    try:
        network = request.space.name  # type: ignore[attr-defined]
        return pdf_response(name, pdf_of(one, federation_id=federation_id(request), network=network))
    except Unprintable:
        messages.error(request, services.UNPRINTABLE)
        return redirect("funding:proposal", pk)


@require_POST
def proposal_keep(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    try:
        services.keep_proposal(
            _proposal(pk), federation_id=federation_id(request), network=request.space.name,  # type: ignore[attr-defined]
            by_id=request.user.pk,
        )  # fmt: skip
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The document is kept as it is sent. Say what became of it in its application."))
    return redirect("funding:proposal", pk)


@require_POST
def proposal_delete(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    services.remove(get_object_or_404(Proposal.objects.defer("content"), pk=pk))
    success_with_undo(request, _("Deleted."), reverse("funding:proposal_restore", args=[pk]))
    return redirect("funding:proposals")


@require_POST
def proposal_restore(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    row = get_object_or_404(Proposal.objects.select_related("application").defer("content"), pk=pk)
    try:
        services.restore(row)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("funding:proposals")
    messages.success(request, _("It is back."))
    return redirect("funding:proposal", pk)

"""The course of a contract, for the coordinator: other hours from a day on, breaks, who pays."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from maillage.design.feedback import success_with_undo
from maillage.design.numbers import day_label
from maillage.reference.selectors import label_of
from tenants.staff.course import services
from tenants.staff.course.forms import AmendmentForm, BreakForm, Payers, amendment_initial, shares_of
from tenants.staff.course.known_grants import KnownGrant, known_grants
from tenants.staff.course.selectors import payers_of
from tenants.staff.models import Contract, ContractBreak, ContractChange
from tenants.staff.selectors import contracts, is_beyond_full_time
from tenants.staff.wording import plain_hours

form_page = require_http_methods(["GET", "HEAD", "POST"])


def _contract(contract_id: int) -> Contract:
    found: Contract = get_object_or_404(contracts(), pk=contract_id)
    return found


def _page(request: HttpRequest, contract: Contract, form: forms.Form, *, title: str, text: str) -> HttpResponse:
    """One form about a contract."""
    lead = f"{label_of('contract_type', contract.type)} · {day_label(contract.starts_on)}"
    words = {"title": title, "text": text, "lead": lead, "contract": contract, "form": form}
    return render(request, "staff/part.html", words)


def _put(form: forms.Form, error: ValidationError) -> None:
    for field, found in error.error_dict.items():
        form.add_error(field if field in form.fields else None, found)


@form_page
def amend(request: HttpRequest, contract_id: int) -> HttpResponse:
    contract = _contract(contract_id)
    form = AmendmentForm(request.POST if request.method == "POST" else None, initial=amendment_initial(contract))
    if request.method == "POST" and form.is_valid():
        try:
            services.amend_contract(contract=contract, **form.cleaned_data)
        except ValidationError as error:
            _put(form, error)
        else:
            words = {"name": contract.member.name, "day": day_label(form.cleaned_data["starts_on"])}
            messages.success(request, _("The hours of %(name)s change on %(day)s.") % words)
            if is_beyond_full_time(contract.member_id):
                messages.warning(
                    request,
                    _("With these hours, this person has more than one full time at once. Correct it if it isn't so."),
                )
            return redirect("staff:contract", contract.pk)
    text = _("What was before stays counted as it was. If the hours were always wrong, correct the contract instead.")
    return _page(request, contract, form, title=_("Other hours from a day on"), text=text)


@require_POST
def amendment_remove(request: HttpRequest, contract_id: int) -> HttpResponse:
    contract = _contract(contract_id)
    line = services.remove_amendment(contract=contract)
    if line is not None:
        _offer_undo(request, contract, line, _("The latest change of hours is removed."))
    return redirect("staff:contract", contract.pk)


def _offer_undo(request: HttpRequest, contract: Contract, line: ContractChange, text: str) -> None:
    success_with_undo(request, text, reverse("staff:put_back", args=[contract.pk, line.pk]))


@form_page
def break_add(request: HttpRequest, contract_id: int) -> HttpResponse:
    contract = _contract(contract_id)
    form = BreakForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_break(contract=contract, **form.cleaned_data)
        except ValidationError as error:
            _put(form, error)
        else:
            messages.success(request, _("The break of %(name)s is saved.") % {"name": contract.member.name})
            return redirect("staff:contract", contract.pk)
    text = _("The contract goes on; its hours don't count in the FTE on the days of the break.")
    return _page(request, contract, form, title=_("Add a break"), text=text)


@form_page
def break_change(request: HttpRequest, contract_id: int, break_id: int) -> HttpResponse:
    contract = _contract(contract_id)
    pause = get_object_or_404(ContractBreak.objects.select_related("contract"), pk=break_id, contract=contract)
    form = BreakForm(request.POST if request.method == "POST" else None, pause=pause)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_break(pause=pause, **form.cleaned_data)
        except ValidationError as error:
            _put(form, error)
        else:
            messages.success(request, _("The break of %(name)s is saved.") % {"name": contract.member.name})
            return redirect("staff:contract", contract.pk)
    text = _("Write its last day when the person is back, or correct what was wrong.")
    return _page(request, contract, form, title=_("Correct or end a break"), text=text)


@require_POST
def break_remove(request: HttpRequest, contract_id: int, break_id: int) -> HttpResponse:
    contract = _contract(contract_id)
    pause = ContractBreak.objects.select_related("contract").filter(pk=break_id, contract=contract).first()
    if pause is not None:
        _offer_undo(request, contract, services.remove_break(pause=pause), _("The break is removed."))
    return redirect("staff:contract", contract.pk)


@require_POST
def put_back(request: HttpRequest, contract_id: int, change_id: int) -> HttpResponse:
    contract = _contract(contract_id)
    line = get_object_or_404(ContractChange.objects.select_related("contract"), pk=change_id, contract=contract)
    try:
        services.put_back(change=line)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    else:
        messages.success(request, _("It is back as it was."))
    return redirect("staff:contract", contract.pk)


@form_page
def payers(request: HttpRequest, contract_id: int) -> HttpResponse:
    contract = _contract(contract_id)
    shares, grants = payers_of(contract), known_grants()
    for one in shares:  # a grant that is over is no longer offered, but stays where it was said
        if one.grant_id is not None and one.grant_id not in grants:
            grants[one.grant_id] = KnownGrant(one.grant_id, one.payer, _("no longer open to this EPN"))
    known = [{"payer": one.payer, "percent": plain_hours(one.percent), "grant": one.grant_id} for one in shares]
    formset: Any = Payers(
        request.POST if request.method == "POST" else None, initial=known, form_kwargs={"grants": grants}
    )
    found: list[str] = []
    if request.method == "POST" and formset.is_valid():
        try:
            services.set_payers(contract=contract, shares=shares_of(formset))
        except ValidationError as error:
            found = error.messages
        else:
            messages.success(request, _("Who pays is saved."))
            return redirect("staff:contract", contract.pk)
    context = {"formset": formset, "contract": contract, "found": found, "today": timezone.localdate()}
    return render(request, "staff/payers.html", context)

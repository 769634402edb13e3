"""The staff of an EPN, for its coordinator: who works here, under which contract, until when."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.downloads import CSV, asked, download
from maillage.design.feedback import success_with_undo
from maillage.design.numbers import day_label, fte
from maillage.design.two_versions import ChangedMeanwhile, compare, is_undecided, renewed, settled
from maillage.reference.selectors import label_of
from tenants.registry.models import Space
from tenants.staff import exports, sections, selectors, services
from tenants.staff.course.selectors import breaks_of, history_of, payers_of, replacements_of, terms_of
from tenants.staff.forms import ContractForm, EndForm, PersonForm, end_initial, initial_of, initial_of_new
from tenants.staff.fte.selectors import fte_of_person
from tenants.staff.models import Contract, StaffMember
from tenants.staff.requirements import counts_in_fte, requirements
from tenants.staff.selectors import Line
from tenants.staff.trainings.selectors import trainings_of

PAGE = 50
form_page = require_http_methods(["GET", "HEAD", "POST"])


def space_of(request: HttpRequest) -> Space:
    space: Space = request.space  # type: ignore[attr-defined]
    return space


@require_safe
def contracts(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    today = timezone.localdate()
    lines = selectors.lines_in_force(today)
    if kind := asked(request):
        if request.GET.get("table") == "types":
            types = list(exports.rows_of_types(selectors.totals(lines).by_type))
            names, header = exports.NAMES_OF_TYPES, exports.header_of_types()
            return download(
                request, kind, "contract-types", names=names, header=header, rows=types, as_of=timezone.now()
            )
        shown = [*lines, *selectors.lines_to_come(today)]
        return _contracts_file(request, kind, "contracts-in-force", shown)
    return render(
        request,
        "staff/contracts.html",
        {
            "today": today,
            "counted": [line for line in lines if line.counts_in_fte],
            "apart": [line for line in lines if not line.counts_in_fte],
            "to_come": selectors.lines_to_come(today),
            "totals": selectors.totals(lines),
            "ending_soon": sum(line.ends_soon for line in lines),
            "soon": selectors.SOON,
            "ended": selectors.ended_contracts(today).count(),
            "sections": sections.sections_of_the_list(),
        },
    )


@require_safe
def ended(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    today = timezone.localdate()
    if kind := asked(request):
        lines = selectors.ended_lines(selectors.ended_contracts(today), today)
        return _contracts_file(request, kind, "contracts-ended", lines)
    page = Paginator(selectors.ended_contracts(today), PAGE).get_page(request.GET.get("page"))
    return render(request, "staff/ended.html", {"page": page, "lines": selectors.ended_lines(page, today)})


@form_page
def add(request: HttpRequest) -> HttpResponse:
    initial = initial_of_new(
        request.GET.dict(),
        suggestions=selectors.suggested_employers(space_of(request).name),
        full_time=selectors.last_full_time(),
    )
    form = _contract_form(request, initial=initial)
    if request.method == "POST" and form.is_valid():
        saved = _saved(form, None)
        if saved is not None:
            text = _("The contract of %(name)s is saved: %(fte)s FTE.")
            if not counts_in_fte(saved.type):
                text = _("The contract of %(name)s is saved. It doesn't count in FTE.")
            messages.success(request, text % {"name": saved.member.name, "fte": fte(saved.fte)})
            return redirect("staff:contract", saved.pk)
    return _contract_page(request, form, None)


@require_safe
def contract(request: HttpRequest, contract_id: int) -> HttpResponse:
    """One contract to read: what it is, and what other apps say of it."""
    found = get_object_or_404(selectors.contracts(), pk=contract_id)
    context = {
        "contract": found,
        "line": selectors.line_of(found, timezone.localdate()),
        "terms": terms_of(found),
        "breaks": breaks_of(found),
        "replacements": replacements_of(found),
        "payers": payers_of(found),
        "deeds": history_of(found),
        "reference_label": selectors.reference_label_of(found),
        "sections": sections.sections_of_contract(found),
    }
    return render(request, "staff/contract.html", context)


@form_page
@never_cache
def change(request: HttpRequest, contract_id: int) -> HttpResponse:
    contract = get_object_or_404(selectors.contracts(), pk=contract_id)
    form = _contract_form(request, contract=contract, initial=initial_of(contract))
    other: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            if is_undecided(request.POST):
                raise ChangedMeanwhile(contract)
            saved = _saved(form, contract)
        except Contract.DoesNotExist:
            raise Http404 from None
        except ChangedMeanwhile as meanwhile:
            saved, other = None, _other_version(request, form, meanwhile.stored)
        if saved is not None:
            messages.success(request, _("The contract of %(name)s is changed.") % {"name": saved.member.name})
            return redirect("staff:contract", saved.pk)
    return _contract_page(request, form, contract, **other)


def _other_version(request: HttpRequest, form: ContractForm, stored: Contract) -> dict[str, Any]:
    """What is shown to who comes second; the form then answers to the version that stands now."""
    theirs = _contract_form(request, contract=stored, initial=initial_of(stored), blank=True)
    form.data = renewed(cast(QueryDict, form.data), stored)
    last = selectors.last_change(stored)
    return {
        "differences": compare(form, theirs),
        "changed_by": last.by.name if last is not None and last.by is not None else "",
        "changed_at": stored.updated_at,
    }


def _contract_form(
    request: HttpRequest, *, initial: dict[str, Any], contract: Contract | None = None, blank: bool = False
) -> ContractForm:
    """Filled with what was sent, if anything was; `blank`, only with what is stored."""
    space = space_of(request)
    options: dict[str, Any] = {
        "initial": initial,
        "contract": contract,
        "accounts": selectors.accounts_here(space.pk),
        "suggestions": selectors.suggested_employers(space.name),
    }
    if request.method != "POST" or blank:
        return ContractForm(None, **options)
    sent = request.POST
    return ContractForm(sent if contract is None else settled(sent, ContractForm(None, **options)), **options)


def _saved(form: ContractForm, contract: Contract | None) -> Contract | None:
    """Save, or put into the form what only the writing found out (somebody else was quicker)."""
    person = form.person()
    assert person is not None
    said: dict[str, Any] = {"confirmed": form.cleaned_data.get("confirmed", ()), "born_on": form.birth()}
    try:
        if contract is None:
            return services.add_contract(member=person, **said, **form.facts())
        said["seen"] = form.cleaned_data["version"]
        return services.change_contract(contract=contract, member=person, **said, **form.facts())
    except ValidationError as error:
        for field, found in error.error_dict.items():
            form.add_error(field if field in form.fields else None, found)
    return None


def _contract_page(request: HttpRequest, form: ContractForm, contract: Contract | None, **more: Any) -> HttpResponse:
    kinds = [
        {"label": label_of("contract_type", one.code), "requires": requirements(one), "in_fte": one.counts_in_fte}
        for one in selectors.offered_types()
    ]
    return render(
        request,
        "staff/contract_form.html",
        {"differences": [], "form": form, "contract": contract, "kinds": kinds, **more},
    )


@form_page
def end(request: HttpRequest, contract_id: int) -> HttpResponse:
    contract = get_object_or_404(selectors.contracts(), pk=contract_id)
    today = timezone.localdate()
    form = EndForm(request.POST if request.method == "POST" else None, initial=end_initial(contract, today))
    if request.method == "POST" and form.is_valid():
        try:
            services.end_contract(contract=contract, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            words = {"name": contract.member.name, "day": day_label(contract.ended_on)}
            messages.success(request, _("The contract of %(name)s: last day %(day)s.") % words)
            return redirect("staff:contract", contract.pk)
    label = label_of("contract_type", contract.type)
    return render(request, "staff/end.html", {"form": form, "contract": contract, "type_label": label})


@form_page
def delete(request: HttpRequest, contract_id: int) -> HttpResponse:
    contract = get_object_or_404(selectors.contracts(), pk=contract_id)
    if request.method == "POST":
        services.delete_contract(contract=contract)
        text = _("The contract of %(name)s is deleted.") % {"name": contract.member.name}
        success_with_undo(request, text, reverse("staff:restore", args=[contract.pk]))
        return redirect("staff:contracts")
    label = label_of("contract_type", contract.type)
    return render(request, "staff/delete.html", {"contract": contract, "type_label": label})


@require_POST
def restore(request: HttpRequest, contract_id: int) -> HttpResponse:
    contract = get_object_or_404(Contract.with_deleted.select_related("member"), pk=contract_id)
    services.restore_contract(contract=contract)
    messages.success(request, _("The contract of %(name)s is back.") % {"name": contract.member.name})
    return redirect("staff:contract", contract.pk)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """One's own contracts, for whoever isn't the coordinator: nothing of anybody else, and no note."""
    assert request.user.pk is not None
    lines = selectors.contracts_of_account(request.user.pk, timezone.localdate())
    own = [one for member in {line.contract.member_id for line in lines} for one in trainings_of(member)]
    besides = sections.sections_of_ones_own(line.contract for line in lines)
    return render(request, "staff/mine.html", {"lines": lines, "trainings": own, "sections": besides})


@require_safe
def person(request: HttpRequest, member_id: int) -> HttpResponse | StreamingHttpResponse:
    member = get_object_or_404(StaffMember.objects.select_related("account"), pk=member_id)
    lines = selectors.lines_of(member, timezone.localdate())
    if kind := asked(request):
        return _contracts_file(request, kind, f"contracts-of-{member.pk}", lines)
    year = timezone.localdate().year
    context = {
        "member": member,
        "lines": lines,
        "year": year,
        "fte": fte_of_person(member.pk, dt.date(year, 1, 1), dt.date(year, 12, 31)),
        "trainings": trainings_of(member.pk),
        "sections": sections.sections_of_person(member),
    }
    return render(request, "staff/person.html", context)


@form_page
def person_change(request: HttpRequest, member_id: int) -> HttpResponse:
    member = get_object_or_404(StaffMember, pk=member_id)
    accounts = selectors.accounts_here(space_of(request).pk)
    former = member.account if member.account_id not in {None, *(one.pk for one in accounts)} else None
    form = PersonForm(
        request.POST if request.method == "POST" else None,
        initial={"name": member.name, "account": member.account_id, "born_on": member.born_on},
        asks_birth=member.born_on is not None or selectors.age_matters_to(member),
        accounts=[*accounts, former] if former is not None else accounts,
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_member(
                member=member,
                name=form.cleaned_data["name"],
                account_id=form.cleaned_data["account"],
                born_on=form.cleaned_data.get("born_on"),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": member.name})
            return redirect("staff:person", member.pk)
    return render(request, "staff/person_form.html", {"form": form, "member": member})


@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Every contract, ended ones too: one line each."""
    return _contracts_file(request, asked(request) or CSV, "contracts", selectors.contract_lines())


def _contracts_file(request: HttpRequest, kind: str, name: str, lines: list[Line]) -> StreamingHttpResponse:
    rows = list(exports.rows(lines))
    return download(request, kind, name, names=exports.NAMES, header=exports.header(), rows=rows, as_of=timezone.now())

"""The volunteers of an EPN, for its coordinator: who has signed the note, is insured, has declared; and the note."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from maillage.accounts.enums import Language
from maillage.design.downloads import asked, download, perimeter
from maillage.design.numbers import day_label
from maillage.design.pdf import Unprintable, pdf_response
from tenants.registry.middleware import SpaceRequest
from tenants.staff.models import Contract
from tenants.volunteers import exports, selectors
from tenants.volunteers.ceilings import BELGIUM
from tenants.volunteers.files import declaration_standing, insurance_standing, note_standing, to_do, to_do_for
from tenants.volunteers.forms import FileForm, OrganisationForm, YearForm
from tenants.volunteers.models import Defrayal
from tenants.volunteers.papers import information_note
from tenants.volunteers.selectors import Volunteer, file_of
from tenants.volunteers.services import save_file, save_organisation

form_page = require_http_methods(["GET", "HEAD", "POST"])


def _contract(contract_id: int) -> Contract:
    found = selectors.contract_of(contract_id)
    if found is None:
        raise Http404
    return found


def lines_file(request: SpaceRequest, kind: str, name: str, lines: list[Defrayal]) -> StreamingHttpResponse:
    names, header = exports.LINE_NAMES, exports.line_header()
    rows = list(exports.line_rows(lines))
    return download(request, kind, name, names=names, header=header, rows=rows, as_of=timezone.now())


def epn_name(request: SpaceRequest) -> str:
    assert request.space is not None
    return request.space.name


# --- the list ---------------------------------------------------------------------------------------------------------


@require_safe
@never_cache
def volunteers(request: SpaceRequest) -> HttpResponse | StreamingHttpResponse:
    today, region = timezone.localdate(), selectors.region_here()
    years = selectors.years_here(today)
    form, year = YearForm.chosen(request.GET, years)
    found = selectors.volunteers_in(year, region)
    if kind := asked(request):
        if request.GET.get("table") == "lines":
            lines = selectors.lines_of((one.member.pk for one in found), year)
            return lines_file(request, kind, f"defrayals-{year}", lines)
        rows = list(exports.rows(found, today))
        names, header = exports.NAMES, exports.header()
        return download(request, kind, "volunteers", names=names, header=header, rows=rows, as_of=timezone.now())
    about = selectors.organisation()
    belgian = region == BELGIUM
    contracts = [one.contract for one in found if one.contract is not None and not one.is_over]
    context = {
        "form": form,
        "year": year,
        "volunteers": [_line(one, today) for one in found],
        "here": sum(not one.is_over for one in found),
        "paid": sum(one.year.sums.whole for one in found),
        "days": sum(one.year.sums.days for one in found),
        "near": sum(one.year.is_near for one in found),
        "unsigned": sum(note_standing(one, file_of(one), today).kind == "danger" for one in contracts),
        "belgian": belgian,
        "insurance": insurance_standing(about, today),
        "to_do": to_do_for(contracts, file_of, about, today=today) if belgian else [],
        "several_years": len(years) > 1,
    }
    return render(request, "volunteers/list.html", context)


def _line(one: Volunteer, today: Any) -> dict[str, Any]:
    contract = one.contract
    if contract is None:
        return {"one": one, "contract": None}
    kept = file_of(contract)
    return {
        "one": one,
        "contract": contract,
        "note": note_standing(contract, kept, today),
        "declaration": declaration_standing(contract, kept),
    }


# --- what is filled in ------------------------------------------------------------------------------------------------


@form_page
@never_cache
def organisation(request: SpaceRequest) -> HttpResponse:
    """The EPN's own facts, once for all its notes."""
    about = selectors.organisation()
    form = OrganisationForm(
        request.POST if request.method == "POST" else None, organisation=about, epn=epn_name(request)
    )
    if request.method == "POST" and form.is_valid():
        try:
            save_organisation(**form.facts())
        except ValidationError as error:
            form.add_problems(error)
        else:
            messages.success(request, _("Your organisation's facts are saved. The information notes say them now."))
            return redirect("volunteers:list")
    return render(request, "volunteers/organisation.html", {"form": form, "organisation": about})


@form_page
@never_cache
def file(request: SpaceRequest, contract_id: int) -> HttpResponse:
    """The note and the declaration of one volunteer; what is still to do first."""
    contract, today = _contract(contract_id), timezone.localdate()
    if selectors.region_here() != BELGIUM:
        raise Http404
    kept, about = file_of(contract), selectors.organisation()
    form = FileForm(request.POST if request.method == "POST" else None, file=kept)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_file(contract=contract, **form.facts())
        except ValidationError as error:
            form.add_problems(error)
        else:
            messages.success(request, _("The file of %(name)s is saved.") % {"name": contract.member.name})
            standing = note_standing(contract, saved, today)
            if standing.kind != "success":
                late = _("The information note: %(standing)s. The law asks for it before the first day (%(day)s).")
                messages.warning(request, late % {"standing": standing.text, "day": day_label(contract.starts_on)})
            return redirect("volunteers:ledger", contract.member_id)
    context = {
        "form": form,
        "contract": contract,
        "note": note_standing(contract, kept, today),
        "declaration": declaration_standing(contract, kept),
        "to_do": to_do(contract, kept, about, today=today),
        "organisation": about,
        "languages": Language.choices,
    }
    return render(request, "volunteers/file.html", context)


@require_safe
@never_cache
def note(request: SpaceRequest, contract_id: int) -> HttpResponse:
    """The information note to print, in the language that was asked for, else the file's."""
    contract, region = _contract(contract_id), selectors.region_here()
    if region != BELGIUM:
        raise Http404
    about = selectors.organisation()
    if about is None:
        messages.warning(request, _("First say who your organisation is and who insures it: the note needs it."))
        return redirect("volunteers:organisation")
    language = request.GET.get("language", "")
    if language not in Language.values:
        language = file_of(contract).note_language
    try:
        pdf = information_note(
            contract=contract,
            organisation=about,
            epn=epn_name(request),
            region=region,
            language=language,
            moment=timezone.localtime(),
        )
    except Unprintable:
        messages.error(
            request, _("A name or a text holds a character that can't be printed. Correct it, and try again.")
        )
        return redirect("volunteers:file", contract.pk)
    return pdf_response(f"{perimeter().replace('/', '-')}-note-{contract.pk}-{language}.pdf", pdf)

"""The ledger of what is paid back: a person's year, days to add, one line to correct; and one's own year to read."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from maillage.accounts.enums import Language
from maillage.design.downloads import asked, perimeter
from maillage.design.feedback import success_with_undo
from maillage.design.numbers import day_label
from maillage.design.pdf import Unprintable, pdf_response
from tenants.activity.forms import new_key
from tenants.activity.views import actor_of
from tenants.registry.middleware import SpaceRequest
from tenants.staff.models import Contract, StaffMember
from tenants.volunteers import exports, selectors
from tenants.volunteers.calendar import days_of, month_of, neighbours, weeks_of
from tenants.volunteers.ceilings import BELGIUM
from tenants.volunteers.enums import DefrayalKind
from tenants.volunteers.files import declaration_standing, note_standing, to_do_for
from tenants.volunteers.forms import AddForm, CorrectionForm, YearForm
from tenants.volunteers.models import Defrayal
from tenants.volunteers.papers import ceilings_in_words, statement
from tenants.volunteers.rules import money
from tenants.volunteers.selectors import file_of
from tenants.volunteers.services import (
    add_defrayals,
    change_defrayal,
    delete_defrayal,
    restore_defrayal,
    withdraw_defrayals,
)
from tenants.volunteers.views import epn_name, form_page, lines_file

YEARS = range(2000, 2101)
TYPED = ("key", "kind", "amount", "km", "what", "justification")


# --- a person's year --------------------------------------------------------------------------------------------------


@require_safe
@never_cache
def ledger(request: SpaceRequest, member_id: int) -> HttpResponse | StreamingHttpResponse:
    member, today, region = get_object_or_404(StaffMember, pk=member_id), timezone.localdate(), selectors.region_here()
    years = selectors.years_of(member, today)
    form, year = YearForm.chosen(request.GET, years)
    found = selectors.year_of(member, year, region)
    if kind := asked(request):
        return lines_file(request, kind, f"defrayals-{year}", found.lines)
    about, contracts = selectors.organisation(), list(selectors.volunteer_contracts().filter(member=member))
    context = {
        "form": form,
        "found": found,
        "ceilings": ceilings_in_words(found),
        "member": member,
        "contracts": [
            {
                "contract": one,
                "note": note_standing(one, file_of(one), today),
                "declaration": declaration_standing(one, file_of(one)),
            }
            for one in contracts
        ],
        "to_do": to_do_for(contracts, file_of, about, today=today) if region == BELGIUM else [],
        "belgian": region == BELGIUM,
        "several_years": len(years) > 1,
        "languages": Language.choices,
    }
    return render(request, "volunteers/ledger.html", context)


def _back(line: Defrayal) -> HttpResponseRedirect:
    return HttpResponseRedirect(_ledger_url(line.contract.member_id, line.day.year))


def _ledger_url(member_id: int, year: int) -> str:
    return f"{reverse('volunteers:ledger', args=[member_id])}?year={year}"


# --- days to add ------------------------------------------------------------------------------------------------------


@form_page
@never_cache
def add(request: SpaceRequest, contract_id: int) -> HttpResponse:
    """The same line for several days of a month. Buttons of the calendar only draw it again, with what was typed."""
    contract, today = selectors.contract_of(contract_id), timezone.localdate()
    if contract is None:
        raise Http404
    said = request.POST if request.method == "POST" else request.GET
    month = month_of(said.get("show") or said.get("month", ""), contract, today)
    days = days_of(month, contract, today)
    found = selectors.year_of(contract.member, month.year, selectors.region_here())
    offered: dict[str, Any] = {"days": days, "ceiling": found.limits.day.value}
    if request.method == "POST" and not {"tick", "show"} & set(request.POST):
        form = AddForm(request.POST, **offered)
        if form.is_valid():
            try:
                made = add_defrayals(
                    contract=contract, days=form.cleaned_data["days"], batch=form.cleaned_data["key"], **form.facts()
                )
            except ValidationError as error:
                form.add_problems(error)
            else:
                return _added(request, contract, made)
    elif request.method == "POST":
        form = AddForm(initial=_as_typed(request, days), **offered)
    else:
        form = AddForm(initial=_usual(contract.member), **offered)
    ticked = form["days"].value() or []
    paid = selectors.paid_on(contract.member, month, month + dt.timedelta(days=31))
    earlier, later = neighbours(month, contract, today)
    context = {
        "form": form,
        "contract": contract,
        "month": month,
        "earlier": earlier,
        "later": later,
        "weeks": weeks_of(month, days, set(ticked), paid),
        "weekdays": [dt.date(2024, 1, number) for number in range(1, 8)],  # a week that began on a Monday
        "has_days": bool(days),
        "found": found,
    }
    return render(request, "volunteers/add.html", context)


def _usual(member: StaffMember) -> dict[str, Any]:
    """As it was last time."""
    last = selectors.last_line(member)
    if last is None:
        return {"key": new_key(), "kind": DefrayalKind.FLAT}
    amount = exports.euros_of(last.cents) if last.kind == DefrayalKind.FLAT else None
    return {"key": new_key(), "kind": last.kind, "amount": amount}


def _as_typed(request: HttpRequest, days: list[dt.date]) -> dict[str, Any]:
    """What stood in the form, with all days of a weekday ticked; unticked when they all were."""
    typed: dict[str, Any] = {name: request.POST.get(name, "") for name in TYPED}
    ticked = set(request.POST.getlist("days"))
    weekday = request.POST.get("tick", "")
    if weekday in set("0123456"):
        asked_for = {day.isoformat() for day in days if day.weekday() == int(weekday)}
        ticked = ticked - asked_for if asked_for <= ticked else ticked | asked_for
    typed["days"] = sorted(ticked & {day.isoformat() for day in days})
    return typed


def _added(request: SpaceRequest, contract: Contract, made: list[Defrayal]) -> HttpResponse:
    whole = sum(line.cents for line in made)
    text = ngettext("%(n)s day is added: %(amount)s.", "%(n)s days are added: %(amount)s in all.", len(made))
    batch = made[0].batch
    words = {"n": len(made), "amount": money(whole)}
    if batch is not None:
        success_with_undo(request, text % words, reverse("volunteers:withdraw", args=[batch]))
    else:
        messages.success(request, text % words)
    _warn(request, contract.member, made[0].day.year)
    return redirect(_ledger_url(contract.member_id, made[0].day.year))


def _warn(request: SpaceRequest, member: StaffMember, year: int) -> None:
    """Near the year's ceiling, or above it with a justification."""
    found = selectors.year_of(member, year, selectors.region_here())
    words = {"name": member.name, "year": str(year), "sum": money(found.sums.counted)}
    if found.limits.year.value is None or not found.is_near:
        return
    words |= {"ceiling": money(found.limits.year.value), "left": money(found.left or 0)}
    if found.is_above:
        text = _("%(name)s has got %(sum)s in %(year)s, above the ceiling of %(ceiling)s. Keep the documents.")
    else:
        text = _("%(name)s has got %(sum)s in %(year)s: the ceiling of %(ceiling)s is near, %(left)s is left.")
    messages.warning(request, text % words)


@require_POST
def withdraw(request: SpaceRequest, batch: uuid.UUID) -> HttpResponseRedirect:
    """Undo an addition."""
    line = Defrayal.with_deleted.filter(batch=batch).select_related("contract").first()
    if line is None:
        raise Http404
    withdraw_defrayals(batch=batch)
    messages.success(request, _("The days are taken out again."))
    return _back(line)


# --- one line ---------------------------------------------------------------------------------------------------------


@form_page
@never_cache
def change(request: SpaceRequest, pk: int) -> HttpResponse:
    line: Defrayal = get_object_or_404(Defrayal.objects.select_related("contract__member"), pk=pk)
    form = CorrectionForm(request.POST if request.method == "POST" else None, line=line)
    if request.method == "POST" and form.is_valid():
        try:
            made = change_defrayal(line=line, day=form.cleaned_data["day"], **form.facts())
        except ValidationError as error:
            form.add_problems(error)
        else:
            text = _("The line of %(day)s is corrected.") % {"day": day_label(made.day)}
            success_with_undo(request, text, reverse("volunteers:line_restore", args=[line.pk]))
            _warn(request, line.contract.member, made.day.year)
            return _back(made)
    context = {"form": form, "line": line, "back_url": _ledger_url(line.contract.member_id, line.day.year)}
    return render(request, "volunteers/line.html", context)


@require_POST
def delete(request: SpaceRequest, pk: int) -> HttpResponseRedirect:
    line: Defrayal = get_object_or_404(Defrayal.with_deleted.select_related("contract"), pk=pk)
    delete_defrayal(line=line)
    text = _("The line of %(day)s is deleted.") % {"day": day_label(line.day)}
    success_with_undo(request, text, reverse("volunteers:line_restore", args=[line.pk]))
    return _back(line)


@require_POST
def restore(request: SpaceRequest, pk: int) -> HttpResponseRedirect:
    line: Defrayal = get_object_or_404(Defrayal.with_deleted.select_related("contract"), pk=pk)
    try:
        restore_defrayal(line=line)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    else:
        messages.success(request, _("The line of %(day)s is back.") % {"day": day_label(line.day)})
    return _back(line)


# --- papers, and one's own year ---------------------------------------------------------------------------------------


@require_safe
@never_cache
def statement_of(request: SpaceRequest, member_id: int, year: int) -> HttpResponse:
    member = get_object_or_404(StaffMember, pk=member_id)
    return _statement(request, member, year, redirect(_ledger_url(member.pk, year)))


def _statement(request: SpaceRequest, member: StaffMember, year: int, back: HttpResponse) -> HttpResponse:
    if year not in YEARS:
        raise Http404
    language = request.GET.get("language", "")
    if language not in Language.values:
        language = (get_language() or "fr")[:2]
    try:
        pdf = statement(
            found=selectors.year_of(member, year, selectors.region_here()),
            organisation=selectors.organisation(),
            epn=epn_name(request),
            language=language,
            moment=timezone.localtime(),
        )
    except Unprintable:
        messages.error(
            request, _("A name or a text holds a character that can't be printed. Correct it, and try again.")
        )
        return back
    return pdf_response(f"{perimeter().replace('/', '-')}-statement-{member.pk}-{year}-{language}.pdf", pdf)


@require_safe
@never_cache
def mine(request: SpaceRequest) -> HttpResponse | StreamingHttpResponse:
    """One's own lines, to read: of whoever is signed in, and of nobody else."""
    member, today = selectors.own_member(actor_of(request).person_id), timezone.localdate()
    if member is None:
        return render(request, "volunteers/mine.html", {"found": None})
    years = selectors.years_of(member, today)
    form, year = YearForm.chosen(request.GET, years)
    found = selectors.year_of(member, year, selectors.region_here())
    if kind := asked(request):
        return lines_file(request, kind, f"defrayals-{year}", found.lines)
    context = {
        "form": form,
        "found": found,
        "ceilings": ceilings_in_words(found),
        "several_years": len(years) > 1,
        "languages": Language.choices,
    }
    return render(request, "volunteers/mine.html", context)


@require_safe
@never_cache
def own_statement(request: SpaceRequest, year: int) -> HttpResponse:
    member = selectors.own_member(actor_of(request).person_id)
    if member is None:
        raise Http404
    return _statement(request, member, year, redirect("volunteers:mine"))

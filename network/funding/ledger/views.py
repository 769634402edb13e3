"""The pages of the ledger. The coordinator of the network writes, the observer reads."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.downloads import asked, download
from maillage.design.feedback import success_with_undo
from network.funding.ledger import double, overview, selectors, services, tables
from network.funding.ledger.forms import StepForm
from network.funding.ledger.kinds import facts_of, kind_named
from network.funding.ledger.posts import posts_paid_by
from network.funding.ledger.rules import NEXT
from network.funding.models import Allocation, Application, Call, Expense, Funder, Grant, Instalment, ReportDate
from tenants.registry.enums import Role

ROWS_A_PAGE = 50
Page = HttpResponse | StreamingHttpResponse
IN_AN_ACCOUNT = (
    ("allocation", Allocation),
    ("instalment", Instalment),
    ("report-date", ReportDate),
    ("expense", Expense),
)


def may_write(request: HttpRequest) -> bool:
    return bool(request.membership.role == Role.NETWORK_COORDINATOR)  # type: ignore[attr-defined]


def names_of(request: HttpRequest) -> dict[int, str]:
    return selectors.epn_names(request.space.pk)  # type: ignore[attr-defined]


def as_file(request: HttpRequest, kind: str, table: tables.Table) -> StreamingHttpResponse:
    return download(
        request, kind, table.stem, names=table.names, header=table.header, rows=table.rows, as_of=timezone.now()
    )


@require_safe
def home(request: HttpRequest) -> Page:
    """What is secured, asked and refused by year and funder, and everything that is due."""
    today = timezone.localdate()
    rows = overview.years(selectors.grants(), selectors.applications())
    items = overview.due(today)
    if kind := asked(request):
        due = request.GET.get("table") == "due"
        return as_file(request, kind, tables.of_due(items, today) if due else tables.of_years(rows))
    found = double.findings(names_of(request), today)
    context = {
        "total": overview.total_of(rows, today.year),
        "year": str(today.year),
        "page": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "parts": [(name, [(one, one.days(today)) for one in some]) for name, some in overview.parted(items, today)],
        "findings": found,
        "may_write": may_write(request),
    }
    return render(request, "funding/home.html", context)


@require_safe
def funders(request: HttpRequest) -> Page:
    calls = selectors.calls()
    if kind := asked(request):
        return as_file(request, kind, tables.of_calls(calls))
    today = timezone.localdate()
    context = {
        "funders": selectors.funders(),
        "open": [one for one in calls if one.deadline is None or one.deadline >= today],
        "over": [one for one in reversed(calls) if one.deadline and one.deadline < today],
        "deleted": [("funder", one) for one in selectors.deleted(Funder)]
        + [("call", one) for one in selectors.deleted(Call)],
        "may_write": may_write(request),
    }
    return render(request, "funding/funders.html", context)


@require_safe
def applications(request: HttpRequest) -> Page:
    names = names_of(request)
    if kind := asked(request):
        return as_file(request, kind, tables.of_applications(selectors.applications(), names))
    page = Paginator(selectors.applications(), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(one, selectors.applicants(one, names)) for one in page],
        "deleted": [("application", one) for one in selectors.deleted(Application)],
        "may_write": may_write(request),
    }
    return render(request, "funding/applications.html", context)


def _application(pk: int) -> Application:
    return get_object_or_404(selectors.applications(), pk=pk)


@require_safe
def application(request: HttpRequest, pk: int) -> HttpResponse:
    one, names = _application(pk), names_of(request)
    steps = selectors.history_of(one)
    alive = [step for step in steps if step.undone_at is None]
    open_now = one.state in overview.OPEN
    found = double.findings(names, timezone.localdate(), one) if open_now else []
    context = {
        "one": one,
        "whom": selectors.applicants(one, names),
        "steps": steps,
        "last": alive[-1] if alive else None,
        "grants": [grant for grant in selectors.grants() if grant.application_id == one.pk],
        "proposals": selectors.documents_of(one),
        "findings": double.of_application(found, one),
        "may_move": may_write(request) and bool(NEXT[one.state]),
        "may_write": may_write(request),
    }
    return render(request, "funding/application.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def application_move(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of it. Before it is sent, what would be counted twice is shown."""
    one, names = _application(pk), names_of(request)
    data = request.POST if request.method == "POST" else None
    form = StepForm(data, application=one, initial={"on": timezone.localdate()})
    if form.is_bound and form.is_valid():
        try:
            step = services.move_application(one, by_id=request.user.pk, **form.cleaned_data)
        except ValidationError as error:
            _tell(form, error)
        else:
            text = _("Noted: %(state)s.") % {"state": step.get_state_display()}
            success_with_undo(request, text, reverse("funding:application_undo", args=[pk, step.pk]))
            return redirect("funding:application", pk)
    found = double.findings(names, timezone.localdate(), one) if one.state in overview.OPEN else []
    context = {"one": one, "form": form, "findings": double.of_application(found, one)}
    return render(request, "funding/application_move.html", context)


@require_POST
def application_undo(request: HttpRequest, pk: int, step: int) -> HttpResponseRedirect:
    if services.undo_step(_application(pk), step_id=step):
        messages.success(request, _("The last step is taken back."))
    else:
        messages.error(request, _("Only the last step can be taken back."))
    return redirect("funding:application", pk)


@require_safe
def grants(request: HttpRequest) -> Page:
    found = selectors.accounts(selectors.grants(), timezone.localdate())
    if kind := asked(request):
        return as_file(request, kind, tables.of_accounts(found))
    context = {
        "page": Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "deleted": [("grant", one) for one in selectors.deleted(Grant)],
        "may_write": may_write(request),
    }
    return render(request, "funding/grants.html", context)


def account_of(pk: int, today: dt.date) -> selectors.Account:
    found = selectors.accounts(selectors.grants().select_related("application").filter(pk=pk), today)
    if not found:
        raise Http404
    return found[0]


@require_safe
def grant(request: HttpRequest, pk: int) -> Page:
    today, names = timezone.localdate(), names_of(request)
    account = account_of(pk, today)
    if kind := asked(request):
        of = request.GET.get("table", "")
        if of == "allocations":
            return as_file(request, kind, tables.of_allocations(account, names))
        makers = {"instalments": tables.of_instalments, "report-dates": tables.of_report_dates}
        if of == "posts":
            return as_file(request, kind, tables.of_posts(posts_paid_by(pk, names, min(today, account.grant.ends_on))))
        if of in makers:
            return as_file(request, kind, makers[of](account))
        return as_file(request, kind, tables.of_expenses(selectors.expenses_of(account.grant)))
    context = {
        "account": account,
        "grant": account.grant,
        "balance": account.balance,
        "allocations": [(one, selectors.allocation_name(one, names)) for one in account.allocations],
        "posts": posts_paid_by(pk, names, min(today, account.grant.ends_on)),
        "page": Paginator(selectors.expenses_of(account.grant), ROWS_A_PAGE).get_page(request.GET.get("page")),
        "findings": double.of_grant(double.findings(names, today), pk),
        "deleted": [(word, one) for word, model in IN_AN_ACCOUNT for one in selectors.deleted(model, account.grant)],
        "may_write": may_write(request),
    }
    return render(request, "funding/grant.html", context)


def _given(request: HttpRequest) -> dict[str, Any]:
    """What a link already knows: `?funder=3`, `?call=4`."""
    return {name: value for name, value in request.GET.items() if name in ("funder", "call", "application")}


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, what: str) -> HttpResponse:
    kind = kind_named(what)
    line = kind.model()
    if kind.of_a_grant:
        asked_for = request.GET.get("grant", "")
        if not asked_for.isascii() or not asked_for.isdigit() or len(asked_for) > 18:
            messages.info(request, _("Choose the grant first."))
            return redirect("funding:grants")
        line.grant = get_object_or_404(selectors.grants(), pk=int(asked_for))  # type: ignore[attr-defined]
    data = request.POST if request.method == "POST" else None
    form = kind.form(data, names=names_of(request), initial=_given(request))
    return _written(request, kind, line, form, kind.add)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    kind = kind_named(what)
    alive = {"deleted_at__isnull": True} | ({"grant__deleted_at__isnull": True} if kind.of_a_grant else {})
    line = get_object_or_404(kind.model, pk=pk, **alive)
    data = request.POST if request.method == "POST" else None
    form = kind.form(data, names=names_of(request), initial=facts_of(kind, line))
    return _written(request, kind, line, form, kind.change)


def _written(request: HttpRequest, kind: Any, line: Any, form: Any, title: Any) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            services.save_line(line, **form.cleaned_data)
        except ValidationError as error:
            _tell(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(kind.page_of(line))
    context = {
        "form": form,
        "title": title,
        "what": kind.name,
        "line": line,
        "grant": line.grant if kind.of_a_grant else None,
        "back_url": kind.page_of(line),
        "back_label": line.grant.title if kind.of_a_grant else kind.back,
    }
    return render(request, "funding/line.html", context)


def _tell(form: Any, error: ValidationError) -> None:
    for name, texts in error.message_dict.items():
        form.add_error(name if name in form.fields else None, texts)


@require_POST
def delete(request: HttpRequest, what: str, pk: int) -> HttpResponseRedirect:
    kind = kind_named(what)
    line: Any = get_object_or_404(kind.model, pk=pk)
    try:
        services.delete_line(line)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(kind.page_of(line))
    success_with_undo(request, _("Deleted."), reverse("funding:restore", args=[what, pk]))
    return redirect(reverse(kind.home) if not kind.of_a_grant else kind.page_of(line))


@require_POST
def restore(request: HttpRequest, what: str, pk: int) -> HttpResponseRedirect:
    kind = kind_named(what)
    line: Any = get_object_or_404(kind.model, pk=pk)
    try:
        services.restore_line(line)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("It is back."))
        line.deleted_at = None
    return redirect(kind.page_of(line))

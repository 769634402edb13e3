"""The network's pages of its reports: the list with what is due, one report on its way, its versions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
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
from network.funding.ledger.tables import Table
from network.funding.ledger.views import may_write
from network.funding.models import ReportDate
from network.reports import deciding, selectors, services, tables
from network.reports.content import Content
from network.reports.enums import WRITABLE, State
from network.reports.filling import fill
from network.reports.forms import BeginForm, CommentForm, SignForm
from network.reports.models import FrozenReport, Report, ReportStep
from network.reports.steps import By

ROWS_A_PAGE = 50
Page = HttpResponse | StreamingHttpResponse
# In the order of what is to be done: first what the network has in hand.
PARTS = (
    (State.RETURNED, State.DRAFT, State.SIGNED),
    (State.SENT,),
    (State.ACCEPTED, State.REFUSED),
)


def by(request: HttpRequest) -> By:
    return By(request.user.pk, getattr(request.user, "name", ""))


def as_file(request: HttpRequest, kind: str, table: Table, as_of: dt.datetime | None = None) -> Page:
    return download(
        request, kind, table.stem, names=table.names, header=table.header, rows=table.rows,
        as_of=as_of or timezone.now(),
    )  # fmt: skip


def tell(form: Any, error: ValidationError) -> None:
    """What a service refuses, by the field that it is about."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, found in error.error_dict.items():
        form.add_error(name if name in form.fields else None, found)


def report_of(pk: int) -> Report:
    return get_object_or_404(selectors.reports(), pk=pk)


@require_safe
def home(request: HttpRequest) -> Page:
    found, due = selectors.reports(), selectors.due_reports()
    if kind := asked(request):
        is_due = request.GET.get("table") == "due"
        return as_file(request, kind, tables.of_due(due) if is_due else tables.of_reports(found))
    today, reports = timezone.localdate(), list(found)
    names = (_("With the network"), _("With the funder"), _("Decided"))
    parts = [(name, [one for one in reports if one.state in states]) for name, states in zip(names, PARTS, strict=True)]
    being_made = {one.report_date_id: one for one in reports if one.report_date_id}
    over = Paginator(parts[2][1], ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "parts": [(name, some) for name, some in parts[:2] if some],
        "decided": over,
        "due": [(one, (one.due_on - today).days, being_made.get(one.pk)) for one in due],
        "deleted": selectors.deleted_reports(),
        "empty": not reports,
        "may_write": may_write(request),
    }
    return render(request, "reports/home.html", context)


def _asked_date(request: HttpRequest) -> ReportDate | None:
    """`?date=3`: what is due, of which a report is begun."""
    typed = request.GET.get("date", "")
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 18):
        return None
    found = ReportDate.objects.filter(pk=int(typed), deleted_at__isnull=True, grant__deleted_at__isnull=True)
    one: ReportDate | None = found.select_related("grant__funder").first()
    return one


def _proposed(date: ReportDate | None) -> dict[str, Any]:
    """The closed months of last year, or of the grant of what is due."""
    today = timezone.localdate()
    closed = today.replace(day=1) - dt.timedelta(days=1)
    first, last = dt.date(today.year - 1, 1, 1), dt.date(today.year - 1, 12, 1)
    if date is None:
        return {"first": f"{first:%Y-%m}", "last": f"{last:%Y-%m}", "language": "fr"}
    grant = date.grant
    last = min(grant.ends_on, closed)
    pack = selectors.packs().filter(funder=grant.funder_id, versions__state="in_use").first()
    return {
        "pack": pack, "grants": [grant.pk], "title": f"{date.label} · {grant.title}"[:200], "language": "fr",
        "first": f"{grant.starts_on:%Y-%m}", "last": f"{last:%Y-%m}",
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    date = _asked_date(request)
    form = BeginForm(request.POST if request.method == "POST" else None, initial=_proposed(date))
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            made = services.begin(**said | {"grants": list(said["grants"])}, by=by(request), report_date=date)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, _("The report is begun and filled in. Look at what is missing."))
            return redirect("reports:report", made.pk)
    context = {"form": form, "date": date, "packs": form.fields["pack"].queryset.exists()}  # type: ignore[attr-defined]
    return render(request, "reports/begin.html", context)


@require_safe
def report(request: HttpRequest, pk: int) -> Page:
    """As it would be signed now while it is in hand; else as it was signed last."""
    one = report_of(pk)
    filled = fill(one) if one.state in WRITABLE else None
    versions = selectors.versions_of(one) if one.number else []
    content = filled.content if filled is not None else _content_at(one, one.number)
    steps = selectors.steps_of(one)
    if kind := asked(request):
        return _report_file(request, kind, content, steps)
    context = _page(request, one, content) | {
        "filled": filled,
        "versions": versions,
        "steps": steps,
        "word": next((step for step in reversed(steps) if step.step in ("returned", "refused", "accepted")), None),
        "left": any(version.sent_at for version in versions),
        "comment_form": CommentForm(),
        "may_write_lines": filled is not None and may_write(request),
    }
    return render(request, "reports/report.html", context)


def _report_file(request: HttpRequest, kind: str, content: Content, steps: list[ReportStep]) -> Page:
    of = request.GET.get("table", "")
    if of == "history":
        return as_file(request, kind, tables.of_steps(steps))
    return as_file(request, kind, tables.of_places(content) if of == "epn" else tables.of_lines(content), content.as_of)


def _page(request: HttpRequest, one: Report, content: Content) -> dict[str, Any]:
    return {"report": one, "content": content, "may_write": may_write(request)}


def _content_at(one: Report, number: int) -> Content:
    frozen = selectors.version_at(one, number)
    if frozen is None:
        raise Http404
    return selectors.content_of_frozen(frozen)


@require_safe
def version(request: HttpRequest, pk: int, number: int) -> Page:
    """A version as it was signed, byte by byte."""
    one = report_of(pk)
    frozen: FrozenReport = get_object_or_404(one.frozen, number=number)
    content = selectors.content_of_frozen(frozen)
    if kind := asked(request):
        return _report_file(request, kind, content, selectors.steps_of(one))
    context = _page(request, one, content) | {"frozen": frozen, "may_write_lines": False}
    return render(request, "reports/version.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    one = report_of(pk)
    if one.state not in WRITABLE:
        messages.info(request, _("This report is signed already."))
        return redirect("reports:report", pk)
    filled = fill(one)
    initial = {"name": getattr(request.user, "name", ""), "version": one.version}
    form = SignForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            services.sign(pk=pk, by=by(request), **form.cleaned_data)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, _("Signed. The report is frozen: send it now, or take the signature back."))
            return redirect("reports:report", pk)
    context = {"report": one, "form": form, "filled": filled}
    return render(request, "reports/sign.html", context)


def _deed(request: HttpRequest, pk: int, deed: Callable[[], Any], text: str, undo: str = "") -> HttpResponseRedirect:
    try:
        deed()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if undo:
            success_with_undo(request, text, undo)
        else:
            messages.success(request, text)
    return redirect("reports:report", pk)


def seen(request: HttpRequest) -> int | None:
    """The version of the report that was on the page."""
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 9 else None


@require_POST
def unsign(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    report_of(pk)
    text = _("The signature is taken back: the report may be changed again.")
    return _deed(request, pk, lambda: services.take_signature_back(pk=pk, by=by(request), version=seen(request)), text)


@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    report_of(pk)
    text = _("Sent. The funder's reviewers get a letter, and read it on their own pages.")
    return _deed(request, pk, lambda: services.send(pk=pk, by=by(request), version=seen(request)), text)


@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    one = report_of(pk)
    form = CommentForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            deciding.comment(pk=pk, by=by(request), **form.cleaned_data)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, _("Your comment is sent."))
            return redirect("reports:report", pk)
    return render(request, "reports/comment.html", {"report": one, "form": form})


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    report_of(pk)
    try:
        services.delete_draft(pk=pk, by=by(request), version=seen(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("reports:report", pk)
    success_with_undo(request, _("The draft is deleted."), reverse("reports:restore", args=[pk]))
    return redirect("reports:home")


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    get_object_or_404(Report, pk=pk)
    try:
        services.restore_draft(pk=pk, by=by(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("reports:home")
    messages.success(request, _("It is back."))
    return redirect("reports:report", pk)

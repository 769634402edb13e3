"""The pages of packs: what each funder asks. What is in use is read; the next version is made beside it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.downloads import asked
from maillage.design.feedback import success_with_undo
from network.funding.ledger.views import may_write
from network.reports import packs as services
from network.reports import selectors, tables
from network.reports.enums import LineKind, PackState
from network.reports.models import Pack, PackLine, PackVersion
from network.reports.pack_forms import PackForm, PackLineForm, initial_of
from network.reports.views import Page, as_file, tell


def _pack(pk: int) -> Pack:
    return get_object_or_404(selectors.packs(), pk=pk)


def _draft(pack: Pack) -> PackVersion:
    """The version that is being made. Raises Http404."""
    found = next((one for one in pack.versions.all() if one.state == PackState.DRAFT), None)
    if found is None:
        raise Http404
    return found


@require_safe
def packs(request: HttpRequest) -> Page:
    found = selectors.packs()
    if kind := asked(request):
        return as_file(request, kind, tables.of_packs(found))
    context = {
        "packs": found,
        "deleted": list(Pack.objects.filter(deleted_at__isnull=False).order_by("-deleted_at", "-pk")[:20]),
        "may_write": may_write(request),
    }
    return render(request, "reports/packs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = PackForm(request.POST if request.method == "POST" else None, is_new=True)
    if form.is_bound and form.is_valid():
        made = services.make_pack(**form.cleaned_data)
        messages.success(request, _("The pack is there. Change its lines, then put it in use."))
        return redirect("reports:pack", made.pk)
    return render(request, "reports/pack_form.html", {"form": form, "pack": None})


@require_safe
def pack(request: HttpRequest, pk: int) -> Page:
    """Its latest version, or another by `?version=`."""
    one = _pack(pk)
    versions = sorted(one.versions.all(), key=lambda row: -row.number)
    typed = request.GET.get("version", "")
    chosen = next((row for row in versions if str(row.number) == typed), versions[0] if versions else None)
    if chosen is None:
        raise Http404
    lines = selectors.lines_of(chosen)
    if kind := asked(request):
        return as_file(request, kind, tables.of_pack_lines(lines))
    writes = may_write(request)
    context = {
        "pack": one,
        "version": chosen,
        "versions": versions,
        "lines": lines,
        "kinds": [(kind.value, kind.label) for kind in LineKind],
        "may_write": writes,
        "may_change": writes and chosen.state == PackState.DRAFT,
        "has_draft": any(row.state == PackState.DRAFT for row in versions),
    }
    return render(request, "reports/pack.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, pk: int) -> HttpResponse:
    one = _pack(pk)
    version = _draft(one)
    initial = {"title": one.title, "introduction": version.introduction}
    form = PackForm(request.POST if request.method == "POST" else None, is_new=False, initial=initial)
    if form.is_bound and form.is_valid():
        services.write_pack(version_id=version.pk, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("reports:pack", pk)
    return render(request, "reports/pack_form.html", {"form": form, "pack": one})


def _deed(request: HttpRequest, pk: int, deed: Any, text: str) -> HttpResponseRedirect:
    try:
        deed()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if text:
            messages.success(request, text)
    return redirect("reports:pack", pk)


@require_POST
def use(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    version = _draft(_pack(pk))
    text = _("In use: reports are made with it from now on.")
    return _deed(request, pk, lambda: services.put_in_use(version_id=version.pk), text)


@require_POST
def following(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    one = _pack(pk)
    text = _("The next version is a copy: change it, then put it in use.")
    return _deed(request, pk, lambda: services.next_version(pack=one), text)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    services.delete_pack(pack=_pack(pk))
    success_with_undo(request, _("The pack is deleted. Its reports stay."), reverse("reports:pack_restore", args=[pk]))
    return redirect("reports:packs")


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    services.restore_pack(pack=get_object_or_404(Pack, pk=pk))
    messages.success(request, _("It is back."))
    return redirect("reports:pack", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def line_add(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    if kind not in LineKind.values:
        raise Http404
    one = _pack(pk)
    return _line_page(request, one, _draft(one), LineKind(kind), None)


@require_http_methods(["GET", "HEAD", "POST"])
def line(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    one = _pack(pk)
    version = _draft(one)
    row: PackLine = get_object_or_404(version.lines, pk=line)
    return _line_page(request, one, version, LineKind(row.kind), row)


def _line_page(
    request: HttpRequest, one: Pack, version: PackVersion, kind: LineKind, row: PackLine | None
) -> HttpResponse:  # fmt: skip
    others = [other for other in selectors.lines_of(version) if row is None or other.pk != row.pk]
    data = request.POST if request.method == "POST" else None
    initial = initial_of(row) if row is not None else {}
    form = PackLineForm(data, kind=kind, others=others, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            services.save_line(version_id=version.pk, line=row, kind=kind, **form.cleaned_data)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("reports:pack", one.pk)
    context = {"pack": one, "line": row, "kind": kind.label, "form": form}
    return render(request, "reports/pack_line.html", context)


@require_POST
def line_remove(request: HttpRequest, pk: int, line: int) -> HttpResponseRedirect:
    version = _draft(_pack(pk))
    return _deed(
        request, pk, lambda: services.remove_line(version_id=version.pk, line_id=line), _("The line is removed.")
    )


@require_POST
def line_move(request: HttpRequest, pk: int, line: int) -> HttpResponseRedirect:
    version = _draft(_pack(pk))
    up = request.POST.get("to") == "up"
    return _deed(request, pk, lambda: services.move_line(version_id=version.pk, line_id=line, up=up), "")

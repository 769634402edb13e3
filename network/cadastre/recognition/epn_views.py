"""An EPN and its label: how it stands, what it declares and signs. Its coordinator's."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from maillage.design.downloads import asked, download
from network.cadastre.recognition import dossiers
from network.cadastre.recognition.enums import Kind, Outcome
from network.cadastre.recognition.forms import ApplicationForm, take_errors
from network.cadastre.recognition.regions import region_label
from network.cadastre.recognition.words import TONES, sheets_of, whole_in_words
from tenants.registry.middleware import SpaceRequest

NAMES = ("criterion", "kind", "asked", "value", "outcome", "from")


def _file() -> dossiers.File:
    try:
        return dossiers.own_file()
    except LookupError:
        raise Http404 from None


@require_safe
def home(request: SpaceRequest) -> HttpResponse | StreamingHttpResponse:
    file = _file()
    sheets = sheets_of(file.lines)
    if kind := asked(request):
        header = [_("Criterion"), _("Code"), _("Asked"), _("Value"), _("Outcome"), _("From")]
        rows = [[one.label, one.kind, one.asked, one.value, str(one.outcome.label), one.source] for one in sheets]
        return download(request, kind, "label", names=NAMES, header=header, rows=rows, as_of=timezone.now())
    tone, icon = TONES[file.whole]
    context = {
        "file": file,
        "sheets": sheets,
        "region": region_label(file.region),
        "whole": whole_in_words(file.whole),
        "tone": tone,
        "icon": icon,
        "turned_away": file.turned_away if any(one.kind == Kind.NOBODY_REFUSED for one in sheets) else 0,
    }
    return render(request, "recognition/own.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: SpaceRequest) -> HttpResponse:
    file = _file()
    if file.own.is_signed:
        return redirect("recognition:home")
    form = ApplicationForm(
        request.POST if request.method == "POST" else None,
        asked=[one.asked for one in file.lines],
        declared=file.own.declared,
        initial={
            "seen": file.own.version,
            "remark": file.own.remark,
            "signed_name": getattr(request.user, "name", ""),
        },
    )
    sign = request.POST.get("do") == "sign"
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            dossiers.save_application(
                answers=form.answers(), remark=said["remark"], seen=said["seen"], sign=sign,
                signed_name=said["signed_name"], signed_role=said["signed_role"],
            )  # fmt: skip
        except ValidationError as error:
            take_errors(form, error)
        else:
            text = _("Signed. The network decides and tells you.") if sign else _("Kept. Nothing is sent yet.")
            messages.success(request, text)
            return redirect("recognition:home")
    counted = [one for one in sheets_of(file.lines) if one.where]
    context = {
        "form": form,
        "file": file,
        "counted": counted,
        "incomplete": any(one.outcome == Outcome.UNKNOWN for one in counted),
        "short": any(one.outcome == Outcome.NOT_MET for one in counted),
    }
    return render(request, "recognition/apply.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: SpaceRequest) -> HttpResponse:
    if request.method == "POST":
        try:
            dossiers.take_back()
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("Your application is taken back."))
        return redirect("recognition:home")
    context = {
        "title": _("Take your application back?"),
        "text": _("The network will not decide about it. You can sign again later: your answers are kept."),
        "action_label": _("Take the application back"),
        "cancel_url": reverse("recognition:home"),
        "danger": True,
    }
    return render(request, "components/confirm_page.html", context)

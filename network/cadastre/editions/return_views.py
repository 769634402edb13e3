"""One return as the network sees it: read beside what daily work gave, decided on, chased, or entered for the EPN."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.downloads import asked, download
from maillage.design.feedback import success_with_undo
from maillage.reference.selectors import commune_label
from network.cadastre.editions import import_pages, pages
from network.cadastre.editions.answers import ReturnInFull, in_full
from network.cadastre.editions.board import phones_of
from network.cadastre.editions.deciding import extend, note_call, send_back, undo_decision, validate_return
from network.cadastre.editions.edition_forms import CallForm, ExtendForm, SendBackForm
from network.cadastre.editions.entering import change_for_epn
from network.cadastre.editions.enums import State, Step
from network.cadastre.editions.letters import Sending, remind, tell
from network.cadastre.editions.models import CensusReturn, Indicator, ReturnFile
from network.cadastre.editions.pages import Desk, Page
from network.cadastre.editions.reviewing import review
from network.cadastre.editions.showing import NAMES, file_rows, header
from network.cadastre.editions.views import by_of, may_manage
from network.directory.models import Card
from tenants.registry.middleware import SpaceRequest
from tenants.registry.team.views import origin_of, take_errors

T = TypeVar("T")
HIGHEST_ID = 2**63 - 1


def _full(pk: int) -> ReturnInFull:
    if pk > HIGHEST_ID:
        raise Http404
    found = CensusReturn.objects.select_related("edition__questionnaire").filter(pk=pk).first()
    if found is None:
        raise Http404
    return in_full(found)


@require_safe
@never_cache
def one(request: SpaceRequest, pk: int) -> Page:
    full = _full(pk)
    if kind := asked(request):
        stem = f"census-{full.edition.year}-{full.census_return.epn_id}"
        as_of = max((step.at for step in full.steps), default=full.census_return.prefilled_at)
        return download(request, kind, stem, names=NAMES, header=header(), rows=file_rows(full), as_of=as_of)
    return _shown(request, full)


def _shown(request: SpaceRequest, full: ReturnInFull, **forms: Form) -> HttpResponse:
    row = full.census_return
    seen = {"version": row.version}
    phone = phones_of(Card.objects.filter(epn_id=row.epn_id)).get(row.epn_id, "")
    context: dict[str, Any] = {
        "full": full,
        "return": row,
        "edition": full.edition,
        "year": str(full.edition.year),
        "commune": commune_label(row.commune),
        "phone": phone,
        "phone_link": "".join(sign for sign in phone if sign.isdigit() or sign == "+"),
        "sections": review(full),
        "may_manage": may_manage(request),
        "send_back_form": SendBackForm(initial=seen),
        "extend_form": ExtendForm(initial=seen),
        "call_form": CallForm(),
        **forms,
    }
    return render(request, "editions/return.html", context, status=200)


def _say_letters(request: SpaceRequest, done: Sending) -> None:
    if done.reached:
        text = ngettext("%(n)s letter has gone.", "%(n)s letters have gone.", done.sent)
        messages.info(request, text % {"n": done.sent})
    elif done.unsent:
        messages.warning(request, _("The letter could not be sent: phone the EPN."))
    else:
        messages.warning(request, _("Nobody coordinates this EPN on this site: no letter was sent. Phone it."))


def _refused(request: SpaceRequest, pk: int, error: ValidationError, name: str, form: Form) -> HttpResponse:
    take_errors(form, error)
    return _shown(request, _full(pk), **{name: form})


@require_POST
def back(request: SpaceRequest, pk: int) -> HttpResponse:
    """Send it back, with a comment; the EPN's coordinators get a letter."""
    _full(pk)
    form = SendBackForm(request.POST)
    if not form.is_valid():
        return _shown(request, _full(pk), send_back_form=form)
    try:
        send_back(pk=pk, by=by_of(request), **form.cleaned_data)
    except ValidationError as error:
        return _refused(request, pk, error, "send_back_form", form)
    success_with_undo(request, _("The return is sent back to the EPN."), reverse("editions:undo", args=[pk]))
    _say_letters(request, tell(Step.RETURNED, pk, origin=origin_of(request)))
    return redirect("editions:return", pk)


@require_POST
def validate(request: SpaceRequest, pk: int) -> HttpResponse:
    full = _full(pk)
    seen = request.POST.get("version", "")
    try:
        validate_return(pk=pk, by=by_of(request), version=int(seen) if seen.isdecimal() and len(seen) < 9 else None)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("editions:return", pk)
    success_with_undo(request, _("The return is validated."), reverse("editions:undo", args=[pk]))
    _say_letters(request, tell(Step.VALIDATED, pk, origin=origin_of(request)))
    if request.POST.get("next") == "board":
        board = reverse("editions:board", args=[full.edition.year])
        return redirect(f"{board}?state={State.SUBMITTED}#epn")  # whoever else waits
    return redirect("editions:return", pk)


@require_POST
def undo(request: SpaceRequest, pk: int) -> HttpResponse:
    _full(pk)
    try:
        undo_decision(pk=pk, by=by_of(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The decision is taken back: the return waits as before."))
    return redirect("editions:return", pk)


@require_POST
def more_time(request: SpaceRequest, pk: int) -> HttpResponse:
    _full(pk)
    form = ExtendForm(request.POST)
    if not form.is_valid():
        return _shown(request, _full(pk), extend_form=form)
    try:
        extend(pk=pk, by=by_of(request), **form.cleaned_data)
    except ValidationError as error:
        return _refused(request, pk, error, "extend_form", form)
    messages.success(request, _("This EPN has more time."))
    return redirect("editions:return", pk)


@require_POST
def send_reminder(request: SpaceRequest, pk: int) -> HttpResponse:
    _full(pk)
    try:
        done = remind(pk=pk, by=by_of(request), origin=origin_of(request), again="again" in request.POST)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        asks = any(getattr(one, "code", "") == "today" for one in error.error_list)
        return redirect(f"{reverse('editions:return', args=[pk])}{'?again=yes' if asks else ''}#chase")
    _say_letters(request, done)
    return redirect("editions:return", pk)


@require_POST
def called(request: SpaceRequest, pk: int) -> HttpResponse:
    _full(pk)
    form = CallForm(request.POST)
    if not form.is_valid():
        return _shown(request, _full(pk), call_form=form)
    try:
        note_call(pk=pk, by=by_of(request), text=form.cleaned_data["note"])
    except ValidationError as error:
        return _refused(request, pk, error, "call_form", form)
    messages.success(request, _("The call is noted."))
    return redirect("editions:return", pk)


@require_safe
@never_cache
def attachment(_request: SpaceRequest, pk: int, code: str) -> HttpResponse:
    """A file of a return, for whoever reads it."""
    full = _full(pk)
    found = ReturnFile.objects.filter(value__census_return=full.pk, value__indicator__code=code).first()
    if found is None:
        raise Http404
    return pages.file_content(found)


# --- Entered for the EPN ---------------------------------------------------------------------------------------


def _desk(request: SpaceRequest, pk: int) -> Desk:
    def change(deed: Callable[[CensusReturn], T], *, verb: str) -> T:
        return change_for_epn(pk, deed, verb=verb)

    return Desk(
        pk=pk,
        by=by_of(request),
        prefix="editions:enter_",
        read=lambda: _full(pk),
        change=change,
        home=reverse("editions:return", args=[pk]),
    )


def _for_the_epn(view: Callable[..., Page]) -> Callable[..., Page]:
    """On behalf of an EPN: its own pages, behind the network's door."""

    @wraps(view)
    def found(request: SpaceRequest, pk: int, **arguments: str) -> Page:
        _full(pk)
        try:
            return view(request, _desk(request, pk), **arguments)
        except (CensusReturn.DoesNotExist, Indicator.DoesNotExist, ReturnFile.DoesNotExist) as nothing:
            raise Http404 from nothing

    return found


def _form_page(view: Callable[..., Page]) -> Callable[..., Page]:
    return require_http_methods(["GET", "HEAD", "POST"])(never_cache(_for_the_epn(view)))


enter_return = _form_page(pages.fill_in)
enter_table = _form_page(pages.fill_table)
enter_file = _form_page(pages.add_file)
enter_detach = require_POST(_for_the_epn(pages.detach))
enter_sign = _form_page(pages.sign)
enter_take_back = require_POST(_for_the_epn(pages.take_back))
enter_fill_again = require_POST(_for_the_epn(pages.fill_again))
enter_paper = require_safe(never_cache(_for_the_epn(pages.paper)))
enter_import = _form_page(import_pages.choose)
enter_import_model = require_safe(_for_the_epn(import_pages.model))
enter_import_write = require_POST(_for_the_epn(import_pages.write))

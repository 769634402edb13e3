"""The pages of an EPN on its own census returns: `/<federation>/<epn>/census/…`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.downloads import asked, download
from network.cadastre.editions import import_pages, pages
from network.cadastre.editions.answering import By
from network.cadastre.editions.crossing import change_own, own_file, own_return, own_returns
from network.cadastre.editions.models import CensusReturn, Indicator, ReturnFile
from network.cadastre.editions.pages import Desk, Page
from tenants.registry.middleware import SpaceRequest
from tenants.registry.to_the_federation import NotInANetworkError

T = TypeVar("T")
HIGHEST_ID = 2**63 - 1
NOWHERE = (CensusReturn.DoesNotExist, Indicator.DoesNotExist, ReturnFile.DoesNotExist, NotInANetworkError)


def _desk(request: SpaceRequest, pk: int) -> Desk:
    person = request.user
    assert not isinstance(person, AnonymousUser)

    def change(deed: Callable[[CensusReturn], T], *, verb: str) -> T:
        return change_own(pk, deed, verb=verb)

    return Desk(
        pk=pk,
        by=By(person.pk, person.name),
        prefix="census:",
        read=lambda: own_return(pk),
        change=change,
        home=reverse("census:list"),
    )


def _of_ones_own(view: Callable[..., Page]) -> Callable[..., Page]:
    """A number that is none of this EPN's returns is no page."""

    @wraps(view)
    def found(request: SpaceRequest, pk: int, **arguments: str) -> Page:
        if pk > HIGHEST_ID:
            raise Http404
        try:
            return view(request, _desk(request, pk), **arguments)
        except (
            CensusReturn.DoesNotExist,
            Indicator.DoesNotExist,
            ReturnFile.DoesNotExist,
            NotInANetworkError,
        ) as nothing:
            raise Http404 from nothing

    return found


def _form_page(view: Callable[..., Page]) -> Callable[..., Page]:
    return require_http_methods(["GET", "HEAD", "POST"])(never_cache(_of_ones_own(view)))


LIST_NAMES = ("year", "state", "due_on", "answered", "asked", "signed_name", "signed_role", "submitted_at")


@require_safe
def home(request: SpaceRequest) -> Page:
    found = own_returns()
    if kind := asked(request):
        header = [
            _("Year"), _("State"), _("To be sent by"), _("Answered"), _("Asked"), _("Signed by"), _("In what quality"),
            _("Signed on"),
        ]  # fmt: skip
        rows = [
            (
                one.census_return.edition.year,
                one.census_return.get_state_display(),
                one.due_on,
                one.completeness.answered,
                one.completeness.asked,
                one.census_return.signed_name,
                one.census_return.signed_role,
                one.census_return.submitted_at,
            )
            for one in found
        ]
        return download(request, kind, "census", names=LIST_NAMES, header=header, rows=rows, as_of=timezone.now())
    return render(request, "editions/epn_returns.html", {"found": found})


@_form_page
def one(request: SpaceRequest, desk: Desk) -> Page:
    return pages.fill_in(request, desk)


@_form_page
def table(request: SpaceRequest, desk: Desk, code: str) -> Page:
    return pages.fill_table(request, desk, code)


@_form_page
def file(request: SpaceRequest, desk: Desk, code: str) -> Page:
    return pages.add_file(request, desk, code)


@require_safe
@never_cache
@_of_ones_own
def file_content(_request: SpaceRequest, desk: Desk, code: str) -> HttpResponse:
    return pages.file_content(own_file(desk.pk, code))


@require_POST
@_of_ones_own
def detach(request: SpaceRequest, desk: Desk, code: str) -> Page:
    return pages.detach(request, desk, code)


@_form_page
def sign(request: SpaceRequest, desk: Desk) -> Page:
    return pages.sign(request, desk)


@require_POST
@_of_ones_own
def take_back(request: SpaceRequest, desk: Desk) -> Page:
    return pages.take_back(request, desk)


@require_POST
@_of_ones_own
def fill_again(request: SpaceRequest, desk: Desk) -> Page:
    return pages.fill_again(request, desk)


@require_safe
@never_cache
@_of_ones_own
def paper(request: SpaceRequest, desk: Desk) -> Page:
    return pages.paper(request, desk)


@_form_page
def import_file(request: SpaceRequest, desk: Desk) -> Page:
    return import_pages.choose(request, desk)


@require_safe
@_of_ones_own
def import_model(request: SpaceRequest, desk: Desk) -> Page:
    return import_pages.model(request, desk)


@require_POST
@_of_ones_own
def import_write(request: SpaceRequest, desk: Desk) -> Page:
    return import_pages.write(request, desk)

"""The EPN of a federation, for its coordinator: list, add, rename, archive, restore, label."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.accounts.models import Person
from maillage.design.downloads import asked, download
from network.cadastre.census.selectors import places_by_department
from network.directory import exports
from network.directory.forms import EpnForm, ListForm, NameForm
from network.directory.selectors import chosen, entries, epn_here
from network.directory.services import (
    Added,
    FirstCoordinator,
    add_epn,
    close,
    give_name,
    invite_coordinator,
    reopen,
)
from tenants.registry.crossing import outside, path_of
from tenants.registry.models import Epn, Federation, Invitation, Space
from tenants.registry.team.forms import AddressForm
from tenants.registry.team.selectors import coordinators_asked, without_coordinator
from tenants.registry.team.services import NotOpenError, renew, revoke, send
from tenants.registry.team.views import origin_of, say_sent, take_errors

ROWS_A_PAGE = 50


def _space(request: HttpRequest) -> Space:
    space: Space = request.space  # type: ignore[attr-defined]
    return space


def _epn(request: HttpRequest, epn_id: int) -> Epn:
    epn = epn_here(_space(request).pk, epn_id)
    if epn is None:
        raise Http404
    return epn


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


@require_safe
def epn_list(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    form = ListForm(request.GET or None)
    valid = form.is_valid()
    archived = valid and form.cleaned_data["archived"] == "yes"
    everything = entries(_space(request).pk)
    rows = chosen(
        everything,
        archived=archived,
        text=form.cleaned_data["q"] if valid else "",
        stale=valid and form.cleaned_data["checked"] == "stale",
    )
    path = path_of(_space(request))
    if kind := asked(request):
        if request.GET.get("table") == "departments":
            header, departments = exports.header_of_departments(), places_by_department()
            return download(
                request, kind, "departments", names=exports.DEPARTMENTS, header=header, rows=departments,
                as_of=timezone.now(),
            )  # fmt: skip
        header, found = exports.header_of_epn(), list(exports.rows_of_epn(rows, path))
        return download(request, kind, "epn", names=exports.EPN, header=header, rows=found, as_of=timezone.now())
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    with outside():
        unreachable = without_coordinator(one.epn_id for one in page)
    context = {
        "filter": form,
        "archived": archived,
        "page": page,
        "unreachable": unreachable,
        "anything": bool(everything),
        "found": len(rows),
        "may_manage": request.membership.role == "network_coordinator",  # type: ignore[attr-defined]
        "path": path,
        "departments": places_by_department(),
    }
    return render(request, "directory/epn_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def epn_add(request: HttpRequest) -> HttpResponse:
    space = _space(request)
    federation = Federation.objects.get(pk=space.pk)
    form = EpnForm(_posted(request), country=federation.country)
    if request.method == "POST" and form.is_valid():
        try:
            added = add_epn(
                federation_id=space.pk,
                name=form.cleaned_data["name"],
                slug=form.cleaned_data["slug"],
                site=form.site(),
                by=cast(Person, request.user),
                coordinator=form.coordinator(),
            )
        except ValidationError as error:
            take_errors(form, error)
        else:
            _say_added(request, added)
            return redirect("epn:list")
    context = {"form": form, "path": path_of(space)}
    return render(request, "directory/epn_add.html", context)


def _say_added(request: HttpRequest, added: Added) -> None:
    path = f"/{path_of(_space(request))}/{added.epn.slug}/"
    messages.success(request, _("%(epn)s is open, at %(path)s.") % {"epn": added.epn.space.name, "path": path})
    if added.invitation is not None:
        _send(request, added.invitation, added.secret)


def _send(request: HttpRequest, invitation: Invitation, secret: str) -> None:
    with outside():
        sent = send(invitation=invitation, secret=secret, origin=origin_of(request))
    say_sent(request, invitation, sent=sent)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def epn_coordinator(request: HttpRequest, epn_id: int) -> HttpResponse:
    """Ask somebody to coordinate an EPN that has nobody who could."""
    epn = _epn(request, epn_id)
    form = AddressForm(_posted(request), initial={"language": get_language()})
    with outside():
        reachable = not without_coordinator([epn.pk])
        waiting = [] if reachable else coordinators_asked(epn.pk)
    if not reachable and request.method == "POST" and form.is_valid():
        try:
            with outside():
                invitation, secret = invite_coordinator(
                    epn=epn,
                    federation=Federation.objects.select_related("space").get(pk=_space(request).pk),
                    by=cast(Person, request.user),
                    coordinator=FirstCoordinator(**form.cleaned_data),
                )
        except ValidationError as error:
            take_errors(form, error)
        else:
            _send(request, invitation, secret)
            return redirect("epn:coordinator", epn.pk)
    context = {"form": form, "epn": epn, "name": epn.space.name, "reachable": reachable, "waiting": waiting}
    return render(request, "directory/epn_coordinator.html", context)


@require_POST
def epn_coordinator_again(request: HttpRequest, epn_id: int, invitation_id: int) -> HttpResponse:
    found = _asked(request, epn_id, invitation_id)
    try:
        with outside():
            invitation, secret = renew(invitation=found, by=cast(Person, request.user), through=_space(request))
    except NotOpenError:
        raise Http404 from None
    _send(request, invitation, secret)
    return redirect("epn:coordinator", epn_id)


@require_POST
def epn_coordinator_revoke(request: HttpRequest, epn_id: int, invitation_id: int) -> HttpResponse:
    found = _asked(request, epn_id, invitation_id)
    with outside():
        revoke(invitation=found)
    messages.success(request, _("The link that %(email)s got opens nothing any more.") % {"email": found.email})
    return redirect("epn:coordinator", epn_id)


def _asked(request: HttpRequest, epn_id: int, invitation_id: int) -> Invitation:
    """An invitation to coordinate an EPN without a coordinator: of any other EPN, the team is not the network's."""
    epn = _epn(request, epn_id)
    with outside():
        found = coordinators_asked(epn.pk) if without_coordinator([epn.pk]) else []
    for one in found:
        if one.pk == invitation_id:
            return one
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
def epn_rename(request: HttpRequest, epn_id: int) -> HttpResponse:
    epn = _epn(request, epn_id)
    form = NameForm(_posted(request), initial={"name": epn.space.name, "slug": epn.slug})
    if request.method == "POST" and form.is_valid():
        try:
            give_name(federation_id=_space(request).pk, epn=epn, **form.cleaned_data)
        except ValidationError as error:
            take_errors(form, error)
        else:
            values = {
                "epn": form.cleaned_data["name"],
                "path": f"/{path_of(_space(request))}/{form.cleaned_data['slug']}/",
            }
            messages.success(request, _("The EPN is now called %(epn)s, at %(path)s.") % values)
            return redirect("epn:list")
    context = {"form": form, "epn": epn, "name": epn.space.name}
    return render(request, "directory/epn_rename.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def epn_archive(request: HttpRequest, epn_id: int) -> HttpResponse:
    epn = _epn(request, epn_id)
    values = {"epn": epn.space.name}
    if request.method == "POST":
        close(federation_id=_space(request).pk, epn=epn)
        messages.success(request, _("%(epn)s is archived. Its figures stay.") % values)
        return redirect("epn:list")
    context = {
        "title": _("Archive %(epn)s?") % values,
        "text": _(
            "Nobody can enter it any more, and it leaves the public page."
            " Its visits, contracts and figures are kept. You can open it again."
        ),
        "action_label": _("Archive this EPN"),
        "cancel_url": reverse("epn:list"),
        "danger": True,
    }
    return render(request, "components/confirm_page.html", context)


@require_POST
def epn_restore(request: HttpRequest, epn_id: int) -> HttpResponse:
    epn = _epn(request, epn_id)
    try:
        reopen(federation_id=_space(request).pk, epn=epn)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("%(epn)s is open again.") % {"epn": epn.space.name})
    return redirect("epn:list")


@require_safe
def epn_label(request: HttpRequest, epn_id: int) -> HttpResponse:
    """Its criteria, its papers and whoever decides have a page of their own."""
    return redirect("recognition:epn", _epn(request, epn_id).pk)

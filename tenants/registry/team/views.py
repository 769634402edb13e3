"""The team of a space: for those who let the others in, and the way out for everybody."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.accounts.models import Person
from tenants.registry.crossing import address_of, outside
from tenants.registry.enums import COORDINATOR_OF, Kind
from tenants.registry.middleware import SpaceRequest
from tenants.registry.models import Invitation, Membership, Space
from tenants.registry.team.forms import ChangeRoleForm, InviteForm
from tenants.registry.team.selectors import (
    invitations,
    is_last_coordinator,
    members,
    members_by_name,
    sent_by,
)
from tenants.registry.team.services import NotOpenError, change_role, end_access, invite, leave_space, renew, send
from tenants.registry.team.services import revoke as withdraw

P = ParamSpec("P")


def in_the_register(view: Callable[Concatenate[SpaceRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Memberships and invitations are in public tables that no space's role can read."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        with outside():
            return view(cast(SpaceRequest, request), *args, **kwargs)

    return never_cache(wrapped)


def space_of(request: SpaceRequest) -> Space:
    assert request.space is not None
    return request.space


def origin_of(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def take_errors(form: Form, error: ValidationError) -> None:
    """Show a service's refusal at its field, or above the form when the form has no such field."""
    by_field = error.message_dict if hasattr(error, "error_dict") else {None: error.messages}
    for field, texts in by_field.items():
        for text in texts:
            form.add_error(field if field in form.fields else None, text)


def say_sent(request: HttpRequest, invitation: Invitation, *, sent: bool) -> None:
    values = {"email": invitation.email}
    if sent:
        messages.success(request, _("We wrote to %(email)s. The link in the letter works for 14 days.") % values)
    elif invitation.problem == "refused":
        messages.warning(
            request,
            _(
                "The mail server refuses %(email)s: nothing was sent. Is the address right?"
                " If not, withdraw the invitation and make a new one."
            )
            % values,
        )
    else:
        messages.warning(
            request,
            _(
                "The letter to %(email)s could not be sent: the mail server does not answer."
                " The invitation is kept. Choose “Send again” in a few minutes."
            )
            % values,
        )


@require_safe
@in_the_register
def people(request: SpaceRequest) -> HttpResponse:
    space = space_of(request)
    team = members_by_name(space.pk)
    coordinators = [one for one in team if one.role == COORDINATOR_OF[Kind(space.kind)]]
    context = {
        "team": team,
        "waiting": list(invitations(space.pk).order_by("-created_at", "-pk")),
        "only_coordinator": coordinators[0].pk if len(coordinators) == 1 else None,
        "with_funders": space.kind == Kind.FEDERATION,
        "pcs_url": reverse("shared_pcs") if space.kind == Kind.EPN else "",
    }
    return render(request, "registry/team/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_the_register
def invite_somebody(request: SpaceRequest) -> HttpResponse:
    space = space_of(request)
    posted = request.POST if request.method == "POST" else None
    form = InviteForm(posted, space=space, initial={"language": get_language()})
    if form.is_bound and form.is_valid():
        try:
            invitation, secret = invite(space=space, by=cast(Person, request.user), **form.cleaned_data)
        except ValidationError as error:
            take_errors(form, error)
        else:
            assert secret is not None
            say_sent(
                request,
                invitation,
                sent=send(invitation=invitation, secret=secret, origin=origin_of(request)),
            )
            return redirect("team:people")
    return render(request, "registry/team/invite.html", {"form": form})


@require_POST
@in_the_register
def resend(request: SpaceRequest, invitation_id: int) -> HttpResponse:
    found = get_object_or_404(invitations(space_of(request).pk), pk=invitation_id)
    try:
        invitation, secret = renew(invitation=found, by=cast(Person, request.user))
    except NotOpenError:
        raise Http404 from None
    say_sent(request, invitation, sent=send(invitation=invitation, secret=secret, origin=origin_of(request)))
    return redirect("team:people")


@require_POST
@in_the_register
def revoke(request: SpaceRequest, invitation_id: int) -> HttpResponse:
    found = get_object_or_404(invitations(space_of(request).pk), pk=invitation_id)
    withdraw(invitation=found)
    messages.success(request, _("The link that %(email)s got opens nothing any more.") % {"email": found.email})
    return redirect("team:people")


def _member(request: SpaceRequest, membership_id: int) -> Membership:
    return get_object_or_404(members(space_of(request).pk), pk=membership_id)


@require_http_methods(["GET", "HEAD", "POST"])
@in_the_register
def role(request: SpaceRequest, membership_id: int) -> HttpResponse:
    membership = _member(request, membership_id)
    form = ChangeRoleForm(request.POST if request.method == "POST" else None, membership=membership)
    if form.is_bound and form.is_valid():
        try:
            changed = change_role(membership=membership, **form.cleaned_data)
        except ValidationError as error:
            take_errors(form, error)
        except Membership.DoesNotExist:
            raise Http404 from None
        else:
            values = {"name": membership.person.name, "role": changed.get_role_display()}
            messages.success(request, _("%(name)s is now: %(role)s.") % values)
            mine = changed.person_id == request.user.pk and changed.role != COORDINATOR_OF[Kind(space_of(request).kind)]
            return redirect("home" if mine else "team:people")
    return render(request, "registry/team/role.html", {"form": form, "name": membership.person.name})


@require_http_methods(["GET", "HEAD", "POST"])
@in_the_register
def end(request: SpaceRequest, membership_id: int) -> HttpResponse:
    membership = _member(request, membership_id)
    if membership.person_id == request.user.pk:
        return redirect("team:leave")
    name = membership.person.name
    text = _("This person can't enter any more, from this moment, and the programs of this person neither.")
    context = {
        "title": _("End the access of %(name)s?") % {"name": name},
        "texts": [text, _("What they recorded stays. You can invite them again."), *_unsent(membership)],
        "action_label": _("End the access"),
        "cancel_url": reverse("team:people"),
        "refusal": "",
    }
    if request.method == "POST":
        try:
            end_access(membership=membership)
        except ValidationError as error:
            context["refusal"] = " ".join(error.messages)
        except Membership.DoesNotExist:
            raise Http404 from None
        else:
            messages.success(request, _("%(name)s has no access any more.") % {"name": name})
            return redirect("team:people")
    return render(request, "registry/team/end.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_the_register
def leave(request: SpaceRequest) -> HttpResponse:
    membership = _mine(request)
    name = space_of(request).name
    context: dict[str, Any] = {
        "title": _("Leave %(space)s?") % {"space": name},
        "texts": [
            _("You can't enter any more, from this moment, and your programs neither."),
            _("What you recorded stays. To come back, you need a new invitation."),
            *_unsent(membership),
        ],
        "action_label": _("Leave this space"),
        "cancel_url": reverse("home"),
        "refusal": "",
    }
    if is_last_coordinator(membership):
        context["refusal"] = _("A space needs somebody who lets the others in. Make another person coordinator first.")
    if request.method == "POST":
        try:
            leave_space(membership=membership)
        except ValidationError as error:
            context["refusal"] = " ".join(error.messages)
        except Membership.DoesNotExist:
            raise Http404 from None
        else:
            messages.success(request, _("You have left %(space)s.") % {"space": name})
            return redirect(address_of(None, "profile"))
    return render(request, "registry/team/end.html", context)


def _mine(request: SpaceRequest) -> Membership:
    assert request.membership is not None
    return get_object_or_404(members(space_of(request).pk), pk=request.membership.pk)


def _unsent(membership: Membership) -> list[str]:
    number = sent_by(membership)
    if not number:
        return []
    text = ngettext(
        "%(n)s invitation that waits for an answer is withdrawn: another coordinator can send it again.",
        "%(n)s invitations that wait for an answer are withdrawn: another coordinator can send them again.",
        number,
    )
    return [text % {"n": number}]

"""One's own PIN, the switch between people on a shared PC, and an EPN's shared PCs."""

from __future__ import annotations

from typing import cast

from allauth.account.utils import get_next_redirect_url
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.accounts.models import Person
from tenants.registry.crossing import address_of, outside
from tenants.registry.models import Space
from tenants.registry.signing_in import keeping, lock
from tenants.registry.signing_in.models import SharedPc
from tenants.registry.signing_in.pins.forms import NewPinForm, PinForm
from tenants.registry.signing_in.pins.selectors import (
    has_pin,
    may_have_pin,
    people_with_pin,
    shared_pcs_of,
    short_names,
    tries_left,
)
from tenants.registry.signing_in.pins.services import Tried, remove_pin, revoke_pc, set_pin, try_pin
from tenants.registry.signing_in.pins.session import in_their_language, open_session, pc_of
from tenants.registry.signing_in.views import proven_again


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@proven_again
def pin(request: HttpRequest) -> HttpResponse:
    person = cast(Person, request.user)
    form = NewPinForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            set_pin(person=person, pin=form.cleaned_data["new_pin"])
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Your PIN is set. Use it on the shared PCs of your EPN."))
            return redirect("profile")
    context = {"form": form, "has_pin": has_pin(person), "may_have_pin": may_have_pin(person)}
    return render(request, "registry/pins/pin.html", context)


@require_POST
@proven_again
def remove(request: HttpRequest) -> HttpResponse:
    remove_pin(person=cast(Person, request.user))
    messages.success(request, _("You have no PIN any more."))
    return redirect("profile")


@sensitive_post_parameters("pin")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def switch(request: HttpRequest) -> HttpResponse:
    """From a locked session to another person's own: a name, six digits. Only on a shared PC of their EPN."""
    wanted = get_next_redirect_url(request) or ""
    if not lock.is_locked(request):
        return redirect(wanted or "spaces")
    pc = pc_of(request)
    if pc is None:
        return redirect("unlock")
    people = people_with_pin(pc.space)
    names, before = short_names(people), cast(Person, request.user)
    who = request.POST.get("who") or request.GET.get("who", "")
    person = next((one for one in people if str(one.pk) == who), None)
    context = {"names": names.items(), "before": before, "wanted": wanted, "place": pc.space.name}
    if person is None:
        return render(request, "registry/pins/switch.html", context)
    form = PinForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if try_pin(pc=pc, person=person, pin=form.cleaned_data["pin"]) == Tried.RIGHT:
            back = wanted if person == before else ""
            open_session(request, person=person, pc=pc)
            there = keeping.waiting_for(request, person) or back or address_of(pc.space)
            return in_their_language(request, redirect(there), person)
        left = tries_left(pc=pc, person=person)
        words = ngettext(
            "This is not your PIN. You can try once more.",
            "This is not your PIN. You can try %(left)s times more.",
            left,
        )
        form.add_error("pin", words % {"left": left})
    context |= {"form": form, "who": person.pk, "name": names[person.pk], "left": tries_left(pc=pc, person=person)}
    return render(request, "registry/pins/type_pin.html", context)


@require_safe
def shared_pcs(request: HttpRequest) -> HttpResponse:
    """For the coordinator of an EPN: where a PIN opens something, and since when."""
    space = cast(Space, request.space)  # type: ignore[attr-defined]
    with outside():
        here, found = pc_of(request), list(shared_pcs_of(space))
        names = list(short_names(people_with_pin(space)).values())
    return render(request, "registry/pins/shared_pcs.html", {"pcs": found, "here": here, "names": names})


@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    space, number = cast(Space, request.space), request.POST.get("pc", "")  # type: ignore[attr-defined]
    with outside():
        pc: SharedPc | None = next((one for one in shared_pcs_of(space) if str(one.pk) == number), None)
        if pc is not None:
            revoke_pc(pc=pc)
    if pc is not None:
        messages.success(request, _("No PIN opens anything on this PC any more."))
    return redirect(reverse("shared_pcs"))

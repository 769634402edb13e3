"""One's own tokens: what programs may do in one's name, until when, and when they last did."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from maillage.accounts.models import Person
from tenants.registry.forms import TokenForm
from tenants.registry.selectors import memberships_of, tokens_of
from tenants.registry.services import make_token, revoke_token
from tenants.registry.signing_in.views import proven_again


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@proven_again
def tokens(request: HttpRequest) -> HttpResponse:
    """The secret is in the answer to the POST itself: kept for a redirect, it would be stored in clear."""
    person = cast(Person, request.user)
    memberships = memberships_of(person)
    form = TokenForm(request.POST or None, memberships=memberships)
    secret = ""
    if form.is_bound and form.is_valid():
        space = form.spaces[form.cleaned_data["space"]]
        try:
            _token, secret = make_token(person=person, space=space, name=form.cleaned_data["name"])
        except ValidationError as refused:
            form.add_error("space", refused)
        else:
            form = TokenForm(memberships=memberships)
    context = {"form": form, "secret": secret, "tokens": list(tokens_of(person)), "may_ask": bool(form.spaces)}
    return render(request, "registry/tokens.html", context)


@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    token = get_object_or_404(tokens_of(cast(Person, request.user)), pk=token_id)
    revoke_token(token=token)
    messages.success(request, _("This program has no access any more."))
    return redirect("tokens")

"""The machine's door as the middleware sees it: which paths are the API's, whose token it is, errors in JSON."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

# `api` can be no space's name (addresses.KEPT_FREE): at most two segments, a space's address, come before it.
API_PATH = re.compile(r"/(?:[^/]+/){0,2}api(?:/|\Z)")
AS_THE_API = {"ensure_ascii": False, "separators": (",", ":")}
KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")


def is_api(path: str) -> bool:
    return API_PATH.match(path) is not None


def secret_of(request: HttpRequest) -> str | None:
    """What `Authorization: Token …` presents; None where the header isn't there, or is of another scheme."""
    scheme, _space, secret = request.headers.get("Authorization", "").strip().partition(" ")
    return secret.strip() if scheme.lower() == "token" else None


def words_for(status: int) -> str:
    """The sentence of an error, in the reader's language; the same for every reason behind one status."""
    if status == 401:
        return _("Sign in, or send a token that is still valid.")
    if status == 403:
        return _("Your role does not allow this.")
    if status == 404:
        return _("There is nothing at this address.")
    if status == 405:
        return _("This address does not take this method.")
    if status == 413:
        return _("This is too large to be read at once.")
    if status >= 500:
        return _("Something went wrong on our side. Try again later.")
    return _("This request can't be read.")


def problem(status: int, detail: str = "") -> HttpResponse:
    # Written as the API's own answers are: where an error was found must not show.
    response = JsonResponse({"detail": detail or words_for(status)}, status=status, json_dumps_params=AS_THE_API)
    if status == 401:
        response["WWW-Authenticate"] = "Token"
    return response


def spoken(response: HttpResponseBase) -> HttpResponseBase:
    """An error that Django answered with a page, as JSON."""
    if response.status_code < 400 or response.get("Content-Type", "").startswith("application/json"):
        return response
    answer = problem(response.status_code)
    for name in KEPT_HEADERS:
        if name in response:
            answer[name] = response[name]
    return answer

"""From a path to a space: which one, may this person enter, and with what role does PostgreSQL work meanwhile.

A space that a person may not enter is treated as if it had no address, so its 404 is the federation's
own, byte for byte. Anonymous people are sent to sign-in for whatever isn't public.

A route of an EPN that is open to anybody (a calendar's secret address) is asked for without a sign-in: whoever has no
role there gets the page, or the federation's own 404, whether that EPN exists or not.

On the API's paths a token may stand for a session, and every error is JSON: 401 instead of sign-in.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponsePermanentRedirect,
)
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.urls import Resolver404, get_script_prefix, resolve, set_script_prefix
from django.utils.cache import add_never_cache_headers
from django.utils.encoding import escape_uri_path

from maillage.audit.services import acting
from tenants.registry.addresses import UNSAFE_PATH, Located, names_in
from tenants.registry.crossing import enter, keep_streaming, leave, urlconf_of
from tenants.registry.enums import Kind
from tenants.registry.locating import is_for_anybody, locate
from tenants.registry.machine import is_api, problem, secret_of, spoken
from tenants.registry.models import ApiToken, Membership, Space
from tenants.registry.roles import ANYBODY, ROUTES, allows, who_may
from tenants.registry.services import note_use
from tenants.registry.signing_in import gate, keeping, lock
from tenants.registry.signing_in.pins import session as by_pin
from tenants.registry.way_in import WayIn, way_in

if TYPE_CHECKING:
    from maillage.accounts.models import Person


class SpaceRequest(HttpRequest):
    """What a view gets: the space it is in (None: the public pages) and the person's membership there."""

    space: Space | None
    membership: Membership | None
    api_token: ApiToken | None
    door: str  # `api` or `page`, for the journal
    asked: str  # the path as it came, before a space took its part of it
    turned_away: bool  # a form that went no further than the door
    kept_secret: str | None  # the browser's, of a form that was kept there
    user: Person | AnonymousUser


class SpaceMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, plain: HttpRequest) -> HttpResponseBase:
        request = cast(SpaceRequest, plain)
        request.space = request.membership = request.api_token = None
        request.door = "api" if is_api(request.path_info) else "page"
        request.asked, request.turned_away, request.kept_secret = request.path_info, False, None
        if request.door == "page":
            response = self.answer(request)
            keeping.on_the_way_out(request, response)
            if request.user.is_authenticated:
                add_never_cache_headers(response)  # the next person at this PC must not find it by going back
            return response
        secret = secret_of(request)
        if secret is not None:
            way = way_in(secret, names_in(request.path_info))
            if way is None:
                return problem(401)
            note_use(token=way.token)
            request.api_token, request.user = way.token, way.token.person
            return spoken(self.answer(request, way))
        return spoken(self.answer(request))

    def answer(self, request: SpaceRequest, way: WayIn | None = None) -> HttpResponseBase:
        if UNSAFE_PATH.search(request.path_info):
            request.path_info = request.path = "/-/"
            return self.get_response(request)
        person = None if isinstance(request.user, AnonymousUser) else request.user
        if person is not None and request.api_token is None:
            locked = lock.stopped(request, door=request.door)
            if locked is not None:
                return locked
            if by_pin.end_if_revoked(request):
                person = None
        located, request.membership = locate(request.path_info, person=person, way=way, method=request.method)
        if request.api_token is None:
            narrow = by_pin.stopped(request, person=person, space=located.space, door=request.door)
            if narrow is not None:
                return narrow
        if located.primary is not None:
            return self.moved(request, located)
        if located.space is None:
            with acting(actor_id=None if person is None else person.pk, door=request.door):
                return self.get_response(request)
        if person is None and not self.leads_somewhere(request, located):
            return self.sign_in_first(request)
        if not located.rest:
            return HttpResponsePermanentRedirect(self.with_query(request, f"{request.path}/"))
        held = gate.stopped(
            request,
            person=person,
            space=located.space,
            membership=request.membership,
            token=request.api_token,
            door=request.door,
        )
        if held is not None:
            return held
        return self.inside(request, located, person)

    def leads_somewhere(self, request: HttpRequest, located: Located) -> bool:
        """Whether a path is a page of the federation, or could be an open one of an EPN. If not it may be another
        page of an EPN: anonymous people sign in first."""
        assert located.space is not None
        try:
            resolve(located.rest or "/", urlconf_of(located.space.kind))
        except Resolver404:
            _epn, slash, within = located.rest.lstrip("/").partition("/")
            return located.space.kind == Kind.FEDERATION and is_for_anybody(slash + within, request.method)
        return True

    @staticmethod
    def sign_in_first(request: SpaceRequest) -> HttpResponse:
        if request.door == "api":
            return problem(401)
        wanted = keeping.way_back(request, None) or request.get_full_path()
        if request.headers.get("HX-Request"):
            return keeping.lead(request, settings.LOGIN_URL, wanted)
        return redirect_to_login(wanted, settings.LOGIN_URL)

    def moved(self, request: SpaceRequest, located: Located) -> HttpResponse:
        """A former address: GET goes on to the new one; a form that was open keeps its content (308)."""
        target = self.with_query(request, escape_uri_path(f"/{located.primary}{located.rest or '/'}"))
        response = HttpResponsePermanentRedirect(target)
        if request.method not in ("GET", "HEAD"):
            response.status_code = 308
        response["Cache-Control"] = "no-store"
        return response

    @staticmethod
    def with_query(request: HttpRequest, path: str) -> str:
        query = request.META.get("QUERY_STRING", "")
        return f"{path}?{query}" if query else path

    def inside(self, request: SpaceRequest, located: Located, person: Person | None) -> HttpResponseBase:
        space = located.space
        assert space is not None
        outside = get_script_prefix()
        request.space = space
        request.urlconf = urlconf_of(space.kind)
        request.path_info = located.rest
        request.META["SCRIPT_NAME"] = outside.rstrip("/") + located.prefix.rstrip("/")
        place, prefix = space.place, outside.rstrip("/") + located.prefix
        enter(place)
        set_script_prefix(prefix)
        try:
            with acting(actor_id=None if person is None else person.pk, space_id=space.pk, door=request.door):
                response = self.get_response(request)
                context = copy_context()
        finally:
            set_script_prefix(outside)
            leave()
        if isinstance(response, StreamingHttpResponse):
            keep_streaming(response, place, context)
        return response

    def process_view(
        self, plain: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Ask the role table before any view runs. It fails closed: a route without a row is refused."""
        request = cast(SpaceRequest, plain)
        match = request.resolver_match
        assert match is not None
        kind = request.space.kind if request.space is not None else Kind.PUBLIC
        route = match.view_name or ""
        method = request.method or "GET"
        who = who_may(kind, route, method)
        if who is None and route in ROUTES[kind]:
            return HttpResponseNotAllowed(sorted(ROUTES[kind][route]))
        signed_in = request.user.is_authenticated
        role = request.membership.role if request.membership is not None else None
        if allows(who, signed_in=signed_in, role=role):
            by_token = request.api_token is not None
            return None if by_token or not signed_in else by_pin.stopped_at(request, route=route, door=request.door)
        if not signed_in and who is not None and who != ANYBODY:
            return self.sign_in_first(request)
        if request.space is not None and request.membership is None:
            raise Http404
        raise PermissionDenied

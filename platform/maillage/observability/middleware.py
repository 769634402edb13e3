"""The outermost layers: a number and a log line for each request, probes, and what is too large to be read."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import resolve

from maillage.observability import metrics
from maillage.observability.context import STATIC, kind_of, method_of, requested, route_of

logger = logging.getLogger("maillage.access")

# What proxies make: a UUID or hexadecimal digits. Anything wider could carry a name into the log.
WELL_FORMED = re.compile(r"[0-9a-fA-F-]{16,64}\Z")
Respond = Callable[[HttpRequest], HttpResponseBase]


def request_id_of(request: HttpRequest) -> str:
    """The proxy's number when there is a proxy of ours, else a new one."""
    given = request.headers.get("X-Request-ID", "") if settings.TRUSTED_PROXY_COUNT else ""
    return given if WELL_FORMED.match(given) else uuid.uuid4().hex


class ObservedMiddleware:
    """Numbers, times, logs and counts every request, and adds the headers that every answer has."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = request_id_of(request)
        began = time.perf_counter()
        with requested(request, request_id):
            response = self.get_response(request)
            response["X-Request-ID"] = request_id
            # Crashes were logged where they were caught. Django would say each status again, and no longer know whose.
            response._has_been_logged = True  # type: ignore[attr-defined]
            for name, value in settings.HEADERS_OF_EVERY_ANSWER.items():
                response.setdefault(name, value)
            seconds = time.perf_counter() - began
            route, status = route_of(request), response.status_code
            metrics.request_answered(
                kind=kind_of(request), route=route, method=method_of(request), status=status, seconds=seconds
            )
            dull = status < 400 and (route == STATIC or request.path_info in settings.PROBES)
            measured = {"status": status, "duration_ms": round(seconds * 1000, 1)}
            logger.log(logging.DEBUG if dull else logging.INFO, "answered", extra={"measured": measured})
        return response


class AnsweredFirstMiddleware:
    """Answers what comes from machines beside the web: by a pod's address, over plain HTTP, without a session.

    Probes know neither ALLOWED_HOSTS nor TLS, and a browser's report comes without a CSRF token; none of them
    needs a person or a space. `settings.ANSWERED_FIRST` says which paths and methods; the rest goes its way.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in settings.ANSWERED_FIRST.get(request.path_info, ()):
            return self.get_response(request)
        request.resolver_match = match = resolve(request.path_info, settings.ROOT_URLCONF)
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        return response


class UploadLimitMiddleware:
    """413 before a body is read. Innermost, so that the API's answer is JSON and a stranger learns nothing."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) <= limit:  # a server hands on digits or nothing
            return self.get_response(request)
        page = render_to_string("413.html", {"limit": limit})
        return HttpResponse(page, status=413)

"""What a browser refused to load: a line with the directive, the origin and the route, and nothing that was shown."""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_POST

from maillage.observability import metrics
from maillage.observability.context import NO_ROUTE

logger = logging.getLogger(__name__)

LARGEST = 16 * 1024  # bytes
MOST_REPORTS = 20  # in one request
LINES_A_MINUTE = 60  # of one process
DIRECTIVES = frozenset({
    "base-uri", "child-src", "connect-src", "default-src", "font-src", "form-action", "frame-ancestors", "frame-src",
    "img-src", "manifest-src", "media-src", "object-src", "script-src", "script-src-attr", "script-src-elem",
    "style-src", "style-src-attr", "style-src-elem", "worker-src",
})  # fmt: skip
KEYWORDS = frozenset({"inline", "eval", "self", "data", "blob", "about", "wasm-eval", "filesystem"})
HOST = re.compile(r"[a-z0-9.-]{1,100}(:\d{1,5})?\Z")


class Minute:
    """How many lines this process may still write in the running minute: anybody may send reports."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.minute = self.used = 0

    def allows(self) -> bool:
        now = int(time.time()) // 60
        with self.lock:
            if now != self.minute:
                self.minute, self.used = now, 0
            self.used += 1
            return self.used <= LINES_A_MINUTE


written = Minute()


@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Both forms of a report: `application/csp-report` (one) and `application/reports+json` (several)."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST:
        return HttpResponse(status=413)
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        return HttpResponse(status=400)
    for directive, origin, route in _reports(sent):
        metrics.csp_reported(directive=directive)
        if not written.allows():
            return HttpResponse(status=429, headers={"Retry-After": "60"})
        logger.warning("a browser refused %s from %s on %s", directive, origin, route)
    return HttpResponse(status=204)


def _reports(sent: Any) -> Iterator[tuple[str, str, str]]:
    if isinstance(sent, dict):
        one = sent.get("csp-report")
        if isinstance(one, dict):
            directive = one.get("effective-directive") or one.get("violated-directive")
            yield _directive(directive), _origin(one.get("blocked-uri")), _route(one.get("document-uri"))
    elif isinstance(sent, list):
        for each in sent[:MOST_REPORTS]:
            body = each.get("body") if isinstance(each, dict) and each.get("type") == "csp-violation" else None
            if isinstance(body, dict):
                yield (
                    _directive(body.get("effectiveDirective")),
                    _origin(body.get("blockedURL")),
                    _route(body.get("documentURL")),
                )


def _directive(said: Any) -> str:
    first = said.split(" ")[0] if isinstance(said, str) else ""
    return first if first in DIRECTIVES else "other"


def _origin(said: Any) -> str:
    if not isinstance(said, str):
        return "other"
    try:
        parts = urlsplit(said)
    except ValueError:
        return "other"
    if parts.scheme in ("http", "https", "ws", "wss") and HOST.match(parts.netloc):
        return f"{parts.scheme}://{parts.netloc}"
    word = parts.scheme or said
    return word if word in KEYWORDS else "other"


def _route(said: Any) -> str:
    """The name of the page, without asking the database whose it is: the first kind of space that has such a page."""
    try:
        path = urlsplit(said).path if isinstance(said, str) else ""
    except ValueError:
        return NO_ROUTE
    for before, kind in enumerate(("public", "federation", "epn")):
        inner = "/" + path.split("/", before + 1)[-1] if path.count("/") > before else None
        if inner is None:
            continue
        try:
            return f"{kind}:{resolve(inner, str(settings.TENANT_TYPES[kind]['URLCONF'])).view_name}"
        except Resolver404:
            continue
    return NO_ROUTE

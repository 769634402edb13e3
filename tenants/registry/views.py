"""Pages that belong to no space: the front door, one's own spaces, the health check."""

import logging

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tenants.registry.crossing import address_of
from tenants.registry.enums import Kind
from tenants.registry.selectors import federations, memberships_of

logger = logging.getLogger(__name__)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    networks = [{"name": one.space.name, "url": address_of(one.space)} for one in federations()]
    return render(request, "registry/home.html", {"networks": networks})


@require_safe
@never_cache
def spaces(request: HttpRequest) -> HttpResponse:
    """The switch between spaces: everything that this person may enter, without signing in again."""
    rows = [
        {
            "name": one.space.name,
            "role": one.get_role_display(),
            "kind": one.space.kind,
            "url": address_of(one.space),
        }
        for one in memberships_of(request.user)  # type: ignore[arg-type]
        if one.space is not None
    ]
    return render(
        request,
        "registry/spaces.html",
        {
            "networks": [row for row in rows if row["kind"] == Kind.FEDERATION],
            "epn": [row for row in rows if row["kind"] == Kind.EPN],
        },
    )


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """200 when the web process and the database answer, 503 otherwise. Says nothing else."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("the database doesn't answer")
        return JsonResponse({"status": "unavailable"}, status=503)
    return JsonResponse({"status": "ok"})

"""Pages that belong to no space: the front door, one's own spaces, the health check."""

import logging

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tenants.registry.crossing import address_of
from tenants.registry.enums import Kind
from tenants.registry.selectors import federations, memberships_of, network_names

logger = logging.getLogger(__name__)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    networks = [{"name": one.space.name, "url": address_of(one.space)} for one in federations()]
    return render(request, "registry/home.html", {"networks": networks})


@require_safe
@never_cache
def spaces(request: HttpRequest) -> HttpResponse:
    """The switch between spaces: everything that this person may enter, without signing in again.

    Whoever has one space only is sent there: signing in leads here.
    """
    memberships = [one for one in memberships_of(request.user) if one.space is not None]  # type: ignore[arg-type]
    if len(memberships) == 1:
        return redirect(address_of(memberships[0].space))
    networks = network_names(one.space_id for one in memberships)
    groups: dict[str, list[dict[str, str]]] = {Kind.FEDERATION: [], Kind.EPN: []}
    for one in memberships:
        assert one.space is not None
        hint = " · ".join(part for part in (one.get_role_display(), networks.get(one.space.pk, "")) if part)
        groups[one.space.kind].append({"name": one.space.name, "hint": hint, "url": address_of(one.space)})
    return render(request, "registry/spaces.html", {"networks": groups[Kind.FEDERATION], "epn": groups[Kind.EPN]})


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

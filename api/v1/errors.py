"""What went wrong, in two shapes: `{"detail": …}` or `{"field": ["…"]}`, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as Refused
from django.http import Http404
from rest_framework.exceptions import (
    APIException,
    AuthenticationFailed,
    NotAuthenticated,
    ValidationError,
)
from rest_framework.response import Response
from rest_framework.views import exception_handler

from tenants.registry.machine import words_for

# How the services call what the API calls by its plain name.
NAMES = {"site_id": "site", "animator_id": "animator", "__all__": "detail"}


class Conflict(APIException):
    status_code = 409
    default_code = "conflict"


def by_field(refused: Refused) -> dict[str, Any]:
    """A service's ValidationError as the API says it."""
    if not hasattr(refused, "error_dict"):
        return {"detail": " ".join(refused.messages)}
    found: dict[str, Any] = {}
    for field, messages in refused.message_dict.items():
        name = NAMES.get(field, field)
        found[name] = " ".join(messages) if name == "detail" else messages
    return found


def by_problems(problems: Mapping[str, list[Refused]]) -> dict[str, Any]:
    return by_field(Refused(dict(problems)))


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's handler, for our own errors too."""
    if isinstance(error, Refused):
        error = Refusal(by_field(error))
    elif isinstance(error, Http404):
        return Response({"detail": words_for(404)}, status=404)
    elif isinstance(error, PermissionDenied):
        return Response({"detail": str(error) or words_for(403)}, status=403)
    elif isinstance(error, NotAuthenticated | AuthenticationFailed):
        return Response({"detail": words_for(401)}, status=401, headers={"WWW-Authenticate": "Token"})
    response = exception_handler(error, context)
    if response is not None and isinstance(response.data, list):
        response.data = {"detail": " ".join(str(one) for one in response.data)}
    return response


class Refusal(ValidationError):
    """A 400 whose body is said already."""

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__()
        self.detail = body

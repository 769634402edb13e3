"""Who asks was settled by the middleware, outside the space: a token's person, or a session's."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class DoorAuthentication(SessionAuthentication):
    """A session's writes must prove that they come from our own pages (CSRF); a token needs no such proof."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        plain: Any = request._request
        if plain.api_token is not None:
            return plain.user, plain.api_token
        if isinstance(plain.user, AnonymousUser) or not plain.user.is_authenticated:
            return None
        self.enforce_csrf(request)
        return plain.user, None

    def authenticate_header(self, request: Request) -> str:
        return "Token"


class DoorScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "api.v1.authentication.DoorAuthentication"
    name = ["token", "session"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:
        return [
            {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": "`Token …`, made by `POST /api/v1/token/`: one person, one space, until a day.",
            },
            {
                "type": "apiKey",
                "in": "cookie",
                "name": "sessionid",
                "description": "Signed in on the pages; a write also sends `X-CSRFToken`.",
            },
        ]

"""What every call has in common: who, how often, which parameters are known, and what its answer says of itself."""

from __future__ import annotations

import codecs
from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from api.v1.authentication import DoorAuthentication
from api.v1.errors import Refusal
from api.v1.parsers import ExactJSONParser
from api.v1.rows import fields_of
from api.v1.throttles import Allowance, PerPerson
from tenants.registry.middleware import SpaceRequest


# The role table has let whoever asks in already (tenants/registry/roles.py). No docstring: it would be published.
class DoorView(APIView):
    authentication_classes = [DoorAuthentication]
    permission_classes = [AllowAny]
    parser_classes = [ExactJSONParser]
    renderer_classes = [JSONRenderer]
    throttle_classes = [PerPerson]
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]  # the role table knows no OPTIONS
    # The query parameters that this address knows. Another one is refused: a filter with a slip of
    # the pen would otherwise give everything.
    known: ClassVar[frozenset[str]] = frozenset()
    allowance: Allowance | None = None

    @property
    def space_request(self) -> SpaceRequest:
        plain: SpaceRequest = self.request._request  # type: ignore[assignment]
        return plain

    @property
    def space_id(self) -> int:
        space = self.space_request.space
        assert space is not None
        return space.pk

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        encoding = request._request.encoding
        if encoding is not None and codecs.lookup(encoding).name not in ("utf-8", "ascii"):
            # Django would read the query with it, and some codecs aren't made for text.
            request._request.encoding = "utf-8"
            raise UnsupportedMediaType(request.content_type or "")
        super().initial(request, *args, **kwargs)
        allowed = self.known if request.method in ("GET", "HEAD") else frozenset[str]()
        unknown = set(request.query_params) - allowed
        if unknown:
            text = _("This address has no such parameter.")
            raise Refusal({one: [text] for one in sorted(unknown)})

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        answer: Response = super().finalize_response(request, response, *args, **kwargs)
        if self.allowance is not None:
            answer["X-RateLimit-Limit"] = str(self.allowance.limit)
            answer["X-RateLimit-Remaining"] = str(self.allowance.remaining)
            answer["X-RateLimit-Reset"] = str(self.allowance.reset)
        if "Cache-Control" not in answer:
            answer["Cache-Control"] = "private, no-cache"
        patch_vary_headers(answer, ("Authorization", "Cookie", "Accept-Language"))
        return answer


def chosen_fields(request: Request | HttpRequest, serializer: type[Serializer[Any]]) -> list[str]:
    """`fields=id,date`: a few of the fields that are public anyway, in the serializer's order. All without it."""
    declared = list(fields_of(serializer))
    asked = request.GET.get("fields")
    if asked is None:
        return declared
    wanted = {one.strip() for one in asked.split(",") if one.strip()}
    if not wanted or wanted - set(declared):
        raise Refusal({"fields": [_("Choose from: %(fields)s.") % {"fields": ", ".join(declared)}]})
    return [one for one in declared if one in wanted]


def shown(
    rows: list[Any], serializer: type[Serializer[Any]], fields: list[str] | None = None, **context: Any
) -> list[dict[str, Any]]:
    """`context` is what a serializer would else look up row by row."""
    one = serializer(context=context)
    for name in list(one.fields):
        if fields is not None and name not in fields:
            one.fields.pop(name)
    return [one.to_representation(row) for row in rows]


def accepted(serializer: Serializer[Any], body: Any) -> dict[str, Any]:
    """The checked facts of a body. What it doesn't know is refused; what is only read is passed over."""
    if not isinstance(body, dict):
        raise Refusal({"detail": _("Send a JSON object.")})
    unknown = sorted(set(body) - set(serializer.fields))
    if unknown:
        raise Refusal({one[:100]: [_("There is no such field.")] for one in unknown[:20]})
    serializer.is_valid(raise_exception=True)
    facts: dict[str, Any] = serializer.validated_data
    return facts

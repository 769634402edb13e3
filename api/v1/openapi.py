"""The OpenAPI documents, one a kind of space: how they are made, and what every call says alike."""

from __future__ import annotations

from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.plumbing import build_basic_type
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.v1.door import DoorView
from api.v1.pagination import LONGEST_PAGE, PAGE
from tenants.registry.crossing import urlconf_of
from tenants.registry.enums import Kind

FEDERATION = {"default": "caban", "description": "First part of the network's address."}
SERVERS: dict[str, dict[str, Any]] = {
    Kind.PUBLIC: {"url": "/", "description": "What belongs to no space."},
    Kind.FEDERATION: {
        "url": "/{federation}",
        "description": "One network.",
        "variables": {"federation": FEDERATION},
    },
    Kind.EPN: {
        "url": "/{federation}/{epn}",
        "description": "One EPN's own space.",
        "variables": {
            "federation": FEDERATION,
            "epn": {"default": "rue-de-la-poste", "description": "Second part of the EPN's address."},
        },
    },
}
TITLES = {
    Kind.PUBLIC: "Maillage: people and tokens",
    Kind.FEDERATION: "Maillage: a network",
    Kind.EPN: "Maillage: an EPN",
}

DETAIL = {"type": "object", "properties": {"detail": {"type": "string"}}, "required": ["detail"]}
PROBLEMS: dict[str, tuple[str, dict[str, Any]]] = {
    "400": ("Something in it is wrong.", {"$ref": "#/components/schemas/Refusal"}),
    "401": ("No sign-in, or a token that is unknown, expired or revoked.", {"$ref": "#/components/schemas/Problem"}),
    "403": ("The role doesn't allow it.", {"$ref": "#/components/schemas/Problem"}),
    "404": ("Nothing there, or nothing for this person.", {"$ref": "#/components/schemas/Problem"}),
    "405": ("The address doesn't take this method.", {"$ref": "#/components/schemas/Problem"}),
    "406": ("Only JSON can be had.", {"$ref": "#/components/schemas/Problem"}),
    "409": ("The key was used for another body.", {"$ref": "#/components/schemas/Problem"}),
    "412": ("Somebody else was faster: both versions.", {"$ref": "#/components/schemas/Stale"}),
    "413": ("Too much at once.", {"$ref": "#/components/schemas/Problem"}),
    "414": ("The address is too long; said by the server itself, not in JSON.", {}),
    "415": ("Send JSON in UTF-8.", {"$ref": "#/components/schemas/Problem"}),
    "429": ("Too many calls: wait as long as Retry-After says.", {"$ref": "#/components/schemas/Problem"}),
}
EVERYWHERE = ("400", "401", "403", "404", "405", "406", "414", "415", "429")
SCHEMAS: dict[str, dict[str, Any]] = {
    "Problem": DETAIL,
    "Refusal": {
        "description": "By field, in the reader's language; under `errors`, those of a list by index.",
        "type": "object",
        "properties": {
            "detail": {"type": "string"},
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"index": {"type": "integer"}, "problems": {"type": "object"}},
                    "required": ["index", "problems"],
                },
            },
        },
        "additionalProperties": True,
        "examples": [{"detail": "…"}, {"minutes": ["…"]}],
    },
    "Stale": {
        "type": "object",
        "properties": {"detail": {"type": "string"}, "current": {"type": "object"}, "submitted": {}},
        "required": ["detail", "current", "submitted"],
    },
}
SIGNED_IN: list[dict[str, list[str]]] = [{"token": []}, {"session": []}]
OPEN_TO_ALL: list[dict[str, list[str]]] = [{}, *SIGNED_IN]
SECURITY = {"token": [{}], **dict.fromkeys(("epn_list", "schema", "releases_list", "release_table"), OPEN_TO_ALL)}
# `fields=` leaves out any of theirs
SPARSE = {
    "Card",
    "Contract",
    "Delivery",
    "FunderGrant",
    "FunderReport",
    "Invitation",
    "Member",
    "Site",
    "Visit",
    "Webhook",
}
LIMITS = {
    "X-RateLimit-Limit": "Calls a minute.",
    "X-RateLimit-Remaining": "Calls left in this minute.",
    "X-RateLimit-Reset": "Seconds until it begins anew.",
}


def parameter(name: str, text: str, kind: Any = OpenApiTypes.STR, enum: Any = None) -> OpenApiParameter:
    return OpenApiParameter(name, kind, description=text, enum=enum)


FIELDS = parameter("fields", "Only these, between commas.")
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag that you have read; refused when it is another."
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="The ETag that you have: 304 while it still holds."
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="A UUID, or any text of up to 128 characters."
)


def PAGE_PARAMETERS(orders: str, default: str) -> list[OpenApiParameter]:  # noqa: N802 (reads as a list)
    return [
        parameter("cursor", "From `next` or `previous`."),
        OpenApiParameter(
            "page_size", {"type": "integer", "minimum": 1, "maximum": LONGEST_PAGE, "default": PAGE}
        ),
        parameter("ordering", f"{orders}; with `-` the other way round. {default} without it."),
        FIELDS,
    ]  # fmt: skip


@cache
def page_of(
    serializer: type[serializers.Serializer[Any]], deleted: type[serializers.Serializer[Any]] | None = None
) -> serializers.Serializer[Any]:
    """A page of a list; with `deleted`, of one that also tells changes."""
    name = serializer.__name__.removesuffix("Serializer")
    either: Any = serializer(many=True)
    later: dict[str, Any] = {}
    if deleted is not None:
        either = PolymorphicProxySerializer(
            component_name=f"{name}Change", serializers=[serializer, deleted], resource_type_field_name=None, many=True
        )
        later = {"later": serializers.URLField(required=False, help_text="With `updated_since`: for the next time.")}
    return inline_serializer(
        f"PageOf{name}s",
        {
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": either,
            **later,
        },
    )


def complete(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """drf-spectacular's last hook: title and servers of the kind, headers, and the errors that every call may give."""
    kind = next((kind for kind in Kind if urlconf_of(kind) == generator.urlconf), Kind.PUBLIC)
    result["info"]["title"] = TITLES[kind]
    result["servers"] = [SERVERS[kind]]
    components = result.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas |= SCHEMAS
    components["headers"] = {
        name: {"description": text, "schema": build_basic_type(int)} for name, text in LIMITS.items()
    }
    components["headers"]["ETag"] = {"description": "The version, for If-Match.", "schema": build_basic_type(str)}
    for name in SPARSE & set(schemas):
        schemas[name].pop("required", None)
    said = set()
    for path, methods in result["paths"].items():
        for method, call in methods.items():
            if method not in ("get", "post", "put", "patch", "delete"):
                continue
            call["security"] = SECURITY.get(call["operationId"], SIGNED_IN)
            for answer in call["responses"].values():
                answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in LIMITS}
            names = [one["name"] for one in call.get("parameters", [])]
            more = (
                *(["409"] if "Idempotency-Key" in names else []),
                *(["412"] if "If-Match" in names else []),
                *(["413"] if "requestBody" in call else []),
            )
            for status in sorted((*EVERYWHERE, *more)):
                call["responses"].setdefault(status, {"$ref": f"#/components/responses/{status}"})
                said.add(status)
            if path.endswith("/{id}/"):
                for status in ("200", "412"):
                    if "headers" in call["responses"].get(status, {}):
                        call["responses"][status]["headers"]["ETag"] = {"$ref": "#/components/headers/ETag"}
                if method == "get":
                    call["responses"]["304"] = {"description": "Unchanged since the ETag of If-None-Match."}
    components["responses"] = {
        status: {"description": text, **({"content": {"application/json": {"schema": schema}}} if schema else {})}
        for status, (text, schema) in sorted(PROBLEMS.items())
        if status in said
    }
    return result


@cache
def document(kind: str) -> dict[str, Any]:
    generator = SchemaGenerator(urlconf=urlconf_of(kind))  # type: ignore[no-untyped-call]
    found: dict[str, Any] = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return found


class Schema(DoorView):
    @extend_schema(
        operation_id="schema",
        summary="This document",
        description="OpenAPI 3.1 of the calls of this kind of space.",
        responses={200: {"type": "object"}},
    )
    def get(self, request: Request) -> Response:
        space = self.space_request.space
        return Response(document(Kind.PUBLIC if space is None else space.kind))

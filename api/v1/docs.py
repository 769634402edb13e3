"""The OpenAPI document as a page of our own: what can be asked, of what, with which answers; and each GET to try."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import get_script_prefix
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from api.v1.openapi import document
from maillage.accounts.models import Person
from tenants.registry.crossing import address_of, current_place, outside
from tenants.registry.enums import Kind
from tenants.registry.selectors import memberships_of

IN_THE_ADDRESS, IN_THE_QUERY = "path", "query"


@dataclass(frozen=True)
class Field:
    """A parameter of a call, or a property of what is sent and given."""

    name: str
    place: str
    type: str
    needed: bool
    text: str
    choices: list[str]


@dataclass(frozen=True)
class Answer:
    status: str
    text: str
    schema: str


@dataclass(frozen=True)
class Call:
    id: str
    method: str
    address: str
    summary: str
    description: str
    parameters: list[Field]
    sent: str  # name of the schema; "" when nothing is sent
    examples: list[tuple[str, str]]
    answers: list[Answer]

    @property
    def to_try(self) -> list[Field] | None:
        """What a form asks for; None where trying would write."""
        if self.method != "GET":
            return None
        return [one for one in self.parameters if one.place in (IN_THE_ADDRESS, IN_THE_QUERY)]


@dataclass(frozen=True)
class Shape:
    name: str
    text: str
    fields: list[Field]
    example: str


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    kind = Kind(current_place().kind)
    found = document(kind)
    calls = list(_calls(found))
    if "call" in request.GET:
        return redirect(_tried(request.GET, calls))
    context = {
        "title": found["info"]["title"].partition(": ")[2] or found["info"]["title"],
        "calls": calls,
        "shapes": list(_shapes(found)),
        "document_url": f"{get_script_prefix()}api/v1/schema/",
        "others": _others(request, kind),
        "tokens_url": address_of(None, "tokens"),
    }
    return render(request, "api/docs.html", context)


def _tried(asked: QueryDict, calls: list[Call]) -> str:
    """The address of a GET with what the form says. A form sends its empty fields too; the API refuses those."""
    call = next((one for one in calls if one.id == asked["call"]), None)
    if call is None or call.to_try is None:
        raise Http404
    address, query = call.address, QueryDict(mutable=True)
    for field in call.to_try:
        value = asked.get(field.name, "").strip()
        if field.place == IN_THE_ADDRESS:
            if not (value.isascii() and value.isdigit()):
                raise Http404
            address = address.replace(f"{{{field.name}}}", value)
        elif value:
            query[field.name] = value
    return f"{address}?{query.urlencode()}" if query else address


def _others(request: HttpRequest, kind: Kind) -> list[tuple[str, str]]:
    """The documents of the other places where this person may ask."""
    if kind != Kind.PUBLIC:
        return [(_("People and tokens"), address_of(None, "api:docs"))]
    if not isinstance(request.user, Person):
        return []
    with outside():
        spaces = [one.space for one in memberships_of(request.user) if one.space is not None]
    return [(space.name, address_of(space, "api:docs")) for space in spaces]


def _calls(found: dict[str, Any]) -> Iterator[Call]:
    answers = found["components"]["responses"]
    for path, methods in found["paths"].items():
        for method, call in methods.items():
            body = call.get("requestBody", {}).get("content", {}).get("application/json", {})
            given = [content for answer in call["responses"].values() for content in answer.get("content", {}).values()]
            yield Call(
                id=call["operationId"],
                method=method.upper(),
                address=f"{get_script_prefix()}{path.removeprefix('/')}",
                summary=call["summary"],
                description=_plain(call.get("description", "")),
                parameters=[
                    _field(one["name"], one["schema"], one["in"], one.get("description", ""))
                    for one in call.get("parameters", [])
                ],
                sent=_type(body.get("schema", {})) if body else "",
                examples=[
                    (name, _pretty(example["value"]))
                    for content in (body, *given)
                    for name, example in content.get("examples", {}).items()
                ],
                answers=[_answer(status, one, answers) for status, one in sorted(call["responses"].items())],
            )


def _answer(status: str, answer: dict[str, Any], known: dict[str, Any]) -> Answer:
    said = known[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
    content = said.get("content", {}).get("application/json", {})
    return Answer(status, said.get("description", ""), _type(content["schema"]) if "schema" in content else "")


def _shapes(found: dict[str, Any]) -> Iterator[Shape]:
    for name, schema in found["components"]["schemas"].items():
        # What is sent has the fields of what is read, save those that are only read.
        if name.endswith("Request") or name.startswith(("Patched", "PageOf")) or "properties" not in schema:
            continue
        needed = found["components"]["schemas"].get(f"{name}Request", schema).get("required", [])
        yield Shape(
            name=name,
            text=schema.get("description", ""),
            fields=[
                _field(field, one, _("read only") if one.get("readOnly") else "", one.get("description", ""),
                       needed=field in needed)
                for field, one in schema["properties"].items()
            ],
            example=_pretty(schema["examples"][0]) if schema.get("examples") else "",
        )  # fmt: skip


def _field(name: str, schema: dict[str, Any], place: str, text: str, *, needed: bool = False) -> Field:
    return Field(
        name, place, _type(schema), needed, _plain(text), [str(one) for one in schema.get("enum", []) if one != ""]
    )


def _type(schema: dict[str, Any]) -> str:
    """A schema in a word or two: `Visit`, `integer`, `[string]`, `date | null`."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2]).removesuffix("Request").removeprefix("Patched")
    for several in ("oneOf", "anyOf", "allOf"):
        if several in schema:
            return " | ".join(dict.fromkeys(word for one in schema[several] if (word := _type(one))))
    kind = schema.get("type", "")
    if isinstance(kind, list):
        return " | ".join(_type({**schema, "type": one}) for one in kind)
    if kind == "array":
        return f"[{_type(schema.get('items', {}))}]"
    return str(schema["format"] if kind == "string" and "format" in schema else kind)


def _plain(text: str) -> str:
    return text.replace("`", "")


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)

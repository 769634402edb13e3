"""What a log line, an event or a measure may say of its circumstances: ids and names of code, never content."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

NO_ROUTE = "none"
STATIC = "static"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

AddressOfSchema = Callable[[str], str]
_request: ContextVar[HttpRequest | None] = ContextVar("maillage_request", default=None)
_request_id: ContextVar[str] = ContextVar("maillage_request_id", default="")
_address_of_schema: list[AddressOfSchema] = []


@dataclass(frozen=True)
class Circumstances:
    """`space` is a schema's name; `route` is the name of a page, with its kind of space before it."""

    request_id: str = ""
    space: str = "public"
    kind: str = "public"
    route: str = ""
    method: str = ""

    def said(self) -> dict[str, str]:
        found = {"request_id": self.request_id, "space": self.space, "route": self.route, "method": self.method}
        return {name: value for name, value in found.items() if value}


@contextmanager
def requested(request: HttpRequest, request_id: str) -> Iterator[None]:
    first, second = _request.set(request), _request_id.set(request_id)
    try:
        yield
    finally:
        _request.reset(first)
        _request_id.reset(second)


def current_request_id() -> str:
    return _request_id.get()


def circumstances(error: BaseException | None = None) -> Circumstances:
    """Of the running request, else of the space that the connection is in, or that `error` came out of."""
    request = _request.get()
    if request is None:
        if not settings.configured:  # gunicorn's master, which never loads Django
            return Circumstances()
        schema = str(getattr(error, "maillage_space", "") or getattr(connection, "schema_name", "public"))
        return Circumstances(space=schema, kind=schema.split("_")[0])
    space = getattr(request, "space", None)
    return Circumstances(
        request_id=_request_id.get(),
        space="public" if space is None else space.schema_name,
        kind=kind_of(request),
        route=route_of(request),
        method=method_of(request),
    )


def kind_of(request: HttpRequest) -> str:
    space = getattr(request, "space", None)
    return "public" if space is None else str(space.kind)


def route_of(request: HttpRequest) -> str:
    """`epn:activity:journal`; never the path, which may hold an id or a secret."""
    match = getattr(request, "resolver_match", None)
    if match is None and request.path_info.startswith(settings.STATIC_URL):
        return STATIC
    return f"{kind_of(request)}:{match.view_name or NO_ROUTE}" if match is not None else NO_ROUTE


def method_of(request: HttpRequest) -> str:
    return request.method if request.method in METHODS else "OTHER"


def came_out_of(error: BaseException, schema: str) -> None:
    """Note in which space an error was raised: by the time it is reported, the space has been left."""
    if not hasattr(error, "maillage_space"):
        error.maillage_space = schema  # type: ignore[attr-defined]


def on_address_wanted(look_up: AddressOfSchema) -> AddressOfSchema:
    """Register what knows the address (`caban/rue-de-la-poste`) of a schema; "" where there is none."""
    _address_of_schema[:] = [look_up]
    return look_up


def address_of_schema(schema: str) -> str:
    return _address_of_schema[0](schema) if _address_of_schema and schema != "public" else ""

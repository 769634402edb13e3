"""The door between spaces: with the middleware, the only module that moves a connection from one to another.

A space is entered in autocommit, before any transaction, so that no rollback can move the walls. Two
exceptions stand here and nowhere else: provisioning fills a schema in the very transaction that makes it,
and a crossing (figures, cards) reads an EPN and writes its federation in one transaction, as a role
of its own. Both use `SET LOCAL`, which ends with the transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import Context
from functools import cache, partial, wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import connection as django_connection
from django.db.backends.utils import CursorWrapper
from django.http import StreamingHttpResponse
from django.urls import get_script_prefix, reverse, set_script_prefix

from maillage.observability.context import came_out_of
from tenants.registry.database.base import PUBLIC, DatabaseWrapper, Place
from tenants.registry.enums import Kind
from tenants.registry.errors import EnteredInTransactionError

if TYPE_CHECKING:
    from tenants.registry.models import Space

logger = logging.getLogger(__name__)

connection: DatabaseWrapper = django_connection  # type: ignore[assignment]

OWNER_ROLE = "maillage_owner"
CROSSING_ROLE = "maillage_crossing"

P = ParamSpec("P")
R = TypeVar("R")
Chunk = TypeVar("Chunk")


def current_place() -> Place:
    """Where this thread's connection is; `kind` is `public` outside every space."""
    return connection.space


def _in_transaction() -> bool:
    """Whether one is open, save for the one that a TestCase wraps around every test."""
    blocks = connection.atomic_blocks
    own = [block for block in blocks if not getattr(block, "_from_testcase", False)]
    return bool(own) or (not blocks and not connection.is_idle())


def enter(place: Place) -> None:
    if _in_transaction():
        raise EnteredInTransactionError("A space is entered outside transactions.")
    connection.move_to(place)


def leave(to: Place = PUBLIC) -> None:
    """Back to where no space is. A transaction that somebody left open is thrown away with its connection."""
    if _in_transaction():
        logger.error("%s was left with an open transaction: it is thrown away", connection.space.schema_name)
        connection.throw_away()
    connection.move_to(to)


@contextmanager
def entered(space: Space | Place) -> Iterator[None]:
    """Work in a space as its request role; afterwards, be where the caller was."""
    before = connection.space
    enter(space if isinstance(space, Place) else space.place)
    try:
        yield
    except Exception as error:
        came_out_of(error, connection.space.schema_name)
        raise
    finally:
        leave(before)


@contextmanager
def outside() -> Iterator[None]:
    """Leave the space for a while, and come back: to make another one, or to read the register."""
    with entered(PUBLIC):
        yield


@contextmanager
def looking_outside() -> Iterator[None]:
    """`outside()` for one look at the register, also in the middle of a transaction, which it doesn't end."""
    with within_transaction(PUBLIC) if connection.in_atomic_block else outside():
        yield


def streamed_in(place: Place, context: Context, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """A body that is sent after the view has returned: each piece is made in the space that it belongs to.

    `context` is the view's own: its address prefix, its language, who acts. Between two pieces everything
    is the caller's again, so a server (or a test) that serves another space meanwhile is none the wiser.
    A piece that leaves a transaction open ends the stream with an EnteredInTransactionError.
    """
    source = iter(chunks)
    try:
        while True:
            with entered(place):
                try:
                    piece = context.run(next, source)
                except StopIteration:
                    return
                if _in_transaction():
                    _close(source, context)
                    raise EnteredInTransactionError("A streamed body holds no transaction between two pieces.")
            yield piece
    finally:
        with entered(place):
            _close(source, context)


def _close(source: object, context: Context) -> None:
    close = getattr(source, "close", None)
    if close is not None:
        context.run(close)


def keep_streaming(response: StreamingHttpResponse, place: Place, context: Context) -> None:
    """Make and close the body of a response in its space, however late and however it ends."""

    def close_there(close: Callable[[], object]) -> None:
        with entered(place):
            context.run(close)

    closers: list[Callable[[], object]] = response._resource_closers  # type: ignore[attr-defined]
    closers[:] = [partial(close_there, close) for close in closers]
    # Not `streaming_content`, which hides the generator that is to be closed behind a map.
    body: Iterator[bytes] = response._iterator  # type: ignore[attr-defined]
    response.streaming_content = streamed_in(place, context, body)


def as_owner(function: Callable[P, R]) -> Callable[P, R]:
    """Run as the owner of the schemas, in the public one: migrations and grants."""

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        with entered(Place(role=OWNER_ROLE)):
            return function(*args, **kwargs)

    return wrapped


@contextmanager
def within_transaction(place: Place) -> Iterator[None]:
    """Move inside an open transaction, until the block or the transaction ends. For provisioning and crossings."""
    if not connection.in_atomic_block:
        raise EnteredInTransactionError("This needs the transaction that it is a part of.")
    before, local = connection.space, connection.local
    connection.stand_in(place)
    # Set by the next cursor, for this transaction only: COMMIT brings the connection back by itself, and
    # going from one space to the next costs one round trip instead of three.
    connection.local = True
    try:
        yield
    finally:
        connection.stand_in(before)
        connection.local = local


def prepared_cursor() -> CursorWrapper:
    """A cursor of the space that one is in; PostgreSQL keeps the plans of what it runs."""
    return connection.prepared_cursor()


@contextmanager
def beside() -> Iterator[DatabaseWrapper]:
    """A second connection, where this one is: what it writes others see at once, while a transaction is open here.

    For saying how far a long write is. It touches no row that the open transaction has touched: it would wait for it.
    """
    other: DatabaseWrapper = connection.copy()
    try:
        other.move_to(connection.space)
        yield other
    finally:
        other.close()


def cache_key(key: str, prefix: str, version: int) -> str:
    """CACHES' KEY_FUNCTION: what one space cached, another never finds."""
    return f"{prefix}:{version}:{connection.space.schema_name}:{key}"


def urlconf_of(kind: str) -> str:
    """The URLconf of a kind of space."""
    return str(settings.TENANT_TYPES[kind]["URLCONF"])


def address_of(space: Space | None, name: str | None = None, /, *args: Any, **kwargs: Any) -> str:
    """The path of a page in any space (None: the public one), from anywhere, with or without a request.

    `reverse()` alone answers for the space that one is in: for another space it gives a wrong link or
    an error. Without a name: the space's home.
    """
    if space is None and not args and not kwargs:
        return _public_address(name)
    return _address_of(space, name, args, kwargs)


@cache
def _public_address(name: str | None) -> str:
    """Every page links to a dozen of them, and they never change."""
    return _address_of(None, name, (), {})


def _address_of(space: Space | None, name: str | None, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    kind = Kind.PUBLIC if space is None else Kind(space.kind)
    prefix = "/" if space is None else f"/{path_of(space)}/"
    outside = get_script_prefix()
    set_script_prefix(prefix)
    try:
        return reverse(name or "home", urlconf=urlconf_of(kind), args=args, kwargs=kwargs)
    finally:
        set_script_prefix(outside)


def path_of(space: Space) -> str:
    """`caban` or `caban/rue-de-la-poste`: the space's primary address, without slashes around it."""
    known = space.__dict__.get("_path")
    if known is None:
        known = space.__dict__["_path"] = space.domains.get(is_primary=True).domain
    return str(known)

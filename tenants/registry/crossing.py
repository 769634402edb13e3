"""The door between spaces: with the middleware, the only module that moves a connection from one to another.

A space is entered in autocommit, before any transaction, so that no rollback can move the walls. Two
exceptions stand here and nowhere else: provisioning fills a schema in the very transaction that makes it,
and a crossing (figures, cards) reads an EPN and writes its federation in one transaction, as a role
of its own. Both use `SET LOCAL`, which ends with the transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import connection as django_connection
from django.urls import get_script_prefix, reverse, set_script_prefix

from tenants.registry.database.base import PUBLIC, DatabaseWrapper, Place
from tenants.registry.enums import Kind
from tenants.registry.errors import EnteredInTransactionError

if TYPE_CHECKING:
    from tenants.registry.models import Space

connection: DatabaseWrapper = django_connection  # type: ignore[assignment]

OWNER_ROLE = "maillage_owner"
CROSSING_ROLE = "maillage_crossing"

P = ParamSpec("P")
R = TypeVar("R")
Chunk = TypeVar("Chunk")


def current_place() -> Place:
    """Where this thread's connection is; `kind` is `public` outside every space."""
    return connection.space


def _refuse_transaction() -> None:
    """Raise inside a transaction, save in the one that a TestCase wraps around every test."""
    blocks = connection.atomic_blocks
    own = [block for block in blocks if not getattr(block, "_from_testcase", False)]
    if own or (not blocks and not connection.is_idle()):
        raise EnteredInTransactionError("A space is entered and left outside transactions.")


def enter(place: Place) -> None:
    _refuse_transaction()
    connection.move_to(place)


def leave() -> None:
    """Back to where no space is. A transaction that somebody left open is thrown away with its connection."""
    blocks = [block for block in connection.atomic_blocks if not getattr(block, "_from_testcase", False)]
    if blocks or (not connection.atomic_blocks and not connection.is_idle()):
        connection.space = PUBLIC
        connection.close()
    connection.move_to(PUBLIC)


@contextmanager
def entered(space: Space | Place) -> Iterator[None]:
    """Work in a space as its request role; afterwards, be where the caller was."""
    before = connection.space
    enter(space if isinstance(space, Place) else space.place)
    try:
        yield
    finally:
        if before == PUBLIC:
            leave()
        else:
            enter(before)


@contextmanager
def outside() -> Iterator[None]:
    """Leave the space for a while, and come back: to make another one, or to read the register."""
    with entered(PUBLIC):
        yield


def streamed_in(place: Place, prefix: str, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """A body that is sent after the view has returned: each piece is made in the space that it belongs to.

    Between two pieces the connection and the address prefix are the caller's again, so a server (or a
    test) that serves another space meanwhile is none the wiser.
    """
    source = iter(chunks)
    try:
        while True:
            outside = get_script_prefix()
            set_script_prefix(prefix)
            try:
                with entered(place):
                    try:
                        piece = next(source)
                    except StopIteration:
                        return
            finally:
                set_script_prefix(outside)
            yield piece
    finally:
        close = getattr(source, "close", None)
        if close is not None:
            with entered(place):
                close()


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
    before, known = connection.space, connection._set
    connection.space = connection.tenant = place
    connection.schema_name = place.schema_name
    set_local(place)
    connection._set = place
    try:
        yield
    finally:
        connection.space = connection.tenant = before
        connection.schema_name = before.schema_name
        if connection.is_usable_now():
            set_local(before)
            connection._set = known
        else:
            connection.forget()


def set_local(place: Place) -> None:
    with connection._prepare_cursor(connection.create_cursor()) as cursor:
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config('search_path', %s, true)",
            [place.role, place.search_path],
        )


def cache_key(key: str, prefix: str, version: int) -> str:
    """CACHES' KEY_FUNCTION: what one space cached, another never finds."""
    return f"{prefix}:{version}:{connection.space.schema_name}:{key}"


def urlconf_of(kind: str) -> str:
    """The URLconf of a kind of space."""
    return str(settings.TENANT_TYPES[kind]["URLCONF"])


def address_of(space: Space | None, name: str | None = None, *args: Any, **kwargs: Any) -> str:
    """The path of a page in any space (None: the public one), from anywhere, with or without a request.

    `reverse()` alone answers for the space that one is in: for another space it gives a wrong link or
    an error. Without a name: the space's home.
    """
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

"""The one way to write the journal. The middleware, a command or the API says who is at which door."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from maillage.audit.models import Entry


@dataclass(frozen=True)
class Visitor:
    """Who acts at the moment. `door` is page, api, command or task."""

    actor_id: int | None = None
    space_id: int | None = None
    door: str = "command"


NOBODY = Visitor()
_visitor: ContextVar[Visitor] = ContextVar("maillage_visitor", default=NOBODY)


def visitor() -> Visitor:
    return _visitor.get()


@contextmanager
def acting(*, actor_id: int | None, space_id: int | None = None, door: str = "command") -> Iterator[None]:
    token = _visitor.set(Visitor(actor_id=actor_id, space_id=space_id, door=door))
    try:
        yield
    finally:
        _visitor.reset(token)


def record(*, verb: str, target: object = "", space_id: int | None = None) -> None:
    """Append one line. `verb` like `visit.recorded`; `target` is an id, never a name or a text."""
    who = visitor()
    if space_id is not None:
        who = replace(who, space_id=space_id)
    Entry.objects.create(actor_id=who.actor_id, space_id=who.space_id, verb=verb, target=str(target), door=who.door)

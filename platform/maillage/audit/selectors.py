"""Reading the journal in a space: row-level security shows its own lines alone, with the names of its own people."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.accounts.models import Person
from maillage.audit.enums import Door
from maillage.audit.models import Entry
from maillage.audit.verbs import in_words

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
CURSOR = re.compile(r"(\d{1,17})-([0-9a-f]{32})", re.ASCII)


@dataclass(frozen=True)
class Filters:
    """`person` is an account's id; the days are those of the server's time zone, both included."""

    person: int | None = None
    verb: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class Line:
    """An entry in words. `number` is the id that it is about, or how many."""

    entry: Entry
    who: str
    what: str
    number: str
    door: str


def entries(space_id: int, filters: Filters) -> QuerySet[Entry]:
    """The lines of a space that answer, the latest first."""
    found = Entry.objects.filter(space_id=space_id)
    if filters.person is not None:
        found = found.filter(actor_id=filters.person)
    if filters.verb:
        found = found.filter(verb=filters.verb)
    if filters.since is not None:
        found = found.filter(at__gte=_start_of(filters.since))
    if filters.until is not None and filters.until < dt.date.max:
        found = found.filter(at__lt=_start_of(filters.until + dt.timedelta(days=1)))
    return found.order_by("-at", "-id")


def _start_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def page_of(found: QuerySet[Entry], cursor: str, size: int) -> tuple[list[Entry], str]:
    """One page after a cursor ("" or an unreadable one: the latest), and the cursor of the next ("": none)."""
    edge = CURSOR.fullmatch(cursor)
    if edge is not None:
        at, pk = EPOCH + dt.timedelta(microseconds=int(edge[1])), uuid.UUID(edge[2])
        # The first condition is what the index can use.
        found = found.filter(Q(at__lte=at) & (Q(at__lt=at) | Q(id__lt=pk)))
    rows = list(found[: size + 1])
    return rows[:size], cursor_of(rows[size - 1]) if len(rows) > size else ""


def cursor_of(entry: Entry) -> str:
    return f"{(entry.at - EPOCH) // dt.timedelta(microseconds=1)}-{entry.id.hex}"


def names() -> dict[int, str]:
    """Everybody who has or had a role here, by name: people who left sign what they did with their name."""
    return dict(Person.objects.order_by("name", "pk").values_list("pk", "name"))


def lines(found: Iterable[Entry], people: dict[int, str]) -> Iterator[Line]:
    for one in found:
        yield Line(one, _who(one, people), in_words(one.verb), _number(one.target), door_in_words(one.door))


def _who(entry: Entry, people: dict[int, str]) -> str:
    """Without a name: who it was as far as this space may know."""
    if entry.actor_id is not None:
        return people.get(entry.actor_id) or _("somebody from outside")
    if entry.door in (Door.COMMAND, Door.TASK):
        return _("the installation")
    return _("somebody who wasn't signed in")


def _number(target: str) -> str:
    """ "12" → "n° 12"; "40 visits" → "40"; anything else as it is."""
    if target.isdigit():
        return _("no. %(number)s") % {"number": target}
    counted = re.fullmatch(r"(\d+) [a-z]+", target)
    return counted[1] if counted else target


def door_in_words(door: str) -> str:
    return str(Door(door).label) if door in Door.values else door

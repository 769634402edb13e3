"""Pages that stay where they are while rows come and go: a cursor says after which row to go on."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import connection
from django.db.models import (
    BooleanField,
    DateField,
    DateTimeField,
    Expression,
    F,
    Field,
    Func,
    IntegerField,
    QuerySet,
    Value,
)
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.utils.urls import remove_query_param, replace_query_param

from api.v1.errors import Refusal
from tenants.registry.database.base import DatabaseWrapper
from tenants.registry.database.compiler import check_query

PAGE, LONGEST_PAGE = 100, 1000
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
BIGGEST = 2**63 - 1

PARAMETERS = frozenset({"cursor", "page_size", "ordering"})


class Beyond(Func):
    """`(field, id) > (value, id)`: as a comparison of rows, which an index on both answers with its first entry."""

    output_field = BooleanField()

    def __init__(self, *expressions: Any, sign: str = ">") -> None:
        super().__init__(*expressions)
        self.sign = sign

    def as_sql(self, compiler: Any, connection: Any, *_template: Any, **options: Any) -> tuple[str, tuple[Any, ...]]:
        parts = [compiler.compile(one) for one in self.get_source_expressions()]
        (field, _none), (key, _none), (value, first), (pk, second) = parts
        return f"({field}, {key}) {self.sign} ({value}, {pk})", (*first, *second)


def paged(
    found: QuerySet[Any],
    request: Request,
    *,
    orders: Sequence[str],
    default: str,
    said: Expression | None = None,
) -> tuple[list[Any], str | None, str | None]:
    """One page of rows, and the addresses of the next and the previous one. Two statements never: one.

    `orders` are the fields that one may order by; none of them may be null. With `said`, each row is a dict
    with this in it. Raises Refusal on anything else.
    """
    order = request.GET.get("ordering") or default
    name = order.removeprefix("-")
    if name not in orders:
        raise Refusal({"ordering": [_("Choose from: %(fields)s.") % {"fields": ", ".join(orders)}]})
    size = _size(request.GET.get("page_size"))
    field: Field[Any, Any] = found.model._meta.get_field(name)
    key_field = found.model._meta.pk
    key = key_field.name
    down, back, edge = order.startswith("-"), False, None
    if (cursor := request.GET.get("cursor")) is not None:
        back, edge = _read(cursor, order, field)
    descending = down != back
    if edge is not None:
        value, pk = Value(edge[0], output_field=field), Value(edge[1], output_field=key_field)
        found = found.filter(Beyond(F(name), F(key), value, pk, sign="<" if descending else ">"))
    sign = "-" if descending else ""
    order_by = list(dict.fromkeys((f"{sign}{name}", f"{sign}{key}")))
    page = found.order_by(*order_by)[: size + 1]
    if said is not None:
        rows = _in_words(page, said, dict.fromkeys((field, key_field)), descending)
    else:
        rows = list(page)
    more, rows = len(rows) > size, rows[:size]
    if back:
        rows.reverse()
    has_next, has_previous = (edge is not None, more) if back else (more, edge is not None)
    following = address_beside(rows[-1], request, order, field) if rows and has_next else None
    before = address_beside(rows[0], request, order, field, back=True) if rows and has_previous else None
    return rows, following, before


def _in_words(
    page: QuerySet[Any], said: Expression, order: Iterable[Field[Any, Any]], descending: bool
) -> list[dict[str, Any]]:
    """The rows of a page, each as a dict of `said` and of what orders it.

    Which rows first, then their words: else every row would be put into words before it is sorted. Around the
    ORM's own query stands a plain one, which Python need not build anew for every call.
    """
    here: DatabaseWrapper = connection  # type: ignore[assignment]
    query, every = page.values("pk").query, page.model._base_manager.all().query
    check_query(query, here.space)  # as before any query set is read: not this one's execute_sql, but ours, runs it
    try:
        wanted, parameters = query.get_compiler(connection=here).as_sql()
    except EmptyResultSet:
        return []
    words, more = every.get_compiler(connection=here).compile(said.resolve_expression(every))
    quote = here.ops.quote_name
    table = quote(page.model._meta.db_table)
    columns = {one.attname: f"{table}.{quote(str(one.column))}" for one in order}
    sign = "DESC" if descending else "ASC"
    statement = (
        f"SELECT {words}, {', '.join(columns.values())} FROM {table}"
        f" WHERE {table}.{quote(str(page.model._meta.pk.column))} IN ({wanted})"
        f" ORDER BY {', '.join(f'{one} {sign}' for one in columns.values())}"
    )
    with here.cursor() as cursor:
        cursor.execute(statement, (*more, *parameters))
        return [dict(zip(("said", *columns), row, strict=True)) for row in cursor.fetchall()]


def address_beside(row: Any, request: Request, order: str, field: Field[Any, Any], *, back: bool = False) -> str:
    """Where the list goes on after a row (`back`: before it)."""
    if isinstance(row, dict):
        value, pk = row[field.attname], row[field.model._meta.pk.name]
    else:
        value, pk = getattr(row, field.attname), row.pk
    here = remove_query_param(request.build_absolute_uri(), "cursor")
    return str(replace_query_param(here, "cursor", _write(order, back, _plain(value), pk)))


def _size(asked: str | None) -> int:
    if asked is None:
        return PAGE
    if asked.isascii() and asked.isdigit() and len(asked) <= 9 and 1 <= int(asked) <= LONGEST_PAGE:
        return int(asked)
    raise Refusal({"page_size": [_("Enter a whole number from 1 to %(most)s.") % {"most": LONGEST_PAGE}]})


def _plain(value: Any) -> int | str:
    if isinstance(value, dt.datetime):
        return (value - EPOCH) // dt.timedelta(microseconds=1)
    if isinstance(value, dt.date):
        return value.toordinal()
    return value if isinstance(value, int) else str(value)


def _write(order: str, back: bool, value: int | str, pk: int) -> str:
    text = json.dumps([order, back, value, pk], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, order: str, field: Field[Any, Any]) -> tuple[bool, tuple[Any, int]]:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        made_for, back, value, pk = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if made_for != order or not isinstance(back, bool):
            raise ValueError(cursor)
        return back, (_typed(value, field), _whole(pk))
    except (ValueError, TypeError, OverflowError, RecursionError, ValidationError):
        raise Refusal({"cursor": [_("This is not the address of a page. Start again without it.")]}) from None


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > BIGGEST:
        raise ValueError(value)
    return value


def _typed(value: Any, field: Field[Any, Any]) -> Any:
    if isinstance(field, DateTimeField):
        return EPOCH + dt.timedelta(microseconds=_whole(value))
    if isinstance(field, DateField):
        return dt.date.fromordinal(_whole(value))
    if isinstance(field, IntegerField):
        return _whole(value)
    if not isinstance(value, str) or "\0" in value or len(value) > 1000:
        raise ValueError(value)
    value.encode()
    return value

"""What has changed since a moment, deletions too: in the order of the changes, none left out and none told twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from api.v1.errors import Refusal
from api.v1.pagination import address_beside, paged
from tenants.registry.changes import settled_until

ORDER = "updated_at"
CHANGES = (
    "With `updated_since`: the changes in their order, from the oldest; of a deleted row only `deleted_at` and what "
    "it is known by. `later` is the address to ask the next time: nothing is left out, nothing told twice."
)
Shown = Callable[[list[Any]], list[dict[str, Any]]]


def is_asked_for(request: Request) -> bool:
    return bool(request.query_params.get("updated_since"))


def changes(
    found: QuerySet[Any], request: Request, *, shown: Shown, gone: Shown, columns: Iterable[str] | None = None
) -> Response:
    """`found` with the deleted rows: `gone` makes what is told of those, `shown` what is told of the others.

    `later` is the address to ask the next time. A row that may still be overtaken by an older one waits until then.
    """
    if (request.query_params.get("ordering") or ORDER) != ORDER:
        raise Refusal({"ordering": [_("Changes come in the order in which they were made.")]})
    settled = settled_until(found.model)
    if settled is None:
        return Response({"next": None, "previous": None, "results": [], "later": request.build_absolute_uri()})
    rows, following, before = paged(
        found.filter(updated_at__lt=settled), request, orders=(ORDER,), default=ORDER, columns=columns
    )
    later = request.build_absolute_uri()
    if rows:
        later = address_beside(rows[-1], request, ORDER, found.model._meta.get_field(ORDER))
    deleted = [_is_deleted(row) for row in rows]
    here = iter(shown([row for row, is_gone in zip(rows, deleted, strict=True) if not is_gone]))
    left = iter(gone([row for row, is_gone in zip(rows, deleted, strict=True) if is_gone]))
    results = [next(left if is_gone else here) for is_gone in deleted]
    return Response({"next": following, "previous": before, "results": results, "later": later})


def _is_deleted(row: Any) -> bool:
    return (row["deleted_at"] if isinstance(row, dict) else row.deleted_at) is not None

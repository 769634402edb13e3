"""What has changed since a moment, deletions too: in the order of the changes, none left out and none told twice."""

from __future__ import annotations

from typing import Any

from django.db.models import Expression, QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request

from api.v1.errors import Refusal
from api.v1.pagination import address_beside, paged
from tenants.registry.changes import settled_until

ORDER = "updated_at"
CHANGES = (
    "With `updated_since`: the changes in their order, from the oldest; of a deleted row only `deleted_at` and what "
    "it is known by. `later` is the address to ask the next time: nothing is left out, nothing told twice."
)


def is_asked_for(request: Request) -> bool:
    return bool(request.query_params.get("updated_since"))


def changes(
    found: QuerySet[Any], request: Request, said: Expression | None = None
) -> tuple[list[Any], str | None, str | None, str]:
    """One page of `found`, in which the deleted rows are too, as `paged` gives it, and the address for the next time.

    A row that may still be overtaken by an older one waits until then.
    """
    if (request.query_params.get("ordering") or ORDER) != ORDER:
        raise Refusal({"ordering": [_("Changes come in the order in which they were made.")]})
    here = request.build_absolute_uri()
    settled = settled_until(found.model)
    if settled is None:
        return [], None, None, here
    rows, following, before = paged(
        found.filter(updated_at__lt=settled), request, orders=(ORDER,), default=ORDER, said=said
    )
    later = address_beside(rows[-1], request, ORDER, found.model._meta.get_field(ORDER)) if rows else here
    return rows, following, before, later

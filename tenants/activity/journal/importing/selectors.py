from __future__ import annotations

from django.db.models import QuerySet

from tenants.activity.journal.models import ImportBatch


def imports(*, with_problems: bool = False) -> QuerySet[ImportBatch]:
    """The latest first, without their files."""
    left = {"content"} if with_problems else {"content", "problems"}
    names = [field.name for field in ImportBatch._meta.concrete_fields if field.name not in left]
    found: QuerySet[ImportBatch] = ImportBatch.objects.only(*names, "by__name").select_related("by")
    return found

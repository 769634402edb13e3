"""Which tables are about the people of the staff, found by their foreign keys: none can be left out by oversight.

A table is about somebody when it points at `StaffMember`, or at a table that does. Visits point at a contract too, but
tell of the work: they are counted, never listed as data about a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from tenants.staff.models import StaffMember

OF_THE_WORK = frozenset({"activity.Visit"})


@cache
def paths() -> dict[type[models.Model], str]:
    """Each table about people, with the lookup that leads from it to the person ("" for the person's own)."""
    found: dict[type[models.Model], str] = {StaffMember: ""}
    waiting: list[type[models.Model]] = [StaffMember]
    while waiting:
        target = waiting.pop(0)
        for model in apps.get_models():
            if model in found or model._meta.label in OF_THE_WORK:
                continue
            for field in model._meta.get_fields():
                if isinstance(field, models.ForeignKey) and field.related_model is target:
                    found[model] = field.name if not found[target] else f"{field.name}__{found[target]}"
                    waiting.append(model)
                    break
    return found


def with_deleted(model: type[models.Model]) -> models.Manager[Any]:
    """Knows the rows taken out as mistakes too, where a table keeps them: they are about people as well."""
    return model._base_manager if model._meta.base_manager_name else model._default_manager


def rows_about(member_id: int) -> Iterator[tuple[type[models.Model], list[Any]]]:
    """Every table about people with its rows about one of them, deleted contracts too; empty ones are left out."""
    for model, path in paths().items():
        manager = with_deleted(model)
        rows = list(manager.filter(**{path or "pk": member_id}).order_by("pk"))
        if rows:
            yield model, rows

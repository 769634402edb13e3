"""Everything that an EPN keeps about one person of its staff (GDPR article 15), as one JSON file."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone

from maillage.accounts.models import Person
from tenants.activity.models import Visit
from tenants.privacy.about_people import rows_about
from tenants.privacy.wording import in_words, name_of
from tenants.staff.models import StaffMember


@dataclass(frozen=True)
class Table:
    """One kind of thing that is kept: for programs by the names of its columns, for people in words."""

    code: str
    label: str
    rows: list[dict[str, Any]]
    shown: list[list[tuple[str, str]]]


def tables_about(member: StaffMember) -> list[Table]:
    return [_table(model, rows) for model, rows in rows_about(member.pk)]


def _table(model: type[models.Model], rows: list[Any]) -> Table:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    return Table(
        code=model._meta.label,
        label=name_of(model),
        rows=[{field.name: _value(one, field) for field in fields} for one in rows],
        shown=[in_words(one, fields) for one in rows],
    )


def _value(row: Any, field: Any) -> Any:
    """As a program reads it: codes stay codes, others are named by their number."""
    value = field.value_from_object(row)
    if isinstance(value, Decimal):
        return str(value)
    return value


def whole_file(member: StaffMember) -> dict[str, Any]:
    """The file: who, when, each table, and how many visits the person logged by year (their work, not about them)."""
    account = member.account_id and Person.objects.filter(pk=member.account_id).first()
    return {
        "about": member.name,
        "as_of": timezone.now(),
        "account": {"name": account.name, "email": account.email, "language": account.language} if account else None,
        "tables": {table.code: table.rows for table in tables_about(member)},
        "visits_logged_by_year": visits_by_year(member),
    }


def visits_by_year(member: StaffMember) -> dict[str, int]:
    if member.account_id is None:
        return {}
    rows = (
        Visit.objects.filter(animator=member.account_id, deleted_at__isnull=True)
        .order_by()
        .values_list("date__year")
        .annotate(count=models.Count("pk"))
    )
    return {str(year): count for year, count in sorted(rows)}

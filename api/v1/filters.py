"""The filters of the lists, named as the fields that they look at."""

from __future__ import annotations

import datetime as dt
from functools import cache, lru_cache
from typing import Any, cast

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters.filterset import FilterSet
from rest_framework.request import Request

from api.v1.errors import Refusal
from api.v1.fields import BIGGEST_ID
from tenants.activity.models import Visit
from tenants.staff.models import Contract

FIRST, LAST = 1900, 9000  # years; outside, a time zone's shift may leave the calendar


def read_moment(text: str) -> dt.datetime | None:
    """An ISO 8601 moment; without an offset it is the installation's time. None on anything else."""
    # An unescaped `+` of an offset arrives as a space.
    text = text.strip().replace(" ", "+") if "T" in text else text.strip()
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    if not FIRST <= found.year <= LAST:
        return None
    aware = found if timezone.is_aware(found) else timezone.make_aware(found)
    return aware.astimezone(dt.UTC)  # PostgreSQL knows no offset of sixteen hours


class MomentField(forms.CharField):
    def clean(self, value: Any) -> dt.datetime | None:
        text = super().clean(value)
        if not text:
            return None
        found = read_moment(text)
        if found is None:
            raise ValidationError(_("Write a moment as 2026-10-31T14:00:00Z."))
        return found


class MomentFilter(filters.Filter):
    field_class: type[forms.Field] = MomentField

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # type: ignore[no-untyped-call]


class DayFilter(filters.DateFilter):
    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **options)  # type: ignore[no-untyped-call]


class IdFilter(filters.Filter):
    field_class: type[forms.Field] = forms.IntegerField

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=BIGGEST_ID, **options)  # type: ignore[no-untyped-call]


class CodeFilter(filters.CharFilter):
    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=40, **options)  # type: ignore[no-untyped-call]


class YesNoFilter(filters.TypedChoiceFilter):
    """`true` or `false`, as JSON writes them."""

    def __init__(self, **options: Any) -> None:
        choices = [("true", "true"), ("false", "false")]
        super().__init__(choices=choices, coerce=lambda text: text == "true", **options)  # type: ignore[no-untyped-call]


class VisitFilter(FilterSet):
    date = DayFilter()
    date_from = DayFilter(field_name="date", lookup_expr="gte")
    date_to = DayFilter(field_name="date", lookup_expr="lte")
    site = IdFilter()
    animator = IdFilter()
    contract = IdFilter()
    mode = CodeFilter()
    themes = CodeFilter(method="with_code")
    outcome = CodeFilter()
    autonomy = CodeFilter()
    obstacle_provider = CodeFilter()
    obstacle_channel = CodeFilter()
    obstacle_kind = CodeFilter()
    exceptional = YesNoFilter()
    causes = CodeFilter(method="with_code")
    referral = CodeFilter()
    language = CodeFilter()
    accessibility = CodeFilter(method="with_code")
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        model = Visit
        fields: list[str] = []

    def with_code(self, queryset: QuerySet[Visit], name: str, code: str) -> QuerySet[Visit]:
        return queryset.filter(**{f"{name}__contains": [code]})


class ContractFilter(FilterSet):
    member = IdFilter()
    type = CodeFilter()
    role = CodeFilter()
    starts_on = DayFilter()
    starts_on_from = DayFilter(field_name="starts_on", lookup_expr="gte")
    starts_on_to = DayFilter(field_name="starts_on", lookup_expr="lte")
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        model = Contract
        fields: list[str] = []


@lru_cache(maxsize=256)
def _only(filterset: type[FilterSet], names: frozenset[str]) -> type[FilterSet]:
    """The same with these filters alone: each that is there is copied, and given a field of a form, for every call."""
    every: Any = filterset
    narrow: Any = type(filterset.__name__, (filterset,), {})
    narrow.base_filters = {name: one for name, one in every.base_filters.items() if name in names}
    return cast(type[FilterSet], narrow)


@cache
def names_of(filterset: type[FilterSet]) -> frozenset[str]:
    return frozenset(filterset.get_filters())


def filtered(found: QuerySet[Any], filterset: type[FilterSet], request: Request) -> QuerySet[Any]:
    """Raises Refusal on a filter that can't be read: never the whole list instead."""
    names = names_of(filterset).intersection(request.query_params)
    if not names:
        return found
    asked = _only(filterset, names)(request.query_params, queryset=found)
    for name, one in asked.filters.items():
        # Only a text may be empty. For a form an empty field isn't there; for a program it is a slip of the pen.
        if isinstance(one, DayFilter | MomentFilter | IdFilter | YesNoFilter) and request.query_params.get(name) == "":
            raise Refusal({name: [_("This is missing.")]})
    if not asked.form.is_valid():
        raise Refusal({name: [str(one) for one in errors] for name, errors in asked.form.errors.items()})
    kept: QuerySet[Any] = asked.qs
    return kept

"""The journal's filters. A filter that can't be read shows nothing and says why: never the whole journal."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.filterset import FilterSet

from maillage.reference.selectors import label_of, terms
from tenants.activity.models import Visit


def _terms(vocabulary: str) -> Any:
    """Retired terms too: the journal is long."""
    return lambda: [(term.code, label_of(vocabulary, term.code)) for term in terms(vocabulary, retired=True)]


def _term_filter(field: str, label: Any, vocabulary: str, lookup: str = "exact") -> filters.ChoiceFilter:
    return filters.ChoiceFilter(
        field_name=field, label=label, choices=_terms(vocabulary), lookup_expr=lookup, empty_label=_("All")
    )


def _day_filter(label: Any, lookup: str) -> filters.DateFilter:
    day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return filters.DateFilter(field_name="date", label=label, lookup_expr=lookup, widget=day)


class JournalFilter(FilterSet):
    since = _day_filter(_("From the"), "gte")
    until = _day_filter(_("To the"), "lte")
    theme = filters.ChoiceFilter(label=_("Theme"), choices=_terms("theme"), method="with_theme", empty_label=_("All"))
    outcome = _term_filter("outcome", _("Outcome"), "outcome")
    mode = _term_filter("mode", _("Mode"), "mode")
    provider = _term_filter("obstacle_provider", _("Obstacle: whose service"), "provider")
    animator = filters.ChoiceFilter(field_name="animator", label=_("Animator"), empty_label=_("All"))
    site = filters.ChoiceFilter(field_name="site", label=_("Site"), empty_label=_("All"))
    note = filters.CharFilter(label=_("Words in the note"), lookup_expr="icontains")

    class Meta:
        model = Visit
        fields: list[str] = []

    def __init__(self, *args: Any, sites: list[tuple[int, str]], people: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)  # type: ignore[no-untyped-call]
        self.filters["site"].extra["choices"] = sites
        self.filters["animator"].extra["choices"] = people
        self.form.mark_optional = False

    def with_theme(self, queryset: QuerySet[Visit], name: str, code: str) -> QuerySet[Visit]:
        return queryset.filter(themes__contains=[code])

    @property
    def found(self) -> QuerySet[Visit]:
        found: QuerySet[Visit] = self.qs if self.form.is_valid() else self.queryset.none()
        return found

    @property
    def is_active(self) -> bool:
        return any(value for value in self.form.data.values()) if self.form.is_bound else False

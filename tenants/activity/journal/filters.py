"""The journal's filters. A filter that can't be read shows nothing and says why: never the whole journal."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_filters.filterset import FilterSet

from maillage.reference.selectors import edition, label_of, terms
from tenants.activity.enums import Channel, Margin
from tenants.activity.journal.enums import Period
from tenants.activity.journal.filter_fields import DayInput, OneLineInput, OneOfList, QuickForm
from tenants.activity.journal.periods import Days, days_of
from tenants.activity.journal.search import note_has
from tenants.activity.models import Visit
from tenants.activity.selectors import people_of_the_journal, sites_of_the_journal, today, visits_with_deleted

NOBODY = "none"
DELETED = "deleted"
NAMED = frozenset({"site", "animator", "recorded_by"})  # what they offer isn't the same in every EPN


def _terms(vocabulary: str) -> Any:
    """Retired terms too: the journal is long."""
    return lambda: _labelled(vocabulary, get_language(), edition())


@lru_cache(maxsize=64)
def _labelled(vocabulary: str, language: str | None, edition: float) -> list[tuple[str, str]]:
    return [(term.code, label_of(vocabulary, term.code)) for term in terms(vocabulary, retired=True)]


def _margins() -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (
            str(margin.label),
            [(f"{margin}.{code}", label) for code, label in _terms(margin)()],
        )
        for margin in Margin
    ]


def _one_of(label: Any, **options: Any) -> filters.ChoiceFilter:
    return filters.ChoiceFilter(label=label, widget=OneOfList, **{"empty_label": _("All"), **options})


def _term_filter(field: str, label: Any, vocabulary: str) -> filters.ChoiceFilter:
    return _one_of(label, field_name=field, choices=_terms(vocabulary))


def _day_filter(label: Any, lookup: str) -> filters.DateFilter:
    day = DayInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return filters.DateFilter(field_name="date", label=label, lookup_expr=lookup, widget=day)


Rows = list[tuple[int, str]]


class Names:
    """The names that the journal shows and offers: read once, and only when somebody asks."""

    def __init__(self, *, sites: Rows | None = None, people: Rows | None = None) -> None:
        self._sites, self._people = sites, people

    @property
    def sites(self) -> Rows:
        if self._sites is None:
            self._sites = sites_of_the_journal()
        return self._sites

    @property
    def people(self) -> Rows:
        if self._people is None:
            self._people = people_of_the_journal()
        return self._people

    def choices(self, name: str) -> list[tuple[Any, Any]]:
        """What a filter of sites or people offers."""
        if name == "site":
            return [*self.sites]
        return [(NOBODY, _("Not said")), *self.people] if name == "animator" else [*self.people]


class JournalFilter(FilterSet):
    note = filters.CharFilter(
        label=_("Words in the note"),
        method="with_words",
        max_length=200,
        help_text=_("Or how they begin."),
        widget=OneLineInput,
    )
    period = _one_of(
        _("Period"),
        choices=Period.choices,
        method="in_period",
        help_text=_("It follows the calendar."),
    )
    since = _day_filter(_("From the"), "gte")
    until = _day_filter(_("To the"), "lte")
    theme = _one_of(_("Theme"), choices=_terms("theme"), method="with_theme")
    outcome = _term_filter("outcome", _("Outcome"), "outcome")
    mode = _term_filter("mode", _("Mode"), "mode")
    autonomy = _term_filter("autonomy", _("Autonomy"), "autonomy")
    audience = _one_of(_("Audience"), choices=_margins, method="with_audience")
    provider = _term_filter("obstacle_provider", _("Obstacle: whose service"), "provider")
    channel = _one_of(_("Obstacle: where"), field_name="obstacle_channel", choices=Channel.choices)
    obstacle = _term_filter("obstacle_kind", _("Obstacle: what"), "obstacle")
    cause = _one_of(_("What holds the person back"), choices=_terms("cause"), method="with_cause")
    exceptional = _one_of(
        _("Exceptional case"), field_name="exceptional", choices=[("True", _("Yes")), ("False", _("No"))]
    )
    referral = _term_filter("referral", _("Referred to"), "referral")
    language = _term_filter("language", _("Language of the exchange"), "language")
    site = _one_of(_("Site"), field_name="site")
    animator = _one_of(_("Animator"), method="with_animator")
    recorded_by = _one_of(_("Logged by"), field_name="recorded_by")
    shown = _one_of(
        _("Deleted visits"),
        empty_label=_("Without them"),
        choices=[(DELETED, _("Those deleted in the last 30 days"))],
        method="as_they_are",
    )
    imported = filters.NumberFilter(
        field_name="imported__batch", min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput
    )

    class Meta:
        model = Visit
        fields: list[str] = []
        form = QuickForm

    def __init__(self, *args: Any, names: Names, **options: Any) -> None:
        super().__init__(*args, **options)  # type: ignore[no-untyped-call]
        for name in NAMED.intersection(self.filters):
            self.filters[name].extra["choices"] = names.choices(name)
        self.form.mark_optional = False

    def with_words(self, queryset: QuerySet[Visit], name: str, text: str) -> QuerySet[Visit]:
        return queryset.filter(note_has(text))

    def in_period(self, queryset: QuerySet[Visit], name: str, period: str) -> QuerySet[Visit]:
        return queryset.filter(date__range=days_of(Period(period), today()))

    def with_theme(self, queryset: QuerySet[Visit], name: str, code: str) -> QuerySet[Visit]:
        return queryset.filter(themes__contains=[code])

    def with_cause(self, queryset: QuerySet[Visit], name: str, code: str) -> QuerySet[Visit]:
        return queryset.filter(causes__contains=[code])

    def with_audience(self, queryset: QuerySet[Visit], name: str, chosen: str) -> QuerySet[Visit]:
        margin, _dot, code = chosen.partition(".")
        return queryset.filter(**{f"margins__{margin}__has_key": code})

    def with_animator(self, queryset: QuerySet[Visit], name: str, chosen: str) -> QuerySet[Visit]:
        return queryset.filter(Q(animator__isnull=True) if chosen == NOBODY else Q(animator=int(chosen)))

    def as_they_are(self, queryset: QuerySet[Visit], name: str, chosen: str) -> QuerySet[Visit]:
        return queryset  # `found` says which ones

    @property
    def of_deleted(self) -> bool:
        return bool(self.form.is_valid() and self.form.cleaned_data.get("shown") == DELETED)

    @property
    def found(self) -> QuerySet[Visit]:
        """Without an order."""
        if not self.form.is_valid():
            nothing: QuerySet[Visit] = self.queryset.none()
            return nothing
        found: QuerySet[Visit] = self.qs.filter(deleted_at__isnull=not self.of_deleted)
        return found

    @property
    def chosen(self) -> dict[str, str]:
        """The filters that say something, as they stand in the address."""
        if not self.form.is_bound:
            return {}
        return {name: value[:200] for name in self.filters if (value := self.form.data.get(name, ""))}

    @property
    def days(self) -> Days | None:
        """The first and the last day of the period that was chosen, as of today."""
        period = self.form.cleaned_data.get("period") if self.form.is_valid() else ""
        return days_of(Period(period), today()) if period else None

    @property
    def settled(self) -> dict[str, str]:
        """What was chosen, with a period in days: a job that works tomorrow is to find what was asked for today."""
        said = self.chosen
        if self.days is not None:
            first, last = self.days
            since, until = (self.form.cleaned_data.get(name) for name in ("since", "until"))
            said["since"] = max(first, since or first).isoformat()
            said["until"] = min(last, until or last).isoformat()
            del said["period"]
        return said

    def in_words(self) -> list[tuple[str, str]]:
        """The filters that say something, each with its label and what was chosen."""
        told = []
        for name, value in self.chosen.items():
            field = self.form.fields[name]
            lines = [one for each in getattr(field, "choices", ()) for one in _flat(each)]
            told.append((str(field.label or _("Import")), str(dict(lines).get(value, value))))
        return told

    @property
    def is_active(self) -> bool:
        return bool(self.chosen)


def _flat(choice: tuple[Any, Any]) -> list[tuple[str, Any]]:
    one, other = choice
    return [(str(code), label) for code, label in other] if isinstance(other, list | tuple) else [(str(one), other)]


@lru_cache(maxsize=256)
def _only(names: frozenset[str]) -> type[JournalFilter]:
    """The same with these filters alone: each that is there is copied, and given a field of a form, for every page."""
    every: Any = JournalFilter
    narrow: Any = type("JournalFilter", (JournalFilter,), {})
    narrow.base_filters = {name: one for name, one in every.base_filters.items() if name in names}
    return cast(type[JournalFilter], narrow)


def journal_filter(said: Mapping[str, str] | QueryDict, names: Names | None = None) -> JournalFilter:
    """The filters of an address, or those that were kept: only those that say something."""
    if not isinstance(said, QueryDict):
        query = QueryDict(mutable=True)
        query.update(dict(said))
        said = query
    every: Any = JournalFilter
    asked = frozenset(name for name in every.base_filters if said.get(name))
    return _only(asked)(said, queryset=visits_with_deleted(), names=names or Names())

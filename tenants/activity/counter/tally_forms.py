"""The sheet of strokes as a form: how many of each theme, and, for those who counted so, of each outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from maillage.reference.selectors import label_of, terms
from tenants.activity.counter.tally import MOST_VISITS, Sheet, Strokes
from tenants.activity.fields import NOT_IN_LIST, CountField, DayField, FactsForm, RowField, term_choices, time_field
from tenants.activity.models import LONGEST_DAY
from tenants.activity.rules import MOST_PEOPLE

USUAL_OUTCOME = "solved"


@dataclass(frozen=True)
class Row:
    theme: str
    label: str
    numbers: list[BoundField]
    minutes: BoundField

    @property
    def fields(self) -> list[BoundField]:
        return [*self.numbers, self.minutes]

    @property
    def has_errors(self) -> bool:
        return any(field.errors for field in self.fields)


class TallyForm(FactsForm):
    """`themes` in the order of the page; `by_outcome`: a column for each outcome instead of one for all."""

    field_of = {"site_id": "site", "animator_id": "animator", "outcome": "outcome"}

    key = forms.UUIDField(widget=forms.HiddenInput)
    date = DayField(label=_("Day"))
    site = RowField(label=_("Site"))
    mode = forms.ChoiceField(label=_("Mode"), error_messages=NOT_IN_LIST)
    animator = RowField(label=_("Animator"), required=False)
    outcome = forms.ChoiceField(
        label=_("Outcome of all of them"), error_messages=NOT_IN_LIST, help_text=_("What most of them were.")
    )
    turned_away = CountField(label=_("People turned away"), lowest=0, highest=MOST_PEOPLE, required=False)
    starts_at = time_field(pgettext_lazy("hour", "From"))
    ends_at = time_field(pgettext_lazy("hour", "To"))

    def __init__(
        self,
        *args: Any,
        themes: list[str],
        minutes: Mapping[str, int],
        usual: int,
        by_outcome: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.by_outcome = by_outcome
        self.themes = themes
        self.outcomes = [term.code for term in terms("outcome")]
        for name in ("mode", "outcome"):
            self.fields[name].choices = term_choices(name)  # type: ignore[attr-defined]
        self.fields["starts_at"].required = self.fields["ends_at"].required = False
        if by_outcome:
            del self.fields["outcome"]
        for theme in themes:
            label = label_of("theme", theme)
            for name, outcome in self._names(theme):
                shown = f"{label}, {label_of('outcome', outcome)}" if outcome else label
                self.fields[name] = CountField(label=shown, lowest=0, highest=MOST_VISITS, required=False)
            self.fields[f"minutes__{theme}"] = CountField(
                label=_("%(theme)s: minutes each") % {"theme": label}, lowest=1, highest=LONGEST_DAY, required=False,
                initial=minutes.get(theme, usual),
            )  # fmt: skip

    def _names(self, theme: str) -> list[tuple[str, str]]:
        if self.by_outcome:
            return [(f"n__{theme}__{outcome}", outcome) for outcome in self.outcomes]
        return [(f"n__{theme}", "")]

    @property
    def rows(self) -> list[Row]:
        return [
            Row(theme, label_of("theme", theme), [self[name] for name, _outcome in self._names(theme)],
                self[f"minutes__{theme}"])
            for theme in self.themes
        ]  # fmt: skip

    @property
    def outcome_labels(self) -> list[str]:
        return [label_of("outcome", code) for code in self.outcomes]

    def clean(self) -> dict[str, Any]:
        """Bounds are said beside their field here: the rules know a visit, not a row of strokes."""
        for name, value in list(self.cleaned_data.items()):
            lowest, highest = (1, LONGEST_DAY) if name.startswith("minutes__") else (0, MOST_VISITS)
            counted = name.startswith(("n__", "minutes__"))
            if (counted and value is not None and not lowest <= value <= highest) or (
                name == "turned_away" and value is not None and not 0 <= value <= MOST_PEOPLE
            ):
                highest = MOST_PEOPLE if name == "turned_away" else highest
                self.add_error(name, ValidationError(
                    _("Enter a whole number from %(lowest)s to %(highest)s."), code="out_of_range",
                    params={"lowest": lowest, "highest": highest},
                ))  # fmt: skip
        return self.cleaned_data

    def sheet(self) -> Sheet:
        said = self.cleaned_data
        strokes = [
            Strokes(
                theme, outcome or said["outcome"], said[name],
                said[f"minutes__{theme}"] or self.fields[f"minutes__{theme}"].initial,
            )
            for theme in self.themes
            for name, outcome in self._names(theme)
            if said[name]
        ]  # fmt: skip
        return Sheet(
            date=said["date"],
            site_id=said["site"],
            mode=said["mode"],
            animator_id=said["animator"],
            strokes=strokes,
            turned_away=said["turned_away"] or 0,
            starts_at=said["starts_at"],
            ends_at=said["ends_at"],
        )


class PasteForm(forms.Form):
    rows = forms.CharField(
        label=_("Your rows"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_("Copy two columns in your spreadsheet, the theme and how many, and paste them here."),
    )

"""A file, which column each heading is, and what words stand for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.spreadsheets.forms import SpreadsheetForm
from maillage.spreadsheets.reading import Sheet
from tenants.activity.fields import NOT_IN_LIST, CountField
from tenants.activity.journal.importing.columns import (
    FOR_EVERY_LINE,
    MINUTES,
    PERSON,
    SITE,
    Column,
    choices_of,
    columns,
)  # fmt: skip
from tenants.activity.journal.models import ImportBatch
from tenants.activity.models import LONGEST_DAY
from tenants.activity.selectors import people_of_the_journal, sites_of_the_journal

SKIP = "-"


class FileForm(SpreadsheetForm):
    said = gettext_lazy("XLSX, ODS, XLS or CSV, with a heading above the columns. One line for each visit.")


def _choices(column: Column) -> list[tuple[str, str]]:
    if column.kind == SITE:
        return [(str(pk), name) for pk, name in sites_of_the_journal()]
    if column.kind == PERSON:
        return [(str(pk), name) for pk, name in people_of_the_journal()]
    return choices_of(column)


class ColumnsForm(forms.Form):
    """One list for each heading; then what holds for every line, where the file says nothing of it."""

    mark_optional = False

    def __init__(self, *args: Any, batch: ImportBatch, sheet: Sheet, **options: Any) -> None:
        super().__init__(*args, **options)
        self.known = columns()
        offered: list[tuple[str, str | Promise]] = [("", _("Leave it out"))]
        offered += [(one.name, one.label) for one in self.known.values()]
        self.headings = batch.headings
        for position, heading in enumerate(batch.headings):
            samples = " · ".join(sheet.samples(position))
            self.fields[f"column{position}"] = forms.ChoiceField(
                label=heading, required=False, choices=offered, error_messages=NOT_IN_LIST, help_text=samples,
                initial=batch.columns.get(str(position), ""),
            )  # fmt: skip
        for name in FOR_EVERY_LINE:
            column = self.known[name]
            label = _("For every line: %(column)s") % {"column": column.label}
            first = batch.defaults.get(name, "")
            if column.kind == MINUTES:
                self.fields[f"all_{name}"] = CountField(
                    label=label, required=False, lowest=1, highest=LONGEST_DAY, initial=first
                )
                continue
            choices = _choices(column)
            if column.kind == SITE and not first and len(choices) == 1:
                first = choices[0][0]
            self.fields[f"all_{name}"] = forms.ChoiceField(
                label=label, required=False, choices=[("", _("As the file says")), *choices], initial=first,
                error_messages=NOT_IN_LIST,
            )  # fmt: skip

    @property
    def of_headings(self) -> list[forms.BoundField]:
        return [self[f"column{position}"] for position in range(len(self.headings))]

    @property
    def of_every_line(self) -> list[forms.BoundField]:
        return [self[f"all_{name}"] for name in FOR_EVERY_LINE]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        chosen = list(self.columns().values())
        for position, name in self.columns().items():
            if chosen.count(name) > 1:
                self.add_error(f"column{position}", _("Two headings are the same column. Leave one of them out."))
        for name, column in self.known.items():
            if column.needed and name not in chosen and not said.get(f"all_{name}"):
                field = f"all_{name}" if name in FOR_EVERY_LINE else None
                self.add_error(
                    field, _("No heading is this column: %(column)s. Every visit needs it.") % {"column": column.label}
                )
        return said

    def columns(self) -> dict[int, str]:
        found = {position: self.cleaned_data.get(f"column{position}") for position in range(len(self.headings))}
        return {position: name for position, name in found.items() if name}

    def defaults(self) -> dict[str, str]:
        found = {name: self.cleaned_data.get(f"all_{name}") for name in FOR_EVERY_LINE}
        return {name: str(value) for name, value in found.items() if value not in (None, "")}


class ValuesForm(forms.Form):
    """Each word that nobody knows, once."""

    def __init__(self, *args: Any, unknown: dict[str, dict[str, tuple[str, int]]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.meanings: dict[str, tuple[str, str]] = {}
        known = columns()
        for column, words in unknown.items():
            choices = _choices(known[column])
            for number, (said, (written, times)) in enumerate(words.items()):
                field = f"{column}__{number}"
                self.meanings[field] = (column, said)
                self.fields[field] = forms.ChoiceField(
                    label=f"{known[column].label}: {written[:80]} ({times})", error_messages=NOT_IN_LIST,
                    choices=[("", "–"), *choices, (SKIP, _("Nothing: leave it empty"))],
                )  # fmt: skip

    mark_optional = False

    def values(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for field, (column, said) in self.meanings.items():
            chosen = self.cleaned_data[field]
            found.setdefault(column, {})[said] = "" if chosen == SKIP else chosen
        return found

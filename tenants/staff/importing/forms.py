"""A file, which column each heading is, and what words stand for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.spreadsheets.forms import SpreadsheetForm
from maillage.spreadsheets.reading import Sheet
from tenants.staff.importing.columns import COLUMNS, PERSON, choices_of
from tenants.staff.models import StaffImport

SKIP = "-"


class FileForm(SpreadsheetForm):
    said = gettext_lazy("XLSX, ODS, XLS or CSV, with a heading above the columns. One line for each contract.")


class ColumnsForm(forms.Form):
    """One list for each heading."""

    mark_optional = False

    def __init__(self, *args: Any, batch: StaffImport, sheet: Sheet, **options: Any) -> None:
        super().__init__(*args, **options)
        offered: list[tuple[str, str | Promise]] = [("", _("Leave it out"))]
        offered += [(one.name, one.label) for one in COLUMNS.values()]
        for position, heading in enumerate(batch.headings):
            self.fields[f"column{position}"] = forms.ChoiceField(
                label=heading,
                required=False,
                choices=offered,
                help_text=" · ".join(sheet.samples(position)),
                initial=batch.columns.get(str(position), ""),
            )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        chosen = self.columns()
        names = list(chosen.values())
        for position, name in chosen.items():
            if names.count(name) > 1:
                self.add_error(f"column{position}", _("Two headings are the same column. Leave one of them out."))
        lacking = [one.label for one in COLUMNS.values() if one.needed and one.name not in names]
        if not {PERSON, "last_name"} & set(names):
            lacking.insert(0, COLUMNS[PERSON].label)
        for label in lacking:
            text = _("No heading is this column: %(column)s. Every contract needs it.")
            self.add_error(None, text % {"column": label})
        return said

    def columns(self) -> dict[int, str]:
        found = {int(name.removeprefix("column")): chosen for name, chosen in self.cleaned_data.items()}
        return {position: name for position, name in found.items() if name}


class ValuesForm(forms.Form):
    """Each word that nobody knows, once. A contract without a type can't be; without a role, it can."""

    mark_optional = False

    def __init__(self, *args: Any, unknown: dict[str, dict[str, tuple[str, int]]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.meanings: dict[str, tuple[str, str]] = {}
        for name, words in unknown.items():
            column = COLUMNS[name]
            choices = [("", "–"), *choices_of(column)]
            if not column.needed:
                choices.append((SKIP, _("Nothing: leave it empty")))
            for number, (said, (written, times)) in enumerate(words.items()):
                field = f"{name}__{number}"
                self.meanings[field] = (name, said)
                self.fields[field] = forms.ChoiceField(
                    label=f"{column.label}: {written[:80]} ({times})", choices=choices
                )

    def values(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for field, (column, said) in self.meanings.items():
            chosen = self.cleaned_data[field]
            found.setdefault(column, {})[said] = "" if chosen == SKIP else chosen
        return found

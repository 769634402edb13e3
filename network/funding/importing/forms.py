"""A ledger as a file, and which column each heading is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.spreadsheets.forms import SpreadsheetForm
from maillage.spreadsheets.reading import Sheet
from network.funding.importing.columns import COLUMNS
from network.funding.models import ExpenseImport


class FileForm(SpreadsheetForm):
    said = gettext_lazy("CSV, XLSX, ODS or XLS, with a heading above the columns. One line for each expense.")


class ColumnsForm(forms.Form):
    """One list for each heading."""

    mark_optional = False

    def __init__(self, *args: Any, batch: ExpenseImport, sheet: Sheet, **options: Any) -> None:
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
        for one in COLUMNS.values():
            if one.needed and one.name not in names:
                text = _("No heading is this column: %(column)s. Every expense needs it.")
                self.add_error(None, text % {"column": one.label})
        return said

    def columns(self) -> dict[int, str]:
        found = {int(name.removeprefix("column")): chosen for name, chosen in self.cleaned_data.items()}
        return {position: name for position, name in found.items() if name}

"""A file that somebody chooses."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.spreadsheets.reading import LARGEST


class SpreadsheetForm(forms.Form):
    """`said`: what kinds of file are read, and what stands on a line."""

    said: ClassVar[str | Promise] = ""

    file = forms.FileField(
        label=gettext_lazy("The file"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.ods,.xls,.csv,.txt,.tsv"}),
        allow_empty_file=True,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["file"].help_text = self.said  # type: ignore[assignment]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(
                _("The file is larger than %(n)s MB: cut it into several.") % {"n": LARGEST // 1024 // 1024}
            )
        return file

"""What somebody holds who asks whether it was signed: a hash or the file. And what a version is compared with."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network.reports.papers.verifying import LARGEST, hash_in, hash_of

LONGEST_PASTED = 2000  # an address, or a line of `sha256sum`


class CheckForm(forms.Form):
    """One of the two is enough; of both, the file is asked about. A file is hashed here, and nothing of it is kept."""

    mark_optional = False
    file = forms.FileField(
        label=gettext_lazy("The file"),
        help_text=gettext_lazy("PDF, XLSX, CSV or JSON, just as you received it. We don't keep it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.xlsx,.csv,.json"}),
        required=False,
        allow_empty_file=True,
        max_length=1000,
    )
    hash = forms.CharField(
        label=gettext_lazy("Or its SHA-256"),
        help_text=gettext_lazy("The 64 signs on the last page of the report."),
        max_length=LONGEST_PASTED,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_file(self) -> str:
        """Its hash; blank: no file was chosen."""
        file = self.cleaned_data["file"]
        if not file:
            return ""
        if file.size > LARGEST:
            text = _("The file is larger than %(n)s MB: it is none of our reports.")
            raise ValidationError(text % {"n": LARGEST // 1024 // 1024})
        return hash_of(file.chunks())

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if not self.errors and not said.get("file") and not said.get("hash"):
            raise ValidationError(_("Choose the file, or paste its SHA-256."))
        return said

    @property
    def sha256(self) -> str:
        """Blank: what was pasted is no hash."""
        return self.cleaned_data["file"] or hash_in(self.cleaned_data["hash"])


class AgainstForm(forms.Form):
    """What a signed version is compared with."""

    mark_optional = False
    against = forms.ChoiceField(label=gettext_lazy("Compare with"))

    def __init__(self, *args: Any, offered: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["against"].choices = offered  # type: ignore[attr-defined]

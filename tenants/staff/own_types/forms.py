"""What a network's coordinator types about a contract type of their own."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from tenants.staff.enums import Employer
from tenants.staff.own_types.services import LONGEST
from tenants.staff.requirements import KNOWN


class TypeForm(forms.Form):
    label_fr = forms.CharField(label=_("Name in French"), max_length=LONGEST)
    label_nl = forms.CharField(label=_("Name in Dutch"), max_length=LONGEST)
    label_en = forms.CharField(label=_("Name in English"), max_length=LONGEST)
    code = forms.CharField(
        label=_("Short code"), max_length=20, help_text=_("For files and programs: small letters, for instance coop.")
    )
    legal_employer = forms.ChoiceField(label=_("Who is the legal employer?"), choices=Employer.choices)
    counts_in_fte = forms.BooleanField(label=_("Its hours count in full-time equivalents (FTE)"), required=False)
    requires = forms.MultipleChoiceField(
        label=_("What does it ask for?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The EPN are told what is missing, and are stopped only by what can't be."),
    )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        field = self.fields["requires"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(piece, translated(piece)) for piece in KNOWN]

"""What people fill in to register somebody, to find what fits, and for a certificate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from maillage.accounts.enums import Language
from maillage.design.forms import OneLine
from maillage.design.numbers import day_label
from tenants.activity.fields import NOT_IN_LIST, FactsForm, term_choices
from tenants.workshops.enums import Level, Spoken
from tenants.workshops.models import LONGEST_NAME, SeriesDate

LONGEST_PRINTED_NAME = 100
CAME, ABSENT, NOT_NOTED = "yes", "no", ""


def _level(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=False, choices=[("", _("Not said")), *Level.choices], widget=forms.RadioSelect,
        error_messages=NOT_IN_LIST,
    )  # fmt: skip


class RegistrationForm(FactsForm):
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    # The rule says how long a name may be, in our words; the browser stops there too.
    name = forms.CharField(
        label=_("First name or code"), widget=forms.TextInput(attrs={"maxlength": LONGEST_NAME, "autocomplete": "off"}),
        error_messages={"required": _("Give a first name or a code.")},
        help_text=_("No surname, no phone number, no e-mail. Two people of one name: add a letter."),
    )  # fmt: skip
    level = _level(_("How this person manages today"))


class TriageForm(forms.Form):
    """Three short questions."""

    theme = forms.ChoiceField(
        label=_("What do you want to learn?"),
        error_messages={**NOT_IN_LIST, "required": _("Choose a theme.")},
    )
    level = _level(_("How do you manage today?"))
    language = forms.ChoiceField(
        label=_("In which language?"), required=False, choices=[("", _("Any language")), *Spoken.choices],
        error_messages=NOT_IN_LIST,
    )  # fmt: skip

    mark_optional = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["theme"].choices = term_choices("theme", empty=_("Choose …"))  # type: ignore[attr-defined]


class CertificateForm(FactsForm):
    """The name is printed and forgotten."""

    name = OneLine(
        label=_("Name to print"), max_length=LONGEST_PRINTED_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("It is printed on the certificate and kept nowhere."),
    )  # fmt: skip
    language = forms.ChoiceField(
        label=_("Language of the certificate"), choices=Language.choices, error_messages=NOT_IN_LIST
    )


class PresencesForm(forms.Form):
    """One person's dates, each: came, didn't come, or not noted."""

    mark_optional = False

    def __init__(self, *args: Any, held: Sequence[SeriesDate], noted: dict[int, bool], **options: Any) -> None:
        super().__init__(*args, **options)
        words = {True: CAME, False: ABSENT, None: NOT_NOTED}
        for date in held:
            self.fields[f"date_{date.pk}"] = forms.ChoiceField(
                label=day_label(date.date),
                required=False,
                choices=[
                    (NOT_NOTED, _("Not noted")),
                    (CAME, pgettext_lazy("one person, at a date", "Came")),
                    (ABSENT, _("Did not come")),
                ],
                initial=words[noted.get(date.pk)],
                error_messages=NOT_IN_LIST,
            )

    def presences(self) -> dict[int, bool | None]:
        values = {CAME: True, ABSENT: False, NOT_NOTED: None}
        return {int(name.removeprefix("date_")): values[said] for name, said in self.cleaned_data.items()}

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.design.forms import OneLine
from network.cadastre.editions.board import ANY, WHY
from network.cadastre.editions.deciding import LONGEST_COMMENT
from network.cadastre.editions.enums import State
from network.cadastre.editions.models import Edition, Questionnaire
from network.cadastre.enums import Perimeter
from network.cadastre.reading import FIRST_YEAR, LAST_YEAR


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class OpenForm(forms.Form):
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    perimeter = forms.ChoiceField(
        label=gettext_lazy("Who is asked"), choices=Perimeter.choices, widget=forms.RadioSelect
    )
    due_on = forms.DateField(label=gettext_lazy("To be sent by"), widget=DayInput())
    questionnaire = forms.ChoiceField(label=gettext_lazy("Questionnaire"))
    letters = forms.BooleanField(
        label=gettext_lazy("Write to the coordinators of these EPN now"),
        required=False,
        help_text=gettext_lazy("Each letter is in its reader’s language, with the link to the EPN’s own return."),
    )

    def __init__(self, *args: Any, versions: list[Questionnaire], taken: Collection[int] = (), **options: Any) -> None:
        """`taken` are the years that have an edition: another one is proposed, the latest."""
        super().__init__(*args, **options)
        self.fields["letters"].mark_optional = False  # type: ignore[attr-defined]
        self.fields["questionnaire"].choices = [  # type: ignore[attr-defined]
            (str(one.number), _("Version %(number)s") % {"number": one.number} + (f" · {one.note}" if one.note else ""))
            for one in versions
        ]
        today = timezone.localdate()
        year = today.year if today.month > 6 else today.year - 1
        self.initial = {
            "year": next((one for one in range(year, FIRST_YEAR, -1) if one not in taken), year),
            "perimeter": Perimeter.ALL,
            "due_on": today + dt.timedelta(days=30),
            "questionnaire": str(versions[0].number),
            "letters": True,
            **self.initial,
        }


class BoardForm(forms.Form):
    q = OneLine(label=gettext_lazy("Name of the EPN"), required=False, max_length=100)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    why = forms.ChoiceField(label=gettext_lazy("Whom to phone"), required=False)
    perimeter = forms.ChoiceField(label=gettext_lazy("Whose figures"), choices=Perimeter.choices, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        everything = [("", gettext_lazy("All"))]
        self.fields["state"].choices = [*everything, *State.choices]  # type: ignore[attr-defined]
        self.fields["why"].choices = [*everything, (ANY, _("Everybody to phone")), *WHY.items()]  # type: ignore[attr-defined]


class RemindForm(forms.Form):
    """`again` is asked only where somebody has had a letter today."""

    who = forms.ChoiceField(
        label=gettext_lazy("To whom"),
        choices=[("late", gettext_lazy("All who are late")), ("open", gettext_lazy("All who haven’t signed"))],
        widget=forms.RadioSelect,
    )
    again = forms.BooleanField(label=gettext_lazy("Also to those who have had a reminder today"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["again"].mark_optional = False  # type: ignore[attr-defined]


class SendBackForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    comment = forms.CharField(
        label=gettext_lazy("What is to be corrected?"),
        help_text=gettext_lazy("The EPN reads this above its return, and in the letter that goes with it."),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Say what is to be corrected: the EPN can't guess it.")},
    )


class ExtendForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    due_on = forms.DateField(label=gettext_lazy("This EPN may send it until"), widget=DayInput())


class CallForm(forms.Form):
    note = OneLine(
        label=gettext_lazy("What was said, in a line"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("For instance: “comes back Monday”. No health, no private matter."),
    )


class FreezeForm(forms.Form):
    """With returns that aren't validated, one says how many one does without."""

    missing = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=100_000)

    def __init__(self, *args: Any, missing: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["missing"] = missing
        if missing:
            self.fields["without"] = forms.BooleanField(
                label=_("Freeze without these %(n)s returns: the file says that they are missing") % {"n": missing},
                error_messages={"required": _("Tick this box, or wait until they are validated.")},
            )


class PerimeterForm(forms.Form):
    perimeter = forms.ChoiceField(label=gettext_lazy("Whose figures"), choices=Perimeter.choices, required=False)


class DifferenceForm(PerimeterForm):
    before = forms.ChoiceField(label=gettext_lazy("From the edition"), required=False)
    after = forms.ChoiceField(label=gettext_lazy("to the edition"), required=False)
    code = forms.CharField(required=False, widget=forms.HiddenInput, max_length=50)
    field_order = ("before", "after", "perimeter", "code")

    def __init__(self, *args: Any, editions: list[Edition], **options: Any) -> None:
        super().__init__(*args, **options)
        years = [(str(one.year), str(one.year)) for one in editions]
        for name in ("before", "after"):
            self.fields[name].choices = years  # type: ignore[attr-defined]

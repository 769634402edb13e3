"""What people fill in of a follow-up. What it may be is said in rules.py; a code is read in codes.py."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.accounts.enums import Language
from maillage.accounts.models import Person
from maillage.design.free_text import FreeTextField
from maillage.design.two_versions import version_field, version_of
from tenants.activity.fields import NOT_IN_LIST, CountField, DayField, FactsForm, RowField, term_choices
from tenants.activity.models import LONGEST_DAY
from tenants.activity.rules import VisitFacts
from tenants.followup.codes import LONGEST_TYPED, read
from tenants.followup.enums import Consent, Ending
from tenants.followup.models import Step, Thread
from tenants.followup.rules import FURTHEST, LONGEST_TEXT, StepFacts, ThreadFacts
from tenants.premises.models import Site

NOBODY_KNOWN = _("No name, no phone number, no national number: nobody may be recognised.")
NEXT_WEEK = dt.timedelta(days=7)


def text_field(label: Any, *, required: bool = True, rows: int = 2) -> FreeTextField:
    field = FreeTextField(label=label, required=required, rows=rows, help_text=NOBODY_KNOWN)
    field.widget.attrs["maxlength"] = LONGEST_TEXT
    return field


class DueField(forms.DateField):
    """A day to come, as a rule; the rules alone refuse."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"max": (timezone.localdate() + FURTHEST).isoformat()}


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code of the card"),
        max_length=LONGEST_TYPED,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "f-typed"}
        ),
        help_text=_("Capitals, spaces and the dash don't matter."),
    )

    def clean_code(self) -> str:
        return read(self.cleaned_data["code"])


class ThreadForm(FactsForm):
    """What both a new thread and its correction ask."""

    field_of = {"animator_id": "animator"}

    version = version_field()
    animator = RowField(label=_("Who follows it"))
    themes = forms.MultipleChoiceField(
        label=_("Themes"), required=False, error_messages=NOT_IN_LIST, widget=forms.CheckboxSelectMultiple
    )
    about = text_field(_("What it is about"), required=False)
    language = forms.ChoiceField(
        label=_("Language of the card"),
        choices=Language.choices,
        error_messages=NOT_IN_LIST,
        widget=forms.RadioSelect,
        help_text=_("The language that the person reads."),
    )

    def __init__(self, *args: Any, thread: Thread | None = None, people: Sequence[Person] = (), **options: Any) -> None:
        if thread is not None:
            options["initial"] = {
                "animator": thread.animator_id, "themes": thread.themes, "about": thread.about,
                "language": thread.language, "version": version_of(thread),
            }  # fmt: skip
        super().__init__(*args, **options)
        self.fields["themes"].choices = term_choices("theme", thread.themes if thread else ())  # type: ignore[attr-defined]
        offer_people(self, people, [thread.animator] if thread else [])

    def facts(self) -> ThreadFacts:
        said = self.cleaned_data
        return {
            "animator_id": said["animator"],
            "themes": said["themes"],
            "about": said["about"],
            "language": said["language"],
        }


class NewThreadForm(ThreadForm):
    key = forms.UUIDField(widget=forms.HiddenInput)
    consent = forms.ChoiceField(
        label=_("Does the person agree?"),
        choices=Consent.choices,
        error_messages={**NOT_IN_LIST, "required": _("Without the person's yes, nothing is kept. Ask them first.")},
        widget=forms.RadioSelect,
        help_text=_("Say: “We note what we do together, under a code, without your name. You can have it erased."
                    " Do you agree?”"),
    )  # fmt: skip
    field_order = ["key", "consent", "language", "themes", "about", "animator"]

    def facts(self) -> ThreadFacts:
        return {**super().facts(), "consent": self.cleaned_data["consent"]}


TO_DO, DONE = "to_do", "done"


class StepForm(FactsForm):
    """A step, new or corrected. One day: until when, or on which day it was done."""

    field_of = {"animator_id": "animator", "due_on": "day", "done_on": "day"}

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = version_field()
    text = text_field(_("What"))
    kind = forms.ChoiceField(
        label=_("Is it done?"),
        choices=[(TO_DO, _("To do, by this day")), (DONE, _("Done, on this day"))],
        error_messages=NOT_IN_LIST,
        widget=forms.RadioSelect,
    )
    day = DueField(label=_("Day"))
    animator = RowField(label=_("By whom"))

    def __init__(self, *args: Any, step: Step | None = None, people: Sequence[Person] = (), **options: Any) -> None:
        if step is not None:
            options["initial"] = {
                "text": step.text, "kind": TO_DO if step.done_on is None else DONE, "day": step.done_on or step.due_on,
                "animator": step.animator_id, "version": version_of(step),
            }  # fmt: skip
        super().__init__(*args, **options)
        self.step = step
        offer_people(self, people, [step.animator] if step else [])

    def facts(self) -> StepFacts:
        said = self.cleaned_data
        facts: StepFacts = {"text": said["text"], "animator_id": said["animator"]}
        if said["kind"] == DONE:
            facts["done_on"] = said["day"]
        else:
            facts["due_on"], facts["done_on"] = said["day"], None
        return facts


class CloseForm(FactsForm):
    ending = forms.ChoiceField(
        label=_("How did it end?"),
        choices=Ending.choices,
        error_messages={**NOT_IN_LIST, "required": _("Say how it ended.")},
        widget=forms.RadioSelect,
    )


class HandOverForm(FactsForm):
    from_whom = RowField(label=_("Whose follow-ups"))
    to = RowField(label=_("Who takes them over"))

    def __init__(
        self, *args: Any, holders: Sequence[tuple[int, str]], people: Sequence[Person], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        for name, rows in (("from_whom", holders), ("to", [(one.pk, one.name) for one in people])):
            self.fields[name].widget.choices = [("", _("Choose")), *((str(pk), label) for pk, label in rows)]
        self.here = {one.pk for one in people}

    def clean_to(self) -> int:
        chosen: int = self.cleaned_data["to"]
        if chosen not in self.here:
            raise forms.ValidationError(_("This person doesn't work here."), code="unknown_animator")
        return chosen


class ThreadVisitForm(FactsForm):
    """A visit of somebody who is followed: the themes of the thread are ticked already."""

    field_of = {"site_id": "site", "animator_id": "__all__"}

    key = forms.UUIDField(widget=forms.HiddenInput)
    themes = forms.MultipleChoiceField(
        label=_("Themes"),
        error_messages={**NOT_IN_LIST, "required": _("Choose at least one theme.")},
        widget=forms.CheckboxSelectMultiple,
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        error_messages={**NOT_IN_LIST, "required": _("Choose an outcome.")},
        widget=forms.RadioSelect,
    )
    text = text_field(_("What was done, for the follow-up"))
    date = DayField(label=_("Day"))
    minutes = CountField(label=_("Minutes"), lowest=1, highest=LONGEST_DAY)
    mode = forms.ChoiceField(label=_("Mode"), error_messages=NOT_IN_LIST)
    site = RowField(label=_("Site"))

    def __init__(self, *args: Any, sites: Sequence[Site], **options: Any) -> None:
        super().__init__(*args, **options)
        for name, vocabulary in (("themes", "theme"), ("outcome", "outcome"), ("mode", "mode")):
            self.fields[name].choices = term_choices(vocabulary)  # type: ignore[attr-defined]
        site = self.fields["site"]
        assert isinstance(site, RowField)
        site.offer(sites)

    def facts(self) -> VisitFacts:
        said = self.cleaned_data
        return {
            "date": said["date"],
            "minutes": said["minutes"],
            "site_id": said["site"],
            "mode": said["mode"],
            "themes": said["themes"],
            "outcome": said["outcome"],
        }


def offer_people(form: forms.Form, people: Sequence[Person], kept: Iterable[Person]) -> None:
    """Those who work here now; whoever has left stays where they are written."""
    field = form.fields["animator"]
    assert isinstance(field, RowField)
    everybody = [*people, *(one for one in kept if one not in people)]
    field.offer(everybody)

"""What a coordinator types about a convention. The rules are in rules.py; the services ask them again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.design.free_text import FreeTextField
from maillage.design.two_versions import version_field, version_of
from tenants.activity.fields import CountField, EurosField, FactsForm
from tenants.article60.clock import BY_AGE
from tenants.article60.models import LONGEST_LINE, MOST_PRIOR_DAYS, Convention, Evaluation
from tenants.article60.rules import CONVENTION_FIELDS, EVALUATION_FIELDS, LONGEST_TEXT, ConventionFacts, EvaluationFacts
from tenants.article60.services import NONE_SEEN
from tenants.staff.forms import DayInput
from tenants.staff.models import LONGEST_WEEK, Contract
from tenants.staff.rules import END_AHEAD, FIRST_DAY, SHORTEST_FULL_TIME, SHORTEST_WEEK
from tenants.staff.wording import plain_hours


def day_field(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput, required=False, **options)


def hours_field(label: Any, *, required: bool = False, **options: Any) -> forms.DecimalField:
    field = forms.DecimalField(label=label, max_digits=4, decimal_places=2, localize=True, required=required, **options)
    field.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
    return field


def _text(label: Any, help_text: Any) -> FreeTextField:
    field = FreeTextField(label=label, required=False, help_text=help_text)
    field.widget.attrs["maxlength"] = LONGEST_TEXT
    return field


class ConventionForm(FactsForm):
    """Empty means that one doesn't know; a contribution of nothing is 0."""

    field_of = {"contribution_cents": "contribution"}
    mark_optional = False  # the page says it of all of them

    version = version_field()
    cpas = forms.CharField(label=_("CPAS"), max_length=LONGEST_LINE, required=False)
    cpas_end = day_field(
        _("End date that the CPAS gave"),
        help_text=_("It wins over our estimate. Leave it empty until the CPAS has told you."),
    )
    in_contract = forms.BooleanField(
        label=_("The contract here ends on that day too"),
        required=False,
        help_text=_("Your contract then says the same as the CPAS, in your lists and in what the network counts."),
    )
    contribution = EurosField(
        label=_("Contribution a month (€)"),
        max_digits=12,
        decimal_places=2,
        localize=True,
        required=False,
        help_text=_("What your EPN pays the CPAS. 0 if you pay nothing; empty if you don't know."),
    )
    tasks = _text(_("Tasks"), _("What this person does here, as the convention says. No name, no health."))
    hours_per_week = hours_field(
        _("Hours a week of the whole contract, if they differ"),
        help_text=_("When this person also works elsewhere for the CPAS: all their hours count for unemployment."),
    )
    hours_per_day = hours_field(_("Hours a day, if the convention says so"))
    signed_on = day_field(_("Signed on"))
    prior_days = CountField(
        label=_("Days known from before"),
        lowest=0,
        highest=MOST_PRIOR_DAYS,
        required=False,
        help_text=_(
            "Days of work that already count for unemployment, if the CPAS told you. Empty: not known, and we say so."
        ),
    )
    contact = forms.CharField(
        label=_("Contact at the CPAS"),
        max_length=LONGEST_LINE,
        required=False,
        help_text=_("The service, its phone number or its e-mail address at work."),
    )

    def __init__(self, *args: Any, contract: Contract, convention: Convention | None, **options: Any) -> None:
        initial: dict[str, Any] = {"cpas": contract.legal_employer, "version": NONE_SEEN}
        if convention is not None:
            kept = {*CONVENTION_FIELDS, "contribution"} & set(self.base_fields)
            initial = {name: getattr(convention, name) for name in kept}
            initial["version"] = version_of(convention)
            initial["cpas"] = convention.cpas or contract.legal_employer
            for name in ("hours_per_week", "hours_per_day"):
                initial[name] = plain_hours(initial[name]) if initial[name] is not None else None
        # Ticked, save where somebody left the two days apart on purpose.
        initial["in_contract"] = initial.get("cpas_end") in (None, contract.planned_end)
        super().__init__(*args, **{**options, "initial": initial})
        if contract.ended_on is not None:
            del self.fields["in_contract"]

    def ends_the_contract(self) -> bool:
        """Whether the date of the CPAS is to stand in the contract too."""
        return bool(self.cleaned_data.get("in_contract")) and self.cleaned_data["cpas_end"] is not None

    def facts(self) -> ConventionFacts:
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("version", "in_contract")}
        euros: Decimal | None = said.pop("contribution")
        facts: ConventionFacts = {**said, "contribution_cents": None if euros is None else int(euros * 100)}  # type: ignore[typeddict-item]
        return facts


class EvaluationForm(FactsForm):
    version = version_field()
    planned_on = day_field(_("Planned on"))
    done_on = day_field(_("Done on"), help_text=_("Leave it empty while it is still to come."))
    conclusion = _text(
        _("Conclusion"), _("A few words on the work: no name, no health, nothing private. This person may read it.")
    )

    def __init__(self, *args: Any, evaluation: Evaluation | None = None, **options: Any) -> None:
        if evaluation is not None:
            options["initial"] = {name: getattr(evaluation, name) for name in EVALUATION_FIELDS}
            options["initial"]["version"] = version_of(evaluation)
        super().__init__(*args, **options)

    def facts(self) -> EvaluationFacts:
        said = self.cleaned_data
        return {"planned_on": said["planned_on"], "done_on": said["done_on"], "conclusion": said["conclusion"]}


class WhatIfForm(forms.Form):
    """A question, not a record: nothing of it is kept. The age as a group, so that no birth date is in an address."""

    mark_optional = False  # the help says when a field may be left empty

    starts_on = forms.DateField(label=_("If it started on"), widget=DayInput)
    hours_per_week = hours_field(_("Hours a week (Q)"), required=True)
    full_time_hours = hours_field(_("Hours of a full time (S)"), required=True)
    prior_days = CountField(
        label=_("Days known from before"),
        lowest=0,
        highest=MOST_PRIOR_DAYS,
        required=False,
        min_value=0,
        max_value=MOST_PRIOR_DAYS,
        help_text=_("Empty: not known."),
    )
    age = forms.ChoiceField(
        label=_("Age on the last day"),
        required=False,
        choices=[
            ("", _("Not known")),
            *zip(BY_AGE, (_("Under 36"), _("From 36 to 49"), _("50 or more")), strict=True),
        ],
        help_text=_("It matters only where the rule of the day depends on the age."),
    )

    def clean_starts_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["starts_on"]
        if not FIRST_DAY <= day <= timezone.localdate() + END_AHEAD:
            raise forms.ValidationError(_("Check the year of this day."), code="out_of_range")
        return day

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        bounds = (("hours_per_week", SHORTEST_WEEK), ("full_time_hours", SHORTEST_FULL_TIME))
        for name, lowest in bounds:
            if name in said and not lowest <= said[name] <= LONGEST_WEEK:
                self.add_error(name, forms.ValidationError(
                    _("Between %(lowest)s and %(highest)s hours a week."), code="out_of_range",
                    params={"lowest": plain_hours(lowest), "highest": plain_hours(LONGEST_WEEK)},
                ))  # fmt: skip
        hours, full_time = said.get("hours_per_week"), said.get("full_time_hours")
        if hours is not None and full_time is not None and hours > full_time:
            self.add_error("hours_per_week", _("Nobody works more hours than a full time has."))
        return said

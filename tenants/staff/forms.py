"""What a coordinator types about a contract. The rules are in rules.py; the services ask them again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Person
from maillage.design.two_versions import version_field, version_of
from maillage.reference.models import ContractType
from maillage.reference.selectors import label_of
from tenants.staff.enums import AfterEnd, Concern, ContractRole, EndReason
from tenants.staff.findings import FULL_TIME, NewMember, contract_findings
from tenants.staff.models import Contract, StaffMember
from tenants.staff.requirements import fields_of, known_type, reference_label, requirements
from tenants.staff.rules import FIELDS, ContractFacts
from tenants.staff.selectors import offered_types, replaceable, staff_members
from tenants.staff.wording import plain_hours


class DayInput(forms.DateInput):
    """The browser's own calendar; it wants the day as 2026-10-31 in every language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TypeSelect(forms.Select):
    """Each option carries what the script shows while one chooses: employer, need of an end, requirements."""

    def __init__(self, suggestions: Mapping[str, str], choices: Any) -> None:
        super().__init__(choices=choices)
        self.suggestions = suggestions

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        kind = known_type(str(value)) if value else None
        if kind is not None:
            option["attrs"] |= {
                "data-employer": self.suggestions.get(kind.code, ""),
                "data-requires": " · ".join(requirements(kind)),
                "data-fte": "yes" if kind.counts_in_fte else "no",
                "data-fields": " ".join(sorted(fields_of(kind))),
                "data-reference": reference_label(kind),
            }
        return option


def type_choices(kept: str = "") -> list[Any]:
    """Grouped by whether they count in FTE, in the reader's language."""

    def group(types: list[ContractType], *, counted: bool) -> list[tuple[str, str]]:
        return [(one.code, label_of("contract_type", one.code)) for one in types if one.counts_in_fte is counted]

    offered = offered_types(kept)
    return [
        ("", gettext("Choose a type")),
        (gettext("Count in full-time equivalents (FTE)"), group(offered, counted=True)),
        (gettext("Don't count in FTE"), group(offered, counted=False)),
    ]


def account_choices(accounts: list[Person]) -> list[tuple[str, Any]]:
    return [("", _("No account, or not known"))] + [(str(one.pk), f"{one.name} ({one.email})") for one in accounts]


class ConfirmedField(forms.MultipleChoiceField):
    """What is asked is known only when the rest is read: an answer to a question of before is no error."""

    def valid_value(self, value: Any) -> bool:
        return True


class PersonForm(forms.Form):
    """A person of the staff: their name, and the account they sign in with."""

    name = forms.CharField(label=_("Name"), max_length=120)
    account = forms.TypedChoiceField(
        label=_("Account"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("With the account, the visits that this person logs name the right contract."),
    )

    born_on = forms.DateField(
        label=_("Date of birth"),
        widget=DayInput,
        required=False,
        help_text=_("Only because a rule of this person's contract depends on the age. Nobody else sees it."),
    )

    def __init__(self, *args: Any, accounts: list[Person], asks_birth: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].choices = account_choices(accounts)  # type: ignore[attr-defined]
        if not asks_birth:
            del self.fields["born_on"]


class EndForm(forms.Form):
    """The last day of a contract that really ends, why, and what came after as far as one knows."""

    ended_on = forms.DateField(
        label=_("Last day of the contract"),
        widget=DayInput,
        help_text=_("The last day that is paid or worked. It may be in the future."),
    )
    end_reason = forms.ChoiceField(
        label=_("Why does it end?"), required=False, choices=[("", _("Not said")), *EndReason.choices]
    )
    after_end = forms.ChoiceField(
        label=_("What comes after for this person?"),
        required=False,
        choices=[("", _("Not said")), *AfterEnd.choices],
        help_text=_("You can come back and say it when you know. The network counts the answers, without names."),
    )


class ContractForm(forms.Form):
    member = forms.ModelChoiceField(
        label=_("Person"),
        queryset=StaffMember.objects.none(),
        required=False,
        empty_label=_("A new person (write the name below)"),
    )
    name = forms.CharField(label=_("Name of the new person"), max_length=120, required=False)
    account = forms.TypedChoiceField(
        label=_("Account of the new person"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Only if this person signs in here. Their visits then name this contract."),
    )
    type = forms.CharField(label=_("Contract type"))
    role = forms.ChoiceField(label=_("Role"), choices=ContractRole.choices, initial=ContractRole.ANIMATION)
    legal_employer = forms.CharField(
        label=_("Legal employer"),
        max_length=160,
        required=False,
        help_text=_("Who signs the contract. Under article 60, always the CPAS. Leave empty for volunteers."),
    )
    starts_on = forms.DateField(label=_("Start"), widget=DayInput)
    planned_end = forms.DateField(
        label=_("Planned end"),
        widget=DayInput,
        required=False,
        help_text=_("The last day that is planned. Leave empty for a contract without an end."),
    )
    ended_on = forms.DateField(
        label=_("Real end"),
        widget=DayInput,
        required=False,
        help_text=_("Only when you know that the contract ends on that day."),
    )
    hours_per_week = forms.DecimalField(
        label=_("Hours a week (Q)"),
        max_digits=4,
        decimal_places=2,
        localize=True,
        help_text=_("The hours of this contract at your EPN, for instance 19."),
    )
    full_time_hours = forms.DecimalField(
        label=_("Hours of a full time (S)"),
        max_digits=4,
        decimal_places=2,
        localize=True,
        initial=FULL_TIME,
        help_text=_("What a full week is for this employer, for instance 38. Q ÷ S gives the FTE."),
    )
    host = forms.CharField(
        label=_("Host"),
        max_length=160,
        required=False,
        help_text=_("Where this person works, if it isn't your own organisation. Usually left empty."),
    )
    reference = forms.CharField(
        label=_("Number or reference"),
        max_length=60,
        required=False,
        help_text=_("For instance the Actiris post number, the reference of the subsidy or of the convention."),
    )
    replaces_id = forms.TypedChoiceField(
        label=_("Person replaced"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("The contract in whose place this one stands."),
    )
    hours_per_year = forms.DecimalField(
        label=_("Hours a year"),
        max_digits=6,
        decimal_places=2,
        localize=True,
        required=False,
        help_text=_("For a student or associative work: the hours planned in a year."),
    )
    born_on = forms.DateField(
        label=_("Date of birth"),
        widget=DayInput,
        required=False,
        help_text=_("Kept only where a rule depends on the age: first-job agreement, civic service."),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stays in your EPN. Write nothing about health or private life."),
    )
    confirmed = ConfirmedField(
        label=_("Please check"),
        required=False,
        choices=Concern.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("This is unusual, but it may be right. Tick it if it is, and save again."),
    )
    version = version_field()

    def __init__(
        self,
        *args: Any,
        contract: Contract | None = None,
        accounts: list[Person],
        suggestions: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.contract = contract
        self.suggestions = suggestions
        fields: dict[str, Any] = self.fields
        fields["member"].queryset = staff_members()
        fields["account"].choices = account_choices(accounts)
        fields["type"].widget = TypeSelect(suggestions, type_choices(contract.type if contract is not None else ""))
        fields["type"].widget.is_required = True
        fields["legal_employer"].widget.attrs["list"] = "employers"
        fields["host"].widget.attrs["list"] = "employers"
        fields["replaces_id"].choices = replaceable(contract)
        self._name_reference()
        # Their help says when they are left empty; one of the first two is needed; so is an answer to a question.
        for name in ("member", "name", "legal_employer", "planned_end", "confirmed"):
            fields[name].mark_optional = False
        for name in ("hours_per_week", "full_time_hours", "hours_per_year"):
            fields[name].widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
        if contract is None:
            del fields["ended_on"], fields["version"]
        else:
            del fields["name"], fields["account"]
            fields["member"].required, fields["member"].empty_label = True, None
        if contract is None and not staff_members().exists():
            fields["member"].widget = forms.HiddenInput()
            fields["name"].label, fields["account"].label = _("Name"), _("Account")
        if not self.is_bound:
            del fields["confirmed"]

    def _name_reference(self) -> None:
        """What the type calls its number, once the type is known."""
        chosen = self.data.get("type") if self.is_bound else self.initial.get("type")
        kind = known_type(str(chosen or ""))
        if kind is not None and (label := reference_label(kind)):
            self.fields["reference"].label = label

    def employers(self) -> list[str]:
        """What the field proposes while one types."""
        return sorted({one for one in self.suggestions.values() if one})

    def facts(self) -> ContractFacts:
        facts: ContractFacts = {name: self.cleaned_data[name] for name in FIELDS if name in self.cleaned_data}  # type: ignore[assignment]
        return facts

    def person(self) -> StaffMember | NewMember | None:
        chosen: StaffMember | None = self.cleaned_data.get("member")
        if chosen is not None:
            return chosen
        if self.cleaned_data.get("name"):
            return NewMember(self.cleaned_data["name"], self.cleaned_data.get("account"), self.birth())
        return None

    def birth(self) -> dt.date | None:
        said: dt.date | None = self.cleaned_data.get("born_on")
        return said

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        person = self.person()
        if person is None and "name" in self.fields and not {"member", "name"} & set(self.errors):
            self.add_error("name", gettext("Choose a person in the list, or write the name of a new one."))
        if isinstance(person, StaffMember) and data.get("name"):
            self.add_error("name", gettext("Choose a person in the list or write a new name, not both."))
        facts = self.facts()
        whole = not self.errors
        problems, concerns = contract_findings(
            member=person, facts=self._with_gaps(facts), contract=self.contract, born_on=self.birth()
        )
        for field, found in problems.items():
            # What the field itself has said already isn't said twice.
            if field in self.fields and field not in self.errors:
                self.add_error(field, ValidationError(found))
        self._propose_employer()
        self._ask(concerns if whole and not problems else {})
        return data

    def _with_gaps(self, facts: ContractFacts) -> ContractFacts:
        """The facts as they were typed; a field that could not be read is None and has its own error."""
        gaps: dict[str, Any] = {name: None for name in FIELDS if name in self.fields}
        whole: ContractFacts = {**gaps, **facts}  # type: ignore[typeddict-item]
        return whole

    def _propose_employer(self) -> None:
        """Without JavaScript the suggestion comes with the answer."""
        suggestion = self.suggestions.get(self.cleaned_data.get("type", ""), "")
        if "legal_employer" in self.errors and not self["legal_employer"].value() and suggestion:
            typed = {name: self.data.get(name) for name in self.data}
            self.data = {**typed, self.add_prefix("legal_employer"): suggestion}
            self.add_error("legal_employer", gettext("We propose “%(name)s”: check it.") % {"name": suggestion})

    def _ask(self, concerns: Mapping[str, str]) -> None:
        """Show what is to be confirmed, with its own words; nothing to confirm, nothing to see."""
        if not concerns:
            self.fields.pop("confirmed", None)
            return
        self.fields["confirmed"].choices = list(concerns.items())  # type: ignore[attr-defined]
        if set(concerns) - set(self.cleaned_data.get("confirmed", ())):
            self.add_error("confirmed", gettext("Is this right? Tick it to confirm, or correct the contract."))


def initial_of(contract: Contract) -> dict[str, Any]:
    values = {name: getattr(contract, name) for name in FIELDS}
    for name in ("hours_per_week", "full_time_hours", "hours_per_year"):
        values[name] = values[name] and plain_hours(values[name])
    return {
        "member": contract.member_id,
        "born_on": contract.member.born_on,
        "version": version_of(contract),
        **values,
    }


def initial_of_new(asked: Mapping[str, str], *, suggestions: Mapping[str, str], full_time: Any) -> dict[str, Any]:
    """A first page proposes what this EPN did last, and what a link asked for: a type, a person, whom they replace."""
    kind = asked.get("type", "")
    known = kind if known_type(kind) is not None else ""
    return {
        "member": _number(asked.get("member", "")),
        "replaces_id": _number(asked.get("replaces", "")),
        "type": known,
        "legal_employer": suggestions.get(known, ""),
        "full_time_hours": plain_hours(full_time or FULL_TIME),
    }


def _number(typed: str) -> str:
    return typed if typed.isascii() and typed.isdigit() and len(typed) < 19 else ""


def end_initial(contract: Contract, today: dt.date) -> dict[str, Any]:
    """What is known already; else today, or the planned end where that is nearer."""
    if contract.ended_on is not None:
        return {name: getattr(contract, name) for name in ("ended_on", "end_reason", "after_end")}
    nearest = min(today, contract.planned_end) if contract.planned_end is not None else today
    return {"ended_on": max(nearest, contract.starts_on)}

"""What a coordinator fills in of volunteers. The rules stand in rules.py and files.py; the services ask them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from maillage.accounts.enums import Language
from maillage.design.forms import OneLine
from maillage.design.numbers import day_label
from tenants.activity.fields import NOT_IN_LIST, DayField, EurosField, FactsForm
from tenants.volunteers.enums import CostsPolicy, DefrayalKind, MustDeclare, Status
from tenants.volunteers.files import FIRST_DAY, LONGEST, FileFacts, OrganisationFacts
from tenants.volunteers.models import Defrayal, Organisation, VolunteerFile
from tenants.volunteers.rules import LONGEST_JUSTIFICATION, LONGEST_WHAT, money
from tenants.volunteers.services import LineFacts


def _line(name: str, label: Any, help_text: Any = "") -> OneLine:
    """Whether it is needed depends on the rest: the rules ask."""
    field = OneLine(label=label, required=False, help_text=help_text)
    field.widget.attrs["maxlength"] = LONGEST[name]
    return field


def _text(name: str, label: Any, help_text: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST[name]})
    return forms.CharField(label=label, required=False, help_text=help_text, widget=widget)


class AnyDayField(DayField):
    """A day that may lie ahead."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"min": FIRST_DAY.isoformat()}


class OrganisationForm(FactsForm):
    """What every information note of the EPN says, filled in once."""

    name = _line("name", _("Name of the organisation"), _("As it stands in your statutes, for instance an ASBL."))
    status = forms.ChoiceField(
        label=_("Legal status"), choices=Status.choices, initial=Status.ASSOCIATION, error_messages=NOT_IN_LIST
    )
    responsible = _line(
        "responsible", _("Who answers for it"), _("Names. Only for an association without legal personality.")
    )
    aim = _text("aim", _("Aim"), _("What your organisation does, and for whom, without profit. One or two sentences."))
    insurer = _line("insurer", _("Insurer of the liability"), _("The law asks for this insurance."))
    policy = _line("policy", _("Policy number"))
    insured_until = AnyDayField(
        label=_("Insured until"),
        required=False,
        help_text=_("You are reminded two months before. Leave empty if the policy has no end."),
    )
    other_cover = _text(
        "other_cover", _("Other insurance"), _("For instance: accidents of volunteers, with the insurer's name.")
    )
    costs = forms.ChoiceField(
        label=_("Which costs are paid back?"),
        choices=CostsPolicy.choices,
        initial=CostsPolicy.FLAT,
        widget=forms.RadioSelect,
        error_messages=NOT_IN_LIST,
    )
    costs_details = _text("costs_details", _("When and how much"), _("For instance: 20 € a day, paid each month."))
    secrecy = forms.BooleanField(
        label=_("Volunteers may learn things that are told in confidence"),
        required=False,
        initial=True,
        help_text=_("At an EPN they do: people show letters, bank pages and medical files. The note then says so."),
    )

    def __init__(self, *args: Any, organisation: Organisation | None, epn: str, **options: Any) -> None:
        options["initial"] = {"name": epn}
        if organisation is not None:
            options["initial"] = {name: getattr(organisation, name) for name in OrganisationFacts.__annotations__}
        super().__init__(*args, **options)
        for name in ("name", "responsible", "aim", "insurer", "policy", "insured_until"):
            self.fields[name].mark_optional = False  # type: ignore[attr-defined]

    def facts(self) -> OrganisationFacts:
        facts: OrganisationFacts = {name: self.cleaned_data[name] for name in self.fields}  # type: ignore[assignment]
        return facts


class FileForm(FactsForm):
    """The information note and the form C45B of one volunteer."""

    note_signed_on = DayField(
        label=_("Information note signed on"),
        required=False,
        help_text=_("The day on which this person signed it. The paper stays in your folder."),
    )
    note_language = forms.ChoiceField(
        label=_("Language of the note"), choices=Language.choices, error_messages=NOT_IN_LIST
    )
    must_declare = forms.ChoiceField(
        label=_("Must this person declare the volunteering first?"),
        choices=MustDeclare.choices,
        widget=forms.RadioSelect,
        error_messages=NOT_IN_LIST,
        help_text=_(
            "Whoever gets unemployment benefits hands in form C45B at their payment office (CAPAC or a union) before "
            "the first day. Ask nothing else about their situation."
        ),
    )
    declared_on = DayField(
        label=_("Form C45B sent on"),
        required=False,
        help_text=_(
            "You fill in the form together. Once it is handed in, this person may begin: without an answer after 12 "
            "working days, it is accepted."
        ),
    )

    def __init__(self, *args: Any, file: VolunteerFile, **options: Any) -> None:
        options["initial"] = {name: getattr(file, name) for name in FileFacts.__annotations__}
        super().__init__(*args, **options)
        for name in ("note_signed_on", "declared_on"):
            self.fields[name].mark_optional = False  # type: ignore[attr-defined]

    def facts(self) -> FileFacts:
        facts: FileFacts = {name: self.cleaned_data[name] for name in self.fields}  # type: ignore[assignment]
        return facts


# --- lines of the ledger ----------------------------------------------------------------------------------------------


class LineForm(FactsForm):
    """What is paid back, without its day."""

    field_of = {"cents": "amount"}

    kind = forms.ChoiceField(
        label=_("What is paid back"),
        choices=DefrayalKind.choices,
        widget=forms.RadioSelect,
        error_messages=NOT_IN_LIST,
        help_text=_("In one year, a person gets flat amounts or real costs, never both. Travel may go with either."),
    )
    amount = EurosField(
        label=_("Amount for each day (€)"),
        max_digits=12,
        decimal_places=2,
        required=False,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    km = forms.DecimalField(
        label=_("Kilometres of that day"),
        max_digits=12,
        decimal_places=1,
        required=False,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text=_("Only for travel, for instance to a client. From home to the EPN is part of the flat amount."),
    )
    what = OneLine(
        label=_("What for"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": LONGEST_WHAT}),
        help_text=_("For real costs: what was bought, and the number of the receipt."),
    )
    justification = forms.CharField(
        label=_("Justification"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_JUSTIFICATION}),
        help_text=_("Only above a ceiling: which documents prove these costs, and where they are kept."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("amount", "km", "what", "justification"):
            self.fields[name].mark_optional = False  # type: ignore[attr-defined]

    def facts(self) -> LineFacts:
        said = self.cleaned_data
        amount: Decimal | None = said["amount"]
        return {
            "kind": said["kind"],
            "cents": None if amount is None else int(amount * 100),
            "km": said["km"],
            "what": said["what"],
            "justification": said["justification"],
        }


class DaysField(forms.MultipleChoiceField):
    """Days of a calendar. Which of them may be is the rules' to say."""

    widget = forms.CheckboxSelectMultiple
    default_error_messages = {"invalid_choice": _("“%(value)s” is not a day.")}

    def valid_value(self, value: Any) -> bool:
        try:
            dt.date.fromisoformat(str(value))
        except ValueError:
            return False
        return True

    def clean(self, value: Any) -> list[dt.date]:
        return sorted({dt.date.fromisoformat(one) for one in super().clean(value)})


class AddForm(LineForm):
    """The same line for several days of a month."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    days = DaysField(label=_("Days"), required=False)

    field_order = ("key", "days", "kind", "amount", "km", "what", "justification")

    def __init__(self, *args: Any, days: Sequence[dt.date], ceiling: int | None, **options: Any) -> None:
        super().__init__(*args, **options)
        if ceiling is not None:
            text = gettext("At most %(amount)s a day, flat amounts and real costs together.")
            self.fields["amount"].help_text = text % {"amount": money(ceiling)}
        self.fields["days"].choices = [(day.isoformat(), day_label(day)) for day in days]  # type: ignore[attr-defined]


class CorrectionForm(LineForm):
    """One line of the ledger, with its day."""

    day = DayField(label=_("Day"))

    field_order = ("day", "kind", "amount", "km", "what", "justification")

    def __init__(self, *args: Any, line: Defrayal, **options: Any) -> None:
        options["initial"] = {
            "day": line.day,
            "kind": line.kind,
            "amount": Decimal(line.cents) / 100,
            "km": line.km,
            "what": line.what,
            "justification": line.justification,
        }
        super().__init__(*args, **options)
        self.fields["amount"].label = _("Amount (€)")


class YearForm(forms.Form):
    """Which calendar year is shown."""

    mark_optional = False
    year = forms.TypedChoiceField(label=_("Year"), coerce=int, required=False)

    def __init__(self, *args: Any, years: Sequence[int], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["year"].choices = [(str(one), str(one)) for one in years]  # type: ignore[attr-defined]

    @classmethod
    def chosen(cls, data: Any, years: Sequence[int]) -> tuple[YearForm, int]:
        """The form, and the year that it says; the first one when it says none, or one that isn't there."""
        form = cls({"year": data.get("year") or str(years[0])}, years=years)
        return form, (form.cleaned_data["year"] if form.is_valid() else years[0]) or years[0]

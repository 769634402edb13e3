"""One form for each kind of line. Rules that need other lines are the service's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.design.forms import OneLine
from network.funding.enums import (
    AllocationKind,
    ApplicationState,
    ExpenseCategory,
    FunderKind,
    GrantKind,
    WhoMayApply,
)
from network.funding.forms import AmountField
from network.funding.ledger.rules import NEXT
from network.funding.models import Application, Call, Funder

EARLIEST = dt.date(2000, 1, 1)
YEARS_AHEAD = 20
ABOVE_ZERO = MinValueValidator(Decimal("0.01"), gettext_lazy("Write an amount above zero."))


class DayField(forms.DateField):
    """A day that money may have: a year far away is a slip of the keyboard."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, **options)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not EARLIEST <= value <= latest_day():
            raise ValidationError(_("This year is too far away: please check it."))


def latest_day() -> dt.date:
    return dt.date(timezone.localdate().year + YEARS_AHEAD, 12, 31)


class Money(AmountField):
    def __init__(self, *, zero: bool = False, **options: Any) -> None:
        super().__init__(max_digits=12, decimal_places=2, min_value=0 if zero else None, localize=True, **options)
        if not zero:
            self.validators.append(ABOVE_ZERO)


class Percent(AmountField):
    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=5, decimal_places=2, max_value=100, localize=True, **options)
        self.validators.append(MinValueValidator(Decimal("0.01"), gettext_lazy("Write a share above zero.")))

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("%", "") if isinstance(value, str) else value)


class Text(forms.CharField):
    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}), **options)


class LineForm(forms.Form):
    """`names`: the network's EPN by id."""

    def __init__(self, *args: Any, names: Mapping[int, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.names = names
        self.settle()

    def settle(self) -> None:
        """Choices that are rows."""

    def offer(self, field: str, rows: Any) -> None:
        self.fields[field].queryset = rows  # type: ignore[attr-defined]

    def offer_epn(self, field: str, *, empty: bool) -> None:
        first = [("", "–")] if empty else []
        self.fields[field].choices = [*first, *((str(pk), name) for pk, name in self.names.items())]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("epn_id") == "":
            said["epn_id"] = None
        return said


def _choice(model: Any, label: Any, *, required: bool = True, help_text: Any = "") -> forms.ModelChoiceField[Any]:
    return forms.ModelChoiceField(model.objects.none(), label=label, required=required, help_text=help_text)


class FunderForm(LineForm):
    name = OneLine(label=gettext_lazy("Name"), max_length=160)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=FunderKind.choices)
    code = OneLine(
        label=gettext_lazy("Code"),
        max_length=60,
        validators=[RegexValidator(r"\A[\w.-]+\Z", gettext_lazy("Letters, digits, dots and dashes only."))],
        help_text=gettext_lazy("The word that you give to this funder's reviewers when you invite them."),
    )


class CallForm(LineForm):
    funder = _choice(Funder, gettext_lazy("Funder"))
    title = OneLine(label=gettext_lazy("Name of the programme or call"), max_length=200)
    opens_on = DayField(label=gettext_lazy("Opens on"), required=False)
    deadline = DayField(
        label=gettext_lazy("Deadline"), required=False, help_text=gettext_lazy("Left empty, one may ask at any time.")
    )
    budget_eur = Money(label=gettext_lazy("Budget, in euros"), required=False)
    who = forms.ChoiceField(label=gettext_lazy("Who may apply"), choices=WhoMayApply.choices)
    rules = Text(label=gettext_lazy("Rules"), help_text=gettext_lazy("What is paid, what isn't, what one has to add."))
    url = forms.URLField(label=gettext_lazy("Link to the call"), max_length=300, required=False, assume_scheme="https")

    def settle(self) -> None:
        self.offer("funder", Funder.objects.filter(deleted_at__isnull=True).order_by("name", "pk"))


class ApplicationForm(LineForm):
    funder = _choice(Funder, gettext_lazy("Funder"))
    call = _choice(Call, gettext_lazy("Programme or call"), required=False)
    title = OneLine(label=gettext_lazy("What the application is called"), max_length=200)
    year = forms.IntegerField(label=gettext_lazy("For which year"), min_value=2000, max_value=2100)
    asked_eur = Money(label=gettext_lazy("Amount asked, in euros"))
    cofunding_eur = Money(
        zero=True, required=False, label=gettext_lazy("Co-funding, in euros"),
        help_text=gettext_lazy("What you or others add."),
    )  # fmt: skip
    purpose = Text(label=gettext_lazy("What it is for"))
    epn_ids = forms.MultipleChoiceField(
        label=gettext_lazy("For which EPN"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: the whole network."),
    )  # fmt: skip

    def settle(self) -> None:
        self.offer("funder", Funder.objects.filter(deleted_at__isnull=True).order_by("name", "pk"))
        self.offer("call", Call.objects.filter(deleted_at__isnull=True).order_by("title", "pk"))
        self.offer_epn("epn_ids", empty=False)

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if year > latest_day().year:
            raise ValidationError(_("This year is too far away: please check it."))
        return year

    def clean_cofunding_eur(self) -> Decimal:
        return self.cleaned_data["cofunding_eur"] or Decimal(0)

    def clean_epn_ids(self) -> list[int]:
        return sorted(int(one) for one in self.cleaned_data["epn_ids"])


class GrantForm(LineForm):
    funder = _choice(Funder, gettext_lazy("Funder"))
    application = _choice(Application, gettext_lazy("Application"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of money"), choices=GrantKind.choices)
    title = OneLine(label=gettext_lazy("What it is called"), max_length=200)
    reference = OneLine(label=gettext_lazy("The funder's reference"), max_length=80, required=False)
    starts_on = DayField(label=gettext_lazy("First day"))
    ends_on = DayField(label=gettext_lazy("Last day"))
    amount_eur = Money(label=gettext_lazy("Amount or value, in euros"))
    conditions = Text(label=gettext_lazy("Conditions"))
    repaid_eur = Money(zero=True, required=False, label=gettext_lazy("Repaid to the funder, in euros"))

    def settle(self) -> None:
        self.offer("funder", Funder.objects.filter(deleted_at__isnull=True).order_by("name", "pk"))
        self.offer("application", Application.objects.filter(
            deleted_at__isnull=True, state__in=[ApplicationState.ACCEPTED, ApplicationState.REDUCED]
        ).order_by("-year", "-pk"))  # fmt: skip

    def clean_repaid_eur(self) -> Decimal:
        return self.cleaned_data["repaid_eur"] or Decimal(0)


class InstalmentForm(LineForm):
    label = OneLine(label=gettext_lazy("Which instalment"), max_length=120)
    due_on = DayField(label=gettext_lazy("To ask for by"))
    amount_eur = Money(label=gettext_lazy("Amount, in euros"))
    asked_on = DayField(label=gettext_lazy("Asked on"), required=False)
    received_on = DayField(label=gettext_lazy("Received on"), required=False)


class ReportDateForm(LineForm):
    label = OneLine(label=gettext_lazy("What is expected"), max_length=120)
    due_on = DayField(label=gettext_lazy("To hand in by"))
    done_on = DayField(label=gettext_lazy("Handed in on"), required=False)


class AllocationForm(LineForm):
    kind = forms.ChoiceField(label=gettext_lazy("What it is for"), choices=AllocationKind.choices)
    epn_id = forms.TypedChoiceField(label=gettext_lazy("EPN"), required=False, coerce=int, empty_value=None)
    label = OneLine(
        label=gettext_lazy("In words"), max_length=160, required=False,
        help_text=gettext_lazy("A post is described without the person's name: half-time animation, article 60."),
    )  # fmt: skip
    amount_eur = Money(label=gettext_lazy("Amount, in euros"), required=False)
    percent = Percent(
        label=gettext_lazy("Or a share of the grant, in percent"), required=False,
        help_text=gettext_lazy("Write an amount or a share: one of the two."),
    )  # fmt: skip

    def settle(self) -> None:
        self.offer_epn("epn_id", empty=True)


class ExpenseForm(LineForm):
    spent_on = DayField(label=gettext_lazy("Date"))
    category = forms.ChoiceField(label=gettext_lazy("Category"), choices=ExpenseCategory.choices)
    label = OneLine(label=gettext_lazy("What was paid"), max_length=200)
    reference = OneLine(label=gettext_lazy("Number of the invoice or entry"), max_length=80, required=False)
    amount_eur = Money(label=gettext_lazy("Amount, in euros"))
    percent = Percent(
        label=gettext_lazy("Share charged to this grant, in percent"), initial=100,
        help_text=gettext_lazy("The rest may be charged to another grant: add the same expense there."),
    )  # fmt: skip


class StepForm(forms.Form):
    """What became of an application."""

    state = forms.ChoiceField(label=gettext_lazy("What happened"))
    on = DayField(label=gettext_lazy("On which day"))
    amount_eur = Money(
        label=gettext_lazy("Amount granted, in euros"), required=False,
        help_text=gettext_lazy("Only where less was granted than asked."),
    )  # fmt: skip
    reason = Text(
        label=gettext_lazy("Reason"), help_text=gettext_lazy("The funder's own: needed for a refusal or a reduction.")
    )

    def __init__(self, *args: Any, application: Application, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["state"].choices = [  # type: ignore[attr-defined]
            (one.value, one.label) for one in NEXT[application.state]
        ]
        if application.state == ApplicationState.DRAFT:
            del self.fields["amount_eur"]

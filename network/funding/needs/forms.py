"""The forms of needs, scenarios and proposals. Rules that need other rows are the service's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from maillage.accounts.enums import Language
from maillage.design.forms import OneLine
from maillage.design.two_versions import version_field, version_of
from network.cadastre.enums import Perimeter
from network.funding.forms import AmountField
from network.funding.ledger.forms import DayField, LineForm, Money, Text, latest_day
from network.funding.models import Application, Scenario
from network.funding.needs.enums import WITHIN, MeasureKind, Reach
from network.funding.needs.rows import Proposal, ScenarioMeasure
from network.funding.needs.rules import MOST_COMPARED

FIRST_YEAR = 2000
# What the first scenario begins with: shown in its form, to be changed there. Each next one begins with the last one's.
HOURS_PER_FTE, WEEKS_OPEN = 30, 46


class Few(AmountField):
    """Hours or FTE, with two decimals, not below zero."""

    def __init__(self, *, required: bool = False, **options: Any) -> None:
        super().__init__(max_digits=7, decimal_places=2, localize=True, min_value=0, required=required, **options)


def _year(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=FIRST_YEAR, max_value=2100)


class NeedsForm(forms.Form):
    """Which year, and whose needs."""

    mark_optional = False
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=FIRST_YEAR, required=False)
    perimeter = forms.ChoiceField(label=gettext_lazy("Whose needs"), choices=Perimeter.choices, required=False)

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"] or timezone.localdate().year
        if year > latest_day().year:
            raise ValidationError(_("This year is too far away: please check it."))
        return year


class EpnCostForm(LineForm):
    epn_id = forms.TypedChoiceField(label=gettext_lazy("EPN"), coerce=int)
    valid_from = DayField(label=gettext_lazy("Valid from"))
    amount_eur = Money(zero=True, label=gettext_lazy("Euros a year"))
    reason = OneLine(
        label=gettext_lazy("Why it costs something else"), max_length=200,
        help_text=gettext_lazy("For instance: two sites, or no rent to pay."),
    )  # fmt: skip

    def settle(self) -> None:
        self.offer_epn("epn_id", empty=True)


class Versioned(forms.Form):
    """Filled from a row; carries the version that it was filled from."""

    version = version_field()

    def __init__(self, *args: Any, row: Any, **options: Any) -> None:
        known = {name: self.shown(getattr(row, name)) for name in self.base_fields if name != "version"}
        if row.pk:
            known["version"] = version_of(row)
        options["initial"] = {**known, **options.get("initial", {})}
        self.row = row
        super().__init__(*args, **options)

    @staticmethod
    def shown(value: Any) -> Any:
        if isinstance(value, Decimal):
            return value.normalize()  # 30, rather than 30.00
        return [str(one) for one in value] if isinstance(value, list) else value

    def said(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ScenarioForm(Versioned):
    name = OneLine(
        label=gettext_lazy("Name of the scenario"), max_length=120,
        help_text=gettext_lazy("What it would be, in a few words: half-time help in each labelled EPN."),
    )  # fmt: skip
    year = _year(gettext_lazy("For which year"))
    reach = forms.ChoiceField(
        label=gettext_lazy("For which EPN"), choices=Reach.choices, widget=forms.RadioSelect,
    )  # fmt: skip
    note = Text(label=gettext_lazy("In your words"), help_text=gettext_lazy("What for, and what one has to know."))
    hours_per_fte = AmountField(
        label=gettext_lazy("Assumption: hours at the desk a week for one full-time helper"),
        min_value=0, max_value=168, max_digits=5, decimal_places=2, localize=True,
        help_text=gettext_lazy("The rest is preparing, meetings and leave. You decide: it is always shown."),
    )  # fmt: skip
    weeks_open = forms.IntegerField(
        label=gettext_lazy("Assumption: weeks a year in which an EPN is open"), min_value=1, max_value=53
    )
    epn_ids = forms.MultipleChoiceField(
        label=gettext_lazy("The EPN that you choose"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Only if you chose to tick them."),
    )  # fmt: skip

    def __init__(self, *args: Any, names: Mapping[int, str], last: Scenario | None = None, **options: Any) -> None:
        row = options["row"]
        if not row.pk:
            options["initial"] = {
                "year": timezone.localdate().year + 1,
                "hours_per_fte": self.shown(last.hours_per_fte) if last else HOURS_PER_FTE,
                "weeks_open": last.weeks_open if last else WEEKS_OPEN,
            }
        super().__init__(*args, **options)
        self.fields["epn_ids"].choices = [(str(pk), name) for pk, name in names.items()]  # type: ignore[attr-defined]

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if year > latest_day().year:
            raise ValidationError(_("This year is too far away: please check it."))
        return year

    def clean_epn_ids(self) -> list[int]:
        if self.cleaned_data.get("reach") != Reach.CHOSEN:
            return []
        return sorted(int(one) for one in self.cleaned_data["epn_ids"])


class MeasureForm(Versioned):
    label = OneLine(label=gettext_lazy("In words"), max_length=160, required=False)


class EachForm(MeasureForm):
    fte = Few(
        label=gettext_lazy("FTE more in each EPN"),
        help_text=gettext_lazy("0.5 is an employee at half-time."),
    )  # fmt: skip
    amount_eur = Money(
        zero=True, required=False, label=gettext_lazy("Euros a year for each EPN"),
        help_text=gettext_lazy("Left empty: what one EPN costs, by the cost model of the year."),
    )  # fmt: skip
    hours_a_week = Few(
        label=gettext_lazy("Hours open a week more in each"), max_value=168,
        help_text=gettext_lazy("Left empty: the FTE times the scenario's hours for one full-time helper."),
    )  # fmt: skip


class StopsForm(MeasureForm):
    number = forms.IntegerField(label=gettext_lazy("How many stops"), min_value=1, max_value=500)
    commune = forms.ChoiceField(
        label=gettext_lazy("In which commune"), required=False,
        help_text=gettext_lazy("Left empty: somewhere in the network."),
    )  # fmt: skip
    amount_eur = Money(zero=True, label=gettext_lazy("Euros a year for one stop"))
    hours_a_week = Few(label=gettext_lazy("Hours a week of one stop"), max_value=168, required=True)
    fte = Few(label=gettext_lazy("FTE for one stop"))

    def __init__(self, *args: Any, communes: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["commune"].choices = [("", "–"), *communes]  # type: ignore[attr-defined]


class ExtendForm(MeasureForm):
    within = forms.TypedChoiceField(
        label=gettext_lazy("Contracts that end within"), coerce=int,
        choices=[(months, gettext_lazy("3 months") if months == 3 else gettext_lazy("6 months") if months == 6
                  else gettext_lazy("12 months")) for months in WITHIN],
    )  # fmt: skip
    amount_eur = Money(zero=True, label=gettext_lazy("Euros for one full-time helper and one year"))
    number = forms.IntegerField(
        label=gettext_lazy("At most how many"), min_value=1, max_value=10_000, required=False,
        help_text=gettext_lazy("Left empty: all of them. Those that end first are kept first."),
    )  # fmt: skip


class OtherForm(MeasureForm):
    label = OneLine(label=gettext_lazy("In words"), max_length=160)
    amount_eur = Money(zero=True, label=gettext_lazy("Euros a year"))
    fte = Few(label=gettext_lazy("FTE"))
    hours_a_week = Few(label=gettext_lazy("Hours open a week more"))


MEASURES: dict[str, type[MeasureForm]] = {
    MeasureKind.EACH: EachForm,
    MeasureKind.STOPS: StopsForm,
    MeasureKind.EXTEND: ExtendForm,
    MeasureKind.OTHER: OtherForm,
}


class ProposalForm(Versioned):
    title = OneLine(label=gettext_lazy("Title"), max_length=200)
    scenario_ids = forms.MultipleChoiceField(
        label=gettext_lazy("Scenarios"), widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("One to four. They stand side by side in the document."),
    )  # fmt: skip
    text = Text(
        label=gettext_lazy("What you want to say"), help_text=gettext_lazy("An empty line begins a new paragraph.")
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the document"), choices=Language.choices)
    application = forms.ModelChoiceField(
        Application.objects.none(), label=gettext_lazy("Application that it goes with"), required=False,
        help_text=gettext_lazy("Its state is the fate of the document: sent, accepted, refused. You can say it later."),
    )  # fmt: skip

    def __init__(self, *args: Any, scenarios: Iterable[Scenario], **options: Any) -> None:
        row: Proposal = options["row"]
        if not row.pk:
            options["initial"] = {"language": (get_language() or "fr")[:2], **options.get("initial", {})}
        super().__init__(*args, **options)
        known = {one.pk: f"{one.name} ({one.year})" for one in scenarios}
        self.fields["scenario_ids"].choices = [(str(pk), name) for pk, name in known.items()]  # type: ignore[attr-defined]
        alive = Application.objects.filter(deleted_at__isnull=True).order_by("-year", "-pk")
        self.fields["application"].queryset = alive  # type: ignore[attr-defined]

    def clean_scenario_ids(self) -> list[int]:
        chosen = [int(one) for one in self.cleaned_data["scenario_ids"]]
        if len(chosen) > MOST_COMPARED:
            raise ValidationError(_("Choose four scenarios at most: more can't be read side by side."))
        return chosen


def measure_form(measure: ScenarioMeasure, communes: Iterable[tuple[str, str]], data: Any = None) -> MeasureForm:
    form = MEASURES[measure.kind]
    return form(data, row=measure, **({"communes": communes} if form is StopsForm else {}))

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from maillage.design.free_text import AsksAboutPersonalData, FreeTextField
from network.releases.enums import PeriodKind
from network.releases.periods import FIRST_YEAR, LAST_YEAR, Period, month, quarters, read, year
from network.releases.rules import LONGEST_REASON


class PeriodForm(forms.Form):
    """Which closed period. One that is offered no more, or not yet, is still read: the answer says why."""

    period = forms.CharField(label=_("Period"), max_length=7)

    def __init__(self, *args: Any, offered: list[Period], **options: Any) -> None:
        super().__init__(*args, **options)
        names = {
            PeriodKind.YEAR: _("Years"),
            PeriodKind.QUARTER: _("Quarters"),
            PeriodKind.MONTH: _("Months"),
        }
        groups = [
            (label, [(one.code, one.name) for one in offered if one.kind == kind]) for kind, label in names.items()
        ]
        self.fields["period"].widget = forms.Select(choices=[group for group in groups if group[1]])
        if offered:
            self.initial.setdefault("period", offered[0].code)  # the latest, else the oldest year would be chosen

    def clean_period(self) -> Period:
        try:
            return read(self.cleaned_data["period"].strip())
        except ValueError:
            told = _("Choose a month, a quarter or a year from %(first)s to %(last)s.")
            raise ValidationError(told % {"first": str(FIRST_YEAR), "last": str(LAST_YEAR)}) from None


def periods_to_offer(first: dt.date | None, today: dt.date, released: list[Period]) -> list[Period]:
    """Closed and not released, the latest first."""
    if first is None:
        return []
    found = []
    for number in range(first.year, today.year + 1):
        found += [year(number), *quarters(number), *(month(dt.date(number, one, 1)) for one in range(1, 13))]
    found = [one for one in found if first <= one.last < today and not any(other.contains(one) for other in released)]
    return sorted(found, key=lambda one: (one.last, len(one.months)), reverse=True)


class ReasonForm(AsksAboutPersonalData, forms.Form):
    reason = FreeTextField(
        label=_("Why is it corrected?"),
        max_length=LONGEST_REASON,
        help_text=_("Everybody reads it. For instance: an EPN entered its paper forms of March late."),
    )


class TableForm(forms.Form):
    """Which cells of a table. Nothing is added up."""

    mark_optional = False

    def __init__(self, *args: Any, choices: dict[str, list[tuple[str, str]]], value_label: str, **options: Any) -> None:
        super().__init__(*args, **options)
        labels: dict[str, Any] = {"period": _("Period"), "place": _("Where"), "value": value_label.capitalize()}
        for name, offered in choices.items():
            if len(offered) > 1:
                self.fields[name] = forms.ChoiceField(
                    label=labels[name], required=False, choices=[("", _("All")), *offered]
                )

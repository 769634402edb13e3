"""Forms of a report. What a line or a month must obey is the services'."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.accounts.enums import Language
from maillage.design.forms import OneLine
from maillage.design.free_text import AsksAboutPersonalData, FreeTextField
from maillage.design.two_versions import version_field
from network.funding.forms import AmountField
from network.funding.models import Grant
from network.reports.enums import LineKind, PackState
from network.reports.models import Pack, PackLine
from network.reports.perimeter import PlaceIn
from network.reports.rules import LONGEST_COMMENT, LONGEST_NAME, LONGEST_NOTE, LONGEST_TEXT
from network.reports.services import takes_number

MONTH = re.compile(r"(?:(\d{4})-(\d{1,2})|(\d{1,2})[/.-](\d{4}))", re.ASCII)
YEARS = (2000, 2100)


class MonthField(forms.CharField):
    """`2025-03`, as browsers with a picker send it, or `03/2025` as people type it. Gives the first day."""

    widget = forms.TextInput(attrs={"type": "month"})

    def clean(self, value: Any) -> Any:
        typed = super().clean(value).strip()
        found = MONTH.fullmatch(typed)
        if found is None:
            raise ValidationError(_("Write a month: 03/2025."), code="month")
        year, month = int(found[1] or found[4]), int(found[2] or found[3])
        if not 1 <= month <= 12:
            raise ValidationError(_("Write a month: 03/2025."), code="month")
        if not YEARS[0] <= year <= YEARS[1]:
            raise ValidationError(_("This year is too far away: please check it."), code="year")
        return dt.date(year, month, 1)


class TitleForm(forms.Form):
    title = OneLine(label=gettext_lazy("Title of the report"), max_length=200)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=Language.choices,
        help_text=gettext_lazy("Of its notes and of its files. On the pages, everybody reads their own."),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class BeginForm(forms.Form):
    pack = forms.ModelChoiceField(Pack.objects.none(), label=gettext_lazy("What the funder asks (pack)"))
    grants = forms.ModelMultipleChoiceField(
        Grant.objects.none(), label=gettext_lazy("Of which grants it tells"), widget=forms.CheckboxSelectMultiple
    )
    first = MonthField(label=gettext_lazy("From which month"))
    last = MonthField(label=gettext_lazy("Until which month, included"))
    title = OneLine(label=gettext_lazy("Title of the report"), max_length=200)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=Language.choices)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        packs = Pack.objects.filter(deleted_at__isnull=True, versions__state=PackState.IN_USE)
        self.fields["pack"].queryset = packs.select_related("funder").order_by("funder__name", "title", "pk")  # type: ignore[attr-defined]
        self.fields["pack"].label_from_instance = lambda one: f"{one.funder.name} · {one.title}"  # type: ignore[attr-defined]
        grants = Grant.objects.filter(deleted_at__isnull=True, funder__packs__in=packs).distinct()
        self.fields["grants"].queryset = grants.select_related("funder").order_by("funder__name", "-starts_on", "pk")  # type: ignore[attr-defined]
        self.fields["grants"].label_from_instance = lambda one: f"{one.funder.name} · {one.title}"  # type: ignore[attr-defined]


class LineForm(AsksAboutPersonalData, forms.Form):
    """One line of a report: a text, a number, or a note beside a computed value and perhaps another number."""

    number = AmountField(label=gettext_lazy("Number"), required=False, localize=True)
    text = FreeTextField(label=gettext_lazy("Text"), required=False, rows=8)
    version = version_field()

    def __init__(self, *args: Any, line: PackLine, **options: Any) -> None:
        super().__init__(*args, **options)
        number, text = self.fields["number"], self.fields["text"]
        if not takes_number(line):
            del self.fields["number"]
        elif line.kind == LineKind.FIGURE:
            number.label = _("Another number in place of the computed one")
            number.help_text = _("The computed one stays beside it. Write the reason below.")
        if line.kind == LineKind.TEXT:
            text.max_length = LONGEST_TEXT  # type: ignore[attr-defined]
            text.help_text = line.help
        else:
            text.label, text.widget.attrs["rows"] = _("Note"), 4
            text.max_length = LONGEST_NOTE  # type: ignore[attr-defined]
            text.help_text = line.help or _("What the reader should know about this number.")


class SignForm(forms.Form):
    name = OneLine(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
    role = OneLine(
        label=gettext_lazy("What you are in the network"), max_length=LONGEST_NAME,
        help_text=gettext_lazy("Coordinator, chair, director …"),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)


class CommentForm(forms.Form):
    comment = forms.CharField(
        label=gettext_lazy("Your comment"), max_length=LONGEST_COMMENT, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The funder reads it, and gets a letter."),
    )  # fmt: skip


class Percent(AmountField):
    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=5, decimal_places=2, min_value=0, max_value=100, localize=True, **options)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("%", "") if isinstance(value, str) else value)


class KeysForm(forms.Form):
    """A key for each grant, EPN and year. `everybody` is written for all of them."""

    everybody = Percent(
        label=gettext_lazy("The same for all, in percent"), required=False,
        help_text=gettext_lazy("Left empty, each keeps its own below."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, wanted: Mapping[int, Sequence[tuple[int, int]]], grants: Mapping[int, Grant],
        places: Mapping[int, PlaceIn], known: Mapping[tuple[int, int, int], Decimal], **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **options)
        self.cells: dict[str, tuple[int, int, int]] = {}
        years = {year for some in wanted.values() for _epn, year in some}
        for grant, some in wanted.items():
            for epn, year in sorted(some, key=lambda one: (places[one[0]].name.casefold(), one)):
                name = f"key_{grant}_{epn}_{year}"
                told = [
                    places[epn].name,
                    str(year) if len(years) > 1 else "",
                    grants[grant].title if len(grants) > 1 else "",
                ]
                self.cells[name] = grant, epn, year
                self.fields[name] = Percent(
                    label=", ".join(part for part in told if part),
                    required=False,
                    initial=known.get((grant, epn, year)),
                )

    @property
    def rows(self) -> list[forms.BoundField]:
        return [self[name] for name in self.cells]

    def keys(self) -> dict[tuple[int, int, int], Decimal]:
        same = self.cleaned_data.get("everybody")
        if same is not None:
            return dict.fromkeys(self.cells.values(), same)
        return {
            place: self.cleaned_data[name] for name, place in self.cells.items() if self.cleaned_data[name] is not None
        }

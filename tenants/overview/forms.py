"""Which period is shown, and what a coordinator says in the yearly report."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.accounts.enums import Language
from maillage.design.free_text import AsksAboutPersonalData, FreeTextField
from maillage.design.two_versions import version_field, version_of
from tenants.overview.logo import MOST_BYTES, refused
from tenants.overview.models import LONGEST_WORDS, YearlyReport
from tenants.overview.periods import QUARTERS, Period, part_of
from tenants.overview.rules import NOT_BEGUN, UNCHANGED, WORDS

WHOLE_YEAR = "year"


def part_choices() -> list[tuple[str, Any]]:
    quarters = [(f"q{number}", _("quarter %(number)s") % {"number": number}) for number in QUARTERS]
    months = [(f"m{number}", name) for number, name in MONTHS.items()]
    return [(WHOLE_YEAR, _("Whole year")), (_("Quarter"), quarters), (_("Month"), months)]


class PeriodForm(forms.Form):
    """A year, or a part of it."""

    mark_optional = False
    year = forms.TypedChoiceField(label=gettext_lazy("Year"), coerce=int, required=False)
    part = forms.ChoiceField(label=gettext_lazy("Part of the year"), required=False)

    def __init__(self, *args: Any, years: list[int], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["year"].choices = [(str(one), str(one)) for one in years]  # type: ignore[attr-defined]
        self.fields["part"].choices = part_choices()  # type: ignore[attr-defined]
        self.years = years

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not self.errors and self.period.first > timezone.localdate():
            raise ValidationError(_("This part of the year hasn't begun yet. Choose an earlier one."))
        return said

    @property
    def period(self) -> Period:
        return part_of(self.cleaned_data.get("year") or self.years[0], self.cleaned_data.get("part") or WHOLE_YEAR)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class RangeForm(forms.Form):
    """From one day to another, a year at most: a longer one would meet the year that it is compared with."""

    mark_optional = False
    first = _day(gettext_lazy("From the"))
    last = _day(gettext_lazy("To the"))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        first, last = said.get("first"), said.get("last")
        if not first or not last:
            return said
        if not dt.date(2000, 1, 1) <= first <= timezone.localdate():
            self.add_error("first", _("Choose a day between 2000 and today."))
        elif last < first:
            self.add_error("last", _("The last day must not be before the first."))
        elif Period(first, last).before().last >= first:
            self.add_error("last", _("Choose a year at most: the period is compared with the year before."))
        return said

    @property
    def period(self) -> Period:
        return Period(self.cleaned_data["first"], self.cleaned_data["last"])


def _own_words(label: Any, help_text: Any) -> FreeTextField:
    return FreeTextField(label=label, help_text=help_text, required=False, max_length=LONGEST_WORDS, rows=6)


class ReportForm(AsksAboutPersonalData, forms.Form):
    """The EPN's own words, its logo and the language of the whole."""

    version = version_field()
    introduction = _own_words(
        gettext_lazy("Introduction"),
        gettext_lazy("Who you are, and what kind of year it was. An empty line begins a new paragraph."),
    )
    highlights = _own_words(
        gettext_lazy("Highlights"), gettext_lazy("What you are proud of, what changed, what was hard.")
    )
    thanks = _own_words(gettext_lazy("Thanks"), gettext_lazy("Volunteers, partners, funders."))
    logo = forms.FileField(
        label=gettext_lazy("Logo"),
        required=False,
        help_text=gettext_lazy("A PNG or JPEG picture of at most 500 kB. It stands at the top of the report."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )
    without_logo = forms.BooleanField(label=gettext_lazy("Take the logo away"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language of the report"), choices=Language.choices)

    def __init__(self, *args: Any, report: YearlyReport, **options: Any) -> None:
        options["initial"] = {name: getattr(report, name) for name in (*WORDS, "language")}
        options["initial"]["version"] = version_of(report) if report.pk else NOT_BEGUN
        super().__init__(*args, **options)
        if report.logo_id is None:
            del self.fields["without_logo"]

    def clean_logo(self) -> bytes | None:
        picture = self.cleaned_data["logo"]
        if not isinstance(picture, UploadedFile):
            return None
        if (picture.size or 0) > MOST_BYTES:
            raise refused(_("This picture is too large: at most 500 kB. Make it smaller, or ask for a small one."))
        return bytes(picture.read())

    def said(self) -> dict[str, Any]:
        """As the service takes it."""
        said = {name: self.cleaned_data[name] for name in (*WORDS, "language")}
        said["picture"] = self.cleaned_data["logo"] or (None if self.cleaned_data.get("without_logo") else UNCHANGED)
        return said

    def add_problems(self, error: ValidationError) -> None:
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, problems in error.error_dict.items():
            self.add_error(name if name in self.fields else None, problems)

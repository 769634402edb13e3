"""What somebody fills in of a census return. Texts become values; `checking.py` says what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.design.forms import OneLine
from maillage.design.free_text import AsksAboutPersonalData, FreeLineField, FreeTextField
from maillage.design.two_versions import VERSION, version_field
from maillage.spreadsheets.texts import folded
from network.cadastre.editions import amounts, checking
from network.cadastre.editions.answering import Given
from network.cadastre.editions.answers import Answer, ReturnInFull
from network.cadastre.editions.attachments import ACCEPT, Unacceptable, Upload, accepted
from network.cadastre.editions.checking import NUMERIC
from network.cadastre.editions.enums import Kind
from network.cadastre.editions.models import Indicator
from network.cadastre.editions.words import choice_label, code_of_word, unit_beside, word_of_code

LONGEST_TEXT = 5_000
LONGEST_WHY = 500
VALUE, WHY = "value_", "why_"
APART = (Kind.TABLE, Kind.FILE)  # on pages of their own: a table is long, and a file can be too large
BLANK_ROWS = 3
MOST_ROWS = 200


class NumberField(forms.CharField):
    """A number of an indicator; cleaned, it is as it is kept."""

    def __init__(self, *, indicator: Indicator, **options: Any) -> None:
        super().__init__(required=False, max_length=80, **options)
        self.indicator = indicator
        self.widget.attrs |= {"inputmode": "decimal" if indicator.decimals else "numeric", "autocomplete": "off"}
        self.widget.attrs["class"] = "e-number"

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        try:
            kept = amounts.read_number(text, self.indicator)
        except amounts.NotANumber as error:
            raise ValidationError(str(error), code="not_a_number") from error
        wrong = checking.value_problems(self.indicator, kept)
        if wrong:
            raise ValidationError(wrong, code="out_of_bounds")
        return kept

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            sent, kept = (amounts.read_number(str(one or ""), self.indicator) for one in (data, initial))
        except amounts.NotANumber:
            return str(initial or "").strip() != str(data or "").strip()
        return sent != kept


def label_of(indicator: Indicator) -> str:
    """With its unit, where the words don't say it already."""
    unit = unit_beside(indicator) if indicator.kind in NUMERIC else ""
    return f"{indicator.label} ({unit})" if unit else indicator.label


def field_of(indicator: Indicator) -> forms.Field:
    options: dict[str, Any] = {"label": label_of(indicator), "help_text": indicator.help}
    if indicator.kind in NUMERIC:
        return NumberField(indicator=indicator, **options)
    if indicator.kind == Kind.CHOICE:
        choices = [(one["code"], choice_label(one)) for one in indicator.choices]
        return forms.ChoiceField(
            required=False,
            choices=choices,
            widget=forms.RadioSelect,
            error_messages={"invalid_choice": gettext_lazy("Choose one of the answers that are offered.")},
            **options,
        )
    return FreeTextField(required=False, max_length=LONGEST_TEXT, **options)


class AnswersForm(AsksAboutPersonalData, forms.Form):
    """A whole return but for tables and files. Nothing is required: a return is filled in over several days."""

    mark_optional = False
    version = version_field()

    def __init__(self, *args: Any, full: ReturnInFull, **options: Any) -> None:
        super().__init__(*args, **options)
        self.full = full
        self.initial[VERSION] = str(full.census_return.version)
        for answer in full.answers:
            indicator = answer.indicator
            if indicator.kind not in APART:
                self.fields[VALUE + indicator.code] = field_of(indicator)
                self.initial[VALUE + indicator.code] = as_typed(indicator, answer.kept)
            why = FreeLineField(
                label=_("%(label)s: a remark, or why there is no answer") % {"label": indicator.label},
                required=False,
                max_length=LONGEST_WHY,
            )
            self.fields[WHY + indicator.code] = why
            self.initial[WHY + indicator.code] = answer.explanation

    def given(self) -> dict[str, Given]:
        """What may be saved: of each indicator whose fields are right. A field that wasn't sent isn't an answer."""
        found: dict[str, Given] = {}
        for answer in self.full.answers:
            code = answer.indicator.code
            names = [name for name in (VALUE + code, WHY + code) if name in self.fields]
            if any(name in self.errors for name in names) or not any(self._was_sent(name) for name in names):
                continue
            value = self.cleaned_data.get(VALUE + code) if self._was_sent(VALUE + code) else answer.kept
            why = self.cleaned_data.get(WHY + code, "") if self._was_sent(WHY + code) else answer.explanation
            found[code] = Given(value, " ".join(str(why).split()))
        return found

    def _was_sent(self, name: str) -> bool:
        return name in self.fields and self.add_prefix(name) in self.data


def as_typed(indicator: Indicator, kept: Any) -> str:
    """What a field shows of a value that is kept."""
    if kept is None:
        return ""
    return amounts.shown(str(kept)) if indicator.kind in NUMERIC else str(kept)


class TableForm(forms.Form):
    """A table of an indicator: its rows as they are, and a few blank ones. Rows that the indicator names stay."""

    mark_optional = False
    version = version_field()

    def __init__(self, *args: Any, answer: Answer, full: ReturnInFull, **options: Any) -> None:
        super().__init__(*args, **options)
        self.indicator, self.answer = answer.indicator, answer
        self.columns: list[dict[str, Any]] = list(answer.indicator.columns)
        self.fixed = list(answer.indicator.rows)
        self.initial[VERSION] = str(full.census_return.version)
        rows = self._rows_to_show()
        for at, row in enumerate(rows):
            for column in self._typed_columns():
                self._add(at, column, row)
        self.count = len(rows)

    def _typed_columns(self) -> list[dict[str, Any]]:
        """The names of fixed rows aren't typed."""
        return self.columns[1:] if self.fixed else self.columns

    def _rows_to_show(self) -> list[dict[str, Any]]:
        kept = [row for row in self.answer.kept or [] if isinstance(row, dict)]
        if self.fixed:
            first = str(self.columns[0]["code"])
            by_code = {str(row.get(first, "")): row for row in kept}
            return [{**by_code.get(str(one["code"]), {}), first: str(one["code"])} for one in self.fixed]
        sent = 0
        if self.is_bound:
            sent = sum(1 for at in range(MOST_ROWS) if f"r{at}_{self.columns[0]['code']}" in self.data)
        return [*kept, *({} for _blank in range(max(BLANK_ROWS, min(sent, MOST_ROWS) - len(kept))))]

    def _add(self, at: int, column: Mapping[str, Any], row: Mapping[str, Any]) -> None:
        code, name = str(column["code"]), f"r{at}_{column['code']}"
        label = f"{choice_label(column)}, {_('line %(n)s') % {'n': at + 1}}"
        if column.get("kind") == Kind.NUMBER:
            asked = Indicator(kind=Kind.NUMBER, decimals=2, minimum=0)
            self.fields[name] = NumberField(indicator=asked, label=label)
            self.initial[name] = amounts.shown(str(row.get(code, "") or ""))
        else:
            self.fields[name] = OneLine(label=label, required=False, max_length=200)
            self.initial[name] = word_of_code(code, str(row.get(code, "") or ""))

    def heads(self) -> list[str]:
        return [choice_label(one) for one in self.columns]

    def grid(self) -> list[tuple[str, list[BoundField]]]:
        """Of each row its name, where it is fixed, and its fields."""
        names = [choice_label(one) for one in self.fixed] if self.fixed else [""] * self.count
        return [
            (names[at], [self[f"r{at}_{column['code']}"] for column in self._typed_columns()])
            for at in range(self.count)
        ]

    def rows(self) -> list[dict[str, str]]:
        """As they are kept: without blank ones; a number as the others are, a word that has a code by its code."""
        found: list[dict[str, str]] = []
        for at in range(self.count):
            row: dict[str, str] = {}
            for column in self._typed_columns():
                code = str(column["code"])
                said = str(self.cleaned_data.get(f"r{at}_{code}", "") or "")
                row[code] = said if column.get("kind") == Kind.NUMBER else code_of_word(code, said)
            if any(row.values()):
                if self.fixed:
                    row = {str(self.columns[0]["code"]): str(self.fixed[at]["code"]), **row}
                found.append(_plain(row, self.columns, self.answer.value.computed if self.answer.value else None))
        return found


def _plain(row: dict[str, str], columns: list[dict[str, Any]], computed: Any) -> dict[str, str]:
    """A row that says what a computed one says is that one: 3.00 and 3 are the same number."""
    numbers = {str(one["code"]) for one in columns if one.get("kind") == Kind.NUMBER}

    def alike(other: Any) -> bool:
        return isinstance(other, dict) and all(
            checking.decimal_of(row.get(code)) == checking.decimal_of(other.get(code))
            if code in numbers
            else folded(row.get(code, "")) == folded(str(other.get(code, "")))
            for code in {*row, *other}
        )

    same = next((one for one in computed or [] if alike(one)), None)
    if same is not None:
        return dict(same)
    return {code: _shortest(said) if code in numbers else said for code, said in row.items()}


def _shortest(said: str) -> str:
    return said.rstrip("0").rstrip(".") if "." in said else said


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The file"),
        help_text=gettext_lazy("PDF, picture (PNG or JPEG), XLSX, ODS, DOCX or ODT, of 5 MB at most."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        allow_empty_file=True,
    )

    def clean_file(self) -> Upload:
        file = self.cleaned_data["file"]
        try:
            return accepted(file.name, file.read())
        except Unacceptable as error:
            raise ValidationError(str(error)) from error


class SignForm(forms.Form):
    version = version_field()
    name = OneLine(label=gettext_lazy("Your name"), max_length=120)
    role = OneLine(
        label=gettext_lazy("What you are at the EPN"),
        max_length=120,
        help_text=gettext_lazy("For instance: coordinator, director."),
    )

    def __init__(self, *args: Any, for_network: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if for_network:
            self.fields["name"].label = _("Who gave the answers at the EPN")
            self.fields["role"].label = _("What this person is at the EPN")

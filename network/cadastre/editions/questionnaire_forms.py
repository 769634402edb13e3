"""Indicators and rules as somebody writes them. Lists are typed line by line: `code | French | Dutch | English`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.design.forms import OneLine
from network.cadastre.editions.enums import Comparison, Kind
from network.cadastre.editions.models import Indicator, Rule
from network.cadastre.editions.questionnaire import NUMERIC, plain
from network.cadastre.editions.sources import SOURCES

CODE = re.compile(r"[a-z][a-z0-9_]{0,49}\Z")
LANGUAGES = {"fr": gettext_lazy("French"), "nl": gettext_lazy("Dutch"), "en": gettext_lazy("English")}
MOST_LINES = 60


def _lines(text: str) -> list[list[str]]:
    return [[part.strip() for part in line.split("|")] for line in text.splitlines() if line.strip()]


class LinesField(forms.CharField):
    """`code | fr | nl | en` on each line; with `kinds`, a kind after the code. French stands in for the others."""

    def __init__(self, *, kinds: bool = False, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        super().__init__(required=False, max_length=8000, **options)
        self.kinds = kinds

    def clean(self, value: Any) -> Any:
        found: list[dict[str, str]] = []
        for number, parts in enumerate(_lines(str(super().clean(value))), start=1):
            code, texts = parts[0], parts[1:]
            kind = texts.pop(0) if self.kinds and texts else ""
            if not CODE.match(code) or not texts or not texts[0]:
                raise ValidationError(_("Line %(n)s: write code | French | Dutch | English.") % {"n": number})
            if self.kinds and kind not in ("text", "number"):
                raise ValidationError(_("Line %(n)s: after the code comes text or number.") % {"n": number})
            texts = [*texts[:3], "", ""]
            line = {"code": code, **({"kind": kind} if self.kinds else {})}
            found.append({**line, "fr": texts[0], "nl": texts[1] or texts[0], "en": texts[2] or texts[0]})
        if len({one["code"] for one in found}) < len(found):
            raise ValidationError(_("Each line has a code of its own."))
        if len(found) > MOST_LINES:
            raise ValidationError(_("Use %(most)s lines at most.") % {"most": MOST_LINES})
        return found


def as_lines(rows: Iterable[dict[str, str]]) -> str:
    return "\n".join(
        " | ".join([one["code"], *([one["kind"]] if "kind" in one else []), *(one.get(code, "") for code in LANGUAGES)])
        for one in rows
    )


class CodesField(forms.CharField):
    """Codes with commas between them."""

    def clean(self, value: Any) -> Any:
        found = [one for one in re.split(r"[\s,;]+", str(super().clean(value))) if one]
        if wrong := [one for one in found if not CODE.match(one)]:
            raise ValidationError(_("These are no codes: %(codes)s.") % {"codes": ", ".join(wrong)[:200]})
        return list(dict.fromkeys(found))


class IndicatorForm(forms.Form):
    code = OneLine(
        label=gettext_lazy("Code"),
        max_length=50,
        help_text=gettext_lazy(
            "Small letters, digits and _. Editions are compared by it: the same code is the same question."
        ),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices)
    required = forms.BooleanField(label=gettext_lazy("An answer (or why there is none) is required"), required=False)
    unit = OneLine(label=gettext_lazy("Unit"), max_length=40, required=False)
    source = forms.ChoiceField(label=gettext_lazy("Filled in from daily work"), required=False)
    decimals = forms.IntegerField(label=gettext_lazy("Digits after the comma"), min_value=0, max_value=4)
    minimum = forms.DecimalField(label=gettext_lazy("At least"), required=False, max_digits=14, decimal_places=4)
    maximum = forms.DecimalField(label=gettext_lazy("At most"), required=False, max_digits=14, decimal_places=4)
    choices = LinesField(
        label=gettext_lazy("Answers to choose from"),
        help_text=gettext_lazy("For a choice. A line for each: code | French | Dutch | English"),
    )
    columns = LinesField(
        label=gettext_lazy("Columns"),
        kinds=True,
        help_text=gettext_lazy("For a table. A line for each: code | text or number | French | Dutch | English"),
    )
    rows = LinesField(
        label=gettext_lazy("Fixed rows"),
        help_text=gettext_lazy("For a table, if its rows have names: code | French | Dutch | English"),
    )
    replaces = CodesField(
        label=gettext_lazy("Stands for earlier codes"),
        required=False,
        max_length=600,
        help_text=gettext_lazy(
            "Codes of an earlier version, with commas. Several: their sum is compared with this one."
        ),
    )

    def __init__(
        self, *args: Any, indicator: Indicator | None, section: Indicator | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["required"].mark_optional = False  # type: ignore[attr-defined]
        texts = {
            "section": (gettext_lazy("Section"), 120),
            "label": (gettext_lazy("Question"), 200),
            "help": (gettext_lazy("Help"), 500),
        }
        for name, (label, longest) in texts.items():
            for code, language in LANGUAGES.items():
                self.fields[f"{name}_{code}"] = OneLine(
                    label=f"{label} ({language})",
                    max_length=longest,
                    required=code == "fr" and name != "help",
                )
        self.order_fields(
            [
                "code",
                "label_fr",
                "label_nl",
                "label_en",
                "help_fr",
                "help_nl",
                "help_en",
                "section_fr",
                "section_nl",
                "section_en",
            ]
        )
        self.fields["source"].choices = [  # type: ignore[attr-defined]
            ("", _("No: the EPN declares it")),
            *((name, f"{one.label} ({name})") for name, one in SOURCES.items()),
        ]
        if indicator is not None:
            self.initial = {name: getattr(indicator, name) for name in self.fields}
            self.initial |= {name: plain(getattr(indicator, name)) for name in ("minimum", "maximum")}
            self.initial |= {name: as_lines(getattr(indicator, name)) for name in ("choices", "columns", "rows")}
            self.initial["replaces"] = ", ".join(indicator.replaces)
        else:
            self.initial = {"required": True, "decimals": 0, "kind": Kind.NUMBER, "minimum": "0"}
            if section is not None:
                self.initial |= {f"section_{code}": getattr(section, f"section_{code}") for code in LANGUAGES}

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if not CODE.match(code):
            raise ValidationError(_("Use small letters, digits and _, beginning with a letter."))
        return code

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        low, high = said.get("minimum"), said.get("maximum")
        if low is not None and high is not None and low > high:
            self.add_error("maximum", _("The most is below the least: no answer would do."))
        kind = said.get("kind")
        if kind == Kind.CHOICE and len(said.get("choices") or []) < 2 and "choices" not in self.errors:
            self.add_error("choices", _("A choice needs two answers at least."))
        if kind == Kind.TABLE and not said.get("columns") and "columns" not in self.errors:
            self.add_error("columns", _("A table needs a column at least."))
        if kind not in NUMERIC:
            said["minimum"] = said["maximum"] = None
            said["decimals"] = 0
        said["choices"] = said.get("choices") if kind == Kind.CHOICE else []
        if kind != Kind.TABLE:
            said["columns"] = said["rows"] = []
        return said


class RuleForm(forms.Form):
    left = forms.ChoiceField(label=gettext_lazy("This indicator"))
    comparison = forms.ChoiceField(label=gettext_lazy("is"), choices=Comparison.choices)
    right = forms.MultipleChoiceField(
        label=gettext_lazy("this one, or the sum of these"), widget=forms.CheckboxSelectMultiple
    )
    message_fr = OneLine(label=gettext_lazy("What the EPN reads when it doesn’t agree (French)"), max_length=300)
    message_nl = OneLine(label=gettext_lazy("The same in Dutch"), max_length=300, required=False)
    message_en = OneLine(label=gettext_lazy("The same in English"), max_length=300, required=False)

    def __init__(self, *args: Any, indicators: Iterable[Indicator], rule: Rule | None, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = [(one.code, one.label) for one in indicators if one.kind in NUMERIC]
        for name in ("left", "right"):
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        if rule is not None:
            self.initial = {name: getattr(rule, name) for name in self.fields}


class NoteForm(forms.Form):
    note = OneLine(label=gettext_lazy("What is new in this version"), max_length=300, required=False)

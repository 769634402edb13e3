"""What is typed about the label. The rules are in rules.py, and the services hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from maillage.design.forms import OneLine
from network.cadastre.recognition.enums import BenefitKind, Kind, Seen, Verdict
from network.cadastre.recognition.evaluating import Asked
from network.cadastre.recognition.kinds import KINDS, is_declared
from network.cadastre.recognition.regions import regions
from network.cadastre.recognition.rules import LONGEST_TEXT
from network.cadastre.recognition.words import asked_in_words, kind_label

YES_NO = [("1", _("Yes")), ("0", _("No"))]


class Day(forms.DateField):
    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class NumberOf(forms.DecimalField):
    """A number as a criterion counts it: with a comma or a point, never below zero."""

    def __init__(self, kind: str, **options: Any) -> None:
        about = KINDS[kind]
        self.about = about
        super().__init__(
            min_value=0, max_value=about.most, decimal_places=about.decimals, localize=True,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}), **options,
        )  # fmt: skip

    def prepare_value(self, value: Any) -> Any:
        """15, not 15,00; what was typed stays as it was typed."""
        if isinstance(value, Decimal):
            return int(value) if value == value.to_integral_value() else value.normalize()
        return value

    def to_python(self, value: Any) -> Any:
        return super().to_python("".join(value.split()) if isinstance(value, str) else value)


def take_errors(form: forms.Form, error: ValidationError) -> None:
    """A service's refusal at its field, or above the form when the form has no such field."""
    by_field = error.error_dict if hasattr(error, "error_dict") else {None: [error]}
    for field, problems in by_field.items():
        known = field if field in form.fields else f"{field}-threshold" if f"{field}-threshold" in form.fields else None
        form.add_error(known, problems)


class DecisionForm(forms.Form):
    """What the network decides. Which fields are needed depends on it, and the service says so."""

    mark_optional = False
    seen = forms.IntegerField(widget=forms.HiddenInput)
    verdict = forms.ChoiceField(label=_("What is decided?"), widget=forms.RadioSelect)
    decided_on = Day(label=_("Decided on"))
    since = Day(label=_("The label begins on"), required=False)
    until = Day(
        label=_("The label ends on"),
        required=False,
        help_text=_("To withdraw it: from that day on the EPN has it no more."),
    )
    recheck_on = Day(
        label=_("Looked at again before"), required=False, help_text=_("Needed to give the label, or to keep it.")
    )
    conditions = forms.CharField(
        label=_("Conditions"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For instance: six devices before the re-check. The EPN reads them."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed to refuse or to withdraw. The EPN reads it."),
    )  # fmt: skip

    def __init__(self, *args: Any, labelled: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = (
            (Verdict.CONFIRMED, Verdict.WITHDRAWN)
            if labelled
            else (Verdict.RECOGNISED, Verdict.CONDITIONAL, Verdict.REFUSED)
        )
        self.fields["verdict"].choices = [(one.value, one.label) for one in offered]  # type: ignore[attr-defined]
        for name in ("since", "conditions") if labelled else ("until",):
            del self.fields[name]


class UndoForm(forms.Form):
    """Nothing is asked: the button is the answer."""


class AskForm(forms.Form):
    due_on = Day(label=_("To be signed before"))


class InspectionForm(forms.Form):
    """A visit on the spot: while it is planned, nothing is said of the criteria."""

    mark_optional = False
    on = Day(label=_("Day of the visit"))
    by_name = OneLine(label=_("Who goes there"), max_length=120)

    def __init__(
        self, *args: Any, asked: Sequence[Asked], found: Mapping[str, Mapping[str, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        own = {one.kind: one for one in asked}
        self.kinds = [*own, *(kind for kind in found if kind not in own)]
        for kind in self.kinds:
            said = found.get(kind, {})
            label = kind_label(kind, own[kind].label if kind in own else "")
            wanted = asked_in_words(kind, own[kind].threshold) if kind in own else ""
            self.fields[f"{kind}-seen"] = forms.ChoiceField(
                label=label, help_text=wanted, required=False, initial=said.get("seen", ""),
                choices=[("", _("The visit is still to come")), *Seen.choices],
            )  # fmt: skip
            self.fields[f"{kind}-note"] = OneLine(
                label=gettext("What was seen: %(criterion)s") % {"criterion": label},
                max_length=200,
                required=False,
                initial=said.get("note", ""),
            )
        self.fields["note"] = forms.CharField(
            label=_("Remark"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("For the network: the EPN doesn't read it."),
        )  # fmt: skip

    def findings(self) -> dict[str, dict[str, str]]:
        said = self.cleaned_data
        return {
            kind: {"seen": said[f"{kind}-seen"], "note": said[f"{kind}-note"]}
            for kind in self.kinds
            if said[f"{kind}-seen"]
        }


class BenefitForm(forms.Form):
    kind = forms.ChoiceField(label=_("What did the EPN receive?"), choices=BenefitKind.choices)
    label = OneLine(label=_("In words"), max_length=160, required=False)
    on = Day(label=_("Received on"))
    quantity = forms.IntegerField(label=_("How many"), min_value=1, max_value=10_000, initial=1)
    value_eur = forms.DecimalField(
        label=_("Value in euros, of all of it"), min_value=0, max_value=1_000_000, max_digits=10, decimal_places=2,
        localize=True, required=False, help_text=_("Leave it empty when it isn't known."),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip


class ApplicationForm(forms.Form):
    """What an EPN declares of the criteria that nothing here counts, and its signature."""

    mark_optional = False
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, asked: Sequence[Asked], declared: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.kinds = [one.kind for one in asked if is_declared(one.kind)]
        for one in asked:
            if not is_declared(one.kind):
                continue
            about = KINDS[one.kind]
            label = kind_label(one.kind, one.label)
            if about.yes_no:
                self.fields[one.kind] = forms.ChoiceField(
                    label=label, choices=YES_NO, required=False, widget=forms.RadioSelect, help_text=about.help,
                    initial=declared.get(one.kind),
                )  # fmt: skip
            else:
                kept = declared.get(one.kind)
                self.fields[one.kind] = NumberOf(
                    one.kind, label=f"{label} ({about.unit})", required=False, help_text=about.help,
                    initial=None if kept is None else Decimal(kept),
                )  # fmt: skip
        self.fields["remark"] = forms.CharField(
            label=_("Remark for the network"), required=False, max_length=LONGEST_TEXT,
            widget=forms.Textarea(attrs={"rows": 3}),
        )  # fmt: skip
        self.fields["signed_name"] = OneLine(
            label=_("Your name"), max_length=120, required=False, help_text=_("It is your signature.")
        )
        self.fields["signed_role"] = OneLine(
            label=_("In what quality do you sign?"), max_length=120, required=False,
            help_text=_("For instance: coordinator, director."),
        )  # fmt: skip

    def answers(self) -> dict[str, Decimal | None]:
        said = self.cleaned_data
        return {kind: None if said.get(kind) in (None, "") else Decimal(said[kind]) for kind in self.kinds}


class CriteriaForm(forms.Form):
    """The network's own criteria: a number for each kind that is asked for, none for the others."""

    mark_optional = False
    region = forms.ChoiceField(label=_("Region"))
    valid_from = Day(label=_("Valid from"), help_text=_("What was decided before that day stays as it was decided."))
    source = OneLine(
        label=_("Source"), max_length=200, required=False, help_text=_("The charter or the decision they come from.")
    )

    def __init__(self, *args: Any, now: Mapping[str, Asked], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["region"].choices = [(one.code, one.label) for one in regions().values()]  # type: ignore[attr-defined]
        for kind in Kind:
            about, held = KINDS[kind], now.get(kind)
            if about.yes_no:
                self.fields[f"{kind}-threshold"] = forms.BooleanField(
                    label=kind.label, required=False, initial=held is not None
                )
            else:
                self.fields[f"{kind}-threshold"] = NumberOf(
                    kind, label=f"{kind.label} ({about.unit})", required=False,
                    initial=held.threshold if held else None,
                )  # fmt: skip
            for code, name in (("fr", _("In French")), ("nl", _("In Dutch")), ("en", _("In English"))):
                self.fields[f"{kind}-{code}"] = OneLine(label=name, max_length=120, required=False)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each kind with its number, and its own words behind a fold."""
        return [
            {"threshold": self[f"{kind}-threshold"], "words": [self[f"{kind}-{code}"] for code in ("fr", "nl", "en")],
             "label": kind.label, "is_open": any(self[f"{kind}-{code}"].value() for code in ("fr", "nl", "en"))}
            for kind in Kind
        ]  # fmt: skip

    def chosen(self) -> list[str]:
        return [str(kind) for kind in Kind if self.cleaned_data.get(f"{kind}-threshold") not in (None, False)]

    def thresholds(self) -> dict[str, Decimal | None]:
        said = self.cleaned_data
        return {str(kind): said.get(f"{kind}-threshold") for kind in Kind if not KINDS[kind].yes_no}

    def labels(self) -> dict[str, dict[str, str]]:
        said = self.cleaned_data
        return {str(kind): {code: said.get(f"{kind}-{code}", "") for code in ("fr", "nl", "en")} for kind in Kind}


class SimulationForm(forms.Form):
    """A number for each criterion of a region; empty: that criterion is asked no more."""

    mark_optional = False

    def __init__(
        self, *args: Any, offered: Sequence[tuple[str, str]], criteria: Sequence[Asked], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["region"] = forms.ChoiceField(label=_("Region"), choices=offered, required=False)
        if len(offered) < 2:
            self.fields["region"].widget = forms.HiddenInput()
        self.kinds = [one.kind for one in criteria if one.threshold is not None]
        for one in criteria:
            if one.threshold is not None:
                self.fields[one.kind] = NumberOf(
                    one.kind, label=f"{kind_label(one.kind, one.label)} ({KINDS[one.kind].unit})", required=False,
                    initial=one.threshold, help_text=asked_in_words(one.kind, one.threshold),
                )  # fmt: skip

    def thresholds(self) -> dict[str, Decimal | None]:
        """Of the fields that were there: another region's have their own numbers at first."""
        return {kind: self.cleaned_data.get(kind) for kind in self.kinds if kind in self.data}


class ListForm(forms.Form):
    """Which EPN are shown."""

    SHOW = (
        ("", _("All EPN")),
        ("to_decide", _("Signed: to be decided")),
        ("due", _("Re-check due within three months")),
        ("labelled", _("With the label")),
        ("failing", _("With the label, not meeting the criteria")),
        ("unknown", _("With the label, something not known")),
        ("without", _("Without the label")),
    )
    show = forms.ChoiceField(label=_("Show"), choices=SHOW, required=False)
    q = forms.CharField(label=_("Name or commune"), required=False, max_length=100)

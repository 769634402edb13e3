"""Two people change the same thing at once: the second sees both versions and chooses, and loses nothing.

A form carries the version that it was filled from (`version_field()`, filled with `version_of(row)`). The service that
writes locks the row and raises `ChangedMeanwhile` when another version stands there. The view then gives
`compare(form, stored_form)` to `components/two_versions.html`, inside the same <form>; what comes back is read
through `settled(request.POST, stored_form)`, which puts the stored value wherever that one was chosen.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, TypeVar

from django import forms
from django.db import models
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _

from maillage.design.numbers import day_label

VERSION = "version"
DIFFERS = "differs"  # names of the fields that were shown as differing
KEEP = "keep"  # a button's: all of one version; with -<field>: that field's
MINE, THEIRS = "mine", "theirs"
Row = TypeVar("Row", bound=models.Model)


class ChangedMeanwhile(Exception):
    """Somebody else was faster. `stored` is the row as it stands."""

    def __init__(self, stored: Any) -> None:
        super().__init__(str(stored.pk))
        self.stored = stored


def version_of(row: Any) -> str:
    """Of a row that carries `updated_at`, or that says itself what its `version` is."""
    if (own := getattr(row, "version", None)) is not None:
        return str(own)
    return f"{row.updated_at.timestamp():.6f}"


def version_field() -> forms.CharField:
    return forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


def locked_as_seen(found: models.QuerySet[Row], pk: int, seen: str) -> Row:
    """The row, locked until the end of the transaction. Raises ChangedMeanwhile when it isn't as it was seen."""
    row = found.select_for_update(of=("self",)).get(pk=pk)
    if seen and version_of(row) != seen:
        raise ChangedMeanwhile(row)
    return row


@dataclass(frozen=True)
class Difference:
    """A field that the two versions fill otherwise, each in words; `chosen` is "", "mine" or "theirs"."""

    name: str
    label: Any
    mine: str
    theirs: str
    chosen: str


def compare(form: forms.Form, stored: forms.Form) -> list[Difference]:
    """`form` as it was sent, `stored` an unbound form filled from the row as it stands. Hidden fields don't count."""
    return [
        Difference(
            field.name,
            field.label,
            _in_words(field, _sent(field)),
            _in_words(stored[field.name], _as_sent(stored[field.name])),
            str(form.data.get(f"{KEEP}-{field.name}", "")),
        )
        for field in form.visible_fields()
        if field.name in stored.fields and _differ(field, stored[field.name])
    ]


def settled(sent: QueryDict, stored: forms.Form) -> QueryDict:
    """What was sent, with the stored value in the fields where that one was chosen."""
    merged = sent.copy()
    for name in sent.getlist(DIFFERS):
        if name in stored.fields and _choice(sent, name) == THEIRS:
            merged.setlist(stored[name].html_name, _as_sent(stored[name]))
    return merged


def is_undecided(sent: QueryDict) -> bool:
    """Whether a field that was shown as differing came back without a choice."""
    return any(_choice(sent, name) not in (MINE, THEIRS) for name in sent.getlist(DIFFERS))


def renewed(sent: QueryDict, stored: Any) -> QueryDict:
    """What was sent, as an answer to the version that stands now."""
    merged = sent.copy()
    merged[VERSION] = version_of(stored)
    return merged


def _choice(sent: QueryDict, name: str) -> str:
    return str(sent.get(KEEP) or sent.get(f"{KEEP}-{name}", ""))


def _differ(field: BoundField, stored: BoundField) -> bool:
    data, kept = field.data, stored.value()
    if isinstance(field.field.widget, forms.Textarea):
        # Browsers send a text of several lines with \r\n; what is kept has what its writer sent.
        data, kept = (str(one or "").replace("\r\n", "\n") for one in (data, kept))
    return bool(field.field.has_changed(kept, data))


def _sent(field: BoundField) -> list[str]:
    data = field.data
    return [str(one) for one in data] if isinstance(data, list) else [] if data is None else [str(data)]


def _as_sent(field: BoundField) -> list[str]:
    """What a browser would send of a field that shows its initial value."""
    value, widget = field.value(), field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if value else []
    shown = widget.format_value(value)
    return [str(one) for one in shown] if isinstance(shown, list) else [] if shown is None else [str(shown)]


def _in_words(field: BoundField, typed: list[str]) -> str:
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return _("Yes") if typed and typed[0] not in ("", "False", "false") else _("No")
    if isinstance(widget, forms.Select | forms.CheckboxSelectMultiple | forms.RadioSelect):
        labels = {str(code): str(label) for code, label in widget.choices}
        typed = [labels.get(one, one) for one in typed]
    elif isinstance(field.field, forms.DateField):
        typed = [_day(one) for one in typed]
    return ", ".join(one for one in typed if one) or "—"


def _day(typed: str) -> str:
    try:
        return day_label(dt.date.fromisoformat(typed))
    except ValueError:
        return typed

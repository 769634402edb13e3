"""The fields of the journal's filters, drawn without a template for each: together they offer two hundred lines."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from maillage.design.forms import MaillageBoundField


class OneOfList(forms.Select):
    """The same list as Django's."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = "" if value is None else str(value)
        described = flatatt({**self.attrs, **(attrs or {}), "name": name})
        return format_html("<select{}>{}</select>", described, options(self.choices, chosen))


class OneLineInput(forms.TextInput):
    """The same as Django's, of text, or of a day by its `type`."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        said = self.format_value(value)
        described = {**self.attrs, **(attrs or {})}
        given = {"type": described.pop("type", self.input_type), "name": name}
        if said is not None:
            given["value"] = said
        return format_html("<input{}{}>", flatatt(given), flatatt(described))


class DayInput(OneLineInput, forms.DateInput):
    pass


def options(choices: Any, chosen: str = "") -> SafeString:
    """A pair of a code and a label is a line; of a label and a list, a group of lines."""
    lines = []
    for one, other in choices:
        if isinstance(other, list | tuple):
            lines.append(f'<optgroup label="{escape(one)}">{options(other, chosen)}</optgroup>')
        else:
            selected = " selected" if str(one) == chosen else ""
            lines.append(f'<option value="{escape(one)}"{selected}>{escape(other)}</option>')
    return SafeString("".join(lines))  # nosec B703 - every part of a line was escaped above


class QuickField(MaillageBoundField):
    """What components/field.html makes of a field without an error; with one, the template draws it."""

    def as_field_group(self) -> SafeString:
        if self.errors or self.is_hidden:
            return super().as_field_group()
        help_text = format_html(HELP, self.auto_id, self.help_text) if self.help_text else ""
        return format_html(FIELD, self.id_for_label, self.label, help_text, self)


HELP = '<div class="form-text" id="{}_helptext">{}</div>'
FIELD = '<div class="m-field"><label class="form-label" for="{}">{}</label>{}{}</div>'


class QuickForm(forms.Form):
    bound_field_class = QuickField

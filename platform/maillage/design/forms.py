"""How forms come out: `FORM_RENDERER` is set once to `MaillageFormRenderer`, and nothing is said per form."""

from __future__ import annotations

from typing import Any

from django.forms import BoundField, CharField, widgets
from django.forms.renderers import DjangoTemplates
from django.forms.widgets import Widget
from django.template.loader import get_template

CHOICES = (widgets.RadioSelect, widgets.CheckboxSelectMultiple)


class OneLine(CharField):
    """A text on one line: blanks of any kind become single spaces."""

    def clean(self, value: Any) -> str:
        return " ".join(str(super().clean(value)).split())


def css_class_of(widget: Widget) -> str:
    if isinstance(widget, (*CHOICES, widgets.CheckboxInput)):
        return "form-check-input"
    if isinstance(widget, widgets.Select):
        return "form-select"
    return "form-control"


class MaillageBoundField(BoundField):
    """Adds the design's classes to the widget, and tells the field's template what it draws."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Widget | None = None) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        if not widget.is_hidden:
            given = attrs.get("class") or widget.attrs.get("class") or ""
            invalid = "is-invalid" if self.errors else ""
            # Grey words inside a field vanish as one types and are taken for an answer: labels and help say it.
            attrs["placeholder"] = False
            attrs["class"] = " ".join(part for part in (css_class_of(widget), str(given), invalid) if part)
        return attrs

    @property
    def is_choice_list(self) -> bool:
        return isinstance(self.field.widget, CHOICES)

    @property
    def is_single_checkbox(self) -> bool:
        return isinstance(self.field.widget, widgets.CheckboxInput)

    @property
    def says_optional(self) -> bool:
        """Forms where nothing is required (filters) set `mark_optional = False`; so may a field whose help says it."""
        marked = getattr(self.form, "mark_optional", True) and getattr(self.field, "mark_optional", True)
        return not self.field.required and marked is not False

    @property
    def asks_about_personal_data(self) -> bool:
        """Whether the two buttons of components/personal_data.html stand with it."""
        return getattr(self.form, "asks", lambda _name: False)(self.name)

    @property
    def target_id(self) -> str:
        """Where a link in the error summary lands: the field, or the first choice of a group."""
        if self.is_choice_list and len(self.subwidgets):
            return self.subwidgets[0].id_for_label or self.auto_id
        return self.id_for_label or self.auto_id


class MaillageFormRenderer(DjangoTemplates):
    """Django's own widgets, in the project's templates: works whether or not `django.forms` is installed."""

    form_template_name = "components/form.html"
    formset_template_name = "components/formset.html"
    field_template_name = "components/field.html"
    bound_field_class = MaillageBoundField

    def get_template(self, template_name: str) -> Any:
        if template_name.startswith("django/forms/"):
            return super().get_template(template_name)
        return get_template(template_name)

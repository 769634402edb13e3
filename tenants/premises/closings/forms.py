"""What a coordinator says of days on which the door stays shut."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.premises.closings.rules import FIRST_DAY, FURTHEST
from tenants.premises.enums import ClosingReason
from tenants.premises.models import Site

NOT_IN_LIST = {"invalid_choice": _("“%(value)s” is not in the list.")}


class Day(forms.DateField):
    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"min": FIRST_DAY.isoformat(), "max": (timezone.localdate() + FURTHEST).isoformat()}


class ClosingForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    first_day = Day(label=_("First closed day"))
    last_day = Day(label=_("Last closed day"), required=False, help_text=_("Empty: that day only."))
    reason = forms.ChoiceField(
        label=_("Reason"),
        required=False,
        choices=[("", _("Not said")), *ClosingReason.choices],
        error_messages=NOT_IN_LIST,
        help_text=_("The public sees it."),
    )
    site = forms.ChoiceField(label=_("Site"), required=False, error_messages=NOT_IN_LIST)
    site.mark_optional = False  # type: ignore[attr-defined]

    def __init__(self, *args: Any, sites: Sequence[Site], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["site"].choices = [("", _("The whole EPN")), *((str(one.pk), one.name) for one in sites)]  # type: ignore[attr-defined]
        if len(sites) < 2:
            self.fields["site"].widget = forms.HiddenInput()

    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        last: dt.date = said["last_day"] or said["first_day"]
        site = int(said["site"]) if said["site"] else None
        return {"key": said["key"], "first_day": said["first_day"], "last_day": last, "reason": said["reason"],
                "site_id": site}  # fmt: skip

    def add_problems(self, error: ValidationError) -> None:
        for name, problems in error.error_dict.items():
            field = "site" if name == "site_id" else name
            self.add_error(field if field in self.fields else None, problems)

"""What people fill in of a half-day at the desk."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenants.activity.counter.rules import SessionFacts
from tenants.activity.fields import CountField, DayField, FactsForm, RowField, note_field, time_field
from tenants.activity.models import CounterSession
from tenants.activity.rules import MOST_PEOPLE


class CounterSessionForm(FactsForm):
    field_of = {"site_id": "site"}

    date = DayField(label=_("Day"))
    site = RowField(label=_("Site"))
    starts_at = time_field(pgettext_lazy("hour", "From"))
    ends_at = time_field(pgettext_lazy("hour", "To"))
    tickets = CountField(
        label=_("Tickets handed out"), lowest=0, highest=MOST_PEOPLE, required=False,
        help_text=_("Leave it empty if you give none."),
    )  # fmt: skip
    arrivals = CountField(label=_("People who came"), lowest=0, highest=MOST_PEOPLE, required=False)
    turned_away = CountField(
        label=_("People turned away"), lowest=0, highest=MOST_PEOPLE, initial=0,
        help_text=_("Those for whom there was no room or no time left."),
    )  # fmt: skip
    note = note_field()

    def __init__(self, *args: Any, session: CounterSession | None = None, **options: Any) -> None:
        if session is not None:
            names = ("date", "starts_at", "ends_at", "tickets", "arrivals", "turned_away", "note")
            options["initial"] = {**{name: getattr(session, name) for name in names}, "site": session.site_id}
        super().__init__(*args, **options)

    def facts(self) -> SessionFacts:
        said = self.cleaned_data
        return {
            "date": said["date"],
            "site_id": said["site"],
            "starts_at": said["starts_at"],
            "ends_at": said["ends_at"],
            "tickets": said["tickets"],
            "arrivals": said["arrivals"],
            "turned_away": said["turned_away"],
            "note": said["note"],
        }

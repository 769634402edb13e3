"""Who takes over what: the fields are made from what there is to pass on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Person
from tenants.activity.fields import NOT_IN_LIST, FactsForm
from tenants.handover.enums import Held, Work
from tenants.handover.rules import LONGEST_LABEL, ThingFacts
from tenants.handover.selectors import Item
from tenants.handover.services import Move
from tenants.staff.forms import DayInput
from tenants.staff.models import StaffMember

BACK = "back"  # a thing given back to the EPN, to nobody in particular
STAYS = "stays"


class PassOnForm(FactsForm):
    """One choice for all the work, and one for each line that goes to somebody else, or stays."""

    everything = forms.ChoiceField(
        label=_("Everything goes to"),
        required=False,
        error_messages=NOT_IN_LIST,
        help_text=_("Follow-ups, appointments, workshops and stops. A line below may go to somebody else."),
    )

    def __init__(
        self,
        *args: Any,
        items: Sequence[Item],
        people: Sequence[Person],
        members: Sequence[StaffMember],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.items = items
        takers = [(str(one.pk), one.name) for one in people]
        holders = [(str(one.pk), one.name) for one in members]
        fields: dict[str, Any] = self.fields
        fields["everything"].choices = [("", _("Choose")), *takers]
        if not any(item.work != Work.THING for item in items):
            del fields["everything"]
        for item in items:
            if item.work == Work.THING:
                choices = [("", _("Stays with this person for now")), (BACK, _("Given back to the EPN")), *holders]
            else:
                choices = [("", _("As chosen above")), (STAYS, _("Stays with this person for now")), *takers]
            fields[item.field] = forms.ChoiceField(
                label=item.label, choices=choices, required=False, error_messages=NOT_IN_LIST
            )

        for field in fields.values():
            field.mark_optional = False  # each line has a choice already

    def groups(self) -> list[tuple[str, list[tuple[Item, forms.BoundField]]]]:
        """For the page: kind of work, and its lines with their fields."""
        return [
            (str(work.label), [(item, self[item.field]) for item in self.items if item.work == work])
            for work in Work
            if any(item.work == work for item in self.items)
        ]

    def moves(self) -> list[Move]:
        said = self.cleaned_data
        everything = said.get("everything") or ""
        moves = []
        for item in self.items:
            chosen = said[item.field]
            if item.work == Work.THING:
                if chosen:
                    moves.append(Move(item, None if chosen == BACK else int(chosen)))
            elif chosen != STAYS and (chosen or everything):
                moves.append(Move(item, int(chosen or everything)))
        return moves


class ThingForm(FactsForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=Held.choices, error_messages=NOT_IN_LIST)
    label = forms.CharField(
        label=_("What"),
        max_length=LONGEST_LABEL,
        help_text=_("For instance: key of the front door, account of the printer. Never a password."),
    )
    since = forms.DateField(label=_("Since"), widget=DayInput, initial=timezone.localdate)

    def facts(self) -> ThingFacts:
        return {name: self.cleaned_data[name] for name in ("kind", "label", "since")}  # type: ignore[return-value]


class KeepAccessForm(FactsForm):
    until = forms.DateField(
        label=_("May sign in up to and including"),
        widget=DayInput,
        required=False,
        help_text=_("Without a contract, for instance as a member of the board. Empty: as the contracts say."),
    )

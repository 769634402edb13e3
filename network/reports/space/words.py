"""Words of the funder's space: whose numbers these are, and where a report stands, as its funder knows it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maillage.design import numbers
from network.reports.enums import State
from network.reports.space.reports import WITH_THE_NETWORK
from network.reports.space.selectors import Perimeter


def perimeter_words(around: Perimeter, *, whole_network: bool | None = None) -> str:
    if around.whole if whole_network is None else whole_network:
        return _("all EPN of the network")
    count = len(around.places)
    told = ngettext("the EPN that your grants name (%(n)s)", "the %(n)s EPN that your grants name", count)
    return told % {"n": numbers.number(count)}


def state_words(state: str) -> str:
    if state == State.SENT:
        return _("waits for you")
    if state in WITH_THE_NETWORK:
        return _("sent back, with the network")
    return str(State(state).label)


def state_kind(state: str) -> str:
    """The colour of its badge."""
    if state in WITH_THE_NETWORK:
        return "info"
    return {State.SENT: "warning", State.ACCEPTED: "success", State.REFUSED: "danger"}[State(state)]

"""The document that a network sends: its own words, its scenarios side by side, and how each number is made.

Staff and money of fewer than three EPN stay in the network: the document says that they are withheld.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from maillage.design import numbers
from maillage.design.pdf import render
from network.funding.needs.comparing import (
    FEWEST_EPN,
    NOTHING,
    Cell,
    Comparison,
    assumptions,
    compare_scenarios,
    line_words,
    whom,
)
from network.funding.needs.rows import Proposal, Scenario
from network.funding.needs.selectors import scenarios

TEMPLATE = "funding/proposal.typ"


def scenarios_of(proposal: Proposal) -> list[Scenario]:
    """In the order in which they were chosen; one that was deleted since is no longer there."""
    found = {one.pk: one for one in scenarios().filter(pk__in=proposal.scenario_ids)}
    return [found[pk] for pk in proposal.scenario_ids if pk in found]


def pdf_of(proposal: Proposal, *, federation_id: int, network: str, moment: dt.datetime | None = None) -> bytes:
    """Tagged (PDF/UA-1), in the language of the proposal, as of `moment` (now). Raises Unprintable."""
    at = moment or timezone.now()
    data = printed(proposal, federation_id=federation_id, network=network, moment=at)
    return render(TEMPLATE, data, title=title_of(proposal, network), language=proposal.language, moment=at)


def title_of(proposal: Proposal, network: str) -> str:
    return f"{proposal.title} – {network}"


def printed(proposal: Proposal, *, federation_id: int, network: str, moment: dt.datetime) -> dict[str, Any]:
    """Everything that the template says, in the language of the proposal."""
    with override(proposal.language):
        page = compare_scenarios(federation_id, scenarios_of(proposal))
        return said_in(proposal, page, network, moment)


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def said_in(proposal: Proposal, page: Comparison, network: str, at: dt.datetime) -> dict[str, Any]:
    return {
        "title": proposal.title,
        "network": network,
        "as_of": _("As of %(moment)s") % {"moment": numbers.as_of(at)},
        "page": [pgettext("page 3 of 12", "page"), pgettext("page 3 of 12", "of")],
        "text": [part.strip() for part in proposal.text.replace("\r\n", "\n").split("\n\n") if part.strip()],
        "ask": {
            "title": _("What we ask for"),
            "head": [_("Scenario"), _("For whom"), _("Year"), _("Euros a year")],
            "rows": [
                [one.scenario.name, whom(one), str(one.scenario.year), numbers.euros(one.euros)] for one in page.effects
            ],
        },
        "details": {
            "title": _("What each scenario does"),
            "head": [_("What"), _("How it is counted"), _("Euros a year")],
            "parts": [
                {
                    "name": one.scenario.name,
                    "note": one.scenario.note,
                    "rows": [list(line) for line in line_words(one)],
                    "assumptions": assumptions(one),
                }
                for one in page.effects
            ],
        },
        "compared": {
            "title": _("Side by side"),
            "head": [_("What"), *(f"{one.title}\n{one.under}" for one in page.columns)],
            "rows": [[row.label, *(_cell(one) for one in row.cells)] for row in page.rows],
        },
        "how": {
            "title": _("How the numbers are made"),
            "rows": [[row.label, row.how] for row in page.rows],
            "head": [_("Number"), _("How it is made")],
        },
        "sources": {"title": _("Sources"), "text": sources(page)},
    }


def _cell(one: Cell) -> str:
    if one is NOTHING:
        return ""
    if not one.may_leave:
        return _("withheld")
    return "\n".join(part for part in (one.shown, one.note) if part) or numbers.NOT_KNOWN


def sources(page: Comparison) -> Sequence[str]:
    found = [
        _("Register of the network: places, opening hours and labels of %(day)s; contracts of %(contracts)s.")
        % {"day": numbers.day_label(one.known.day), "contracts": numbers.day_label(one.known.moment.day)}
        for one in page.grounds
    ]
    for model in dict.fromkeys(page.prices.model_of(one.scenario.year) for one in page.effects):
        if model is not None:
            words = {"amount": numbers.euros(model.amount_eur), "day": numbers.day_label(model.valid_from)}
            text = _("One EPN needs %(amount)s a year, by the cost model of %(day)s.") % words
            found.append(f"{text} {_('Source: %(source)s.') % {'source': model.source}}" if model.source else text)
    found.append(_("What is secured is what the network's ledger says on the day of this document."))
    found.append(
        _("Numbers about staff and money that come from fewer than %(n)s EPN are withheld.") % {"n": FEWEST_EPN}
    )
    found.append(_("A dash means that it is not known. It isn't zero."))
    return found

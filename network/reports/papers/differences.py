"""What moved, as rows of a page and of a file: the same for the network and, without live figures, for the funder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext as _

from maillage.design.csv_export import Cell
from maillage.design.downloads import download
from maillage.design.numbers import NOT_KNOWN
from network.reports.comparing import EPN, LIVE, RELEASES, Comparison, Moved, choices, compared
from network.reports.models import FrozenReport
from network.reports.papers import words
from network.reports.papers.forms import AgainstForm

ROWS_A_PAGE = 100
NAMES = (
    "line", "label", "of", "code", "name", "was", "now", "difference", "was_without_key", "now_without_key",
    "difference_without_key", "was_withheld", "now_withheld", "reason",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A number that moved, in words. `of`: what it is a part of; `whole`: the same without the key, if it differs."""

    name: str
    of: str
    was: str
    now: str
    difference: str
    whole: str
    reason: str


def rows(found: Comparison) -> list[Row]:
    return [_row(one) for one in found.moved]


def _row(one: Moved) -> Row:
    label = words.label(one.line)
    return Row(
        name=words.said(one.part.label) or one.part.code if one.of else label,
        of=label if one.of else "",
        was=words.told(one.line, one.was, one.was_withheld),
        now=words.told(one.line, one.now, one.now_withheld),
        difference=_signed(one, one.difference),
        whole=_whole(one),
        reason=one.reason,
    )


def _signed(one: Moved, value: Decimal | None) -> str:
    if value is None:
        return NOT_KNOWN
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{words.amount(one.line, abs(value))}"


def _whole(one: Moved) -> str:
    if one.whole_difference is None or (one.was_whole, one.now_whole) == (one.was, one.now):
        return ""
    return _("without the key: %(was)s, then %(now)s (%(difference)s)") % {
        "was": words.amount(one.line, one.was_whole),
        "now": words.amount(one.line, one.now_whole),
        "difference": _signed(one, one.whole_difference),
    }


def header() -> list[str]:
    return [
        _("Code of the line"), _("Line"), _("Of what"), _("Code"), _("Name"), _("Before"), _("Now"), _("Difference"),
        _("Before, without the key"), _("Now, without the key"), _("Difference, without the key"),
        _("Parts withheld before"), _("Parts withheld now"), _("Reason"),
    ]  # fmt: skip


def file_rows(found: Comparison) -> Iterator[Sequence[Cell]]:
    of = {"": _("the whole"), EPN: _("an EPN")}
    for one in found.moved:
        yield (
            one.line.code, words.label(one.line), of.get(one.of, _("a value")), one.part.code,
            words.said(one.part.label), words.known(one.was, one.was_withheld), words.known(one.now, one.now_withheld),
            one.difference, words.known(one.was_whole, one.was_withheld),
            words.known(one.now_whole, one.now_withheld), one.whole_difference, one.was_withheld, one.now_withheld,
            one.reason,
        )  # fmt: skip


def as_file(request: HttpRequest, kind: str, frozen: FrozenReport, found: Comparison) -> StreamingHttpResponse:
    name = f"report-{frozen.report_id}-version-{frozen.number}-differences"
    rows_of = list(file_rows(found))
    return download(request, kind, name, names=NAMES, header=header(), rows=rows_of, as_of=found.as_of)


def asked_for(request: HttpRequest, frozen: FrozenReport, *, for_funder: bool) -> tuple[AgainstForm, Comparison]:
    """What an address asks to compare with; what it doesn't know is said above the table, and releases are shown."""
    offered = choices(frozen, for_funder=for_funder)
    form = AgainstForm({"against": request.GET.get("against") or RELEASES}, offered=offered)
    against = form.cleaned_data["against"] if form.is_valid() else RELEASES
    return form, compared(frozen, against, for_funder=for_funder)


def context_of(request: HttpRequest, form: AgainstForm, found: Comparison) -> dict[str, Any]:
    """For `reports/_differences.html`."""
    return {
        "filter": form,
        "found": found,
        "live": found.against == LIVE,
        "page": Paginator(rows(found), ROWS_A_PAGE).get_page(request.GET.get("page")),
        "texts": [words.label(line) for line in found.texts],
    }

"""Releases of the tests' own federations: figures as the refresh would bring them, and one call that releases."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from network.figures.models import Flow, FlowTotal, Sweep
from network.releases.models import Release
from network.releases.periods import Period
from network.releases.services import begin_correction, begin_release, fill_draft, publish
from tenants.registry.models import Federation
from tests.conftest import as_owner_of, inside
from tests.releases.networks import Network

TODAY = dt.date(2026, 2, 1)


def swept(federation: Federation, day: dt.date = TODAY) -> None:
    with as_owner_of(federation):
        moment = dt.datetime.combine(day, dt.time(12), dt.UTC)
        Sweep.objects.update_or_create(id=1, defaults={"as_of": moment, "stock_day": day})


def bring(federation: Federation, network: Network, *, epn: dict[int, int] | None = None) -> None:
    """The network's sums become the federation's figures. `epn` gives some of its numbers to EPN that exist."""
    real = epn or {}
    rows, totals = [], defaultdict(lambda: [0, 0, 0])
    for (figure, dimension, value, month, number, commune), numbers in network.atoms.items():
        measures = dict(zip(("count", "attendances", "minutes"), numbers, strict=True))
        rows.append(
            Flow(
                epn_id=real.get(number, number + 10**6), month=month, figure=figure, dimension=dimension, value=value,
                commune=commune, **measures,
            )
        )  # fmt: skip
        for key in {
            (figure, dimension, value, month),
            *({(figure, "commune", commune, month)} if not dimension else ()),
        }:
            for place, one in enumerate(numbers):
                totals[key][place] += one
    with as_owner_of(federation):
        Flow.objects.all().delete()
        FlowTotal.objects.all().delete()
        Flow.objects.bulk_create(rows)
        FlowTotal.objects.bulk_create(
            FlowTotal(
                figure=figure, dimension=dimension, value=value, month=month,
                count=numbers[0], attendances=numbers[1], minutes=numbers[2],
            )
            for (figure, dimension, value, month), numbers in totals.items()
        )  # fmt: skip
    swept(federation)


def draft_of(federation: Federation, period: Period, *, today: dt.date = TODAY) -> Release:
    with inside(federation):
        made = begin_release(period=period, minimum_cell=federation.minimum_cell, today=today)
        filled = fill_draft(draft_id=made.pk, federation_id=federation.pk)
    assert filled is not None
    return filled


def release(federation: Federation, period: Period, *, today: dt.date = TODAY) -> Release:
    made = draft_of(federation, period, today=today)
    with inside(federation):
        return publish(draft_id=made.pk, by_id=None)


def correction(federation: Federation, number: int, reason: str) -> Release:
    with inside(federation):
        made = begin_correction(number=number, reason=reason)
        fill_draft(draft_id=made.pk, federation_id=federation.pk)
        return publish(draft_id=made.pk, by_id=None)


def cells_of(made: Release, table: str) -> dict[tuple[str, str, str], Any]:
    """By period, place and value: the first number, or the reason for which it is withheld."""
    return {
        (cell.period, cell.place, cell.value): cell.get_withheld_display() if cell.withheld else cell.numbers[0]
        for cell in made.cells.filter(table=table)
    }

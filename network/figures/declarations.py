"""What the catalogue of figures is written in."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.functional import Promise

Label = str | Promise


@dataclass(frozen=True)
class Dimension:
    """A way to cut a figure. `value` is SQL for the cell's value, over the rows of the figure's source."""

    name: str
    label: Label
    value: str
    vocabulary: str = ""
    joins: str = ""
    where: str = "true"
    partition: bool = True
    count: str = ""  # other measures than the figure's own, where the row isn't the unit
    attendances: str = ""
    minutes: str = ""
    share: str = ""  # of a stock: the full-time equivalents of a row, where they aren't its own


@dataclass(frozen=True)
class FlowFigure:
    """What happened in a month. `source` gives one row a thing, with its `commune`; `{month}` and `{period}` are filled
    in by what is asked, from the column `date`. `where` leaves rows out, so that figures may share a source.

    `marked_by` names the marks that ask for it to be counted again.
    """

    name: str
    label: Label
    unit: Label
    source: str
    date: str
    marked_by: str
    count: str
    attendances: str
    minutes: str
    where: str = "true"
    dimensions: tuple[Dimension, ...] = ()


@dataclass(frozen=True)
class StockFigure:
    """What is there on a day: heads and full-time equivalents of the contracts in force."""

    name: str
    label: Label
    unit: Label
    where: str = "true"
    dimensions: tuple[Dimension, ...] = field(default=())

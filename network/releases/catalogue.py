"""The published tables, declared as data: what may ever leave the network, and nothing else does.

A table says what its figure is, how its values relate to the whole (`adds`), whom a row speaks of (`grain`), for which
periods it is made, and what kind of cell it holds. Tables of one `subject` are about the same things: sums over months,
EPN, communes and values tie them together, and the protection of one is that of all of them. An app above this one
declares tables of its own with `register_table`, and gives their cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from network.figures.catalogue import COUNTER_SESSIONS, TURNED_AWAY, VISITS, WAITING, WORKSHOPS
from network.releases.enums import Adds, CellKind, Grain, PeriodKind

if TYPE_CHECKING:
    from network.releases.cells import Cell
    from network.releases.periods import Period

Label = str | Promise
ALL_PERIODS = (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR)
YEARS = (PeriodKind.YEAR,)
WHOLE_NETWORK = "all"


@dataclass(frozen=True)
class Measure:
    """A column of numbers. `source` is the measure of the figure; `decimals` are kept as whole numbers."""

    name: str
    label: Label
    source: str = "count"
    decimals: int = 0


@dataclass(frozen=True)
class PublishedTable:
    """The first measure decides what is withheld, and then the whole row is.

    `within` names a subject of a wider perimeter: each cell of this one is part of the cell with the same keys there.
    """

    name: str
    label: Label
    unit: Label
    subject: str
    grain: Grain
    kind: CellKind
    measures: tuple[Measure, ...]
    periods: tuple[PeriodKind, ...] = ALL_PERIODS
    figure: str = ""
    dimension: str = ""
    vocabulary: str = ""
    words: Callable[[], Mapping[str, str]] | None = None  # of its values, where no vocabulary has them
    value_label: Label = ""
    adds: Adds = Adds.EXACT
    perimeter: str = WHOLE_NETWORK
    perimeter_label: Label = field(default=_("all EPN of the network"))
    within: str = ""
    flow: bool = True  # months add up to quarters and years; what is there on a day doesn't
    cells: Callable[[int, Period], Iterable[Cell]] | None = None

    @property
    def whose(self) -> Label:
        """Each EPN, each commune, or the network: the part of it that is counted, where that isn't all of it."""
        partly = self.grain == Grain.FEDERATION and self.perimeter != WHOLE_NETWORK
        return self.perimeter_label if partly else self.grain.label

    @property
    def guarded(self) -> bool:
        return self.kind != CellKind.THINGS


TABLES: dict[str, PublishedTable] = {}


def register_table(table: PublishedTable) -> None:
    """Declare a table. Raises ValueError on a name that is taken, and on what nobody may publish."""
    if table.name in TABLES:
        raise ValueError(f"{table.name} is declared twice.")
    if table.kind == CellKind.STAFF and table.grain == Grain.EPN:
        raise ValueError(f"{table.name}: staff by EPN is personal data.")
    if table.dimension and table.grain == Grain.EPN and set(table.periods) != {PeriodKind.YEAR}:
        raise ValueError(f"{table.name}: attributes by EPN are published by year only.")
    TABLES[table.name] = table


def tables_of(kind: PeriodKind) -> list[PublishedTable]:
    return [table for table in TABLES.values() if kind in table.periods]


VISIT_MEASURES = (
    Measure("visits", _("visits")),
    Measure("attendances", _("attendances"), "attendances"),
    Measure("minutes", _("minutes of help"), "minutes"),
)
PEOPLE_MEASURES = (Measure("attendances", _("attendances"), "attendances"),)
VISITS_UNIT = _("visits; attendances: people, each time they come; minutes of staff")
PEOPLE_UNIT = _("people, each time they come")
SUFFIXES = {Grain.FEDERATION: "", Grain.COMMUNE: "_by_commune", Grain.EPN: "_by_epn"}
TOTALS = {
    Grain.FEDERATION: _("Visits"),
    Grain.COMMUNE: _("Visits by commune"),
    Grain.EPN: _("Visits by EPN"),
}
# name, table of the network, table by EPN, what a value is, how the values add up, whether people or visits are counted
ATTRIBUTES: tuple[tuple[str, Label, Label, Label, Adds, bool], ...] = (
    ("theme", _("Visits by theme"), _("Visits by EPN and theme"), _("theme"), Adds.OVERLAP, False),
    ("mode", _("Visits by mode"), _("Visits by EPN and mode"), _("mode"), Adds.EXACT, False),
    ("outcome", _("Visits by outcome"), _("Visits by EPN and outcome"), _("outcome"), Adds.EXACT, False),
    ("obstacle", _("Visits with an obstacle"), _("Visits with an obstacle by EPN"), _("obstacle"), Adds.REST, False),
    ("provider", _("Obstacles: whose service"), _("Obstacles by EPN: whose service"), _("service"), Adds.REST, False),
    ("gender", _("Attendances by gender"), _("Attendances by EPN and gender"), _("gender"), Adds.REST, True),
    ("age_band", _("Attendances by age"), _("Attendances by EPN and age"), _("age"), Adds.REST, True),
    ("audience", _("Attendances by audience"), _("Attendances by EPN and audience"), _("audience"), Adds.SOME, True),
)
# name, label, label by EPN, figure, unit, measures
THINGS: tuple[tuple[str, Label, Label, str, Label, tuple[Measure, ...]], ...] = (
    (
        "turned_away", _("People turned away for lack of room"), _("People turned away, by EPN"), TURNED_AWAY.name,
        _("people, each time"), (Measure("turned_away", _("turned away")),),
    ),
    (
        "desk", _("Half-days at the desk"), _("Half-days at the desk, by EPN"), COUNTER_SESSIONS.name,
        _("half-days; minutes that the desk was open"),
        (Measure("half_days", _("half-days")), Measure("minutes", _("minutes open"), "minutes")),
    ),
    (
        "tickets", _("Tickets called at the desk"), _("Tickets called, by EPN"), WAITING.name,
        _("tickets; minutes of waiting, all of them together"),
        (Measure("tickets", _("tickets")), Measure("minutes", _("minutes of waiting"), "minutes")),
    ),
    (
        "workshops", _("Dates of workshops and courses"), _("Dates of workshops, by EPN"), WORKSHOPS.name,
        _("dates that were held"), (Measure("dates", _("dates")),),
    ),
)  # fmt: skip


def _declare() -> None:
    for grain, suffix in SUFFIXES.items():
        register_table(
            PublishedTable(
                f"visits{suffix}", TOTALS[grain], VISITS_UNIT, "visits", grain, CellKind.PEOPLE, VISIT_MEASURES,
                figure=VISITS.name,
            )
        )  # fmt: skip
    for name, label, label_by_epn, value_label, adds, people in ATTRIBUTES:
        stem = f"attendances_by_{name}" if people else f"visits_by_{name}"
        grains: tuple[tuple[Grain, str, Label, tuple[PeriodKind, ...]], ...] = (
            (Grain.FEDERATION, stem, label, ALL_PERIODS),
            (Grain.EPN, stem.replace("_by_", "_by_epn_and_"), label_by_epn, YEARS),
        )
        for grain, table, words, periods in grains:
            register_table(
                PublishedTable(
                    table, words, PEOPLE_UNIT if people else VISITS_UNIT, "visits", grain, CellKind.PEOPLE,
                    PEOPLE_MEASURES if people else VISIT_MEASURES, periods, VISITS.name, name, name, None, value_label,
                    adds,
                )
            )  # fmt: skip
    for suffix, grain in (("", Grain.FEDERATION), ("_by_epn", Grain.EPN)):
        words = _("People in workshops and courses") if not suffix else _("People in workshops, by EPN")
        register_table(
            PublishedTable(
                f"workshop_attendances{suffix}", words, PEOPLE_UNIT, "workshop_attendances", grain, CellKind.PEOPLE,
                PEOPLE_MEASURES, figure=WORKSHOPS.name,
            )
        )  # fmt: skip
        for name, label, label_by_epn, figure, unit, measures in THINGS:
            register_table(
                PublishedTable(
                    f"{name}{suffix}", label_by_epn if suffix else label, unit, name, grain, CellKind.THINGS, measures,
                    figure=figure,
                )
            )  # fmt: skip


_declare()

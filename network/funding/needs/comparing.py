"""Scenarios side by side: each number with how it is made, its numerator and its denominator, in words and as data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maillage.design import numbers
from network.funding.needs.effects import Effect, Ground, Line, effect_of, ground_of, year_of_ground
from network.funding.needs.enums import WITHIN, MeasureKind, Reach
from network.funding.needs.money import Costs, costs, secured
from network.funding.needs.rows import Scenario
from network.funding.needs.selectors import measures_of

FEWEST_EPN = 3  # staff and money of fewer EPN than this don't go out of the network
Show = Callable[[Decimal | int | None], str]


def hours(value: Decimal | int | None) -> str:
    """A decimal only where there is one to say."""
    return numbers.number(value, 0 if value is None or value == int(value) else 1)


@dataclass(frozen=True)
class Cell:
    """`epn` says how many EPN a number of staff or money comes from; None where that doesn't matter."""

    value: Decimal | int | None
    shown: str
    note: str = ""
    numerator: Decimal | int | None = None
    denominator: Decimal | int | None = None
    epn: int | None = None

    @property
    def may_leave(self) -> bool:
        return self.epn is None or self.epn == 0 or self.epn >= FEWEST_EPN


NOTHING = Cell(None, "")


@dataclass(frozen=True)
class Row:
    """`name` is for programs, `how` says how it is made."""

    name: str
    label: str
    how: str
    cells: list[Cell]


@dataclass(frozen=True)
class Column:
    """What is there (no effect), or a scenario."""

    ground: Ground
    effect: Effect | None = None

    @property
    def title(self) -> str:
        if self.effect is not None:
            return self.effect.scenario.name
        return _("What is there")

    @property
    def under(self) -> str:
        if self.effect is not None:
            return f"{self.effect.scenario.year} · {whom(self.effect)}"
        return numbers.day_label(self.ground.known.day)


@dataclass(frozen=True)
class Comparison:
    columns: list[Column]
    effects: list[Effect]
    prices: Costs
    rows: list[Row] = field(default_factory=list)

    @property
    def grounds(self) -> list[Ground]:
        return [one.ground for one in self.columns if one.effect is None]


def whom(effect: Effect) -> str:
    """Whom the scenario is about, counted."""
    number = len(effect.epn)
    words = {"n": numbers.number(number)}
    if effect.scenario.reach == Reach.LABELLED:
        return ngettext("%(n)s labelled EPN", "%(n)s labelled EPN", number) % words
    if effect.scenario.reach == Reach.CHOSEN:
        return ngettext("%(n)s EPN that was chosen", "%(n)s EPN that were chosen", number) % words
    return ngettext("%(n)s EPN, all of them", "%(n)s EPN, all of them", number) % words


def compare_scenarios(federation_id: int, chosen: Sequence[Scenario]) -> Comparison:
    """In as many statements for 200 EPN as for two: five, and nine for each year that the scenarios start from."""
    measures, prices, funds = measures_of(list(chosen)), costs(), secured()
    grounds: dict[int, Ground] = {}
    columns: list[Column] = []
    effects = []
    for one in chosen:
        year = year_of_ground(one)
        if year not in grounds:
            grounds[year] = ground_of(federation_id, year)
        effects.append(effect_of(one, measures[one.pk], grounds[year], prices, funds))
    for ground in grounds.values():
        columns.append(Column(ground))
        columns += [Column(ground, one) for one in effects if one.ground is ground]
    made = Comparison(columns, effects, prices)
    made.rows.extend(_rows(columns))
    return made


def _rows(columns: list[Column]) -> Iterable[Row]:
    def row(name: str, label: str, how: str, before: Callable[[Ground], Cell], after: Callable[[Effect], Cell]) -> Row:
        cells = [before(one.ground) if one.effect is None else after(one.effect) for one in columns]
        return Row(name, label, how, cells)

    def nothing(ground: Ground) -> Cell:
        return NOTHING

    yield row("cost_eur", _("Euros a year"), _("The lines of the scenario, added up."), nothing, _cost)
    yield row(
        "secured_eur", _("Secured"),
        _("What the grants of the ledger give to these EPN for that year. A grant counts in each year by its days."),
        nothing, _secured,
    )  # fmt: skip
    yield row(
        "gap_eur", _("Gap"),
        _("What is missing in each EPN, added up, and what the scenario costs outside them. Too much in one EPN fills "
          "no other's gap."),
        nothing, lambda one: Cell(one.gap, numbers.euros(one.gap), epn=one.paid),
    )  # fmt: skip
    yield row(
        "hours_week", _("Hours open a week"),
        _("Hours in which anybody may walk in, of all places, and the stops on the road that took place. A scenario "
          "adds its own."),
        lambda one: Cell(one.hours, hours(one.hours)), _hours_a_week,
    )  # fmt: skip
    yield row(
        "hours_year", _("More hours open a year"),
        _("The hours that the scenario adds a week, times the weeks of its assumptions."), nothing, _hours_a_year,
    )  # fmt: skip
    yield row(
        "hours_per_10000", _("Hours a week for 10,000 inhabitants"),
        _("Hours open a week, divided by the inhabitants of the communes whose number is known, times 10,000."),
        lambda one: _rate(one, one.cover.whole.all_hours, hours, 1),
        lambda one: _rate(one.ground, one.ground.cover.whole.all_hours + one.hours_where_known, hours, 1),
    )  # fmt: skip
    yield row(
        "fte", _("Full-time equivalents"), _("Of the contracts in force that count in FTE. A scenario adds its own."),
        lambda one: Cell(one.staff.fte, numbers.fte(one.staff.fte), epn=one.staff.epn), _fte,
    )  # fmt: skip
    yield row(
        "fte_per_10000", _("FTE for 10,000 inhabitants"),
        _("FTE of the communes whose inhabitants are known, divided by those inhabitants, times 10,000."),
        lambda one: _rate(one, one.cover.whole.fte, numbers.fte, 2, one.staff.epn),
        lambda one: _rate(
            one.ground, one.ground.cover.whole.fte + one.fte_where_known, numbers.fte, 2, one.ground.staff.epn
        ),
    )  # fmt: skip
    yield row(
        "communes_without", _("Communes with nothing"), _("Neither a place nor a stop, of all communes around."),
        lambda one: _empty(one, len(one.empty), [area.name for area in one.empty]),
        lambda one: _empty(one.ground, len(one.empty), [area.name for area in one.empty]),
    )  # fmt: skip
    for months in WITHIN:
        yield row(
            f"ending_{months}", _("Contracts that end within %(n)s months") % {"n": months},
            _("Contracts of every kind with a known end, from the day of the count; FTE of those that count in it."),
            partial(_ending, months=months), partial(_still_ending, months=months),
        )  # fmt: skip


def _cost(one: Effect) -> Cell:
    return Cell(one.euros, numbers.euros(one.euros), numbers_of(one))


def numbers_of(one: Effect) -> str:
    """The sum in words, where it is one product: 22 × 25 000 €."""
    if len(one.lines) != 1 or one.lines[0].each is None:
        return ""
    line = one.lines[0]
    return f"{_times(line)} × {numbers.euros(line.each)}"


def _times(line: Line) -> str:
    return numbers.fte(line.times) if line.measure.kind == MeasureKind.EXTEND else numbers.number(line.times)


def _secured(one: Effect) -> Cell:
    found = ngettext("in %(n)s EPN of %(all)s", "in %(n)s EPN of %(all)s", one.paid)
    parts = [found % {"n": numbers.number(one.paid), "all": numbers.number(len(one.epn))}]
    if one.over > 0:
        parts.append(_("%(amount)s above what it costs there") % {"amount": numbers.euros(one.over)})
    return Cell(one.secured, numbers.euros(one.secured), "; ".join(parts), epn=one.paid)


def _hours_a_week(one: Effect) -> Cell:
    now = one.ground.hours
    return Cell(now + one.hours, hours(now + one.hours), _more(one.hours, hours))


def _more(value: Decimal | int, show: Show) -> str:
    return f"+ {show(value)}" if value else _("no change")


def _hours_a_year(one: Effect) -> Cell:
    weeks = one.scenario.weeks_open
    found = one.hours * weeks
    words = {"hours": hours(one.hours), "weeks": numbers.number(weeks)}
    return Cell(found, hours(found), _("%(hours)s hours × %(weeks)s weeks") % words, one.hours, weeks)


def _rate(ground: Ground, numerator: Decimal, show: Show, decimals: int, epn: int | None = None) -> Cell:
    people = ground.cover.whole.population
    rate = ground.cover.whole.per_10000(numerator)
    if rate is None:
        return Cell(None, numbers.NOT_KNOWN, _("no number of inhabitants is known"))
    note = f"{show(numerator)} ÷ {numbers.number(people)}"
    return Cell(rate, numbers.number(rate, decimals), note, numerator, people, epn)


def _fte(one: Effect) -> Cell:
    total = one.ground.staff.fte + one.fte
    return Cell(total, numbers.fte(total), _more(one.fte, numbers.fte), epn=one.ground.staff.epn)


def _empty(ground: Ground, found: int, names: list[str]) -> Cell:
    whole = len(ground.cover.areas)
    words = {"all": numbers.number(whole), "names": ", ".join(names[:5]) + (" …" if len(names) > 5 else "")}
    note = _("of %(all)s") % words
    return Cell(found, numbers.number(found), f"{note}: {words['names']}" if names else note, found, whole)


def _ending(ground: Ground, months: int) -> Cell:
    of = ground.ends(months)
    return Cell(of.heads, numbers.number(of.heads), _("%(fte)s FTE") % {"fte": numbers.fte(of.fte)}, epn=of.epn)


def _still_ending(one: Effect, months: int) -> Cell:
    of, kept = one.ground.ends(months), one.kept.get(months)
    if kept is None or not kept.heads:
        left = _ending(one.ground, months)
        return Cell(left.value, left.shown, left.note, epn=left.epn)
    words = {"n": numbers.number(kept.heads), "fte": numbers.fte(kept.fte), "all": numbers.number(of.heads)}
    note = _("%(n)s of %(all)s are kept (%(fte)s FTE)") % words
    left_over = of.heads - kept.heads
    return Cell(left_over, numbers.number(left_over), note, kept.heads, of.heads, min(of.epn, kept.epn))


def line_words(effect: Effect) -> list[tuple[str, str, str]]:
    """Each line of a scenario: what it is, how it is counted, euros."""
    return [(_what(one.measure.kind, one.measure.label), _how(one), numbers.euros(one.euros))
            for one in effect.lines]  # fmt: skip


def _what(kind: str, label: str) -> str:
    return label or str(MeasureKind(kind).label)


def _how(line: Line) -> str:
    parts = []
    if line.measure.kind == MeasureKind.EXTEND:
        words = {"n": numbers.number(line.kept), "months": line.measure.within, "fte": numbers.fte(line.times)}
        parts.append(_("%(n)s contracts that end within %(months)s months, %(fte)s FTE") % words)
        parts.append(f"{_times(line)} × {numbers.euros(line.each)}")
        return " · ".join(parts)
    if line.each is None:
        parts.append(_("by what each EPN costs"))
    elif line.measure.kind != MeasureKind.OTHER:
        parts.append(f"{_times(line)} × {numbers.euros(line.each)}")
    if line.fte:
        parts.append(_("%(fte)s FTE") % {"fte": numbers.fte(line.fte)})
    if line.hours:
        parts.append(_("%(hours)s hours a week") % {"hours": hours(line.hours)})
    return " · ".join(parts)


def assumptions(effect: Effect) -> list[str]:
    one = effect.scenario
    return [
        _("One full-time helper opens the desk %(n)s hours a week.") % {"n": hours(one.hours_per_fte)},
        _("An EPN is open %(n)s weeks a year.") % {"n": numbers.number(one.weeks_open)},
    ]

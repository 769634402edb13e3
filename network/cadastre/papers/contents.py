"""What stands in the cadastre on paper, in order: words, tables, heights of bars. No figure is made here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from maillage.design import numbers
from maillage.design.charts.tiles import classes_of, tone_of
from maillage.reference.selectors import commune, commune_label, label_of
from network.cadastre.coverage.selectors import Area, Coverage
from network.cadastre.selectors import Cadastre, Numbers
from network.cadastre.words import words_of_perimeter


@dataclass(frozen=True)
class Part:
    """A heading, what has to be known, and a table. `bars` go with the rows, between 0 and 1; `tiles` are a map."""

    title: str
    head: list[str]
    rows: list[list[str]]
    note: str = ""
    bars: list[float] = field(default_factory=list)
    tiles: list[dict[str, Any]] = field(default_factory=list)
    wide: bool = False  # a page on its side


def parts(page: Cadastre, cover: Coverage) -> Iterator[Part]:
    """Those that have something to say."""
    found = (
        _summary(page), _months(page), _communes(page), _themes(page), _contracts(page), _ends(page), _activity(page),
        _need(page), _coverage(cover), _epn(page),
    )  # fmt: skip
    return (one for one in found if one.rows)


def _bars(values: Sequence[numbers.Number]) -> list[float]:
    top = float(max(values, default=0)) or 1.0
    return [float(value) / top for value in values]


def _flow_heads() -> list[str]:
    return [_("Visits"), _("Attendances"), _("Help given"), _("People turned away")]


def _flows(one: Numbers) -> list[str]:
    counted = (one.visits, one.attendances, one.turned_away)
    visits, attendances, turned_away = map(numbers.number, counted)
    return [visits, attendances, numbers.duration(one.minutes), turned_away]


def _summary(page: Cadastre) -> Part:
    one = page.summary
    perimeter = words_of_perimeter(page)
    whole = _("the whole network")
    share = _("%(part)s of %(all)s animation contracts") % {
        "part": numbers.number(one.article60_contracts), "all": numbers.number(one.animation_contracts),
    }  # fmt: skip
    rows = [
        [_("EPN"), numbers.number(one.epn), whole],
        [_("Labelled EPN"), numbers.number(one.epn_labelled), whole],
        [_("Animation contracts"), numbers.number(one.animation_contracts), perimeter],
        [_("Article 60"), numbers.percent(one.article60_share), share],
        [_("Full-time equivalents"), numbers.fte(one.fte), perimeter],
        [_("Visits"), numbers.number(one.visits), perimeter],
        [_("Attendances"), numbers.number(one.attendances), _("somebody who comes twice counts twice")],
        [_("Help given"), numbers.duration(one.minutes), _("working time of the staff in visits")],
        [_("People turned away"), numbers.number(one.turned_away), _("each time counts")],
        [_("Need of the labelled EPN"), numbers.euros(one.need_labelled_eur), _("a year, the whole network")],
        [_("Need of all EPN"), numbers.euros(one.need_all_eur), _("a year, the whole network")],
    ]
    return Part(_("In short"), [_("What"), _("Value"), _("Of what")], rows)


def _months(page: Cadastre) -> Part:
    return Part(
        _("Visits by month"),
        [_("Month"), *_flow_heads()],
        [[numbers.month_label(month), *_flows(one)] for month, one in page.months],
        bars=_bars([one.visits for _month, one in page.months]),
    )


def _communes(page: Cadastre) -> Part:
    visits = {key: one.visits for key, _epn, one in page.communes}
    return Part(
        _("Visits by commune"),
        [_("Commune"), pgettext("how many", "EPN"), *_flow_heads()],
        [[commune_label(key), numbers.number(epn), *_flows(one)] for key, epn, one in page.communes],
        note=_("Also of EPN that closed or left during the year, in the perimeter of all EPN."),
        tiles=_tiles([(key, commune_label(key), value, numbers.number(value)) for key, value in visits.items()]),
    )


def _tiles(areas: Sequence[tuple[str, str, numbers.Number | None, str]]) -> list[dict[str, Any]]:
    """Squares at about their place; nothing when one of them has no place."""
    classes = classes_of(value for _key, _name, value, _text in areas if value)
    found = []
    for key, name, value, text in areas:
        known = commune(key)
        if known is None or known.tile_col is None or known.tile_row is None:
            return []
        tone = tone_of(value, classes)
        found.append({"col": known.tile_col, "row": known.tile_row, "name": name, "value": text, "tone": tone})
    return found


def _themes(page: Cadastre) -> Part:
    return Part(
        _("Visits by theme"),
        [_("Theme"), *_flow_heads()[:3]],
        [[label_of("theme", code), *_flows(one)[:3]] for code, one in page.themes],
        note=capfirst(_("a visit with two themes counts in both: do not add the themes up")) + ".",
        bars=_bars([one.visits for _code, one in page.themes]),
    )


def _contracts(page: Cadastre) -> Part:
    return Part(
        _("Contracts in force on %(day)s, by type") % {"day": numbers.day_label(page.summary.reference_day)},
        [_("Contract type"), _("In animation"), _("In other roles"), _("FTE")],
        [
            [
                label_of("contract_type", row.type), numbers.number(row.animation), numbers.number(row.others),
                numbers.fte(row.fte) if row.counts_in_fte else _("apart"),
            ]
            for row in page.types
        ],
        note=_("Volunteers, students and trainees are counted apart: never in full-time equivalents."),
        bars=_bars([row.heads for row in page.types]),
    )  # fmt: skip


def _ends(page: Cadastre) -> Part:
    any_end = any(count for _label, count in page.ends)
    return Part(
        _("Article 60 contracts that ended, by what came after"),
        [_("What came after"), _("Contracts")],
        [[capfirst(str(label)), numbers.number(count)] for label, count in page.ends] if any_end else [],
    )


def _activity(page: Cadastre) -> Part:
    return Part(
        _("Activity by contract type"),
        [_("Contract of the animator"), *_flow_heads()[:3]],
        [[label_of("contract_type", code), *_flows(one)[:3]] for code, one in page.activity],
        note=_("The type is that of the animator's contract on the day of the visit."),
    )


def _need(page: Cadastre) -> Part:
    model, one = page.cost_model, page.summary
    if model is None:
        return Part(_("What it would need"), [], [])
    each = numbers.euros(model.amount_eur)
    note = _("One EPN needs %(amount)s a year, by the cost model of %(day)s.") % {
        "amount": each, "day": numbers.day_label(model.valid_from),
    }  # fmt: skip
    source = " " + _("Source: %(source)s.") % {"source": model.source} if model.source else ""
    rows = [
        [_("Labelled EPN"), numbers.number(one.epn_labelled), each, numbers.euros(one.need_labelled_eur)],
        [_("All EPN"), numbers.number(one.epn), each, numbers.euros(one.need_all_eur)],
    ]
    head = [_("For whom"), pgettext("how many", "EPN"), _("One EPN, a year"), _("Need, a year")]
    return Part(_("What it would need"), head, rows, note=note + source)


def _coverage(cover: Coverage) -> Part:
    def rate(area: Area) -> numbers.Number | None:
        return None if area.hours_rate is None else round(area.hours_rate, 1)

    return Part(
        _("For 10,000 inhabitants"),
        [_("Commune"), _("Inhabitants"), pgettext("how many", "EPN"), _("Hours a week"), _("FTE"), _("Visits")],
        [
            [
                one.name, numbers.number(one.population), numbers.number(one.epn), numbers.number(one.hours_rate, 1),
                numbers.number(one.fte_rate, 2), numbers.number(one.visits_rate, 0),
            ]
            for one in cover.areas
        ],
        note=_(
            "Hours, FTE and visits are for 10,000 inhabitants. EPN and opening hours are those of the cards of today; "
            "on the map, the hours open a week."
        ),
        tiles=_tiles([(one.key, one.name, rate(one), numbers.number(rate(one), 1)) for one in cover.areas]),
    )  # fmt: skip


def _epn(page: Cadastre) -> Part:
    return Part(
        _("EPN by EPN"),
        [_("EPN"), _("Label"), _("Commune"), *_flow_heads(), _("Last month with activity"), _("Contracts")],
        [
            [
                row.member.name, _("labelled") if row.member.labelled else _("no"), commune_label(row.member.commune),
                *_flows(row.numbers), numbers.month_label(row.last_month), numbers.number(row.contracts),
            ]
            for row in page.epn
        ],
        note=_(
            "The number of contracts is shown for one purpose: to see where the network lacks people. It is for the "
            "members of the network only, and never goes further."
        ),
        wide=True,
    )  # fmt: skip


def how_it_was_counted(page: Cadastre, cover: Coverage) -> Iterator[str]:
    one = page.summary
    yield _("Figures of %(perimeter)s.") % {"perimeter": words_of_perimeter(page)}
    yield _("EPN and labels are those of %(day)s, contracts those of %(contracts)s.") % {
        "day": numbers.day_label(page.counted_on),
        "contracts": numbers.day_label(one.reference_day),
    }
    if one.as_of:
        yield _("Visits are counted as of %(moment)s.") % {"moment": numbers.as_of(one.as_of)}
    else:
        yield _("As of: never. The figures have not been swept yet.")
    yield _("The register is anonymous: it counts visits and people each time they come, never who they are.")
    yield _("A dash means that it is not known. It isn't zero.")
    if cover.unknown_hours:
        yield _("Sites without opening hours that are known: %(n)s. They count for no hour.") % {
            "n": cover.unknown_hours
        }

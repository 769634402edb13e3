from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable

import pytest
from django.utils.safestring import SafeString
from django.utils.translation import override

from maillage.design.charts import (
    WITHHELD,
    Bar,
    Compared,
    Share,
    Tile,
    Value,
    bars,
    bars_compared,
    columns,
    months,
    months_compared,
    stacked,
    tile_map,
)

ATTACK = '"><script>alert(1)</script>'
Chart = Callable[[list[Value]], SafeString]

CHARTS: dict[str, Chart] = {
    "bars": lambda values: bars(ATTACK, [Bar(f"{ATTACK}{n}", v) for n, v in enumerate(values)], unit=ATTACK),
    "columns": lambda values: columns(ATTACK, [Bar(f"{ATTACK}{n}", v) for n, v in enumerate(values)]),
    "bars_compared": lambda values: bars_compared(
        ATTACK, [Compared(f"{ATTACK}{n}", v, None) for n, v in enumerate(values)], names=(ATTACK, ATTACK), head=ATTACK
    ),
    "months_compared": lambda values: months_compared(
        ATTACK, [Compared(f"2026-{n + 1:02}", v, None) for n, v in enumerate(values)], names=(ATTACK, ATTACK)
    ),
    "months": lambda values: months(ATTACK, [(f"2026-{n + 1:02}", v) for n, v in enumerate(values)], note=ATTACK),
    "stacked": lambda values: stacked(ATTACK, [Share(f"{ATTACK}{n}", v) for n, v in enumerate(values)]),
    "tile_map": lambda values: tile_map(
        ATTACK, [Tile(str(n), f"{ATTACK}{n}", v, col=n, row=0) for n, v in enumerate(values)]
    ),
}
every_chart = pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS.keys())


def drawing(html: str) -> ElementTree.Element | None:
    found = re.search(r"<svg[^>]* role=\"img\".*?</svg>", html, re.DOTALL)
    return ElementTree.fromstring(found.group()) if found else None


@every_chart
def test_labels_and_titles_are_escaped(chart: Chart) -> None:
    html = chart([3, 1, 2])

    assert "<script" not in html
    assert drawing(html) is not None


@every_chart
def test_no_chart_has_an_inline_style_or_script(chart: Chart) -> None:
    html = chart([3, WITHHELD, None, 0])

    assert not re.search(r"\sstyle=|\son\w+=\"", html)


@every_chart
def test_a_chart_has_a_name_a_description_and_its_figures_in_a_table(chart: Chart) -> None:
    html = chart([30, 12])
    svg = drawing(html)

    assert svg is not None
    ids = (svg.get("aria-labelledby") or "").split()
    assert [element.get("id") for element in svg if element.tag in ("title", "desc")] == ids
    assert "<caption" in html
    assert re.findall(r'<td class="m-num">(\d+)</td>', html)[:1] == ["30"]


@every_chart
def test_withheld_and_unknown_are_said_and_never_drawn_as_zero(chart: Chart) -> None:
    with override("en"):
        html = chart([30, WITHHELD, None])

    assert "withheld" in html
    assert "–" in html
    assert not re.search(r">0</td>", html)
    svg = drawing(html)
    assert svg is not None
    assert len([e for e in svg.iter("rect") if e.get("class") == "bar"]) <= 1


@every_chart
def test_no_data_gives_words_instead_of_an_empty_drawing(chart: Chart) -> None:
    with override("fr"):
        for values in ([], [0, 0], [None]):
            html = chart(values)

            assert drawing(html) is None
            assert "Rien à dessiner" in html


@every_chart
def test_a_lone_withheld_value_is_drawn_as_withheld(chart: Chart) -> None:
    assert drawing(chart([WITHHELD])) is not None


def test_the_longest_bar_takes_the_width_and_the_others_their_part() -> None:
    svg = drawing(bars("Visits", [Bar("a", 40), Bar("b", 10)]))

    assert svg is not None
    assert [rect.get("width") for rect in svg.iter("rect")] == ["100%", "25%"]


def test_numbers_of_a_drawing_keep_their_point_in_french() -> None:
    with override("fr"):
        html = bars("Visites", [Bar("a", 3), Bar("b", 1)])

    assert 'width="33.333%"' in html


def test_a_comparison_draws_both_series_and_says_the_difference() -> None:
    with override("fr"):
        rows = [Compared("a", 40, 10), Compared("b", 0, 20), Compared("c", 12, 12), Compared("d", 3, None)]
        html = bars_compared("Visits", rows, names=("2026", "2025"), head="What")

    svg = drawing(html)
    assert svg is not None
    bars_drawn = [(one.get("class"), one.get("width")) for one in svg.iter("rect")]
    assert bars_drawn == [
        ("bar", "100%"), ("tile q2", "25%"), ("tile q2", "50%"), ("bar", "30%"), ("tile q2", "30%"), ("bar", "7.5%"),
    ]  # fmt: skip
    cells = [re.findall(r'class="m-num">([^<]*)</td>', row) for row in html.split("<tr>")[2:]]
    assert cells == [["40", "10", "+30"], ["0", "20", "-20"], ["12", "12", "0"], ["3", "–", "–"]]
    nothing_now = months_compared("Visits", [Compared("2026-01", 0, 5)], names=("2026", "2025"))
    assert drawing(nothing_now) is not None


def test_shares_are_told_only_when_every_part_is_known() -> None:
    with override("en"):
        complete = stacked("Contracts", [Share("Article 60", 39), Share("Others", 21)])
        incomplete = stacked("Contracts", [Share("Article 60", 39), Share("Others", WITHHELD)])

    assert "65%" in complete
    assert "35%" in complete
    assert "100%" not in re.sub(r"<svg.*?</svg>", "", incomplete, flags=re.DOTALL)


def test_a_line_breaks_where_a_month_is_not_known() -> None:
    svg = drawing(months("Visits", [("2026-01", 1), ("2026-02", 2), ("2026-03", None), ("2026-04", 4)]))

    assert svg is not None
    assert len([line for line in svg.iter("line") if line.get("class") == "line"]) == 1


def test_equal_values_have_the_same_tone_and_more_is_never_paler() -> None:
    values = [0, 1, 1, 2, 3, 5, 8, 8, 13]
    svg = drawing(tile_map("EPN", [Tile(str(n), str(n), v, col=n, row=0) for n, v in enumerate(values)]))

    assert svg is not None
    tones = [int(rect.get("class", "")[-1]) for rect in svg.iter("rect")]
    assert tones == sorted(tones)
    assert tones[0] == 0
    assert tones[1] == tones[2]
    assert tones[-1] == 5


def test_a_map_shows_each_territory_s_value_and_short_lines_of_its_name() -> None:
    svg = drawing(tile_map("EPN", [Tile("21018", "Woluwe-Saint-Lambert", 7, col=4, row=1)]))

    assert svg is not None
    assert [text.text for text in svg.iter("text")] == ["7", "Woluwe-", "Saint-", "Lambert"]

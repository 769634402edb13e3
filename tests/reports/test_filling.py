"""Every number of a report against a recount by hand, and what isn't told and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from network.funding.models import Allocation
from network.releases.book import Book, Sum
from network.releases.models import ReleasedCell
from network.reports import services
from network.reports.content import Line
from network.reports.counting import part_of
from network.reports.filling import fill
from network.reports.keys import set_keys
from network.reports.models import ActivityKey, PackLine, Report
from network.reports.sources import figure_sources, in_each
from tests.reports.conftest import Told
from tests.reports.office import DRIES, MONTHS, a_pack, a_report, grant_of, written

POSTE, ABATTOIRS = 1, 2  # as the invented network numbers them


def by_hand(
    told: Told, epn: Iterable[int] = (POSTE,), dimension: str = "", value: str = "", figure: str = "visits",
    months: Iterable[dt.date] = MONTHS, measure: int = 0,
) -> int:  # fmt: skip
    """The true number, from the atoms of which the releases are made."""
    return sum(
        numbers[measure]
        for (fig, dim, val, month, number, _commune), numbers in told.network.atoms.items()
        if (fig, dim, val) == (figure, dimension, value) and number in set(epn) and month in set(months)
    )


def line(report: Report, code: str) -> Line:
    found = fill(report).line(code)
    assert found is not None
    return found


def key_of(report: Report, epn: int) -> Decimal:
    return ActivityKey.objects.get(grant__in=report.grants.all(), epn_id=epn).percent


class TestFigures:
    def test_a_year_of_one_epn_counts_by_its_key_rounded_down(self, caban: Told) -> None:
        report = a_report()

        visits, hours = line(report, "visits"), line(report, "help_hours")

        assert key_of(report, caban.cast.poste.pk) == Decimal(40)  # 10,000 of 25,000 €
        whole = by_hand(caban)
        assert (visits.whole, visits.value) == (whole, whole * 40 // 100)
        assert (visits.withheld, visits.missing) == (0, ())
        minutes = by_hand(caban, measure=2) * 40 // 100
        assert hours.value == Decimal(minutes * 100 // 60) / 100
        assert [(part.label["fr"], part.whole) for part in visits.by_epn] == [("Rue de la Poste", whole)]
        assert visits.unit == {"fr": in_each(figure_sources()["visits.visits"].unit)["fr"]} | visits.unit

    def test_a_breakdown_holds_what_is_shown_and_counts_what_is_withheld(self, caban: Told) -> None:
        report = a_report()

        themes = line(report, "themes")

        cells = ReleasedCell.objects.filter(
            table="visits_by_epn_and_theme", place=str(caban.cast.poste.pk), period="2025"
        )
        shown = {cell.value: cell.numbers[0] for cell in cells if not cell.withheld}
        assert {part.code: part.whole for part in themes.by_value if not part.withheld} == shown
        assert themes.withheld == sum(bool(cell.withheld) for cell in cells)
        for part in themes.by_value:
            if not part.withheld:
                assert part.whole == by_hand(caban, dimension="theme", value=part.code)
        assert themes.value is None

    def test_attributes_by_epn_for_half_a_year_are_said_to_be_published_nowhere(self, caban: Told) -> None:
        report = a_report(last=dt.date(2025, 6, 1), language="en")

        themes, visits = line(report, "themes"), line(report, "visits")

        assert themes.value is None and not themes.by_value
        assert "whole years only" in themes.note
        cells = ReleasedCell.objects.filter(
            table="visits_by_epn",
            place=str(caban.cast.poste.pk),
            period__in=[f"2025-0{number}" for number in range(1, 7)],
        )
        assert visits.whole == sum(cell.numbers[0] for cell in cells if not cell.withheld)
        assert visits.withheld == sum(bool(cell.withheld) for cell in cells)
        hidden = sum(cell.numbers[0] for cell in cells if cell.withheld)
        assert visits.whole + hidden == by_hand(caban, months=MONTHS[:6])
        assert not [one for one in fill(report).missing if one.code == "themes"]

    def test_the_whole_network_with_one_key_reads_the_tables_of_the_network(self, caban: Told) -> None:
        Allocation.objects.filter(grant=grant_of("region")).delete()
        report = a_report(last=dt.date(2025, 6, 1))

        filled = fill(report)
        visits, themes = line(report, "visits"), line(report, "themes")

        assert filled.content.whole_network and len(filled.places) == 2
        assert {one.key for one in filled.places} == {Decimal(24)}  # 12,000 € for two, of 25,000 € each
        whole = by_hand(caban, range(1, 7), months=MONTHS[:6])
        assert (visits.whole, visits.value) == (whole, whole * 24 // 100)
        assert themes.by_value and not themes.note

    def test_months_that_are_not_released_are_named_and_keep_from_signing(self, caban: Told) -> None:
        ahead = grant_of("region")
        ahead.ends_on = dt.date(2026, 12, 31)
        ahead.save()
        report = written(a_report(last=dt.date(2026, 2, 1), title="14 mois"))

        filled = fill(report)

        assert line(report, "visits").missing == ("2026-01", "2026-02")
        assert filled.months_to_release == ["2026-01", "2026-02"]
        with pytest.raises(ValidationError, match="January 2026, February 2026"):
            services.sign(pk=report.pk, name="Dries", role="x", by=DRIES)

    def test_what_was_deleted_or_left_is_read_by_its_name(self, caban: Told) -> None:
        Allocation.objects.filter(grant=grant_of("region")).update(epn_id=caban.cast.nevers.pk)

        report = a_report()

        assert [one.name for one in fill(report).places] == [str(caban.cast.nevers.pk)]


class TestMoney:
    def test_accounts_of_the_year_and_of_a_part_of_it(self, caban: Told) -> None:
        year = a_report()
        values = {one.code: one.value for one in fill(year).lines if one.kind == "money"}
        half = a_report(pack=a_pack(), last=dt.date(2025, 6, 1))
        part = {one.code: one.value for one in fill(half).lines if one.kind == "money"}

        assert values == {
            "granted": 12000, "received": 9000, "spent": Decimal("2999.99"), "spent_staff": 2000,
            "left": Decimal("9000.01"),
        }  # fmt: skip
        assert part["granted"] == (Decimal(12000) * 181 / 365).quantize(Decimal("0.01"))
        assert (part["spent"], part["left"]) == (2000, 10000)
        assert [(one.code, one.value) for one in line(year, "spent").by_value] == [
            ("staff", 2000),
            ("equipment", Decimal("999.99")),
        ]

    def test_a_ratio_shows_both_and_says_why_it_has_no_number(self, caban: Told) -> None:
        report = a_report(language="en")

        cost = line(report, "cost_visit")
        assert cost.value == (Decimal("2999.99") / (by_hand(caban) * 40 // 100)).quantize(Decimal("0.01"))
        assert (cost.numerator, cost.denominator, cost.unit["en"]) == ("spent", "visits", "€")
        cost = line(report, "cost_hour")
        assert cost.value is None and "is zero" in cost.note  # the invented network has no desk
        with mock.patch.object(Book, "sum", return_value=Sum((0, 0, 0), 12, ())):
            assert "withheld" in line(report, "cost_visit").note
            assert line(report, "visits").withheld > 0 and line(report, "visits").whole == 0


class TestKeys:
    def test_above_100_percent_is_refused_and_says_what_is_left(self, caban: Told) -> None:
        other = a_report("fondation")
        report = a_report()
        poste, grant = caban.cast.poste.pk, grant_of("region").pk

        with pytest.raises(ValidationError, match=r"above 100 %: Rue de la Poste in 2025 has 80 % left \(Don 2025"):
            set_keys(pk=report.pk, keys={(grant, poste, 2025): Decimal("80.01")})
        assert set_keys(pk=report.pk, keys={(grant, poste, 2025): Decimal(80)}) == 1
        assert set_keys(pk=report.pk, keys={(grant, poste, 2025): Decimal(80)}) == 0
        gift = grant_of("fondation").pk
        with pytest.raises(ValidationError, match="20 % left"):
            set_keys(pk=other.pk, keys={(gift, poste, 2025): Decimal(21)})

    def test_a_proposal_takes_no_more_than_others_leave(self, caban: Told) -> None:
        other = a_report("fondation")
        set_keys(pk=other.pk, keys={(grant_of("fondation").pk, caban.cast.poste.pk, 2025): Decimal(75)})

        report = a_report()

        assert key_of(report, caban.cast.poste.pk) == Decimal(25)

    def test_the_key_of_a_report_that_was_signed_stays(self, caban: Told) -> None:
        pack = a_pack()
        report = written(a_report(pack=pack, last=dt.date(2025, 6, 1)))
        services.sign(pk=report.pk, name="Dries", role="x", by=DRIES)
        later = a_report(pack=pack, first=dt.date(2025, 7, 1))

        for one in (report, later):
            with pytest.raises(ValidationError, match="signed"):
                set_keys(pk=one.pk, keys={(grant_of("region").pk, caban.cast.poste.pk, 2025): Decimal(1)})

    def test_an_epn_that_the_grant_got_later_has_no_key_until_one_is_added(self, caban: Told) -> None:
        report = written(a_report())
        Allocation.objects.create(grant=grant_of("region"), kind="epn", epn_id=caban.cast.abattoirs.pk, amount_eur=500)

        assert [one.text for one in fill(report).missing] == ["Keys are missing for Abattoirs."]

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(st.integers(0, 5000), min_size=1, max_size=6),
        st.lists(st.lists(st.integers(0, 10000), min_size=6, max_size=6), min_size=1, max_size=5),
    )
    def test_what_all_funders_are_told_is_never_more_than_there_is(
        self, work: list[int], wanted: list[list[int]]
    ) -> None:
        left = [10000] * 6
        told = 0
        for funder in wanted:
            for epn, number in enumerate(work):
                key = min(funder[epn], left[epn])
                left[epn] -= key
                told += part_of(number, Decimal(key) / 100)

        assert told <= sum(work)


class TestWriting:
    def test_a_correction_keeps_the_computed_value_and_needs_its_reason(self, caban: Told) -> None:
        report = a_report()

        with mock.patch.object(Book, "sum", return_value=Sum((10, 600, 600), 0, ())):
            computed = line(report, "hours_open").value
            with pytest.raises(ValidationError, match="Say why"):
                services.write_value(pk=report.pk, code="hours_open", number=Decimal(3))
            with pytest.raises(ValidationError, match="in all"):
                services.write_value(pk=report.pk, code="hours_open", number=Decimal(10**6), text="more")
            services.write_value(pk=report.pk, code="hours_open", number=Decimal(3), text="Sans les doublons.")
            told = line(report, "hours_open")

        assert computed and (told.value, told.computed, told.note) == (3, computed, "Sans les doublons.")

    def test_a_number_of_people_is_never_written_in_place_of_a_published_one(self, caban: Told) -> None:
        """Whoever knows the true one would tell what is withheld of it: it is corrected by a release."""
        report = a_report()

        with pytest.raises(ValidationError, match="takes no number"):
            services.write_value(pk=report.pk, code="visits", number=Decimal(3), text="Sans les doublons.")

    @pytest.mark.parametrize(
        ("code", "number", "text", "said"),
        [
            ("spent", "5", "x", "takes no number"),
            ("themes", "5", "x", "takes no number"),
            ("hours_open", "1e30", "x", "Write a number"),
            ("hours_open", "-1", "x", "Write a number"),
            ("hours_open", "NaN", "x", "Write a number"),
            ("hours_open", "1.234", "x", "two decimals"),
            ("done", None, "a\0b", "can't be saved"),
            ("done", None, "x" * 8001, "8,000|8000"),
            ("done", None, "Marie, 0475 12 34 56", "personal data"),
            ("nothing", None, "x", "isn't in the pack"),
        ],
    )
    def test_bad_input_is_refused_by_name(
        self, caban: Told, code: str, number: str | None, text: str, said: str
    ) -> None:
        report = a_report()

        with pytest.raises(ValidationError, match=said):
            services.write_value(pk=report.pk, code=code, number=None if number is None else Decimal(number), text=text)

    def test_a_declared_number_of_few_people_is_warned_about(self, caban: Told) -> None:
        report = a_report()
        PackLine.objects.create(
            version=report.pack_version, position=99, code="stages", kind="declared", label_fr="Stagiaires"
        )

        assert "“Stagiaires”: write the number." in [one.text for one in fill(report).missing]
        for number, warned in ((0, False), (4, True), (5, False)):
            services.write_value(pk=report.pk, code="stages", number=Decimal(number), text="=1+1 <b>x</b>")
            assert bool(fill(report).warnings) is warned
        assert line(report, "stages").note == "=1+1 <b>x</b>"
        assert replace(line(report, "stages"), note="") != line(report, "stages")

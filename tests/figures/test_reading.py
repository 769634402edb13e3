"""Reading the figures: inside the federation only, and never a sum that means nothing."""

import datetime as dt

import pytest

from network.figures.selectors import Cut, Moment, NotAPartitionError, _stock_days, flows, moment_of, stocks
from tenants.registry.errors import NoSpaceError
from tests.cadastre.conftest import after_commit  # noqa: F401
from tests.cadastre.deeds import visits
from tests.conftest import Cast, inside

YEAR = {"first": dt.date(2022, 1, 1), "last": dt.date(2022, 12, 1)}


def by(*names: str) -> frozenset[str]:
    return frozenset(names)


def test_values_that_overlap_have_no_sum(cast: Cast) -> None:
    with inside(cast.caban):
        for dimension in ("theme", "audience"):
            with pytest.raises(NotAPartitionError):
                flows([Cut("visits", dimension, by("month"))], **YEAR)
            assert flows([Cut("visits", dimension, by("month", "value"))], **YEAR) == []


@pytest.mark.parametrize("cut", [Cut("people"), Cut("visits", "shoe_size"), Cut("visits", "", by("name"))])
def test_what_is_not_declared_is_refused(cast: Cast, cut: Cut) -> None:
    with inside(cast.caban), pytest.raises(KeyError):
        flows([cut], **YEAR)


def test_figures_are_read_in_their_federation_only(cast: Cast) -> None:
    moment = Moment(None, dt.date(2022, 12, 31), dt.date(2022, 12, 31), None, None)
    for read in (
        lambda: flows([Cut("visits")], **YEAR),
        lambda: moment_of(dt.date(2022, 12, 31)),
        lambda: stocks(moment, [""], epn_ids=[1]),
    ):
        with pytest.raises(NoSpaceError):
            read()
        with inside(cast.poste), pytest.raises(NoSpaceError):
            read()


def test_totals_and_the_sums_of_the_epn_say_the_same(cast: Cast, after_commit) -> None:  # noqa: F811
    with after_commit():
        visits(cast.poste, "2022-03-02", "2022-04-02", themes=("tax", "bank"))
        visits(cast.abattoirs, "2022-03-02")
    cuts = [
        Cut("visits"),
        Cut("visits", "", by("month")),
        Cut("visits", "", by("month", "commune")),
        Cut("visits", "theme", by("value")),
        Cut("visits", "mode", by("value", "month")),
        Cut("visits", "mode", by("value")),
        Cut("turned_away", "", by("month")),
        Cut("visits", latest=True),
    ]
    both = [cast.poste.pk, cast.abattoirs.pk]

    with inside(cast.caban):
        one_by_one = []
        for cut in cuts:
            totals = flows([cut], **YEAR)
            sums = flows([cut], **YEAR, epn_ids=both)
            assert (totals or cut.figure == "turned_away") and sorted(map(str, totals)) == sorted(map(str, sums)), cut
            one_by_one += totals
        assert one_by_one[-1].month == dt.date(2022, 4, 1), "the latest in which something was"
        assert sorted(map(str, flows(cuts, **YEAR))) == sorted(map(str, one_by_one)), "the same when read together"
        (schaerbeek,) = flows([Cut("visits")], **YEAR, commune="21015")
        assert schaerbeek.count == 2
        per_epn = {cell.epn_id: cell.count for cell in flows([Cut("visits", "", by("epn"))], **YEAR)}
        assert per_epn == {cast.poste.pk: 2, cast.abattoirs.pk: 1}
        latest = {cell.epn_id: cell.month for cell in flows([Cut("visits", "", by("epn"), latest=True)], **YEAR)}
        assert latest == {cast.poste.pk: dt.date(2022, 4, 1), cast.abattoirs.pk: dt.date(2022, 3, 1)}


@pytest.mark.parametrize(
    ("asked", "swept", "latest", "day", "since"),
    [
        ("2022-12-31", "2026-10-31", "2022-12-31", "2022-12-31", "2022-12-31"),  # a past year
        ("2022-12-31", "2026-10-31", "2022-11-30", "2022-12-31", "2022-12-31"),  # its contracts had ended
        ("2022-06-15", "2026-10-31", "2022-05-31", "2022-05-31", "2022-05-31"),  # stocks are of month ends
        ("2026-12-31", "2026-10-20", "2026-10-20", "2026-10-20", "2026-10-20"),  # the running year
        ("2026-12-31", "2026-10-20", "2026-11-22", "2026-11-22", "2026-10-20"),  # an EPN wrote after the sweep
        ("2026-12-31", None, "2026-11-22", "2026-11-22", "2026-10-31"),  # nothing was ever swept
        ("2020-12-31", None, None, "2020-12-31", "2020-12-31"),
    ],
)
def test_the_day_of_the_stocks(asked: str, swept: str | None, latest: str | None, day: str, since: str) -> None:
    def of(text: str | None) -> dt.date | None:
        return None if text is None else dt.date.fromisoformat(text)

    found = _stock_days(dt.date.fromisoformat(asked), of(swept), of(latest))

    assert found == (of(day), of(since))

"""Whether what a questionnaire asks can be answered: exactly, and with the names of what contradicts."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from network.cadastre.editions.contradictions import Bounds, Relation, Saying, contradiction, fits


def test_bounds_and_rules_that_fit_are_let_through() -> None:
    assert contradiction([]) == []
    assert contradiction(
        [
            Bounds("part", Decimal(0), Decimal(5)),
            Bounds("whole", Decimal(2), None),
            Relation("part", "at_most", ("whole",)),
            Relation("whole", "equal", ("part", "rest")),
        ]
    ) == []  # fmt: skip


def test_what_contradicts_is_named_and_nothing_else() -> None:
    low, high = Bounds("a", Decimal(0), Decimal(5)), Bounds("b", Decimal(6), None)
    rule, other = Relation("a", "at_least", ("b",)), Relation("a", "at_most", ("c",))

    assert contradiction([low, high, other, rule, Bounds("c", Decimal(0), None)]) == [low, high, rule]


def test_a_circle_of_rules_is_seen_through() -> None:
    """a = b + c and b = a + d, where c is nothing or more and d is one or more."""
    circle = [Relation("a", "equal", ("b", "c")), Relation("b", "equal", ("a", "d"))]
    bounds = [Bounds("c", Decimal(0), None), Bounds("d", Decimal(1), None)]

    assert contradiction([*circle, *bounds]) == [*circle, *bounds]
    assert fits([*circle, bounds[0]])


CODES = ["a", "b", "c", "d"]


@given(
    point=st.fixed_dictionaries({code: st.integers(-5, 20) for code in CODES}),
    rules=st.lists(
        st.tuples(st.sampled_from(CODES), st.lists(st.sampled_from(CODES), min_size=1, max_size=3)), max_size=6
    ),
    slack=st.integers(0, 3),
)
def test_what_one_answer_meets_is_never_refused(
    point: dict[str, int], rules: list[tuple[str, list[str]]], slack: int
) -> None:
    sayings: list[Saying] = [Bounds(code, Decimal(at - slack), Decimal(at + slack)) for code, at in point.items()]
    for left, right in rules:
        total = sum(point[code] for code in right)
        comparison = "equal" if point[left] == total else "at_most" if point[left] < total else "at_least"
        sayings.append(Relation(left, comparison, tuple(right)))

    assert contradiction(sayings) == []


@given(
    sayings=st.lists(
        st.one_of(
            st.builds(Bounds, st.sampled_from(CODES), st.integers(0, 3).map(Decimal), st.integers(3, 6).map(Decimal)),
            st.builds(
                Relation, st.sampled_from(CODES), st.sampled_from(["at_most", "at_least", "equal"]),
                st.lists(st.sampled_from(CODES), min_size=1, max_size=2).map(tuple),
            ),
        ),
        max_size=8, unique=True,
    )
)  # fmt: skip
def test_each_named_saying_is_needed_for_the_contradiction(sayings: list[Saying]) -> None:
    sayings = [one for at, one in enumerate(sayings) if not _bounded_before(sayings[:at], one)]
    found = contradiction(sayings)

    assert bool(found) is not fits(sayings)
    for one in found:
        assert fits([other for other in found if other is not one])


def _bounded_before(earlier: list[Saying], one: Saying) -> bool:
    return isinstance(one, Bounds) and any(isinstance(other, Bounds) and other.code == one.code for other in earlier)

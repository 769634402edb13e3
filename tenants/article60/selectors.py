"""Reading article 60 contracts: their work and rules for the clock, and what ends when."""

from __future__ import annotations

import copy
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q, QuerySet

from maillage.reference.selectors import dated_rules
from tenants.article60.clock import RULES, Estimate, Rule, Work, days_worked, estimate
from tenants.article60.enums import ARTICLE_60, MONTHS_BEFORE, OUTCOMES, EndOf
from tenants.article60.models import Convention, Evaluation
from tenants.article60.months import months_before
from tenants.registry.crossing import current_place
from tenants.registry.models import Federation
from tenants.staff.enums import AfterEnd
from tenants.staff.models import Contract
from tenants.staff.selectors import contracts, with_terms
from tenants.staff.terms import stretches

COUNTRY = "be"
YEARS_AHEAD = 10  # the clock gives up there: with so few hours, there is no end to speak of


# --- the clock -------------------------------------------------------------------------------------------------


def rules_of(regions: Sequence[str]) -> list[Rule]:
    """Our rules as the clock wants them; the region's own come before its country's."""
    return [
        Rule(one.rule, one.valid_from, one.valid_to, one.value, one.source)
        for one in dated_rules(RULES, regions)
        if one.value is not None
    ]


def regions_here() -> tuple[str, ...]:
    """The region whose rules hold for this EPN: its network's, and the country."""
    networks = Federation.objects.filter(affiliations__epn=current_place().space_id, affiliations__until__isnull=True)
    found: str | None = networks.values_list("region", flat=True).first()
    return (found, COUNTRY) if found and found != COUNTRY else (COUNTRY,)


def work_of(contract: Contract, *, hours_per_week: Decimal | None = None) -> list[Work]:
    """The contract's work without its breaks, going on at its last terms after the planned end.

    `hours_per_week`: of the whole contract with the CPAS, where the EPN has only a part of it.
    """
    endless = copy.copy(contract)
    endless.planned_end = None
    horizon = dt.date(contract.starts_on.year + YEARS_AHEAD, 12, 31)
    return [
        Work(one.first, one.last, Fraction(hours_per_week or one.hours_per_week) / Fraction(one.full_time_hours))
        for one in stretches(endless, contract.starts_on, horizon)
    ]


@dataclass(frozen=True)
class Clock:
    """How a contract stands on a day. `ends_on` by `by`: the truth as far as it is known, else our estimate."""

    contract: Contract
    convention: Convention | None
    day: dt.date
    estimate: Estimate
    days: Fraction  # of the six-day regime, up to and including the day, with those that are known from before
    by: EndOf
    ends_on: dt.date | None

    @property
    def whole_days(self) -> int:
        return int(self.days)

    @property
    def target(self) -> Decimal | None:
        """The days that are wanted, when there is only one answer."""
        rules = {one.rule.value for one in (self.estimate.earliest, self.estimate.latest) if one.rule is not None}
        return rules.pop() if len(rules) == 1 and not self.estimate.is_range else None

    @property
    def days_left(self) -> int | None:
        return None if self.ends_on is None else (self.ends_on - self.day).days

    @property
    def step(self) -> int | None:
        """Of 6, 3 and 1 month before the end, the nearest that has come; None before them, and after the end."""
        return step_of(self.ends_on, self.day)

    @property
    def differs(self) -> bool:
        """The CPAS has another end than the contract: it is said, and can be taken over."""
        planned = self.contract.planned_end
        return self.by is EndOf.CPAS and planned is not None and planned != self.ends_on

    @property
    def estimate_differs(self) -> int | None:
        """Days by which our estimate is later than the known end (negative: earlier)."""
        if self.by is EndOf.ESTIMATE or self.estimate.day is None or self.ends_on is None:
            return None
        return (self.estimate.day - self.ends_on).days


def step_of(ends_on: dt.date | None, day: dt.date) -> int | None:
    if ends_on is None or ends_on < day:
        return None
    return min((months for months in MONTHS_BEFORE if months_before(ends_on, months) <= day), default=None)


def convention_of(contract: Contract) -> Convention | None:
    try:
        found: Convention = contract.convention
    except ObjectDoesNotExist:
        return None
    return found


def end_of(
    contract: Contract, convention: Convention | None, estimated: dt.date | None
) -> tuple[EndOf, dt.date | None]:
    """What is known wins: the real end, the date of the CPAS, the planned end; then our estimate."""
    if contract.ended_on is not None:
        return EndOf.REAL, contract.ended_on
    if convention is not None and convention.cpas_end is not None:
        return EndOf.CPAS, convention.cpas_end
    if contract.planned_end is not None:
        return EndOf.PLANNED, contract.planned_end
    return EndOf.ESTIMATE, estimated


def clock_of(contract: Contract, day: dt.date, rules: Sequence[Rule] | None = None) -> Clock:
    """`contract` with its terms, breaks and person at hand; the rules are read when they aren't given."""
    convention = convention_of(contract)
    work = work_of(contract, hours_per_week=convention.hours_per_week if convention else None)
    prior = convention.prior_days if convention else None
    found = estimate(
        work,
        rules_of(regions_here()) if rules is None else rules,
        born_on=contract.member.born_on,
        prior_days=prior,
    )
    by, ends_on = end_of(contract, convention, found.day)
    return Clock(contract, convention, day, found, days_worked(work, day) + (prior or 0), by, ends_on)


def clocks_of(found: Iterable[Contract], day: dt.date) -> list[Clock]:
    rules = rules_of(regions_here())
    return [clock_of(one, day, rules) for one in found]


def what_if(
    *, starts_on: dt.date, hours_per_week: Decimal, full_time_hours: Decimal, prior_days: int | None, group: str = ""
) -> Estimate:
    """The estimate of a contract that is only imagined."""
    horizon = dt.date(starts_on.year + YEARS_AHEAD, 12, 31)
    work = [Work(starts_on, horizon, Fraction(hours_per_week) / Fraction(full_time_hours))]
    return estimate(work, rules_of(regions_here()), group=group, prior_days=prior_days)


# --- contracts -------------------------------------------------------------------------------------------------


def article60_contracts() -> QuerySet[Contract]:
    found: QuerySet[Contract] = with_terms(contracts()).filter(type=ARTICLE_60).select_related("convention")
    return found


def running_clocks(day: dt.date) -> list[Clock]:
    """Those that go on or are to come, by whatever date is the truth; the nearest end first."""
    still = Q(planned_end__isnull=True) | Q(planned_end__gte=day) | Q(convention__cpas_end__gte=day)
    found = article60_contracts().filter(Q(ended_on__isnull=True) & still | Q(ended_on__gte=day))
    clocks = [one for one in clocks_of(found, day) if one.ends_on is None or one.ends_on >= day]
    return sorted(clocks, key=lambda one: (one.ends_on or dt.date.max, one.contract.pk))


def own_clocks(person_id: int, day: dt.date) -> list[Clock]:
    """A person's own article 60 contracts, the latest first."""
    return clocks_of(article60_contracts().filter(member__account=person_id).order_by("-starts_on", "-pk"), day)


def next_evaluations(conventions: Iterable[Convention]) -> dict[int, Evaluation]:
    """By convention: the evaluation that is planned and not done yet, the earliest."""
    waiting = Evaluation.objects.filter(convention__in=list(conventions), done_on__isnull=True)
    found: dict[int, Evaluation] = {}
    for one in waiting.order_by("planned_on", "pk"):
        found.setdefault(one.convention_id, one)
    return found


# --- what became of people -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class YearOfEnds:
    """How many contracts ended in a year, by what came after; `unwritten`: nobody wrote it yet."""

    year: int
    ended: int
    by_outcome: tuple[int, ...]  # in the order of OUTCOMES
    unwritten: int

    @property
    def known(self) -> int:
        """Of whom it is known: the whole of a share."""
        return sum(self.by_outcome) - self.by_outcome[OUTCOMES.index(AfterEnd.UNKNOWN)]

    @property
    def found_work(self) -> int:
        return sum(self.by_outcome[OUTCOMES.index(one)] for one in (AfterEnd.JOB, AfterEnd.JOB_HERE))


def ended_article60(day: dt.date) -> list[Contract]:
    """Those that have ended, the latest end first."""
    ended = Q(ended_on__lt=day) | Q(ended_on__isnull=True, planned_end__lt=day)
    later = Q(ended_on__isnull=True, convention__cpas_end__gte=day)
    found = contracts().filter(ended, type=ARTICLE_60).exclude(later).select_related("convention")
    return sorted(found, key=lambda one: (known_end(one), one.pk), reverse=True)


def known_end(contract: Contract) -> dt.date:
    """The last day of a contract that has one."""
    return end_of(contract, convention_of(contract), None)[1] or dt.date.max


def years_of_ends(found: Iterable[Contract]) -> list[YearOfEnds]:
    """The latest year first."""
    years: dict[int, Counter[str]] = {}
    for one in found:
        years.setdefault(known_end(one).year, Counter())[one.after_end] += 1
    return [
        YearOfEnds(year, counts.total(), tuple(counts[one] for one in OUTCOMES), counts[""])
        for year, counts in sorted(years.items(), reverse=True)
    ]

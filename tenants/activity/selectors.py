"""Reading what happened at the EPN: the home page's habits and tally, the journal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, Model, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from maillage.accounts.models import Person
from maillage.reference.selectors import terms
from maillage.reference.sorting import Alphabetical
from tenants.activity.enums import ChangeKind
from tenants.activity.models import Visit, VisitChange
from tenants.activity.undo import may_undo
from tenants.premises.models import Site
from tenants.registry.crossing import current_place, looking_outside, outside
from tenants.registry.enums import Role
from tenants.registry.models import Affiliation
from tenants.registry.selectors import people_of, with_role
from tenants.staff.models import Contract
from tenants.staff.selectors import in_force

HABIT_OF = dt.timedelta(days=90)
ENOUGH_TO_BE_A_HABIT = 50  # visits
LOOK_BACK = 50  # visits; the last ones tell who does what, where and how
FIRST_MINUTES = 20  # what a new EPN's first form proposes
FIRST_MODE = "individual"


def visits() -> QuerySet[Visit]:
    found: QuerySet[Visit] = Visit.objects.filter(deleted_at__isnull=True)
    return found


def visits_with_deleted() -> QuerySet[Visit]:
    """For who follows the changes: a deletion is one."""
    found: QuerySet[Visit] = Visit.objects.all()
    return found


def journal(*, with_deleted: bool = False) -> QuerySet[Visit]:
    """Visits, latest first, with what a line of the journal shows."""
    found = visits_with_deleted() if with_deleted else visits()
    return found.select_related("site", "animator").order_by("-date", "-pk")


# --- the history of a visit -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HistoryLine:
    """Something that was done to a visit. `before` and `after`: what differed, by the names of its columns."""

    at: dt.datetime
    by: Person | None
    kind: ChangeKind
    before: dict[str, Any]
    after: dict[str, Any]


def history_of(visit: Visit) -> list[HistoryLine]:
    """Oldest first, beginning with how it was logged. One statement; `recorded_by` is best read with the visit."""
    changes = VisitChange.objects.filter(visit=visit.pk).select_related("by").order_by("at", "pk")
    lines = [HistoryLine(one.at, one.by, ChangeKind(one.kind), one.before, one.after) for one in changes]
    if not any(one.kind == ChangeKind.IMPORTED for one in lines):
        lines.insert(0, HistoryLine(visit.created_at, visit.recorded_by, ChangeKind.RECORDED, {}, {}))
    return lines


# --- home -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Habits:
    """What the form proposes, and the visit that one may still take back."""

    minutes: int
    mode: str
    site_id: int | None
    animator_id: int | None
    undoable: Visit | None


def habits(*, person_id: int, sites: list[Site]) -> Habits:
    """From this person's last visit, else from the EPN's last one, else a modest guess."""
    recent = list(visits().annotate(appointment=F("made_of")).order_by("-pk")[:LOOK_BACK])
    own = [one for one in recent if one.recorded_by_id == person_id]
    # What was made of an appointment says nothing of whoever comes next: its mode, its animator were the appointment's.
    usual = [one for one in recent if one.appointment is None]
    own_usual = [one for one in usual if one.recorded_by_id == person_id]
    last = next(iter(own_usual or usual), None)
    open_sites = {site.pk for site in sites}
    site_id = last.site_id if last and last.site_id in open_sites else None
    return Habits(
        minutes=last.minutes if last else FIRST_MINUTES,
        mode=last.mode if last else FIRST_MODE,
        site_id=site_id or (sites[0].pk if sites else None),
        animator_id=last.animator_id if own_usual and last else person_id,
        undoable=own[0] if own and may_undo(by_id=person_id, at=own[0].created_at, person_id=person_id) else None,
    )


def themes_by_habit(today: dt.date) -> list[str]:
    """Codes of the themes, what this EPN does most in 90 days first, then in the vocabulary's order.

    Once there is a habit, today doesn't count: tiles that move between two visits are pressed by mistake.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.code, count(*) FILTER (WHERE v.date < %(today)s), count(*)"
            " FROM activity_visit v CROSS JOIN LATERAL unnest(v.themes) AS t(code)"
            " WHERE v.deleted_at IS NULL AND v.date >= %(since)s AND v.date <= %(today)s GROUP BY t.code",
            {"today": today, "since": today - HABIT_OF},
        )
        rows = cursor.fetchall()
    settled = sum(before for _code, before, _all in rows) >= ENOUGH_TO_BE_A_HABIT
    times = {code: before if settled else every for code, before, every in rows}
    return sorted((term.code for term in terms("theme")), key=lambda code: -times.get(code, 0))


@dataclass(frozen=True)
class Tally:
    visits: int
    attendances: int
    minutes: int


def tally(found: QuerySet[Visit]) -> Tally:
    sums = found.order_by().aggregate(
        n=Count("pk"), people=Coalesce(Sum("attendances"), 0), minutes=Coalesce(Sum("minutes"), 0)
    )
    return Tally(visits=sums["n"], attendances=sums["people"], minutes=sums["minutes"])


def tally_of_day(day: dt.date) -> Tally:
    return tally(visits().filter(date=day))


def open_sites() -> list[Site]:
    return list(Site.objects.filter(retired_at__isnull=True).order_by(Alphabetical("name"), "pk"))


def animators(space_id: int) -> list[Person]:
    """Who may log here now, by name. Memberships are the register's, so this looks outside the space."""
    with outside():
        return people_of(space_id)


BY_NAME = f"SELECT id, name FROM {{table}} ORDER BY {Alphabetical.template % {'expressions': 'name'}}, id"


def sites_of_the_journal() -> list[tuple[int, str]]:
    return _by_name(Site)


def people_of_the_journal() -> list[tuple[int, str]]:
    """Those who work or worked here, by name: the wall shows a space no others."""
    return _by_name(Person)


def _by_name(model: type[Model]) -> list[tuple[int, str]]:
    """For every page of the journal: worded once, not by the ORM each time."""
    with connection.cursor() as cursor:
        cursor.execute(BY_NAME.replace("{table}", connection.ops.quote_name(model._meta.db_table)))
        rows: list[tuple[int, str]] = cursor.fetchall()
    return rows


# --- what a write must know -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Surroundings:
    contract_id: int | None
    minutes_that_day: int
    animator_is_known: bool
    contract_type: str | None = None  # this one and the next only when it was asked who may act for somebody
    done_for_excluded: tuple[str, ...] = ()


def surroundings(
    *, site_id: int, animator_id: int | None, day: dt.date, without: int | None = None, who_may_act: bool = False
) -> Surroundings | None:
    """In one statement: the animator's contract and other minutes of that day. None where the site doesn't exist.

    `who_may_act`: also the contract's type, and the types to which the network doesn't allow "done for".
    """
    contract = Contract.objects.filter(in_force(day), member__account=animator_id).order_by("-starts_on", "-pk")
    others = visits().filter(animator=animator_id, date=day).order_by()
    if without is not None:
        others = others.exclude(pk=without)
    more = {}
    if who_may_act:
        more = {"type": Subquery(contract.values("type")[:1]), "excluded": Subquery(_rule_of_done_for())}
    row = (
        Site.objects.filter(pk=site_id)
        .order_by()
        .values(
            contract=Subquery(contract.values("pk")[:1]),
            spent=Coalesce(Subquery(others.values("animator").annotate(sum=Sum("minutes")).values("sum")), Value(0)),
            known=Exists(Person.objects.filter(pk=animator_id or 0)),
            **more,
        )
        .first()
    )
    if row is None:
        return None
    return Surroundings(
        contract_id=row["contract"],
        minutes_that_day=row["spent"],
        animator_is_known=row["known"],
        contract_type=row.get("type"),
        done_for_excluded=tuple(row.get("excluded") or ()),
    )


def _rule_of_done_for() -> QuerySet[Affiliation, list[str]]:
    """The rule of the network to which the EPN belongs now."""
    here = Affiliation.objects.filter(epn=current_place().space_id, until__isnull=True).order_by("-since")
    return here.values_list("federation__done_for_excluded", flat=True)[:1]


def done_for_excluded() -> tuple[str, ...]:
    return tuple(_rule_of_done_for().first() or ())


def volunteers_among(accounts: Iterable[int]) -> set[int]:
    """Who of them is a volunteer here by their role. Roles are the register's: this looks outside the space."""
    space_id = current_place().space_id or 0
    with looking_outside():
        return with_role(space_id, Role.VOLUNTEER, accounts)


def contracts_by_account(accounts: Iterable[int]) -> dict[int, list[tuple[int, str, dt.date, dt.date]]]:
    """For each account: (contract, type, first day, last day), latest start first."""
    found: dict[int, list[tuple[int, str, dt.date, dt.date]]] = {}
    rows = Contract.objects.filter(member__account__in=set(accounts)).order_by("-starts_on", "-pk")
    for account, pk, kind, starts, ended, planned in rows.values_list(
        "member__account", "pk", "type", "starts_on", "ended_on", "planned_end"
    ):
        found.setdefault(account, []).append((pk, kind, starts, ended or planned or dt.date.max))
    return found


def known_people(ids: Iterable[int]) -> set[int]:
    """Those of these accounts whose holders work or worked here."""
    return set(Person.objects.filter(pk__in=set(ids)).values_list("pk", flat=True))


def minutes_by_day(accounts: Iterable[int], first: dt.date, last: dt.date) -> dict[tuple[int, dt.date], int]:
    rows = (
        visits()
        .filter(animator__in=set(accounts), date__range=(first, last))
        .order_by()
        .values_list("animator", "date")
        .annotate(sum=Sum("minutes"))
    )
    return {(animator, day): spent for animator, day, spent in rows}


def today() -> dt.date:
    return timezone.localdate()

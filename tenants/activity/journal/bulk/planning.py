"""What a correction of many visits would do: which change, which are as they should be, which can't and why."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.activity.journal.filters import journal_filter
from tenants.activity.models import Visit
from tenants.activity.rules import (
    VISIT_FIELDS,
    Actor,
    Problems,
    asks_who_acts,
    done_for_problems,
    may_change,
    too_long_a_day,
    visit_problems,
)
from tenants.activity.selectors import contracts_by_account, done_for_excluded, known_people, minutes_by_day, visits
from tenants.premises.models import Site
from tenants.registry.enums import Role

MOST_VISITS = 5_000  # at once
# What may be corrected of many visits, and the attribute that it is.
FIELDS = {
    "site": ("site_id", gettext_lazy("Site")),
    "animator": ("animator_id", gettext_lazy("Animator")),
    "mode": ("mode", gettext_lazy("Mode")),
    "outcome": ("outcome", gettext_lazy("Outcome")),
    "theme_add": ("themes", gettext_lazy("Add a theme")),
    "theme_remove": ("themes", gettext_lazy("Take a theme away")),
}
Value = str | int | None


@dataclass(frozen=True)
class Selection:
    """Which visits: those that were ticked, or all that the filters find."""

    ids: tuple[int, ...] = ()
    filters: tuple[tuple[str, str], ...] | None = None

    def visits(self) -> QuerySet[Visit]:
        if self.filters is None:
            return visits().filter(pk__in=self.ids)
        filterset = journal_filter(dict(self.filters))
        found: QuerySet[Visit] = visits().none() if filterset.of_deleted else filterset.found
        return found


@dataclass
class Plan:
    changes: list[tuple[Visit, Visit]] = field(default_factory=list)  # as it is, as it would be
    unchanged: int = 0
    refused: list[tuple[Visit, str]] = field(default_factory=list)

    @property
    def reasons(self) -> list[tuple[str, list[Visit]]]:
        """The visits that can't be corrected, by why."""
        found: dict[str, list[Visit]] = {}
        for visit, reason in self.refused:
            found.setdefault(reason, []).append(visit)
        return sorted(found.items(), key=lambda one: -len(one[1]))


def plan(found: Iterable[Visit], *, what: str, value: Value, actor: Actor) -> Plan:
    """A few statements, however many visits. Raises ValidationError on a site or a person of elsewhere."""
    attribute, _label = FIELDS[what]
    many = list(found)
    made = Plan()
    checks = _Checks.of(many, attribute, value)
    for visit in many:
        if not may_change(visit, actor):
            made.refused.append((visit, _("Not one of your own visits of the last 7 days.")))
            continue
        changed = _changed(visit, what, attribute, value)
        if getattr(changed, attribute) == getattr(visit, attribute):
            made.unchanged += 1
            continue
        problems = checks.problems_of(visit, changed, actor)
        if problems:
            texts = [text for each in problems.values() for one in each for text in one.messages]
            made.refused.append((visit, " ".join(dict.fromkeys(texts))))
        else:
            made.changes.append((visit, changed))
    return made


def _changed(visit: Visit, what: str, attribute: str, value: Value) -> Visit:
    changed = Visit(**{one.attname: getattr(visit, one.attname) for one in Visit._meta.concrete_fields})
    if what == "theme_add":
        changed.themes = [*visit.themes, *([str(value)] if value not in visit.themes else [])]
    elif what == "theme_remove":
        changed.themes = [one for one in visit.themes if one != value]
    else:
        setattr(changed, attribute, value)
    return changed


class _Checks:
    """What must be looked up once for all of them; only a new animator asks for more than the rules."""

    def __init__(self, animator_id: int | None) -> None:
        self.animator_id = animator_id
        self.minutes: dict[tuple[int, dt.date], int] = defaultdict(int)
        self.contracts: list[tuple[int, str, dt.date, dt.date]] = []
        self.excluded: tuple[str, ...] = ()

    @classmethod
    def of(cls, many: list[Visit], attribute: str, value: Value) -> _Checks:
        checks = cls(int(value) if attribute == "animator_id" and value is not None else None)
        if attribute == "site_id" and not Site.objects.filter(pk=value).exists():
            raise ValidationError(_("This site doesn't exist here."), code="unknown_site")
        if checks.animator_id is not None and many:
            one = checks.animator_id
            if one not in known_people([one]):
                raise ValidationError(_("This person doesn't work here."), code="unknown_animator")
            days = [visit.date for visit in many]
            checks.minutes.update(minutes_by_day([one], min(days), max(days)))
            checks.contracts = contracts_by_account([one]).get(one, [])
        if attribute == "animator_id" and any(visit.autonomy == "done_for" for visit in many):
            checks.excluded = done_for_excluded()
        return checks

    def problems_of(self, visit: Visit, changed: Visit, actor: Actor) -> Problems:
        found = visit_problems({name: getattr(changed, name) for name in VISIT_FIELDS}, visit)
        if changed.animator_id == visit.animator_id:
            return found
        contract_id, kind = next(
            ((pk, kind) for pk, kind, starts, ends in self.contracts if starts <= visit.date <= ends), (None, None)
        )
        changed.contract_id = contract_id
        if asks_who_acts(changed, visit):
            volunteers = actor.role == Role.VOLUNTEER and changed.animator_id in (None, actor.person_id)
            if problems := done_for_problems(kind, volunteers=volunteers, excluded=self.excluded):
                found["autonomy"] = problems
        if not found and changed.animator_id is not None:
            spent = self.minutes[changed.animator_id, visit.date]
            if problems := too_long_a_day(visit.minutes, spent, visit.date):
                found["minutes"] = problems
            else:
                self.minutes[changed.animator_id, visit.date] = spent + visit.minutes
        return found

"""Writing stops on the road: planned in series, packed, held, cancelled. Every write is journalled."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from maillage.design.numbers import day_label
from maillage.design.two_versions import ChangedMeanwhile, version_of
from maillage.reference.holidays import public_holidays
from tenants.activity.rules import problem
from tenants.activity.selectors import known_people
from tenants.activity.undo import may_undo
from tenants.appointments.enums import Repeat, StopReason, StopState
from tenants.appointments.models import Stop
from tenants.appointments.rules import FURTHEST, Problems, day_problems
from tenants.appointments.stop_rules import OTHER, PlaceFacts, StopFacts, dates, repeat_problems, stop_problems
from tenants.appointments.stop_selectors import MODE
from tenants.premises.closings.selectors import closed_days
from tenants.premises.models import Site
from tenants.premises.selectors import default_site
from tenants.premises.services import add_site
from tenants.registry.enums import Country
from tenants.registry.hooks import epn_written


@dataclass(frozen=True)
class Planned:
    """The stops that were made, and the public holidays and closing days that were left out."""

    stops: list[Stop]
    left_out: list[dt.date]


def plan_stops(
    *,
    series: uuid.UUID,
    planned_by_id: int | None = None,
    place: PlaceFacts | None = None,
    repeat: str = Repeat.ONCE,
    until: dt.date | None = None,
    skip_holidays: bool = True,
    **facts: Unpack[StopFacts],
) -> Planned:
    """Put a stop in the calendar, on each of its days; with `place`, at a site that is made for it. All or none.

    The same `series` twice is one plan: what was planned is given back. Raises ValidationError by field, those of a
    new place by `place_name`, `place_postcode` and so on.
    """
    before = _series(series)
    if before:
        return Planned(before, [])
    try:
        with transaction.atomic():
            site = _site(facts.get("site_id"), place, series)
            planned = _rows(site, series, planned_by_id, repeat, until, skip_holidays, facts)
            Stop.objects.bulk_create(planned.stops)
            record(verb="stops.planned", target=f"{len(planned.stops)} stops")
    except IntegrityError:
        before = _series(series)
        if not before:
            raise _twin(None) from None
        return Planned(before, [])
    return planned


def change_stop(*, stop: Stop, seen: str = "", **facts: Unpack[StopFacts]) -> Stop:
    """Correct one stop, the others of its series stay. Raises ValidationError by field, and ChangedMeanwhile when
    `seen` (two_versions.version_of) isn't the version that stands.
    """
    try:
        with transaction.atomic():
            one = _locked(stop)
            if seen and version_of(one) != seen:
                raise ChangedMeanwhile(one)
            moved = "date" in facts and facts["date"] != one.date
            for name, value in facts.items():
                setattr(one, name, value)
            site = _site(one.site_id, None, one.series, kept=one.site_id == stop.site_id)
            if moved and (wrong := day_problems(one.date, timezone.localdate())):
                raise ValidationError({"date": wrong})
            one.packed = [code for code in one.packed if code in one.kit or (code == OTHER and one.kit_other)]
            _check([one], site)
            _save(one, "stop.changed")
    except IntegrityError:
        raise _twin(None) from None
    return one


def set_packed(*, stop: Stop, packed: Iterable[str]) -> Stop:
    """What is in the car by now. What the kit doesn't hold is left out."""
    with transaction.atomic():
        one = _locked(stop)
        wanted = set(packed)
        one.packed = [code for code in [*one.kit, *([OTHER] if one.kit_other else [])] if code in wanted]
        _save(one, "stop.packed")
    return one


def hold_stop(*, stop: Stop) -> Stop:
    """It took place. Raises ValidationError before its day."""
    with transaction.atomic():
        one = _locked(stop)
        if one.state == StopState.HELD:
            return one
        if one.date > timezone.localdate():
            raise problem(_("This stop is still to come."), "future")
        _bring_back(one)
        one.state = StopState.HELD
        _save(one, "stop.held")
    return one


def cancel_stop(*, stop: Stop, reason: str) -> Stop:
    if reason not in StopReason.values:
        raise ValidationError({"reason": [problem(_("Say why it does not take place."), "required")]})
    with transaction.atomic():
        one = _locked(stop)
        if (one.state, one.reason) != (StopState.CANCELLED, reason):
            one.state, one.reason = StopState.CANCELLED, StopReason(reason)
            _save(one, "stop.cancelled")
    return one


def plan_stop_again(*, stop: Stop) -> Stop:
    """Undo: neither held nor cancelled. Raises ValidationError when something else stands there meanwhile."""
    try:
        with transaction.atomic():
            one = _locked(stop)
            if one.state != StopState.PLANNED:
                _bring_back(one)
                one.state = StopState.PLANNED
                _save(one, "stop.planned_again")
    except IntegrityError:
        raise _twin(stop.date) from None
    return one


@transaction.atomic
def withdraw_stops(*, series: uuid.UUID, person_id: int) -> int:
    """Undo a plan that this person has just made: it then never was. Raises ValidationError when it is too late."""
    rows = list(Stop.objects.select_for_update().filter(series=series).order_by("pk"))
    fresh = [
        one
        for one in rows
        if one.state == StopState.PLANNED and may_undo(by_id=one.planned_by_id, at=one.created_at, person_id=person_id)
    ]
    if len(fresh) != len(rows):
        raise problem(_("It is too late to undo. Cancel the stops, and say why."), "too_late")
    if rows:
        Stop.objects.filter(pk__in=[one.pk for one in rows]).delete()
        record(verb="stops.withdrawn", target=f"{len(rows)} stops")
    return len(rows)


# --- what is common ---------------------------------------------------------------------------------------------


def _series(series: uuid.UUID) -> list[Stop]:
    return list(Stop.objects.filter(series=series).order_by("date", "pk"))


def _locked(stop: Stop) -> Stop:
    one: Stop = Stop.objects.select_for_update().get(pk=stop.pk)
    return one


def _save(one: Stop, verb: str) -> None:
    one.updated_at = timezone.now()
    one.save(force_update=True)
    record(verb=verb, target=one.pk)
    epn_written()


def _site(site_id: int | None, place: PlaceFacts | None, key: uuid.UUID, kept: bool = False) -> Site:
    """The site of a stop, locked, so that two plans at once see each other; a new one when a place is given."""
    if place is not None:
        near = default_site()
        country = near.country if near else Country.BELGIUM
        try:
            return add_site(key=key, modes=[MODE], country=country, **place)
        except ValidationError as error:
            raise ValidationError({f"place_{field}": found for field, found in error.error_dict.items()}) from None
    open_only = Q() if kept else Q(retired_at__isnull=True)
    site = Site.objects.select_for_update(no_key=True).filter(open_only, pk=site_id).first()
    if site is None:
        raise ValidationError({"site_id": [problem(_("This site doesn't exist here, or is closed."), "unknown_site")]})
    found: Site = site
    return found


def _rows(
    site: Site,
    series: uuid.UUID,
    planned_by_id: int | None,
    repeat: str,
    until: dt.date | None,
    skip_holidays: bool,
    facts: StopFacts,
) -> Planned:
    first = facts["date"]
    today = timezone.localdate()
    if wrong := day_problems(first, today):
        raise ValidationError({"date": wrong})
    if found := repeat_problems(first, repeat, until, today + FURTHEST):
        raise ValidationError(dict(found))
    days = dates(first, repeat, until or first)
    # The first day was chosen by somebody; those that come by themselves leave holidays out.
    closed = closed_days(site, days[0], days[-1])
    left_out = [
        day for day in days[1:] if skip_holidays and (day in closed or day in public_holidays(day.year, site.country))
    ]
    made = [
        Stop(**{**facts, "site_id": site.pk, "date": day}, series=series, planned_by_id=planned_by_id)
        for day in days
        if day not in left_out
    ]
    _check(made, site)
    return Planned(made, left_out)


def _check(made: Sequence[Stop], site: Site) -> None:
    """Raise ValidationError by field. The rows are alike but for their days."""
    one = made[0]
    found: Problems = stop_problems(one)
    if one.animator_id is not None and one.animator_id not in known_people([one.animator_id]):
        found["animator_id"] = [problem(_("This person doesn't work here."), "unknown_animator")]
    if found:
        raise ValidationError(dict(found))
    days = [each.date for each in made]
    others = Stop.objects.filter(date__in=days).exclude(state=StopState.CANCELLED).exclude(pk=one.pk)
    if one.state == StopState.CANCELLED:
        return
    twin = others.filter(site=site.pk).order_by("date").first()
    if twin is not None:
        raise _twin(twin.date)
    if one.animator_id is not None:
        overlapping = others.filter(animator=one.animator_id, starts__lt=one.ends, ends__gt=one.starts)
        clash = overlapping.select_related("site").order_by("date").first()
        if clash is not None:
            text = _("This person is at %(place)s on %(day)s at that time. Choose another one, or nobody.")
            raise ValidationError({
                "animator_id": [problem(text, "busy", place=clash.site.name, day=day_label(clash.date))]
            })  # fmt: skip


def _bring_back(one: Stop) -> None:
    if one.state == StopState.CANCELLED:
        one.state, one.reason = StopState.PLANNED, ""
        _check([one], Site.objects.select_for_update(no_key=True).get(pk=one.site_id))


def _twin(day: dt.date | None) -> ValidationError:
    if day is None:
        return ValidationError({"date": [problem(_("There is a stop at this place that day already."), "twin")]})
    text = _("There is a stop at this place on %(day)s already.")
    return ValidationError({"date": [problem(text, "twin", day=day_label(day))]})

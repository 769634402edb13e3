"""Writing series, their dates and who came. Every write is journalled; what was held moves the figures.

Cancelled and moved dates count in nothing. A write that is sent twice is done once: a series by its key, dates by keys
made from it, and attendance because the second time it says what stands there already.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from copy import copy
from typing import Any, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from maillage.design.numbers import day_label
from maillage.design.two_versions import ChangedMeanwhile, locked_as_seen, version_of
from tenants.activity.rules import Actor, Problems, problem, without_zeros
from tenants.activity.selectors import known_people
from tenants.premises.models import Site
from tenants.registry.changes import ClockTime
from tenants.registry.hooks import epn_written
from tenants.workshops.enums import Kind, Spoken, State
from tenants.workshops.models import Presence, Registration, Series, SeriesDate
from tenants.workshops.rules import (
    DATE_FIELDS,
    LONGEST_REASON,
    SERIES_FIELDS,
    AttendanceFacts,
    DateFacts,
    SeriesFacts,
    attendance_problems,
    check_may_change_attendance,
    date_problems,
    free_text_problems,
    series_problems,
)

IN_USE = (State.PLANNED, State.HELD)
UNSAID: dict[str, Any] = {"kind": Kind.WORKSHOP, "level": "", "language": Spoken.FRENCH, "goals": "", "audience": []}


# --- series -----------------------------------------------------------------------------------------------------


def create_series(
    *, key: uuid.UUID | None = None, dates: Sequence[DateFacts] = (), **facts: Unpack[SeriesFacts]
) -> Series:
    """A series with its first dates, all or nothing. The same `key` again gives back the series that it made.

    Raises ValidationError by field.
    """
    before: Series | None = None if key is None else Series.objects.filter(key=key).first()
    if before is not None:
        return before
    series = Series(**({"key": key or uuid.uuid4(), "animators": []} | _tidied({**UNSAID, **facts})))
    _check_series(series)
    with transaction.atomic():
        series.save(force_insert=True)
        record(verb="workshop.added", target=series.pk)
        if dates:
            add_dates(series=series, key=series.key, dates=dates)
    return series


def change_series(*, series: Series, seen: str = "", **changes: Unpack[SeriesFacts]) -> Series:
    """Dates keep their own site and animators. Raises ValidationError by field, and ChangedMeanwhile when `seen`
    (two_versions.version_of) isn't the version that stands.
    """
    with transaction.atomic():
        stored: Series = locked_as_seen(Series.objects.all(), series.pk, seen)
        kept = copy(stored)
        for name, value in _tidied(dict(changes)).items():
            setattr(stored, name, value)
        _check_series(stored, kept)
        stored.updated_at = ClockTime()
        stored.save(force_update=True)
        stored.refresh_from_db(fields=["updated_at"])
        record(verb="workshop.changed", target=stored.pk)
        epn_written()
    return stored


def delete_series(*, series: Series) -> None:
    """With its dates and registrations. Raises ValidationError where a date was held: that happened, and stays."""
    if series.dates.filter(state=State.HELD).exists():
        raise problem(_("Dates of this series were held. What happened stays in the register."), "held")
    with transaction.atomic():
        record(verb="workshop.deleted", target=series.pk)
        series.dates.update(moved_to=None)
        series.delete()
        epn_written()


def _tidied(facts: Mapping[str, Any]) -> dict[str, Any]:
    tidy = dict(facts)
    for name, value in facts.items():
        if isinstance(value, str):
            tidy[name] = value.strip()
        elif isinstance(value, list):
            tidy[name] = list(dict.fromkeys(value))
    return tidy


def _check_series(series: Series, kept: Series | None = None) -> None:
    found = series_problems({name: getattr(series, name) for name in SERIES_FIELDS}, kept)
    _check_surroundings(found, series.site_id, series.animators)


def _check_surroundings(found: Problems, site_id: int | None, animators: list[int]) -> None:
    """The site is one of ours, the animators work or worked here; raise what is wrong."""
    if site_id is None or not Site.objects.filter(pk=site_id).exists():
        found["site_id"] = [problem(_("This site doesn't exist here."), "unknown_site")]
    if animators and not set(animators) <= known_people(animators):
        found["animators"] = [problem(_("This person doesn't work here."), "unknown_animator")]
    if found:
        raise ValidationError(dict(found))


# --- dates ------------------------------------------------------------------------------------------------------


def add_dates(*, series: Series, dates: Sequence[DateFacts], key: uuid.UUID | None = None) -> list[SeriesDate]:
    """Plan dates, all or none; the same `key` again gives back those that it made. Raises ValidationError by field."""
    key = key or uuid.uuid4()
    keys = [uuid.uuid5(key, str(number)) for number in range(len(dates))]
    before = list(SeriesDate.objects.filter(key__in=keys))
    if before:
        return before
    made = [_new_date(series, one_key, facts) for one_key, facts in zip(keys, dates, strict=True)]
    for one in made:
        _check_date(one)
    with transaction.atomic():
        SeriesDate.objects.bulk_create(made)
        record(verb="workshop_dates.added", target=series.pk)
        epn_written()
    return made


def _new_date(series: Series, key: uuid.UUID, facts: DateFacts) -> SeriesDate:
    usual = {"site_id": series.site_id, "animators": list(series.animators), "place": ""}
    return SeriesDate(series=series, key=key, **(usual | _tidied(facts)))


def change_date(*, series_date: SeriesDate, seen: str = "", **changes: Unpack[DateFacts]) -> SeriesDate:
    """Other hours, place or animators. Raises ValidationError by field, and ChangedMeanwhile as attendance does."""
    with transaction.atomic():
        stored = _locked(series_date)
        said = _tidied(changes)
        if all(getattr(stored, name) == value for name, value in said.items()):
            return stored
        _refuse_a_stale_page(stored, seen)
        if stored.state in (State.CANCELLED, State.MOVED):
            raise problem(_("This date did not take place. Plan it again first."), "not_held")
        for name, value in said.items():
            setattr(stored, name, value)
        _check_date(stored)
        return _saved(stored, "workshop_date.changed")


def cancel_date(*, series_date: SeriesDate, reason: str) -> SeriesDate:
    """Twice is once. Raises ValidationError by field."""
    with transaction.atomic():
        stored = _locked(series_date)
        if stored.state == State.CANCELLED:
            return stored
        _call_off(stored, State.CANCELLED, reason)
        return _saved(stored, "workshop_date.cancelled")


def move_date(*, series_date: SeriesDate, reason: str, **facts: Unpack[DateFacts]) -> SeriesDate:
    """Call a date off and plan another in its place; the new one is given back, also the second time."""
    with transaction.atomic():
        stored = _locked(series_date)
        if stored.moved_to is not None:
            return stored.moved_to
        said: DateFacts = {
            "site_id": stored.site_id, "place": stored.place, "animators": list(stored.animators),
            "starts_at": stored.starts_at, "ends_at": stored.ends_at,
        }  # fmt: skip
        said.update(facts)
        new = _new_date(stored.series, uuid.uuid5(stored.key, "moved"), said)
        _call_off(stored, State.MOVED, reason)
        _check_date(new)
        new.save(force_insert=True)
        stored.moved_to = new
        _saved(stored, "workshop_date.moved")
        return new


def reopen_date(*, series_date: SeriesDate, by: Actor | None = None) -> SeriesDate:
    """Planned again: a cancelled date, or a held one whose attendance is taken back. Twice is once."""
    with transaction.atomic():
        stored = _locked(series_date)
        if stored.state == State.PLANNED:
            return stored
        if stored.state == State.MOVED:
            raise problem(_("This date was moved. Change the new date."), "moved")
        check_may_change_attendance(stored, by)
        Presence.objects.filter(date=stored).delete()
        stored.state, stored.reason, stored.total = State.PLANNED, "", None
        stored.margins, stored.preparation_minutes = {}, None
        _check_date(stored)
        return _saved(stored, "workshop_date.reopened")


def delete_date(*, series_date: SeriesDate) -> None:
    """A date that was planned by mistake. What was held, cancelled or moved is part of the story."""
    with transaction.atomic():
        stored = _locked(series_date)
        if stored.state != State.PLANNED:
            raise problem(_("Only a planned date can be removed."), "not_planned")
        record(verb="workshop_date.deleted", target=stored.pk)
        SeriesDate.objects.filter(moved_to=stored).update(moved_to=None, state=State.CANCELLED, updated_at=ClockTime())
        stored.delete()
        epn_written()


def _call_off(stored: SeriesDate, state: State, reason: str) -> None:
    if stored.state == State.HELD:
        raise problem(_("Somebody noted who came. Take the attendance back first."), "held")
    if stored.state != State.PLANNED:
        raise problem(_("This date did not take place. Plan it again first."), "not_held")
    reason = reason.strip()
    if found := free_text_problems(reason, LONGEST_REASON):
        raise ValidationError({"reason": found})
    stored.state, stored.reason = state, reason


def _locked(series_date: SeriesDate) -> SeriesDate:
    """The row as it stands, ours until the transaction ends."""
    rows = SeriesDate.objects.select_for_update(of=("self",)).select_related("series")
    stored: SeriesDate = rows.get(pk=series_date.pk)
    return stored


def _refuse_a_stale_page(stored: SeriesDate, seen: str) -> None:
    if seen and version_of(stored) != seen:
        raise ChangedMeanwhile(stored)


def _check_date(date: SeriesDate) -> None:
    found = date_problems({name: getattr(date, name) for name in DATE_FIELDS})
    if not found:
        twins = SeriesDate.objects.filter(
            series=date.series_id, date=date.date, starts_at=date.starts_at, state__in=IN_USE
        ).exclude(pk=date.pk)
        if twins.exists():
            found["date"] = [
                problem(_("This series has a date on %(day)s at this time already."), "twin", day=day_label(date.date))
            ]
    _check_surroundings(found, date.site_id, date.animators)


def _saved(date: SeriesDate, verb: str) -> SeriesDate:
    date.updated_at = ClockTime()
    date.save(force_update=True)
    date.refresh_from_db(fields=["updated_at"])
    record(verb=verb, target=date.pk)
    epn_written()
    return date


# --- who came ---------------------------------------------------------------------------------------------------


def record_attendance(
    *,
    series_date: SeriesDate,
    by: Actor | None = None,
    recorded_by_id: int | None = None,
    seen: str = "",
    present: Collection[int] | None = None,
    **facts: Unpack[AttendanceFacts],
) -> SeriesDate:
    """Note who came, or correct it. `present`: the registrations that were ticked; None leaves them as they are.

    `seen`: the version that one has before one's eyes (two_versions.version_of). Raises ValidationError by field,
    NotYours, and ChangedMeanwhile when the date was saved since, with something else.
    """
    said: dict[str, Any] = {"margins": {}, "preparation_minutes": None, **facts}
    with transaction.atomic():
        stored = _locked(series_date)
        here = Registration.objects.filter(series=stored.series_id, waiting=False)
        known = {one.pk: timezone.localdate(one.created_at) for one in here}
        ticked = None if present is None else set(present) & set(known)
        found = attendance_problems(said, date=stored, ticked=len(ticked or ()))
        if not found:
            said["margins"] = without_zeros(said["margins"])
        animators = list(said.get("animators", stored.animators))
        same = all(getattr(stored, name) == value for name, value in said.items())
        if stored.state == State.HELD and same and ticked in (None, _present_at(stored)):
            return stored
        check_may_change_attendance(stored, by)
        _refuse_a_stale_page(stored, seen)
        _check_surroundings(found, stored.site_id, animators)
        for name, value in said.items():
            setattr(stored, name, value)
        stored.state, stored.reason, stored.recorded_by_id = State.HELD, "", recorded_by_id
        if ticked is not None:
            _note_presences(stored, ticked, {pk for pk, since in known.items() if since <= stored.date})
        return _saved(stored, "attendance.recorded")


def _present_at(date: SeriesDate) -> set[int]:
    return set(Presence.objects.filter(date=date, present=True).values_list("registration", flat=True))


def _note_presences(date: SeriesDate, ticked: set[int], expected: set[int]) -> None:
    """Whoever is ticked came; the others that were registered by then didn't, unless nobody was ticked at all."""
    absent = expected - ticked if ticked else set()
    Presence.objects.filter(date=date).delete()
    Presence.objects.bulk_create(
        [Presence(date=date, registration_id=pk, present=True) for pk in sorted(ticked)]
        + [Presence(date=date, registration_id=pk, present=False) for pk in sorted(absent)]
    )

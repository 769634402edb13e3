"""Writing keys: which part of an EPN's work of a year counts for a grant. All grants together, 100 % at most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from maillage.audit.services import record
from network.funding.ledger.selectors import epn_names
from network.funding.models import Grant
from network.reports.enums import WRITABLE
from network.reports.models import ActivityKey, Report
from network.reports.perimeter import Keyed, federation_id, held_reports, perimeter, proposals, taken
from network.reports.rules import key_problems
from network.reports.steps import locked, require
from tenants.registry.crossing import current_place


def lock_keys() -> None:
    """One writer at a time of all keys: the rows of the grants are few, and are locked in their order."""
    list(Grant.objects.select_for_update().order_by("pk").values_list("pk", flat=True))


def propose_missing(grants: Sequence[Grant], report: Report) -> int:
    """Write the proposal where a grant of the report has no key yet. Inside a transaction. Returns how many."""
    lock_keys()
    made = [
        ActivityKey(grant_id=grant, epn_id=epn, year=year, percent=percent)
        for grant, some in proposals(grants, perimeter(grants, report.first, report.last)).items()
        for (epn, year), percent in some.items()
    ]
    ActivityKey.objects.bulk_create(made)
    return len(made)


@transaction.atomic
def add_missing_keys(*, pk: int, version: int | None = None) -> int:
    """After the grants of a report have got other EPN."""
    report = locked(pk, version)
    require(report, WRITABLE, _("The keys of a report that is signed stay."))
    made = propose_missing(list(report.grants.order_by("starts_on", "pk")), report)
    if made:
        _changed(report)
    return made


@transaction.atomic
def set_keys(*, pk: int, keys: Mapping[tuple[int, int, int], Decimal], version: int | None = None) -> int:
    """Keys in percent by grant, EPN and year. Returns how many are different. All or nothing.

    Raises ValidationError above 100 % (what is left is named), and where a report that was signed stands on the key.
    """
    report = locked(pk, version)
    require(report, WRITABLE, _("The keys of a report that is signed stay."))
    lock_keys()
    grants = {one.pk: one for one in report.grants.order_by("starts_on", "pk")}
    known = {
        (one.grant_id, one.epn_id, one.year): one
        for one in ActivityKey.objects.filter(grant__in=grants, epn_id__in={epn for _g, epn, _y in keys})
    }
    changed = {
        place: percent for place, percent in keys.items()
        if place[0] in grants and (place not in known or known[place].percent != percent)
    }  # fmt: skip
    if not changed:
        return 0
    names = epn_names(federation_id())
    problems = [*_held(changed, known, grants, names, report), *_above(changed, known, grants, names)]
    if problems:
        raise ValidationError(problems)
    rows = [known.get(place) or ActivityKey(grant_id=place[0], epn_id=place[1], year=place[2]) for place in changed]
    for row, percent in zip(rows, changed.values(), strict=True):
        row.percent = percent
    ActivityKey.objects.bulk_create([row for row in rows if not row.pk])
    ActivityKey.objects.bulk_update([row for row in rows if row.pk], ["percent"])
    _changed(report)
    return len(changed)


def _changed(report: Report) -> None:
    report.version += 1
    report.save(update_fields=["version"])
    record(verb="funder_report.keys_set", target=report.pk, space_id=current_place().space_id)


def _above(
    changed: Mapping[tuple[int, int, int], Decimal],
    known: Mapping[tuple[int, int, int], ActivityKey],
    grants: Mapping[int, Grant],
    names: Mapping[int, str],
) -> list[ValidationError]:
    keyed: set[Keyed] = {(epn, year) for _grant, epn, year in changed}
    others = taken(keyed, beside=list(grants))
    titles = dict(
        Grant.objects.filter(pk__in={pk for some in others.values() for pk in some}).values_list("pk", "title")
    )
    found = []
    for epn, year in sorted(keyed):
        own = {
            grant: changed.get(
                (grant, epn, year), known[grant, epn, year].percent if (grant, epn, year) in known else Decimal(0)
            )
            for grant in grants
        }
        beside = {titles[pk]: percent for pk, percent in others.get((epn, year), {}).items()}
        last = [grant for grant in grants if (grant, epn, year) in changed][-1]
        beside |= {grants[pk].title: percent for pk, percent in own.items() if pk != last and percent}
        if text := key_problems(names.get(epn, str(epn)), year, own[last], beside):
            found.append(ValidationError(text, code="above"))
    return found


def _held(
    changed: Mapping[tuple[int, int, int], Decimal],
    known: Mapping[tuple[int, int, int], ActivityKey],
    grants: Mapping[int, Grant],
    names: Mapping[int, str],
    report: Report,
) -> list[ValidationError]:
    """Keys on which another report stands: what it told would count twice, or not at all."""
    held = held_reports().filter(grants__in=grants).exclude(pk=report.pk)
    spans: dict[int, list[Report]] = {}
    for one in held.prefetch_related("grants").order_by("pk").distinct():
        for grant in one.grants.all():
            spans.setdefault(grant.pk, []).append(one)
    found = []
    for grant, epn, year in changed:
        if (grant, epn, year) not in known:
            continue
        stands = next((one for one in spans.get(grant, ()) if one.first.year <= year <= one.last.year), None)
        if stands is not None:
            text = _("The key of %(epn)s for %(year)s stays: “%(title)s” was signed with it.")
            told = {"epn": names.get(epn, str(epn)), "year": year, "title": stands.title}
            found.append(ValidationError(text % told, code="held"))
    return found

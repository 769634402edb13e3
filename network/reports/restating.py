"""Numbers that an earlier version of a report, or an earlier report of the year, told otherwise: was, now, and why."""

from __future__ import annotations

from collections.abc import Iterable

from network.releases.models import Release
from network.reports.content import Content, Restated, from_bytes
from network.reports.enums import State, Step
from network.reports.filling import Filled, fill
from network.reports.models import FrozenReport, Report


def sent_versions(report: Report) -> list[FrozenReport]:
    """What the funder has read of it, the latest first."""
    return list(report.frozen.filter(sent_at__isnull=False).order_by("-number"))


def restated(report: Report, filled: Filled) -> list[Restated]:
    """Beside the last version that was sent, and beside earlier reports of the same pack, grants and year."""
    found: list[Restated] = []
    versions = sent_versions(report)
    if versions:
        before = from_bytes(bytes(versions[0].content))
        returned = report.steps.filter(step=Step.RETURNED).last()
        found += _differences(before, filled, returned.text if returned else "", title="")
    for other in _earlier(report):
        versions = sent_versions(other)
        if versions:
            found += _differences(from_bytes(bytes(versions[0].content)), fill(other), "", title=other.title)
    return found


def _earlier(report: Report) -> list[Report]:
    grants = set(report.grants.values_list("pk", flat=True))
    others = Report.objects.filter(
        pack_version__pack=report.pack_version.pack_id, deleted_at__isnull=True, state__in=[State.SENT, State.ACCEPTED],
        last__lt=report.first, first__year=report.first.year,
    ).prefetch_related("grants")  # fmt: skip
    return [one for one in others.order_by("first", "pk") if {grant.pk for grant in one.grants.all()} == grants]


def _differences(before: Content, now: Filled, comment: str, *, title: str) -> Iterable[Restated]:
    """A correction of a release explains a figure; else what the reviewer wrote does."""
    reason = corrections(before, now.used) or comment
    for was in before.lines:
        line = now.line(was.code)
        if line is not None and was.value != line.value and was.kind == line.kind:
            yield Restated(was.code, was.value, line.value, reason, before.number, title)


def corrections(before: Content, used: Iterable[Release]) -> str:
    """Why releases were corrected that the earlier version didn't know."""
    new = [one.reason for one in used if one.corrects_id and one.number not in before.releases]
    return " ".join(dict.fromkeys(new))

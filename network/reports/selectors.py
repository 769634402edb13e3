"""Reading reports: the network's, what left to a funder, their versions, and what happened to them."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from network.funding.models import Funder, ReportDate
from network.reports.content import Content, from_bytes
from network.reports.enums import LineKind, PackState, State, Step
from network.reports.models import FrozenReport, Pack, PackLine, PackVersion, Report, ReportStep
from network.reports.perimeter import perimeter

__all__ = [
    "content_of_frozen", "packs", "perimeter", "reports", "reports_for", "steps_of", "versions_of",
]  # fmt: skip

# What the funder knows of: the rest is the network's own work.
SEEN_BY_FUNDER = (Step.SENT, Step.RETURNED, Step.ACCEPTED, Step.REFUSED, Step.REOPENED, Step.COMMENTED)


def reports() -> QuerySet[Report]:
    """All that aren't deleted, the latest months first."""
    found: QuerySet[Report] = Report.objects.filter(deleted_at__isnull=True)
    return found.select_related("pack_version__pack__funder", "report_date").order_by("-last", "-pk")


def deleted_reports() -> list[Report]:
    found = Report.objects.filter(deleted_at__isnull=False).select_related("pack_version__pack__funder")
    return list(found.order_by("-deleted_at", "-pk")[:20])


def reports_for(funder_code: str) -> QuerySet[Report]:
    """Of one funder, what was sent to it at least once. Its versions that left are `versions_of(…, sent=True)`."""
    if not funder_code:
        return reports().none()
    left = FrozenReport.objects.filter(report=OuterRef("pk"), sent_at__isnull=False)
    return reports().filter(Exists(left), pack_version__pack__funder__code=funder_code,
                            pack_version__pack__funder__deleted_at__isnull=True)  # fmt: skip


def state_for_funder(report: Report) -> State:
    """Of a report that left: that the network has signed the next version is its own matter until it is sent."""
    return State.RETURNED if report.state == State.SIGNED else State(report.state)


def versions_of(report: Report, *, sent: bool = False) -> list[FrozenReport]:
    """The latest first, without their files; `sent`: only what left."""
    found = report.frozen.order_by("-number").defer("content")
    return list(found.filter(sent_at__isnull=False) if sent else found)


def version_at(report: Report, number: int, *, sent: bool = False) -> FrozenReport | None:
    found = report.frozen.filter(number=number)
    one: FrozenReport | None = (found.filter(sent_at__isnull=False) if sent else found).first()
    return one


def content_of_frozen(frozen: FrozenReport) -> Content:
    return from_bytes(bytes(frozen.content))


def steps_of(report: Report, *, for_funder: bool = False) -> list[ReportStep]:
    """The first one first. For the funder: what was sent and what came of it."""
    found = report.steps.order_by("at", "pk")
    return list(found.filter(step__in=SEEN_BY_FUNDER) if for_funder else found)


def last_word(report: Report) -> ReportStep | None:
    """What the funder wrote when it decided on the last version that was sent."""
    decided = (Step.RETURNED, Step.ACCEPTED, Step.REFUSED, Step.REOPENED)
    found: ReportStep | None = report.steps.filter(step__in=decided).order_by("at", "pk").last()
    return found if found is not None and found.step != Step.REOPENED else None


def due_reports() -> list[ReportDate]:
    """What funders expect and isn't done, by day."""
    found = ReportDate.objects.filter(deleted_at__isnull=True, grant__deleted_at__isnull=True, done_on__isnull=True)
    return list(found.select_related("grant__funder").order_by("due_on", "pk"))


def packs() -> QuerySet[Pack]:
    found: QuerySet[Pack] = Pack.objects.filter(deleted_at__isnull=True).select_related("funder")
    return found.prefetch_related("versions").order_by("funder__name", "title", "pk")


def version_in_use(pack: Pack) -> PackVersion | None:
    found: PackVersion | None = pack.versions.filter(state=PackState.IN_USE).first()
    return found


def lines_of(version: PackVersion) -> list[PackLine]:
    return list(version.lines.order_by("position", "pk"))


def funders_with_packs() -> list[Funder]:
    return list(Funder.objects.filter(deleted_at__isnull=True, packs__deleted_at__isnull=True).distinct())


def codes_for_ratio(lines: Collection[PackLine]) -> list[tuple[str, str]]:
    """Lines that can be divided: those with one number."""
    return [(one.code, one.label_fr) for one in lines if one.kind not in (LineKind.TEXT, LineKind.RATIO)]

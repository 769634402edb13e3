"""Reading where each EPN stands, inside the federation's space: in a few statements whatever the number of EPN."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone

from network.cadastre.members import Member, members
from network.cadastre.models import Recognition
from network.cadastre.recognition import facts as known
from network.cadastre.recognition.criteria import Criteria, InForce
from network.cadastre.recognition.enums import Kind, Outcome, State
from network.cadastre.recognition.evaluating import Fact, Line, evaluate, whole
from network.cadastre.recognition.models import Application, Benefit, Decision, Inspection
from network.cadastre.recognition.regions import region_of
from network.cadastre.recognition.rules import FIRST_DAY
from network.directory.models import Card
from tenants.registry.models import Federation

SOON = dt.timedelta(days=90)  # a re-check that is due by then is on the list


@dataclass(frozen=True)
class Standing:
    """One EPN: its region's criteria, how it stands to them today, and where its papers are."""

    member: Member
    region: str
    criteria: Criteria
    facts: dict[str, Fact]
    lines: list[Line]
    labelled_since: dt.date | None = None
    decision: Decision | None = None  # the last that counts
    open: Application | None = None

    @property
    def whole(self) -> Outcome:
        return whole(self.lines)

    @property
    def recheck_on(self) -> dt.date | None:
        return self.decision.recheck_on if self.labelled_since and self.decision else None

    @property
    def to_decide(self) -> bool:
        return self.open is not None and self.open.state == State.SIGNED

    def is_due(self, today: dt.date) -> bool:
        """The label is to be looked at again by soon. Without a day, nobody has said when."""
        return self.labelled_since is not None and self.recheck_on is not None and self.recheck_on <= today + SOON

    def is_to_be_asked(self, today: dt.date) -> bool:
        """Due, and neither asked yet nor signed."""
        return self.is_due(today) and (self.open is None or (self.open.asked_at is None and not self.to_decide))


def latest_signed(epn_ids: Collection[int]) -> dict[int, Application]:
    """The last application that each EPN signed, whatever became of it."""
    rows = (
        Application.objects.filter(epn_id__in=epn_ids, state__in=[State.SIGNED, State.DECIDED])
        .order_by("epn_id", "-signed_at", "-pk")
        .distinct("epn_id")
    )
    return {one.epn_id: one for one in rows}


def open_applications(epn_ids: Collection[int]) -> dict[int, Application]:
    rows = Application.objects.filter(epn_id__in=epn_ids, state__in=[State.DRAFT, State.SIGNED])
    return {one.epn_id: one for one in rows}


def last_decisions(epn_ids: Collection[int]) -> dict[int, Decision]:
    """The last one that counts, of each."""
    rows = (
        Decision.objects.filter(epn_id__in=epn_ids, undone_at__isnull=True)
        .order_by("epn_id", "-number")
        .distinct("epn_id")
    )
    return {one.epn_id: one for one in rows}


def running_labels(epn_ids: Collection[int]) -> dict[int, dt.date]:
    rows = Recognition.objects.filter(epn_id__in=epn_ids, until__isnull=True)
    return dict(rows.values_list("epn_id", "since"))


def declared_of(application: Application | None) -> dict[str, Fact]:
    if application is None or application.signed_at is None:
        return {}
    return known.declared(application.declared, timezone.localdate(application.signed_at))


def region_of_card(card: Card | None, otherwise: str) -> str:
    if card is None:
        return otherwise
    return region_of(country=card.country, commune=card.commune, postcode=card.postcode, otherwise=otherwise)


def standings(
    federation_id: int, *, today: dt.date | None = None, epn_id: int | None = None, closed: bool = False
) -> list[Standing]:
    """The EPN that are open members today, by name; or the one that is asked for, with `closed` one of the past too."""
    day = today or timezone.localdate()
    rows = members(federation_id, FIRST_DAY if closed else day, day)
    found = [one for one in rows if (one.open or closed) and epn_id in (None, one.epn_id)]
    ids = [one.epn_id for one in found]
    cards = {one.epn_id: one for one in Card.objects.filter(epn_id__in=ids)}
    otherwise = Federation.objects.values_list("region", flat=True).get(pk=federation_id)
    signed, waiting, decided = latest_signed(ids), open_applications(ids), last_decisions(ids)
    labels, in_force = running_labels(ids), InForce(day)
    regions = {one: region_of_card(cards.get(one), otherwise) for one in ids}
    counting = any(asked.kind == Kind.VISITS_YEAR for one in regions.values() for asked in in_force.of(one).asked)
    visits = known.visits(ids, day) if counting else {}
    stands = []
    for member in found:
        one = member.epn_id
        criteria = in_force.of(regions[one])
        facts = {**known.of_card(cards.get(one)), **declared_of(signed.get(one))}
        if one in visits:
            facts[Kind.VISITS_YEAR] = visits[one]
        stands.append(
            Standing(
                member, regions[one], criteria, facts, evaluate(criteria.asked, facts), labels.get(one),
                decided.get(one), waiting.get(one),
            )
        )  # fmt: skip
    return stands


@dataclass(frozen=True)
class PaperCount:
    """How much was written about one EPN's label; `waiting`: it signed something that nobody has decided yet."""

    applications: int = 0
    decisions: int = 0
    waiting: bool = False

    def __bool__(self) -> bool:
        return bool(self.applications or self.decisions)


def paper_counts(epn_ids: Collection[int]) -> dict[int, PaperCount]:
    """Of those that have any. In two statements."""
    signed = Count("pk", filter=Q(state=State.SIGNED))
    rows = Application.objects.filter(epn_id__in=epn_ids).order_by("epn_id").values("epn_id")
    applied = {row["epn_id"]: row for row in rows.annotate(all=Count("pk"), signed=signed)}
    decided = dict(
        Decision.objects.filter(epn_id__in=epn_ids).order_by("epn_id").values_list("epn_id").annotate(Count("pk"))
    )
    nothing = {"all": 0, "signed": 0}
    return {
        one: PaperCount(row["all"], decided.get(one, 0), bool(row["signed"]))
        for one in {*applied, *decided}
        for row in [applied.get(one, nothing)]
    }


@dataclass(frozen=True)
class Papers:
    """All that was written about one EPN, the latest first."""

    applications: list[Application] = field(default_factory=list)
    inspections: list[Inspection] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    benefits: list[Benefit] = field(default_factory=list)
    labels: list[Recognition] = field(default_factory=list)

    @property
    def last(self) -> Decision | None:
        """The last decision that counts: the one that can be undone."""
        return next((one for one in self.decisions if one.undone_at is None), None)


def papers_of(epn_id: int) -> Papers:
    # The open one before later ones that are closed: it may have come from an EPN that is part of this one now.
    applications = sorted(Application.objects.filter(epn_id=epn_id).order_by("-pk"), key=lambda one: not one.is_open)
    return Papers(
        applications=applications,
        inspections=list(Inspection.objects.filter(epn_id=epn_id).order_by("-on", "-pk")),
        decisions=list(Decision.objects.filter(epn_id=epn_id).order_by("-number")),
        benefits=list(Benefit.objects.filter(epn_id=epn_id).order_by("-on", "-pk")),
        labels=list(Recognition.objects.filter(epn_id=epn_id).order_by("-since")),
    )


@dataclass(frozen=True)
class BenefitSum:
    kind: str
    times: int
    quantity: int
    value_eur: Decimal | None  # of those whose value is known


def benefits() -> list[Any]:
    """Everything that was given, the latest first."""
    return list(Benefit.objects.order_by("-on", "-pk"))


def benefit_sums() -> list[BenefitSum]:
    rows = Benefit.objects.order_by("kind").values("kind")
    sums = rows.annotate(times=Count("pk"), many=Sum("quantity"), eur=Sum("value_eur"))
    return [BenefitSum(row["kind"], row["times"], row["many"], row["eur"]) for row in sums]


def without_date(rows: Iterable[Standing]) -> list[Standing]:
    """Labelled, but nobody has said when the label is looked at again: it was given before there were decisions."""
    return [one for one in rows if one.labelled_since and one.recheck_on is None]

"""The label's papers: devices that each EPN counted, applications, visits on the spot, decisions, benefits in kind.

The labels themselves are the plan's (`recognised`). Each was looked at again every three years; what comes after the
last day isn't written. One is due, one is signed and waits, the EPN of the host was refused for its hours.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from decimal import Decimal

from maillage.demo.people import CAST
from maillage.demo.places import EpnPlan, FederationPlan
from maillage.demo.visits import ZONE
from network.cadastre.models import Recognition
from network.cadastre.recognition.criteria import of_the_charter
from network.cadastre.recognition.enums import Kind, Origin, Purpose, State, Verdict
from network.cadastre.recognition.evaluating import Fact, evaluate
from network.cadastre.recognition.models import Application, Benefit, Decision, Inspection
from network.cadastre.recognition.selectors import Standing, standings
from tenants.premises.equipment.models import Equipment
from tenants.premises.models import Site
from tenants.registry.crossing import entered
from tenants.registry.enums import Role
from tenants.registry.models import Federation, Membership

YEARS = 3  # from a decision to the re-check
LONGER = {"evere": 4}
DUE = "etterbeek"  # its re-check is a month after the last day, and the network has asked for it
WAITS = "nord"  # signed twelve days before the last day
REFUSED = "guichet-du-miroir"
ON_CONDITIONS = "koekelberg"
UNCOUNTED = {"la-roue", "boitsfort"}  # nobody counted their devices yet
BENEFITS = (  # after the label began: kind, words, days later, every how many EPN, how many, euros for all
    ("kit", "Enseigne et autocollants", 20, 1, 1, "120"),
    ("eid_reader", "", 200, 2, 2, "31.80"),
    ("campaign", "Affiches et dépliants en trois langues", 420, 3, 1, "85"),
    ("devices", "Tablettes de seconde main", 700, 4, 3, "540"),
)


def count_devices(plan: EpnPlan, until: dt.date) -> None:
    """In the EPN: what stands at each site at the beginning of the last year. Those with the label have six or more."""
    if plan.slug in UNCOUNTED:
        return
    rng = random.Random(f"{plan.slug} devices")
    counted_on = dt.date(until.year, 1, 15)
    rows = []
    for site in Site.objects.order_by("pk"):
        computers = rng.randint(4, 8) if plan.recognised else rng.randint(2, 6)
        counts = {
            "computer": computers, "laptop": rng.randint(0, 3), "tablet": rng.randint(2, 5) if plan.recognised else 1,
            "printer": 1, "scanner": rng.randint(0, 1), "eid_reader": rng.randint(1, 4),
        }  # fmt: skip
        rows += [Equipment(site=site, kind=kind, count=n, counted_on=counted_on) for kind, n in counts.items()]
    Equipment.objects.bulk_create(rows)


def write_papers(federation: Federation, plan: FederationPlan, until: dt.date) -> None:
    """In no space, once the federation's cards are copied."""
    signs = _coordinators(federation)
    with entered(federation.space):
        _write(federation, plan, signs, until)


def _write(federation: Federation, plan: FederationPlan, signs: dict[int, str], until: dt.date) -> None:
    stands = {one.member.slug: one for one in standings(federation.pk, today=until)}
    labels = dict(Recognition.objects.values_list("epn_id", "pk"))
    network = next(one.name for one in CAST if one.spaces[0] == (plan.slug, Role.NETWORK_COORDINATOR))
    desks = []
    for one in plan.epn:
        epn_id = stands[one.slug].member.epn_id
        desk = _Desk(stands[one.slug], plan.region, signs.get(epn_id, ""), network)
        desks.append(desk)
        if one.recognised:
            desk.recognise(one, labels[epn_id], until)
        elif one.slug == REFUSED:
            desk.refuse()
        elif one.slug == WAITS:
            desk.apply(until - dt.timedelta(days=12), State.SIGNED)
            desk.look(until + dt.timedelta(days=10), {}, noted=until - dt.timedelta(days=5))
    Application.objects.bulk_create(row for desk in desks for row in desk.applications)
    Decision.objects.bulk_create(row for desk in desks for row in desk.decisions)
    Inspection.objects.bulk_create(row for desk in desks for row in desk.inspections)
    _give([(one, stands[one.slug].member.epn_id) for one in plan.epn if one.recognised], until)


def _coordinators(federation: Federation) -> dict[int, str]:
    rows = Membership.objects.filter(
        space__epn__affiliations__federation=federation.pk, role=Role.EPN_COORDINATOR
    ).order_by("-pk")
    return dict(rows.values_list("space_id", "person__name"))


def _at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(14, 0), ZONE)


def _years_after(day: dt.date, years: int) -> dt.date:
    return day.replace(year=day.year + years)


class _Desk:
    """The papers of one EPN, in order."""

    def __init__(self, standing: Standing, region: str, coordinator: str, network: str) -> None:
        self.standing, self.region, self.coordinator, self.network = standing, region, coordinator, network
        self.lacked_devices = False  # at first, of who was recognised on conditions
        self.applications: list[Application] = []
        self.decisions: list[Decision] = []
        self.inspections: list[Inspection] = []

    @property
    def epn_id(self) -> int:
        return self.standing.member.epn_id

    def evidence(self, day: dt.date) -> list[dict[str, object]]:
        facts = {kind: replace(one, as_of=day) for kind, one in self.standing.facts.items()}
        facts[Kind.NOBODY_REFUSED] = Fact(Decimal(1), Origin.DECLARED, day)
        if self.lacked_devices:
            facts[Kind.DEVICES] = Fact(Decimal(4), Origin.COUNT, day)
        return [one.as_json() for one in evaluate(of_the_charter(self.region, day).asked, facts)]

    def apply(self, day: dt.date, state: State, purpose: Purpose = Purpose.FIRST) -> Application:
        self.applications.append(
            Application(
                epn_id=self.epn_id, purpose=purpose, state=state, version=2,
                declared={"nobody_refused": "1"} if self.region == "be-bru" else {}, evidence=self.evidence(day),
                opened_at=_at(day - dt.timedelta(days=6)), signed_at=_at(day), signed_name=self.coordinator,
                signed_role="Coordination",
            )
        )  # fmt: skip
        return self.applications[-1]

    def decide(self, day: dt.date, verdict: Verdict, **said: object) -> None:
        purpose = Purpose.RECHECK if verdict == Verdict.CONFIRMED else Purpose.FIRST
        self.decisions.append(
            Decision(
                epn_id=self.epn_id, number=len(self.decisions) + 1, verdict=verdict, decided_on=day,
                evidence=self.evidence(day), by_name=self.network, created_at=_at(day),
                application=self.apply(day - dt.timedelta(days=40), State.DECIDED, purpose), **said,
            )
        )  # fmt: skip

    def recognise(self, plan: EpnPlan, recognition_id: int, until: dt.date) -> None:
        since = plan.recognised
        assert since is not None
        again = _years_after(since, YEARS)
        on_conditions = self.lacked_devices = plan.slug == ON_CONDITIONS
        self.decide(
            since, Verdict.CONDITIONAL if on_conditions else Verdict.RECOGNISED, since=since, recheck_on=again,
            recognition_id=recognition_id,
            conditions="Deux tablettes de plus avant le réexamen, pour en avoir six." if on_conditions else "",
        )  # fmt: skip
        if on_conditions:
            self.look(since - dt.timedelta(days=14), {"devices": {"seen": "not_met", "note": "Quatre tablettes"}})
        self.lacked_devices = False
        while again <= until:
            following = _years_after(again, LONGER.get(plan.slug, YEARS))
            last = following > until
            due = plan.slug == DUE and last
            self.decide(again, Verdict.CONFIRMED, recheck_on=until + dt.timedelta(days=30) if due else following)
            again = following
        if plan.slug == DUE:
            self.applications.append(
                Application(
                    epn_id=self.epn_id, purpose=Purpose.RECHECK, opened_at=_at(until - dt.timedelta(days=4)),
                    asked_at=_at(until - dt.timedelta(days=4)), due_on=until + dt.timedelta(days=24),
                )
            )  # fmt: skip

    def refuse(self) -> None:
        """The EPN of the host: open on Monday afternoons only. Its social desk is another thing."""
        day = dt.date(2022, 5, 16)
        self.look(
            day - dt.timedelta(days=13),
            {
                "opening_hours": {"seen": "not_met", "note": "Le lundi de 13 h 30 à 17 h"},
                "devices": {"seen": "not_seen", "note": ""},
                "nobody_refused": {"seen": "met", "note": ""},
            },
        )
        self.decide(
            day, Verdict.REFUSED,
            reason="L'EPN ouvre le lundi après-midi : 3 h 30 par semaine, alors que la charte de 2019 en demande 15."
            " Le guichet social du matin ne compte pas : on n'y vient que pour ses propres démarches.",
        )  # fmt: skip

    def look(self, day: dt.date, findings: dict[str, dict[str, str]], *, noted: dt.date | None = None) -> None:
        self.inspections.append(
            Inspection(
                epn_id=self.epn_id, on=day, by_name=self.network, findings=findings, created_at=_at(noted or day)
            )
        )  # fmt: skip


def _give(labelled: list[tuple[EpnPlan, int]], until: dt.date) -> None:
    rows = []
    for number, (plan, epn_id) in enumerate(labelled):
        assert plan.recognised is not None
        for kind, label, days, every, quantity, euros in BENEFITS:
            day = plan.recognised + dt.timedelta(days=days)
            if number % every == 0 and day <= until:
                rows.append(
                    Benefit(
                        epn_id=epn_id, on=day, kind=kind, label=label, quantity=quantity, value_eur=Decimal(euros),
                        created_at=_at(day),
                    )
                )  # fmt: skip
    Benefit.objects.bulk_create(rows)

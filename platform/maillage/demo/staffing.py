"""Who works where until when: posts, each a chain of contracts, up to the day at which the demo ends.

The contracts in force on 31 December 2022 are given by the plan, so that the cadastre of that year is the
network's own: 60 animation contracts at the labelled EPN, 39 of them article 60. Every one of them has
ended before 2026.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, replace
from decimal import Decimal

from maillage.demo.places import EpnPlan
from tenants.registry.enums import Role
from tenants.staff.enums import ContractRole

FIRST_DAY = dt.date(2021, 1, 4)
REFERENCE = dt.date(2022, 12, 31)
# Half a year in which the EPN of trait `gap` had nobody: closed.
GAP = (dt.date(2024, 2, 12), dt.date(2024, 9, 1))
ONE_LENGTH_SINCE = dt.date(2026, 3, 1)  # article 60: 312 days at any age

LENGTHS = {  # months, and how often
    "art60": ((12, 18, 24), (60, 25, 15)),
    "cdd": ((6, 12), (30, 70)),
    "student": ((10,), (1,)),
    "internship": ((4,), (1,)),
    "civic_service": ((8,), (1,)),
}
HOURS = {
    "art60": ("38", "38", "38", "30.4"),
    "acs": ("38", "30.4", "19"),
    "cdi": ("38", "30.4", "19"),
    "maribel": ("19", "24"),
    "cdd": ("38", "19"),
    "seconded": ("19", "9.5"),
    "student": ("12",),
    "art17": ("6",),
    "civic_service": ("26",),
    "internship": ("30",),
    "freelance": ("8",),
    "volunteer": ("4", "6", "8"),
}


@dataclass(frozen=True)
class Draft:
    """A contract to write. `post` numbers the chain that it belongs to; everyone has one contract."""

    post: int
    type: str
    role: str
    legal_employer: str
    starts_on: dt.date
    planned_end: dt.date | None
    ended_on: dt.date | None
    hours_per_week: Decimal

    @property
    def access(self) -> Role:
        """The role of this person's account."""
        if self.role == ContractRole.COORDINATION:
            return Role.EPN_COORDINATOR
        return Role.VOLUNTEER if self.type == "volunteer" else Role.ANIMATOR

    def runs_on(self, day: dt.date) -> bool:
        return self.starts_on <= day and (self.ended_on is None or self.ended_on >= day)


def contracts(plan: EpnPlan, rng: random.Random, until: dt.date) -> list[Draft]:
    """Every contract of an EPN that began by `until`, post by post."""
    animation = [*["art60"] * plan.art60, *plan.others, *plan.offstaff, *["volunteer"] * plan.volunteers]
    posts = [(kind, ContractRole.ANIMATION) for kind in animation]
    if plan.art60 + len(plan.others) >= 2 or plan.weight > 0.5 or plan.trait == "host":
        posts.insert(0, ("cdi", ContractRole.COORDINATION))
    found = []
    for number, (kind, role) in enumerate(posts):
        post = Post(number, kind, role, plan, random.Random(rng.getrandbits(64)))
        found += [_known_by(draft, until) for draft in post.chain(until) if draft.starts_on <= until]
    return found


def _known_by(draft: Draft, until: dt.date) -> Draft:
    """Nobody knows on `until` what ends later, save what was planned."""
    return draft if draft.ended_on is not None and draft.ended_on <= until else replace(draft, ended_on=None)


@dataclass(frozen=True)
class Post:
    """A place in the team, held by one person after another."""

    number: int
    kind: str
    role: ContractRole
    plan: EpnPlan
    rng: random.Random

    @property
    def limited(self) -> bool:
        return self.kind in LENGTHS

    def chain(self, until: dt.date) -> list[Draft]:
        """From the holder of the reference day back to the first day, and on to `until`."""
        held = [self._cut(self._anchor())]
        while self.limited and held[0].starts_on > FIRST_DAY:
            held.insert(0, self._before(held[0]))
        if held[0].ended_on is not None and held[0].ended_on < FIRST_DAY:
            del held[0]
        while (ended := held[-1].ended_on) is not None and ended < until:
            held.append(self._cut(self._after(ended)))
        return held

    def _anchor(self) -> Draft:
        if self.limited:
            length = self._length(REFERENCE)
            start = REFERENCE - dt.timedelta(days=round(length * self.rng.uniform(0.1, 0.8)))
            planned = start + dt.timedelta(days=length - 1)
            return self._draft(start, planned, planned)
        lasting = self.role == ContractRole.COORDINATION or self.kind == "volunteer"
        start = dt.date(self.rng.choice((2019, 2020, 2021)), self.rng.randrange(1, 13), self.rng.choice((1, 15)))
        ended = dt.date(self.rng.choice((2023, 2024, 2025)), self.rng.randrange(3, 12), self.rng.choice((15, 28)))
        return self._draft(start, None, None if lasting else ended)

    def _before(self, following: Draft) -> Draft:
        ended = following.starts_on - dt.timedelta(days=self._pause())
        start = ended - dt.timedelta(days=self._length(following.starts_on) - 1)
        return self._draft(start, ended, ended)

    def _after(self, ended: dt.date) -> Draft:
        start = ended + dt.timedelta(days=self._pause())
        if self.plan.trait == "gap" and GAP[0] <= start <= GAP[1]:
            start = GAP[1] + dt.timedelta(days=1)
        if not self.limited:
            return self._draft(start, None, None)
        planned = start + dt.timedelta(days=self._length(start) - 1)
        early = self.rng.randrange(10, 60) if self.rng.random() < 0.12 else 0
        return self._draft(start, planned, planned - dt.timedelta(days=early))

    def _cut(self, draft: Draft) -> Draft:
        if self.plan.trait != "gap" or draft.starts_on >= GAP[0]:
            return draft
        if draft.ended_on is not None and draft.ended_on < GAP[0]:
            return draft
        return replace(draft, ended_on=GAP[0] - dt.timedelta(days=1))

    def _length(self, start: dt.date) -> int:
        """In days."""
        if self.kind == "art60" and start >= ONE_LENGTH_SINCE:
            return 365
        return round(self.rng.choices(*LENGTHS[self.kind])[0] * 30.4)

    def _pause(self) -> int:
        """Days until a post is filled again. The counter of the first EPN never stands empty."""
        return 1 if self.plan.slug == "rue-de-la-poste" else self.rng.choice((1, 1, 4, 12, 25, 45, 70))

    def _draft(self, start: dt.date, planned: dt.date | None, ended: dt.date | None) -> Draft:
        return Draft(
            post=self.number,
            type=self.kind,
            role=self.role,
            legal_employer=employer(self.kind, self.plan),
            starts_on=start,
            planned_end=planned,
            ended_on=ended,
            hours_per_week=Decimal(self.rng.choice(HOURS[self.kind])),
        )


def employer(kind: str, plan: EpnPlan) -> str:
    """Who is the employer in law: never the EPN itself for article 60 and people lent by the commune."""
    town = plan.sites[0].town
    dutch = plan.language == "nl"
    if kind == "art60":
        return f"OCMW {town}" if dutch else f"CPAS de {town}"
    if kind == "seconded":
        return f"Gemeente {town}" if dutch else f"Commune de {town}"
    if kind in ("volunteer", "civic_service"):
        return ""
    if kind == "internship":
        return "Hogeschool van het Voorbeeld" if dutch else "Haute École de l'Exemple"
    if kind == "freelance":
        return "Zelfstandige" if dutch else "Indépendant"
    if plan.country == "fr":
        return f"Association {plan.name}"
    return f"vzw {plan.name}" if dutch else f"ASBL {plan.name}"

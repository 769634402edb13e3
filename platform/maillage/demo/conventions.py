"""Conventions of article 60 contracts with their CPAS, evaluations, alerts, and what became of those who left."""

from __future__ import annotations

import datetime as dt
import random

from maillage.demo.places import EpnPlan
from maillage.demo.visits import ZONE
from tenants.article60.enums import ARTICLE_60
from tenants.article60.models import Alert, Convention, Evaluation
from tenants.article60.months import months_before
from tenants.article60.selectors import step_of
from tenants.staff.enums import AfterEnd, EndReason
from tenants.staff.models import Contract

# The first EPN's, in the order of their start: days after the demo's last one on which the CPAS ends a contract, and
# how many days it knows from before. The planned ends are later, so that the difference shows.
TOLD_AT_POSTE = ((30, 75), (60, 52))
TASKS = {
    "fr": (
        "Accueil au guichet, aide aux démarches en ligne, tenue de la salle d'ordinateurs.",
        "Accompagnement individuel, préparation des ateliers, petit entretien du matériel.",
    ),
    "nl": (
        "Onthaal aan de balie, hulp bij online aanvragen, toezicht in de computerzaal.",
        "Individuele begeleiding, workshops voorbereiden, klein onderhoud van het materiaal.",
    ),
}
CONCLUSIONS = {
    "fr": (
        "Prend confiance au guichet. Formation à l'accueil demandée.",
        "Anime un atelier, objectifs atteints.",
    ),
    "nl": ("Krijgt vertrouwen aan de balie. Opleiding onthaal gevraagd.", "Geeft alleen een workshop. Doelen gehaald."),
}
CONTACTS = {"fr": "Service emploi du CPAS", "nl": "Dienst tewerkstelling van het OCMW"}
CONTRIBUTIONS = (0, 0, 25_000, 40_000, None)  # cents a month
BEFORE = (None, None, None, 0, 52)  # days known from before
AFTER = (
    (AfterEnd.UNEMPLOYMENT, 40), (AfterEnd.JOB, 22), (AfterEnd.JOB_HERE, 5), (AfterEnd.TRAINING, 10),
    (AfterEnd.OTHER, 5), (AfterEnd.UNKNOWN, 18),
)  # fmt: skip
NOT_WRITTEN_YET = dt.timedelta(days=45)
AN_EVALUATION_EACH = dt.timedelta(days=120)


def write_conventions(plan: EpnPlan, until: dt.date) -> None:
    """In the space that one is in, as its own role."""
    found = list(Contract.objects.filter(type=ARTICLE_60).order_by("starts_on", "pk"))
    _close(plan, [one for one in found if one.ended_on is not None], until)
    running = [one for one in found if one.ended_on is None]
    conventions = Convention.objects.bulk_create(
        [_convention(plan, one, until, number) for number, one in enumerate(running)]
    )
    evaluations: list[Evaluation] = []
    alerts: list[Alert] = []
    for contract, convention in zip(running, conventions, strict=True):
        ends_on = convention.cpas_end or contract.planned_end or until
        evaluations += _evaluations(plan, convention, contract.starts_on, ends_on, until)
        if (months := step_of(ends_on, until)) is not None:
            told_on = max(months_before(ends_on, months), contract.starts_on)
            alerts.append(Alert(contract=contract, months=months, ends_on=ends_on, told_on=told_on, people=1))
    Evaluation.objects.bulk_create(evaluations)
    Alert.objects.bulk_create(alerts)


def _rng(plan: EpnPlan, contract: Contract) -> random.Random:
    """Of one contract, so that a shorter demo draws the same."""
    return random.Random(f"article60/{plan.slug}/{contract.starts_on}/{contract.hours_per_week:f}")


def _close(plan: EpnPlan, ended: list[Contract], until: dt.date) -> None:
    """Why each ended and what came after; of the last ones nobody has written it yet."""
    outcomes, weights = zip(*AFTER, strict=True)
    for one in ended:
        early = one.planned_end is not None and one.ended_on is not None and one.ended_on < one.planned_end
        if one.ended_on is not None and until - one.ended_on < NOT_WRITTEN_YET:
            continue
        one.end_reason = EndReason.LEFT if early else EndReason.RIGHTS_OPENED
        one.after_end = _rng(plan, one).choices(outcomes, weights)[0]
    Contract.objects.bulk_update(ended, ["end_reason", "after_end"])


def _convention(plan: EpnPlan, contract: Contract, until: dt.date, number: int) -> Convention:
    rng = _rng(plan, contract)
    cpas_end, prior = (contract.planned_end if rng.random() < 0.6 else None), rng.choice(BEFORE)
    if plan.slug == "rue-de-la-poste" and number < len(TOLD_AT_POSTE):
        days, prior = TOLD_AT_POSTE[number]
        cpas_end = until + dt.timedelta(days=days)
    moment = dt.datetime.combine(contract.starts_on, dt.time(14, 0), ZONE)
    return Convention(
        contract=contract,
        contribution_cents=rng.choice(CONTRIBUTIONS),
        tasks=rng.choice(TASKS[plan.language]),
        signed_on=contract.starts_on - dt.timedelta(days=rng.randrange(2, 15)),
        cpas_end=cpas_end,
        prior_days=prior,
        contact=CONTACTS[plan.language],
        created_at=moment,
        updated_at=moment,
    )


def _evaluations(
    plan: EpnPlan, convention: Convention, starts_on: dt.date, ends_on: dt.date, until: dt.date
) -> list[Evaluation]:
    """One every four months: those that have come are done, the next one is planned."""
    found: list[Evaluation] = []
    day = starts_on + AN_EVALUATION_EACH
    while day < ends_on:
        is_done = day <= until
        moment = dt.datetime.combine(min(day, until), dt.time(11, 0), ZONE)
        text = CONCLUSIONS[plan.language][len(found) % 2] if is_done else ""
        found.append(
            Evaluation(
                convention=convention, planned_on=day, done_on=day if is_done else None, conclusion=text,
                created_at=moment, updated_at=moment,
            )
        )  # fmt: skip
        if not is_done:
            break
        day += AN_EVALUATION_EACH
    return found

"""The census of Caban: the edition of 2022, signed by its 22 labelled EPN and frozen, and the last year's, open.

Each answer is drawn with a generator of its own, seeded with the EPN's and the year's names. Whatever daily work tells
is filled in by the same code as anywhere; a few EPN correct it, explain a gap, or haven't opened their return yet.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q

from maillage.demo.happening import OPENED
from maillage.demo.visits import ZONE
from network.cadastre.editions.enums import Provenance, State, Step
from network.cadastre.editions.freezing import close
from network.cadastre.editions.models import CensusReturn, Edition, Indicator, Questionnaire, ReturnStep, ReturnValue
from network.cadastre.editions.opening import make_returns, who_is_asked
from network.cadastre.editions.questionnaire import latest_questionnaire
from network.cadastre.enums import Perimeter
from tenants.registry.crossing import entered
from tenants.registry.enums import Role
from tenants.registry.models import Federation, Membership

NOBODY = "Une personne de l’EPN"
BY_RANK = (Role.EPN_COORDINATOR, Role.ANIMATOR, Role.VOLUNTEER)
ROLES = ("coordinatrice", "coordinateur", "direction", "responsable de l’EPN")
MISSING = (
    "Une personne de plus le matin.", "Des ordinateurs qui démarrent en moins de dix minutes.",
    "Un contrat de plus d’un an pour qui anime.", "Een lokaal waar men rustig kan praten.",
    "Du temps pour préparer les ateliers.", "Meer stoelen in de wachtzaal.",
)  # fmt: skip
PAPER = "Deux semaines notées sur papier, pas encore encodées."
COMMENT = "Vos recettes sont dix fois vos dépenses : un zéro de trop ? Corrigez-les, puis signez à nouveau. Merci !"
# Of the open edition, in the order of the EPN's names; the first ones of the cast have a state of their own.
OF_THE_CAST = {"Rue de la Poste": "prefilled", "Les Abattoirs numériques": "sent_back", "Bosnie 2.0": "signed"}
STATES = ("validated", "signed", "begun", "validated", "never", "validated", "nearly", "signed", "begun", "never")
SIGNED = ("validated", "signed", "sent_back")


def write_editions(federation: Federation, until: dt.date) -> None:
    """In the federation, once its figures and cards are there. What was done after the demo's last day isn't there."""
    signers = _signers(federation, until)
    with entered(federation.space), transaction.atomic():
        questionnaire = latest_questionnaire()
        Questionnaire.objects.update(created_at=OPENED)
        if until >= dt.date(2023, 3, 31):
            _closed(questionnaire, signers[0], until)
        _open(questionnaire, signers[1], until)


def _signers(federation: Federation, until: dt.date) -> list[dict[int, str]]:
    """Who signs for each EPN early in 2023 and on the last day, by name: who coordinates, else who animates."""
    spaces = list(federation.affiliations.order_by("epn").values_list("epn", flat=True))
    found: list[dict[int, str]] = []
    for day in (dt.date(2023, 2, 1), until):
        moment = _at(day)
        there = Membership.objects.filter(space__in=spaces, role__in=BY_RANK, since__lte=moment)
        there = there.filter(Q(until__isnull=True) | Q(until__gt=moment))
        rows = sorted(
            there.values_list("space", "role", "pk", "person__name"), key=lambda row: (BY_RANK.index(row[1]), row[2])
        )
        names: dict[int, str] = {}
        for space, _role, _pk, name in rows:
            names.setdefault(space, name)
        found.append(names)
    return found


def _at(day: dt.date, hour: int = 10, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), ZONE)


def _edition(
    questionnaire: Questionnaire, year: int, perimeter: str, opened: dt.date, due_on: dt.date, as_of: dt.datetime
) -> tuple[Edition, list[CensusReturn]]:
    moment = _at(opened, 9)
    edition: Edition = Edition.objects.create(
        year=year, perimeter=perimeter, questionnaire=questionnaire, reference_day=dt.date(year, 12, 31), due_on=due_on,
        opened_at=moment,
    )  # fmt: skip
    returns = make_returns(
        edition, who_is_asked(year, perimeter, opened), by_id=None, by_name="Dries De Knop", at=moment
    )
    computed = ReturnValue.objects.filter(census_return__edition=edition)
    computed.filter(computed_as_of__isnull=True).update(at=moment)
    computed.filter(computed_as_of__isnull=False).update(at=moment, computed_as_of=as_of)
    CensusReturn.objects.filter(edition=edition).update(prefilled_at=moment)
    for one in returns:
        one.prefilled_at = moment
    return edition, returns


def _closed(questionnaire: Questionnaire, signers: Mapping[int, str], until: dt.date) -> None:
    opened, due_on = dt.date(2023, 1, 16), dt.date(2023, 2, 28)
    edition, returns = _edition(questionnaire, 2022, Perimeter.LABELLED, opened, due_on, _at(opened, 6))
    answers = _Answers(edition)
    steps: list[ReturnStep] = []
    for one in returns:
        rng = random.Random(f"{one.name} {edition.year}")
        signed = _at(opened + dt.timedelta(days=rng.randrange(3, 41)), rng.randrange(9, 18), rng.randrange(60))
        decided = signed + dt.timedelta(days=rng.randrange(1, 9), hours=rng.randrange(1, 4))
        name = signers.get(one.epn_id, NOBODY)
        answers.complete(one, rng, name, signed)
        _sign(one, name, rng, signed)
        one.state, one.decided_at, one.version = State.VALIDATED, decided, 4
        steps += [
            _step(one, Step.SUBMITTED, signed, name, text=one.signed_role),
            _step(one, Step.VALIDATED, decided, "Dries De Knop", network=True),
        ]
    _write(answers, steps, returns)
    close(edition, returns, at=_at(dt.date(2023, 3, 20), 15), by_id=None, by_name="Dries De Knop")


def _open(questionnaire: Questionnaire, signers: Mapping[int, str], until: dt.date) -> None:
    opened = until - dt.timedelta(days=30)
    edition, returns = _edition(
        questionnaire, until.year, Perimeter.ALL, opened, until + dt.timedelta(days=14), _at(opened, 6)
    )
    answers = _Answers(edition)
    steps: list[ReturnStep] = []
    for number, one in enumerate(returns):
        rng = random.Random(f"{one.name} {edition.year}")
        what = OF_THE_CAST.get(one.name) or STATES[number % len(STATES)]
        name = signers.get(one.epn_id, NOBODY)
        begun = _at(opened + dt.timedelta(days=rng.randrange(2, 12)), rng.randrange(9, 18), rng.randrange(60))
        _go_on(one, what, rng, name, begun, answers, steps)
        if what == "nearly" or number % 13 == 8:
            one.due_on = until + dt.timedelta(days=45)
            steps.append(_step(one, Step.EXTENDED, _at(until, 11), "Dries De Knop", network=True, text=f"{one.due_on}"))
        elif what in ("begun", "never") and number % 2:
            steps.append(
                _step(one, Step.REMINDED, _at(until - dt.timedelta(days=4), 11), "Dries De Knop", network=True)
            )
    _write(answers, steps, returns)


def _go_on(
    one: CensusReturn, what: str, rng: random.Random, name: str, begun: dt.datetime, answers: _Answers,
    steps: list[ReturnStep],
) -> None:  # fmt: skip
    """How far an EPN is, up to the demo's last day."""
    if what in ("begun", "nearly"):
        answers.complete(one, rng, name, begun, leave_out=1 if what == "nearly" else 5)
        steps.append(_step(one, Step.SAVED, begun, name))
        one.version = 2
    if what not in SIGNED:
        return
    network = rng.random() < 0.1 and what == "signed"
    by = "Dries De Knop" if network else name
    signed = begun + dt.timedelta(days=rng.randrange(1, 6), minutes=rng.randrange(60))
    answers.complete(one, rng, by, begun, strange=what == "sent_back")
    _sign(one, name, rng, signed)
    one.on_behalf, one.version = network, 3
    steps.append(_step(one, Step.SUBMITTED, signed, by, network=network, text=one.signed_role))
    if what == "signed":
        return
    one.decided_at, one.version = signed + dt.timedelta(days=2, hours=3), 4
    if what == "validated":
        one.state = State.VALIDATED
        steps.append(_step(one, Step.VALIDATED, one.decided_at, "Dries De Knop", network=True))
    else:
        one.state, one.comment = State.RETURNED, COMMENT
        steps.append(_step(one, Step.RETURNED, one.decided_at, "Dries De Knop", network=True, text=one.comment))


def _sign(one: CensusReturn, name: str, rng: random.Random, at: dt.datetime) -> None:
    one.state, one.submitted_at = State.SUBMITTED, at
    one.signed_name, one.signed_role = name, rng.choice(ROLES)


def _step(
    one: CensusReturn, step: Step, at: dt.datetime, name: str, *, network: bool = False, text: str = ""
) -> ReturnStep:
    return ReturnStep(census_return=one, step=step, at=at, by_name=name, for_network=network, text=text)


def _write(answers: _Answers, steps: Sequence[ReturnStep], returns: Sequence[CensusReturn]) -> None:
    answers.write()
    ReturnStep.objects.bulk_create(steps)
    written = (
        "state", "version", "due_on", "submitted_at", "signed_name", "signed_role", "on_behalf", "decided_at",
        "comment",
    )  # fmt: skip
    CensusReturn.objects.bulk_update(returns, written)


class _Answers:
    """What the EPN of an edition answer, beside what daily work has filled in."""

    def __init__(self, edition: Edition) -> None:
        self.indicators = list(Indicator.objects.filter(questionnaire=edition.questionnaire))
        self.known: dict[tuple[int, int], ReturnValue] = {
            (one.census_return_id, one.indicator_id): one
            for one in ReturnValue.objects.filter(census_return__edition=edition).order_by("pk")
        }
        self.made: list[ReturnValue] = []
        self.changed: list[ReturnValue] = []

    def complete(
        self, one: CensusReturn, rng: random.Random, name: str, at: dt.datetime, *, leave_out: int = 0,
        strange: bool = False,
    ) -> None:  # fmt: skip
        """All that is required, but for the last `leave_out`. `strange`: an income with a nought too many."""
        declared = _declared(rng, strange=strange)
        asked = [each for each in self.indicators if each.required or each.code in declared]
        open_ones = [each for each in asked if not self._has_value(one, each)]
        for each in open_ones[: len(open_ones) - leave_out]:
            value = declared.get(each.code)
            self._put(one, each, value, name, at, "" if value is not None else "Nous ne le notons pas.")
        if not leave_out and not strange and rng.random() < 0.15:
            self._noted_on_paper(one, rng, name, at)

    def _has_value(self, one: CensusReturn, indicator: Indicator) -> bool:
        value = self.known.get((one.pk, indicator.pk))
        return value is not None and value.value is not None

    def _noted_on_paper(self, one: CensusReturn, rng: random.Random, name: str, at: dt.datetime) -> None:
        """Two weeks that aren't typed in yet: more visits, and as many more attendances."""
        more = rng.randrange(8, 40)
        for each in self.indicators:
            value = self.known.get((one.pk, each.pk))
            if each.code in ("visits", "attendances") and value is not None and value.computed is not None:
                self._put(one, each, str(Decimal(value.computed) + more), name, at, PAPER)

    def _put(
        self, one: CensusReturn, indicator: Indicator, given: Any, name: str, at: dt.datetime, explanation: str
    ) -> None:
        value = self.known.get((one.pk, indicator.pk))
        if value is None:
            value = ReturnValue(census_return=one, indicator=indicator)
            self.made.append(value)
        else:
            self.changed.append(value)
        value.value, value.explanation, value.by_name, value.at = given, explanation, name, at
        if given is not None:
            value.provenance = Provenance.DECLARED if value.computed is None else Provenance.CORRECTED

    def write(self) -> None:
        ReturnValue.objects.bulk_create(self.made)
        ReturnValue.objects.bulk_update(self.changed, ["value", "provenance", "explanation", "by_name", "at"])


def _declared(rng: random.Random, *, strange: bool) -> dict[str, Any]:
    income = Decimal(rng.randrange(17_000, 33_000))
    subsidies = (income * rng.randrange(55, 95) / 100).quantize(Decimal("0.01"))
    said: dict[str, Any] = {
        "refused": "no",
        "price": rng.choice(("free", "free", "free", "some")),
        "computers": str(rng.randrange(6, 15)),
        "eid_readers": str(rng.randrange(1, 7)),
        "income": f"{income * (10 if strange else 1):.2f}",
        "subsidies": f"{subsidies:.2f}",
        "expenses": f"{income * rng.randrange(92, 104) / 100:.2f}",
    }
    if rng.random() < 0.6:
        said["what_is_missing"] = rng.choice(MISSING)
    return said

"""When two EPN turn out to be one place, the label goes on with the one that is kept, and an open application too.

What was decided stays under the name of the EPN that goes. Called in the federation's space, in the transaction of the
merge; `give_back` undoes it, unless the network has decided something about the kept one since.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

from network.cadastre.recognition.enums import Purpose, State, Verdict
from network.cadastre.recognition.models import Application, Decision
from network.cadastre.recognition.selectors import last_decisions, open_applications, running_labels
from network.cadastre.recognition.services import decide, undo_decision
from network.cadastre.services import grant_recognition, take_back_recognition

A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Label:
    """Where an EPN stands: whether it has the label, the application that is open, the last decision that counts."""

    running: bool
    application: Application | None = None
    decision: Decision | None = None

    @property
    def recheck_on(self) -> dt.date | None:
        return self.decision.recheck_on if self.running and self.decision else None


@dataclass(frozen=True)
class Plan:
    """What comes of the label of the EPN that goes, and of its open application: it moves, or stays where it is."""

    label: bool = False
    moves: bool = False
    stays: bool = False
    answered: bool = False  # the kept one's own signed application: it gets what it asked for
    own: bool = False  # the kept one has an open application of its own, so the other stays


def plan(*, going: Label, kept: Label) -> Plan:
    """The kept one gets the label if it has none; an application fits only where it asks for what isn't there yet."""
    label = going.running and not kept.running
    signed = kept.application is not None and kept.application.state == State.SIGNED
    answered = label and signed and going.recheck_on is not None
    own = kept.application is not None and not answered
    moves = False
    if going.application is not None and not own:
        moves = (going.application.purpose == Purpose.RECHECK) == (kept.running or label)
    return Plan(label=label, moves=moves, stays=going.application is not None and not moves, answered=answered, own=own)


def label_of(*epn_ids: int) -> dict[int, Label]:
    running, waiting, decided = running_labels(epn_ids), open_applications(epn_ids), last_decisions(epn_ids)
    return {one: Label(one in running, waiting.get(one), decided.get(one)) for one in epn_ids}


@dataclass(frozen=True)
class HandedOver:
    """What `give_back` needs to know: the number of the decision, the label's row, the application. None: nothing."""

    decision: int | None = None
    label_id: int | None = None  # of a label that nobody decided
    application_id: int | None = None


def hand_over(*, going_id: int, kept_id: int, reason: str, by_id: int | None, by_name: str) -> HandedOver:
    """By a decision of today with the conditions and the re-check of the last one; a label without any has none."""
    labels = label_of(going_id, kept_id)
    going = labels[going_id]
    what = plan(going=going, kept=labels[kept_id])
    number = label_id = application_id = None
    if what.label:
        last, today = going.decision, timezone.localdate()
        if last is None or last.recheck_on is None:
            label_id = grant_recognition(epn_id=kept_id, since=today, note=reason).pk
        else:
            number = decide(
                epn_id=kept_id,
                verdict=Verdict.CONDITIONAL if last.conditions else Verdict.RECOGNISED,
                decided_on=today, since=today, recheck_on=max(last.recheck_on, today + A_DAY),
                reason=reason, conditions=last.conditions, by_id=by_id, by_name=by_name,
            ).number  # fmt: skip
    if what.moves and going.application is not None:
        application_id = going.application.pk
        _move(application_id, kept_id)
    return HandedOver(number, label_id, application_id)


def give_back(
    *, going_id: int, kept_id: int, handed: HandedOver, since: dt.datetime, by_name: str
) -> tuple[bool, bool]:
    """Whether label and application are where they were. What the network has decided `since` then stays decided."""
    application = label = True
    if handed.application_id is not None:
        mine = open_applications([kept_id]).get(kept_id)
        application = mine is not None and mine.pk == handed.application_id
        if application:
            _move(handed.application_id, going_id)
    try:
        if handed.decision is not None:
            undo_decision(epn_id=kept_id, number=handed.decision, by_name=by_name)
        elif handed.label_id is not None:
            decided = Decision.objects.filter(epn_id=kept_id, created_at__gte=since, undone_at__isnull=True)
            label = not decided.exists()
            if label:
                take_back_recognition(recognition_id=handed.label_id)
    except ValidationError:  # something followed it
        label = False
    return label, application


def _move(application_id: int, epn_id: int) -> None:
    """Whoever had it before their eyes is told that it changed: the version goes up."""
    Application.objects.filter(pk=application_id).update(epn_id=epn_id, version=F("version") + 1)

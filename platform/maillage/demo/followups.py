"""Follow-ups of a few EPN around the demo's last day: what is late, due and to come, and one that is nearly erased."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from maillage.demo.visits import ZONE
from tenants.followup.codes import new_code
from tenants.followup.models import ErasureRun, Step, Thread

WHERE = ("rue-de-la-poste", "abattoirs", "marolles", "laeken", "kiosque-de-nevers")


@dataclass(frozen=True)
class Story:
    """`done` and `due`: what happened or is to do, by days from the demo's last one. `closed`: (days, ending)."""

    themes: tuple[str, ...]
    about: str
    done: tuple[tuple[int, str], ...]
    due: tuple[tuple[int, str], ...] = ()
    closed: tuple[int, str] | None = None
    consent: str = "oral"
    language: str = "fr"


STORIES = (
    Story(
        ("housing",), "Inscription pour un logement social, en plusieurs rendez-vous.",
        ((-36, "Compte créé ensemble, pièces à rassembler."), (-12, "Composition de ménage demandée à la commune.")),
        ((-2, "Envoyer le dossier complet, si la composition de ménage est arrivée."),),
    ),
    Story(
        ("study_grant", "school"), "Demande d'allocation d'études pour deux enfants.",
        ((-8, "Première demande envoyée. Le recommandé a été évité."),),
        ((0, "Vérifier l'accusé de réception, commencer la deuxième demande."),),
        consent="signed",
    ),
    Story(
        ("digital_id",), "Installer itsme sur un nouveau téléphone.",
        ((-5, "Ancien compte fermé, rendez-vous pris à la banque."),),
        ((6, "Activer avec la banque, puis essayer une connexion."),), language="nl",
    ),
    Story(
        ("cv", "job"), "CV et espace personnel du service de l'emploi.",
        ((-61, "CV écrit."), (-47, "Espace personnel ouvert, première candidature.")), closed=(-40, "reached"),
    ),
    Story(
        ("residence",), "Suivre le renouvellement d'un titre de séjour.",
        ((-345, "Demande introduite en ligne. La réponse doit venir par courrier."),), language="en",
    ),
)  # fmt: skip


def write_followups(slug: str, people: Sequence[int], until: dt.date) -> None:
    """In the space that one is in, as its own role. `people`: accounts at work on the last day, the first ones most."""
    if slug not in WHERE or not people:
        return
    rng = random.Random(f"follow-up/{slug}/{until}")

    def key() -> uuid.UUID:
        return uuid.UUID(int=rng.getrandbits(128), version=4)

    def moment(day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(10, rng.randrange(60)), ZONE)

    steps: list[Step] = []
    for number, story in enumerate(STORIES):
        animator = people[number % len(people)]
        days = [until + dt.timedelta(days=offset) for offset, _text in story.done]
        last = days[-1] if story.closed is None else until + dt.timedelta(days=story.closed[0])
        thread = Thread.objects.create(
            key=key(), code=new_code(rng.choice), consent=story.consent, consent_on=days[0], consent_by_id=animator,
            language=story.language, animator_id=animator, themes=list(story.themes), about=story.about,
            opened_on=days[0], closed_on=last if story.closed else None, ending=story.closed[1] if story.closed else "",
            last_activity=last, created_at=moment(days[0]), updated_at=moment(last),
        )  # fmt: skip
        for day, (_offset, text) in zip(days, story.done, strict=True):
            steps.append(_step(thread, key(), text, animator, moment(day), done_on=day))
        for offset, text in story.due:
            due = until + dt.timedelta(days=offset)
            steps.append(_step(thread, key(), text, animator, moment(last), due_on=due))
    Step.objects.bulk_create(steps)
    months = 12
    for weeks in (31, 12, 3):
        count = rng.randint(1, 4)
        ErasureRun.objects.create(
            day=until - dt.timedelta(weeks=weeks), threads=count, steps=count * rng.randint(2, 5), months=months
        )


def _step(
    thread: Thread, key: uuid.UUID, text: str, animator: int, moment: dt.datetime, *,
    due_on: dt.date | None = None, done_on: dt.date | None = None,
) -> Step:  # fmt: skip
    return Step(
        thread=thread, key=key, text=text, animator_id=animator, due_on=due_on, done_on=done_on, created_at=moment,
        updated_at=moment,
    )  # fmt: skip

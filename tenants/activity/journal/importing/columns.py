"""Which columns of a visit a file may have, and by which names: ours, and what people call them in three languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from maillage.reference.models import Term
from maillage.reference.selectors import label_of, terms
from maillage.spreadsheets.headings import guess
from maillage.spreadsheets.texts import folded
from tenants.activity.enums import Channel, Margin

# How a cell is read.
DAY, MINUTES, COUNT, EUROS, YES_NO, TEXT, CODE, CODES, SITE, PERSON = (
    "day", "minutes", "count", "euros", "yes_no", "text", "code", "codes", "site", "person",
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """`vocabulary` of a code; `fact` is the word of VisitFacts; `needed`: in the file, or the same for every line."""

    name: str
    label: Any
    kind: str
    fact: str = ""
    vocabulary: str = ""
    needed: bool = False
    names: tuple[str, ...] = ()

    @property
    def is_named(self) -> bool:
        """Its cells name things that are known by a code or a number."""
        return self.kind in (CODE, CODES, SITE, PERSON)


PLAIN: tuple[Column, ...] = (
    Column("date", _("Day"), DAY, needed=True, names=("jour", "le", "dag", "datum", "day", "date de la visite")),
    Column("minutes", _("Minutes"), MINUTES, needed=True,
           names=("duree", "duree minutes", "temps", "duur", "tijd", "duration", "minuten", "min")),
    Column("site", _("Site"), SITE, "site_id", needed=True, names=("lieu", "antenne", "plaats", "locatie", "place")),
    Column("mode", _("Mode"), CODE, "mode", "mode", True, ("type", "type d accompagnement", "soort", "wijze")),
    Column("themes", _("Themes"), CODES, "themes", "theme", True,
           ("theme", "sujet", "demande", "objet", "thema", "onderwerp", "vraag", "topic")),
    Column("outcome", _("Outcome"), CODE, "outcome", "outcome", True,
           ("resultat", "issue", "suite", "resultaat", "uitkomst", "result")),
    Column("attendances", _("People present"), COUNT,
           names=("personnes", "nombre de personnes", "participants", "nombre", "personen", "aantal", "people")),
    Column("autonomy", _("Autonomy"), CODE, "autonomy", "autonomy", names=("autonomie", "zelfstandigheid")),
    Column("animator", _("Animator"), PERSON, "animator_id",
           names=("animateur", "animatrice", "animateur rice", "accompagnant", "begeleider", "medewerker", "staff")),
    Column("note", _("Note"), TEXT, names=("remarque", "remarques", "commentaire", "notes", "opmerking", "comment")),
    Column("obstacle_provider", _("Obstacle: whose service"), CODE, "obstacle_provider", "provider",
           names=("service", "organisme", "dienst", "provider")),
    Column("obstacle_channel", _("Obstacle: where"), CODE, "obstacle_channel", "channel",
           names=("canal", "kanaal", "channel")),
    Column("obstacle_kind", _("Obstacle: what"), CODE, "obstacle_kind", "obstacle",
           names=("obstacle", "probleme", "hindernis", "probleem", "problem")),
    Column("obstacle_cost_eur", _("Cost borne by the person (€)"), EUROS,
           names=("cout", "frais", "kost", "kosten", "cost")),
    Column("obstacle_minutes_lost", _("Time lost by the person (minutes)"), MINUTES,
           names=("temps perdu", "tijdverlies")),
    Column("exceptional", _("Exceptional case"), YES_NO, names=("cas exceptionnel", "exceptionnel", "uitzonderlijk")),
    Column("causes", _("What holds the person back"), CODES, "causes", "cause",
           names=("cause", "causes", "frein", "oorzaak")),
    Column("referral", _("Referred to"), CODE, "referral", "referral",
           names=("oriente vers", "orientation", "doorverwijzing", "doorverwezen naar")),
    Column("referral_to", _("Name of the organisation"), TEXT, names=("nom de l organisme", "naam organisatie")),
    Column("language", _("Language of the exchange"), CODE, "language", "language",
           names=("langue", "taal")),
)  # fmt: skip
# What may hold for every line of a file that lacks the column.
FOR_EVERY_LINE = ("minutes", "site", "mode", "themes", "outcome", "animator")


def _in_three_languages(term: Term) -> tuple[str, ...]:
    return tuple(folded(label) for label in (term.label_fr, term.label_nl, term.label_en))


def columns() -> dict[str, Column]:
    """By name, in their order; after the plain ones, one for each count of the audience."""
    found = {one.name: one for one in PLAIN}
    for margin in Margin:
        for term in terms(margin, retired=True):
            name = f"{margin}_{term.code}"
            label = f"{margin.label}: {label_of(margin, term.code)}"
            found[name] = Column(name, label, COUNT, names=_in_three_languages(term))
    return found


def guessed(headings: Iterable[str], habits: Mapping[str, str]) -> dict[int, str]:
    """Position of a heading → the column that it is: as the last time, by its name, or by one of its usual names.

    A column is guessed once, the better name first.
    """
    return guess(
        headings,
        habits,
        {
            one.name: (one.name, f"{one.name}_code", f"{one.name}_codes", str(one.label), *one.names)
            for one in columns().values()
        },
    )


def codes_of(column: Column) -> dict[str, str]:
    """Folded name → code: the code itself, and the labels in three languages. Retired terms can't be written."""
    if column.vocabulary == "channel":
        return {folded(word): one.value for one in Channel for word in (one.value, str(one.label))}
    known: dict[str, str] = {}
    for term in terms(column.vocabulary):
        for word in (folded(term.code), *_in_three_languages(term)):
            known.setdefault(word, term.code)
    return known


def choices_of(column: Column) -> list[tuple[str, str]]:
    if column.vocabulary == "channel":
        return [(one.value, str(one.label)) for one in Channel]
    return [(term.code, label_of(column.vocabulary, term.code)) for term in terms(column.vocabulary)]

"""Which columns a list of staff may have, and by which names; what its words for types and roles stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from maillage.reference.selectors import label_of
from maillage.spreadsheets.headings import guess
from maillage.spreadsheets.texts import folded
from tenants.staff.enums import ContractRole
from tenants.staff.selectors import offered_types

DAY, HOURS, TEXT, TYPE, ROLE = "day", "hours", "text", "type", "role"  # how a cell is read
LANGUAGES = ("fr", "nl", "en")


@dataclass(frozen=True)
class Column:
    """`name` is the word of ContractFacts, or one of the three for the person."""

    name: str
    label: Any
    kind: str
    names: tuple[str, ...] = ()
    needed: bool = False
    about: Any = ""

    @property
    def is_named(self) -> bool:
        """Its cells name things that are known by a code."""
        return self.kind in (TYPE, ROLE)


A_DAY = _("A day, like 31/12/2026 or 2026-12-31.")
PERSON = "person"
COLUMNS: dict[str, Column] = {
    one.name: one
    for one in (
        Column(PERSON, _("Person"), TEXT, about=_("First name and name. They may stand in two columns."),
               names=("personne", "nom et prenom", "prenom et nom", "nom prenom", "prenom nom", "travailleur",
                      "travailleuse", "collaborateur", "animateur", "employe", "agent", "naam en voornaam",
                      "volledige naam", "medewerker", "persoon", "full name", "staff", "nom complet")),
        Column("first_name", _("First name"), TEXT, about=_("Where the name stands in two columns."),
               names=("prenom", "voornaam", "first name", "prenoms")),
        Column("last_name", _("Last name"), TEXT, about=_("Where the name stands in two columns, or alone."),
               names=("nom", "nom de famille", "naam", "achternaam", "familienaam", "surname", "name")),
        Column("type", _("Contract type"), TYPE, needed=True, about=_("Your own words: you say once what they are."),
               names=("type de contrat", "contrat", "statut", "code of the type", "type_code", "soort contract",
                      "contracttype", "statuut", "contract", "soort")),
        Column("role", _("Role"), ROLE, about=_("Animation where it is empty."),
               names=("fonction", "poste", "functie", "rol", "taak", "job", "function")),
        Column("legal_employer", _("Legal employer"), TEXT, about=_("Where it is empty, the usual one for the type."),
               names=("employeur", "employeur legal", "employeur juridique", "werkgever", "juridische werkgever",
                      "employer")),
        Column("host", _("Host"), TEXT, about=_("Where the person works, if not at your own organisation."),
               names=("lieu de travail", "utilisateur", "organisme d accueil", "hote", "gebruiker",
                      "plaats van tewerkstelling", "gastorganisatie", "accueil")),
        Column("reference", _("Number or reference"), TEXT, about=_("Of the post, the subsidy or the convention."),
               names=("reference", "numero", "no", "n", "numero de poste", "dossier", "referentie", "nummer")),
        Column("starts_on", _("Start"), DAY, needed=True, about=A_DAY,
               names=("debut", "date de debut", "entree", "date d entree", "debut du contrat", "du", "depuis", "begin",
                      "begindatum", "startdatum", "in dienst", "datum in dienst", "start date", "van")),
        Column("planned_end", _("Planned end"), DAY, about=A_DAY,
               names=("fin prevue", "date de fin prevue", "fin", "date de fin", "fin de contrat", "fin du contrat",
                      "echeance", "au", "jusqu au", "einde", "einddatum", "voorzien einde", "geplande einddatum", "tot",
                      "end date", "end")),
        Column("ended_on", _("Real end"), DAY, about=A_DAY,
               names=("fin reelle", "date de fin reelle", "sortie", "date de sortie", "parti le", "uit dienst",
                      "datum uit dienst", "werkelijk einde", "left on")),
        Column("hours_per_week", _("Hours a week (Q)"), HOURS, needed=True, about=_("Like 19, 19,5 or 19h30."),
               names=("heures", "heures par semaine", "heures semaine", "h semaine", "h sem", "q", "horaire",
                      "temps de travail", "regime horaire", "uren", "uren per week", "uren week", "hours",
                      "hours a week", "hours per week")),
        Column("full_time_hours", _("Hours of a full time (S)"), HOURS, about=_("38 where it is empty."),
               names=("temps plein", "heures temps plein", "s", "equivalent temps plein", "heures d un temps plein",
                      "voltijds", "voltijdse uren", "full time", "full time hours")),
        Column("note", _("Note"), TEXT, about=_("Nothing about health or private life."),
               names=("remarque", "remarques", "commentaire", "observations", "notes", "opmerking", "opmerkingen",
                      "comment")),
    )
}  # fmt: skip
# What types are called besides their code and their labels.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "art60": ("art 60", "article 60", "art 60 7", "article 60 7", "art60 7", "artikel 60", "articles 60", "a60",
              "60 7", "article 60 paragraphe 7"),
    "art61": ("art 61", "a61", "artikel 61"),
    "acs": ("geco", "agent contractuel subventionne", "gesubsidieerde contractueel", "contractuel subventionne",
            "gesco"),
    "ape": ("aide a la promotion de l emploi", "points ape"),
    "maribel": ("sociale maribel", "fonds maribel"),
    "cpe": ("premier emploi", "rosetta", "startbaan", "convention premier emploi"),
    "activa": ("activa brussels", "activa actiris"),
    "cdi": ("contrat a duree indeterminee", "duree indeterminee", "contrat cdi", "indetermine", "onbepaalde duur",
            "contract van onbepaalde duur", "vast contract", "vast", "permanent contract"),
    "cdd": ("contrat a duree determinee", "duree determinee", "contrat cdd", "determine",
            "contract van bepaalde duur", "tijdelijk contract", "tijdelijk", "fixed term contract"),
    "replacement": ("contrat de remplacement", "remplacant", "remplacante", "vervangingscontract", "vervanger"),
    "seconded": ("mise a disposition", "mis a disposition", "detache", "detachee", "detachement", "detachering"),
    "student": ("etudiante", "job etudiant", "contrat etudiant", "jobstudent", "studentenjob", "studente"),
    "art17": ("article 17", "art 17", "artikel 17", "travail associatif", "verenigingswerk"),
    "civic_service": ("service civique", "jeune en service citoyen"),
    "internship": ("stagiaire", "stage d insertion", "intern"),
    "volunteer": ("benevole", "benevoles", "benevolat", "volontariat", "vrijwilligster", "vrijwilligerswerk"),
    "freelance": ("independante", "freelances", "prestataire", "zelfstandig", "self employed"),
}  # fmt: skip
ROLES: dict[str, tuple[str, ...]] = {
    ContractRole.ANIMATION: ("animateur", "animatrice", "animateur rice", "animateur numerique", "formateur",
                             "formatrice", "mediateur numerique", "mediatrice numerique", "begeleider",
                             "begeleidster", "animator", "lesgever", "trainer"),
    ContractRole.COORDINATION: ("coordinateur", "coordinatrice", "coordinateur rice", "coordo", "responsable",
                                "directeur", "directrice", "direction", "coordinator", "verantwoordelijke",
                                "directie"),
    ContractRole.RECEPTION: ("accueil", "receptionniste", "agent d accueil", "agente d accueil", "onthaal",
                             "onthaalmedewerker", "receptie", "receptionist"),
    ContractRole.TECHNICAL: ("technique", "technicien", "technicienne", "informaticien", "informaticienne",
                             "support technique", "technieker", "technisch", "technician", "it"),
}  # fmt: skip


def guessed(headings: Iterable[str], habits: Mapping[str, str]) -> dict[int, str]:
    found = guess(headings, habits, {one.name: (one.name, str(one.label), *one.names) for one in COLUMNS.values()})
    # A name that stands alone under "Nom" is the whole name.
    chosen = set(found.values())
    if "last_name" in chosen and not chosen & {"first_name", PERSON}:
        return {position: PERSON if name == "last_name" else name for position, name in found.items()}
    return found


def codes_of(column: Column) -> dict[str, str]:
    """Folded word → code: the code itself, the labels in three languages, and what else it is called."""
    known: dict[str, str] = {}
    if column.kind == ROLE:
        for language in LANGUAGES:
            with override(language):
                known |= {folded(word): role.value for role in ContractRole for word in (role.value, str(role.label))}
        return {word: role for role, words in ROLES.items() for word in words} | known
    for one in offered_types():
        for word in (one.code, one.label_fr, one.label_nl, one.label_en, *SYNONYMS.get(one.code, ())):
            known.setdefault(folded(word), one.code)
    return known


def choices_of(column: Column) -> list[tuple[str, str]]:
    if column.kind == ROLE:
        return [(one.value, str(one.label)) for one in ContractRole]
    return [(one.code, label_of("contract_type", one.code)) for one in offered_types()]

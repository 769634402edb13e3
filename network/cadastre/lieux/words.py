"""Our codes in the schema's words, and the schema's words in our codes; telephone numbers, INSEE codes.

Every value of the schema's lists has a code of its own (`tenants.premises.offer`), but for three: the schema knows
no way of helping finer than alone, one to one, in a group and at a distance; and all foreign languages but English
are one. What a file said is kept beside (`CensusPlace.cells`) and said again as long as it is still true.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tenants.registry.enums import Country

SEPARATOR = "|"
NO_PIVOT = "00000000000000"
"""What the national data says of a place whose SIRET nobody knows: the column may not be empty."""

SERVICES = {
    "procedures": "Aide aux démarches administratives",
    "everyday_tools": "Maîtrise des outils numériques du quotidien",
    "work": "Insertion professionnelle via le numérique",
    "safe_use": "Utilisation sécurisée du numérique",
    "parenting": "Parentalité et éducation avec le numérique",
    "creation": "Loisirs et créations numériques",
    "understanding": "Compréhension du monde numérique",
    "equipment_use": "Accès internet et matériel informatique",
    "equipment_buying": "Acquisition de matériel informatique à prix solidaire",
}
AUDIENCES = {
    "young": "Jeunes",
    "students": "Étudiants",
    "families": "Familles et/ou enfants",
    "seniors": "Seniors",
    "women": "Femmes",
}
SUPPORTS = {
    "hearing": "Surdité",
    "mobility": "Handicaps moteurs",
    "mental": "Handicaps mentaux",
    "literacy": "Illettrisme",
    "sight": "Déficience visuelle",
}
ENGLISH, OTHER_LANGUAGES = "Langues étrangères (anglais)", "Langues étrangères (autres)"
# What somebody speaks there anyway; the sign language is a support of its own (`hearing`).
NOT_FOREIGN = {Country.FRANCE.value: {"fr", "sign"}, Country.BELGIUM.value: {"fr", "nl", "de", "sign"}}
LANGUAGES = {"en": ENGLISH, "other": OTHER_LANGUAGES}
FEES = {"free": "Gratuit", "conditional": "Gratuit sous condition", "paid": "Payant"}
PROGRAMMES = {
    "aidants_connect": "Aidants Connect",
    "bnr": "Bibliothèques numérique de référence",
    "pix": "Certification PIX",
    "conseillers_numeriques": "Conseillers numériques",
    "emmaus_connect": "Emmaüs Connect",
    "france_services": "France Services",
    "gen": "Grande école du numérique",
    "red_cross": "La Croix Rouge",
    "caf_access_point": "Point d'accès numérique CAF",
    "promeneurs_du_net": "Promeneurs du net",
    "relais_numerique": "Relais numérique (Emmaüs Connect)",
}
TRAINING_LABELS = {
    "mon_espace_sante": "Formé à « Mon Espace Santé »",
    "duplex": "Formé à « DUPLEX » (illettrisme)",
    "arnia": "Arnia/MedNum BFC (Bourgogne-Franche-Comté)",
    "reemploi_normandie": "Collectif ressources et acteurs réemploi (Normandie)",
    # As the rule has it: without the space that the schema's own description has.
    "etapes_numeriques": "Étapes numériques(La Poste)",
    "fabriques": "Fabriques de Territoire",
    "eclaireurs": "Les Éclaireurs du numérique (Drôme)",
    "mes_papiers": "Mes Papiers (Métropole de Lyon)",
    "ordi_3_0": "ORDI 3.0",
    "sud_labs": "SUD LABS (PACA)",
}
HOW_TO_COME = {
    "walk_in": "Se présenter",
    "phone": "Téléphoner",
    "email": "Contacter par mail",
    "online_booking": "Prendre un RDV en ligne",
    "no_public": "Ce lieu n'accueille pas de public",
    "referral": "Envoyer un mail avec une fiche de prescription",
}
MOBILITY = {"itinerant": "Itinérant", "fixed": "Fixe"}
# The first code of a word is the one that it is read as.
MODES = {
    "open_access": "En autonomie",
    "individual": "Accompagnement individuel",
    "workshop": "Dans un atelier collectif",
    "remote": "À distance",
    "appointment": "Accompagnement individuel",
    "home": "Accompagnement individuel",
    "course": "Dans un atelier collectif",
}
# Columns that hold a list, the field of a site that each fills, and the words of its codes.
LISTS: dict[str, tuple[str, dict[str, str]]] = {
    "itinerance": ("mobility", MOBILITY),
    "services": ("services", SERVICES),
    "publics_specifiquement_adresses": ("audiences", AUDIENCES),
    "prise_en_charge_specifique": ("supports", SUPPORTS),
    "frais_a_charge": ("fees", FEES),
    "dispositif_programmes_nationaux": ("programmes", PROGRAMMES),
    "formations_labels": ("training_labels", TRAINING_LABELS),
    "modalites_acces": ("how_to_come", HOW_TO_COME),
    "modalites_accompagnement": ("modes", MODES),
}
# Labels of a census that are programmes of the schema. The others are the network's own codes, for its members.
CENSUS_LABELS = {"MFS": "france_services"}

BETWEEN_NUMBERS = re.compile(r"\s*(?:/|;|\||,|\bou\b|\bet\b|\bof\b|\bor\b)\s*")
FORMULA = re.compile(r"\s*[=+@|%＝＋－＠-]")


def words(codes: list[str], of: dict[str, str]) -> list[str]:
    """Each once, in the order of the codes; a code without a word is left out."""
    return list(dict.fromkeys(of[code] for code in codes if code in of))


def codes(text: str, of: dict[str, str]) -> tuple[list[str], list[str]]:
    """The codes of a cell, and what of it isn't in the list."""
    found, strange = _codes(text, tuple(of.items()))
    return list(found), list(strange)


@lru_cache(maxsize=4096)  # the cells of a column are a few, again and again
def _codes(text: str, of: tuple[tuple[str, str], ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    read: dict[str, str] = {}
    for code, word in of:
        read.setdefault(_plain(word), code)
    parts = listed(text)
    found = dict.fromkeys(read[_plain(part)] for part in parts if _plain(part) in read)
    return tuple(found), tuple(part for part in parts if _plain(part) not in read)


def _plain(word: str) -> str:
    return re.sub(r"\s+", "", word.replace("’", "'")).casefold()


def listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(SEPARATOR) if part.strip()]


def spoken(languages: list[str], country: str) -> list[str]:
    """What is spoken besides the languages of the country, in the schema's two words."""
    foreign = [code for code in languages if code not in NOT_FOREIGN.get(country, set())]
    return list(dict.fromkeys(ENGLISH if code == "en" else OTHER_LANGUAGES for code in foreign))


def insee_of(commune: str, country: str) -> str:
    """`fr-58194` → `58194`; `21015` (a NIS code) as it is."""
    return commune.removeprefix(f"{country}-")


def commune_code(insee: str, country: str) -> str:
    """The other way round, as the list of communes keeps it."""
    return insee if country == Country.BELGIUM else f"{country}-{insee}"


def international(phone: str, country: str) -> list[str]:
    """The numbers of a field, each as `+33180059880`. What isn't a number stays as it was written."""
    return [_international(part, country) for part in BETWEEN_NUMBERS.split(phone.strip()) if part]


def _international(text: str, country: str) -> str:
    digits = re.sub(r"\D", "", text.replace("(0)", ""))
    if not digits or not re.fullmatch(r"[+\d\s.()/\u00a0\u202f-]+", text):
        return text
    if text.startswith("+"):
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    if not digits.startswith("0"):
        return text
    return f"{'+32' if country == Country.BELGIUM else '+33'}{digits[1:]}"


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula; `said` undoes it. Telephone numbers aren't texts."""
    return f"'{text}" if FORMULA.match(text) else text


def said(text: str) -> str:
    return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text

"""The people of the demo: invented, and plainly so. Their names are of computers, their addresses `.example`.

Only the cast can sign in, all with the same password. The others have accounts without one.
"""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass
from functools import cache

from django.contrib.auth.hashers import make_password

from tenants.registry.enums import Role

DOMAIN = "maillage.example"
# No secret: it opens the spaces of invented people, and each start prints it.
PASSWORD = "souris-verte-42"  # nosec B105
# Of the cast of Rue de la Poste, on a PC where one of them has said that others use it.
PIN = "258036"
# A fixed salt: the same password gives the same bytes at every build. Long enough not to be renewed at sign-in.
SALT = "TheDemoOfMaillage22Chr"

FIRST_NAMES = {
    "fr": (
        "Nadia", "Samir", "Léa", "Youssef", "Aurélie", "Mehdi", "Fatou", "Thomas", "Rachida", "Olivier", "Aminata",
        "Sophie", "Karim", "Élodie", "Ibrahim", "Claire", "Mamadou", "Julie", "Rachid", "Nathalie", "Bilal", "Céline",
        "Omar", "Valérie", "Moussa", "Laurence", "Hassan", "Marie", "Abdel", "Caroline", "Ousmane", "Isabelle",
    ),
    "nl": ("Joris", "Fatima", "Lieve", "Mohamed", "An", "Pieter", "Samira", "Koen", "Hilde", "Yassin", "Greet", "Wout"),
}  # fmt: skip
SURNAMES = {
    "fr": (
        "Duclavier", "Lécran", "Delasouris", "Dufichier", "Lacorbeille", "Dumodem", "Lebouton", "Delatouche",
        "Lecurseur", "Dudossier", "Laconnexion", "Delapuce", "Lepixel", "Duserveur", "Lanavette", "Delicône",
    ),
    "nl": ("Van Muis", "De Klik", "Vandescherm", "Toetsenbord", "Netwerkx", "Paswoord", "De Map", "Van Tabblad"),
}  # fmt: skip


@dataclass(frozen=True)
class Character:
    """Somebody of the cast. `spaces`: (path of the space, role) pairs; the first is the one that is printed."""

    name: str
    language: str
    spaces: tuple[tuple[str, Role], ...]
    funder: str = ""

    @property
    def email(self) -> str:
        return address(self.name.split()[0])


CAST = (
    Character("Dries De Knop", "nl", (("caban", Role.NETWORK_COORDINATOR),)),
    Character("Gaëlle Lavignette", "fr", (("caban", Role.NETWORK_OBSERVER),)),
    Character("Eva Duformulaire", "fr", (("caban", Role.FUNDER_REVIEWER),), funder="region"),
    Character("Amina Lamolette", "fr", (("caban/rue-de-la-poste", Role.EPN_COORDINATOR),)),
    Character("Bram Van Scherm", "nl", (("caban/rue-de-la-poste", Role.ANIMATOR),)),
    Character("Hugo Lecâble", "fr", (("caban/rue-de-la-poste", Role.VOLUNTEER),)),
    Character("Chloé Dunavigateur", "fr", (("caban/abattoirs", Role.EPN_COORDINATOR),)),
    Character("Inès Laclé", "fr", (("caban/bosnie", Role.EPN_COORDINATOR), ("caban/marolles", Role.ANIMATOR))),
    Character("Jeanne Delafibre", "fr", (("terres-de-loire", Role.NETWORK_COORDINATOR),)),
    Character("Farid Lebranchement", "fr", (("terres-de-loire/kiosque-de-nevers", Role.EPN_COORDINATOR),)),
    Character("Lucie Delaroute", "fr", (("terres-de-loire/bus-du-morvan", Role.EPN_COORDINATOR),)),
)

# Asked to come in, and without an account until they say yes.
INVITED = (Character("Karim Dubouton", "fr", (("caban", Role.NETWORK_OBSERVER),)),)


def address(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return f"{'.'.join(plain.lower().split())}@{DOMAIN}"


@cache
def password_hash() -> str:
    """One costly computation for the whole cast."""
    return make_password(PASSWORD, salt=SALT)


@cache
def pin_hash() -> str:
    return make_password(PIN, salt=SALT)


class Names:
    """Names that nobody has yet: neighbours in the list share neither first name nor surname."""

    def __init__(self, rng: random.Random) -> None:
        self.first = {language: rng.sample(names, len(names)) for language, names in FIRST_NAMES.items()}
        self.last = {language: rng.sample(names, len(names)) for language, names in SURNAMES.items()}
        self.given = dict.fromkeys(FIRST_NAMES, 0)

    def new(self, language: str) -> tuple[str, str]:
        """A name and its address."""
        first, last, number = self.first[language], self.last[language], self.given[language]
        self.given[language] += 1
        generation, number = divmod(number, len(first) * len(last))
        row, column = divmod(number, len(first))
        name = f"{first[column]} {last[(column + row) % len(last)]}"
        if generation:
            name = f"{name} {_roman(generation + 1)}"
        return name, address(name)


def _roman(number: int) -> str:
    ones = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
    return "X" * (number // 10) + ones[number % 10]

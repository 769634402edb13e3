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
PASSWORD = "souris-verte-42"  # nosec B105: invented people, printed at each start
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
    Character("Dries De Klik", "nl", (("caban", Role.NETWORK_COORDINATOR),)),
    Character("Gaëlle Lepixel", "fr", (("caban", Role.NETWORK_OBSERVER),)),
    Character("Eva Lacorbeille", "fr", (("caban", Role.FUNDER_REVIEWER),), funder="region"),
    Character("Amina Duclavier", "fr", (("caban/rue-de-la-poste", Role.EPN_COORDINATOR),)),
    Character("Bram Van Muis", "nl", (("caban/rue-de-la-poste", Role.ANIMATOR),)),
    Character("Hugo Lebouton", "fr", (("caban/rue-de-la-poste", Role.VOLUNTEER),)),
    Character("Chloé Dufichier", "fr", (("caban/abattoirs", Role.EPN_COORDINATOR),)),
    Character("Inès Lanavette", "fr", (("caban/bosnie", Role.EPN_COORDINATOR), ("caban/marolles", Role.ANIMATOR))),
    Character("Jeanne Duserveur", "fr", (("terres-de-loire", Role.NETWORK_COORDINATOR),)),
    Character("Farid Delapuce", "fr", (("terres-de-loire/kiosque-de-nevers", Role.EPN_COORDINATOR),)),
)


def address(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return f"{'.'.join(plain.lower().split())}@{DOMAIN}"


@cache
def password_hash() -> str:
    """One costly computation for the whole cast."""
    return make_password(PASSWORD, salt=SALT)


class Names:
    """Names that nobody has yet, from a generator of one's own."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.taken = {one.name for one in CAST}
        self.addresses = {one.email for one in CAST}

    def new(self, language: str) -> tuple[str, str]:
        """A name and its address."""
        first = self.rng.choice(FIRST_NAMES[language])
        last = self.rng.choice(SURNAMES[language])
        name, number = f"{first} {last}", 1
        while name in self.taken or address(name) in self.addresses:
            number += 1
            name = f"{first} {last} {_roman(number)}"
        self.taken.add(name)
        self.addresses.add(address(name))
        return name, address(name)


def _roman(number: int) -> str:
    ones = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
    return "X" * (number // 10) + ones[number % 10]

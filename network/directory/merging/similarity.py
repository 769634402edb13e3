"""Which places look like one that was written down twice: by name, address, distance, telephone and website.

Pure. Every two doors that share a postcode, a town or a square of about two kilometres are compared; the likeness of
two EPN is that of their two likest doors. What is proposed is looked at by a person: a false alarm costs a
look, a miss leaves a place counted twice.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, product

from rapidfuzz import fuzz

from maillage.spreadsheets.texts import folded

EARTH_KM = 6371.0
SQUARE = 0.02  # degrees: 2.2 km north to south
NEXT_DOOR, SAME_TOWN = 60, 3000  # metres
SAME_NAME, LIKE_NAME, SOME_NAME = 88, 72, 45  # of 100
SAME_STREET = 88

# What many places are called: two that share no more than this share nothing.
COMMON = frozenset({
    "a", "au", "aux", "avec", "centre", "d", "de", "des", "du", "digital", "digitaal", "digitale", "e", "en", "epn",
    "espace", "espaces", "et", "het", "informatique", "l", "la", "le", "les", "maison", "mediation", "numerique",
    "numeriques", "openbare", "point", "public", "publics", "publique", "publiques", "ruimte", "s", "sur", "van",
})  # fmt: skip
NUMBER = re.compile(r"\d+")
STREETS = {
    "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "bvd": "boulevard", "pl": "place",
    "r": "rue", "imp": "impasse", "rte": "route", "ch": "chemin", "che": "chemin", "st": "saint", "ste": "sainte",
    "all": "allee", "str": "straat", "ln": "laan", "fg": "faubourg", "fbg": "faubourg", "zi": "zone industrielle",
}  # fmt: skip


@dataclass(frozen=True)
class Door:
    """A place of an EPN as its card shows it."""

    epn_id: int
    name: str
    address: str = ""
    postcode: str = ""
    town: str = ""
    latitude: float | None = None
    longitude: float | None = None
    phone: str = ""
    website: str = ""


@dataclass(frozen=True)
class Likeness:
    """Two EPN, the lower number first. `name` and `address` go to 100; None where one of the two has none."""

    first: int
    second: int
    score: int
    name: int
    address: int | None
    metres: int | None
    same_phone: bool
    same_website: bool

    @property
    def same_address(self) -> bool:
        return self.address is not None and self.address >= SAME_STREET


@dataclass(frozen=True)
class _Read:
    """A door with what is compared of it."""

    door: Door
    name: str
    whole: str
    street: str
    number: str
    town: str
    phone: str
    website: str


def near_duplicates(doors: Iterable[Door], apart: Iterable[tuple[int, int]] = ()) -> list[Likeness]:
    """The likest first. `apart` are pairs (the lower number first) that somebody has told apart."""
    known = set(apart)
    best: dict[tuple[int, int], Likeness] = {}
    for one, other in _neighbours([_read(door) for door in doors]):
        pair = one.door.epn_id, other.door.epn_id
        if pair in known:
            continue
        found, proposed = _likeness(one, other)
        if proposed and (pair not in best or found.score > best[pair].score):
            best[pair] = found
    return sorted(best.values(), key=lambda found: (-found.score, found.first, found.second))


def metres_between(one: Door, other: Door) -> int | None:
    """As the crow flies; None where one of the two isn't on the map."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    north, south = math.radians(one.latitude), math.radians(other.latitude)
    east = math.radians(other.longitude - one.longitude)
    half = math.sin((south - north) / 2) ** 2 + math.cos(north) * math.cos(south) * math.sin(east / 2) ** 2
    return round(2 * EARTH_KM * 1000 * math.asin(math.sqrt(min(1.0, half))))


def likeness(ones: Iterable[Door], others: Iterable[Door]) -> Likeness | None:
    """Of any two EPN by all their doors, whether they would be proposed or not; None when one has no door."""
    pairs = product([_read(door) for door in ones], [_read(door) for door in others])
    return max((_likeness(*pair)[0] for pair in pairs), key=lambda found: found.score, default=None)


def _read(door: Door) -> _Read:
    words = folded(door.name).split()
    own = [word for word in words if word not in COMMON and word not in folded(door.town).split()]
    street = [STREETS.get(word, word) for word in folded(door.address).split()]
    number = next((word for word in street if NUMBER.fullmatch(word)), "")
    digits = re.sub(r"\D", "", door.phone)
    website = re.sub(r"^https?://(www\.)?", "", door.website.strip().lower()).rstrip("/")
    return _Read(
        door,
        " ".join(own or words),
        " ".join(words),
        " ".join(word for word in street if word != number),
        number,
        folded(door.town),
        digits[-8:] if len(digits) >= 8 else "",
        website,
    )


def _neighbours(doors: list[_Read]) -> Iterator[tuple[_Read, _Read]]:
    """Pairs of doors of two EPN that could be one place, the lower number first; some come more than once."""
    rooms: dict[object, list[_Read]] = defaultdict(list)
    for one in doors:
        keys: set[object] = set()
        keys |= {("postcode", one.door.postcode)} if one.door.postcode else set()
        keys |= {("town", one.town)} if one.town else set()
        if one.door.latitude is not None and one.door.longitude is not None:
            row, column = math.floor(one.door.latitude / SQUARE), math.floor(one.door.longitude / SQUARE)
            # A square and the ones before it: of two neighbours, one always looks into the other's.
            keys |= {(row + down, column + right) for down in (0, 1) for right in (0, 1)}
        for key in keys:
            rooms[key].append(one)
    for room in rooms.values():
        for one, other in combinations(room, 2):
            if one.door.epn_id != other.door.epn_id:
                yield (one, other) if one.door.epn_id < other.door.epn_id else (other, one)


def _likeness(one: _Read, other: _Read) -> tuple[Likeness, bool]:
    """And whether it is enough to bother somebody with."""
    name = _names(one, other)
    address = _addresses(one, other)
    metres = metres_between(one.door, other.door)
    same_phone = bool(one.phone) and one.phone == other.phone
    same_website = bool(one.website) and one.website == other.website
    same_town = (metres is None or metres <= SAME_TOWN) and bool(
        (one.town and one.town == other.town)
        or (one.door.postcode and one.door.postcode == other.door.postcode)
        or metres is not None
    )
    same_door = same_town and (
        (address is not None and address >= SAME_STREET) or (metres is not None and metres <= NEXT_DOOR)
    )
    contact = same_phone or same_website
    proposed = same_town and (
        name >= SAME_NAME or (same_door and (name >= LIKE_NAME or (contact and name >= SOME_NAME)))
        or (same_phone and name >= LIKE_NAME)
    )  # fmt: skip
    score = round(0.6 * name + 25 * same_door + 10 * same_phone + 5 * same_website)
    found = Likeness(
        one.door.epn_id, other.door.epn_id, min(score, 100), round(name), None if address is None else round(address),
        metres, same_phone, same_website,
    )  # fmt: skip
    return found, proposed


def _names(one: _Read, other: _Read) -> float:
    """Whole names and what is left of them without the common words: the lower, so that "EPN A" isn't "EPN B"."""
    if one.whole == other.whole:
        return 100.0
    ratio = max(fuzz.token_sort_ratio(one.name, other.name), 0.95 * fuzz.token_set_ratio(one.name, other.name))
    return min(ratio, max(fuzz.token_set_ratio(one.whole, other.whole), fuzz.ratio(one.whole, other.whole)))


def _addresses(one: _Read, other: _Read) -> float | None:
    if not one.street or not other.street:
        return None
    if one.number and other.number and one.number != other.number:
        return 0.0
    return fuzz.token_set_ratio(one.street, other.street)

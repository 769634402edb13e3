"""The places of the demo, read from `data/`: two federations, their EPN, their sites. All invented.

House numbers begin at 900, telephone numbers with 02 000 or 03 53 01 (which no operator gives out),
and sites on the web are under `.example`.
"""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from maillage.demo.calendar import WEEKS, Week, osm, week
from maillage.reference.models import Commune

DATA = Path(__file__).parent / "data"

HELP = ("open_access", "individual", "appointment", "workshop")
STOPS = (
    ("Mo", "58500", "Clamecy", 47.4601, 3.5196),
    ("Tu", "58140", "Lormes", 47.2897, 3.8176),
    ("We", "58800", "Corbigny", 47.2567, 3.6829),
    ("Th", "58120", "Château-Chinon", 47.0661, 3.9344),
    ("Fr", "58290", "Moulins-Engilbert", 46.9869, 3.8106),
)
TOWNS = {
    "58000": ("Nevers", 46.9896, 3.1590),
    "58300": ("Decize", 46.8294, 3.4616),
    "71160": ("Digoin", 46.4803, 3.9811),
    "58120": ("Château-Chinon", 47.0661, 3.9344),
}


@dataclass(frozen=True)
class SitePlan:
    name: str
    address: str
    postcode: str
    town: str
    commune: str
    country: str
    latitude: float
    longitude: float
    phone: str
    website: str
    week: Week
    modes: tuple[str, ...]
    procedures_only: bool = False

    @property
    def opening_hours(self) -> str:
        return osm(self.week)


@dataclass(frozen=True)
class EpnPlan:
    """One EPN as it is to be: `weight` is its share of visits (1 is an ordinary EPN), `trait` what is special.

    `art60`, `others`: the animation posts that count in the ratio of a labelled EPN; `offstaff`: those
    of an EPN without the label.
    """

    slug: str
    name: str
    language: str
    country: str
    recognised: dt.date | None
    art60: int
    others: tuple[str, ...]
    offstaff: tuple[str, ...]
    volunteers: int
    weight: float
    trait: str
    sites: tuple[SitePlan, ...]


@dataclass(frozen=True)
class FederationPlan:
    slug: str
    name: str
    country: str
    region: str
    epn: tuple[EpnPlan, ...]


def federations(communes: dict[str, Commune]) -> list[FederationPlan]:
    """The whole plan. `communes` are the reference data's, by code."""
    return [
        FederationPlan("caban", "Caban", "be", "be-bru", _read("caban", "be", communes)),
        FederationPlan("terres-de-loire", "Terres de Loire", "fr", "fr", _read("terres-de-loire", "fr", communes)),
    ]


def _read(name: str, country: str, communes: dict[str, Commune]) -> tuple[EpnPlan, ...]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_epn(number, row, country, communes) for number, row in enumerate(csv.DictReader(file), start=1))


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else ()


def _epn(number: int, row: dict[str, str], country: str, communes: dict[str, Commune]) -> EpnPlan:
    return EpnPlan(
        slug=row["slug"],
        name=row["name"],
        language=row["language"],
        country=country,
        recognised=dt.date.fromisoformat(row["recognised"]) if row["recognised"] else None,
        art60=int(row["art60"] or 0),
        others=_words(row["others"]),
        offstaff=_words(row["offstaff"]),
        volunteers=int(row["volunteers"] or 0),
        weight=float(row["weight"]),
        trait=row["trait"],
        sites=_sites(number, row, country, communes),
    )


def _sites(number: int, row: dict[str, str], country: str, communes: dict[str, Commune]) -> tuple[SitePlan, ...]:
    website = f"https://{row['slug']}.example"
    if country == "fr":
        phone = f"03 53 01 {number:02} {number * 7 % 100:02}"
        if row["trait"] == "itinerant":
            return tuple(
                SitePlan(f"Arrêt de {town}", row["address"], postcode, town, "", "fr", latitude, longitude, phone,
                         website, week(day, "09:30-12:30,13:30-16:30"), ("itinerant",))
                for day, postcode, town, latitude, longitude in STOPS
            )  # fmt: skip
        town, latitude, longitude = TOWNS[row["postcode"]]
        commune = ""
    else:
        phone = f"02 000 {number:02} {number * 7 % 100:02}"
        found = communes[row["commune"]]
        town, commune = (found.name_nl if row["language"] == "nl" else found.name_fr), found.nis
        assert found.latitude is not None
        assert found.longitude is not None
        # Around the middle of the commune, each a few hundred metres elsewhere.
        latitude = round(float(found.latitude) + (number * 37 % 19 - 9) * 0.0006, 6)
        longitude = round(float(found.longitude) + (number * 53 % 23 - 11) * 0.0008, 6)

    def site(name: str, hours: str, modes: tuple[str, ...], *, procedures_only: bool = False) -> SitePlan:
        return SitePlan(
            name, row["address"], row["postcode"], town, commune, country, latitude, longitude, phone, website,
            WEEKS[hours], modes, procedures_only,
        )  # fmt: skip

    if row["trait"] == "host":
        # One organisation, one door: the EPN on Monday afternoons, the social desk in the mornings.
        desk = site("Guichet social", row["hours"], ("individual", "appointment", "remote"), procedures_only=True)
        return site("EPN du Miroir", "monday_afternoon", ("open_access", "workshop")), desk
    return (site(row["name"], row["hours"], HELP),)

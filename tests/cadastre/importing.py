"""`manage import_places` on a made-up census of three places, and what stands in the database afterwards."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.db import connection

from network.cadastre.models import CensusPlace
from network.directory.models import Card
from tenants.premises.models import Site
from tenants.registry.models import Domain, Epn, Federation, Membership, Space
from tests.cadastre.census_files import place
from tests.conftest import inside

ROWS = [
    place(1, "Kiosque de Nevers", adresse="1 rue Basse", contact_tel="0386000001", code_label="NMM", code_accomp="L"),
    place(2, "Kiosque de Decize", ville="DECIZE", code_postal="58300", **{"lundi matin": "9h-12h"}),
    place(3, "Le Phare", ville="MÂCON", code_postal="71000", departement="71", code_accomp="oui"),
]
TO_MORVAN = ("--federation", "morvan", "--create")


def run(*arguments: object) -> dict[str, Any]:
    out = StringIO()
    call_command("import_places", *map(str, arguments), "--json", stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def said(*arguments: object, language: str = "en") -> str:
    out = StringIO()
    call_command("import_places", *map(str, arguments), "--language", language, stdout=out, stderr=StringIO())
    return out.getvalue()


def counts(found: dict[str, Any]) -> tuple[int, int, int, int, int]:
    return found["created"], found["changed"], found["unchanged"], found["doubtful"], found["refused"]


def census_places() -> dict[str, CensusPlace]:
    with inside(Federation.objects.get(slug="morvan")):
        return {one.source_id: one for one in CensusPlace.objects.all()}


def epn_of(number: int) -> Epn:
    return Epn.objects.select_related("space").get(pk=census_places()[f"place_{number}"].epn_id)


def site_of(number: int) -> Site:
    with inside(epn_of(number)):
        return Site.objects.get()


def card_of(number: int) -> Card:
    epn = epn_of(number)
    with inside(Federation.objects.get(slug="morvan")):
        return Card.objects.get(epn_id=epn.pk)


def everything_there_is() -> tuple[object, ...]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace")
        schemas = cursor.fetchone()[0]
        # Other processes make roles of their databases on the same server.
        cursor.execute("SELECT count(*) FROM pg_roles WHERE starts_with(rolname, current_database() || '_')")
        roles = cursor.fetchone()[0]
    return schemas, roles, *(model.objects.count() for model in (Space, Domain, Epn, Federation, Membership))

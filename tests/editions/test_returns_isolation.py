"""Attacks on the census returns of others, each named in its test."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from maillage.audit.models import Entry
from network.cadastre.editions import crossing
from network.cadastre.editions.answering import By, Given, save_answers, sign
from network.cadastre.editions.models import CensusReturn
from tenants.registry.crossing import CROSSING_ROLE, entered
from tenants.registry.database.base import Place
from tenants.registry.enums import Kind
from tenants.registry.errors import NoSpaceError
from tests.conftest import Cast, as_owner_of, inside
from tests.editions.returns import Poste, an_edition, answers_of, return_of

DOORS = [
    "", "tables/contracts/", "files/yearly_report/", "files/yearly_report/content/", "sign/", "paper/", "import/",
    "import/model/",
]  # fmt: skip
DEEDS = ["", "sign/", "take-back/", "fill-again/", "files/yearly_report/remove/", "import/write/"]


def test_by_the_number_of_another_epns_return(poste: Poste) -> None:
    other = return_of(poste.cast.caban, poste.cast.abattoirs)
    base = f"/caban/rue-de-la-poste/census/{other.pk}/"

    for door in DOORS:
        assert poste.client.get(base + door).status_code == 404, door
    said = {"value_visits": "1", "version": "1", "name": "Eve", "role": "nobody"}
    for door in DEEDS:
        assert poste.client.post(base + door, said).status_code == 404, door
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.7")
    assert poste.client.post(f"{base}files/yearly_report/", {"file": file}).status_code == 404
    now = return_of(poste.cast.caban, poste.cast.abattoirs)
    assert (now.version, now.state, now.prefilled_at) == (other.version, other.state, other.prefilled_at)
    assert poste.client.get(f"/caban/rue-de-la-poste/census/{2**63}/").status_code == 404
    assert not Entry.objects.filter(verb__startswith="census_return").exists()


def test_by_the_file_of_another_epn(poste: Poste, signed_in: Any) -> None:
    cast = poste.cast
    other = return_of(cast.caban, cast.abattoirs)
    chloe = signed_in(cast.chloe)
    address = f"/caban/abattoirs/census/{other.pk}/files/yearly_report/"
    assert chloe.post(address, {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7")}).status_code == 302
    assert chloe.get(f"{address}content/").content == b"%PDF-1.7"

    stolen = [
        poste.client.get(f"/caban/abattoirs/census/{other.pk}/files/yearly_report/content/"),
        poste.client.get(f"/caban/rue-de-la-poste/census/{other.pk}/files/yearly_report/content/"),
        poste.client.get(poste.address("files", "yearly_report", "content")),
    ]

    assert [one.status_code for one in stolen] == [404, 404, 404]


def test_by_calling_the_crossing_with_the_return_of_another_epn(poste: Poste) -> None:
    """There is no EPN to name: it is the one that one stands in."""
    cast = poste.cast
    other = return_of(cast.caban, cast.abattoirs).pk
    by = By(cast.amina.pk, "Amina")

    with inside(cast.poste):
        assert [one.census_return.pk for one in crossing.own_returns()] == [poste_pk(cast)]
        for attack in (
            lambda: crossing.own_return(other),
            lambda: crossing.own_file(other, "yearly_report"),
            lambda: crossing.change_own(
                other,
                lambda row: save_answers(census_return=row, seen="", given={"visits": Given("1")}, by=by),
                verb="x.y",
            ),
        ):
            with pytest.raises((CensusReturn.DoesNotExist, crossing.ReturnFile.DoesNotExist)):
                attack()
    for elsewhere in (cast.caban, None):
        with pytest.raises(NoSpaceError):
            if elsewhere is None:
                crossing.own_return(other)
            else:
                with inside(elsewhere):
                    crossing.own_return(other)
    assert answers_of(cast.caban, cast.abattoirs)["visits"].value == "1"


def poste_pk(cast: Cast) -> int:
    with entered(Place(cast.caban.space.schema_name, Kind.FEDERATION, CROSSING_ROLE, cast.caban.pk)):
        return int(CensusReturn.objects.values_list("pk", flat=True).get(epn_id=cast.poste.pk))


def test_from_another_federation_by_the_same_number(poste: Poste, signed_in: Any) -> None:
    cast = poste.cast
    an_edition(cast.loire, cast.nevers, year=2022)
    own = return_of(cast.loire, cast.nevers).pk
    farid = signed_in(cast.farid)

    assert farid.get(f"/loire/nevers/census/{own}/").status_code == 200
    assert farid.get(poste.address()).status_code == 404
    for one in {poste.row.pk, return_of(cast.caban, cast.abattoirs).pk} - {own}:
        assert farid.get(f"/loire/nevers/census/{one}/").status_code == 404


def test_as_an_animator_a_funder_the_network_or_nobody(poste: Poste, signed_in: Any, client: Any) -> None:
    cast = poste.cast

    assert {signed_in(cast.bram).get(poste.address(*door.strip("/").split("/"))).status_code for door in DOORS[1:]} == {
        403
    }
    for stranger in (cast.eva, cast.dries, cast.chloe):
        assert signed_in(stranger).get(poste.address()).status_code == 404
        assert signed_in(stranger).post(poste.address("sign"), {"name": "E", "role": "E"}).status_code == 404
    assert "/accounts/login/" in client.get(poste.address())["Location"]
    home = "/caban/rue-de-la-poste/"
    for due_on, said in ((dt.date(2023, 1, 31), "late, it was due"), (dt.date(2062, 1, 31), "9 answers missing, due")):
        with as_owner_of(cast.caban):
            CensusReturn.objects.filter(pk=poste.row.pk).update(due_on=due_on)
        assert f"Census 2022: {said}" in poste.client.get(home).content.decode()
    assert "census/" not in signed_in(cast.bram).get(home).content.decode()
    poste.client.logout()


def test_the_role_of_the_crossing_writes_returns_and_nothing_else_of_the_federation(poste: Poste) -> None:
    caban = poste.cast.caban
    place = Place(caban.space.schema_name, Kind.FEDERATION, CROSSING_ROLE, caban.pk)

    for table in ("editions_edition", "editions_questionnaire", "editions_frozenedition", "cadastre_recognition"):
        with entered(place):
            refused(f"DELETE FROM {table}")
    with inside(poste.cast.poste):
        refused(f"SELECT * FROM {caban.space.schema_name}.editions_censusreturn")
    users = [
        path.name
        for path in Path(crossing.__file__).parent.rglob("*.py")
        if "at_the_federation" in path.read_text() or "within_transaction" in path.read_text()
    ]
    assert users == ["crossing.py"]


def refused(statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)


def test_a_deed_that_fails_leaves_neither_an_answer_nor_a_line_of_the_journal(poste: Poste) -> None:
    cast, pk = poste.cast, poste.row.pk
    by = By(cast.amina.pk, "Amina")

    def half(row: CensusReturn) -> None:
        save_answers(census_return=row, seen="", given={"computers": Given("6")}, by=by)
        sign(census_return=row, seen="", name="Amina", role="coordinator", by=by)

    with inside(cast.poste), pytest.raises(ValidationError):
        crossing.change_own(pk, half, verb="x.y")

    assert "computers" not in poste.answers and not Entry.objects.filter(verb="x.y").exists()

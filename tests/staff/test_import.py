"""From a spreadsheet to contracts: read, mapped, checked line by line, all or nothing, and the way back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from maillage.audit.models import Entry
from maillage.design.xlsx_export import xlsx_chunks
from tenants.activity.journal.tasks import remove_old
from tenants.staff.importing import services
from tenants.staff.importing.columns import COLUMNS, codes_of, guessed
from tenants.staff.models import Contract, ContractChange, StaffHabit, StaffImport, StaffMember
from tenants.staff.selectors import namesake, staff_members
from tenants.staff.services import NewMember, add_contract, change_contract
from tests.conftest import Cast, inside

CONTRACTS = "/caban/rue-de-la-poste/contracts/"
IMPORTS = f"{CONTRACTS}import/"
FRENCH = {"headers": {"accept-language": "fr"}}
HEADING = "Nom;Prénom;Statut;Fonction;Employeur;Début;Fin prévue;Heures/semaine;Temps plein;Remarque"
LINE = "Diallo;Awa;Art. 60;Animatrice;CPAS de Bruxelles;05/01/2026;31/12/2026;38;38;"


def chosen(client: Client, content: bytes | str, name: str = "personnel.csv") -> Any:
    data = content.encode() if isinstance(content, str) else content
    return client.post(IMPORTS, {"file": SimpleUploadedFile(name, data)}, **FRENCH)


def checked(client: Client, content: bytes | str, **said: str) -> Any:
    """Through the columns as they are guessed, and the words where some are new, to the page of the check."""
    address = chosen(client, content).url
    form = client.get(address).context["form"]
    proposed = {name: str(form[name].value() or "") for name in form.fields}
    words = client.post(address, {**proposed, **said})
    assert words.status_code == 302, words.context["form"].errors
    answer = client.get(words.url, **FRENCH)
    if answer.status_code == 200:
        answer = client.post(words.url, {name: said[name] for name in answer.context["form"].fields}, **FRENCH)
    return client.get(answer.url, **FRENCH)


def written(client: Client, page: Any, **said: str) -> str:
    """The page of the import, after it was asked to write."""
    address = page.wsgi_request.path
    client.post(f"{address}write/", said)
    return client.get(address, **FRENCH).content.decode()


def reasons(page: Any) -> list[str]:
    return [f"{line} {column} {value}: {why}" for line, column, value, why in page.context["problems"]]


def test_a_list_becomes_people_and_contracts_with_their_history(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.amina)
    assert IMPORTS in client.get(CONTRACTS).content.decode()
    others = "PEETERS;Lou;Bénévole;;;2026-02-01;;4,5;;<b>\nDiallo;Awa;CDI;;ASBL;1/1/2027;;19h30;38;\n"
    text = f"{HEADING}\n{LINE}=1+1\n{others}"
    page = checked(client, text)
    html = page.content.decode()
    assert "<strong>3</strong> contrats" in html
    assert "38 heures" in html and "La même personne" in html and "&lt;b&gt;" not in html
    with inside(cast.poste):
        assert not Contract.objects.exists()
    assert "<strong>3</strong> contrats" in written(client, page)
    with inside(cast.poste):
        awa, lou, later = Contract.objects.select_related("member").order_by("starts_on")
        assert (awa.member.name, lou.member.name, later.member) == ("Awa Diallo", "Lou PEETERS", awa.member)
        assert (awa.type, awa.role, awa.legal_employer, awa.note) == ("art60", "animation", "CPAS de Bruxelles", "=1+1")
        assert (lou.type, lou.hours_per_week, lou.full_time_hours) == ("volunteer", Decimal("4.5"), 38)
        assert (later.hours_per_week, awa.planned_end) == (Decimal("19.5"), dt.date(2026, 12, 31))
        assert {one.by_id for one in ContractChange.objects.all()} == {cast.amina.pk}
        batch = StaffImport.objects.get()
        assert batch.content is None
        assert services.write_import(batch=batch, epn_name="", confirmed=True) == 3 == Contract.objects.count()
    assert Entry.objects.filter(verb="contracts.imported", target="3 contracts").exists()


def test_importing_twice_changes_nothing(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.amina)
    written(client, checked(client, f"{HEADING}\n{LINE}\n"))
    again = checked(client, f"{HEADING}\n{LINE.replace('Diallo', 'DIALLÖ')}autre\nDupont;Al;CDI;;A;5/1/2026;;19;38;\n")
    assert "La ligne 2 y est déjà" in again.content.decode()
    written(client, again)
    with inside(cast.poste):
        assert Contract.objects.count() == StaffMember.objects.count() == 2
    once_more = checked(client, f"{HEADING}\n{LINE}\n{LINE}\n")
    assert not once_more.context["ready"] and once_more.context["found"].there_already == [2, 3]
    assert "write/" not in once_more.content.decode()


def test_what_is_wrong_is_told_by_line_column_value_and_reason(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.amina)
    lines = [
        "A;B;cdi;;X;01/01/2062;;19;38;",
        "A;C;cdi;;X;demain;;19;38;",
        "A;D;cdd;;X;05/01/2026;01/01/2025;19;38;",
        "A;E;cdi;;X;05/01/2026;;39;38;",
        "A;F;cdi;;X;05/01/2026;;=1+1;38;",
        ";;cdi;;X;05/01/2026;;19;38;",
        f"{'N' * 130};;cdi;;X;05/01/2026;;99999;38;",
        "A;G;cdi;;X;05/01/2026;;19;38;",
        "A;G;cdi;;X;05/01/2026;;20;38;",
        "A;H;;;X;;;;38;",
    ]
    page = checked(client, "\n".join([HEADING, *lines]))
    told = "\n".join(reasons(page))
    for expected in (
        "2 Début 01/01/2062: ", "3 Début demain: ", "4 Fin prévue 01/01/2025: ", "5 Heures/semaine 39: ",
        "6 Heures/semaine =1+1: ", "7 Nom : ", "8 Nom NNN", "8 Heures/semaine 99999: ", "10 Nom B A: La ligne 9",
        "11 Statut : ", "11 Début : ", "11 Heures/semaine : ",
    ):  # fmt: skip
        assert expected.replace("B A", "G A") in told, (expected, told)
    assert "3 Début : " not in told  # what couldn't be read isn't missing besides
    file = b"".join(client.get(f"{page.wsgi_request.path}?download=csv"))
    assert b"01/01/2062" in file
    assert "corrigez ces lignes" in written(client, page).lower()
    with inside(cast.poste):
        assert not Contract.objects.exists() and not StaffMember.objects.exists()


def test_a_word_that_nobody_knows_is_asked_once_and_a_heading_too(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.amina)
    text = "Qui;Régime;Tâche;Début;Heures\nAwa Diallo;Plan X;chef;5/1/2026;19\n"
    address = chosen(client, text).url
    refused = client.post(address, {"column3": "starts_on", "column4": "starts_on"}, **FRENCH)
    assert refused.status_code == 200 and len(refused.context["form"].non_field_errors()) == 3
    said = {"column0": "person", "column1": "type", "column2": "role", "type__0": "cdi", "role__0": "-"}
    assert checked(client, text, **said).context["found"].ready
    with inside(cast.poste):
        assert {one.said: one.meant for one in StaffHabit.objects.exclude(column="")} == {"plan x": "cdi", "chef": ""}
    assert checked(client, text).context["found"].ready[0].facts["type"] == "cdi"


def test_more_than_a_full_time_is_confirmed_for_all(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.amina)
    with inside(cast.poste):
        add_contract(
            member=NewMember("Awa Diallo"), type="cdi", legal_employer="X", starts_on=dt.date(2026, 1, 1),
            hours_per_week=Decimal(30),
        )  # fmt: skip
    page = checked(client, f"{HEADING}\n{LINE}\n")
    html = page.content.decode()
    assert "est déjà dans votre liste" in html and 'name="confirmed"' in html
    written(client, page)
    with inside(cast.poste):
        assert Contract.objects.count() == 1
    written(client, page, confirmed="on")
    with inside(cast.poste):
        assert Contract.objects.count() == 2 and StaffMember.objects.count() == 1


def test_a_whole_import_is_taken_back_save_what_was_changed_since(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.amina)
    text = f"{HEADING}\n{LINE}\nPeeters;Lou;CDI;;ASBL;1/2/2026;;19;38;\n"
    page = checked(client, text)
    written(client, page)
    with inside(cast.poste):
        lou = Contract.objects.get(type="cdi")
        change_contract(contract=lou, note="corrigé")
    undo = f"{page.wsgi_request.path}undo/"
    html = client.post(undo, follow=True, **FRENCH).content.decode()
    assert "La ligne 3 reste" in html and "Annulé le" in html
    with inside(cast.poste):
        assert list(Contract.objects.all()) == [lou]
        assert Contract.with_deleted.count() == 2  # as after any deletion, it can be brought back
        assert [one.name for one in staff_members()] == ["Lou Peeters"] and namesake("Awa Diallo") is None
        assert not StaffMember.objects.filter(name__contains="Awa").exists(), "her name is gone, not only hidden"
    client.post(undo)
    assert Entry.objects.filter(verb="contracts.import_undone").count() == 1
    # The same file again: nobody sees that they were there.
    again = checked(client, text)
    assert not any("liste" in remark for remark in again.context["ready"][0].remarks)
    written(client, again)
    with inside(cast.poste):
        assert Contract.objects.count() == staff_members().count() == 2


def test_two_people_of_one_name_are_left_to_the_coordinator(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.amina)
    with inside(cast.poste):
        StaffMember.objects.create(name="Awa Diallo")
        StaffMember.objects.create(name="Awa Diallo")
    assert "Awa Diallo: Plusieurs personnes" in reasons(checked(client, f"{HEADING}\n{LINE}\n"))[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "vide"),
        (HEADING.encode(), "aucune ligne"),
        (b"%PDF-1.4 abc", "PDF"),
        (b"PK\x03\x04 broken", "ne s’ouvre pas"),
        (b"\x00\x01\x02" * 900, "pas un fichier texte"),
        (f"{HEADING}\n{'A;;;;;;;;;' + chr(10)}".encode() * (services.MOST_LINES + 1), "2"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_is_refused_in_words(cast: Cast, signed_in: Any, content: bytes, said: str) -> None:
    answer = chosen(signed_in(cast.amina), content)
    assert answer.status_code == 200
    assert said in " ".join(answer.context["form"].errors["file"])


def test_a_file_of_many_megabytes_is_refused_before_it_is_read(cast: Cast, signed_in: Any) -> None:
    assert chosen(signed_in(cast.amina), b"a;b\n" * 1_500_000).status_code == 413


def test_workbooks_commas_old_encodings_and_null_bytes_are_read(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.amina)
    header = ["Naam", "Soort contract", "Begindatum", "Uren"]
    rows = [["Zoë Claes", "GECO", dt.date(2026, 1, 5), Decimal("19.5")]]
    book = b"".join(xlsx_chunks(titles=("a", "b"), header=header, rows=rows, about=[("a", "b")]))
    latin = 'person,type,starts_on,hours_per_week\nZo\u00eb Claes,vrijwilliger,2026-01-05,"4,5"\n'.encode("cp1252")
    null = b"person,type,starts_on,hours_per_week\nZo\x00e,cdi,2026-01-05,19\n"
    for content, name, kind, hours in (
        (book, "Zoë Claes", "acs", "19.5"), (latin, "Zoë Claes", "volunteer", "4.5"), (null, "Zo e", "cdi", "19"),
    ):  # fmt: skip
        (one,) = checked(client, content).context["found"].ready
        assert (one.someone.name, one.facts["type"]) == (name, kind)
        assert (one.facts["hours_per_week"], one.facts["starts_on"]) == (Decimal(hours), dt.date(2026, 1, 5))


def test_our_model_and_our_file_of_contracts_are_read_as_they_are(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.amina)
    model = b"".join(client.get(f"{IMPORTS}model/", **FRENCH))
    assert "aucune ligne" in " ".join(chosen(client, model, "modele.xlsx").context["form"].errors["file"])
    written(client, checked(client, f"{HEADING}\n{LINE}\n"))
    file = b"".join(client.get(f"{CONTRACTS}export/", **FRENCH))
    assert checked(client, file).context["found"].there_already


def test_the_words_that_people_use(cast: Cast) -> None:
    with inside(cast.poste):
        known = codes_of(COLUMNS["type"])
        roles = codes_of(COLUMNS["role"])
    for word, code in (("article 60 7", "art60"), ("benevole", "volunteer"), ("contrat a duree determinee", "cdd"),
                       ("geco", "acs"), ("vrijwilliger", "volunteer"), ("permanent", "cdi")):  # fmt: skip
        assert known[word] == code
    assert (roles["coordinatrice"], roles["onthaal"]) == ("coordination", "reception")
    assert guessed(["Nom", "Statut"], {}) == {0: "person", 1: "type"}
    assert guessed(["Nom", "Prénom"], {}) == {0: "last_name", 1: "first_name"}
    assert guessed(["Nom"], {"nom": ""}) == {}


def test_a_file_that_nobody_goes_on_with_is_forgotten(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.amina)
    first = chosen(client, f"{HEADING}\n{LINE}\n").url
    assert client.get(first.replace("columns/", "")).status_code == 200
    client.post(first.replace("columns", "forget"))
    assert client.get(first).status_code == 404
    chosen(client, f"{HEADING}\n{LINE}\n")
    with inside(cast.poste):
        StaffImport.objects.update(created_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    remove_old(0)
    with inside(cast.poste):
        assert not StaffImport.objects.exists()

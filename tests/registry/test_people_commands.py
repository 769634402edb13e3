"""An operator gives accounts and roles at the command line."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from maillage.accounts.models import Person
from maillage.audit.models import Entry
from tenants.registry.enums import Role
from tenants.registry.models import Membership
from tenants.registry.services import archive_epn
from tests.conftest import PASSWORD, Cast


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str, typed: str = "") -> str:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_a_person_is_added_let_in_and_signs_in(cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch, "add_person", "Nadia@Example.org", "--name", "Nadia", "--language", "nl", "--password-stdin",
        typed=f"{PASSWORD}\n")  # fmt: skip
    said = run(monkeypatch, "grant_role", "nadia@example.org", "animator", "caban/rue-de-la-poste/")

    assert said == "Nadia <nadia@example.org> is animator in Rue de la Poste.\n"
    client.post("/accounts/login/", {"login": "nadia@example.org", "password": PASSWORD})
    assert client.get("/caban/rue-de-la-poste/").status_code == 200
    assert Person.objects.get(email="nadia@example.org").language == "nl"
    assert Entry.objects.filter(verb="membership.granted", door="command").exists()

    run(monkeypatch, "end_role", "nadia@example.org", "caban/rue-de-la-poste")
    assert client.get("/caban/rue-de-la-poste/").status_code == 404


def test_a_person_without_a_password_gets_one_by_mail(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch, mailoutbox: list[Any]
) -> None:
    run(monkeypatch, "add_person", "nadia@example.org", "--name", "Nadia")

    assert not Person.objects.get(email="nadia@example.org").has_usable_password()
    client.post("/accounts/password/reset/", {"email": "nadia@example.org"})
    assert "/accounts/password/reset/key/" in mailoutbox[-1].body


def test_a_network_is_made_and_its_coordinator_let_in(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = run(monkeypatch, "add_federation", "aunis", "--name", "Aunis", "--country", "fr", "--region", "fr")

    assert said == "Aunis is at /aunis/. Next: manage grant_role EMAIL network_coordinator aunis\n"
    run(monkeypatch, "grant_role", cast.farid.email, "network_coordinator", "aunis")
    client.force_login(cast.farid, backend="maillage.accounts.backends.PasswordBackend")
    assert client.get("/aunis/epn/").status_code == 200
    for path in ("caban", "api", "Not an address"):
        with pytest.raises(CommandError, match=r"\S"):
            run(monkeypatch, "add_federation", path, "--name", "Another")


def test_sizes_names_every_space_by_its_address(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = run(monkeypatch, "sizes").splitlines()

    assert {"public", "caban", "caban/rue-de-la-poste", "loire/nevers"} <= {line.split()[2] for line in lines}
    sizes = [float(line.split()[0]) for line in lines]
    assert sizes[:-1] == sorted(sizes[:-1], reverse=True)
    assert sizes[-1] > sum(sizes[:-1]) > 0


def test_a_second_role_in_a_space_replaces_the_first(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch, "grant_role", cast.bram.email, "epn_coordinator", "caban/rue-de-la-poste")

    assert [one.role for one in Membership.objects.filter(person=cast.bram)] == [Role.EPN_COORDINATOR]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("add_person amina@example.org --name Amina", "has an account already"),
        ("add_person AMINA@example.org --name Amina", "has an account already"),
        ("add_person nothing --name Amina", "email:"),
        ("add_person a\0@example.org --name Amina", "email:"),
        (f"add_person {'a' * 250}@example.org --name Amina", "email:"),
        (f"add_person new@example.org --name {'x' * 121}", "name:"),
        ("add_person new@example.org --name=", "name:"),
        ("add_person new@example.org --name New --password-stdin", "password is refused"),
        ("add_person new@example.org --name New --language de", "invalid choice"),
        ("grant_role nobody@example.org animator caban/rue-de-la-poste", "Nobody has the address"),
        ("grant_role bram@example.org animator caban", "funder_reviewer, network_coordinator"),
        ("grant_role bram@example.org operator caban", "a role is one of"),
        ("grant_role bram@example.org king caban/rue-de-la-poste", "animator, epn_coordinator, volunteer"),
        ("grant_role bram@example.org animator caban/rue-de-la-lune", "no space at"),
        ("grant_role bram@example.org animator caban/\0", "no space at"),
        ("grant_role bram@example.org animator caban/rue-de-la-poste --funder region", "goes with funder_reviewer"),
        ("end_role bram@example.org caban", "has no role in Caban"),
        ("end_role bram@example.org caban/rue-de-la-lune", "no space at"),
        ("end_role nobody@example.org caban", "Nobody has the address"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, command: str, said: str
) -> None:
    before = (Person.objects.count(), Membership.objects.count())

    with pytest.raises(CommandError, match=said):
        run(monkeypatch, *command.split(" "), typed="short\n")

    assert (Person.objects.count(), Membership.objects.count()) == before


def test_an_archived_epn_takes_nobody_in_and_lets_everybody_out(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    archive_epn(epn=cast.poste, federation=cast.caban)

    with pytest.raises(CommandError, match="is archived"):
        run(monkeypatch, "grant_role", cast.chloe.email, "animator", "caban/rue-de-la-poste")
    assert "no access" in run(monkeypatch, "end_role", cast.bram.email, "caban/rue-de-la-poste")

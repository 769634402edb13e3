"""The journal only grows, and a space reads its own lines alone, with the names of its own people."""

from __future__ import annotations

import ast
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from maillage.accounts.models import Person
from maillage.audit.enums import Door
from maillage.audit.models import Entry
from maillage.audit.selectors import Filters, entries, lines, names
from maillage.audit.services import acting, record
from maillage.audit.verbs import IN_A_FEDERATION, IN_AN_EPN, IN_BOTH, LABELS
from tenants.registry.crossing import CROSSING_ROLE, OWNER_ROLE, entered
from tenants.registry.database.base import Place
from tenants.registry.services import end_membership
from tests.conftest import Cast, inside
from tests.test_consistency import python_files


@pytest.fixture
def written(cast: Cast) -> Cast:
    """One line a space, by one of its people, in its own role."""
    for space, person in ((cast.poste, cast.amina), (cast.abattoirs, cast.chloe), (cast.caban, cast.dries)):
        with inside(space), acting(actor_id=person.pk, space_id=space.pk, door="page"):
            record(verb="site.changed", target=12)
    return cast


def refused(statement: str) -> str:
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(caught.value)


ATTACKS = [
    "UPDATE audit_entry SET verb = 'visit.seen'",
    "DELETE FROM audit_entry",
    "TRUNCATE audit_entry",
    "DROP TRIGGER audit_only_grows ON audit_entry",
]


class TestOnlyGrows:
    @pytest.mark.parametrize("attack", ATTACKS)
    def test_no_role_that_works_changes_or_forgets_a_line(self, written: Cast, attack: str) -> None:
        for space in (written.poste, written.caban, written.nevers, written.loire):
            with inside(space):
                assert "permission denied" in refused(attack) or "must be owner" in refused(attack)
        with entered(Place(role=CROSSING_ROLE)):
            assert "permission denied" in refused(attack) or "must be owner" in refused(attack)
        assert "permission denied" in refused(attack) or "must be owner" in refused(attack)

        assert Entry.objects.filter(verb="site.changed", target="12").count() == 3

    @pytest.mark.parametrize("attack", ATTACKS[:3])
    def test_its_owner_neither(self, written: Cast, attack: str) -> None:
        with entered(Place(role=OWNER_ROLE)):
            assert "the journal only grows" in refused(attack)

    def test_saying_retention_opens_nothing_to_a_space(self, written: Cast) -> None:
        with inside(written.poste), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL maillage.journal_retention = 'on'")
            assert "permission denied" in refused("DELETE FROM audit_entry")

    def test_retention_forgets_what_is_old_says_so_and_keeps_the_rest(self, written: Cast) -> None:
        with entered(Place(role=OWNER_ROLE)), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO audit_entry (id, at, verb, target, door, space_id) VALUES"
                " (gen_random_uuid(), now() - interval '3 years', 'visit.recorded', '1', 'page', %s)",
                [written.poste.pk],
            )
        before = Entry.objects.count()

        call_command("purge_journal", "--older-than-months", "24", verbosity=0)

        assert not Entry.objects.filter(verb="visit.recorded", target="1", space_id=written.poste.pk).exists()
        assert Entry.objects.get(verb="journal.purged").target == "1 entries"
        assert Entry.objects.count() == before

    @pytest.mark.parametrize("months", ["0", "5", "-24"])
    def test_a_journal_is_kept_for_half_a_year_at_least(self, written: Cast, months: str) -> None:
        with pytest.raises(CommandError, match="6 months"):
            call_command("purge_journal", "--older-than-months", months)


class TestReading:
    def test_a_space_reads_its_own_lines_and_no_others(self, written: Cast) -> None:
        for space, others in (
            (written.poste, (written.abattoirs, written.caban, written.nevers)),
            (written.abattoirs, (written.poste, written.caban)),
            (written.caban, (written.poste, written.abattoirs, written.loire)),
            (written.loire, (written.caban, written.poste)),
        ):
            with inside(space):
                assert set(Entry.objects.values_list("space_id", flat=True)) <= {space.pk}
                for other in others:
                    assert not entries(other.pk, Filters()).exists()
        with inside(written.poste):
            assert Entry.objects.filter(verb="site.changed").count() == 1

    def test_a_line_that_another_space_wrote_about_this_one_is_not_shown(self, written: Cast) -> None:
        with inside(written.abattoirs), acting(actor_id=written.chloe.pk, space_id=written.poste.pk, door="page"):
            record(verb="contract.deleted", target=7)

        assert Entry.objects.filter(verb="contract.deleted", space_id=written.poste.pk).exists()
        with inside(written.poste):
            assert not Entry.objects.filter(verb="contract.deleted").exists()

    def test_nobody_reads_who_signed_nor_lets_a_crossing_read(self, written: Cast) -> None:
        with inside(written.poste):
            assert "permission denied" in refused("SELECT role_name FROM audit_entry")
        with entered(Place(role=CROSSING_ROLE)):
            assert "permission denied" in refused("SELECT verb FROM audit_entry")

    def test_what_the_register_notes_about_a_space_is_shown_there(self, written: Cast) -> None:
        membership = written.bram.memberships.get()
        with acting(actor_id=written.amina.pk, space_id=written.poste.pk, door="page"):
            end_membership(membership=membership)

        with inside(written.poste):
            assert Entry.objects.filter(verb="membership.ended", target=str(membership.pk)).exists()

    def test_people_who_left_sign_with_their_name_and_strangers_without(self, written: Cast) -> None:
        with inside(written.poste), acting(actor_id=written.bram.pk, space_id=written.poste.pk, door="page"):
            record(verb="visit.deleted", target=3)
        with acting(actor_id=written.bram.pk):
            end_membership(membership=written.bram.memberships.get())
        for actor, door in ((written.dries.pk, "page"), (None, "command"), (None, "task"), (None, "page")):
            with acting(actor_id=actor, space_id=written.poste.pk, door=door):
                record(verb="visits.recorded", target="40 visits")

        with inside(written.poste), translation.override("en"):
            said = [(line.who, line.number, line.door) for line in lines(entries(written.poste.pk, Filters()), names())]

        assert ("Bram", "no. 3", "Page") in said
        assert ("somebody from outside", "40", "Page") in said
        assert ("the installation", "40", "Command") in said
        assert ("the installation", "40", "Background task") in said
        assert ("somebody who wasn't signed in", "40", "Page") in said

    def test_names_are_those_of_the_spaces_own_people(self, written: Cast) -> None:
        with inside(written.poste):
            assert set(names().values()) == {"Amina", "Bram"}
        with inside(written.caban):
            assert set(names().values()) == {"Dries", "Eva"}
        assert Person.objects.count() > 4


def recorded_verbs() -> dict[str, str]:
    """Every verb that the code writes, with its file; where one is passed on, whatever looks like one."""
    verb = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*")
    found = {}
    for path in python_files():
        tree = ast.parse(path.read_text())
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        said = [word.value for call in calls for word in call.keywords if word.arg == "verb"]
        passed_on = any(isinstance(node, ast.Name | ast.JoinedStr | ast.Subscript) for node in said)
        for node in (node for one in ([tree] if passed_on else said) for node in ast.walk(one)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and verb.fullmatch(node.value):
                found[node.value] = path.name
    return found


NOT_VERBS = re.compile(r"(tenants|network|maillage|api|django)\.|member\.name$")


def test_every_verb_that_the_code_records_is_in_words_and_no_other() -> None:
    recorded = {verb for verb in recorded_verbs() if not NOT_VERBS.match(verb)}

    assert recorded - set(LABELS) == set()
    assert set(LABELS) - recorded == set()
    assert not (IN_AN_EPN.keys() & IN_A_FEDERATION.keys()) | (IN_BOTH.keys() & {**IN_AN_EPN, **IN_A_FEDERATION}.keys())


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_every_verb_and_door_is_in_french_and_dutch(language: str) -> None:
    labels = {**LABELS, **{door.value: door._label_ for door in Door}}

    with translation.override("en"):
        english = {name: str(label) for name, label in labels.items()}
    with translation.override(language):
        assert [name for name, label in labels.items() if name != "page" and str(label) == english[name]] == []

"""An edition from its opening to its freezing, as the network's coordinator goes through it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.audit.models import Entry
from network.cadastre.editions.answers import completeness_of
from network.cadastre.editions.board import board
from network.cadastre.editions.comparing import codes_in
from network.cadastre.editions.enums import State, Step
from network.cadastre.editions.freezing import freeze_edition, verify
from network.cadastre.editions.letters import write_run
from network.cadastre.editions.models import (
    CensusReturn,
    Edition,
    FrozenEdition,
    Indicator,
    LetterRun,
    ReturnStep,
    ReturnValue,
)
from network.cadastre.editions.opening import open_edition
from network.cadastre.editions.published import publishable_totals
from network.cadastre.editions.questionnaire import latest_questionnaire
from network.directory.cards import copy_cards
from network.releases.catalogue import TABLES
from network.releases.models import Release
from network.releases.periods import read
from tenants.premises.models import Site
from tests.conftest import Cast, as_owner_of, inside
from tests.editions.office import NEXT, Office, opened, state_of


def open_form(**said: Any) -> dict[str, Any]:
    return {"year": "2022", "perimeter": "all", "due_on": NEXT.isoformat(), "questionnaire": "1", **said}


NO_SENSE: list[tuple[dict[str, str], str, str]] = [
    ({"due_on": "2020-01-01"}, "due_on", "passé|révolu|terminé"),
    ({"due_on": "9999-12-31"}, "due_on", "deux ans"),
    ({"due_on": "nope\x00"}, "due_on", "."),
    ({"year": "2062"}, "year", "à venir"),
    ({"year": "99999999999999999999"}, "year", "."),
    ({"perimeter": "moon"}, "perimeter", "."),
]


class TestOpening:
    def test_each_member_gets_a_return_that_is_filled_in_and_a_letter_when_asked(
        self, year_2022: Cast, signed_in, django_capture_on_commit_callbacks
    ) -> None:
        client = signed_in(year_2022.dries)
        assert "Ouvrir" in client.get("/caban/editions/open/").content.decode()

        response = client.post("/caban/editions/open/", open_form(letters="on"))

        assert response.headers["Location"] == "/caban/editions/2022/"
        with inside(year_2022.caban):
            returns = {one.epn_id: one for one in CensusReturn.objects.all()}
            assert set(returns) == {year_2022.poste.pk, year_2022.abattoirs.pk}
            assert [returns[one.pk].labelled for one in (year_2022.poste, year_2022.abattoirs)] == [True, False]
            visits = ReturnValue.objects.get(census_return__epn_id=year_2022.poste.pk, indicator__code="visits")
            assert (visits.value, visits.computed) == ("3", "3")
            run = LetterRun.objects.get()
            for _twice in range(2):
                write_run(run.pk)
            assert all(one.reached_today for one in board(run.edition).rows) and not board(run.edition).to_phone
        assert {one.to[0] for one in mail.outbox} == {"amina@example.org", "chloe@example.org"}
        assert any("http://testserver/caban/rue-de-la-poste/census/" in one.body for one in mail.outbox)

    def test_what_makes_no_sense_is_refused_and_nothing_is_written(self, cast: Cast, signed_in) -> None:
        client = signed_in(cast.dries)
        for said, field, words in NO_SENSE:
            response = client.post("/caban/editions/open/", open_form(**said))
            assert re.search(words, " ".join(response.context["form"].errors[field])), said
        with inside(cast.caban):
            assert not Edition.objects.exists() and not CensusReturn.objects.exists()

    def test_a_year_has_one_edition_and_a_perimeter_without_anybody_none(self, office: Office) -> None:
        response = office.post("open/", **open_form())
        assert "edition of 2022 already" in str(response.context["form"].errors["year"])

        with inside(office.cast.caban), pytest.raises(ValidationError, match="Nobody would be asked"):
            open_edition(year=2019, perimeter="labelled", due_on=NEXT, questionnaire=latest_questionnaire())
        with inside(office.cast.caban):
            assert Edition.objects.count() == 1


class TestTheBoard:
    def test_it_says_who_is_late_and_whom_to_phone_with_the_number_and_the_last_contact(self, office: Office) -> None:
        with inside(office.cast.poste):
            Site.objects.update(phone="+32 2 000 00 01", hidden=["phone"])
        copy_cards(office.cast.caban)
        with as_owner_of(office.cast.caban):
            Edition.objects.update(due_on=dt.date.today() - dt.timedelta(days=3))
        office.sign_for(office.cast.abattoirs)

        page = office.get("2022/")

        assert "3 days late" in page
        for public in ("/caban/epn/rue-de-la-poste/", "/caban/api/v1/epn/", "/caban/", "/caban/open-data/places.json"):
            assert "000 00 01" not in Client().get(public, follow=True).content.decode(), "the EPN hides it"
        assert 'href="tel:+3220000001"' in page
        with inside(office.cast.caban):
            found = board(office.edition)
        assert [(one.name, one.why) for one in found.to_phone] == [("Rue de la Poste", "late")]
        assert (found.asked, found.sent, found.waiting, found.late) == (2, 1, 1, 1)
        assert "Rue de la Poste" not in re.sub(
            r"(?s)Whom to phone.*EPN by EPN", "", office.get("2022/?state=submitted")
        )

    def test_completeness_counts_as_the_epn_sees_it(self, office: Office) -> None:
        office.sign_for(office.cast.abattoirs)
        with inside(office.cast.caban):
            returns = list(CensusReturn.objects.all())
            theirs = completeness_of(office.edition, returns)
            mine = {one.pk: (one.answered, one.asked) for one in board(office.edition).rows}

        assert mine == {pk: (one.answered, one.asked) for pk, one in theirs.items()}

    def test_a_thousand_epn_cost_no_query_more_than_ten(self, office: Office) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as counted:
                office.get("2022/")
            return len(counted)

        few, edition = queries(), office.edition
        with inside(office.cast.caban), transaction.atomic():
            more = CensusReturn.objects.bulk_create(
                CensusReturn(edition=edition, epn_id=10_000 + number, name=f"EPN {number}") for number in range(120)
            )
            ReturnStep.objects.bulk_create(ReturnStep(census_return=one, step=Step.OPENED) for one in more)

        assert queries() == few <= 12
        assert len(re.findall(r"/editions/returns/\d+/", office.get("2022/?page=2"))) >= 50

    def test_its_rows_are_files_too(self, office: Office) -> None:
        text = b"".join(office.client.get("/caban/editions/2022/?download=json").streaming_content).decode()

        assert {row["epn"] for row in json.loads(text)["rows"]} == {"Rue de la Poste", "Abattoirs"}


class TestReminding:
    def test_one_link_to_what_is_missing_once_a_day_unless_asked(self, office: Office) -> None:
        office.post(office.of(office.cast.poste, "remind/"))

        assert [one.to for one in mail.outbox] == [["amina@example.org"]]
        letter = mail.outbox[0]
        pk = office.row(office.cast.poste).pk
        assert f"http://testserver/caban/rue-de-la-poste/census/{pk}/#missing" in letter.body
        assert letter.body.count("http") == 1
        assert "Recensement 2022" in letter.subject  # Amina reads French
        assert office.steps(office.cast.poste)[-1] == "reminded"

        again = office.post(office.of(office.cast.poste, "remind/"))
        assert "has had a reminder today" in again.content.decode()
        assert len(mail.outbox) == 1
        office.post(office.of(office.cast.poste, "remind/"), again="yes")
        assert len(mail.outbox) == 2

    def test_many_are_a_run_that_a_worker_may_begin_twice(self, office: Office) -> None:
        page = office.get("2022/reminders/")
        assert "how it reads" in page.lower() and "/census/" in page

        office.post("2022/reminders/", who="open")
        with inside(office.cast.caban):
            run = LetterRun.objects.get()
            for _twice in range(2):
                write_run(run.pk)
            run.refresh_from_db()

        assert (len(mail.outbox), run.sent, run.unsent) == (2, 2, 0)
        assert "Nobody is to be reminded" in office.post("2022/reminders/", who="late").content.decode()
        assert "Nobody is to be reminded" in office.post("2022/reminders/", who="open").content.decode()

    def test_a_call_is_noted_and_more_time_is_given_to_one(self, office: Office) -> None:
        later = NEXT + dt.timedelta(days=14)
        office.post(office.of(office.cast.poste, "called/"), note="comes back Monday")
        office.post(office.of(office.cast.poste, "more-time/"), due_on=later.isoformat())

        assert office.row(office.cast.poste).due_on == later
        assert office.steps(office.cast.poste)[-2:] == ["called", "extended"]
        early = office.post(office.of(office.cast.poste, "more-time/"), due_on=NEXT.isoformat())
        assert "All EPN have until then" in early.content.decode()
        past = office.post(office.of(office.cast.poste, "more-time/"), due_on="2020-01-01")
        assert "This day is over" in past.content.decode()


class TestDeciding:
    def test_a_return_is_sent_back_with_a_comment_in_the_readers_language(self, office: Office) -> None:
        office.sign_for(office.cast.poste, visits="4", attendances="4")
        page = office.get(office.of(office.cast.poste))
        assert "+1 (+33" in page and "Amina" in page

        empty = office.post(office.of(office.cast.poste, "send-back/"), comment="  ")
        assert "can&#x27;t guess it" in empty.content.decode()
        office.post(office.of(office.cast.poste, "send-back/"), comment="Pourquoi 4 aides ? <b>=1+1</b>")

        assert state_of(office, office.cast.poste) == State.RETURNED
        assert "Pourquoi 4 aides ? <b>=1+1</b>" in mail.outbox[-1].body
        assert "corriger" in mail.outbox[-1].subject
        assert "&lt;b&gt;" in office.get(office.of(office.cast.poste))
        with inside(office.cast.caban), pytest.raises(DatabaseError), transaction.atomic():
            CensusReturn.objects.filter(state=State.RETURNED).update(comment="")

    def test_validating_is_undone_until_the_edition_is_frozen(self, office: Office) -> None:
        office.sign_for(office.cast.poste)
        version = office.row(office.cast.poste).version

        stale = office.post(office.of(office.cast.poste, "validate/"), version=str(version - 1))
        assert "Somebody has changed this return" in stale.content.decode()
        office.post(office.of(office.cast.poste, "validate/"), version=str(version), next="board")
        assert state_of(office, office.cast.poste) == State.VALIDATED
        office.post(office.of(office.cast.poste, "undo/"))
        assert state_of(office, office.cast.poste) == State.SUBMITTED

        assert office.steps(office.cast.poste)[-3:] == ["submitted", "validated", "reopened"]
        verbs = set(Entry.objects.filter(space_id=office.cast.caban.pk).values_list("verb", flat=True))
        assert {"census_return.validated", "census_return.decision_undone", "edition.opened"} <= verbs
        refused = office.post(office.of(office.cast.abattoirs, "validate/"))
        assert "Only a signed return" in refused.content.decode()

    def test_the_network_enters_a_return_for_an_epn_and_it_says_so(self, office: Office) -> None:
        pk = office.row(office.cast.poste).pk
        assert 'name="value_computers"' in office.get(f"enter/{pk}/")

        office.post(f"enter/{pk}/", version=str(office.row(office.cast.poste).version), value_computers="7")

        with inside(office.cast.caban):
            value = ReturnValue.objects.get(census_return=pk, indicator__code="computers")
            step = ReturnStep.objects.filter(census_return=pk).latest("pk")
        assert (value.value, value.by_name, step.for_network) == ("7", "Dries", True)
        assert "Fill it in for the EPN" in office.get(office.of(office.cast.poste))


class TestFreezing:
    def test_with_returns_missing_one_says_so_and_the_file_does_too(self, office: Office) -> None:
        office.sign_for(office.cast.poste)
        office.post(office.of(office.cast.poste, "validate/"))
        assert "Abattoirs" in office.get("2022/freeze/")

        with as_owner_of(office.cast.caban):
            moment = dt.datetime(2023, 1, 14, 9, tzinfo=dt.UTC)
            Release.objects.create(
                number=7, kind="year", first=dt.date(2022, 1, 1), state="released", minimum_cell=5, prepared_at=moment,
                released_at=moment,
            )  # fmt: skip
        correct, asked = "/caban/releases/7/correct/", office.get("2022/freeze/")
        assert correct in asked and "isn&#x27;t frozen yet" in office.client.get("/caban/releases/").content.decode()
        refused = office.post("2022/freeze/", missing="1")
        assert "Tick this box" in refused.content.decode()
        moved = office.post("2022/freeze/", missing="0", without="on")
        assert "1 return isn&#x27;t validated" in moved.content.decode()
        frozen = office.post("2022/freeze/", missing="1", without="on")

        assert "It is what it was" in (page := frozen.content.decode()) and correct in page
        assert "was frozen after this release" in office.client.get("/caban/releases/").content.decode()
        response = office.client.get("/caban/editions/2022/file/")
        told = json.loads(response.content)
        assert told["edition"]["returns_missing"] == [
            {"epn": office.cast.abattoirs.pk, "name": "Abattoirs", "state": "open"}
        ]
        assert (told["edition"]["returns_asked"], told["edition"]["returns_validated"]) == (2, 1)
        assert told["facts"]["contracts"]["labelled"] == {
            "animation": 3, "article60": 2, "article60_share": "0.6667", "fte": "2",
        }  # fmt: skip
        assert told["facts"]["cost_of_an_epn"]["eur"] == "25000"
        with inside(office.cast.caban):
            totals = {one.indicator.code: one for one in publishable_totals(office.edition, "all")}
            money = {one.key.value: one for one in TABLES["census_money"].cells(office.cast.caban.pk, read("2022"))}
            things = {one.key.value: one for one in TABLES["census_things"].cells(office.cast.caban.pk, read("2022"))}
            assert list(TABLES["census_things"].cells(office.cast.caban.pk, read("2021"))) == []
        assert (totals["income"].kind, totals["income"].total, totals["income"].answered) == ("money", 2_500_000, 1)
        assert (money["income"].numbers, money["income"].contributions) == ((2_500_000, 1), (2_500_000,))
        assert (things["computers"].numbers, "article60_contracts" in {**things, **money}) == ((600, 1), False)
        assert (totals["article60_contracts"].kind, totals["computers"].total) == ("staff", 6)
        assert "visits" not in totals
        assert told["facts"]["need_eur"] == {"labelled": "25000", "all": "50000"}

    def test_then_nothing_changes_by_whatever_way(self, office: Office) -> None:
        office.sign_for(office.cast.poste)
        with inside(office.cast.caban):
            freeze_edition(pk=office.edition.pk, missing=2)
            one = CensusReturn.objects.first()
            asked = Indicator.objects.first()

        for deed, said in (("validate/", {}), ("send-back/", {"comment": "no"}), ("remind/", {}), ("undo/", {})):
            office.post(office.of(office.cast.poste, deed), **said)
        assert state_of(office, office.cast.poste) == State.SUBMITTED
        assert "frozen already" not in office.post("2022/freeze/", missing="2", without="on").content.decode()
        for write in (
            lambda: ReturnValue.objects.filter(census_return=one).update(value="9"),
            lambda: ReturnValue.objects.filter(census_return=one).delete(),
            lambda: CensusReturn.objects.update(version=9),
            lambda: CensusReturn.objects.create(edition_id=one.edition_id, epn_id=99, name="late"),
            lambda: Edition.objects.update(frozen_at=None),
            lambda: FrozenEdition.objects.update(sha256="0"),
            lambda: Indicator.objects.filter(pk=asked.pk).update(label_fr="?"),
        ):
            with inside(office.cast.caban), pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
                write()
        with inside(office.cast.caban), pytest.raises(ValidationError, match="frozen already"):
            freeze_edition(pk=office.edition.pk)

    def test_the_file_is_made_again_from_the_rows_and_a_changed_row_is_found_out(self, office: Office) -> None:
        with inside(office.cast.caban):
            frozen = freeze_edition(pk=office.edition.pk, missing=2)
            again = verify(office.edition)
            assert again.holds and again.sha256 == frozen.sha256
        with as_owner_of(office.cast.caban), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE editions_returnvalue DISABLE TRIGGER editions_returnvalue_stays_update")
            cursor.execute("UPDATE editions_returnvalue SET value = '\"7\"' WHERE value = '\"3\"'")
            cursor.execute("ALTER TABLE editions_returnvalue ENABLE TRIGGER editions_returnvalue_stays_update")

        assert "The rows give another file" in office.get("2022/verify/")


class TestComparing:
    def test_two_editions_are_compared_by_perimeter_and_by_those_that_answered_both_times(self, office: Office) -> None:
        office.sign_for(office.cast.poste)
        office.post(office.of(office.cast.poste, "validate/"))
        with inside(office.cast.caban):
            freeze_edition(pk=office.edition.pk, missing=1)
        opened(office.cast, year=2023)
        with inside(office.cast.caban), transaction.atomic():
            for one in CensusReturn.objects.filter(edition__year=2023):
                ReturnValue.objects.update_or_create(
                    census_return=one,
                    indicator=one.edition.questionnaire.indicators.get(code="visits"),
                    defaults={"value": "5"},
                )
                one.state, one.signed_name, one.signed_role = State.SUBMITTED, "A", "b"
                one.submitted_at = timezone.now()
                one.save()

        page = re.sub(r"\s+", " ", office.get("difference/?before=2022&after=2023&perimeter=all&code=visits"))
        assert "+2 (+67" in page.replace("\xa0", " ") and "1/2" in page and "2/2" in page
        assert "The edition 2023 is open" in page
        years = office.get("years/?perimeter=labelled")
        assert "1/1" in years and "provisional" in years
        for table in ("long", "wide"):
            url = f"/caban/editions/2022/totals/?table={table}&download=json"
            rows = json.loads(b"".join(office.client.get(url).streaming_content))["rows"]
            assert {row["epn"] for row in rows} == {"Rue de la Poste", "Abattoirs"}
            assert {row["counted"] for row in rows if row["epn"] == "Abattoirs"} == {False}
        self.every_table_has_its_file(office)

    def every_table_has_its_file(self, office: Office) -> None:
        tables = ("years/", "difference/?code=visits", "difference/?code=visits&table=epn", "2022/totals/", "2022/", "",
                  "questionnaires/", "questionnaires/1/", office.of(office.cast.poste))  # fmt: skip
        for path in tables:
            page = office.get(path)
            assert "download=xlsx" in page and "⟦undefined" not in page, path
            mark = "&" if "?" in path else "?"
            files = {
                kind: b"".join(office.client.get(f"/caban/editions/{path}{mark}download={kind}").streaming_content)
                for kind in ("csv", "json")
            }
            lines = list(csv.reader(io.StringIO(files["csv"].decode().lstrip(chr(0xFEFF))), delimiter=";"))
            found = json.loads(files["json"])
            assert len(lines) - 1 == len(found["rows"]) > 0, path
            assert found["perimeter"] == "caban"

    def test_an_indicator_stands_for_the_codes_that_it_replaces_version_by_version(self) -> None:
        replaced = {2: {"people": ["staff", "volunteers"]}, 3: {"heads": ["people"]}}

        found = codes_in("heads", version=3, asked_in=1, known={"staff", "volunteers", "visits"}, replaced=replaced)
        assert found == ("staff", "volunteers")
        assert codes_in("visits", version=3, asked_in=1, known={"visits"}, replaced=replaced) == ("visits",)
        assert codes_in("heads", version=3, asked_in=1, known={"staff"}, replaced=replaced) == ()

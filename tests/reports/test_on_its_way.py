"""A report from its first day to the funder's decision: states, refusals, letters, and versions that never change."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from maillage.audit.models import Entry
from network.funding.models import Expense, Grant, ReportDate
from network.releases.models import Release
from network.reports import deciding, packs, selectors, services
from network.reports.content import Content, from_bytes, to_bytes
from network.reports.enums import Format, PackState, State
from network.reports.filling import fill
from network.reports.keys import set_keys
from network.reports.models import FrozenReport, PackVersion, Report, ReportFile
from network.reports.restating import corrections
from network.reports.steps import By
from tests.reports.conftest import Told
from tests.reports.office import DRIES, EVA, FIRST, LAST, a_pack, a_report, a_sent_report, grant_of, written

JUNE, JULY = dt.date(2025, 6, 1), dt.date(2025, 7, 1)


def again(report: Report) -> Report:
    return Report.objects.get(pk=report.pk)


def content_of(report: Report) -> Content:
    return selectors.content_of_frozen(report.frozen.get(number=report.number))


@contextmanager
def refused(said: str) -> Iterator[None]:
    with pytest.raises(ValidationError, match=said):
        yield


@pytest.fixture
def after_commit(django_capture_on_commit_callbacks: Any) -> Callable[[], Any]:
    def committed() -> Any:
        connection.run_on_commit.clear()
        return django_capture_on_commit_callbacks(execute=True)

    return committed


class TestBeginning:
    def test_months_must_be_closed_in_order_and_of_the_grant(self, caban: Told) -> None:
        pack = a_pack()

        for facts, said in (
            ({"first": LAST, "last": FIRST}, "before the first"),
            ({"last": dt.date(2062, 1, 1)}, "At most"),
            ({"first": dt.date(2061, 5, 1), "last": dt.date(2062, 1, 1)}, "isn't over"),
            ({"first": dt.date(2024, 1, 1), "last": dt.date(2024, 12, 1)}, "runs from Jan. 1, 2025"),
        ):
            with refused(said):
                a_report(pack=pack, **facts)

    def test_a_pack_that_is_not_in_use_and_grants_of_another_funder_are_refused(self, caban: Told) -> None:
        draft = packs.make_pack(funder=grant_of("region").funder, title="Autre")
        with refused("isn't in use"):
            a_report(pack=draft)
        with refused("of the funder of this pack"):
            a_report("fondation", pack=a_pack("region"))
        with refused("of another grant"):
            a_report("fondation", report_date=ReportDate.objects.get())

    def test_months_are_not_told_twice_with_any_version_of_a_pack(self, caban: Told) -> None:
        pack = a_pack()
        first = a_report(pack=pack, last=JUNE, title="Premier semestre")
        packs.put_in_use(version_id=packs.next_version(pack=pack).pk)

        with refused("“Premier semestre” tells of January 2025 to June 2025"):
            a_report(pack=pack, first=JUNE)
        second = a_report(pack=pack, first=JULY)
        services.delete_draft(pk=first.pk, by=DRIES)
        a_report(pack=pack, last=JUNE)
        with refused("aren't told twice"):
            services.restore_draft(pk=first.pk, by=DRIES)
        assert second.pack_version.number == 2
        assert not services.restore_draft(pk=second.pk, by=DRIES)

    def test_a_refused_report_makes_room_and_its_refusal_then_stays(self, caban: Told) -> None:
        pack = a_pack()
        report = a_sent_report(pack=pack)
        deciding.refuse(pk=report.pk, reason="Un autre périmètre.", by=EVA)

        a_report(pack=pack)

        with refused("aren't told twice"):
            deciding.undo_decision(pk=report.pk, by=EVA)


class TestSigning:
    def test_it_is_frozen_with_its_files_and_fetched_again_byte_by_byte(self, caban: Told) -> None:
        report = a_sent_report()
        frozen = report.frozen.get()
        before = bytes(frozen.content)
        told = content_of(report)

        Expense.objects.all().delete()
        Grant.objects.update(title="Autrement")

        assert bytes(report.frozen.get().content) == before
        assert hashlib.sha256(before).hexdigest() == frozen.sha256
        assert to_bytes(from_bytes(before)) == before
        assert (told.grants[0].title, told.signed_name, told.signed_role) == ("Aide 2025", "Dries", "coordinateur")
        assert told.places[0].name == "Rue de la Poste" and told.releases == (1,)
        assert bytes(frozen.files.get(format=Format.JSON).content) == before

    def test_nobody_changes_a_frozen_version_by_whatever_way(self, caban: Told) -> None:
        report = a_sent_report()

        for change in (
            lambda: FrozenReport.objects.update(content=b"x"),
            lambda: FrozenReport.objects.update(sent_at=None),
            lambda: FrozenReport.objects.all().delete(),
            lambda: ReportFile.objects.update(sha256="x"),
            lambda: ReportFile.objects.all().delete(),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()
        assert again(report).state == State.SENT

    def test_what_is_missing_is_said_and_nothing_is_signed(self, caban: Told) -> None:
        report = a_report()

        with refused("“Ce qui a été fait”: write the text|“What was done”: write the text"):
            services.sign(pk=report.pk, name="Dries", role="x", by=DRIES)
        written(report)
        for name, role in (("", "x"), ("Dries", " "), ("D\0", "x"), ("D" * 121, "x")):
            with pytest.raises(ValidationError):
                services.sign(pk=report.pk, name=name, role=role, by=DRIES)
        assert (again(report).state, FrozenReport.objects.count()) == (State.DRAFT, 0)

    def test_a_signature_is_taken_back_before_it_is_sent_and_not_after(self, caban: Told) -> None:
        report = written(a_report())
        services.sign(pk=report.pk, name="Dries", role="x", by=DRIES)
        with refused("signed stays"):
            services.write_value(pk=report.pk, code="done", text="autre")
        services.take_signature_back(pk=report.pk, by=DRIES)
        services.write_value(pk=report.pk, code="done", text="autre")
        services.sign(pk=report.pk, name="Dries", role="x", by=DRIES)
        services.send(pk=report.pk, by=DRIES)

        with refused("isn't|not sent"):
            services.take_signature_back(pk=report.pk, by=DRIES)
        assert [(one.number, one.sent_at is None) for one in selectors.versions_of(report)] == [(2, False), (1, True)]
        assert [one.number for one in selectors.versions_of(report, sent=True)] == [2]

    def test_sending_does_what_was_due(self, caban: Told) -> None:
        due = ReportDate.objects.get()
        report = a_sent_report(report_date=due)

        due.refresh_from_db()
        assert due.done_on is not None
        with refused("Only a draft"):
            services.delete_draft(pk=report.pk, by=DRIES)
        with refused("Sign the report first"):
            services.send(pk=report.pk, by=DRIES)


class TestDeciding:
    def test_sent_back_corrected_and_accepted_with_its_history(self, caban: Told) -> None:
        report = a_sent_report()
        with refused("Say what is to be corrected"):
            deciding.send_back(pk=report.pk, comment="  ", by=EVA)
        deciding.send_back(pk=report.pk, comment="Précisez les dépenses.", by=EVA)
        Expense.objects.create(
            grant=grant_of("region"), spent_on=JUNE, category="rent", label="loyer", amount_eur=100, percent=100
        )
        services.write_value(pk=report.pk, code="done", text="Précisé.")
        services.sign(pk=report.pk, name="Dries", role="x", by=DRIES)

        assert selectors.state_for_funder(again(report)) == State.RETURNED
        services.send(pk=report.pk, by=DRIES)
        deciding.accept(pk=report.pk, by=EVA)

        told = {one.code: one for one in content_of(again(report)).restated}
        assert (told["spent"].was, told["spent"].now) == (Decimal("2999.99"), Decimal("3099.99"))
        assert (told["spent"].reason, told["spent"].version) == ("Précisez les dépenses.", 1)
        assert [one.step for one in selectors.steps_of(report)] == [
            "begun", "signed", "sent", "returned", "signed", "sent", "accepted",
        ]  # fmt: skip
        assert [one.step for one in selectors.steps_of(report, for_funder=True)] == [
            "sent", "returned", "sent", "accepted",
        ]  # fmt: skip
        assert Entry.objects.filter(verb__startswith="funder_report.", target=str(report.pk)).count() >= 7

    def test_each_deed_has_its_states(self, caban: Told) -> None:
        draft = a_report()
        deeds: list[tuple[Callable[..., Any], dict[str, Any]]] = [
            (deciding.send_back, {"comment": "x"}), (deciding.accept, {}), (deciding.refuse, {"reason": "x"}),
            (deciding.undo_decision, {}), (deciding.comment, {"comment": "x"}),
        ]  # fmt: skip
        for deed, facts in deeds:
            with pytest.raises(ValidationError):
                deed(pk=draft.pk, by=EVA, **facts)
        with refused("isn't there any more"):
            deciding.accept(pk=0, by=EVA)
        written(draft)
        services.sign(pk=draft.pk, name="Dries", role="x", by=DRIES)
        with refused("sent and waits"):
            deciding.accept(pk=draft.pk, by=EVA)
        services.send(pk=draft.pk, by=DRIES)
        with refused("Say why"):
            deciding.refuse(pk=draft.pk, reason="\t", by=EVA)
        for text in ("x" * 4001, "\0"):
            with pytest.raises(ValidationError):
                deciding.comment(pk=draft.pk, comment=text, by=EVA)
        deciding.refuse(pk=draft.pk, reason="Hors sujet", by=EVA)
        assert deciding.undo_decision(pk=draft.pk, by=EVA).state == State.SENT
        deciding.send_back(pk=draft.pk, comment="x", by=EVA)
        services.sign(pk=draft.pk, name="Dries", role="x", by=DRIES)
        with refused("no decision"):
            deciding.undo_decision(pk=draft.pk, by=EVA)

    def test_a_decision_stays_once_the_keys_have_moved(self, caban: Told) -> None:
        report = a_sent_report()
        deciding.send_back(pk=report.pk, comment="x", by=EVA)
        place = (grant_of("region").pk, caban.cast.poste.pk, 2025)
        set_keys(pk=report.pk, keys={place: Decimal(30)})

        with refused("changed the keys"):
            deciding.undo_decision(pk=report.pk, by=EVA)
        set_keys(pk=report.pk, keys={place: Decimal(40)})
        assert deciding.undo_decision(pk=report.pk, by=EVA).state == State.SENT

    def test_two_people_at_once(self, caban: Told) -> None:
        report = a_sent_report()
        seen = again(report).version
        deciding.comment(pk=report.pk, comment="Une question.", by=EVA, version=seen)

        with refused("since you opened the page"):
            deciding.accept(pk=report.pk, by=By(None, "Une collègue", for_funder=True), version=seen)
        assert again(report).state == State.SENT

    def test_the_other_side_gets_a_letter_in_its_language(self, caban: Told, after_commit: Any) -> None:
        with after_commit():
            report = a_sent_report()
        assert [one.to for one in mail.outbox] == [["eva@example.org"]]
        assert "Rapport 2025" in mail.outbox[0].subject
        with after_commit():
            deciding.send_back(pk=report.pk, comment="Le texte manque de chiffres.", by=EVA)
        letter = mail.outbox[1]
        assert letter.to == ["dries@example.org"]
        assert "Le texte manque de chiffres." in letter.body
        assert "/caban/" in letter.body

    def test_a_funder_reads_only_what_left_to_it(self, caban: Told) -> None:
        pack = a_pack()
        a_report(pack=pack, first=JULY, title="brouillon")
        sent = a_sent_report(pack=pack, last=JUNE)
        a_sent_report("fondation")

        assert list(selectors.reports_for("region")) == [sent]
        assert not selectors.reports_for("") and not selectors.reports_for("nobody")


class TestRestated:
    def test_an_earlier_report_of_the_year_is_told_again_where_its_numbers_moved(self, caban: Told) -> None:
        pack = a_pack()
        first = a_sent_report(pack=pack, last=JUNE, title="Premier semestre")
        Expense.objects.create(
            grant=grant_of("region"), spent_on=JUNE, category="rent", label="loyer", amount_eur=50, percent=100
        )

        second = content_of(a_sent_report(pack=pack, first=JULY, title="Second semestre"))

        assert [(one.code, one.title) for one in second.restated if one.code == "spent"] == [("spent", first.title)]

    def test_a_corrected_release_gives_its_reason(self, caban: Told) -> None:
        report = a_sent_report()
        before = content_of(report)
        deciding.send_back(pk=report.pk, comment="Revoyez.", by=EVA)
        release = Release.objects.get(number=1)
        later = Release(number=99, corrects=release, reason="Fiches en retard.")

        used = [*fill(again(report)).used, later]
        assert corrections(before, used) == "Fiches en retard."
        assert corrections(replace(before, releases=(*before.releases, 99)), used) == ""


class TestPacks:
    def test_a_version_in_use_never_changes_and_its_copy_takes_its_place(self, caban: Told) -> None:
        pack = a_pack()
        used = selectors.version_in_use(pack)
        assert used is not None
        for deed in (
            lambda: packs.save_line(version_id=used.pk, kind="text", label_fr="x"),
            lambda: packs.move_line(version_id=used.pk, line_id=1, up=True),
            lambda: packs.put_in_use(version_id=used.pk),
            lambda: packs.write_pack(version_id=used.pk, title="x", introduction=""),
        ):
            with refused("stays as it is"):
                deed()

        draft = packs.next_version(pack=pack)
        assert packs.next_version(pack=pack) == draft
        assert [one.code for one in selectors.lines_of(draft)] == [one.code for one in selectors.lines_of(used)]
        packs.put_in_use(version_id=draft.pk)
        assert set(PackVersion.objects.filter(pack=pack).values_list("number", "state")) == {
            (1, PackState.REPLACED),
            (2, PackState.IN_USE),
        }

    def test_lines_are_added_moved_and_removed_and_a_ratio_keeps_what_it_needs(self, caban: Told) -> None:
        version = packs.make_pack(funder=grant_of("region").funder, title="Nouveau", from_default=False).versions.get()
        with refused("Add a line first"):
            packs.put_in_use(version_id=version.pk)
        visits = packs.save_line(version_id=version.pk, kind="figure", label_fr="Aides", source="visits.visits")
        packs.save_line(version_id=version.pk, kind="money", label_fr="Dépensé", source="spent")
        ratio = packs.save_line(
            version_id=version.pk, kind="ratio", label_fr="Coût", numerator="depense", denominator="aides"
        )
        for facts, said in (
            ({"kind": "figure", "source": "visits_by_epn.visits"}, "Choose where"),
            ({"kind": "figure", "source": "visits_by_theme.visits", "by_epn": True}, "breakdown"),
            ({"kind": "money", "source": "=1+1"}, "Choose where"),
            ({"kind": "ratio", "numerator": "cout", "denominator": "aides"}, "Choose a line"),
            ({"kind": "ratio", "numerator": "aides", "denominator": "aides"}, "another line"),
        ):
            with refused(said):
                packs.save_line(version_id=version.pk, label_fr="x", **facts)
        with refused("divides by this line"):
            packs.remove_line(version_id=version.pk, line_id=visits.pk)
        packs.move_line(version_id=version.pk, line_id=ratio.pk, up=True)
        assert [one.code for one in selectors.lines_of(version)] == ["aides", "cout", "depense"]
        packs.remove_line(version_id=version.pk, line_id=ratio.pk)
        packs.remove_line(version_id=version.pk, line_id=visits.pk)
        assert packs.put_in_use(version_id=version.pk).state == PackState.IN_USE

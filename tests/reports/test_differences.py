"""What a signed version says against now: the file stays, and every number that moved is listed, with its reason."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import F
from django.utils.translation import override

from network.figures.models import Flow, FlowTotal
from network.figures.services import refresh_epn
from network.funding.models import Expense
from network.releases.history import releases
from network.reports import deciding, services
from network.reports.comparing import LIVE, RELEASES, Comparison, choices, compared
from network.reports.models import FrozenReport, Report, ReportFile
from tenants.activity.models import Visit
from tenants.premises.models import Site
from tenants.registry.services import archive_epn
from tests.conftest import as_owner_of, inside
from tests.releases.releasing import correction
from tests.reports.conftest import Told
from tests.reports.office import DRIES, EVA, a_sent_report


def version(report: Report, number: int = 1) -> FrozenReport:
    found: FrozenReport = FrozenReport.objects.select_related("report").get(report=report, number=number)
    return found


def moved(found: Comparison) -> dict[tuple[str, str], tuple[Any, Any]]:
    return {(one.line.code, one.part.code): (one.was_whole, one.now_whole) for one in found.moved}


def sent(told: Told) -> Report:
    with inside(told.cast.caban):
        return a_sent_report()


def five_hundred_more_in_the_figures(told: Told) -> None:
    """In the EPN's busiest month, in the figures themselves: those of these tests have no visits behind them."""
    of_the_epn = {atom[3]: numbers[0] for atom, numbers in told.network.atoms.items() if atom[1] == "" and atom[4] == 1}
    month = max(of_the_epn, key=lambda one: of_the_epn[one])
    values = (("", ""), ("theme", "tax"), ("mode", "individual"), ("outcome", "solved"), ("commune", "c1"))
    more = {"count": F("count") + 500, "attendances": F("attendances") + 500, "minutes": F("minutes") + 7500}
    with as_owner_of(told.cast.caban):
        for dimension, value in values:
            which = {"figure": "visits", "dimension": dimension, "value": value, "month": month}
            assert FlowTotal.objects.filter(**which).update(**more) == 1
            if dimension != "commune":
                assert Flow.objects.filter(epn_id=told.cast.poste.pk, commune="c1", **which).update(**more) == 1


def five_hundred_visits_more(told: Told) -> None:
    """In March 2025, at Rue de la Poste: written all at once, then brought to the federation as the job does it."""
    with inside(told.cast.poste):
        site = Site.objects.get()
        Visit.objects.bulk_create(
            Visit(
                date=dt.date(2025, 3, 4),
                site=site,
                mode="individual",
                themes=["tax"],
                attendances=1,
                minutes=15,
                outcome="solved",
            )
            for _ in range(500)
        )
    refresh_epn(told.cast.poste.pk)


def test_a_signed_file_stays_when_five_hundred_visits_change_and_the_page_lists_what_moved(
    told: Told, signed_in: Any
) -> None:
    report, dries = sent(told), signed_in(told.cast.dries)
    where = f"/caban/reports/{report.pk}/versions/1/"
    before = {kind: dries.get(f"{where}{kind}/").content for kind in ("pdf", "xlsx", "csv", "json")}
    with inside(told.cast.caban):
        was = {one["code"]: one for one in json.loads(before["json"])["lines"]}
    assert "Aucun nombre n’a bougé" in dries.get(f"{where}differences/").content.decode()
    assert "Aucun nombre n’a bougé" in dries.get(f"{where}differences/?against=live").content.decode()

    five_hundred_visits_more(told)

    assert {kind: dries.get(f"{where}{kind}/").content for kind in before} == before, "byte by byte"
    assert "Aucun nombre n’a bougé" in dries.get(f"{where}differences/").content.decode(), "nothing of it is released"
    page = dries.get(f"{where}differences/?against=live").content.decode()
    assert "Rue de la Poste" in page and "Aides individuelles" in page and "pour le réseau seulement" in page
    rows = json.loads(b"".join(dries.get(f"{where}differences/?against=live&download=json").streaming_content))["rows"]
    visits = next(one for one in rows if one["line"] == "visits" and not one["code"])
    assert visits["was"] == int(was["visits"]["value"])
    assert visits["was_without_key"] + visits["difference_without_key"] == visits["now_without_key"]
    assert visits["difference_without_key"] != 0
    csv = b"".join(dries.get(f"{where}differences/?against=live&download=csv").streaming_content).decode("utf-8-sig")
    assert csv.startswith("Code de la ligne;Ligne;") and csv.count("\r\n") == len(rows) + 1


def test_live_figures_equal_a_recount_and_what_the_report_withholds_is_not_compared(told: Told) -> None:
    report = sent(told)
    five_hundred_more_in_the_figures(told)

    with inside(told.cast.caban):
        found = compared(version(report), LIVE, for_funder=False)

    counted = sum(
        numbers[0]
        for (figure, dimension, _value, _month, number, _commune), numbers in told.network.atoms.items()
        if (figure, dimension, number) == ("visits", "", 1)
    )
    assert moved(found)["visits", ""][1] == counted + 500
    assert moved(found)["visits", str(told.cast.poste.pk)][1] == counted + 500
    assert all(not one.was_withheld for one in found.moved)
    assert not any(one.line.code == "spent" for one in found.moved), "accounts aren't figures"


def test_a_correction_gives_its_reason_to_the_funder_too_and_accounts_stay_inside(told: Told) -> None:
    report = sent(told)
    five_hundred_more_in_the_figures(told)
    correction(told.cast.caban, 1, "Un cahier de mars était oublié. =1+1")

    with inside(told.cast.caban), override("fr"):
        Expense.objects.update(amount_eur=Decimal(1))
        ours = compared(version(report), RELEASES, for_funder=False)
        theirs = compared(version(report), RELEASES, for_funder=True)

    assert ours.used == (2,) and ours.content.releases == (1,)
    assert {one.reason for one in ours.moved if one.line.code == "visits"} == {
        "La publication 2 corrige\N{NO-BREAK SPACE}: Un cahier de mars était oublié. =1+1"
    }
    kinds = {one.line.kind for one in ours.moved}
    assert "money" in kinds and {one.line.kind for one in theirs.moved} == {"figure"}
    assert {one.line.code for one in theirs.moved} == {one.line.code for one in ours.moved if one.line.kind == "figure"}


def test_two_versions_beside_each_other_with_what_the_network_wrote(told: Told, signed_in: Any) -> None:
    report = sent(told)
    with inside(told.cast.caban), override("fr"):
        deciding.send_back(pk=report.pk, comment="Comptez les élèves.", by=EVA)
        services.write_value(pk=report.pk, code="done", text="D’autres mots.")
        Expense.objects.update(amount_eur=Decimal(100))
        services.sign(pk=report.pk, name="Dries", role="coordinateur", by=DRIES)
        assert [one for one, _words in choices(version(report), for_funder=True)] == [RELEASES]
        assert [one for one, _words in choices(version(report), for_funder=False)] == [RELEASES, LIVE, "2"]
        for against in (LIVE, "2", "3", "", "\0"):
            with pytest.raises(ValueError):
                compared(version(report), against, for_funder=True)
        services.send(pk=report.pk, by=DRIES)
        found = compared(version(report), "2", for_funder=True)
        back = compared(version(report, 2), "1", for_funder=True)

    assert [one.code for one in found.texts] == ["done"]
    spent = next(one for one in found.moved if one.line.code == "spent" and not one.of)
    assert (spent.was, spent.now, spent.reason) == (Decimal("2999.99"), Decimal(150), "Comptez les élèves.")
    assert back.moved == found.moved, "from the earlier one to the later one, whichever is asked"
    page = signed_in(told.cast.dries).get(f"/caban/reports/{report.pk}/versions/1/differences/?against=2")
    assert "D’autres mots" not in page.content.decode() and "Comptez les élèves." in page.content.decode()


def test_an_epn_that_is_gone_stays_in_an_old_report(told: Told, signed_in: Any) -> None:
    report = sent(told)
    archive_epn(epn=told.cast.poste, federation=told.cast.caban)

    dries = signed_in(told.cast.dries)
    where = f"/caban/reports/{report.pk}/versions/1/"
    with inside(told.cast.caban):
        kept = bytes(ReportFile.objects.get(frozen__report=report, format="json").content)
    assert dries.get(f"{where}json/").content == kept and b"Rue de la Poste" in kept
    for against in ("releases", "live"):
        assert dries.get(f"{where}differences/?against={against}").status_code == 200


def test_what_cant_be_compared_is_said(told: Told, signed_in: Any) -> None:
    report, dries = sent(told), signed_in(told.cast.dries)
    where = f"/caban/reports/{report.pk}/versions/1/differences/"

    for against in ("2062", "%00", "<b>", "=1+1", "9" * 40):
        page = dries.get(f"{where}?against={against}&page=x").content.decode()
        assert "pas dans la liste" in page or "n’est pas" in page or "invalid" in page, against
    assert dries.get(where.replace("/1/", "/7/")).status_code == 404
    with inside(told.cast.caban):
        assert [one.number for one in releases()] == [1]

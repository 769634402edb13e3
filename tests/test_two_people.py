"""Two people change one thing at the same time: the second sees both versions and loses nothing. Visits, follow-ups and
the dates of a workshop have their own tests; here is everything else that two people write."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tenants.activity.counter.services import change_counter_session
from tenants.activity.models import CounterSession
from tenants.appointments import services as appointments
from tenants.appointments import stop_services
from tenants.appointments.models import Appointment, Stop
from tenants.overview.models import YearlyReport
from tenants.overview.services import save_report
from tenants.premises.models import Site
from tenants.premises.services import edit_site
from tenants.workshops.models import Series
from tenants.workshops.services import change_series
from tests.activity.test_two_versions import EN, filled
from tests.conftest import Cast, inside
from tests.registry.things import a_counter_session, a_series, a_stop, an_appointment

POSTE = "/caban/rue-de-la-poste/"
LAST_YEAR = dt.date.today().year - 1


@dataclass(frozen=True)
class Thing:
    """`other` is what a colleague writes meanwhile; `field` is what both write, `mine` and `theirs` how."""

    address: Callable[[int], str]
    make: Callable[[Cast], int]
    other: Callable[[int], object]
    row: Callable[[int], Any]
    field: str
    mine: str
    theirs: str


def pk_of(maker: Callable[..., dict[str, Any]]) -> Callable[[Cast], int]:
    return lambda cast: int(maker(cast, cast.amina)["pk"])


def a_report(cast: Cast) -> int:
    with inside(cast.poste):
        words = {"introduction": "Avant", "highlights": "", "thanks": ""}
        return int(save_report(of_year=LAST_YEAR, language="fr", **words).pk)  # type: ignore[arg-type]


def the_site(cast: Cast) -> int:
    with inside(cast.poste):
        return int(Site.objects.order_by("pk").values_list("pk", flat=True)[0])


THINGS = {
    "appointment": Thing(
        lambda pk: f"appointments/{pk}/", pk_of(an_appointment),
        lambda pk: appointments.change(appointment=Appointment.objects.get(pk=pk), name="Jeanne"),
        lambda pk: Appointment.objects.get(pk=pk), "name", "Fatou", "Jeanne",
    ),
    "stop": Thing(
        lambda pk: f"appointments/stops/{pk}/", pk_of(a_stop),
        lambda pk: stop_services.change_stop(stop=Stop.objects.get(pk=pk), kit_other="Rallonge"),
        lambda pk: Stop.objects.get(pk=pk), "kit_other", "Chaises", "Rallonge",
    ),
    "series": Thing(
        lambda pk: f"workshops/{pk}/change/", pk_of(a_series),
        lambda pk: change_series(series=Series.objects.get(pk=pk), title="Mes premiers e-mails"),
        lambda pk: Series.objects.get(pk=pk), "title", "Écrire", "Mes premiers e-mails",
    ),
    "report": Thing(
        lambda pk: f"overview/reports/{LAST_YEAR}/", a_report,
        lambda pk: save_report(of_year=LAST_YEAR, language="fr", introduction="Leur texte", highlights="", thanks=""),
        lambda pk: YearlyReport.objects.get(pk=pk), "introduction", "Mon texte", "Leur texte",
    ),
    "half-day": Thing(
        lambda pk: f"visits/desk/{pk}/", pk_of(a_counter_session),
        lambda pk: change_counter_session(session=CounterSession.objects.get(pk=pk), note="Panne de courant"),
        lambda pk: CounterSession.objects.get(pk=pk), "note", "Grève", "Panne de courant",
    ),
    "site": Thing(
        lambda pk: f"sites/{pk}/", the_site,
        lambda pk: edit_site(site=Site.objects.get(pk=pk), phone="02 000 00 01", opening_hours="Tu 09:00-12:00"),
        lambda pk: Site.objects.get(pk=pk), "phone", "02 000 00 02", "02 000 00 01",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", THINGS)
def test_the_second_sees_both_versions_and_chooses(cast: Cast, signed_in: Any, name: str) -> None:
    one = THINGS[name]
    pk = one.make(cast)
    client, address = signed_in(cast.amina), f"{POSTE}{one.address(pk)}"
    typed = filled(client.get(address, headers=EN).content.decode()) | {one.field: [one.mine]}
    with inside(cast.poste):
        one.other(pk)

    page = client.post(address, typed, headers=EN).content.decode()

    assert "Somebody has changed this meanwhile" in page
    assert f"Yours:</span> {one.mine}" in page and f"Theirs:</span> {one.theirs}" in page
    shown = filled(page)
    assert one.field in shown["differs"] and shown[one.field] == [one.mine]
    with inside(cast.poste):
        assert getattr(one.row(pk), one.field) == one.theirs, "nothing is saved yet"
    undecided = client.post(address, shown, headers=EN).content.decode()
    assert "Somebody has changed this meanwhile" in undecided
    for keep, kept in (("theirs", one.theirs), ("mine", one.mine)):
        fresh = filled(client.get(address, headers=EN).content.decode())
        sent = {**shown, "version": fresh["version"], "keep": keep}
        assert client.post(address, sent).status_code == 302
        with inside(cast.poste):
            assert getattr(one.row(pk), one.field) == kept


def test_of_two_who_begin_a_report_the_second_sees_the_first(cast: Cast, signed_in: Any) -> None:
    client, address = signed_in(cast.amina), f"{POSTE}overview/reports/{LAST_YEAR}/"
    typed = filled(client.get(address).content.decode()) | {"introduction": ["Mon texte"]}
    a_report(cast)

    page = client.post(address, {**typed, "make": "1"}, headers=EN).content.decode()

    assert "Theirs:</span> Avant" in page and filled(page)["introduction"] == ["Mon texte"]
    with inside(cast.poste):
        assert YearlyReport.objects.get().introduction == "Avant"

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client

from maillage.audit.models import Entry
from network.funding.ledger import double, overview, selectors, services
from network.funding.ledger.reminding import tell_of_dues
from network.funding.models import Allocation, Application, Call, Expense, Funder, Grant, Instalment
from network.funding.services import set_cost_model
from tenants.registry.enums import Role
from tenants.registry.services import grant_membership
from tests.conftest import Cast, inside

URL = "/caban/funding/"
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
DAY = dt.date(2026, 11, 28)


def a_grant(**facts: Any) -> Grant:
    """In the network: 60,000 € for 2026, of a funder of its own unless one is given."""
    funder = facts.pop("funder", None) or Funder.objects.get_or_create(code="region", name="Région")[0]
    said = {"title": "Subvention 2026", "starts_on": FIRST, "ends_on": LAST, "amount_eur": Decimal(60_000), **facts}
    return Grant.objects.create(funder=funder, **said)


def an_expense(grant: Grant, **facts: Any) -> Expense:
    said = {
        "spent_on": dt.date(2026, 3, 2), "category": "running", "label": "Toner", "reference": "F-1",
        "amount_eur": Decimal(100), "percent": Decimal(100), **facts,
    }  # fmt: skip
    return Expense.objects.create(grant=grant, **said)


def test_dries_goes_from_a_call_to_an_account(cast: Cast, signed_in: Any) -> None:
    """Call, application, sent, granted for less, grant, allocation, instalment, expense, balance: as on the pages."""
    client = signed_in(cast.dries)

    def post(path: str, **fields: Any) -> str:
        response = client.post(f"{URL}{path}", fields)
        assert response.status_code == 302, response.context["form"].errors
        return str(response["Location"])

    def row(model: Any) -> Any:
        with inside(cast.caban):
            return model.objects.latest("pk")

    post("lines/funder/add/", name="Région", kind="region", code="region")
    funder = row(Funder).pk
    post("lines/call/add/", funder=funder, title="Appel 2027", deadline="2027-01-15", budget_eur="300 000", who="epn")
    application = post(
        "lines/application/add/", funder=funder, call=row(Call).pk, title="Trois EPN", year="2026",
        asked_eur="80 000", epn_ids=[str(cast.poste.pk)],
    )  # fmt: skip
    post(f"applications/{row(Application).pk}/move/", state="sent", on="2026-01-05")
    post(
        f"applications/{row(Application).pk}/move/", state="reduced", on="2026-02-01", amount_eur="60 000,50",
        reason="Enveloppe <b>partagée</b>",
    )  # fmt: skip
    told = client.get(application).content.decode()
    assert "Enveloppe &lt;b&gt;partagée" in told and "Dries" in told and "⟦undefined" not in told
    account = post(
        "lines/grant/add/", funder=funder, application=row(Application).pk, kind="subsidy", title="Subvention",
        starts_on="2026-01-01", ends_on="2026-12-31", amount_eur="60 000,50",
    )  # fmt: skip
    grant = row(Grant).pk
    post(f"lines/allocation/add/?grant={grant}", kind="epn", epn_id=str(cast.poste.pk), percent="50")
    post(f"lines/instalment/add/?grant={grant}", label="70 %", due_on="2026-03-01", amount_eur="42000",
         received_on="2026-03-04")  # fmt: skip
    post(f"lines/report-date/add/?grant={grant}", label="Rapport", due_on="2027-01-31")
    post(f"lines/expense/add/?grant={grant}", spent_on="2026-03-05", category="equipment", label="=1+1",
         amount_eur="1 000,01", percent="50")  # fmt: skip

    with inside(cast.caban):
        balance = selectors.accounts(selectors.grants(), DAY)[0].balance
        assert (balance.granted, balance.received, balance.spent) == (Decimal("60000.50"), 42_000, Decimal("500.01"))
        assert (balance.allocated, balance.left) == (Decimal("30000.25"), Decimal("59500.49"))
        assert Entry.objects.filter(verb="money.saved").count() == 8
    pages = ["", "funders/", "applications/", "grants/", account.removeprefix(URL), application.removeprefix(URL)]
    for page in pages:
        text = client.get(f"{URL}{page}").content.decode()
        assert "⟦undefined" not in text, page
    for table in ("allocations", "instalments", "report-dates", "expenses"):
        file = client.get(f"{account}?table={table}&download=csv")
        lines = b"".join(file.streaming_content).decode().splitlines()
        assert len(lines) == 2 and ";=1+1" not in lines[1]
    for page in ("?table=due", "?table=years", "funders/?", "applications/?", "grants/?"):
        file = client.get(f"{URL}{page}&download=json")
        assert b'"rows": [\n{' in b"".join(file.streaming_content), page


def test_an_allocation_above_the_whole_is_refused_and_says_what_is_left(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.dries)
    with inside(cast.caban):
        grant = a_grant()
        services.save_line(Allocation(), grant=grant, kind="network", label="", amount_eur=Decimal(45_000))

    fields = {"kind": "post", "label": "Mi-temps animation", "percent": "25,01"}
    response = client.post(f"{URL}lines/allocation/add/?grant={grant.pk}", fields)

    form = response.context["form"]
    assert "15\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}€" in form.errors["percent"][0] and "100 %" in str(form.errors)
    assert form["label"].value() == "Mi-temps animation"
    assert client.post(f"{URL}lines/allocation/add/?grant={grant.pk}", {**fields, "percent": "25"}).status_code == 302
    with inside(cast.caban), pytest.raises(ValidationError):
        services.save_line(grant, amount_eur=Decimal(50_000))


GRANT = {"kind": "subsidy", "title": "Aide", "starts_on": "2026-01-01", "ends_on": "2026-12-31", "amount_eur": "100"}
EXPENSE = {
    "spent_on": "2026-02-01", "category": "rent", "label": "Loyer", "amount_eur": "10", "percent": "100",
}  # fmt: skip


@pytest.mark.parametrize(
    ("what", "fields", "field"),
    [
        ("grant", {"ends_on": "2025-12-31"}, "ends_on"),
        ("grant", {"amount_eur": "-5"}, "amount_eur"),
        ("grant", {"amount_eur": "1000000000000000"}, "amount_eur"),
        ("grant", {"ends_on": "2062-01-01"}, "ends_on"),
        ("grant", {"title": "A\0B"}, "title"),
        ("grant", {"kind": "\0"}, "kind"),
        ("expense", {"spent_on": "2027-01-01"}, "spent_on"),
        ("expense", {"amount_eur": "0"}, "amount_eur"),
        ("expense", {"amount_eur": "NaN"}, "amount_eur"),
        ("expense", {"percent": "101"}, "percent"),
        ("expense", {"label": "x" * 201}, "label"),
    ],
)
def test_bad_input_is_a_message_and_the_form_keeps_what_was_typed(
    cast: Cast, signed_in: Any, what: str, fields: dict[str, str], field: str
) -> None:
    with inside(cast.caban):
        grant = a_grant()
    sent = {**(GRANT | {"funder": grant.funder_id} if what == "grant" else EXPENSE), **fields}

    response = signed_in(cast.dries).post(f"{URL}lines/{what}/add/?grant={grant.pk}", sent)

    form = response.context["form"]
    assert response.status_code == 200 and list(form.errors) == [field]
    assert {name: str(form[name].value()) for name in sent} == {name: str(value) for name, value in sent.items()}


def test_addresses_that_lead_nowhere_are_told_so(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.dries)

    assert client.get(f"{URL}lines/nonsense/add/").status_code == 404
    assert client.get(f"{URL}lines/expense/add/?grant=%00").status_code == 302
    assert client.get(f"{URL}lines/expense/add/?grant=999999").status_code == 404
    assert client.get(f"{URL}lines/grant/add/?funder=%00x").status_code == 200


def test_what_is_deleted_comes_back_if_it_still_fits(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.dries)
    with inside(cast.caban):
        grant = a_grant()
        part = services.save_line(Allocation(), grant=grant, kind="network", amount_eur=Decimal(60_000))

    assert client.post(f"{URL}lines/funder/{grant.funder_id}/delete/").status_code == 302
    client.post(f"{URL}lines/allocation/{part.pk}/delete/")
    with inside(cast.caban):
        assert Funder.objects.get().deleted_at is None  # a grant hangs on it
        assert not selectors.accounts(selectors.grants(), DAY)[0].allocations
        services.save_line(Allocation(), grant=grant, kind="network", amount_eur=Decimal(1))
    client.post(f"{URL}lines/allocation/{part.pk}/restore/")
    with inside(cast.caban):
        assert Allocation.objects.get(pk=part.pk).deleted_at is not None
        services.delete_line(Allocation.objects.exclude(pk=part.pk).get())
    client.post(f"{URL}lines/allocation/{part.pk}/restore/")
    client.post(f"{URL}lines/grant/{grant.pk}/delete/")
    assert client.get(f"{URL}grants/{grant.pk}/").status_code == 404
    client.post(f"{URL}lines/grant/{grant.pk}/restore/")
    assert client.get(f"{URL}grants/{grant.pk}/").status_code == 200
    with inside(cast.caban):
        assert Allocation.objects.get(pk=part.pk).deleted_at is None


def test_an_application_goes_its_way_step_by_step_and_back(cast: Cast) -> None:
    with inside(cast.caban):
        funder = Funder.objects.create(code="region", name="Région")
        one = Application.objects.create(funder=funder, title="22 mi-temps", year=2022, asked_eur=550_000)

        def move(state: str, day: str, **facts: Any) -> Any:
            return services.move_application(one, state=state, on=dt.date.fromisoformat(day), **facts)

        for state, day, facts, field in (
            ("refused", "2022-03-01", {"reason": "Non"}, "state"),
            ("sent", "2999-01-01", {}, "on"),
        ):
            with pytest.raises(ValidationError) as wrong:
                move(state, day, **facts)
            assert list(wrong.value.message_dict) == [field]
        move("sent", "2022-03-15")
        for state, day, facts, field in (
            ("refused", "2022-09-20", {}, "reason"),
            ("refused", "2022-03-01", {"reason": "Non"}, "on"),
            ("reduced", "2022-09-20", {"reason": "Peu", "amount_eur": Decimal(550_000)}, "amount_eur"),
        ):
            with pytest.raises(ValidationError) as wrong:
                move(state, day, **facts)
            assert list(wrong.value.message_dict) == [field]
        step = move("refused", "2022-09-20", reason="Pas de ligne budgétaire structurelle")
        with pytest.raises(ValidationError):
            services.save_line(Application.objects.get(), asked_eur=Decimal(1))
        row = overview.years(selectors.grants(), selectors.applications())[0]
        assert (row.year, row.asked, row.refused, row.secured) == (2022, 550_000, 550_000, 0)

        assert services.undo_step(one, step_id=step.pk) and not services.undo_step(one, step_id=step.pk)
        assert Application.objects.get().state == "sent" and one.steps.count() == 2


def test_a_grant_counts_in_each_year_by_its_days_and_to_the_cent(cast: Cast) -> None:
    grant = Grant(starts_on=dt.date(2025, 7, 1), ends_on=dt.date(2027, 6, 30), amount_eur=Decimal("1000.01"))

    shares = overview.by_year(grant)

    assert shares == {2025: Decimal("252.06"), 2026: Decimal("500.00"), 2027: Decimal("247.95")}
    assert sum(shares.values()) == grant.amount_eur


def test_what_was_received_and_not_spent_is_to_be_repaid_once_the_grant_is_over(cast: Cast) -> None:
    with inside(cast.caban):
        grant = a_grant(amount_eur=Decimal(1000), repaid_eur=Decimal(50))
        Instalment.objects.create(grant=grant, label="1", due_on=FIRST, amount_eur=800, received_on=FIRST)
        an_expense(grant, amount_eur=Decimal(500))

        after = selectors.accounts(selectors.grants(), dt.date(2027, 1, 1))[0].balance
        before = selectors.accounts(selectors.grants(), LAST)[0].balance

    assert (before.to_repay, after.to_repay, after.left) == (0, 250, 500)


def test_a_euro_that_is_counted_twice_is_shown_before_anything_is_sent(cast: Cast, signed_in: Any) -> None:
    with inside(cast.caban):
        set_cost_model(valid_from=FIRST, amount_eur=Decimal(25_000))
        grants = [a_grant(title="Région 2026"), a_grant(title="Fondation", amount_eur=Decimal(90))]
        for grant, share in zip(grants, (60, 40), strict=True):
            an_expense(grant, percent=Decimal(share), reference="F 12")
        assert double.findings({}, DAY) == []
        an_expense(grants[1], percent=Decimal(60), reference="f-12")
        services.save_line(Allocation(), grant=grants[0], kind="epn", epn_id=cast.poste.pk, amount_eur=Decimal(20_000))
        asking = Application.objects.create(
            funder=grants[0].funder, title="Encore", year=2026, asked_eur=6_000, epn_ids=[cast.poste.pk]
        )
        found = double.findings({cast.poste.pk: "Poste"}, DAY)
        assert [sorted(one.grants) for one in found] == [
            sorted(one.pk for one in grants), [grants[1].pk],
        ]  # fmt: skip

    text = signed_in(cast.dries).get(f"{URL}applications/{asking.pk}/move/").content.decode()

    assert "26\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}€" in text and "Rue de la Poste" in text
    assert "160" in signed_in(cast.dries).get(f"{URL}grants/{grants[1].pk}/").content.decode()


def test_the_coordinators_are_told_30_and_7_days_before_and_each_time_once(cast: Cast) -> None:
    with inside(cast.caban):
        grant = a_grant()
        Call.objects.create(funder=grant.funder, title="Appel 2027", deadline=dt.date(2027, 1, 15))
        Call.objects.create(funder=grant.funder, title="Fini", deadline=dt.date(2026, 1, 15))
        days = (dt.date(2026, 12, 1), dt.date(2026, 12, 2), dt.date(2026, 12, 20), dt.date(2026, 12, 24))
        sent = [tell_of_dues(space=cast.caban.space, day=day) for day in days]

    assert sent == [1, 0, 1, 1]
    end, call, again = [one.body for one in mail.outbox]
    assert "Subvention 2026" in end and f"/caban/funding/grants/{grant.pk}/" in end and "http" in end
    assert "Appel 2027" in call and "Subvention" not in call
    assert "Subvention 2026" in again and mail.outbox[0].to == [cast.dries.email]


def test_an_observer_reads_and_a_funders_reviewer_sees_nothing_of_it(cast: Cast, signed_in: Any) -> None:
    grant_membership(person=cast.chloe, space=cast.caban.space, role=Role.NETWORK_OBSERVER)
    with inside(cast.caban):
        grant = a_grant()
    account = f"{URL}grants/{grant.pk}/"

    observer: Client = signed_in(cast.chloe)
    text = observer.get(account).content.decode()
    assert "Subvention 2026" in text and "/delete/" not in text and "lines/" not in text
    assert observer.get(f"{URL}lines/grant/add/").status_code == 403
    assert signed_in(cast.eva).get(account).status_code == 403
    assert signed_in(cast.farid).get(account).status_code == 404


def test_the_pages_ask_the_database_a_few_times_whatever_their_length(
    cast: Cast, signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(cast.dries)
    with inside(cast.caban):
        for number in range(6):
            grant = a_grant(title=f"Aide {number}")
            Allocation.objects.create(grant=grant, kind="epn", epn_id=cast.poste.pk, percent=10)
            an_expense(grant)
            Instalment.objects.create(grant=grant, label="1", due_on=LAST, amount_eur=8)

    for page in ("", "grants/", f"grants/{grant.pk}/"):
        with django_assert_max_num_queries(27):
            client.get(f"{URL}{page}")

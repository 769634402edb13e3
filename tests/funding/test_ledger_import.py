import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from maillage.spreadsheets.cells import Unreadable
from network.funding.importing.columns import amount_of, category_of
from network.funding.models import Expense, ExpenseImport, HeadingHabit
from tests.conftest import Cast, inside
from tests.funding.test_ledger import a_grant

URL = "/caban/funding/"
LEDGER = """Datum piece;Libellé;Compte;Débit;Clé;Journal
02/03/2026;Toner;613000;1.250,50;;A
05/03/2026;"Loyer ""de"" mars";610100;600,00;50 %;A
05/03/2026;Cadeaux;Divers;12;;A
"""


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("12", "12"), ("12,5", "12.50"), ("1.250,50", "1250.50"), ("1,250.50", "1250.50"), ("1 250,50 €", "1250.50"),
        ("1.250", "1250"), ("1250.5", "1250.50"), ("1\N{NO-BREAK SPACE}250\N{NARROW NO-BREAK SPACE}000", "1250000"),
        (12.5, "12.50"), (1250, "1250"), ("0.1", "0.10"), (",5", None), ("-3", None), ("0", None), ("x", None),
        ("1" * 16, None), ("NaN", None), ("1e5", None),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_it_is_written(written: object, amount: str | None) -> None:
    if amount is None:
        with pytest.raises(Unreadable):
            amount_of(written)
    else:
        assert amount_of(written) == Decimal(amount)


def test_a_category_is_a_word_of_ours_or_a_number_of_the_chart_of_accounts() -> None:
    found = [category_of(text, {"loyer": "rent"}) for text in ("Loyer", "620200", "6101", "6130 frais", "Divers", "9")]

    assert found == ["rent", "staff", "rent", "services", "", ""]


def taken(client: Any, grant: int, text: str | bytes) -> str:
    content = text if isinstance(text, bytes) else text.encode("cp1252")
    response = client.post(
        f"{URL}grants/{grant}/import/", {"file": SimpleUploadedFile("grand-livre.csv", content, "text/csv")}
    )
    assert response.status_code == 302, response.context["form"].errors
    return str(response["Location"]).removesuffix("columns/")


def test_a_ledger_is_imported_whole_again_without_doubles_and_taken_back(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.dries)
    with inside(cast.caban):
        grant = a_grant().pk

    batch = taken(client, grant, LEDGER)
    form = client.get(f"{batch}columns/").context["form"]
    assert [field.initial for field in form.fields.values()] == ["", "label", "category", "amount_eur", "percent", ""]
    said = {"column0": "spent_on", "column1": "label", "column2": "category", "column3": "amount_eur"}
    assert client.post(f"{batch}columns/", {**said, "column4": "label"}).status_code == 200
    assert client.post(f"{batch}columns/", {**said, "column4": "percent"}).status_code == 302
    seen = client.get(batch).content.decode()
    assert "Loyer" in seen and "Divers" in seen and "⟦undefined" not in seen
    with inside(cast.caban):
        assert not Expense.objects.exists()  # a dry run until one says so
    for _twice in range(2):
        client.post(f"{batch}write/")
    with inside(cast.caban):
        rows = [(one.label, one.category, one.amount_eur, one.charged) for one in Expense.objects.order_by("pk")]
        assert rows == [
            ("Toner", "services", Decimal("1250.50"), Decimal("1250.50")),
            ('Loyer "de" mars', "rent", 600, 300),
            ("Cadeaux", "other", 12, 12),
        ]
        assert ExpenseImport.objects.get().content is None
        assert HeadingHabit.objects.get(said="datum piece").meant == "spent_on"

    again = taken(client, grant, LEDGER + "01/04/2026;Train;;8,40;;B\n")
    form = client.get(f"{again}columns/").context["form"]  # what was said is remembered
    assert [field.initial for field in form.fields.values()] == [*said.values(), "percent", ""]
    client.post(f"{again}write/")
    with inside(cast.caban):
        assert [one.label for one in ExpenseImport.objects.latest("pk").expenses.all()] == ["Train"]
    client.post(f"{batch}undo/")
    with inside(cast.caban):
        assert [one.label for one in Expense.objects.filter(deleted_at__isnull=True)] == ["Train"]
    assert client.get(batch).status_code == 200


def test_a_ledger_with_one_bad_line_writes_nothing_and_says_which(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.dries)
    with inside(cast.caban):
        grant = a_grant().pk
    lines = ["2026-01-05;Bon;5", "2027-01-05;Hors période;5", "2062-13-45;Pas un jour;5", "2026-01-06;;5",
             "2026-01-07;Crédit;-5", "2026-01-08;=1+1;1000000000000000"]  # fmt: skip

    batch = taken(client, grant, "Date;Libellé;Montant\n" + "\n".join(lines) + "\n")
    seen = client.get(batch)
    client.post(f"{batch}write/")

    assert {line for line, *_rest in seen.context["problems"]} == {3, 4, 5, 6, 7}
    with inside(cast.caban):
        assert not Expense.objects.exists()
    file = b"".join(client.get(f"{batch}?download=csv").streaming_content).decode()
    assert file.count("\n") == 6
    client.post(f"{batch}forget/")
    assert client.get(batch).status_code == 404


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\0\1\2\3" * 50, b"<html>"])
def test_a_file_that_is_no_ledger_is_refused_in_words(cast: Cast, signed_in: Any, content: bytes) -> None:
    with inside(cast.caban):
        grant = a_grant().pk

    response = signed_in(cast.dries).post(
        f"{URL}grants/{grant}/import/", {"file": SimpleUploadedFile("x.csv", content)}
    )

    assert response.status_code == 200 and response.context["form"].errors["file"]


def test_an_expense_outside_the_period_names_the_period(cast: Cast) -> None:
    from network.funding.ledger.rules import expense_problems

    with inside(cast.caban):
        wrong = expense_problems(a_grant(), dt.date(2027, 1, 1))

    assert "2026" in str(wrong["spent_on"])

from django.db.models import Value

from maillage.accounts.models import Person
from maillage.reference.sorting import Alphabetical
from tests.conftest import Cast


def test_an_accent_and_a_capital_change_nothing_in_the_order_of_names(cast: Cast) -> None:
    names = ["Zoo", "Étangs Noirs", "evere", "Ça va", "cadran", "Çedille"]
    rows = [
        Person.objects.filter(pk=cast.amina.pk).values_list(Alphabetical(Value(name)), flat=True).get()
        for name in names
    ]

    assert [name for _key, name in sorted(zip(rows, names, strict=True))] == [
        "Ça va", "cadran", "Çedille", "Étangs Noirs", "evere", "Zoo",
    ]  # fmt: skip

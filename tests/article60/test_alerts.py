"""Who is told of an end, when, and how often."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tenants.article60.alerting import tell_of_ends
from tenants.article60.models import Alert
from tenants.article60.selectors import step_of
from tenants.article60.services import save_convention
from tenants.article60.tasks import tell
from tenants.registry.services import grant_membership
from tenants.staff.models import Contract, StaffMember
from tests.conftest import Cast, inside

END = dt.date(2026, 8, 31)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-02-27", None), ("2026-02-28", 6), ("2026-05-30", 6), ("2026-05-31", 3), ("2026-07-30", 3),
        ("2026-07-31", 1), ("2026-08-31", 1), ("2026-09-01", None),
    ],
)  # fmt: skip
def test_the_month_before_is_the_same_day_or_the_last_of_a_shorter_month(day: str, expected: int | None) -> None:
    assert step_of(END, dt.date.fromisoformat(day)) == expected


def test_each_alert_is_told_once_in_the_readers_language_and_names_nobody(
    cast: Cast, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    grant_membership(person=cast.chloe, space=cast.poste.space, role="epn_coordinator")
    cast.chloe.language = "nl"
    cast.chloe.save(update_fields=["language"])
    with inside(cast.poste):
        contract = Contract.objects.create(
            member=StaffMember.objects.create(name="Zoé Zwijger"), type="art60", legal_employer="CPAS",
            starts_on=dt.date(2025, 9, 1), planned_end=END, hours_per_week=Decimal(38),
        )  # fmt: skip

    def told(day: dt.date) -> int:
        with inside(cast.poste):
            return tell_of_ends(space=cast.poste.space, day=day)

    assert told(dt.date(2026, 2, 27)) == 0
    # The worker was away until mid-June: the nearest step is told, and no step of before.
    assert [told(dt.date(2026, 6, 15)), told(dt.date(2026, 6, 16))] == [2, 0]
    french, dutch = (next(one for one in mailoutbox if one.to == [who.email]) for who in (cast.amina, cast.chloe))
    assert french.subject == "Rue de la Poste : un contrat article 60 se termine bientôt"
    assert "31 août 2026" in french.body
    assert f"  http://localhost:8000/caban/rue-de-la-poste/article-60/{contract.pk}/\n" in french.body
    assert "31 augustus 2026" in dutch.body
    assert not any("Zoé" in one.subject + one.body or "Zwijger" in one.body for one in mailoutbox)

    # The CPAS gives another date: three months later it is told again, as 3 months, and then as one.
    with inside(cast.poste):
        save_convention(contract=contract, cpas_end=dt.date(2026, 12, 31))
    assert [told(dt.date(2026, 8, 1)), told(dt.date(2026, 9, 29)), told(dt.date(2026, 9, 30))] == [2, 0, 2]

    # A mail server that is down is tried again on the next day.
    monkeypatch.setattr("django.core.mail.EmailMessage.send", _refuses)
    assert told(dt.date(2026, 12, 1)) == 0
    monkeypatch.undo()
    monkeypatch.setattr("tenants.article60.tasks.timezone.localdate", lambda: dt.date(2026, 12, 2))
    tell(timestamp=0)
    with inside(cast.poste):
        rows = list(Alert.objects.order_by("told_on").values_list("months", "told_on", "people"))
    assert [(months, f"{day:%m-%d}", people) for months, day, people in rows] == [
        (3, "06-15", 2), (6, "08-01", 2), (3, "09-30", 2), (1, "12-02", 2),
    ]  # fmt: skip


def _refuses(*_args: object, **_others: object) -> int:
    raise OSError("down")

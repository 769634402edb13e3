import datetime as dt

from django.db import transaction

from network.figures.models import Flow, FlowTotal
from network.figures.verification import verify
from tenants.activity.models import Visit
from tenants.premises.models import Site
from tenants.registry.hooks import epn_written
from tests.conftest import Cast, inside


def log_visit(themes: list[str], day: dt.date = dt.date(2026, 5, 4), minutes: int = 20) -> Visit:
    with transaction.atomic():
        visit = Visit.objects.create(
            date=day,
            minutes=minutes,
            site=Site.objects.get(),
            mode="individual",
            themes=themes,
            outcome="solved",
        )
        epn_written()
    return visit


def test_a_visit_moves_the_figures_of_its_own_federation_and_no_other(
    cast: Cast, django_capture_on_commit_callbacks
) -> None:
    with inside(cast.poste), django_capture_on_commit_callbacks(execute=True):
        log_visit(["tax", "bank"])

    with inside(cast.caban):
        total = FlowTotal.objects.get(figure="visits", dimension="")
        assert total.month == dt.date(2026, 5, 1)
        assert FlowTotal.objects.get(dimension="commune").value == "21015"
        assert (total.count, total.attendances, total.minutes) == (1, 1, 20)
        assert {one.value for one in Flow.objects.filter(dimension="theme", epn_id=cast.poste.pk)} == {
            "tax",
            "bank",
        }
    with inside(cast.loire):
        assert not FlowTotal.objects.exists()
    assert verify(cast.caban).differences == []

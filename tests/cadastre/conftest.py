"""A year that tests read: two EPN with visits, contracts and half-days, one of them labelled."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection, transaction

from network.cadastre.services import grant_recognition
from network.figures.services import sweep
from network.funding.services import set_cost_model
from tenants.activity.models import CounterSession
from tenants.premises.models import Site
from tenants.registry.hooks import epn_written
from tests.cadastre.deeds import contract, visits
from tests.conftest import Cast, inside


@pytest.fixture
def after_commit(django_capture_on_commit_callbacks):
    """Run what waits for a commit. A test's own transaction never ends, so earlier callbacks are taken away first."""

    def committed():
        connection.run_on_commit.clear()
        return django_capture_on_commit_callbacks(execute=True)

    return committed


@pytest.fixture
def year_2022(cast: Cast, after_commit) -> Cast:
    """Rue de la Poste is labelled: 2 article 60, 1 permanent, a coordinator, a volunteer. Abattoirs: 1 article 60."""
    with after_commit():
        visits(cast.poste, "2022-03-02", "2022-03-09", "2022-05-04", themes=("tax", "bank"))
        visits(cast.abattoirs, "2022-03-03", "2023-03-03", minutes=40)
        for kind in ("art60", "art60", "cdi"):
            contract(cast.poste, kind)
        contract(cast.poste, "cdi", role="coordination")
        contract(cast.poste, "volunteer")
        contract(cast.poste, "art60", start="2022-02-01", end="2022-06-30")
        contract(cast.abattoirs, "art60")
        with inside(cast.abattoirs), transaction.atomic():
            CounterSession.objects.create(
                date=dt.date(2022, 4, 4),
                site=Site.objects.get(),
                starts_at=dt.time(9),
                ends_at=dt.time(12),
                turned_away=2,
            )
            epn_written()
    with inside(cast.caban):
        grant_recognition(epn_id=cast.poste.pk, since=dt.date(2021, 9, 1))
        set_cost_model(valid_from=dt.date(2022, 1, 1), amount_eur=Decimal(25000), source="network's estimate")
    sweep(federations=[cast.caban])
    return cast

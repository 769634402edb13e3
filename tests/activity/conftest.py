import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tenants.activity.models import Visit
from tenants.activity.services import record_visit
from tenants.premises.models import Site
from tests.conftest import Cast, inside


@pytest.fixture
def today() -> dt.date:
    return timezone.localdate()


@pytest.fixture
def log() -> Callable[..., Visit]:
    """Logs a plain visit in the space that one is in; a test says only what matters to it."""

    def record(**said: Any) -> Visit:
        plain = {
            "date": timezone.localdate(),
            "minutes": 20,
            "mode": "individual",
            "themes": ["tax"],
            "outcome": "solved",
        }
        if "site_id" not in said:
            plain["site_id"] = Site.objects.order_by("pk").values_list("pk", flat=True)[0]
        return record_visit(**{**plain, **said})

    return record


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    """`with committed():` runs what waits for the commit, and forgets it as a commit would: figures are asked
    for once a transaction, and a test has one transaction only."""

    @contextmanager
    def block() -> Iterator[None]:
        with django_capture_on_commit_callbacks(execute=True):
            yield
        connection.run_on_commit.clear()

    return block


def whole(cast: Cast, **said: object) -> dict[str, object]:
    """The whole form of a visit as a browser sends it, every field of it filled."""
    with inside(cast.poste):
        site = Site.objects.order_by("pk")[0].pk
    return {
        "key": str(uuid.uuid4()),
        "date": timezone.localdate().isoformat(),
        "minutes": "50",
        "attendances": "3",
        "themes": ["bank", "tax"],
        "outcome": "must_return",
        "autonomy": "done_with",
        "mode": "workshop",
        "site": site,
        "animator": cast.amina.pk,
        "obstacle_provider": "bank",
        "obstacle_channel": "app",
        "obstacle_kind": "cost",
        "obstacle_cost_eur": "22,59",
        "obstacle_minutes_lost": "45",
        "exceptional": "on",
        "causes": ["skill", "cost"],
        "referral": "cpas",
        "referral_to": "<i>Antenne</i> Nord",
        "language": "ar",
        "gender__woman": "2",
        "age_band__70_plus": "3",
        "audience__senior": "3",
        "note": " <script>alert(1)</script> =1+1 ",
        **said,
    }

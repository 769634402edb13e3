import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tenants.activity.models import Visit
from tenants.activity.services import record_visit
from tenants.premises.models import Site


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

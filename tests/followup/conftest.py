from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from tenants.activity.rules import Actor
from tenants.followup.models import Step, Thread
from tenants.followup.services import add_step, open_thread
from tenants.registry.enums import Role
from tests.conftest import Cast

FOLLOWUP = "/caban/rue-de-la-poste/follow-up/"


@pytest.fixture
def bram(cast: Cast) -> Actor:
    return Actor(person_id=cast.bram.pk, role=Role.ANIMATOR)


@pytest.fixture
def amina(cast: Cast) -> Actor:
    return Actor(person_id=cast.amina.pk, role=Role.EPN_COORDINATOR)


@pytest.fixture
def opened(bram: Actor) -> Callable[..., Thread]:
    """Opens a thread in the space that one is in; a test says only what matters to it."""

    def make(**said: Any) -> Thread:
        return open_thread(by=bram, **{"consent": "oral", "language": "fr", "animator_id": bram.person_id, **said})

    return make


@pytest.fixture
def planned(bram: Actor) -> Callable[..., Step]:
    """A step to be done in so many days."""

    def make(thread: Thread, days: int = 0, **said: Any) -> Step:
        due = timezone.localdate() + dt.timedelta(days=days)
        return add_step(
            thread=thread, **{"text": "Rappeler l'administration", "due_on": due, "animator_id": bram.person_id, **said}
        )

    return make

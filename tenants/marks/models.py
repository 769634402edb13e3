"""What a write leaves for the figures: "something changed in this month". Append-only; the refresh takes it away."""

import uuid

from django.db import models

from tenants.registry.models import SpaceModel


class Source(models.TextChoices):
    """What has to be counted again: of what happened (by month), or what is there on a day, or ahead of it."""

    VISITS = "visits", "visits"
    SESSIONS = "sessions", "sessions"
    WORKSHOPS = "workshops", "workshops"
    CONTRACTS = "contracts", "ends of contracts"
    STOPS = "stops", "stops on the road"
    FLOW = "flow", "everything that happened"
    STOCK = "stock", "stock"
    OUTLOOK = "outlook", "what is ahead"


class Mark(SpaceModel):
    """Written by triggers, never by Python. `month` is its first day; empty means every month.

    A row for each statement and month, and never an upsert: `ON CONFLICT DO NOTHING` loses an update when
    its writer commits after the refresh has read (reproduced on a prototype).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    source = models.CharField(max_length=10, choices=Source)
    month = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.source} {self.month or 'every month'}"

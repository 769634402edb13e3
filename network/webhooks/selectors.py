"""Reading subscriptions and their log, inside a federation's space."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from network.webhooks.enums import DeliveryStatus
from network.webhooks.models import Delivery, Subscription


def subscriptions() -> QuerySet[Subscription]:
    """The first one made comes first."""
    found: QuerySet[Subscription] = Subscription.objects.order_by("pk")
    return found


def with_numbers() -> QuerySet[Subscription]:
    """The same, each with how many messages wait (`waiting`) and how many were given up (`given_up`)."""
    return subscriptions().annotate(
        waiting=Count("deliveries", filter=Q(deliveries__status=DeliveryStatus.WAITING)),
        given_up=Count("deliveries", filter=Q(deliveries__status=DeliveryStatus.GIVEN_UP)),
    )


def deliveries_of(subscription: Subscription) -> QuerySet[Delivery]:
    """The log of a subscription, the latest message first."""
    found: QuerySet[Delivery] = subscription.deliveries.order_by("-created_at", "-pk")
    return found

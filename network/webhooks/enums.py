from django.db import models
from django.utils.translation import gettext_lazy as _

TEST_EVENT = "webhook.test"  # sent on demand; nobody subscribes to it


class EventType(models.TextChoices):
    """What one may be told of. An event is added here with the thing that it tells of, not before."""

    FIGURES_REFRESHED = "figures.refreshed", _("The figures of an EPN have been refreshed")
    CARD_CHANGED = "epn.card_changed", _("The card of an EPN has changed")
    RETURN_SIGNED = "return.signed", _("An EPN has signed a census return")


class DeliveryStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DELIVERED = "delivered", _("Delivered")
    GIVEN_UP = "given_up", _("Given up")


class Failure(models.TextChoices):
    """Why a try failed. What the receiver wrote is never kept."""

    UNKNOWN_HOST = "unknown_host", _("The name of the server is unknown")
    FORBIDDEN_ADDRESS = "forbidden_address", _("The server is on an internal network")
    UNREACHABLE = "unreachable", _("The server can't be reached")
    TLS = "tls", _("The server's certificate isn't valid")
    TIMEOUT = "timeout", _("No answer within the time allowed")
    BROKEN = "broken", _("The connection was cut")
    REDIRECT = "redirect", _("The server sends to another address")
    REFUSED = "refused", _("The server refused the message")


class OffReason(models.TextChoices):
    """Why a subscription is off. Empty while it is on, or when the coordinator switched it off."""

    GONE = "gone", _("The receiver answered that it is gone (410)")
    FAILING = "failing", _("Nothing could be delivered for several days")

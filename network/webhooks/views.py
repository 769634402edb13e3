"""Webhooks for the coordinator of a federation: who is told, the log of what was sent, and sending it again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from network.webhooks.enums import TEST_EVENT, DeliveryStatus, EventType
from network.webhooks.forms import ChangeForm, SubscriptionForm
from network.webhooks.models import Delivery, Subscription
from network.webhooks.selectors import deliveries_of, subscriptions, with_numbers
from network.webhooks.services import (
    change_subscription,
    remove_subscription,
    replay,
    replay_failed,
    rotate_secret,
    send_test,
    subscribe,
)

A_PAGE = 50
BADGES = {
    DeliveryStatus.WAITING: "info",
    DeliveryStatus.DELIVERED: "success",
    DeliveryStatus.GIVEN_UP: "danger",
}


def _subscription(pk: int) -> Subscription:
    return get_object_or_404(subscriptions(), pk=pk)


def _take_errors(form: Form, error: ValidationError) -> None:
    """What the service refuses stands at its field."""
    form.add_error(None, error)


def _event_label(event_type: str) -> str:
    if event_type == TEST_EVENT:
        return _("Test")
    return str(EventType(event_type).label) if event_type in EventType.values else event_type


@require_safe
def subscription_list(request: HttpRequest) -> HttpResponse:
    rows = [{"it": one, "events": [_event_label(event) for event in one.events]} for one in with_numbers()]
    return render(request, "webhooks/list.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """The secret is in the answer to the POST itself: kept for a redirect, it would be stored in clear."""
    form = SubscriptionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            subscription, secret = subscribe(**form.cleaned_data)
        except ValidationError as error:
            _take_errors(form, error)
        else:
            return _shown(request, subscription, secret or "")
    return render(request, "webhooks/form.html", {"form": form, "subscription": None})


@require_safe
@never_cache
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return _shown(request, _subscription(pk))


def _shown(request: HttpRequest, subscription: Subscription, secret: str = "") -> HttpResponse:
    page = Paginator(deliveries_of(subscription), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "subscription": subscription,
        "name": subscription.description or subscription.url,
        "events": [_event_label(event) for event in subscription.events],
        "secret": secret,
        "page_obj": page,
        "rows": [_row(delivery) for delivery in page],
        "given_up": deliveries_of(subscription).filter(status=DeliveryStatus.GIVEN_UP).exists(),
    }
    return render(request, "webhooks/one.html", context)


def _row(delivery: Delivery) -> dict[str, Any]:
    return {
        "it": delivery,
        "event": _event_label(delivery.event_type),
        "badge": BADGES[DeliveryStatus(delivery.status)],
        "answer": delivery.get_failure_display() if delivery.failure else "",
        "may_replay": delivery.attempts > 0,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    subscription = _subscription(pk)
    initial = {name: getattr(subscription, name) for name in ("description", "url", "events", "active")}
    form = ChangeForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_subscription(subscription=subscription, **form.cleaned_data)
        except ValidationError as error:
            _take_errors(form, error)
        else:
            messages.success(request, _("The webhook is saved."))
            return redirect("webhooks:one", pk=pk)
    return render(request, "webhooks/form.html", {"form": form, "subscription": subscription})


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    subscription = _subscription(pk)
    if request.method == "POST":
        remove_subscription(subscription=subscription)
        messages.success(request, _("The webhook is deleted. Nothing more is sent there."))
        return redirect("webhooks:list")
    context = {
        "title": _("Delete this webhook?"),
        "text": _("Nothing more is sent to %(url)s. The list of its messages is deleted too.")
        % {"url": subscription.url},
        "action_label": _("Delete this webhook"),
        "cancel_url": reverse("webhooks:one", kwargs={"pk": pk}),
        "danger": True,
    }
    return render(request, "components/confirm_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_secret(request: HttpRequest, pk: int) -> HttpResponse:
    subscription = _subscription(pk)
    if request.method == "POST":
        return _shown(request, subscription, rotate_secret(subscription=subscription))
    context = {
        "title": _("Make a new secret?"),
        "text": _("The former secret still works for 24 hours: give the new one to the receiver before that."),
        "action_label": _("Make a new secret"),
        "cancel_url": reverse("webhooks:one", kwargs={"pk": pk}),
        "danger": False,
    }
    return render(request, "components/confirm_page.html", context)


@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    subscription = _subscription(pk)
    if subscription.active:
        send_test(subscription=subscription)
        messages.success(request, _("The test is on its way. Load this page again to see what came of it."))
    else:
        messages.warning(request, _("This webhook is switched off: nothing is sent."))
    return redirect("webhooks:one", pk=pk)


@require_POST
def replay_one(request: HttpRequest, pk: int, delivery_id: int) -> HttpResponse:
    replay(delivery=get_object_or_404(deliveries_of(_subscription(pk)), pk=delivery_id))
    messages.success(request, _("The message will be sent again."))
    return redirect("webhooks:one", pk=pk)


@require_POST
def replay_all(request: HttpRequest, pk: int) -> HttpResponse:
    number = replay_failed(subscription=_subscription(pk))
    text = ngettext("%(n)s message will be sent again.", "%(n)s messages will be sent again.", number)
    messages.success(request, text % {"n": number})
    return redirect("webhooks:one", pk=pk)

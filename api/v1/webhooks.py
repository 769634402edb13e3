"""A network's webhooks, for its coordinator: who is told of what, the log, and sending again."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.v1.door import DoorView, accepted, chosen_fields, shown
from api.v1.errors import Refusal
from api.v1.fields import IdField
from api.v1.openapi import FIELDS, IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, PAGE_PARAMETERS, page_of, parameter
from api.v1.pagination import PARAMETERS, paged
from api.v1.versions import etag_of, is_stale, key_of, one_body_a_key, stale, unchanged
from network.webhooks.enums import DeliveryStatus, EventType
from network.webhooks.models import LONGEST_URL, Subscription
from network.webhooks.selectors import deliveries_of, subscriptions
from network.webhooks.services import (
    change_subscription,
    remove_subscription,
    replay,
    replay_failed,
    rotate_secret,
    send_test,
    subscribe,
)


class WebhookSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(read_only=True)
    url = serializers.CharField(max_length=LONGEST_URL, help_text="Begins with https://.")
    description = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    events = serializers.ListField(
        child=serializers.CharField(max_length=40),
        min_length=1,
        max_length=20,
        help_text=f"Of: {', '.join(EventType.values)}.",
    )
    active = serializers.BooleanField(required=False, default=True)
    off_reason = serializers.CharField(
        read_only=True, help_text="`gone` or `failing` when it was switched off by itself."
    )
    failing_since = serializers.DateTimeField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)


class NewWebhookSerializer(WebhookSerializer):
    secret = serializers.CharField(
        read_only=True,
        allow_null=True,
        help_text="Shown this once; null when the call repeats another one. It checks signatures.",
    )


class SecretSerializer(serializers.Serializer[Any]):
    secret = serializers.CharField(help_text="Shown this once. The former one signs too for 24 hours.")


class DeliverySerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    event_id = serializers.UUIDField(help_text="`webhook-id` of the message: the same each time it is sent.")
    event_type = serializers.CharField()
    payload = serializers.DictField(help_text="The body that is sent.")
    status = serializers.CharField(help_text=f"Of: {', '.join(DeliveryStatus.values)}.")
    attempts = serializers.IntegerField()
    next_attempt_at = serializers.DateTimeField(allow_null=True)
    attempted_at = serializers.DateTimeField(allow_null=True)
    status_code = serializers.IntegerField(allow_null=True)
    failure = serializers.CharField()
    duration_ms = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()


class ReplaySerializer(serializers.Serializer[Any]):
    delivery = IdField(required=False, help_text="One message; without it, all that wasn't taken.")


class ReplayedSerializer(serializers.Serializer[Any]):
    messages = serializers.IntegerField(help_text="How many will be sent again.")


def _shown(subscription: Subscription) -> dict[str, Any]:
    return WebhookSerializer().to_representation(subscription)


EXAMPLE = OpenApiExample(
    "A website",
    {"url": "https://example.org/hook", "description": "Website", "events": ["epn.card_changed"]},
    request_only=True,
)


class WebhookView(DoorView):
    def subscription(self, pk: int, *, locked: bool = False) -> Subscription:
        found = subscriptions().select_for_update() if locked else subscriptions()
        subscription = found.filter(pk=pk).first()
        if subscription is None:
            raise Http404
        return subscription


class Webhooks(WebhookView):
    known = PARAMETERS | {"fields"}

    @extend_schema(
        operation_id="webhooks_list",
        summary="The webhooks of this network",
        parameters=PAGE_PARAMETERS("id, updated_at", "id"),
        responses=page_of(WebhookSerializer),
    )
    def get(self, request: Request) -> Response:
        fields = chosen_fields(request, WebhookSerializer)
        rows, following, before = paged(subscriptions(), request, orders=("id", "updated_at"), default="id")
        return Response({"next": following, "previous": before, "results": shown(rows, WebhookSerializer, fields)})

    @extend_schema(
        operation_id="webhooks_create",
        summary="Have another program told",
        description="The messages follow standardwebhooks.com. They arrive at least once, in no promised order. The "
        "same `Idempotency-Key` and body again gives the same webhook with `secret` null: was the secret lost with the "
        "answer, make a new one at `secret/`. With another body it is refused (409).",
        parameters=[IDEMPOTENCY_KEY],
        request=WebhookSerializer,
        responses={201: NewWebhookSerializer},
        examples=[EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        facts = accepted(WebhookSerializer(data=request.data), request.data)
        with one_body_a_key():
            subscription, secret = subscribe(key=key_of(request, self.space_id), **facts)
        headers = {"ETag": etag_of(subscription), "Cache-Control": "no-store"}
        return Response({**_shown(subscription), "secret": secret}, status=201, headers=headers)


class OneWebhook(WebhookView):
    known = frozenset({"fields"})

    @extend_schema(
        operation_id="webhooks_read",
        summary="A webhook",
        parameters=[FIELDS, IF_NONE_MATCH],
        responses=WebhookSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        fields = chosen_fields(request, WebhookSerializer)
        subscription = self.subscription(pk)
        headers = {"ETag": etag_of(subscription)}
        if unchanged(request, headers["ETag"]):
            return Response(status=304, headers=headers)
        return Response(shown([subscription], WebhookSerializer, fields)[0], headers=headers)

    @extend_schema(
        operation_id="webhooks_change",
        summary="Change a webhook: the fields that are sent",
        description="With `active`, switch it off or on again; what has been waiting is sent then.",
        parameters=[IF_MATCH],
        request=WebhookSerializer(partial=True),
        responses=WebhookSerializer,
    )
    def patch(self, request: Request, pk: int) -> Response:
        self.subscription(pk)
        facts = accepted(WebhookSerializer(data=request.data, partial=True), request.data)
        with transaction.atomic():
            subscription = self.subscription(pk, locked=True)
            if is_stale(request, etag_of(subscription)):
                return stale(etag_of(subscription), _shown(subscription), request.data)
            before = {name: getattr(subscription, name) for name in ("url", "events", "description", "active")}
            changed = change_subscription(subscription=subscription, **(before | facts))
        return Response(_shown(changed), headers={"ETag": etag_of(changed)})

    @extend_schema(
        operation_id="webhooks_delete",
        summary="Delete a webhook and its log",
        parameters=[IF_MATCH],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, pk: int) -> Response:
        with transaction.atomic():
            subscription = self.subscription(pk, locked=True)
            if is_stale(request, etag_of(subscription)):
                return stale(etag_of(subscription), _shown(subscription), None)
            remove_subscription(subscription=subscription)
        return Response(status=204)


class WebhookSecret(WebhookView):
    @extend_schema(
        operation_id="webhooks_secret",
        summary="A new secret",
        request=None,
        responses={201: SecretSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        secret = rotate_secret(subscription=self.subscription(pk))
        return Response({"secret": secret}, status=201, headers={"Cache-Control": "no-store"})


class WebhookTest(WebhookView):
    @extend_schema(
        operation_id="webhooks_test",
        summary="Send a test",
        description="A message of the type `webhook.test`; its delivery says what came of it.",
        request=None,
        responses={202: DeliverySerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        delivery = send_test(subscription=self.subscription(pk))
        return Response(DeliverySerializer().to_representation(delivery), status=202)


class WebhookReplay(WebhookView):
    @extend_schema(
        operation_id="webhooks_replay",
        summary="Send again",
        description="Under the same `webhook-id`: a receiver that has a message knows it again.",
        request=ReplaySerializer,
        responses={202: ReplayedSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        subscription = self.subscription(pk)
        asked = accepted(ReplaySerializer(data=request.data), request.data).get("delivery")
        if asked is None:
            return Response({"messages": replay_failed(subscription=subscription)}, status=202)
        delivery = deliveries_of(subscription).filter(pk=asked).first()
        if delivery is None:
            raise Refusal({"delivery": [_("There is no such message here.")]})
        replay(delivery=delivery)
        return Response({"messages": 1}, status=202)


class WebhookDeliveries(WebhookView):
    known = PARAMETERS | {"fields", "status"}

    @extend_schema(
        operation_id="webhooks_deliveries",
        summary="The log of a webhook: 30 days",
        parameters=[
            *PAGE_PARAMETERS("created_at, id", "-created_at"),
            parameter("status", "Only these.", enum=DeliveryStatus.values),
        ],
        responses=page_of(DeliverySerializer),
    )
    def get(self, request: Request, pk: int) -> Response:
        fields = chosen_fields(request, DeliverySerializer)
        found = deliveries_of(self.subscription(pk))
        if status := request.query_params.get("status", ""):
            if status not in DeliveryStatus.values:
                raise Refusal(
                    {"status": [_("Choose from: %(fields)s.") % {"fields": ", ".join(DeliveryStatus.values)}]}
                )
            found = found.filter(status=status)
        rows, following, before = paged(found, request, orders=("created_at", "id"), default="-created_at")
        return Response({"next": following, "previous": before, "results": shown(rows, DeliverySerializer, fields)})

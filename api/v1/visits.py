"""Visits: the journal of an EPN, for its own people's programs."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Case, When
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.v1.door import DoorView, accepted, chosen_fields, shown
from api.v1.errors import Refusal, by_problems
from api.v1.feed import CHANGES, changes, is_asked_for
from api.v1.fields import CodeField, IdField, MomentField, NumberField
from api.v1.filters import VisitFilter, filtered, names_of
from api.v1.openapi import FIELDS, IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, PAGE_PARAMETERS, page_of, parameter
from api.v1.pagination import PARAMETERS, paged
from api.v1.rows import page_said, said
from api.v1.versions import etag_of, is_stale, key_of, one_body_a_key, stale, unchanged
from maillage.design.free_text import Checked
from tenants.activity.models import Visit
from tenants.activity.rules import Actor
from tenants.activity.selectors import visits, visits_with_deleted
from tenants.activity.services import BatchRefused, change_visit, delete_visit, record_batch, record_visit

MOST_AT_ONCE = 1000
ORDERS = ("date", "minutes", "created_at", "updated_at", "id")


class VisitSerializer(serializers.Serializer[Any]):
    """One help given. Anonymous: no name, no e-mail address of the person who came."""

    id = serializers.IntegerField(read_only=True)
    date = serializers.DateField()
    minutes = serializers.IntegerField(help_text="From 1 to 1440.")
    site = IdField(source="site_id")
    mode = CodeField()
    themes = serializers.ListField(child=CodeField(), min_length=1, max_length=50)
    outcome = CodeField()
    autonomy = CodeField(required=False, allow_blank=True, default="")
    attendances = serializers.IntegerField(required=False, default=1, help_text="People present.")
    obstacle_provider = CodeField(required=False, allow_blank=True, default="")
    obstacle_channel = CodeField(required=False, allow_blank=True, default="")
    obstacle_kind = CodeField(required=False, allow_blank=True, default="")
    obstacle_cost_eur = NumberField(
        max_digits=8, decimal_places=2, required=False, allow_null=True, default=None, help_text="Borne by the person."
    )
    obstacle_minutes_lost = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text="Lost by the person, from 0 to 10080."
    )
    exceptional = serializers.BooleanField(
        required=False, default=False, help_text="An obstacle that no form or rule foresees."
    )
    causes = serializers.ListField(
        child=CodeField(), required=False, default=list, max_length=50, help_text="What holds the person back."
    )
    referral = CodeField(required=False, allow_blank=True, default="", help_text="Kind of organisation.")
    referral_to = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=80, help_text="Its name; never a person's."
    )
    language = CodeField(required=False, allow_blank=True, default="", help_text="Of the exchange.")
    accessibility = serializers.ListField(
        child=CodeField(),
        required=False,
        default=list,
        max_length=50,
        help_text="Access needs. Of fewer than five people, not beside counts of gender or age.",
    )
    margins = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField()),
        required=False,
        default=dict,
        help_text='Counts of people: {"gender": {"woman": 1}, "age_band": {…}, "audience": {…}}.',
    )
    note = serializers.CharField(required=False, allow_blank=True, default="", trim_whitespace=False)
    note_checked = serializers.BooleanField(
        write_only=True,
        required=False,
        default=False,
        help_text="True: somebody has looked, and what looks like personal data in the texts is none. Not kept.",
    )
    animator = IdField(
        source="animator_id", required=False, allow_null=True, help_text="Without it: the one who sends it."
    )
    contract = serializers.IntegerField(
        source="contract_id", read_only=True, allow_null=True, help_text="The animator's, on that day."
    )
    key = serializers.UUIDField(read_only=True, help_text="Yours, when the Idempotency-Key was a UUID.")
    created_at = MomentField(read_only=True)
    updated_at = MomentField(read_only=True)


class DeletedVisitSerializer(serializers.Serializer[Any]):
    """What is left of a visit that was deleted. After 30 days nothing is."""

    id = serializers.IntegerField()
    key = serializers.UUIDField()
    deleted_at = MomentField()


A_VISIT = {
    "date": "2026-10-30", "minutes": 25, "site": 1, "mode": "individual", "themes": ["tax"], "outcome": "solved",
    "attendances": 1, "obstacle_provider": "", "obstacle_channel": "", "obstacle_kind": "",
    "margins": {"gender": {"woman": 1}}, "note": "",
}  # fmt: skip
EXAMPLE = OpenApiExample("A visit", A_VISIT, request_only=True)


class VisitView(DoorView):
    @property
    def actor(self) -> Actor:
        membership = self.space_request.membership
        assert membership is not None
        return Actor(person_id=membership.person_id, role=membership.role)


def _shown(visit: Visit) -> dict[str, Any]:
    return VisitSerializer().to_representation(visit)


def _checked(facts: dict[str, Any]) -> dict[str, Any]:
    """A text that seems to hold personal data passes only as one that was looked at."""
    if facts.pop("note_checked", False):
        facts |= {name: Checked(facts[name]) for name in ("note", "referral_to") if name in facts}
    return facts


class Visits(VisitView):
    known = PARAMETERS | {"fields", *names_of(VisitFilter)}

    @extend_schema(
        operation_id="visits_list",
        summary="The visits, newest first",
        description=CHANGES,
        parameters=[
            *PAGE_PARAMETERS(", ".join(ORDERS), "-date"),
            *(parameter(name, "", OpenApiTypes.DATE) for name in ("date", "date_from", "date_to")),
            *(parameter(name, "", OpenApiTypes.INT) for name in ("site", "animator", "contract")),
            *(
                parameter(name, "A code.")
                for name in (
                    "mode", "themes", "outcome", "autonomy", "obstacle_provider", "obstacle_channel", "obstacle_kind",
                    "causes", "referral", "language", "accessibility",
                )
            ),
            parameter("exceptional", "", OpenApiTypes.BOOL),
            parameter("updated_since", "Moment, ISO 8601.", OpenApiTypes.DATETIME),
        ],
        responses=page_of(VisitSerializer, DeletedVisitSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> HttpResponse:
        fields = chosen_fields(request, VisitSerializer)
        row = said(VisitSerializer, fields)
        if is_asked_for(request):
            either = Case(When(deleted_at=None, then=row), default=said(DeletedVisitSerializer))
            every = filtered(visits_with_deleted(), VisitFilter, request)
            rows, following, before, later = changes(every, request, either)
            return page_said(following, before, (one["said"] for one in rows), later=later)
        found = filtered(visits(), VisitFilter, request)
        rows, following, before = paged(found, request, orders=ORDERS, default="-date", said=row)
        return page_said(following, before, (one["said"] for one in rows))

    @extend_schema(
        operation_id="visits_create",
        summary="Log a visit, or up to 1000 at once",
        description="A list is logged whole or not at all. The same `Idempotency-Key` and body again gives the same "
        "answer and logs nothing more; with another body it is refused (409).",
        parameters=[IDEMPOTENCY_KEY],
        request={"application/json": {"oneOf": [
            {"$ref": "#/components/schemas/VisitRequest"},
            {"type": "array", "maxItems": MOST_AT_ONCE, "minItems": 1,
             "items": {"$ref": "#/components/schemas/VisitRequest"}},
        ]}},
        responses={201: {"oneOf": [
            {"$ref": "#/components/schemas/Visit"},
            {"type": "array", "items": {"$ref": "#/components/schemas/Visit"}},
        ]}},
        examples=[EXAMPLE],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        body = request.data
        key = key_of(request, self.space_id)
        with one_body_a_key():
            if isinstance(body, list):
                return Response([_shown(one) for one in self.many(body, key)], status=201)
            facts = self.facts(body)
            visit = record_visit(key=key, by=self.actor, **facts)
        return Response(_shown(visit), status=201, headers={"ETag": etag_of(visit)})

    def facts(self, body: Any) -> Any:
        facts = _checked(accepted(VisitSerializer(data=body), body))
        return {"animator_id": self.actor.person_id, **facts}

    def many(self, body: list[Any], key: uuid.UUID | None) -> list[Visit]:
        if not 1 <= len(body) <= MOST_AT_ONCE:
            text = _("Send from 1 to %(most)s visits at once.")
            raise Refusal({"detail": text % {"most": MOST_AT_ONCE}})
        wrong: list[dict[str, Any]] = []
        batch = []
        for index, one in enumerate(body):
            try:
                facts = self.facts(one)
            except serializers.ValidationError as error:
                wrong.append({"index": index, "problems": error.detail})
            else:
                batch.append((uuid.uuid4() if key is None else uuid.uuid5(key, str(index)), facts))
        if not wrong:
            try:
                return record_batch(batch=batch, by=self.actor)
            except BatchRefused as refused:
                wrong = [
                    {"index": index, "problems": by_problems(problems)} for index, problems in refused.problems.items()
                ]
        raise Refusal({"detail": _("No visit was logged: correct those that are named."), "errors": wrong})


class OneVisit(VisitView):
    known = frozenset({"fields"})

    @extend_schema(
        operation_id="visits_read",
        summary="A visit",
        parameters=[FIELDS, IF_NONE_MATCH],
        responses=VisitSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        fields = chosen_fields(request, VisitSerializer)
        visit = self.visit(pk)
        headers = {"ETag": etag_of(visit)}
        if unchanged(request, headers["ETag"]):
            return Response(status=304, headers=headers)
        return Response(shown([visit], VisitSerializer, fields)[0], headers=headers)

    @extend_schema(
        operation_id="visits_replace",
        summary="Correct a visit: every field",
        parameters=[IF_MATCH],
        request=VisitSerializer,
        responses=VisitSerializer,
        examples=[EXAMPLE],
    )
    def put(self, request: Request, pk: int) -> Response:
        return self.change(request, pk, partial=False)

    @extend_schema(
        operation_id="visits_change",
        summary="Correct a visit: the fields that are sent",
        parameters=[IF_MATCH],
        request=VisitSerializer(partial=True),
        responses=VisitSerializer,
    )
    def patch(self, request: Request, pk: int) -> Response:
        return self.change(request, pk, partial=True)

    @extend_schema(
        operation_id="visits_delete",
        summary="Delete a visit",
        description="It leaves the journal and the figures; for some days it can be restored on the pages.",
        parameters=[IF_MATCH],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, pk: int) -> Response:
        with transaction.atomic():
            visit = self.visit(pk, locked=True)
            if is_stale(request, etag_of(visit)):
                return stale(etag_of(visit), _shown(visit), None)
            delete_visit(visit=visit, by=self.actor)
        return Response(status=204)

    def change(self, request: Request, pk: int, *, partial: bool) -> Response:
        self.visit(pk)
        facts = _checked(accepted(VisitSerializer(data=request.data, partial=partial), request.data))
        # Between the look at If-Match and the write nobody else may write.
        with transaction.atomic():
            visit = self.visit(pk, locked=True)
            if is_stale(request, etag_of(visit)):
                return stale(etag_of(visit), _shown(visit), request.data)
            changed = change_visit(visit=visit, by=self.actor, **facts)
        return Response(_shown(changed), headers={"ETag": etag_of(changed)})

    def visit(self, pk: int, *, locked: bool = False) -> Visit:
        found = visits().select_for_update() if locked else visits()
        visit = found.filter(pk=pk).first()
        if visit is None:
            raise Http404
        return visit

"""Contracts: who works here until when, for the EPN's coordinator only."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.v1.door import DoorView, accepted, chosen_fields, shown
from api.v1.errors import Refusal, by_field
from api.v1.feed import CHANGES, changes, is_asked_for
from api.v1.fields import CodeField, IdField, MomentField, NumberField
from api.v1.filters import ContractFilter, filtered, names_of
from api.v1.openapi import FIELDS, IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, PAGE_PARAMETERS, page_of, parameter
from api.v1.pagination import PARAMETERS, paged
from api.v1.versions import etag_of, is_stale, key_of, one_body_a_key, stale, unchanged
from tenants.staff.models import Contract, StaffMember
from tenants.staff.requirements import missing
from tenants.staff.selectors import contracts, contracts_with_deleted, staff_members
from tenants.staff.services import FULL_TIME, NewMember, add_contract, change_contract, delete_contract

ORDERS = ("starts_on", "created_at", "updated_at", "id")


class FormerTermsSerializer(serializers.Serializer[Any]):
    """Q and S as they were up to and including a day, before an amendment."""

    until = serializers.DateField()
    hours_per_week = NumberField(max_digits=4, decimal_places=2)
    full_time_hours = NumberField(max_digits=4, decimal_places=2)


class BreakSerializer(serializers.Serializer[Any]):
    """A time without work inside a contract that goes on; both days belong to it."""

    kind = CodeField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)


class PayerSerializer(serializers.Serializer[Any]):
    """Who bears which part of the cost; the shares of a contract add up to 100."""

    payer = serializers.CharField()
    percent = NumberField(max_digits=5, decimal_places=2)


class ContractSerializer(serializers.Serializer[Any]):
    """One engagement of one person: hours a week (Q) over the employer's full time (S); FTE is Q ÷ S.

    Q and S are those after the last amendment; `former_terms` says what they were before.
    """

    id = serializers.IntegerField(read_only=True)
    member = IdField(source="member_id", required=False, help_text="Somebody who is in the list of staff.")
    member_name = serializers.CharField(
        source="member.name", required=False, help_text="To write: somebody new, in the place of `member`."
    )
    type = CodeField()
    role = CodeField(required=False, default="animation")
    legal_employer = serializers.CharField(required=False, allow_blank=True, default="")
    starts_on = serializers.DateField()
    planned_end = serializers.DateField(required=False, allow_null=True, default=None)
    ended_on = serializers.DateField(required=False, allow_null=True, default=None)
    hours_per_week = NumberField(max_digits=4, decimal_places=2)
    full_time_hours = NumberField(max_digits=4, decimal_places=2, required=False, default=FULL_TIME)
    fte = serializers.SerializerMethodField()
    host = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        help_text="Where the person works, if elsewhere.",
    )
    reference = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        help_text="Of the post, subsidy, convention or business.",
    )
    replaces = IdField(
        source="replaces_id",
        required=False,
        allow_null=True,
        default=None,
        help_text="The contract replaced.",
    )
    hours_per_year = NumberField(max_digits=6, decimal_places=2, required=False, allow_null=True, default=None)
    end_reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=14)
    after_end = serializers.CharField(required=False, allow_blank=True, default="", max_length=14)
    note = serializers.CharField(required=False, allow_blank=True, default="", trim_whitespace=False)
    former_terms = FormerTermsSerializer(many=True, read_only=True, source="former_terms.all")
    breaks = BreakSerializer(many=True, read_only=True, source="breaks.all")
    payers = PayerSerializer(many=True, read_only=True, source="payers.all")
    incomplete = serializers.SerializerMethodField(help_text="Fields that the type asks for and are empty.")
    confirmed = serializers.ListField(
        child=CodeField(),
        required=False,
        write_only=True,
        max_length=20,
        help_text="Codes of concerns that were looked at: those that a refusal names in `to_confirm`.",
    )
    created_at = MomentField(read_only=True)
    updated_at = MomentField(read_only=True)

    def get_fte(self, contract: Contract) -> float:
        return round(float(contract.fte), 4)

    def get_incomplete(self, contract: Contract) -> list[str]:
        return [one.field.removesuffix("_id") for one in missing(contract)]


class DeletedContractSerializer(serializers.Serializer[Any]):
    """A contract that was a mistake."""

    id = serializers.IntegerField()
    deleted_at = MomentField()


def _shown(contract: Contract, fields: list[str] | None = None) -> dict[str, Any]:
    return shown([contract], ContractSerializer, fields)[0]


def _deleted(contract: Contract) -> dict[str, Any]:
    return shown([contract], DeletedContractSerializer)[0]


EXAMPLE = OpenApiExample(
    "Article 60",
    {
        "member": 3, "type": "art60", "role": "animation", "legal_employer": "CPAS de Schaerbeek",
        "starts_on": "2026-01-05", "planned_end": "2027-01-04", "hours_per_week": 38, "full_time_hours": 38,
    },
    request_only=True,
)  # fmt: skip


class ContractView(DoorView):
    def member(self, facts: dict[str, Any]) -> StaffMember | NewMember | None:
        """Takes what the body says of the person out of it. None: nothing was said."""
        name = facts.pop("member", {}).get("name")
        pk = facts.pop("member_id", None)
        if pk is not None:
            found = staff_members().filter(pk=pk).first()
            if found is None or (name is not None and name != found.name):
                raise Refusal({"member": [_("There is no such person in your list.")]})
            return found
        return None if name is None else NewMember(name=name)


def with_payers() -> QuerySet[Contract]:
    return contracts().prefetch_related("payers")


def told(error: ValidationError) -> Refusal:
    """With the codes of what may be confirmed."""
    body = by_field(error)
    if hasattr(error, "error_dict") and "confirmed" in error.error_dict:
        body["to_confirm"] = [str(one.code) for one in error.error_dict["confirmed"]]
    return Refusal(body)


class Contracts(ContractView):
    known = PARAMETERS | {"fields", *names_of(ContractFilter)}

    @extend_schema(
        operation_id="contracts_list",
        summary="The contracts, latest start first",
        description=CHANGES,
        parameters=[
            *PAGE_PARAMETERS(", ".join(ORDERS), "-starts_on"),
            parameter("member", "", OpenApiTypes.INT),
            parameter("type", "A code."),
            parameter("role", "A code."),
            *(parameter(name, "", OpenApiTypes.DATE) for name in ("starts_on", "starts_on_from", "starts_on_to")),
            parameter("updated_since", "Moment, ISO 8601.", OpenApiTypes.DATETIME),
        ],
        responses=page_of(ContractSerializer, DeletedContractSerializer),
    )
    def get(self, request: Request) -> Response:
        fields = chosen_fields(request, ContractSerializer)
        if is_asked_for(request):
            every = filtered(contracts_with_deleted().prefetch_related("payers"), ContractFilter, request)
            rows, following, before, later = changes(every, request)
            results = [_shown(one, fields) if one.deleted_at is None else _deleted(one) for one in rows]
            return Response({"next": following, "previous": before, "results": results, "later": later})
        found = filtered(with_payers(), ContractFilter, request)
        rows, following, before = paged(found, request, orders=ORDERS, default="-starts_on")
        return Response({"next": following, "previous": before, "results": shown(rows, ContractSerializer, fields)})

    @extend_schema(
        operation_id="contracts_create",
        summary="Record a contract",
        description="The same `Idempotency-Key` and body again gives the same answer and records nothing more; with "
        "another body it is refused (409).",
        parameters=[IDEMPOTENCY_KEY],
        request=ContractSerializer,
        responses={201: ContractSerializer},
        examples=[EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        key = key_of(request, self.space_id)
        facts = accepted(ContractSerializer(data=request.data), request.data)
        member, confirmed = self.member(facts), facts.pop("confirmed", ())
        if member is None:
            raise Refusal({"member": [_("Whose contract is it? Send member, or member_name.")]})
        try:
            with one_body_a_key():
                contract = add_contract(member=member, confirmed=confirmed, key=key, **facts)
        except ValidationError as error:
            raise told(error) from None
        return Response(_shown(contract), status=201, headers={"ETag": etag_of(contract)})


class OneContract(ContractView):
    known = frozenset({"fields"})

    @extend_schema(
        operation_id="contracts_read",
        summary="A contract",
        parameters=[FIELDS, IF_NONE_MATCH],
        responses=ContractSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        fields = chosen_fields(request, ContractSerializer)
        contract = self.contract(pk)
        headers = {"ETag": etag_of(contract)}
        if unchanged(request, headers["ETag"]):
            return Response(status=304, headers=headers)
        return Response(shown([contract], ContractSerializer, fields)[0], headers=headers)

    @extend_schema(
        operation_id="contracts_replace",
        summary="Correct a contract: every field",
        parameters=[IF_MATCH],
        request=ContractSerializer,
        responses=ContractSerializer,
        examples=[EXAMPLE],
    )
    def put(self, request: Request, pk: int) -> Response:
        return self.change(request, pk, partial=False)

    @extend_schema(
        operation_id="contracts_change",
        summary="Correct a contract: the fields that are sent",
        parameters=[IF_MATCH],
        request=ContractSerializer(partial=True),
        responses=ContractSerializer,
    )
    def patch(self, request: Request, pk: int) -> Response:
        return self.change(request, pk, partial=True)

    @extend_schema(
        operation_id="contracts_delete",
        summary="Delete a contract that was a mistake",
        description="No figure counts it any more, past months included. To end one, send `ended_on`.",
        parameters=[IF_MATCH],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, pk: int) -> Response:
        with transaction.atomic():
            contract = self.contract(pk, locked=True)
            if is_stale(request, etag_of(contract)):
                return stale(etag_of(contract), _shown(contract), None)
            delete_contract(contract=contract)
        return Response(status=204)

    def change(self, request: Request, pk: int, *, partial: bool) -> Response:
        self.contract(pk)
        facts = accepted(ContractSerializer(data=request.data, partial=partial), request.data)
        confirmed = facts.pop("confirmed", ())
        with transaction.atomic():
            contract = self.contract(pk, locked=True)
            if is_stale(request, etag_of(contract)):
                return stale(etag_of(contract), _shown(contract), request.data)
            if "member" in facts and "member_id" not in facts:
                raise Refusal({"member_name": [_("Send member: a name is corrected on the page of the person.")]})
            member = self.member(facts)
            try:
                changed = change_contract(contract=contract, member=member, confirmed=confirmed, **facts)
            except ValidationError as error:
                raise told(error) from None
        return Response(_shown(changed), headers={"ETag": etag_of(changed)})

    def contract(self, pk: int, *, locked: bool = False) -> Contract:
        found = with_payers().select_for_update(of=("self",)) if locked else with_payers()
        contract = found.filter(pk=pk).first()
        if contract is None:
            raise Http404
        return contract

"""Who may enter a space, and who is invited: for its coordinators' programs. The pages' own services do it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.http import Http404
from django_filters.filterset import FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.v1.door import DoorView, accepted, chosen_fields, shown
from api.v1.fields import CodeField
from api.v1.filters import CodeFilter, MomentFilter, filtered, names_of
from api.v1.openapi import FIELDS, IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, PAGE_PARAMETERS, page_of, parameter
from api.v1.pagination import PARAMETERS, paged
from api.v1.versions import etag_of, is_stale, key_of, one_body_a_key, stale, unchanged
from maillage.accounts.enums import Language
from maillage.accounts.models import Person
from tenants.registry.crossing import outside
from tenants.registry.models import Invitation, Membership, Space
from tenants.registry.team.selectors import invitations, members
from tenants.registry.team.services import (
    NotOpenError,
    change_role,
    end_access,
    in_turn,
    invite,
    renew,
    revoke,
    send,
)

MEMBER_ORDERS = ("since", "updated_at", "id")
INVITATION_ORDERS = ("created_at", "updated_at", "expires_at", "id")


class MemberSerializer(serializers.Serializer[Any]):
    """Somebody's role here. It begins with an invitation that the person accepts."""

    id = serializers.IntegerField(read_only=True)
    person = serializers.IntegerField(source="person_id", read_only=True)
    name = serializers.CharField(source="person.name", read_only=True)
    email = serializers.EmailField(source="person.email", read_only=True)
    role = CodeField()
    funder = serializers.CharField(
        required=False, allow_blank=True, max_length=60, help_text="For `funder_reviewer` only: whose money."
    )
    since = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)


class InvitationSerializer(serializers.Serializer[Any]):
    """A role that waits for the yes of whoever reads this address. The link is in the letter and nowhere else."""

    id = serializers.IntegerField(read_only=True)
    email = serializers.EmailField(max_length=254)
    name = serializers.CharField(required=False, allow_blank=True, max_length=120, default="")
    role = CodeField()
    funder = serializers.CharField(required=False, allow_blank=True, max_length=60, default="")
    language = serializers.ChoiceField(choices=Language.choices, required=False, default=Language.FRENCH.value)
    invited_by = serializers.IntegerField(source="invited_by_id", read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)
    expires_at = serializers.DateTimeField(read_only=True)
    sent_at = serializers.DateTimeField(read_only=True, allow_null=True, help_text="Null: the letter didn't leave.")
    problem = serializers.CharField(read_only=True, help_text="`refused` or `unreachable` when it didn't; else empty.")


class MemberFilter(FilterSet):
    role = CodeFilter()
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        model = Membership
        fields: list[str] = []


class InvitationFilter(FilterSet):
    role = CodeFilter()
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        model = Invitation
        fields: list[str] = []


FILTERS = [parameter("role", "A code."), parameter("updated_since", "Moment, ISO 8601.", OpenApiTypes.DATETIME)]
EXAMPLE = OpenApiExample(
    "An animator", {"email": "bram@example.org", "role": "animator", "language": "nl"}, request_only=True
)


class TeamView(DoorView):
    """Works outside the space: its role can't read the register. The role table was asked before."""

    @property
    def space(self) -> Space:
        space = self.space_request.space
        assert space is not None
        return space

    def dispatch(self, *args: Any, **kwargs: Any) -> Any:
        with outside():
            return super().dispatch(*args, **kwargs)

    def member(self, pk: int) -> Membership:
        found = members(self.space.pk).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def invitation(self, pk: int) -> Invitation:
        found = invitations(self.space.pk).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    @property
    def origin(self) -> str:
        return f"{self.request.scheme}://{self.request.get_host()}"

    @contextmanager
    def alone(self, read: Callable[[int], Any], pk: int) -> Iterator[Any]:
        """The row as it stays until the write: between the look at If-Match and the write nobody else may write."""
        with in_turn(self.space.pk):
            yield read(pk)


def _member(membership: Membership) -> dict[str, Any]:
    return MemberSerializer().to_representation(membership)


def _invitation(invitation: Invitation) -> dict[str, Any]:
    return InvitationSerializer().to_representation(invitation)


class Memberships(TeamView):
    known = PARAMETERS | {"fields", *names_of(MemberFilter)}

    @extend_schema(
        operation_id="memberships_list",
        summary="Who may enter this space now",
        description="To let somebody in: `POST …/invitations/`.",
        parameters=[*PAGE_PARAMETERS(", ".join(MEMBER_ORDERS), "since"), *FILTERS],
        responses=page_of(MemberSerializer),
    )
    def get(self, request: Request) -> Response:
        fields = chosen_fields(request, MemberSerializer)
        found = filtered(members(self.space.pk), MemberFilter, request)
        rows, following, before = paged(found, request, orders=MEMBER_ORDERS, default="since")
        return Response({"next": following, "previous": before, "results": shown(rows, MemberSerializer, fields)})


class OneMembership(TeamView):
    known = frozenset({"fields"})

    @extend_schema(
        operation_id="memberships_read",
        summary="A membership",
        parameters=[FIELDS, IF_NONE_MATCH],
        responses=MemberSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        fields = chosen_fields(request, MemberSerializer)
        membership = self.member(pk)
        headers = {"ETag": etag_of(membership)}
        if unchanged(request, headers["ETag"]):
            return Response(status=304, headers=headers)
        return Response(shown([membership], MemberSerializer, fields)[0], headers=headers)

    @extend_schema(
        operation_id="memberships_change",
        summary="Give somebody another role",
        description="The last coordinator keeps that role (400).",
        parameters=[IF_MATCH],
        request=MemberSerializer(partial=True),
        responses=MemberSerializer,
    )
    def patch(self, request: Request, pk: int) -> Response:
        self.member(pk)
        facts = accepted(MemberSerializer(data=request.data, partial=True), request.data)
        with self.alone(self.member, pk) as membership:
            if is_stale(request, etag_of(membership)):
                return stale(etag_of(membership), _member(membership), request.data)
            role = facts.get("role", membership.role)
            kept = membership.funder if role == membership.role else ""
            change_role(membership=membership, role=role, funder=facts.get("funder", kept))
        changed = self.member(pk)
        return Response(_member(changed), headers={"ETag": etag_of(changed)})

    @extend_schema(
        operation_id="memberships_end",
        summary="End somebody's access",
        description="At once, with their tokens for this space and the invitations that they sent. What they recorded "
        "stays. The last coordinator stays too (400).",
        parameters=[IF_MATCH],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, pk: int) -> Response:
        with self.alone(self.member, pk) as membership:
            if is_stale(request, etag_of(membership)):
                return stale(etag_of(membership), _member(membership), None)
            end_access(membership=membership)
        return Response(status=204)


class Invitations(TeamView):
    known = PARAMETERS | {"fields", *names_of(InvitationFilter)}

    @extend_schema(
        operation_id="invitations_list",
        summary="The invitations that wait for an answer, newest first",
        parameters=[*PAGE_PARAMETERS(", ".join(INVITATION_ORDERS), "-created_at"), *FILTERS],
        responses=page_of(InvitationSerializer),
    )
    def get(self, request: Request) -> Response:
        fields = chosen_fields(request, InvitationSerializer)
        found = filtered(invitations(self.space.pk), InvitationFilter, request)
        rows, following, before = paged(found, request, orders=INVITATION_ORDERS, default="-created_at")
        return Response({"next": following, "previous": before, "results": shown(rows, InvitationSerializer, fields)})

    @extend_schema(
        operation_id="invitations_create",
        summary="Invite somebody by e-mail",
        description="The letter is sent at once; when it can't be, the invitation is kept and `sent_at` is null. The "
        "same `Idempotency-Key` and body again gives the same invitation and sends nothing.",
        parameters=[IDEMPOTENCY_KEY],
        request=InvitationSerializer,
        responses={201: InvitationSerializer},
        examples=[EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        facts = accepted(InvitationSerializer(data=request.data), request.data)
        person: Person = request.user  # type: ignore[assignment]
        with one_body_a_key():
            invitation, secret = invite(space=self.space, by=person, key=key_of(request, self.space.pk), **facts)
        if secret is not None:
            send(invitation=invitation, secret=secret, origin=self.origin)
        return Response(_invitation(invitation), status=201, headers={"ETag": etag_of(invitation)})


class OneInvitation(TeamView):
    known = frozenset({"fields"})

    @extend_schema(
        operation_id="invitations_read",
        summary="An invitation that waits for an answer",
        parameters=[FIELDS, IF_NONE_MATCH],
        responses=InvitationSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        fields = chosen_fields(request, InvitationSerializer)
        invitation = self.invitation(pk)
        headers = {"ETag": etag_of(invitation)}
        if unchanged(request, headers["ETag"]):
            return Response(status=304, headers=headers)
        return Response(shown([invitation], InvitationSerializer, fields)[0], headers=headers)

    @extend_schema(
        operation_id="invitations_withdraw",
        summary="Withdraw an invitation",
        description="Its link opens nothing any more.",
        parameters=[IF_MATCH],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, pk: int) -> Response:
        with self.alone(self.invitation, pk) as invitation:
            if is_stale(request, etag_of(invitation)):
                return stale(etag_of(invitation), _invitation(invitation), None)
            revoke(invitation=invitation)
        return Response(status=204)


class InvitationAgain(TeamView):
    @extend_schema(
        operation_id="invitations_resend",
        summary="Send the letter again",
        description="With a new link, for fourteen days. The former link is dead.",
        request=None,
        responses=InvitationSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        person: Person = request.user  # type: ignore[assignment]
        try:
            invitation, secret = renew(invitation=self.invitation(pk), by=person)
        except NotOpenError:
            raise Http404 from None
        send(invitation=invitation, secret=secret, origin=self.origin)
        return Response(_invitation(invitation), headers={"ETag": etag_of(invitation)})

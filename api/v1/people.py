"""Who one is, and a token: the calls that belong to no space."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.v1.door import DoorView, accepted
from api.v1.errors import Refusal
from api.v1.throttles import FailedSignIns
from maillage.accounts.models import Person
from tenants.registry.crossing import path_of
from tenants.registry.selectors import membership_in, memberships_of
from tenants.registry.services import make_token
from tenants.registry.signing_in.forms import CodeForm
from tenants.registry.signing_in.selectors import has_factor


class MembershipSerializer(serializers.Serializer[Any]):
    space = serializers.CharField(help_text="The address of the space, without slashes around it.")
    type = serializers.CharField(help_text="`federation` or `epn`.")
    role = serializers.CharField()


class MeSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    email = serializers.EmailField()
    name = serializers.CharField()
    language = serializers.CharField()
    memberships = MembershipSerializer(many=True)


class Me(DoorView):
    @extend_schema(
        operation_id="me",
        summary="The person and their memberships",
        description="With a token: the membership of the token's own space.",
        responses=MeSerializer,
        examples=[
            OpenApiExample(
                "An animator",
                {
                    "id": 12,
                    "email": "bram@example.org",
                    "name": "Bram",
                    "language": "fr",
                    "memberships": [{"space": "caban/rue-de-la-poste", "type": "epn", "role": "animator"}],
                },
                response_only=True,
            )
        ],
    )
    def get(self, request: Request) -> Response:
        person: Person = request.user  # type: ignore[assignment]
        token = self.space_request.api_token
        memberships = [
            {"space": path_of(one.space), "type": one.space.kind, "role": one.role}
            for one in memberships_of(person)
            if one.space is not None and (token is None or one.space_id == token.space_id)
        ]
        body = {"id": person.pk, "email": person.email, "name": person.name, "language": person.language}
        return Response({**body, "memberships": memberships})


class SignInSerializer(serializers.Serializer[Any]):
    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=1000, trim_whitespace=False, write_only=True)
    space = serializers.CharField(max_length=110, help_text="`caban` or `caban/rue-de-la-poste`.")
    code = serializers.CharField(
        max_length=40,
        required=False,
        write_only=True,
        help_text="Needed from whoever has a second factor: a code of the app, or a recovery code.",
    )


class TokenSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(help_text="Shown this once. Send it as `Authorization: Token …`.")
    expires = serializers.DateTimeField()


class Token(DoorView):
    @extend_schema(
        operation_id="token",
        summary="A token for one space",
        description=(
            "The answer is the same for an unknown address, a wrong password, and a space without a role. "
            "Whoever has a second factor also sends a `code`; whoever has none and must have one gets no token. "
            "There is no `Idempotency-Key` here: a token is shown once; was it lost, ask for another."
        ),
        request=SignInSerializer,
        responses={201: TokenSerializer},
        examples=[
            OpenApiExample(
                "An animator",
                {"email": "bram@example.org", "password": "…", "space": "caban/rue-de-la-poste"},
                request_only=True,
            ),
            OpenApiExample(
                "A token",
                {"token": "qTVVZwN3…", "expires": "2026-12-22T10:00:00+01:00"},
                response_only=True,
                status_codes=["201"],
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        asked = accepted(SignInSerializer(data=request.data), request.data)
        attempts = FailedSignIns(request, asked["email"])
        attempts.check()
        person = authenticate(request._request, email=asked["email"], password=asked["password"])
        membership = membership_in(person, asked["space"]) if isinstance(person, Person) else None
        if not isinstance(person, Person) or membership is None or membership.space is None:
            attempts.failed()
            raise Refusal({"detail": _("This e-mail address, password and space do not go together.")})
        if has_factor(person):
            self.ask_for_code(person, asked.get("code", ""), attempts)
        token, secret = make_token(person=person, space=membership.space)
        answer = {"token": secret, "expires": serializers.DateTimeField().to_representation(token.expires_at)}
        return Response(answer, status=201, headers={"Cache-Control": "no-store"})

    @staticmethod
    def ask_for_code(person: Person, code: str, attempts: FailedSignIns) -> None:
        """Raises Refusal. A passkey gives no code: its owner has recovery codes, or adds an app."""
        if not code:
            words = _("This account has a second factor: send a code of the app, or a recovery code.")
            raise Refusal({"code": [words]})
        form = CodeForm(user=person, data={"code": code})
        if not form.is_valid():
            attempts.failed()
            raise Refusal({"code": [str(one) for one in form.errors.get("code", [])]})

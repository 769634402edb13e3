"""Pages, an API call and a job that crash with everything in hand that must never leave the house."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

from api.v1.door import DoorView
from maillage.accounts.models import Person
from tenants.activity.models import Visit
from tests.observability.poison import POISON

third_party = logging.getLogger("some.library")


def value_error(request: HttpRequest, secret: str = "") -> HttpResponse:
    note, password = Visit.objects.get().note, request.POST.get("password")
    third_party.error("%s asked %s with %r", POISON["email"], request.path, note)
    third_party.warning(f"GET {request.get_full_path()} by {POISON['email']}: '{note}'")
    try:
        {"known": 1}[POISON["name"]]
    except KeyError as error:
        raise ValueError(f"cannot make sense of {note} {password}") from error


def constraint(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        Visit.objects.update(minutes=0)
    raise AssertionError("a constraint should have refused this")


def duplicate(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO activity_visit SELECT * FROM activity_visit WHERE note = %s", [POISON["note"]])
    raise AssertionError("the key should have refused this")


def attribute(request: HttpRequest) -> HttpResponse:
    getattr(request, POISON["name"])
    raise AssertionError("there is no such attribute")


def validation(request: HttpRequest) -> HttpResponse:
    try:
        raise ValidationError({POISON["email"]: [POISON["note"]]})
    except ValidationError as refused:
        raise RuntimeError(POISON["note"]) from refused


def told(request: HttpRequest) -> HttpResponse:
    """A crash that somebody catches and logs, as our own services do."""
    try:
        Person.objects.get(email=f"nobody.{POISON['email']}")
    except Person.DoesNotExist:
        logging.getLogger("tenants.somewhere").exception("person %s is not there", 12)
    return HttpResponse("done")


class Call(DoorView):
    known = frozenset({"q"})

    def post(self, request: Any) -> None:
        note = request.data["note"]
        raise TypeError(f"cannot make sense of {note} {request.headers['Authorization']}")


urlpatterns = [
    path("", value_error, name="home"),
    path("value/", value_error, name="value"),
    path("invitations/<str:secret>/", value_error, name="invitation"),
    path("constraint/", constraint, name="constraint"),
    path("duplicate/", duplicate, name="duplicate"),
    path("attribute/", attribute, name="attribute"),
    path("validation/", validation, name="validation"),
    path("told/", told, name="told"),
    path("api/v1/call/", Call.as_view(), name="call"),
]
CRASHES = ("value/", "constraint/", "duplicate/", "attribute/", "validation/", f"invitations/{POISON['secret']}/")

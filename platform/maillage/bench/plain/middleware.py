"""The same middleware, with django-tenants' way in and out instead of ours."""

from django.db import connection

from tenants.registry import middleware
from tenants.registry.database.base import PUBLIC, Place


def _enter(place: Place) -> None:
    connection.set_tenant(place)  # type: ignore[attr-defined]


def _leave(to: Place = PUBLIC) -> None:
    connection.set_schema_to_public()  # type: ignore[attr-defined]


class SpaceMiddleware(middleware.SpaceMiddleware):
    enter = staticmethod(_enter)
    leave = staticmethod(_leave)

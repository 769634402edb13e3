"""django-tenants' own wrapper, with the few words that our middleware and our models ask of theirs."""

from typing import Any

from django.db.backends.utils import CursorWrapper
from django_tenants.postgresql_backend import base

from tenants.registry.database.base import PUBLIC, Place


class DatabaseWrapper(base.DatabaseWrapper):
    space: Place = PUBLIC
    local = False

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        super().set_tenant(tenant, include_public)  # type: ignore[no-untyped-call]
        self.space = tenant if isinstance(tenant, Place) else PUBLIC

    def move_to(self, place: Place) -> None:
        """Where ours sets role and path at once, django-tenants sets the path with the next cursor."""
        self.set_tenant(place)

    def stand_in(self, place: Place) -> None:
        """In the middle of a transaction, too: a crossing reads another schema and comes back."""
        self.set_tenant(place)

    def prepared_cursor(self) -> CursorWrapper:
        cursor: CursorWrapper = self.cursor()
        return cursor

    def is_idle(self) -> bool:
        return not self.in_atomic_block

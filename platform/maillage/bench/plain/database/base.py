"""django-tenants' own wrapper; our models only need to be told where they are."""

from typing import Any

from django_tenants.postgresql_backend import base

from tenants.registry.database.base import PUBLIC, Place


class DatabaseWrapper(base.DatabaseWrapper):
    space: Place = PUBLIC

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        super().set_tenant(tenant, include_public)  # type: ignore[no-untyped-call]
        self.space = tenant if isinstance(tenant, Place) else PUBLIC

"""The ORM's last step before SQL: the one place that no query set, manager or related look-up goes round.

A query on a model of a space runs inside a space of that kind only, and a query set that was made in one
space never runs in another.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.backends.postgresql import compiler as postgresql

from tenants.registry.database.base import Place
from tenants.registry.errors import NoSpaceError, WrongSpaceError


@cache
def _kind_of_labels() -> dict[str, str]:
    kinds = {app: kind for kind, one in settings.TENANT_TYPES.items() for app in one["APPS"]}
    return {config.label: kinds[config.name] for config in apps.get_app_configs() if config.name in kinds}


def kind_of_model(model: Any) -> str:
    """`public`, `federation` or `epn`. By label, since a migration's historical models have no other name."""
    return _kind_of_labels().get(model._meta.app_label, "public")


def check_space(compiler: Any) -> None:
    check_query(compiler.query, compiler.connection.space)


def check_query(query: Any, here: Place) -> None:
    """Raise NoSpaceError or WrongSpaceError when this query is not for here."""
    inner = getattr(query, "inner_query", None)  # of an aggregate over a subquery
    if inner is not None:
        check_query(inner, here)
    if query.model is not None:
        kind = kind_of_model(query.model)
        if kind != "public" and here.kind != kind:
            label = query.model._meta.label
            where = f"the {here.kind} space {here.schema_name}" if here.kind != "public" else "no space at all"
            raise NoSpaceError(f"{label} belongs to a space of kind {kind}, and this code is in {where}.")
    made_in = getattr(query, "made_in", None)
    if made_in is not None and made_in != here.schema_name:
        raise WrongSpaceError(f"A query set that was made in {made_in} can't be read in {here.schema_name}.")


class SQLCompiler(postgresql.SQLCompiler):
    def execute_sql(self, *args: Any, **kwargs: Any) -> Any:
        check_space(self)
        return super().execute_sql(*args, **kwargs)

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        # A subquery, or one part of a union, has a compiler of its own and is never executed by itself.
        here: Place = self.connection.space  # type: ignore[attr-defined]
        if getattr(self.query, "made_in", None) is not None and here.kind != "public":
            check_space(self)
        return super().as_sql(*args, **kwargs)


class SQLInsertCompiler(postgresql.SQLInsertCompiler):
    def execute_sql(self, *args: Any, **kwargs: Any) -> Any:
        check_space(self)
        return super().execute_sql(*args, **kwargs)


class SQLUpdateCompiler(postgresql.SQLUpdateCompiler):
    def execute_sql(self, *args: Any, **kwargs: Any) -> Any:
        check_space(self)
        return super().execute_sql(*args, **kwargs)


class SQLDeleteCompiler(postgresql.SQLDeleteCompiler):
    def execute_sql(self, *args: Any, **kwargs: Any) -> Any:
        check_space(self)
        return super().execute_sql(*args, **kwargs)


class SQLAggregateCompiler(postgresql.SQLAggregateCompiler):
    def execute_sql(self, *args: Any, **kwargs: Any) -> Any:
        check_space(self)
        return super().execute_sql(*args, **kwargs)

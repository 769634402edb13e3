"""The database wrapper: it knows which space PostgreSQL is in, and forgets as soon as it can't be sure.

`SET` is transactional: what was set inside a transaction that ends in a rollback is silently undone, and a
cache of "already set" then lies. So a space is set eagerly and in autocommit, where no rollback reaches
it, and this wrapper forgets what it has set on a rollback, on a rollback to a savepoint, on close, and
when COMMIT meets an aborted transaction. The next cursor then sets it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partialmethod
from typing import Any

import psycopg
from django.db.backends.postgresql import base as postgresql
from django.db.backends.postgresql.operations import DatabaseOperations as PostgreSQLOperations
from django.db.backends.utils import CursorWrapper
from django_tenants.postgresql_backend import base as django_tenants_base
from psycopg import sql
from psycopg.pq import TransactionStatus

from tenants.registry.errors import NothingCommittedError

SET = "SELECT set_config('role', %s, %s), set_config('search_path', %s, %s)"


@dataclass(frozen=True)
class Place:
    """Where a connection is: a schema, the kind of space that it holds, and the role that works there."""

    schema_name: str = "public"
    kind: str = "public"
    role: str = "none"  # PostgreSQL's word for the role that has logged in
    space_id: int | None = None
    alone: bool = False  # without the public schema behind it: for migrations

    @property
    def search_path(self) -> str:
        own = sql.Identifier(self.schema_name).as_string(None)
        return own if self.alone or self.schema_name == "public" else f"{own}, public"

    def get_tenant_type(self) -> str:
        """django-tenants' router asks this of `connection.tenant`."""
        return self.kind


PUBLIC = Place()
NEVER_BY_ITSELF = 2**31  # psycopg prepares a statement after so many times, or when it is told to


class PreparedCursor(psycopg.Cursor[tuple[Any, ...]]):
    """Its statements are parsed and planned once a connection (the newest hundred), their values sent apart."""

    execute = partialmethod(psycopg.Cursor.execute, prepare=True)


class DatabaseOperations(PostgreSQLOperations):
    compiler_module = "tenants.registry.database.compiler"


class DatabaseWrapper(django_tenants_base.DatabaseWrapper):
    ops_class = DatabaseOperations

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.space = PUBLIC
        self._set: Place | None = None
        self._setting = False
        self._after_commit: Place | None = None  # what PostgreSQL goes back to then
        self.local = False  # what is set now ends with the open transaction
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]

    def move_to(self, place: Place) -> None:
        """Set role and search_path now, in one round trip. Only crossing.py and the middleware may call this."""
        self.stand_in(place)
        self.close_if_health_check_failed()
        if self.connection is not None and self._set != place:
            try:
                self._apply()
            except BaseException:
                # Who didn't get in is nowhere: else this thread's next request would start in there.
                self.stand_in(PUBLIC)
                raise

    def stand_in(self, place: Place) -> None:
        """Note where this connection is meant to be; the next cursor sees to it."""
        self.space = place
        self.tenant = place
        self.schema_name = place.schema_name
        self.include_public_schema = not place.alone

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        """django-tenants' own door: its router and its introspection ask for a tenant. No other caller."""
        kind = tenant.get_tenant_type() or "public"
        self.move_to(Place(schema_name=tenant.schema_name, kind=kind, alone=not include_public))

    def _apply(self) -> None:
        if self.is_aborted():
            # Nothing can be set before the rollback, which has to get its own cursor here.
            self._set = None
            return
        self._setting = True
        try:
            with self._prepare_cursor(self.create_cursor()) as cursor:
                cursor.execute(SET, [self.space.role, self.local, self.space.search_path, self.local])
        except BaseException:
            self._set = None
            raise
        else:
            self._set = self.space
            if not self.local:
                self._after_commit = self.space
        finally:
            self._setting = False

    def forget(self) -> None:
        self._set = self._after_commit = None

    def connect(self) -> None:
        self.forget()
        super().connect()

    def _be_there(self) -> None:
        # In this order: a connection that the health check replaces has to be told where it is.
        self.close_if_health_check_failed()
        self.ensure_connection()
        if self._set != self.space and not self._setting:
            self._apply()

    def _cursor(self, name: str | None = None) -> Any:
        self._be_there()
        return postgresql.DatabaseWrapper._cursor(self, name)  # type: ignore[attr-defined]

    def get_connection_params(self) -> dict[str, Any]:
        return {**super().get_connection_params(), "prepare_threshold": NEVER_BY_ITSELF}

    def prepared_cursor(self) -> CursorWrapper:
        """For a large statement that a connection runs again and again: planning one may take as long as running it."""
        self._be_there()
        assert self.connection is not None
        wrapped: CursorWrapper = self._prepare_cursor(PreparedCursor(self.connection))
        return wrapped

    def _commit(self) -> None:
        if self.is_aborted():
            self.forget()
            raise NothingCommittedError("The transaction was aborted by an earlier error: nothing was saved.")
        super()._commit()
        self._set = self._after_commit

    def rollback(self) -> None:
        self.forget()
        super().rollback()  # type: ignore[no-untyped-call]

    def _rollback(self) -> None:
        self.forget()
        super()._rollback()

    def savepoint_rollback(self, sid: str) -> None:
        try:
            postgresql.DatabaseWrapper.savepoint_rollback(self, sid)
        finally:
            self.forget()

    def _savepoint_rollback(self, sid: str) -> None:
        try:
            super()._savepoint_rollback(sid)
        finally:
            self.forget()

    def close(self) -> None:
        self.forget()
        super().close()  # type: ignore[no-untyped-call]

    def throw_away(self) -> None:
        """Close with whatever is open; Django's book-keeping starts afresh with the next connection."""
        try:
            self.close()
        finally:
            self.connection = None
            self.in_atomic_block = self.closed_in_transaction = self.needs_rollback = False
            for book in (self.atomic_blocks, self.savepoint_ids, self.run_on_commit):
                book.clear()

    def is_idle(self) -> bool:
        """No transaction is open or about to be, neither in PostgreSQL nor in Django's book-keeping."""
        return not self.in_atomic_block and (
            self.connection is None
            or (self.autocommit and self.connection.info.transaction_status == TransactionStatus.IDLE)
        )

    def is_aborted(self) -> bool:
        """An error has ended the open transaction: PostgreSQL takes nothing but a rollback."""
        return self.connection is not None and self.connection.info.transaction_status == TransactionStatus.INERROR

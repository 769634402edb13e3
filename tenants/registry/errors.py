"""What goes wrong at the walls. Each of these is a bug in our own code, never a user's mistake."""

from django.db.utils import DatabaseError


class NoSpaceError(RuntimeError):
    """A space's model was touched outside a space of its kind."""


class WrongSpaceError(RuntimeError):
    """Something that was read in one space was used in another."""


class EnteredInTransactionError(RuntimeError):
    """A space was entered or left inside a transaction: a rollback would have moved the walls."""


class NothingCommittedError(DatabaseError):
    """COMMIT met a transaction that an earlier, caught error had aborted: PostgreSQL saved nothing."""

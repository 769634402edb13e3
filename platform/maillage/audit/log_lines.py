"""Log lines of a crash say where and what kind, never what somebody typed.

PostgreSQL quotes the failing row in its message, and a ValueError quotes the value: both hold notes and names.
"""

import logging
import traceback
from collections.abc import Iterator
from types import TracebackType

# Errors whose message speaks of code, by their nature.
ABOUT_CODE = (AttributeError, ImportError, NameError, NotImplementedError, RuntimeError, TypeError)
# Classes of SQLSTATE whose message speaks of the server or of the statement: connections, rollbacks,
# names and rights, resources, states, interventions.
ABOUT_THE_SERVER = ("08", "40", "42", "53", "55", "57")


class ContentFreeFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        # Another handler may have left its own text here, and must not find ours.
        kept, record.exc_text = record.exc_text, None
        try:
            return super().format(record)
        finally:
            record.exc_text = kept

    def formatException(  # noqa: N802  (logging's name)
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        return "\n".join(described(error) for error in reversed(list(_chain(ei[1]))))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def described(error: BaseException) -> str:
    """The way to the error, its kind, and of its message what can't be content."""
    lines = "".join(traceback.format_tb(error.__traceback__)).rstrip()
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    return f"{lines}\n{kind}{_harmless(error)}".lstrip("\n")


def _harmless(error: BaseException) -> str:
    state = getattr(error, "sqlstate", None) or getattr(error.__cause__, "sqlstate", None)
    if state is not None:
        source = error if hasattr(error, "diag") else error.__cause__
        diagnosis = getattr(source, "diag", None)
        constraint = getattr(diagnosis, "constraint_name", None)
        message = getattr(diagnosis, "message_primary", None) if state[:2] in ABOUT_THE_SERVER else None
        about = f" (SQLSTATE {state}, constraint {constraint})" if constraint else f" (SQLSTATE {state})"
        return f"{about}: {message}" if message else about
    return f": {error}" if isinstance(error, ABOUT_CODE) else ""

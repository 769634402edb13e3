"""Log lines say where and what kind, never what somebody typed.

PostgreSQL quotes the failing row in its message, a ValueError the value, a library the address that was asked: all
hold notes, names and secrets. So of an error its kind is kept, of another's line its constant part.
"""

from __future__ import annotations

import copy
import datetime as dt
import linecache
import logging
import re
import traceback
from collections.abc import Iterator
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any

import gunicorn
from django.conf import settings
from django.db import OperationalError
from pythonjsonlogger.json import JsonFormatter

from maillage.observability.context import circumstances

# Packages whose lines are written in this repository, with ids and names of code only.
OURS = frozenset({"api", "maillage", "network", "tenants"})
# Classes of SQLSTATE whose message speaks of the server or of the statement: connections, rollbacks,
# names and rights, resources, states, interventions.
ABOUT_THE_SERVER = ("08", "40", "42", "53", "55", "57")
PHRASES = frozenset(one.phrase for one in HTTPStatus)
# A worker's lines all come from gunicorn's own logger: what they say is written in these.
GUNICORNS = tuple(str(Path(gunicorn.__file__).parent / one) for one in ("workers/base.py", "http/errors.py"))
HIDDEN = "…"
WORD = re.compile(r"\w+")
LONGEST_NUMBER = 6  # digits: a longer one may be a telephone or a register number
NETWORK_ADDRESS = re.compile(r"\b\d+(?:\.\d+){3}\b|\b[0-9a-fA-F]*:[0-9a-fA-F:]*:[0-9a-fA-F]*\b")
IN_QUOTES = re.compile(r'"[^"]*"')
HIDDEN_TWICE = re.compile(rf"{HIDDEN}(?:[\W_]*{HIDDEN})+")


def message_of(record: logging.LogRecord) -> str:
    """A record's message without what a person may have typed."""
    if record.name.partition(".")[0] in OURS:
        return record.getMessage()
    if record.name == "gunicorn.error":
        if record.levelno == logging.INFO or not settings.configured:
            return record.getMessage()  # of the server itself, or of its master, which never sees a request
        return _in_words_of_code(_with_harmless_arguments(record), *GUNICORNS)
    return _in_words_of_code(_with_harmless_arguments(record), record.pathname)


def _in_words_of_code(message: str, *pathnames: str) -> str:
    """A library may have put anything into its line already. What doesn't stand in its source is not its own."""
    own = _words_in(pathnames)

    def kept(found: re.Match[str]) -> str:
        word = found.group()
        return word if word in own or (word.isdigit() and len(word) <= LONGEST_NUMBER) else HIDDEN

    return HIDDEN_TWICE.sub(HIDDEN, WORD.sub(kept, NETWORK_ADDRESS.sub(HIDDEN, message)))


@lru_cache(maxsize=512)
def _words_in(pathnames: tuple[str, ...]) -> frozenset[str]:
    words = {word for phrase in PHRASES for word in WORD.findall(phrase)}
    lines = [line for one in pathnames for line in linecache.getlines(one)]
    return frozenset(words.union(*map(WORD.findall, lines)))


def _with_harmless_arguments(record: logging.LogRecord) -> str:
    template = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
    if not record.args:
        return template
    arguments: Any = (
        {name: _harmless_argument(value) for name, value in record.args.items()}
        if isinstance(record.args, dict)
        else tuple(_harmless_argument(value) for value in record.args)
    )
    try:
        return str(template % arguments)
    except (TypeError, ValueError, KeyError):
        return template


def _harmless_argument(value: object) -> object:
    if value is None or isinstance(value, bool | int | float | dt.timedelta):
        return value
    return value if isinstance(value, str) and value in PHRASES else HIDDEN


class ContentFreeFormatter(logging.Formatter):
    """A readable line: for the demo and for development. `{where}` gives the request and the space."""

    def format(self, record: logging.LogRecord) -> str:
        # A copy: another handler may have left its own text in the record, and must not find ours.
        ours = copy.copy(record)
        ours.msg, ours.args, ours.exc_text = message_of(record), None, None
        said = {**circumstances(_error_of(record)).said(), **getattr(record, "measured", {})}
        ours.where = "".join(f" {name}={value}" for name, value in said.items())
        return super().format(ours)

    def formatException(  # noqa: N802  (logging's name)
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        return described_chain(ei[1])


class JsonLines(JsonFormatter):
    """One JSON object a line: for machines. Only what is named here is written; `extra=` of others is not."""

    def format(self, record: logging.LogRecord) -> str:
        error = _error_of(record)
        line: dict[str, Any] = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message_of(record),
            **circumstances(error).said(),
            **getattr(record, "measured", {}),
        }
        if error is not None:
            line |= {"error": kind_of_error(error), "trace": described_chain(error)}
        return self.jsonify_log_record(line)


def _error_of(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if record.exc_info else None


def described_chain(error: BaseException | None) -> str:
    return "\n".join(described(one) for one in reversed(list(chain(error))))


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what led to it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def described(error: BaseException) -> str:
    """The way to the error, its kind, and of its message what can't be content."""
    lines = "".join(traceback.format_tb(error.__traceback__)).rstrip()
    about = harmless(error)
    return f"{lines}\n{kind_of_error(error)}{f': {about}' if about else ''}".lstrip("\n")


def kind_of_error(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def harmless(error: BaseException) -> str:
    """Of an error's message: names that stand in the code, a constraint, or what the server says of itself."""
    state = getattr(error, "sqlstate", None) or getattr(error.__cause__, "sqlstate", None)
    if state is not None:
        source = error if hasattr(error, "diag") else error.__cause__
        diagnosis = getattr(source, "diag", None)
        constraint = getattr(diagnosis, "constraint_name", None)
        message = getattr(diagnosis, "message_primary", None) if state[:2] in ABOUT_THE_SERVER else None
        return ", ".join(
            part
            for part in (f"SQLSTATE {state}", f"constraint {constraint}" if constraint else "", message or "")
            if part
        )
    if isinstance(error, OperationalError) and str(error).startswith("connection "):
        return IN_QUOTES.sub(HIDDEN, str(error).splitlines()[0])  # which database can't be reached, and why
    name = getattr(error, "name", None)
    if isinstance(error, AttributeError | ImportError | NameError) and isinstance(name, str):
        return name if name in _names_in_code(error) else ""
    return ""


def _names_in_code(error: BaseException) -> frozenset[str]:
    """`getattr(thing, typed)` could hold anything; `thing.name` holds what the code says."""
    trace, last = error.__traceback__, None
    while trace is not None:
        last, trace = trace, trace.tb_next
    if last is None:
        return frozenset()
    code = last.tb_frame.f_code
    return frozenset((*code.co_names, *code.co_varnames, *code.co_freevars))

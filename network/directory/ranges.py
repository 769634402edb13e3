"""Columns of many ranges: the minutes of a week at which a door is open, the days on which it is closed.

PostgreSQL joins and asks them by itself (`int4multirange`, `datemultirange`), so that "open now" is one statement.
Values are pairs, the end not included.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    Field = models.Field[Any, Any]
    Lookup = models.Lookup[bool]
else:
    Field, Lookup = models.Field, models.Lookup


class RangesField(Field):
    database_type: ClassVar[str]

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return self.database_type

    def get_prep_value(self, value: Iterable[tuple[Any, Any]]) -> str:
        return "{" + ",".join(f"[{start},{end})" for start, end in value) + "}"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> list[tuple[Any, Any]]:
        return [(one.lower, one.upper) for one in value]


class MinutesField(RangesField):
    database_type = "int4multirange"


class DaysField(RangesField):
    database_type = "datemultirange"


class _Asked(Lookup):
    """A column of ranges, and what is asked of it, which is written for PostgreSQL here."""

    prepare_rhs = False
    operator: ClassVar[str]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, parameters = self.process_lhs(compiler, connection)
        kind, value = self.asked(self.rhs)
        return f"{column} {self.operator} %s::{kind}", [*parameters, value]

    def asked(self, value: Any) -> tuple[str, Any]:
        raise NotImplementedError


@MinutesField.register_lookup
class AtMinute(_Asked):
    """`week__at=540`: open at that minute of the week."""

    lookup_name, operator = "at", "@>"

    def asked(self, value: int) -> tuple[str, Any]:
        return "integer", value


@MinutesField.register_lookup
class Between(_Asked):
    """`week__between=(540, 720)`: open at some moment from the first to before the last."""

    lookup_name, operator = "between", "&&"

    def asked(self, value: tuple[int, int]) -> tuple[str, Any]:
        return "int4range", f"[{value[0]},{value[1]})"


@DaysField.register_lookup
class OnDay(_Asked):
    """`closed__on=day`"""

    lookup_name, operator = "on", "@>"

    def asked(self, value: dt.date) -> tuple[str, Any]:
        return "date", value

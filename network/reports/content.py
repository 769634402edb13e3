"""What a frozen report says, as data and as the file that its hash is of.

The file is JSON: keys in their order, numbers as text, moments in UTC, no clock but the moment of signing. It holds all
that a reader sees (names of EPN and words in three languages included), so that it can be shown, and made again as PDF
or workbook, when the EPN, the pack or the figures have changed or gone.

**Numbers of people in it are published ones**: cells of releases, or sums and shares of them. Where a cell of a sum
is withheld, the sum is of those that are shown, and says how many aren't: it tells nothing that the releases don't.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

FORMAT = "maillage-report/1"
Words = dict[str, str]  # by language: fr, nl, en


@dataclass(frozen=True)
class Place:
    """An EPN of the perimeter; `key`: the part of its work, in percent, that counts for these grants.

    Over years with different keys, `key` is their mean, and `keys` has each, by year.
    """

    epn: int
    name: str
    commune: str
    key: Decimal
    keys: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Money:
    """A grant of which the report tells."""

    grant: int
    title: str
    reference: str
    starts_on: dt.date
    ends_on: dt.date
    amount_eur: Decimal


@dataclass(frozen=True)
class Part:
    """One EPN's or one value's part of a line. `value` is what counts by the key, `whole` without it.

    `withheld`: how many cells of it aren't published. None: nothing is known of it.
    """

    code: str  # the number of an EPN, or the code of a theme, an age …
    label: Words
    value: Decimal | None
    whole: Decimal | None
    withheld: int = 0


@dataclass(frozen=True)
class Line:
    """One line as it was signed.

    `computed` stands beside a number that somebody wrote in its place. `missing`: months (2026-03) of which the table
    isn't published. `by_epn` and `by_value` are in the order in which they are shown.
    """

    code: str
    kind: str  # LineKind
    label: Words
    unit: Words
    decimals: int
    source: str = ""
    value: Decimal | None = None
    whole: Decimal | None = None
    withheld: int = 0
    missing: tuple[str, ...] = ()
    computed: Decimal | None = None
    target: Decimal | None = None
    numerator: str = ""
    denominator: str = ""
    text: str = ""
    note: str = ""
    by_epn: tuple[Part, ...] = ()
    by_value: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Restated:
    """A number that an earlier version of this report, or an earlier report, told otherwise, and why.

    `title` and its months are those of the earlier report; blank: it is this one, in version `version`.
    """

    code: str
    was: Decimal | None
    now: Decimal | None
    reason: str
    version: int  # of the report that said it
    title: str = ""


@dataclass(frozen=True)
class Content:
    """A report. `first` and `last` are days; `releases` those of which its numbers are; `as_of` of their figures."""

    network: str
    address: str  # of the network: its part of a path
    funder: str
    pack: str
    pack_version: int
    introduction: str
    title: str
    report: int
    number: int
    language: str
    first: dt.date
    last: dt.date
    whole_network: bool
    places: tuple[Place, ...]
    grants: tuple[Money, ...]
    releases: tuple[int, ...]
    as_of: dt.datetime | None
    signed_at: dt.datetime
    signed_name: str
    signed_role: str
    lines: tuple[Line, ...]
    restated: tuple[Restated, ...] = ()

    def line(self, code: str) -> Line | None:
        return next((one for one in self.lines if one.code == code), None)


def to_bytes(content: Content) -> bytes:
    """The file. The same content gives the same bytes."""
    told = {"format": FORMAT, **_plain(content)}
    return f"{json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)}\n".encode()


def from_bytes(file: bytes) -> Content:
    """Read the file again. Raises ValueError on one of another format."""
    told = json.loads(file)
    if told.pop("format", None) != FORMAT:
        raise ValueError(FORMAT)
    return Content(
        **told
        | {
            "first": dt.date.fromisoformat(told["first"]),
            "last": dt.date.fromisoformat(told["last"]),
            "as_of": None if told["as_of"] is None else dt.datetime.fromisoformat(told["as_of"]),
            "signed_at": dt.datetime.fromisoformat(told["signed_at"]),
            "places": tuple(Place(**_numbers(one, "key")) for one in told["places"]),
            "grants": tuple(
                Money(
                    **_numbers(one, "amount_eur")
                    | {name: dt.date.fromisoformat(one[name]) for name in ("starts_on", "ends_on")}
                )
                for one in told["grants"]
            ),
            "releases": tuple(told["releases"]),
            "lines": tuple(_line(one) for one in told["lines"]),
            "restated": tuple(Restated(**_numbers(one, "was", "now")) for one in told["restated"]),
        }
    )


def _line(told: dict[str, Any]) -> Line:
    parts = {
        name: tuple(Part(**_numbers(one, "value", "whole")) for one in told[name]) for name in ("by_epn", "by_value")
    }
    return Line(**_numbers(told, "value", "whole", "computed", "target") | parts | {"missing": tuple(told["missing"])})


def _numbers(told: dict[str, Any], *names: str) -> dict[str, Any]:
    return told | {name: None if told[name] is None else Decimal(told[name]) for name in names}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    return value

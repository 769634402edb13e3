"""Whether this federation has signed and sent exactly this file: for anybody who holds it, and nothing else of it.

One statement for every question. What was never sent is as unknown as what was never made.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max, OuterRef, Subquery

from network.reports.content import from_bytes
from network.reports.enums import Format, State
from network.reports.models import FrozenReport, ReportFile

LARGEST = 4 * 1024 * 1024  # no report of ours comes near it
HASH = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


@dataclass(frozen=True)
class Signed:
    """`first` and `last` are days; `versions` how many were sent; `replaced`: this isn't the last one."""

    format: Format
    network: str
    title: str
    funder: str
    first: dt.date
    last: dt.date
    number: int
    versions: int
    signed_at: dt.datetime
    accepted: bool

    @property
    def replaced(self) -> bool:
        return self.number < self.versions


def hash_in(text: str) -> str:
    """The hash in what somebody pasted: bare, in an address, or as `sha256sum` writes it. Blank: there is none."""
    found = HASH.search(text.lower())
    return found.group() if found else ""


def hash_of(chunks: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for chunk in chunks:
        found.update(chunk)
    return found.hexdigest()


def signed_file(sha256: str) -> Signed | None:
    last_sent = (
        FrozenReport.objects.filter(report=OuterRef("frozen__report"), sent_at__isnull=False)
        .order_by()
        .values("report")
        .annotate(last=Max("number"))
        .values("last")
    )
    file = (
        ReportFile.objects.filter(sha256=sha256, frozen__sent_at__isnull=False)
        .select_related("frozen__report")
        .defer("content")
        .annotate(last_sent=Subquery(last_sent))
        .order_by("pk")
        .first()
    )
    if file is None:
        return None
    frozen, report = file.frozen, file.frozen.report
    content = from_bytes(bytes(frozen.content))
    return Signed(
        format=Format(file.format),
        network=content.network,
        title=content.title,
        funder=content.funder,
        first=content.first,
        last=content.last,
        number=frozen.number,
        versions=file.last_sent,
        signed_at=frozen.signed_at,
        accepted=report.state == State.ACCEPTED and report.number == frozen.number,
    )

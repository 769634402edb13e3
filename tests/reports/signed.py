"""A report that was signed, in the federation's tables, without the work that led to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from typing import Any

from maillage.accounts.models import Person
from network.funding.models import Funder
from network.reports.content import Content, from_bytes, to_bytes
from network.reports.enums import Format, State
from network.reports.files import files_of, sha256_of
from network.reports.models import FrozenReport, Pack, PackVersion, Report, ReportFile
from tenants.registry.enums import Kind
from tests.conftest import Cast, inside
from tests.reports.invented import MOMENT, content


@cache
def files_from(told: bytes) -> dict[Format, bytes]:
    """A paper takes a tenth of a second: the same report is printed once for all tests."""
    return files_of(from_bytes(told))


def frozen(cast: Cast, told: Content | None = None, *, state: str = State.SENT, sent: bool = True) -> FrozenReport:
    """Signed with its files; of a report of which there is one already, the next version."""
    said = told or content()
    with inside(cast.caban):
        version = PackVersion.objects.filter(pack__title="Signés").first()
        if version is None:
            funder = Funder.objects.create(name=said.funder, kind="region", code="region")
            pack = Pack.objects.create(funder=funder, title="Signés")
            version = PackVersion.objects.create(pack=pack, number=1, state="in_use")
        report, _new = Report.objects.update_or_create(
            title=said.title, pack_version=version,
            defaults={"first": said.first, "last": said.last.replace(day=1), "state": state, "number": said.number},
        )  # fmt: skip
        file = to_bytes(said)
        made: FrozenReport = FrozenReport.objects.create(
            report=report, number=said.number, content=file, sha256=sha256_of(file), as_of=said.as_of,
            signed_at=said.signed_at, sent_at=MOMENT + dt.timedelta(hours=1) if sent else None,
        )  # fmt: skip
        ReportFile.objects.bulk_create(
            ReportFile(frozen=made, format=kind, content=content_, sha256=sha256_of(content_))
            for kind, content_ in files_from(file).items()
        )
    return made


def a_version(cast: Cast, person: Person | None) -> dict[str, Any]:
    with inside(cast.caban):
        found = FrozenReport.objects.order_by("pk").first()
    found = found or frozen(cast)
    return {"pk": found.report_id, "number": found.number}


def a_file_of_a_version(cast: Cast, person: Person | None) -> dict[str, Any]:
    return {**a_version(cast, person), "kind": "pdf"}


def a_hash(cast: Cast, person: Person | None) -> dict[str, Any]:
    a_version(cast, person)
    with inside(cast.caban):
        return {"sha256": FrozenReport.objects.order_by("pk").first().sha256}


OF_SIGNED_REPORTS: list[tuple[str, str, Callable[[Cast, Person | None], dict[str, Any]]]] = [
    (Kind.FEDERATION, "verify:file", a_hash),
    (Kind.FEDERATION, "report_files:file", a_file_of_a_version),
    (Kind.FEDERATION, "report_files:differences", a_version),
]

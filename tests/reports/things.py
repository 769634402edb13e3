"""Something real behind the addresses of reports, for the walk of the role table."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from maillage.accounts.models import Person
from network.funding.models import Funder
from network.reports import packs
from network.reports.content import Content, to_bytes
from network.reports.enums import LineKind, PackState
from network.reports.files import sha256_of
from network.reports.models import FrozenReport, PackVersion, Report
from tenants.registry.enums import Kind
from tests.conftest import Cast, inside

Arguments = dict[str, Any]
MONTH = dt.date(2025, 1, 1)


def _version() -> PackVersion:
    funder = Funder.objects.create(code=secrets.token_hex(4), name="Région")
    made: PackVersion = packs.make_pack(funder=funder, title="Chiffres").versions.get()
    return made


def a_pack(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.caban):
        return {"pk": _version().pack_id}


def a_kind_of_line(cast: Cast, person: Person | None) -> Arguments:
    return a_pack(cast, person) | {"kind": LineKind.FIGURE.value}


def a_line_of_a_pack(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.caban):
        version = _version()
        return {"pk": version.pack_id, "line": version.lines.get(code="done").pk}


def _report() -> Report:
    version = _version()
    PackVersion.objects.filter(pk=version.pk).update(state=PackState.IN_USE)
    made: Report = Report.objects.create(pack_version=version, title="Rapport", first=MONTH, last=MONTH)
    return made


def a_report(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.caban):
        return {"pk": _report().pk}


def a_line_of_a_report(cast: Cast, person: Person | None) -> Arguments:
    return a_report(cast, person) | {"code": "done"}


def a_version_of_a_report(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.caban):
        report, moment = _report(), dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)
        content = Content(
            network="Caban", address="caban", funder="Région", pack="Chiffres", pack_version=1, introduction="",
            title="Rapport", report=report.pk, number=1, language="fr", first=MONTH, last=dt.date(2025, 1, 31),
            whole_network=True, places=(), grants=(), releases=(), as_of=None, signed_at=moment, signed_name="Dries",
            signed_role="coordinateur", lines=(),
        )  # fmt: skip
        file = to_bytes(content)
        FrozenReport.objects.create(
            report=report, number=1, content=file, sha256=sha256_of(file), signed_at=moment, sent_at=moment
        )
        return {"pk": report.pk, "number": 1}


OF_REPORTS = [
    (Kind.FEDERATION, "reports:pack_line_add", a_kind_of_line),
    (Kind.FEDERATION, "reports:pack_line", a_line_of_a_pack),
    (Kind.FEDERATION, "reports:line_*", a_line_of_a_pack),
    (Kind.FEDERATION, "reports:pack*", a_pack),
    (Kind.FEDERATION, "reports:line", a_line_of_a_report),
    (Kind.FEDERATION, "reports:version", a_version_of_a_report),
    (Kind.FEDERATION, "reports:*", a_report),
]

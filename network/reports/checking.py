"""Whether what was signed is still what was signed: every content and every file against its hash."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from network.reports.enums import Format
from network.reports.files import sha256_of
from network.reports.models import FrozenReport, ReportFile


@dataclass
class Checked:
    """`wrong` names each version or file that isn't what its hash says, or that is missing."""

    versions: int = 0
    files: int = 0
    wrong: list[str] = field(default_factory=list)


def check_reports() -> Checked:
    """Of the federation that one is in. One version at a time: the files of all of them needn't fit in memory."""
    found = Checked()
    for frozen in FrozenReport.objects.order_by("report", "number").iterator(chunk_size=1):
        found.versions += 1
        found.wrong += _wrong(frozen, found)
    return found


def _wrong(frozen: FrozenReport, found: Checked) -> Iterator[str]:
    name = f"report {frozen.report_id}, version {frozen.number}"
    if sha256_of(bytes(frozen.content)) != frozen.sha256:
        yield f"{name}: the content isn't what was signed"
    there = set()
    for file in ReportFile.objects.filter(frozen=frozen).order_by("format").iterator(chunk_size=1):
        found.files += 1
        there.add(file.format)
        if sha256_of(bytes(file.content)) != file.sha256:
            yield f"{name}: the {file.format} isn't what was made"
        elif file.format == Format.JSON and file.sha256 != frozen.sha256:
            yield f"{name}: the {file.format} isn't the content"
    for missing in sorted(set(Format.values) - there):
        yield f"{name}: the {missing} is missing"

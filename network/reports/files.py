"""A frozen report as files, made once when it is signed and kept: the same content gives the same bytes."""

from __future__ import annotations

import hashlib
import re

from django.conf import settings
from django.utils import translation

from network.reports.content import Content, from_bytes, to_bytes
from network.reports.enums import Format
from network.reports.papers.printing import as_pdf
from network.reports.papers.sheets import as_csv, as_workbook

__all__ = ["address_of_check", "files_of", "sha256_of"]


# What JSON writes for signs that nobody sees (NUL, a bell), and the two kinds that it leaves as they are. A backslash
# that somebody typed is two of them.
UNSEEN = re.compile(rb"(\\\\)|\\u00[01][0-9a-f]|\\[bf]|\x7f|\xc2[\x80-\x9f]")


def sha256_of(file: bytes) -> str:
    return hashlib.sha256(file).hexdigest()


def address_of_check(content: Content, sha256: str) -> str:
    """Where anybody may ask whether a file with this hash was signed and sent."""
    return f"{settings.PUBLIC_URL}/{content.address}/verify/{sha256}/"


def files_of(content: Content) -> dict[Format, bytes]:
    """In the report's own language. Raises `maillage.design.pdf.Unprintable` when our fonts lack a sign of it."""
    told = to_bytes(content)
    sha256 = sha256_of(told)
    seen = _seen(content, told)
    with translation.override(content.language):
        return {
            Format.PDF: as_pdf(seen, sha256=sha256, address=address_of_check(content, sha256)),
            Format.XLSX: as_workbook(seen, sha256=sha256, address=address_of_check(content, sha256)),
            Format.CSV: as_csv(seen),
            Format.JSON: told,
        }


def _seen(content: Content, told: bytes) -> Content:
    """Without what no paper and no spreadsheet can show. The data keep it."""
    cleaned = UNSEEN.sub(rb"\1", told)
    return content if cleaned == told else from_bytes(cleaned)

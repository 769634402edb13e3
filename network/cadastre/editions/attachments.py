"""Files that may be attached to a census return: what they are is read in them, whatever their name says."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

LARGEST = 5_000_000  # bytes
LARGEST_UNPACKED = 100_000_000
MOST_PARTS = 5_000
LONGEST_NAME = 160
PDF = "application/pdf"
OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN = "application/vnd.oasis.opendocument"
STARTS = {b"%PDF-": PDF, b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
# What an archive holds when it is a document of this kind.
PARTS = {
    "xl/workbook.xml": f"{OFFICE}.spreadsheetml.sheet",
    "word/document.xml": f"{OFFICE}.wordprocessingml.document",
}
MIMETYPES = {f"{OPEN}.spreadsheet", f"{OPEN}.text"}
ENDINGS = {
    PDF: ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    f"{OFFICE}.spreadsheetml.sheet": ".xlsx",
    f"{OFFICE}.wordprocessingml.document": ".docx",
    f"{OPEN}.spreadsheet": ".ods",
    f"{OPEN}.text": ".odt",
}
ACCEPT = ",".join([*ENDINGS.values(), ".jpeg"])
MACROS = ("vbaproject.bin", "basic/", "scripts/")


class Unacceptable(ValueError):
    """The message is for whoever chose the file."""


@dataclass(frozen=True)
class Upload:
    name: str
    content_type: str
    content: bytes
    sha256: str


def accepted(name: str, content: bytes) -> Upload:
    """Raises Unacceptable: empty, too large, of no kind that is taken, broken, or with macros."""
    if not content:
        raise Unacceptable(_("The file is empty."))
    if len(content) > LARGEST:
        raise Unacceptable(_("The file is larger than %(n)s MB.") % {"n": LARGEST // 1_000_000})
    kind = _kind_of(content)
    if not kind:
        raise Unacceptable(_("Choose a PDF, a picture (PNG or JPEG), or a document (XLSX, ODS, DOCX or ODT)."))
    return Upload(_name(name, kind), kind, content, hashlib.sha256(content).hexdigest())


def _kind_of(content: bytes) -> str:
    for start, kind in STARTS.items():
        if content.startswith(start):
            return kind
    return _document(content) if content.startswith(b"PK\x03\x04") else ""


def _document(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > LARGEST_UNPACKED:
                raise Unacceptable(_("This document is too large when it is opened."))
            names = {one.filename for one in parts}
            if any(name.lower().endswith(MACROS[0]) or name.lower().startswith(MACROS[1:]) for name in names):
                raise Unacceptable(_("This document holds a program (macros). Save it without."))
            if "mimetype" in names:
                with archive.open("mimetype") as part:
                    said = part.read(100).decode("ascii", "replace").strip()
                return said if said in MIMETYPES else ""
            return next((kind for part, kind in PARTS.items() if part in names), "")
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise Unacceptable(_("This document can't be opened. Save it again.")) from error


def _name(name: str, kind: str) -> str:
    """Its own, without a path and with the ending of what it is."""
    plain = PurePosixPath(name.replace("\\", "/")).name
    plain = "".join(letter for letter in plain if letter.isprintable()).strip(" .") or _("document")
    ending, path = ENDINGS[kind], PurePosixPath(plain)
    right = (".jpg", ".jpeg") if ending == ".jpg" else (ending,)
    stem, kept = (path.stem, path.suffix) if path.suffix.lower() in right else (plain, ending)
    return stem[: LONGEST_NAME - len(kept)] + kept

"""A file that should be a table as text: of which encoding it is, or that it is something else."""

from __future__ import annotations

import codecs
import re

from django.utils.translation import gettext as _

# What is often taken for a CSV file. The first bytes tell.
NOT_TEXT = (
    (b"PK\x03\x04", "xlsx, ods"),
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"%PDF", "PDF"),
    (b"\x1f\x8b", "gzip"),
)
MARKUP = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|head|body)", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


class FileRefused(ValueError):
    """Nothing of the file can be read; the message, in the reader's language, says why."""


def decoded(data: bytes) -> tuple[str, str]:
    """The text, and the encoding that it was read in."""
    for start, kind in NOT_TEXT:
        if data.startswith(start):
            raise FileRefused(
                _("This is a file of another kind (%(kind)s). Save the table as CSV, in UTF-8.") % {"kind": kind}
            )
    if MARKUP.match(data[:1000]):
        raise FileRefused(_("This is a web page, not a table. Save the table as CSV, in UTF-8."))
    for encoding in _encodings_to_try(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # A picture or a program decodes in some encoding or other; its first lines give it away.
        if len(CONTROL.findall(text[:4000])) > 5 + min(len(text), 4000) // 50:
            break
        return text.removeprefix("\ufeff"), encoding
    raise FileRefused(_("This is not a text file. Save the table as CSV, in UTF-8."))


def _encodings_to_try(data: bytes) -> list[str]:
    if data.startswith(codecs.BOM_UTF8):
        return ["utf-8-sig", "cp1252"]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    start = data[:2000]
    if start.count(0) * 3 > len(start):  # Latin letters in two bytes: every other one is 0
        return ["utf-16-le" if start[1::2].count(0) > start[0::2].count(0) else "utf-16-be"]
    return ["utf-8", "cp1252"]

"""A logo as bytes: looked at, and written again with nothing but the picture.

What a file says of itself (its name, its type) isn't believed: its parts are. Only the parts that make the picture
are kept, so that where and with which telephone a photo was taken stays with whoever took it.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tenants.overview.enums import Picture

MOST_BYTES = 500_000
SMALLEST, LARGEST = 16, 4000  # pixels a side

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
# Channels of each colour type, and the depths that it may have.
PNG_COLOURS = {0: (1, {1, 2, 4, 8, 16}), 2: (3, {8, 16}), 3: (1, {1, 2, 4, 8}), 4: (2, {8, 16}), 6: (4, {8, 16})}
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))

JPEG_START, JPEG_END = b"\xff\xd8", b"\xff\xd9"
FRAMES = {0xC0, 0xC1, 0xC2}  # baseline, extended, progressive
OTHER_FRAMES = {0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
TABLES = {0xC4, 0xDB, 0xDD}
SCAN, ADOBE = 0xDA, 0xEE  # without Adobe's mark, some colours would be another's
ALONE = {0x01, *range(0xD0, 0xD8)}


@dataclass(frozen=True)
class Checked:
    kind: Picture
    content: bytes
    width: int
    height: int


class _Broken(Exception):
    """The file isn't what it begins as."""


def refused(text: str) -> ValidationError:
    return ValidationError(text, code="logo")


def damaged() -> ValidationError:
    return refused(_("This picture is damaged and can't be read. Try another file."))


def checked(content: bytes) -> Checked:
    """The picture without anything else. Raises ValidationError."""
    if len(content) > MOST_BYTES:
        raise refused(_("This picture is too large: at most 500 kB. Make it smaller, or ask for a small one."))
    try:
        if content.startswith(PNG_SIGNATURE):
            found = _png(content)
        elif content.startswith(JPEG_START):
            found = _jpeg(content)
        else:
            raise refused(_("This isn't a PNG or JPEG picture. Choose a file that ends in .png or .jpg."))
    except (_Broken, struct.error, zlib.error, IndexError) as error:
        raise damaged() from error
    return found


def _check_size(width: int, height: int) -> None:
    if not (SMALLEST <= width <= LARGEST and SMALLEST <= height <= LARGEST):
        raise refused(
            _("This picture measures %(width)s by %(height)s pixels. Each side must have from %(least)s to %(most)s.")
            % {"width": width, "height": height, "least": SMALLEST, "most": LARGEST}
        )


# --- PNG --------------------------------------------------------------------------------------------------------------


def _png(content: bytes) -> Checked:
    chunks = list(_png_chunks(content))
    if not chunks or chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND" or len(chunks[0][1]) != 13:
        raise _Broken
    width, height, depth, colour, packed, filtered, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    _check_size(width, height)
    if colour not in PNG_COLOURS or depth not in PNG_COLOURS[colour][1] or packed or filtered or interlaced > 1:
        raise _Broken
    names = [name for name, _data in chunks]
    if names.count(b"IHDR") != 1 or (colour == 3 and b"PLTE" not in names):
        raise _Broken
    expected = _png_bytes(width, height, depth * PNG_COLOURS[colour][0], interlaced=bool(interlaced))
    unpacking = zlib.decompressobj()
    pixels = unpacking.decompress(b"".join(data for name, data in chunks if name == b"IDAT"), expected + 1)
    if len(pixels) != expected or not unpacking.eof:
        raise _Broken
    kept = b"".join(_png_chunk(name, data) for name, data in chunks if name in PNG_KEPT)
    return Checked(Picture.PNG, PNG_SIGNATURE + kept, width, height)


def _png_chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    """Up to the end of the picture; what somebody put behind it is left out."""
    found, at = [], len(PNG_SIGNATURE)
    while at < len(content):
        (length,) = struct.unpack_from(">I", content, at)
        name, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        (check,) = struct.unpack_from(">I", content, at + 8 + length)
        if zlib.crc32(name + data) != check:
            raise _Broken
        found.append((name, data))
        at += 12 + length
        if name == b"IEND":
            break
    return found


def _png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, pixels: bytes) -> bytes:
    """A picture of red, green and blue bytes, row by row."""
    rows = b"".join(b"\0" + pixels[3 * width * row : 3 * width * (row + 1)] for row in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return PNG_SIGNATURE + b"".join(_png_chunk(name, data) for name, data in chunks)


def _png_bytes(width: int, height: int, bits: int, *, interlaced: bool) -> int:
    """How long the picture is once unpacked: a byte for the filter of each row, then its pixels."""
    if not interlaced:
        return height * (1 + (width * bits + 7) // 8)
    total = 0
    for left, top, across, down in ADAM7:
        columns, rows = (width - left + across - 1) // across, (height - top + down - 1) // down
        if columns > 0 and rows > 0:
            total += rows * (1 + (columns * bits + 7) // 8)
    return total


# --- JPEG -------------------------------------------------------------------------------------------------------------


def _jpeg(content: bytes) -> Checked:
    kept, size, scans, at = [JPEG_START], None, 0, 2
    while True:
        marker, at = _marker(content, at)
        if marker == JPEG_END[1]:
            kept.append(JPEG_END)
            break
        if marker in ALONE:
            continue
        (length,) = struct.unpack_from(">H", content, at)
        segment = content[at : at + length]
        if length < 2 or len(segment) != length or marker in OTHER_FRAMES:
            raise _Broken
        at += length
        if marker in FRAMES:
            if size is not None:
                raise _Broken
            _precision, height, width, components = struct.unpack_from(">BHHB", segment, 2)
            _check_size(width, height)
            if components not in (1, 3):
                raise refused(_("This picture is made for a printer's four colours. Save it as PNG, or as RGB."))
            size = width, height
        if marker in FRAMES or marker in TABLES or marker in (SCAN, ADOBE):
            kept.append(bytes((0xFF, marker)) + segment)
        if marker == SCAN:
            if size is None:
                raise _Broken
            scans += 1
            end = _end_of_scan(content, at)
            kept.append(content[at:end])
            at = end
    if size is None or not scans:
        raise _Broken
    return Checked(Picture.JPEG, b"".join(kept), *size)


def _marker(content: bytes, at: int) -> tuple[int, int]:
    """The next marker and where its segment begins."""
    if content[at] != 0xFF:
        raise _Broken
    while content[at] == 0xFF:
        at += 1
    return content[at], at + 1


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the next marker begins that isn't a part of the pixels."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise _Broken
        if content[at + 1] == 0 or 0xD0 <= content[at + 1] <= 0xD7:
            at += 2
        else:
            return at

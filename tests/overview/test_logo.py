"""A logo is what its bytes are, and keeps nothing but the picture."""

from __future__ import annotations

import struct
import zlib

import pytest
from django.core.exceptions import ValidationError

from tenants.overview.enums import Picture
from tenants.overview.logo import MOST_BYTES, PNG_SIGNATURE, checked, png
from tenants.overview.paper import can_be_printed

RED = b"\xd0\x20\x20"
PLAIN = png(24, 16, RED * 24 * 16)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def grey_jpeg(width: int = 16, height: int = 16, *, more: bytes = b"", frame: int = 0xC0, parts: int = 1) -> bytes:
    """The smallest baseline JPEG: mid-grey, one bit for each block's level and one for its end."""
    dc = segment(0xC4, b"\x00" + bytes([1] + [0] * 15) + b"\x00")
    ac = segment(0xC4, b"\x10" + bytes([1] + [0] * 15) + b"\x00")
    sof = segment(frame, struct.pack(">BHHB", 8, height, width, parts) + b"\x01\x11\x00" * parts)
    scan = segment(0xDA, bytes([parts]) + b"\x01\x00" * parts + b"\x00\x3f\x00")
    return b"".join((b"\xff\xd8", more, segment(0xDB, b"\x00" + b"\x10" * 64), sof, dc, ac, scan, b"\x00", b"\xff\xd9"))


def bare_png(*chunks: bytes) -> bytes:
    return PNG_SIGNATURE + b"".join(chunks)


def header(width: int, height: int, interlaced: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, interlaced))


END = chunk(b"IEND", b"")


def test_a_picture_loses_what_it_says_of_its_maker() -> None:
    told = chunk(b"tEXt", b"Author\0Fatima") + chunk(b"eXIf", b"50.86N 4.37E")
    found = checked(PLAIN[:-12] + told + END + b"#!/bin/sh")

    assert (found.kind, found.width, found.height) == (Picture.PNG, 24, 16)
    assert found.content == PLAIN and can_be_printed(found.content)

    photo = grey_jpeg(more=segment(0xE0, b"JFIF\0") + segment(0xE1, b"Exif\0\0 50.86N") + segment(0xFE, b"Fatima"))
    found = checked(photo + b"<?php")
    assert (found.kind, found.width, found.height) == (Picture.JPEG, 16, 16)
    assert found.content == grey_jpeg() and can_be_printed(found.content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "PNG"), (b"GIF89a", "PNG"), (b"", "PNG"), (b"%PDF-1.7", "PNG"),
        (PNG_SIGNATURE, "abîmée"), (PLAIN[:60], "abîmée"), (PLAIN[:40] + b"\0" + PLAIN[41:], "abîmée"),
        (PNG_SIGNATURE + b"\xff\xff\xff\xffIHDR", "abîmée"), (b"\xff\xd8\xff", "abîmée"), (b"\xff\xd8", "abîmée"),
        (b"\xff\xd8" + b"\xff" * 99, "abîmée"), (grey_jpeg()[:-3], "abîmée"), (grey_jpeg(frame=0xC3), "abîmée"),
        (grey_jpeg(parts=4), "quatre couleurs"), (grey_jpeg(width=8000), "pixels"), (png(8, 8, RED * 64), "pixels"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * MOST_BYTES, "lourde"),
        (bare_png(header(4000, 4001), END), "pixels"),
        # Little to send and a lot to unpack, more than the picture needs; and a picture of which most is missing.
        (bare_png(header(16, 16), chunk(b"IDAT", zlib.compress(b"\0" * 10**7)), END), "abîmée"),
        (bare_png(header(4000, 4000), chunk(b"IDAT", zlib.compress(b"\0" * 99)), END), "abîmée"),
    ],
    ids=range(20),
)  # fmt: skip
def test_what_is_no_picture_is_refused_and_says_why(content: bytes, words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        checked(content)

    assert words in caught.value.messages[0]


def test_an_interlaced_picture_is_one_too() -> None:
    passes = [(3, 2), (3, 2), (6, 2), (6, 4), (12, 4), (12, 8), (24, 8)]  # columns and rows of 24 × 16
    pixels = b"".join((b"\0" + RED * columns) * rows for columns, rows in passes)
    found = checked(bare_png(header(24, 16, interlaced=1), chunk(b"IDAT", zlib.compress(pixels)), END))

    assert can_be_printed(found.content)

"""A frozen report as files, made once when it is signed and kept byte by byte."""

from __future__ import annotations

import hashlib

from network.reports.content import Content, to_bytes
from network.reports.enums import Format


def sha256_of(file: bytes) -> str:
    return hashlib.sha256(file).hexdigest()


def files_of(content: Content) -> dict[Format, bytes]:
    return {Format.JSON: to_bytes(content)}

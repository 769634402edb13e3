"""A QR code as one path of an inline SVG: no inline style, no picture to fetch."""

from __future__ import annotations

from typing import Any

from qrcode.main import QRCode


def qr_path(text: str) -> tuple[str, int]:
    """A QR code as the `d` of an SVG path, one step a module, with its width: no image, no inline style."""
    code: Any = QRCode(border=4)
    code.add_data(text)
    rows: list[list[bool]] = code.get_matrix()
    steps = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark]
    return "".join(steps), len(rows)

"""What a message says: its type, when it was made, and what it is about. Never a figure, a name or a text."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any


def payload_of(event_type: str, at: dt.datetime, data: dict[str, Any]) -> dict[str, Any]:
    return {"type": event_type, "timestamp": at.astimezone(dt.UTC).isoformat(timespec="seconds"), "data": data}


def body_of(payload: dict[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()

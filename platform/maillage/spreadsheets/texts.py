"""What people write in a spreadsheet, compared whatever its case and accents."""

from __future__ import annotations

import re
import unicodedata


def folded(text: str) -> str:
    """Small letters and digits without accents, one space for everything else: what a comparison looks at."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe").replace("’", "'"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()
    return " ".join(re.findall(r"[a-z0-9]+", plain))

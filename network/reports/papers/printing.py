"""A frozen report on paper, as a tagged PDF. Everything that is said goes to typst as data, never as a command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from maillage.design import numbers, pdf
from maillage.design.qr import qr_path
from network.reports.content import Content, Line, Part
from network.reports.papers import words

TEMPLATE = "reports/report.typ"
LONG_WORD, PIECE = re.compile(r"[^\s/-]{30,}"), re.compile(r"[^\s]{1,15}")
MAY_BREAK = "\N{ZERO WIDTH SPACE}"
COLUMNS = 3  # numbers side by side in a table of EPN


def as_pdf(content: Content, *, sha256: str, address: str) -> bytes:
    """Raises Unprintable."""
    data, title = printed(content, sha256=sha256, address=address)
    return pdf.render(TEMPLATE, data, title=title, language=content.language, moment=content.signed_at)


def printed(content: Content, *, sha256: str, address: str) -> tuple[dict[str, Any], str]:
    """Everything that the template says, and the title of the document."""
    version = _("version %(number)s") % {"number": content.number}
    data = {
        "title": content.title,
        "network": content.network,
        "footer": f"{content.network} · {content.title} · {version}",
        "page": [pgettext("page 3 of 12", "page"), pgettext("page 3 of 12", "of")],
        "facts": _facts(content),
        "introduction": words.blocks(content.introduction),
        "figures": _figures(content),
        "texts": [{"title": words.label(line), "text": words.blocks(line.text)} for line in words.texts(content)],
        "values": [_values(line) for line in words.numbered(content) if line.by_value],
        "epn": {"title": _("EPN by EPN"), "tables": list(_epn_tables(content))},
        "restated": _restated(content),
        "grants": _grants(content),
        "places": _places(content),
        "counted": {"title": _("How this was counted"), "text": list(words.how_it_was_counted(content))},
    }
    return breakable(data) | {"check": _check(content, sha256, address)}, f"{content.title} – {content.network}"


def breakable(value: Any) -> Any:
    """A word that is longer than a column may be cut, at no sign that one sees: else it would run off the paper."""
    if isinstance(value, str):
        return LONG_WORD.sub(lambda found: MAY_BREAK.join(PIECE.findall(found.group())), value)
    if isinstance(value, dict):
        return {key: breakable(one) for key, one in value.items()}
    return [breakable(one) for one in value] if isinstance(value, list) else value


def _facts(content: Content) -> list[list[str]]:
    return [
        [_("Funder"), content.funder],
        [_("Period"), words.period(content)],
        [_("Version"), str(content.number)],
        [_("Perimeter"), words.perimeter(content)],
        [_("Asked for by"), words.pack(content)],
        [_("Releases used"), words.releases(content)],
        [_("Figures as of"), numbers.as_of(content.as_of)],
    ]


def _figures(content: Content) -> dict[str, Any]:
    lines = words.numbered(content)
    keyed = words.keyed(content)
    targets = any(line.target is not None for line in lines)
    head = [_("Figure"), _("Number")]
    head += [_("Without the key")] if keyed else []
    head += [_("Target")] if targets else []
    rows = []
    for line in lines:
        cells = [words.told_line(line)]
        cells += [words.told_whole(line)] if keyed else []
        cells += [words.amount(line, line.target) if line.target is not None else ""] if targets else []
        notes = [words.unit(line), *words.remarks(content, line), *line.note.split("\n")]
        rows.append({"label": words.label(line), "notes": [one for one in notes if one.strip()], "cells": cells})
    return {
        "title": _("Figures"),
        "head": head,
        "rows": rows,
        "none": _("This report holds no figure."),
    }


def _values(line: Line) -> dict[str, Any]:
    """With bars, whose numbers stand beside them; what is withheld has none."""
    top = max((part.value for part in line.by_value if part.value), default=Decimal(1))
    return {
        "title": words.label(line),
        "note": words.unit(line),
        "head": [_("What"), _("Number")],
        "rows": [
            {
                "label": words.said(part.label) or part.code,
                "bar": float(max(part.value, Decimal(0)) / top) if part.value else 0,
                "cell": _of(line, part),
            }
            for part in line.by_value
        ],
    }


def _of(line: Line, part: Part | None) -> str:
    whole = words.without_key(line, part)
    return f"{words.told_part(line, part)} {whole}" if whole else words.told_part(line, part)


def _epn_tables(content: Content) -> Iterator[dict[str, Any]]:
    """A few lines side by side; the sum under them is that of the line."""
    lines = words.by_epn(content)
    for at in range(0, len(lines), COLUMNS):
        group = lines[at : at + COLUMNS]
        found = [{part.code: part for part in line.by_epn} for line in group]
        places = [place for place in content.places if any(str(place.epn) in parts for parts in found)]
        yield {
            "head": [_("EPN"), *(words.label(line) for line in group)],
            "rows": [
                [place.name, *(_of(line, parts.get(str(place.epn))) for line, parts in zip(group, found, strict=True))]
                for place in places
            ],
            "sum": [_("Together"), *(words.told_line(line) for line in group)],
        }


def _restated(content: Content) -> dict[str, Any]:
    rows = []
    for one in content.restated:
        line = content.line(one.code)
        was, now = ((words.amount(line, each) if line else numbers.number(each)) for each in (one.was, one.now))
        rows.append(
            [words.named(content, one.code), was, now, " · ".join(filter(None, [one.reason, words.told_in(one)]))]
        )
    return {
        "title": _("Restated figures"),
        "note": _("These figures were told otherwise before."),
        "head": [_("Figure"), _("It was"), _("It is"), _("Reason")],
        "rows": rows,
    }


def _grants(content: Content) -> dict[str, Any]:
    return {
        "title": _("Grants"),
        "head": [_("Grant"), _("Reference"), _("Period"), _("Amount")],
        "rows": [
            [
                one.title,
                one.reference,
                f"{numbers.day_label(one.starts_on)} – {numbers.day_label(one.ends_on)}",
                numbers.euros(one.amount_eur),
            ]
            for one in content.grants
        ],
    }


def _places(content: Content) -> dict[str, Any]:
    return {
        "title": _("Perimeter"),
        "note": words.perimeter(content),
        "head": [_("EPN"), _("Commune"), _("Key")],
        "rows": [[place.name, place.commune, words.key_of(place)] for place in content.places],
    }


def _check(content: Content, sha256: str, address: str) -> dict[str, Any]:
    path, width = qr_path(address)
    return {
        "title": _("Signature"),
        "signed": words.signature(content),
        "text": _("To verify that this report was signed and sent as it stands here:"),
        "url": address,
        "hash": _("SHA-256 of the data: %(hash)s") % {"hash": sha256},
        "code": f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {width}">'
        f'<rect width="{width}" height="{width}" fill="#fff"/><path d="{path}" fill="#000"/></svg>',
        "code_alt": _("QR code: %(url)s") % {"url": address},
    }

"""A frozen report for a spreadsheet: one tidy table (CSV), and a workbook of several sheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from maillage.design import numbers
from maillage.design.csv_export import Cell, csv_chunks
from maillage.design.workbook import Sheet, workbook
from network.reports.content import Content, Line, Part
from network.reports.enums import LineKind
from network.reports.papers import words

WHOLE, EPN, VALUE = "whole", "epn", "value"


def as_csv(content: Content) -> bytes:
    return b"".join(csv_chunks(header(), rows(content)))


def header() -> list[str]:
    return [
        _("Code of the line"), _("Line"), _("What it is"), _("Of what"), _("Code"), _("Name"), _("Commune"),
        _("Key (%)"), _("Number"), _("Without the key"), _("How it is told"), _("Parts withheld"),
        _("Months not published"), _("Computed"), _("Target"), _("Unit"), _("Source"), _("Divided"), _("Divided by"),
        _("Text"),
    ]  # fmt: skip


def rows(content: Content) -> Iterator[Sequence[Cell]]:
    """Each line as a whole, then by EPN, then by value; a text as a line of its own."""
    places = {str(place.epn): place for place in content.places}
    of = {WHOLE: _("the whole"), EPN: _("an EPN"), VALUE: _("a value")}
    for line in content.lines:
        named, kind = words.label(line), words.kind(line)
        unit, after = words.said(line.unit), (line.numerator, line.denominator)
        yield (
            line.code, named, kind, of[WHOLE], "", "", "", None, _number(line), words.known(line.whole, line.withheld),
            _how(line), line.withheld, ", ".join(line.missing), line.computed, line.target, unit, line.source, *after,
            line.text or line.note,
        )  # fmt: skip
        for what, parts in ((EPN, line.by_epn), (VALUE, line.by_value)):
            for part in parts:
                place = places.get(part.code) if what == EPN else None
                yield (
                    line.code, named, kind, of[what], part.code, words.said(part.label),
                    place.commune if place else "", place.key if place else None,
                    words.known(part.value, part.withheld), words.known(part.whole, part.withheld),
                    how_part(line, part), part.withheld, "", None, None, unit, line.source, "", "", "",
                )  # fmt: skip


def _how(line: Line) -> str:
    if line.kind == LineKind.TEXT:
        return ""
    if line.computed is not None:
        return _("written by the network")
    return _manner(line, line.value, line.withheld, bool(line.missing))


def how_part(line: Line, part: Part) -> str:
    return _manner(line, part.value, part.withheld, False)


def _manner(line: Line, value: Decimal | None, withheld: int, partial: bool) -> str:
    if not value and withheld:
        return _("withheld")
    if value is None:
        return _("not known")
    if withheld or partial:
        return _("of a part only") if line.kind == LineKind.RATIO else pgettext("no less than the number", "at least")
    return ""


def as_workbook(content: Content, *, sha256: str, address: str) -> bytes:
    return workbook(
        sheets(content),
        about=about(content, sha256=sha256, address=address),
        title=f"{content.title} – {content.network}",
        author=content.network,
        moment=content.signed_at,
    )


def about(content: Content, *, sha256: str, address: str) -> list[tuple[str, str]]:
    return [
        (_("Title"), content.title),
        (_("Network"), content.network),
        (_("Funder"), content.funder),
        (_("Period"), words.period(content)),
        (_("Version"), str(content.number)),
        (_("Perimeter"), words.perimeter(content)),
        (_("Asked for by"), words.pack(content)),
        (_("Releases used"), words.releases(content)),
        (_("As of"), numbers.as_of(content.as_of)),
        (_("Signature"), words.signature(content)),
        (_("SHA-256 of the data"), sha256),
        (_("To verify it"), address),
    ]


def sheets(content: Content) -> Iterator[Sheet]:
    """Those that have something to say, and always the lines and the method."""
    yield _lines(content)
    if content.places:
        yield _by_epn(content)
    for line in words.numbered(content):
        if line.by_value:
            yield _by_value(line)
    if content.grants:
        yield _grants(content)
    if found := words.texts(content):
        yield Sheet(
            _("Texts"), ("label", "text"), (_("Question"), _("Text")),
            [(words.label(line), line.text) for line in found],
        )  # fmt: skip
    if content.restated:
        yield restated(content)
    yield Sheet(
        _("Method"), ("text",), (_("How this was counted"),),
        [(text,) for text in words.how_it_was_counted(content)],
    )  # fmt: skip


def _lines(content: Content) -> Sheet:
    return Sheet(
        _("Figures"),
        ("line", "label", "number", "without_key", "told", "target", "unit", "source", "remarks"),
        (
            _("Code of the line"), _("Line"), _("Number"), _("Without the key"), _("How it is told"), _("Target"),
            _("Unit"), _("Source"), _("Remarks"),
        ),
        [
            (
                line.code, words.label(line),
                line.value if line.computed is not None else _cell(line, line.value, line.withheld),
                words.known(line.whole, line.withheld), _how(line), line.target, words.said(line.unit), line.source,
                " ".join([*words.remarks(content, line), line.note]).strip(),
            )
            for line in words.numbered(content)
        ],
    )  # fmt: skip


def _cell(line: Line, value: Decimal | None, withheld: int) -> Cell:
    """A number as a number; what is withheld says so in its place, and no sum of a spreadsheet counts it."""
    return words.told(line, value, withheld) if withheld and not value else value


def _number(line: Line) -> Decimal | None:
    """A number that somebody wrote stands, whatever is withheld of the computed one."""
    return line.value if line.computed is not None else words.known(line.value, line.withheld)


def _by_epn(content: Content) -> Sheet:
    """One row an EPN, one column a line; a second one where a part of any of its cells is withheld."""
    lines = words.by_epn(content)
    heads, names = [_("EPN"), _("Commune"), _("Key")], ["epn", "commune", "share"]
    partial = {line.code for line in lines if any(part.withheld and part.value is not None for part in line.by_epn)}
    for line in lines:
        named = Truncator(words.label(line)).chars(80)
        heads.append(named)
        names.append(line.code)
        if line.code in partial:
            heads.append(_("%(line)s: parts withheld") % {"line": named})
            names.append("withheld")
    found = [{part.code: part for part in line.by_epn} for line in lines]
    table: list[list[Cell]] = []
    for place in content.places:
        cells: list[Cell] = [place.name, place.commune, place.key / 100]
        for line, parts in zip(lines, found, strict=True):
            part = parts.get(str(place.epn))
            cells.append(_cell(line, part.value, part.withheld) if part else None)
            if line.code in partial:
                cells.append(part.withheld if part else None)
        table.append(cells)
    return Sheet(_("By EPN"), ["" if one != "share" else one for one in names], heads, table)


def _by_value(line: Line) -> Sheet:
    return Sheet(
        words.label(line),
        ("code", "name", "number", "without_key", "told"),
        (_("Code"), _("Name"), _("Number"), _("Without the key"), _("How it is told")),
        [
            (part.code, words.said(part.label), _cell(line, part.value, part.withheld),
             words.known(part.whole, part.withheld), how_part(line, part))
            for part in line.by_value
        ],
        note=words.said(line.unit),
    )  # fmt: skip


def _grants(content: Content) -> Sheet:
    return Sheet(
        _("Money"),
        ("title", "reference", "starts_on", "ends_on", "amount_eur"),
        (_("Grant"), _("Reference"), _("From"), _("Until"), _("Amount (€)")),
        [(one.title, one.reference, one.starts_on, one.ends_on, one.amount_eur) for one in content.grants],
    )


def restated(content: Content) -> Sheet:
    return Sheet(
        _("Restated figures"),
        ("line", "was", "now", "difference", "reason", "version"),
        (_("Figure"), _("It was"), _("It is"), _("Difference"), _("Reason"), _("Said in")),
        [
            (
                words.named(content, one.code), one.was, one.now,
                None if one.was is None or one.now is None else one.now - one.was, one.reason, words.told_in(one),
            )
            for one in content.restated
        ],
    )  # fmt: skip

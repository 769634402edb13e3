"""The words of a frozen report, in the language that is in force: the same on paper, in a workbook and in a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import ROUND_FLOOR, Decimal

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from maillage.design import numbers
from network.reports.content import Content, Line, Part, Place, Restated, Words
from network.reports.enums import LineKind
from tenants.overview.rules import paragraphs

HUNDRED = Decimal(100)
LONGEST_MONTH = 31  # days


KINDS: dict[str, Promise] = {
    LineKind.FIGURE: gettext_lazy("a published figure"),
    LineKind.MONEY: gettext_lazy("the account of the grant"),
    LineKind.RATIO: gettext_lazy("one line divided by another"),
    LineKind.DECLARED: gettext_lazy("a number that the network wrote"),
    LineKind.TEXT: gettext_lazy("a text that the network wrote"),
}


def said(words: Words) -> str:
    """In the language that is in force; where nobody wrote it, in French, else as somebody did."""
    language = (get_language() or "fr")[:2]
    return words.get(language) or words.get("fr") or next((one for one in words.values() if one), "")


def label(line: Line) -> str:
    return said(line.label) or line.code


def kind(line: Line) -> str:
    return str(KINDS.get(line.kind, line.kind))


def unit(line: Line) -> str:
    """Beside a number; amounts have their sign."""
    return "" if _in_euros(line) else said(line.unit)


def _in_euros(line: Line) -> bool:
    return line.kind == LineKind.MONEY or said(line.unit) == "€"


def amount(line: Line, value: Decimal | None) -> str:
    if _in_euros(line):
        return numbers.euros(value)
    return numbers.number(value, line.decimals)


def told(line: Line, value: Decimal | None, withheld: int = 0, *, partial: bool = False) -> str:
    """A number as it may be said: of a sum with withheld cells one knows that it is no less.

    A part of which months are missing (`partial`) is no less either. A quotient of such sums may be more or less.
    Of nothing but withheld cells the sum is 0, which says nothing.
    """
    if value is None or (withheld and not value):
        return _("withheld") if withheld else numbers.NOT_KNOWN
    if (withheld or (partial and value)) and line.kind != LineKind.RATIO:
        no_less = value.quantize(Decimal(1).scaleb(-line.decimals), ROUND_FLOOR)
        return _("at least %(number)s") % {"number": amount(line, no_less)}
    return amount(line, value)


def known(value: Decimal | None, withheld: int) -> Decimal | None:
    """For a spreadsheet: of nothing but withheld cells there is no number."""
    return None if withheld and not value else value


def told_line(line: Line) -> str:
    """A number that somebody wrote stands for itself, whatever was computed. What has only parts has no number."""
    if line.value is None and line.by_value:
        return _("see the detail")
    if line.computed is not None:
        return amount(line, line.value)
    return told(line, line.value, line.withheld, partial=bool(line.missing))


def told_whole(line: Line) -> str:
    if line.whole is None:
        return ""
    return told(line, line.whole, line.withheld, partial=bool(line.missing))


def told_part(line: Line, part: Part | None) -> str:
    if part is None:
        return numbers.NOT_KNOWN
    return told(line, part.value, part.withheld)


def without_key(line: Line, part: Part | None) -> str:
    """Beside a number that a key made smaller: what it is of."""
    if part is None or part.whole is None or part.whole == part.value:
        return ""
    return _("of %(whole)s") % {"whole": told(line, part.whole, part.withheld)}


def key_of(place: Place) -> str:
    """Year by year where they differ."""
    keys = {year: Decimal(key) for year, key in place.keys.items()}
    if not keys:
        return _percent(place.key)
    return ", ".join(_("%(year)s: %(key)s") % {"year": year, "key": _percent(key)} for year, key in keys.items())


def _percent(key: Decimal) -> str:
    return numbers.percent(key / HUNDRED, 0 if key == int(key) else 2)


def keyed(content: Content) -> bool:
    """Whether a key makes any number smaller."""
    return any(place.key != HUNDRED for place in content.places) or any(
        line.whole is not None and line.whole != line.value for line in numbered(content) if line.computed is None
    )


def numbered(content: Content) -> list[Line]:
    return [line for line in content.lines if line.kind != LineKind.TEXT]


def texts(content: Content) -> list[Line]:
    return [line for line in content.lines if line.kind == LineKind.TEXT]


def by_epn(content: Content) -> list[Line]:
    return [line for line in numbered(content) if line.by_epn]


def remarks(content: Content, line: Line) -> Iterator[str]:
    """What a reader has to know of a line before believing it."""
    if line.computed is not None:
        yield _("Written by the network. Counted: %(number)s.") % {
            "number": told(line, line.computed, line.withheld, partial=bool(line.missing))
        }
    if line.kind == LineKind.RATIO:
        yield from _fraction(content, line)
    if line.withheld:
        text = ngettext("%(n)s part of it is withheld.", "%(n)s parts of it are withheld.", line.withheld)
        yield text % {"n": numbers.number(line.withheld)}
    if line.missing:
        yield _("Not published, so not counted: %(months)s.") % {"months": ", ".join(_runs(line.missing))}


def _runs(months: Sequence[str]) -> Iterator[str]:
    """Months that follow each other as one."""
    runs: list[list[dt.date]] = []
    for day in sorted(dt.date.fromisoformat(f"{one}-01") for one in months):
        follows = bool(runs) and (day - runs[-1][-1]).days <= LONGEST_MONTH
        runs[-1].append(day) if follows else runs.append([day])
    for run in runs:
        names = {"first": numbers.month_label(run[0]), "last": numbers.month_label(run[-1])}
        yield names["first"] if len(run) == 1 else _("%(first)s to %(last)s") % names


def _fraction(content: Content, line: Line) -> Iterator[str]:
    above, below = content.line(line.numerator), content.line(line.denominator)
    if above is None or below is None:
        return
    yield _("%(above)s (%(n)s) divided by %(below)s (%(d)s).") % {
        "above": label(above),
        "n": told_line(above),
        "below": label(below),
        "d": told_line(below),
    }


def period(content: Content) -> str:
    return period_of(content.first, content.last)


def period_of(first: dt.date, last: dt.date) -> str:
    """Months; a whole year by its number."""
    if (first.year, first.month) == (last.year, last.month):
        return capfirst(numbers.month_label(first))
    if first.year == last.year and (first.month, last.month) == (1, 12):
        return str(first.year)
    return _("%(first)s to %(last)s") % {
        "first": capfirst(numbers.month_label(first)),
        "last": numbers.month_label(last),
    }


def perimeter(content: Content) -> str:
    count = len(content.places)
    text = ngettext("%(n)s EPN", "%(n)s EPN", count) % {"n": numbers.number(count)}
    return _("%(epn)s: the whole network") % {"epn": text} if content.whole_network else text


def releases(content: Content) -> str:
    return ", ".join(map(str, content.releases)) or _("none")


def signature(content: Content) -> str:
    return _("Signed by %(name)s (%(role)s) on %(moment)s.") % {
        "name": content.signed_name,
        "role": content.signed_role,
        "moment": numbers.as_of(content.signed_at),
    }


def how_it_was_counted(content: Content) -> Iterator[str]:
    if content.releases:
        yield _("Figures of visits and people are sums of what the network has published: releases %(numbers)s.") % {
            "numbers": releases(content)
        }
    if content.as_of:
        yield _("They are as of %(moment)s.") % {"moment": numbers.as_of(content.as_of)}
    yield _("Attendances are people, each time they come: somebody who comes twice counts twice.")
    yield _("The register is anonymous: it counts visits and people each time they come, never who they are.")
    if keyed(content):
        yield _(
            "The key of an EPN is the part of its work, in percent, that counts for these grants. Numbers are by the"
            " key; beside them stands what they are of."
        )
    if any(line.withheld or any(part.withheld for part in (*line.by_epn, *line.by_value)) for line in content.lines):
        yield _(
            "“Withheld”: too few people, the figure could point at someone. Where a part is withheld, the sum is of"
            " what is published: “at least”."
        )
    yield _("A dash means that it is not known. It isn't zero.")


def pack(content: Content) -> str:
    return _("%(pack)s, version %(number)s") % {"pack": content.pack, "number": content.pack_version}


def named(content: Content, code: str) -> str:
    """A line by its code."""
    line = content.line(code)
    return label(line) if line else code


def told_in(one: Restated) -> str:
    """Where it was told otherwise: in an earlier version of this report, or in another report."""
    version = _("version %(number)s") % {"number": one.version}
    return f"{one.title}, {version}" if one.title else version


def blocks(text: str) -> list[list[str]]:
    """Paragraphs of lines, as somebody typed them."""
    return [one.split("\n") for one in paragraphs(text)]

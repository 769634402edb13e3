"""What a signed version says against what would be said now, or against another version: every number that moved.

A funder is shown what releases say now and other versions that were sent; live figures are for the network alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from network.releases.history import releases
from network.releases.models import Release
from network.reports.content import Content, Line, Part, from_bytes
from network.reports.counting import months_between
from network.reports.enums import LineKind
from network.reports.filling import fill
from network.reports.live import live_lines
from network.reports.models import FrozenReport
from network.reports.sources import figure_sources

RELEASES, LIVE = "releases", "live"
EPN, VALUE = "epn", "value"
NO_PART = Part("", {}, None, None)


@dataclass(frozen=True)
class Moved:
    """A number of a line, or of one of its parts (`of`: an EPN or a value). None: there was none, or it is withheld.

    `was_withheld` and `now_withheld`: how many parts of it aren't published.
    """

    line: Line
    of: str
    part: Part
    was: Decimal | None
    now: Decimal | None
    was_whole: Decimal | None
    now_whole: Decimal | None
    was_withheld: int = 0
    now_withheld: int = 0
    reason: str = ""

    @property
    def difference(self) -> Decimal | None:
        """Nobody knows it where a part of either is withheld."""
        if self.was is None or self.now is None or self.was_withheld or self.now_withheld:
            return None
        return self.now - self.was

    @property
    def whole_difference(self) -> Decimal | None:
        if self.was_whole is None or self.now_whole is None or self.was_withheld or self.now_withheld:
            return None
        return self.now_whole - self.was_whole


@dataclass(frozen=True)
class Comparison:
    """`against`: RELEASES, LIVE or the number of another version. `texts`: lines whose words differ.

    `hidden`: parts that the report withholds, so that they can't be compared with live figures.
    """

    content: Content
    against: str
    moved: list[Moved]
    as_of: dt.datetime | None
    used: tuple[int, ...] = ()
    other: Content | None = None
    texts: list[Line] = field(default_factory=list)
    hidden: int = 0

    @property
    def was_as_of(self) -> dt.datetime | None:
        return self.content.as_of


def choices(frozen: FrozenReport, *, for_funder: bool) -> list[tuple[str, str]]:
    """What a version may be compared with. Of versions that never left a funder knows nothing."""
    others = FrozenReport.objects.filter(report=frozen.report_id).exclude(pk=frozen.pk)
    if for_funder:
        others = others.filter(sent_at__isnull=False)
    found = [(RELEASES, _("Releases as they are now"))]
    if not for_funder:
        found.append((LIVE, _("Figures of today")))
    numbers = others.order_by("-number").values_list("number", flat=True)
    return found + [(str(number), _("Version %(number)s") % {"number": number}) for number in numbers]


def compared(frozen: FrozenReport, against: str, *, for_funder: bool) -> Comparison:
    """`against` is one of `choices`. Raises ValueError on another."""
    if against not in dict(choices(frozen, for_funder=for_funder)):
        raise ValueError(against)
    content = from_bytes(bytes(frozen.content))
    if against == LIVE:
        return _with_live(frozen, content)
    if against == RELEASES:
        return _with_releases(frozen, content, for_funder=for_funder)
    other = FrozenReport.objects.get(report=frozen.report_id, number=int(against))
    return _with_version(content, from_bytes(bytes(other.content)))


def _with_releases(frozen: FrozenReport, content: Content, *, for_funder: bool) -> Comparison:
    """What was computed, not what somebody wrote in its place. The accounts of now are the network's own."""
    kinds = {LineKind.FIGURE} if for_funder else {LineKind.FIGURE, LineKind.MONEY, LineKind.RATIO}
    now = fill(frozen.report).content
    reasons = _Reasons(content, now.releases)
    moved = _moves(content.lines, now.lines, kinds, reasons, computed=True)
    return Comparison(content, RELEASES, list(moved), now.as_of, now.releases)


def _with_live(frozen: FrozenReport, content: Content) -> Comparison:
    lines, as_of = live_lines(frozen.report)
    all_moved = list(_moves(content.lines, lines, {LineKind.FIGURE}, None, computed=True))
    moved = [one for one in all_moved if not one.was_withheld]
    return Comparison(content, LIVE, moved, as_of, hidden=len(all_moved) - len(moved))


def _with_version(content: Content, other: Content) -> Comparison:
    """From the earlier one to the later one, whichever was asked for."""
    was, now = sorted((content, other), key=lambda one: one.number)
    kinds = set(LineKind.values) - {LineKind.TEXT}
    moved = _moves(was.lines, now.lines, kinds, _Reasons(was, now.releases, now), computed=False)
    before = {line.code: (line.text, line.note) for line in was.lines}
    texts = [line for line in now.lines if before.get(line.code, ("", "")) != (line.text, line.note)]
    return Comparison(was, str(now.number), list(moved), now.as_of, now.releases, now, texts)


def _moves(
    before: Iterable[Line], after: Iterable[Line], kinds: Collection[str], reasons: _Reasons | None, *, computed: bool
) -> Iterator[Moved]:
    """Line by line, each followed by its parts. `computed`: beside a number that somebody wrote, the counted one."""
    later = {line.code: line for line in after}
    for line in before:
        now = later.get(line.code)
        if line.kind not in kinds or now is None or now.kind != line.kind:
            continue
        reason = reasons.of(line) if reasons else ""
        whole = Moved(
            line, "", NO_PART, _value(line, computed), _value(now, computed), line.whole, now.whole,
            line.withheld, now.withheld, reason,
        )  # fmt: skip
        if (whole.was, whole.now) != (None, None) and _differs(whole):  # a breakdown has parts only
            yield whole
        for of, some, others in ((EPN, line.by_epn, now.by_epn), (VALUE, line.by_value, now.by_value)):
            yield from _parts(line, of, some, others, reason)


def _value(line: Line, computed: bool) -> Decimal | None:
    return line.computed if computed and line.computed is not None else line.value


def _parts(line: Line, of: str, before: Sequence[Part], after: Sequence[Part], reason: str) -> Iterator[Moved]:
    """A value that only one of them has was or is zero there; an EPN, unknown."""
    was, now = ({part.code: part for part in some} for some in (before, after))
    if of == EPN and not (was and now):
        return
    absent = Part("", {}, Decimal(0), Decimal(0)) if of == VALUE and was and now else NO_PART
    for code in dict.fromkeys([*was, *now]):
        old, new = was.get(code, absent), now.get(code, absent)
        found = Moved(
            line, of, was.get(code) or now[code], old.value, new.value, old.whole, new.whole, old.withheld,
            new.withheld, reason,
        )  # fmt: skip
        if _differs(found):
            yield found


def _differs(one: Moved) -> bool:
    """Of accounts, parts have no whole: what isn't there on one side is no difference."""
    return (
        one.was != one.now
        or one.was_withheld != one.now_withheld
        or (None not in (one.was_whole, one.now_whole) and one.was_whole != one.now_whole)
    )


class _Reasons:
    """Why a line moved, as far as anybody said: releases of its table since, or what the later version says of it."""

    def __init__(self, before: Content, used: Collection[int], later: Content | None = None):
        self.since = _since(before, used)
        self.sources = figure_sources()
        self.told = {one.code: one.reason for one in later.restated if not one.title} if later else {}

    def of(self, line: Line) -> str:
        if told := self.told.get(line.code):
            return told
        source = self.sources.get(line.source)
        if source is None:
            return ""
        tables = {source.table.name, source.by_epn.name}
        found = [one for one in self.since if tables & {table["name"] for table in one.tables}]
        return " ".join(_reason(one) for one in found)


def _since(before: Content, used: Collection[int]) -> list[Release]:
    """The first one first."""
    months = set(months_between(before.first, before.last))
    new = set(used) - set(before.releases)
    return [one for one in reversed(releases()) if one.number in new and months.intersection(one.period.months)]


def _reason(release: Release) -> str:
    if release.reason:
        return _("Release %(number)s corrects: %(reason)s") % {"number": release.number, "reason": release.reason}
    return _("Release %(number)s was published since.") % {"number": release.number}

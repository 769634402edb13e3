"""Writing packs: what a funder wants to be told. A version in use never changes: the next one takes its place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from maillage.spreadsheets.texts import folded
from network.funding.models import Funder
from network.reports.default_pack import DEFAULT_LINES
from network.reports.enums import LineKind, PackState
from network.reports.models import Pack, PackLine, PackVersion
from network.reports.sources import figure_sources, money_sources
from tenants.registry.crossing import current_place

MOST_LINES = 60
# What of a line a kind has; the rest is emptied.
FIELDS = {
    LineKind.FIGURE: ("source", "by_epn", "target"),
    LineKind.MONEY: ("source",),
    LineKind.RATIO: ("numerator", "denominator", "unit"),
    LineKind.DECLARED: ("unit", "target"),
    LineKind.TEXT: (),
}
NOTHING: dict[str, Any] = {
    "source": "", "by_epn": False, "target": None, "numerator": "", "denominator": "", "unit": "",
}  # fmt: skip


def _journal(verb: str, pack: Pack) -> None:
    record(verb=verb, target=pack.pk, space_id=current_place().space_id)


@transaction.atomic
def make_pack(*, funder: Funder, title: str, introduction: str = "", from_default: bool = True) -> Pack:
    """With a first version, to be changed before it is used."""
    pack: Pack = Pack.objects.create(funder=funder, title=title)
    version = PackVersion.objects.create(pack=pack, number=1, introduction=introduction)
    if from_default:
        PackLine.objects.bulk_create(
            PackLine(version=version, position=position, **row) for position, row in enumerate(DEFAULT_LINES, 1)
        )
    _journal("pack.saved", pack)
    return pack


def _draft(pk: int) -> PackVersion:
    """The version, locked. Raises ValidationError unless it may still change."""
    found = PackVersion.objects.select_for_update(of=("self",)).select_related("pack")
    version: PackVersion | None = found.filter(pk=pk).first()
    if version is None or version.pack.deleted_at is not None:
        raise ValidationError(_("This pack isn't there any more."))
    if version.state != PackState.DRAFT:
        raise ValidationError(_("A version that was in use stays as it is: begin the next version."))
    return version


@transaction.atomic
def write_pack(*, version_id: int, title: str, introduction: str) -> PackVersion:
    version = _draft(version_id)
    version.introduction = introduction
    version.save(update_fields=["introduction"])
    Pack.objects.filter(pk=version.pack_id).update(title=title, updated_at=timezone.now())
    _journal("pack.saved", version.pack)
    return version


@transaction.atomic
def next_version(*, pack: Pack) -> PackVersion:
    """A copy of the latest version, to be changed; the one that is being made, if there is one."""
    Pack.objects.select_for_update().get(pk=pack.pk)
    latest: PackVersion | None = pack.versions.order_by("-number").first()
    if latest is not None and latest.state == PackState.DRAFT:
        return latest
    made: PackVersion = PackVersion.objects.create(
        pack=pack, number=latest.number + 1 if latest else 1, introduction=latest.introduction if latest else ""
    )
    copied = list(latest.lines.order_by("position", "pk")) if latest else []
    for one in copied:
        one.pk, one.version = None, made
        one._state.adding = True
    PackLine.objects.bulk_create(copied)
    _journal("pack.version_made", pack)
    return made


@transaction.atomic
def put_in_use(*, version_id: int) -> PackVersion:
    """From now on reports are made with it. Raises ValidationError when a line can't be filled."""
    version = _draft(version_id)
    lines = list(version.lines.order_by("position", "pk"))
    if not lines:
        raise ValidationError(_("Add a line first: a pack without lines asks nothing."))
    if wrong := list(_unfillable(lines)):
        raise ValidationError(wrong)
    PackVersion.objects.filter(pack=version.pack_id, state=PackState.IN_USE).update(state=PackState.REPLACED)
    version.state, version.used_since = PackState.IN_USE, timezone.now()
    version.save(update_fields=["state", "used_since"])
    _journal("pack.in_use", version.pack)
    return version


def _unfillable(lines: list[PackLine]) -> Iterable[ValidationError]:
    kinds = {one.code: one.kind for one in lines}
    for one in lines:
        if one.kind == LineKind.RATIO:
            for code in (one.numerator, one.denominator):
                if kinds.get(code) in (None, LineKind.TEXT, LineKind.RATIO):
                    text = _("“%(line)s” divides by lines that aren't there, or aren't numbers.")
                    yield ValidationError(text % {"line": one.label_fr})
                    break
        elif (one.kind == LineKind.FIGURE and one.source not in figure_sources()) or (
            one.kind == LineKind.MONEY and one.source not in money_sources()
        ):
            yield ValidationError(_("“%(line)s”: choose where it comes from.") % {"line": one.label_fr})


@transaction.atomic
def save_line(*, version_id: int, line: PackLine | None = None, **facts: Any) -> PackLine:
    """Add a line at the end, or change one. Raises ValidationError, by field."""
    version = _draft(version_id)
    kind = LineKind(facts["kind"])
    facts = NOTHING | {name: value for name, value in facts.items() if name not in NOTHING or name in FIELDS[kind]}
    others = version.lines.exclude(pk=line.pk if line is not None and line.pk else 0)
    _obey_line(kind, facts, list(others))
    if line is None:
        if others.count() >= MOST_LINES:
            raise ValidationError(_("A pack has %(most)s lines at most.") % {"most": MOST_LINES})
        position = (others.aggregate(last=Max("position"))["last"] or 0) + 1
        line = PackLine(version=version, position=position, code=_code(facts["label_fr"], list(others)))
    for name, value in facts.items():
        setattr(line, name, value)
    line.save()
    _journal("pack.saved", version.pack)
    return line


def _obey_line(kind: LineKind, facts: dict[str, Any], others: list[PackLine]) -> None:
    wrong: dict[str, str] = {}
    if kind == LineKind.FIGURE:
        source = figure_sources().get(facts["source"])
        if source is None:
            wrong["source"] = _("Choose where it comes from.")
        elif source.table.dimension and (facts["by_epn"] or facts["target"] is not None):
            name = "by_epn" if facts["by_epn"] else "target"
            wrong[name] = _("A breakdown has neither parts by EPN nor a target.")
    elif kind == LineKind.MONEY and facts["source"] not in money_sources():
        wrong["source"] = _("Choose where it comes from.")
    elif kind == LineKind.RATIO:
        numbers = {one.code for one in others if one.kind not in (LineKind.TEXT, LineKind.RATIO)}
        for name in ("numerator", "denominator"):
            if facts[name] not in numbers:
                wrong[name] = _("Choose a line of this pack.")
        if not wrong and facts["numerator"] == facts["denominator"]:
            wrong["denominator"] = _("Choose another line.")
    if wrong:
        raise ValidationError(wrong)


def _code(label: str, others: list[PackLine]) -> str:
    """A short name that stays when the label changes: a line is compared with that of the next version by it."""
    stem = re.sub(r"[^a-z0-9]+", "_", folded(label)).strip("_")[:30] or "line"
    taken = {one.code for one in others}
    code, number = stem, 2
    while code in taken:
        code, number = f"{stem}_{number}", number + 1
    return code


@transaction.atomic
def remove_line(*, version_id: int, line_id: int) -> None:
    """Raises ValidationError while a ratio needs it. Twice is once."""
    version = _draft(version_id)
    line = version.lines.filter(pk=line_id).first()
    if line is None:
        return
    needing = version.lines.filter(kind=LineKind.RATIO)
    for one in needing:
        if line.code in (one.numerator, one.denominator):
            text = _("“%(ratio)s” divides by this line: remove that one first.")
            raise ValidationError(text % {"ratio": one.label_fr})
    line.delete()
    _journal("pack.saved", version.pack)


@transaction.atomic
def move_line(*, version_id: int, line_id: int, up: bool) -> None:
    """One place up or down; at the end it stays."""
    version = _draft(version_id)
    lines = list(version.lines.order_by("position", "pk"))
    place = next((n for n, one in enumerate(lines) if one.pk == line_id), None)
    if place is None:
        return
    other = place - 1 if up else place + 1
    if 0 <= other < len(lines):
        lines[place], lines[other] = lines[other], lines[place]
    for position, one in enumerate(lines, 1):
        one.position = position
    PackLine.objects.bulk_update(lines, ["position"])
    _journal("pack.saved", version.pack)


@transaction.atomic
def delete_pack(*, pack: Pack) -> None:
    """What was made with it stays. It can be brought back."""
    if Pack.objects.filter(pk=pack.pk, deleted_at__isnull=True).update(deleted_at=timezone.now()):
        _journal("pack.deleted", pack)


@transaction.atomic
def restore_pack(*, pack: Pack) -> None:
    if Pack.objects.filter(pk=pack.pk, deleted_at__isnull=False).update(deleted_at=None):
        _journal("pack.restored", pack)

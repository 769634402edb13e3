from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from maillage.design.csv_export import Cell
from tenants.handover.models import HeldThing

THING_NAMES = ("what", "kind", "held_by", "since")


def thing_header() -> list[Cell]:
    return [_("What"), _("Kind"), _("Held by"), _("Since")]


def thing_rows(things: Iterable[HeldThing]) -> Iterator[list[Cell]]:
    for one in things:
        yield [one.label, one.get_kind_display(), one.member.name, one.since]

"""What the page of near-duplicates shows, as rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.design.csv_export import Cell
from network.directory.merging.models import Merge
from network.directory.merging.selectors import Proposal

PROPOSALS = (
    "first", "first_name", "second", "second_name", "score", "names_alike", "addresses_alike", "metres", "same_phone",
    "same_website",
)  # fmt: skip
MERGES = ("merged", "merged_name", "kept", "kept_name", "merged_on", "undone_on")


def header_of_proposals() -> list[Cell]:
    return [
        _("EPN: number"), _("EPN"), _("Other EPN: number"), _("Other EPN"), _("Likeness (of 100)"),
        _("Names alike (of 100)"), _("Addresses alike (of 100)"), _("Distance in metres"), _("Same telephone"),
        _("Same website"),
    ]  # fmt: skip


def rows_of_proposals(found: Iterable[Proposal]) -> Iterator[list[Cell]]:
    for one in found:
        like = one.like
        yield [
            like.first, one.first.name, like.second, one.second.name, like.score, like.name, like.address, like.metres,
            like.same_phone, like.same_website,
        ]  # fmt: skip


def header_of_merges() -> list[Cell]:
    return [
        _("EPN that went: number"), _("EPN that went"), _("EPN that was kept: number"), _("EPN that was kept"),
        _("Merged on"), _("Undone on"),
    ]  # fmt: skip


def rows_of_merges(merges: Iterable[Merge]) -> Iterator[list[Cell]]:
    for one in merges:
        undone = None if one.undone_at is None else timezone.localtime(one.undone_at).date()
        merged = timezone.localtime(one.merged_at).date()
        yield [one.merged_id, one.merged_name, one.kept_id, one.kept_name, merged, undone]

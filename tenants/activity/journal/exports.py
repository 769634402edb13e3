"""The journal as a table: its columns as data, so that the page that documents them can't lag behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from maillage.design.csv_export import ROWS_A_CHUNK
from maillage.reference.selectors import label_of, terms
from tenants.activity.enums import Channel, Margin
from tenants.activity.models import Visit


@dataclass(frozen=True)
class Column:
    """`name` is stable: other tools rely on it. `about` says what it holds, in the reader's language."""

    name: str
    about: Any
    value: Callable[[Visit], object]


def _code_and_label(field: str, vocabulary: str, about: Any) -> list[Column]:
    def code(visit: Visit) -> str:
        return str(getattr(visit, field))

    def label(visit: Visit) -> str:
        return label_of(vocabulary, code(visit)) if code(visit) else ""

    return [Column(f"{field}_code", about, code), Column(field, about, label)]


def _channel(visit: Visit) -> str:
    return str(Channel(visit.obstacle_channel).label) if visit.obstacle_channel else ""


# Access needs stay in the visit: they are about health, and a table travels.
PLAIN: tuple[Column, ...] = (
    Column("visit", _("Number of the visit in this EPN"), lambda visit: visit.pk),
    Column("date", _("Day of the visit"), lambda visit: visit.date),
    Column("minutes", _("Minutes of help"), lambda visit: visit.minutes),
    Column("attendances", _("People present; somebody who comes twice counts twice"), lambda visit: visit.attendances),
    Column("site", _("Site"), lambda visit: visit.site.name),
    Column("commune", _("Code of the site's commune, or postcode and town"), lambda visit: visit.site.commune_key),
    *_code_and_label("mode", "mode", _("Mode of help")),
    Column("themes_codes", _("Themes, separated by |"), lambda visit: "|".join(visit.themes)),
    Column("themes", _("Themes, separated by |"), lambda visit: _theme_labels(visit)),
    *_code_and_label("outcome", "outcome", _("Outcome")),
    *_code_and_label("autonomy", "autonomy", _("Autonomy; empty: not said")),
    *_code_and_label("obstacle_provider", "provider", _("Obstacle: whose service; empty: none")),
    Column("obstacle_channel_code", _("Obstacle: where it was met"), lambda visit: visit.obstacle_channel),
    Column("obstacle_channel", _("Obstacle: where it was met"), _channel),
    *_code_and_label("obstacle_kind", "obstacle", _("Obstacle: what went wrong")),
    Column("obstacle_cost_eur", _("Cost borne by the person, in euros"), lambda visit: visit.obstacle_cost_eur),
    Column("obstacle_minutes_lost", _("Minutes that the person lost"), lambda visit: visit.obstacle_minutes_lost),
    Column("exceptional", _("An exceptional case: 1 is yes, 0 is no"), lambda visit: int(visit.exceptional)),
    Column("causes_codes", _("What holds the person back, separated by |"), lambda visit: "|".join(visit.causes)),
    Column("causes", _("What holds the person back, separated by |"), lambda visit: _cause_labels(visit)),
    *_code_and_label("referral", "referral", _("Kind of organisation that they were referred to; empty: none")),
    Column("referral_to", _("Name of that organisation"), lambda visit: visit.referral_to),
    *_code_and_label("language", "language", _("Language of the exchange; empty: not said")),
    Column("animator", _("Animator"), lambda visit: visit.animator.name if visit.animator else ""),
    Column("contract_type_code", _("Type of the animator's contract on that day"), lambda visit: _type(visit)),
    Column("note", _("Note"), lambda visit: visit.note),
    Column("recorded_at", _("When it was logged"), lambda visit: visit.created_at),
)  # fmt: skip


def _theme_labels(visit: Visit) -> str:
    return "|".join(label_of("theme", one) for one in visit.themes)


def _cause_labels(visit: Visit) -> str:
    return "|".join(label_of("cause", one) for one in visit.causes)


def _type(visit: Visit) -> str:
    return visit.contract.type if visit.contract else ""


def _margin_column(margin: Margin, code: str) -> Column:
    return Column(
        f"{margin}_{code}",
        f"{margin.label}: {label_of(margin, code)}",
        lambda visit: visit.margins.get(margin, {}).get(code),
    )


def columns() -> list[Column]:
    """Plain columns, then one for each count of the audience; an empty cell is "not counted", never zero."""
    return [*PLAIN, *(_margin_column(margin, term.code) for margin in Margin for term in terms(margin, retired=True))]


def journal_rows(found: QuerySet[Visit], wanted: list[Column]) -> Iterator[list[object]]:
    """Latest first."""
    whole = found.select_related("site", "animator", "contract").order_by("-date", "-pk")
    for visit in whole.iterator(chunk_size=ROWS_A_CHUNK):
        yield [column.value(visit) for column in wanted]

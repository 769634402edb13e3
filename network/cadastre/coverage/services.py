"""Writing what coverage is measured against. Every write is journalled."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from maillage.reference.lists import read_lines
from maillage.reference.selectors import codes_of, communes
from network.cadastre.coverage.models import AreaIndicator, AreaValue, ContextFigure, Target
from tenants.registry.crossing import current_place

MOST = Decimal(10) ** 10


@transaction.atomic
def set_target(
    *, valid_from: dt.date, inhabitants_per_fte: int | None, hours_per_10000: Decimal | None, source: str = ""
) -> Target:
    """What the network aims at from this day on; the same day again replaces it.

    Raises ValidationError when it aims at nothing.
    """
    if inhabitants_per_fte is None and hours_per_10000 is None:
        raise ValidationError(_("Write one of the two numbers at least."))
    target: Target
    target, _made = Target.objects.update_or_create(
        valid_from=valid_from,
        defaults={
            "inhabitants_per_fte": inhabitants_per_fte,
            "hours_per_10000": hours_per_10000,
            "source": source.strip(),
        },
    )
    record(verb="coverage.target_set", target=target.pk, space_id=current_place().space_id)
    return target


@transaction.atomic
def add_context_figure(**facts: Any) -> ContextFigure:
    """A figure of somebody else, with its source and year."""
    figure: ContextFigure = ContextFigure.objects.create(**facts)
    record(verb="context.added", target=figure.pk, space_id=current_place().space_id)
    return figure


@transaction.atomic
def retire_context_figure(*, figure_id: int) -> None:
    """It is shown no more, and can be brought back. Twice is once."""
    found = ContextFigure.objects.filter(pk=figure_id, retired_at__isnull=True)
    if found.update(retired_at=timezone.now()):
        record(verb="context.retired", target=figure_id, space_id=current_place().space_id)


@transaction.atomic
def restore_context_figure(*, figure_id: int) -> None:
    if ContextFigure.objects.filter(pk=figure_id, retired_at__isnull=False).update(retired_at=None):
        record(verb="context.restored", target=figure_id, space_id=current_place().space_id)


@dataclass(frozen=True)
class AreaFacts:
    code: str
    label: str
    source: str
    year: int
    unit: str = ""
    priority_from: Decimal | None = None


@transaction.atomic
def load_area_indicator(*, file: Path, facts: AreaFacts) -> AreaIndicator:
    """A number by commune from a CSV (columns `code` or `nis`, and `value`); the same code again replaces it whole.

    Raises ValidationError, naming each bad line; nothing is then written.
    """
    codes = codes_of([one.nis for one in communes()])
    values = read_lines(file, needed=(("code", "nis"), ("value",)), one=lambda cells: _line(cells, codes))
    indicator: AreaIndicator
    indicator, _made = AreaIndicator.objects.update_or_create(
        code=facts.code,
        defaults={
            "label": facts.label, "unit": facts.unit, "source": facts.source, "year": facts.year,
            "priority_from": facts.priority_from, "loaded_at": timezone.now(),
        },
    )  # fmt: skip
    AreaValue.objects.filter(indicator=indicator).delete()
    AreaValue.objects.bulk_create(
        AreaValue(indicator=indicator, commune=commune, value=value) for commune, value in values.items()
    )
    record(verb="coverage.indicator_loaded", target=indicator.code, space_id=current_place().space_id)
    return indicator


def _line(cells: dict[str, str], codes: dict[str, str]) -> tuple[str, Decimal]:
    """Raises ValueError, in words."""
    code, number = cells.get("code") or cells.get("nis", ""), cells["value"]
    if code not in codes:
        raise ValueError(_("no commune here has the code “%(code)s”") % {"code": code[:40]})
    try:
        value = Decimal(re.sub(r"\s", "", number).replace(",", "."))
    except InvalidOperation:
        raise ValueError(_("“%(value)s” isn't a number") % {"value": number[:40]}) from None
    if not value.is_finite() or abs(value) >= MOST:
        raise ValueError(_("“%(value)s” is out of range") % {"value": number[:40]})
    return codes[code], value

"""Writing the shapes of communes. Apart from the other services: reading shapes needs a large library."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.reference.boundaries import read_boundaries
from maillage.reference.models import Boundary, Commune
from maillage.reference.selectors import codes_of


@dataclass(frozen=True)
class LoadedShapes:
    """How many communes got a shape, how many had the same already, and the keys that no commune has."""

    drawn: int
    unchanged: int
    unknown: list[str]


@transaction.atomic
def load_boundaries(*, file: Path, key: str, source: str = "", skip_unknown: bool = False) -> LoadedShapes:
    """The shapes of communes; a commune that had one gets this one. Raises ValidationError; nothing is then written."""
    known = set(Commune.objects.filter(retired_at__isnull=True).values_list("nis", flat=True))
    shapes = read_boundaries(file, key=key, codes=codes_of(known))
    if shapes.unknown and not skip_unknown:
        first = ", ".join(one[:20] for one in shapes.unknown[:5])
        text = _(
            "%(n)s shapes have a key that no commune has (%(first)s …). Load the list of communes first, or say "
            "--skip-unknown to leave them out."
        )
        raise ValidationError(text % {"n": len(shapes.unknown), "first": first})
    if not shapes.found:
        raise ValidationError(_("No shape of this file is of a commune that is known here."))
    before = dict(Boundary.objects.values_list("nis", "polygons"))
    changed = {nis: polygons for nis, polygons in shapes.found.items() if before.get(nis) != polygons}
    now = timezone.now()
    Boundary.objects.bulk_create(
        [Boundary(nis=nis, polygons=polygons, source=source, loaded_at=now) for nis, polygons in changed.items()],
        update_conflicts=True,
        unique_fields=["nis"],
        update_fields=["polygons", "source", "loaded_at"],
    )
    return LoadedShapes(len(changed), len(shapes.found) - len(changed), shapes.unknown)

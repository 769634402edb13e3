"""Loading the reference facts from the project's own CSV files. Loading twice changes nothing."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from maillage.reference.lists import read_communes
from maillage.reference.models import Commune, ContractType, DatedRule, Term
from maillage.reference.selectors import forget

DATA = Path(__file__).parent / "data"
BRUSSELS = "21"  # NIS codes of its arrondissement begin so


@dataclass(frozen=True)
class Loaded:
    """How many rows of one file were new, changed, left as they were, and taken out of use."""

    file: str
    created: int
    changed: int
    unchanged: int
    retired: int


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _date(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _labels(row: dict[str, str]) -> dict[str, str]:
    return {f"label_{language}": row[f"label_{language}"] for language in ("fr", "nl", "en")}


def _load(
    file: str,
    model: type[Any],
    keys: tuple[str, ...],
    wanted: Iterable[dict[str, Any]],
    *,
    whole: Callable[[Any], bool] = lambda row: True,
) -> Loaded:
    """Upsert by key. `whole` says of which rows the file is the whole truth: of those, what it lacks is retired."""
    known: dict[tuple[Any, ...], models.Model] = {
        tuple(getattr(one, key) for key in keys): one for one in model.objects.all()
    }
    created, changed, unchanged, seen = [], 0, 0, set()
    for values in wanted:
        key = tuple(values[name] for name in keys)
        seen.add(key)
        row = known.get(key)
        if row is None:
            created.append(model(**values))
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.save()
            changed += 1
        else:
            unchanged += 1
    model.objects.bulk_create(created)
    gone = [row for key, row in known.items() if key not in seen and whole(row)]
    retired = 0
    if gone and hasattr(model, "retired_at"):
        retired = model.objects.filter(pk__in=[row.pk for row in gone], retired_at__isnull=True).update(
            retired_at=timezone.now()
        )
    return Loaded(file, len(created), changed, unchanged, retired)


@transaction.atomic
def load_reference() -> list[Loaded]:
    """Bring the reference tables in line with the files. A term that vanished is retired, never deleted."""
    vocabularies = _rows("vocabularies.csv")
    types = _rows("contract-types.csv")
    done = [
        _load("vocabularies.csv", Term, ("vocabulary", "code"), (
            {
                "vocabulary": row["vocabulary"], "code": row["code"], **_labels(row), "position": number,
                "retired_at": None,
            }
            for number, row in enumerate(vocabularies)
        )),
        _load("communes-bruxelles.csv", Commune, ("nis",), (
            {
                "nis": row["nis"], "country": "be", "name_fr": row["name_fr"], "name_nl": row["name_nl"],
                "postcodes": row["postcodes"].split("|"), "population": int(row["population_2020"]),
                "population_year": 2020, "area_km2": Decimal(row["area_km2"]), "latitude": Decimal(row["lat"]),
                "longitude": Decimal(row["lon"]), "tile_col": int(row["tile_col"]), "tile_row": int(row["tile_row"]),
                "retired_at": None,
            }
            for row in _rows("communes-bruxelles.csv")
        ), whole=lambda row: row.nis.startswith(BRUSSELS)),
        _load("contract-types.csv", ContractType, ("code",), (
            {
                "code": row["code"], **_labels(row), "legal_employer": row["legal_employer"],
                "counts_in_fte": row["counts_in_fte"] == "yes", "requires": row["requires"], "position": number,
                "retired_at": None,
            }
            for number, row in enumerate(types)
        ), whole=lambda row: row.federation_id is None),
        _load("dated-rules.csv", DatedRule, ("rule", "region", "valid_from"), (
            {
                "rule": row["rule"], "region": row["region"], "valid_from": _date(row["valid_from"]),
                "valid_to": _date(row["valid_to"]), "value": _number(row["value"]), "unit": row["unit"],
                "source": row["source"],
            }
            for row in _rows("dated-rules.csv")
        )),
    ]  # fmt: skip
    transaction.on_commit(forget)
    forget()
    return done


@transaction.atomic
def load_communes(*, file: Path, country: str) -> Loaded:
    """Add or correct an operator's list of communes. It retires none: it may be of one region only.

    Raises ValidationError, naming each bad line; nothing is then written.
    """
    done = _load(file.name, Commune, ("nis",), read_communes(file, country), whole=lambda row: False)
    transaction.on_commit(forget)
    forget()
    return done

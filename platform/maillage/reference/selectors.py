"""Looking up reference facts: no SQL when warm. Each process reads the tables again after a minute at most."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from threading import Lock

from django.db import connection
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from maillage.reference.models import Boundary, Commune, ContractType, DatedRule, Term
from maillage.reference.towns import readable_town

NO_CONTRACT_TYPE = "none"  # where an animator had no contract that day, or none that is known
FRESH_FOR = 60.0  # seconds


class RuleUnknown(LookupError):
    """No value is known for this rule on this date: it is said to be missing, and nothing is guessed."""


@dataclass(frozen=True)
class _Snapshot:
    read_at: float
    database: str  # what one of them holds is not said of another
    terms: dict[str, dict[str, Term]]
    communes: dict[str, Commune]
    contract_types: dict[str, ContractType]
    rules: list[DatedRule]


_snapshot: _Snapshot | None = None
_lock = Lock()


def forget() -> None:
    """The tables were written: this process reads them again at the next look-up."""
    global _snapshot
    _snapshot = None


def _holds(known: _Snapshot) -> bool:
    return time.monotonic() - known.read_at <= FRESH_FOR and known.database == connection.settings_dict["NAME"]


def _facts() -> _Snapshot:
    global _snapshot
    known = _snapshot
    if known is None or not _holds(known):
        with _lock:
            known = _snapshot
            if known is None or not _holds(known):
                vocabularies: dict[str, dict[str, Term]] = {}
                for term in Term.objects.order_by("vocabulary", "position"):
                    vocabularies.setdefault(term.vocabulary, {})[term.code] = term
                known = _snapshot = _Snapshot(
                    read_at=time.monotonic(),
                    database=str(connection.settings_dict["NAME"]),
                    terms=vocabularies,
                    communes={one.nis: one for one in Commune.objects.order_by("nis")},
                    contract_types={one.code: one for one in ContractType.objects.order_by("position")},
                    rules=list(DatedRule.objects.all()),
                )
    return known


def edition() -> float:
    """Another number once the tables were read again: what was made of their words is made again, too."""
    return _facts().read_at


def _in_language(row: Term | ContractType, language: str | None) -> str:
    code = (language or get_language() or "fr")[:2]
    return str(getattr(row, f"label_{code}", row.label_fr))


def terms(vocabulary: str, *, retired: bool = False) -> list[Term]:
    """The terms in use (with `retired`, all of them), in their order."""
    return [one for one in _facts().terms.get(vocabulary, {}).values() if retired or one.retired_at is None]


def is_term(vocabulary: str, code: str) -> bool:
    """Whether this code may be written now: it exists and is not retired."""
    found = _facts().terms.get(vocabulary, {}).get(code)
    return found is not None and found.retired_at is None


def label_of(vocabulary: str, code: str, language: str | None = None) -> str:
    """The label in the reader's language; the bare code when the vocabulary doesn't know it."""
    if vocabulary == "contract_type":
        kind = _facts().contract_types.get(code)
        if kind is None and code == NO_CONTRACT_TYPE:
            with override(language or get_language()):
                return _("no contract known")
        return _in_language(kind, language) if kind else code
    found = _facts().terms.get(vocabulary, {}).get(code)
    return _in_language(found, language) if found else code


def contract_types(federation_id: int | None = None, *, every: bool = False) -> list[ContractType]:
    """Those in use: of everybody, and of this federation; with `every`, of all federations and retired ones too."""
    found = _facts().contract_types.values()
    if every:
        return list(found)
    return [one for one in found if one.retired_at is None and one.federation_id in (None, federation_id)]


def contract_type(code: str) -> ContractType:
    """Raises KeyError on a code that doesn't exist."""
    return _facts().contract_types[code]


def communes() -> list[Commune]:
    return [one for one in _facts().communes.values() if one.retired_at is None]


def commune(nis: str) -> Commune | None:
    """Also a retired one: the places that were counted in it are still shown by its name."""
    return _facts().communes.get(nis)


def codes_of(communes: Collection[str]) -> dict[str, str]:
    """By which codes a file may name a commune: its own, and without the country before it (`fr-58194`, `58194`)."""
    short = {one.partition("-")[2]: one for one in communes if "-" in one}
    return {**short, **{one: one for one in communes}}


def boundaries_of(codes: Collection[str]) -> dict[str, Boundary]:
    """The shapes of these communes, of those that have one. One statement: shapes are large, and not kept in memory."""
    return {one.nis: one for one in Boundary.objects.filter(nis__in=codes)}


def communes_of_postcode(postcode: str, country: str = "be") -> list[Commune]:
    return [one for one in communes() if postcode in one.postcodes and one.country == country]


def commune_label(key: str, language: str | None = None) -> str:
    """The name of a commune; else a postcode and town ("58000 NEVERS"), saying that the code is missing."""
    found = commune(key)
    if found is not None:
        code = (language or get_language() or "fr")[:2]
        return found.name_nl if code == "nl" else found.name_fr
    with override(language or get_language()):
        if not key:
            return _("commune not given")
        return _("%(place)s (code missing)") % {"place": readable_town(key)}


def dated_rule(rule: str, region: str, on_date: dt.date) -> DatedRule:
    """The row of a dated rule on a day, with its value, unit and source. Raises RuleUnknown as `rule_value` does."""
    for one in _facts().rules:
        starts = one.valid_from is None or one.valid_from <= on_date
        ends = one.valid_to is None or on_date <= one.valid_to
        if one.rule == rule and one.region == region and starts and ends and one.value is not None:
            return one
    raise RuleUnknown(f"{rule} for {region} on {on_date} is not known.")


def rule_value(rule: str, region: str, on_date: dt.date) -> Decimal:
    """The value of a dated rule on a day. Raises RuleUnknown when there is none for that day."""
    value = dated_rule(rule, region, on_date).value
    assert value is not None
    return value


def dated_rules(names: Collection[str], regions: Sequence[str]) -> list[DatedRule]:
    """The rows of these rules that have a value: those of the first region before those of the next."""
    found = [one for one in _facts().rules if one.rule in names and one.region in regions and one.value is not None]
    return sorted(found, key=lambda one: regions.index(one.region))

"""Closing an edition: one file with everything that was asked, answered and decided, and its hash.

The file is made from the rows and nothing else: keys in their order, numbers as text, moments in UTC, no clock but the
moment of freezing, which is kept. What the network's own figures said at that moment is kept as well (`facts`): daily
work may be corrected later, and the file stays what it was. So it comes out the same, byte by byte, wherever and
whenever it is made again: `verify` does that.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maillage.audit.services import record
from network.cadastre.editions.enums import State, Step
from network.cadastre.editions.models import (
    CensusReturn,
    Edition,
    FrozenEdition,
    Indicator,
    ReturnFile,
    ReturnStep,
    ReturnValue,
    Rule,
)
from network.cadastre.enums import Perimeter
from network.cadastre.selectors import Summary, cadastre_summary
from network.funding.selectors import cost_model_on
from tenants.registry.crossing import current_place
from tenants.registry.models import Federation

FORMAT = "maillage-edition/1"


def facts_of(edition: Edition) -> dict[str, Any]:
    """What the network's own figures say of the year now: EPN, contracts by perimeter, what one EPN costs, needs."""
    place = current_place()
    federation = Federation.objects.select_related("space").get(pk=place.space_id)
    by_perimeter = {
        perimeter: cadastre_summary(federation.pk, year=edition.year, perimeter=perimeter)
        for perimeter in Perimeter.values
    }
    one = by_perimeter[Perimeter.ALL]
    model = cost_model_on(min(edition.reference_day, timezone.localdate()))
    return {
        "network": {"name": federation.space.name, "address": federation.slug},
        "epn": one.epn,
        "epn_labelled": one.epn_labelled,
        "contracts": {perimeter: _contracts(found) for perimeter, found in by_perimeter.items()},
        "contracts_as_of": one.reference_day.isoformat(),
        "figures_as_of": _moment(min(filter(None, (one.as_of, edition.frozen_at)), default=None)),
        "cost_of_an_epn": None
        if model is None
        else {"eur": _text(model.amount_eur), "valid_from": model.valid_from.isoformat(), "source": model.source},
        "need_eur": {"labelled": _text(one.need_labelled_eur), "all": _text(one.need_all_eur)},
    }


def _contracts(found: Summary) -> dict[str, Any]:
    return {
        "animation": found.animation_contracts,
        "article60": found.article60_contracts,
        "article60_share": _text(found.article60_share),
        "fte": _text(found.fte),
    }


def _text(number: Decimal | None) -> str | None:
    """ "25000" and "0.65", however many zeros a column adds."""
    return None if number is None else format(Decimal(number).normalize(), "f")


def _moment(value: dt.datetime | None) -> str | None:
    return None if value is None else value.astimezone(dt.UTC).isoformat(timespec="microseconds")


def content_of(edition: Edition, facts: dict[str, Any]) -> bytes:
    """The file, from the rows as they are."""
    indicators = list(Indicator.objects.filter(questionnaire=edition.questionnaire_id))
    codes = {one.pk: one.code for one in indicators}
    returns = list(CensusReturn.objects.filter(edition=edition).order_by("epn_id"))
    values: dict[int, dict[str, Any]] = defaultdict(dict)
    found = ReturnValue.objects.filter(census_return__edition=edition).order_by("pk")
    for value in found.values(
        "census_return_id", "indicator_id", "value", "provenance", "computed", "computed_from", "computed_as_of",
        "explanation",
    ):  # fmt: skip
        if value["value"] in (None, "", [], {}) and value["computed"] is None and not value["explanation"]:
            continue
        values[value["census_return_id"]][codes[value["indicator_id"]]] = {
            "value": value["value"],
            "provenance": value["provenance"],
            "computed": value["computed"],
            "computed_from": value["computed_from"],
            "computed_as_of": _moment(value["computed_as_of"]),
            "explanation": value["explanation"],
        }
    files: dict[int, dict[str, Any]] = defaultdict(dict)
    attached = ReturnFile.objects.filter(value__census_return__edition=edition).order_by("pk")
    for return_id, code, name, digest in attached.values_list(
        "value__census_return", "value__indicator__code", "name", "sha256"
    ):
        files[return_id][code] = {"name": name, "sha256": digest}
    validated = sum(one.state == State.VALIDATED for one in returns)
    told = {
        "format": FORMAT,
        "edition": {
            "year": edition.year,
            "perimeter": edition.perimeter,
            "reference_day": edition.reference_day.isoformat(),
            "due_on": edition.due_on.isoformat(),
            "opened_at": _moment(edition.opened_at),
            "frozen_at": _moment(edition.frozen_at),
            "returns_asked": len(returns),
            "returns_validated": validated,
            "returns_missing": [
                {"epn": one.epn_id, "name": one.name, "state": one.state}
                for one in returns
                if one.state != State.VALIDATED
            ],
        },
        "facts": facts,
        "questionnaire": {
            "version": edition.questionnaire.number,
            "indicators": [_indicator(one) for one in indicators],
            "rules": [
                {"left": one.left, "comparison": one.comparison, "right": one.right, "message": _texts(one, "message")}
                for one in Rule.objects.filter(questionnaire=edition.questionnaire_id)
            ],
        },
        "returns": [_return(one, values[one.pk], files[one.pk]) for one in returns],
    }
    return f"{json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)}\n".encode()


def _texts(row: Any, name: str) -> dict[str, str]:
    return {code: getattr(row, f"{name}_{code}") for code in ("fr", "nl", "en")}


def _indicator(one: Indicator) -> dict[str, Any]:
    return {
        "code": one.code,
        "section": _texts(one, "section"),
        "kind": one.kind,
        "label": _texts(one, "label"),
        "help": _texts(one, "help"),
        "unit": one.unit,
        "source": one.source,
        "required": one.required,
        "decimals": one.decimals,
        "minimum": _text(one.minimum),
        "maximum": _text(one.maximum),
        "choices": one.choices,
        "columns": one.columns,
        "rows": one.rows,
        "replaces": one.replaces,
    }


def _return(one: CensusReturn, values: dict[str, Any], files: dict[str, Any]) -> dict[str, Any]:
    return {
        "epn": one.epn_id,
        "name": one.name,
        "commune": one.commune,
        "labelled": one.labelled,
        "state": one.state,
        "due_on": None if one.due_on is None else one.due_on.isoformat(),
        "submitted_at": _moment(one.submitted_at),
        "signed_name": one.signed_name,
        "signed_role": one.signed_role,
        "on_behalf": one.on_behalf,
        "decided_at": _moment(one.decided_at),
        "answers": values,
        "files": files,
    }


def missing_of(edition: Edition) -> list[CensusReturn]:
    """The returns that aren't validated: a frozen edition keeps them as they are, and counts them nowhere."""
    return list(CensusReturn.objects.filter(edition=edition).exclude(state=State.VALIDATED))


@transaction.atomic
def freeze_edition(
    *,
    pk: int,
    missing: int = 0,
    by_id: int | None = None,
    by_name: str = "",
) -> FrozenEdition:
    """Close it for good. `missing`: how many returns the person knows that aren't validated.

    Raises ValidationError when there are others, or when it is frozen already.
    """
    edition = Edition.objects.select_for_update(of=("self",)).select_related("questionnaire").get(pk=pk)
    if edition.is_frozen:
        raise ValidationError(_("This edition is frozen already."))
    # Whoever signs or decides at this moment has ended, or waits and finds it frozen.
    returns = list(CensusReturn.objects.select_for_update().filter(edition=edition).order_by("pk"))
    left = sum(one.state != State.VALIDATED for one in returns)
    if left != missing:
        raise ValidationError(
            {
                "missing": ngettext(
                    "%(n)s return isn't validated: say that you freeze without it, or wait.",
                    "%(n)s returns aren't validated: say that you freeze without them, or wait.",
                    left,
                )
                % {"n": left}
                if left
                else _("All returns are validated now: look again, then freeze.")
            }
        )
    frozen = close(edition, returns, at=timezone.now(), by_id=by_id, by_name=by_name)
    record(verb="edition.frozen", target=edition.year, space_id=current_place().space_id)
    return frozen


def close(
    edition: Edition, returns: Iterable[CensusReturn], *, at: dt.datetime, by_id: int | None, by_name: str
) -> FrozenEdition:
    """Make the file of an edition whose rows are locked, and lock it for good."""
    edition.frozen_at = at
    facts = facts_of(edition)
    content = content_of(edition, facts)
    ReturnStep.objects.bulk_create(
        ReturnStep(census_return=one, step=Step.FROZEN, at=at, by_id=by_id, by_name=by_name, for_network=True)
        for one in returns
    )
    edition.save(update_fields=["frozen_at"])
    frozen: FrozenEdition = FrozenEdition.objects.create(
        edition=edition,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        facts=facts,
        made_at=at,
        made_by_id=by_id,
    )
    return frozen


@dataclass(frozen=True)
class Verdict:
    """Whether a frozen edition is what it was."""

    sha256: str  # what was written down
    of_the_file: str  # of the file that is kept
    of_the_rows: str  # of the file made again from the rows
    length: int

    @property
    def file_is_whole(self) -> bool:
        return self.of_the_file == self.sha256

    @property
    def rows_give_it(self) -> bool:
        return self.of_the_rows == self.sha256

    @property
    def holds(self) -> bool:
        return self.file_is_whole and self.rows_give_it


def verify(edition: Edition) -> Verdict:
    """Make the file again and compare. Raises FrozenEdition.DoesNotExist."""
    frozen = FrozenEdition.objects.get(edition=edition)
    kept = bytes(frozen.content)
    made = content_of(edition, frozen.facts)
    return Verdict(frozen.sha256, hashlib.sha256(kept).hexdigest(), hashlib.sha256(made).hexdigest(), len(kept))

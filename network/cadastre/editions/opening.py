"""Opening the census of a year: a return for each EPN that is asked, filled in from daily work, in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from network.cadastre.editions.enums import Step
from network.cadastre.editions.models import CensusReturn, Edition, Questionnaire, ReturnStep
from network.cadastre.editions.prefilling import prefill_all
from network.cadastre.enums import Perimeter
from network.cadastre.members import Member, members
from network.cadastre.reading import check_year
from tenants.registry.crossing import current_place

AT_A_TIME = 500


@transaction.atomic
def open_edition(
    *,
    year: int,
    perimeter: str,
    due_on: dt.date,
    questionnaire: Questionnaire,
    by_id: int | None = None,
    by_name: str = "",
    at: dt.datetime | None = None,
) -> Edition:
    """Open it, with a return for each member of the perimeter. Raises ValidationError by field, writing nothing.

    Asked is who is open and a member on the year's last day; while the year runs, today.
    """
    check_year(year)
    at = at or timezone.now()
    today = timezone.localdate(at)
    if year > today.year:
        raise ValidationError({"year": _("This year is still to come: it has no census yet.")})
    check_due(due_on, today)
    last_day = dt.date(year, 12, 31)
    asked = who_is_asked(year, perimeter, today)
    if not asked:
        raise ValidationError({"perimeter": _("Nobody would be asked: no EPN was in this perimeter then.")})
    try:
        with transaction.atomic():
            edition: Edition = Edition.objects.create(
                year=year, perimeter=perimeter, due_on=due_on, questionnaire=questionnaire, reference_day=last_day,
                opened_at=at, opened_by_id=by_id,
            )  # fmt: skip
    except IntegrityError as error:
        raise ValidationError(
            {"year": _("There is an edition of %(year)s already: open that one.") % {"year": str(year)}}
        ) from error
    make_returns(edition, asked, by_id=by_id, by_name=by_name, at=at)
    record(verb="edition.opened", target=year, space_id=current_place().space_id)
    return edition


def check_due(due_on: dt.date, today: dt.date) -> None:
    if due_on < today:
        raise ValidationError({"due_on": _("This day is over: choose today or a later day.")})
    if due_on > today + dt.timedelta(days=730):
        raise ValidationError({"due_on": _("This is more than two years away: choose an earlier day.")})


def who_is_asked(year: int, perimeter: str, today: dt.date) -> list[Member]:
    """Inside the federation: those that were open members on the year's last day, or are today."""
    federation_id = current_place().space_id
    assert federation_id is not None
    day = min(dt.date(year, 12, 31), today)
    labelled = Perimeter(perimeter) == Perimeter.LABELLED
    return [
        one for one in members(federation_id, dt.date(year, 1, 1), day) if one.open and (one.labelled or not labelled)
    ]


def make_returns(
    edition: Edition, asked: Sequence[Member], *, by_id: int | None, by_name: str, at: dt.datetime
) -> list[CensusReturn]:
    """The returns with their first values and their first line of history."""
    returns: list[CensusReturn] = CensusReturn.objects.bulk_create(
        [
            CensusReturn(edition=edition, epn_id=one.epn_id, name=one.name, commune=one.commune, labelled=one.labelled)
            for one in asked
        ],
        batch_size=AT_A_TIME,
    )
    for start in range(0, len(returns), AT_A_TIME):
        prefill_all(edition, returns[start : start + AT_A_TIME])
    ReturnStep.objects.bulk_create(
        [
            ReturnStep(census_return=one, step=Step.OPENED, at=at, by_id=by_id, by_name=by_name, for_network=True)
            for one in returns
        ],
        batch_size=AT_A_TIME,
    )
    return returns

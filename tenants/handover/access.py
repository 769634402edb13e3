"""Access ends with the contract: who is to be told, and for whom the day has come. Once a night, in each EPN.

A membership is the register's, so both leave the space; nobody is shut out without having been told a week before.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from maillage.audit.services import record
from tenants.handover.letters import tell
from tenants.handover.models import AccessEnd
from tenants.handover.rules import TOLD_BEFORE
from tenants.handover.selectors import Leaving, leaving
from tenants.registry.crossing import outside
from tenants.registry.models import Membership, Space
from tenants.registry.selectors import running
from tenants.registry.team.services import end_access

logger = logging.getLogger(__name__)


def end_with_contracts(space: Space, today: dt.date | None = None) -> tuple[int, int]:
    """Tell whose contracts end within two weeks or have ended; end the access of those whose day has come.

    In the space, outside transactions. Returns how many were told and how many accesses ended.
    """
    day = today or timezone.localdate()
    told = ended = 0
    for one in leaving():
        if one.shut_on is None:
            if one.last_day - day <= TOLD_BEFORE and (one.kept_until is None or one.kept_until < day):
                told += _tell(space, one, day)
        elif one.shut_on <= day and not _is_ended(one):
            ended += _end(space, one, day)
    return told, ended


def _membership(space: Space, person_id: int | None) -> Membership | None:
    with outside():
        return Membership.objects.filter(running(), space=space, person=person_id).select_related("person").first()


def _tell(space: Space, one: Leaving, day: dt.date) -> int:
    membership = _membership(space, one.member.account_id)
    if membership is None:
        return 0  # they get in no more as it is
    told = tell(space, person=membership.person, member_id=one.member.pk, told_on=day, last_day=one.last_day)
    if not told:
        return 0  # nobody is shut out untold: tomorrow it is tried again
    with transaction.atomic():
        AccessEnd.objects.get_or_create(member=one.member, last_day=one.last_day, defaults={"told_on": day})
        record(verb="access.end_told", target=one.member.pk)
    return 1


def _is_ended(one: Leaving) -> bool:
    ended = AccessEnd.objects.filter(member=one.member, last_day=one.last_day, ended_on__isnull=False)
    return bool(ended.exists())


def _end(space: Space, one: Leaving, day: dt.date) -> int:
    membership = _membership(space, one.member.account_id)
    if membership is not None:
        try:
            with outside():
                end_access(membership=membership)
        except ValidationError:
            # The last coordinator: a space needs somebody who lets the others in. Looked at again tomorrow.
            logger.warning("the contract of the last coordinator of %s has ended, the access stays", space.schema_name)
            return 0
    with transaction.atomic():
        AccessEnd.objects.filter(member=one.member, last_day=one.last_day).update(ended_on=day)
        record(verb="access.ended", target=one.member.pk)
    return 1 if membership is not None else 0

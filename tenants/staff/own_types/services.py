"""The contract types of one federation: added beside everybody's, retired, brought back. A code never changes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from maillage.reference.models import ContractType
from maillage.reference.selectors import forget
from tenants.staff.enums import Employer
from tenants.staff.requirements import KNOWN
from tenants.staff.wording import Problems, problem

LONGEST = 120
MOST = 50  # types of one federation


class TypeFacts(TypedDict):
    code: str
    label_fr: str
    label_nl: str
    label_en: str
    legal_employer: str
    counts_in_fte: bool
    requires: Sequence[str]


def type_problems(facts: TypeFacts) -> Problems:
    found: Problems = {}
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,19}", facts["code"]):
        text = _("From 2 to 20 small letters, digits and underscores, beginning with a letter.")
        found["code"] = [problem(text, "code")]
    for name in ("label_fr", "label_nl", "label_en"):
        label = str(facts[name])
        if "\0" in label or not 0 < len(label.strip()) <= LONGEST:
            said = _("Give it a name of at most %(longest)s characters.")
            found[name] = [problem(said, "length", longest=LONGEST)]
    if facts["legal_employer"] not in Employer.values:
        found["legal_employer"] = [problem(_("This answer doesn't exist. Choose one from the list."), "employer")]
    if not set(facts["requires"]) <= set(KNOWN):
        found["requires"] = [problem(_("This answer doesn't exist. Choose one from the list."), "requires")]
    return found


def add_type(*, federation_id: int, **facts: Unpack[TypeFacts]) -> ContractType:
    """Outside every space: the table is public. Raises ValidationError by field."""
    problems = type_problems(facts)
    own = ContractType.objects.filter(federation_id=federation_id)
    if not problems and own.count() >= MOST:
        problems["code"] = [problem(_("At most %(most)s types of your own."), "too_many", most=MOST)]
    if problems:
        raise ValidationError(dict(problems))
    last = ContractType.objects.aggregate(last=Max("position"))["last"] or 0
    try:
        with transaction.atomic():
            made: ContractType = ContractType.objects.create(
                code=f"f{federation_id}_{facts['code']}",
                federation_id=federation_id,
                label_fr=facts["label_fr"].strip(),
                label_nl=facts["label_nl"].strip(),
                label_en=facts["label_en"].strip(),
                legal_employer=facts["legal_employer"],
                counts_in_fte=facts["counts_in_fte"],
                requires="; ".join(piece for piece in KNOWN if piece in set(facts["requires"])),
                position=last + 1,
            )
            record(verb="contract_type.added", target=made.pk, space_id=federation_id)
            transaction.on_commit(forget)
    except IntegrityError:
        text = _("You have a type with this code already. Codes are never used twice.")
        raise ValidationError({"code": [problem(text, "taken")]}) from None
    forget()
    return made


@transaction.atomic
def set_retired(*, kind: ContractType, retired: bool) -> None:
    """A retired type stays on the contracts that have it, and is offered no more. Twice is once."""
    waiting = ContractType.objects.filter(pk=kind.pk, retired_at__isnull=retired, federation_id=kind.federation_id)
    if waiting.update(retired_at=timezone.now() if retired else None):
        record(
            verb="contract_type.retired" if retired else "contract_type.restored",
            target=kind.pk,
            space_id=kind.federation_id,
        )
    transaction.on_commit(forget)
    forget()

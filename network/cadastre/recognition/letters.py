"""Letters about the label to who coordinates an EPN, in their language: a re-check is asked for, it was decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from network.cadastre.recognition.enums import Verdict
from tenants.registry.crossing import outside
from tenants.registry.mailing import coordinators_of, link_to, send
from tenants.registry.models import Epn


def ask(*, epn_id: int, network: str, due_on: dt.date) -> int:
    """To say anew how it stands. Outside transactions; returns to how many it left."""
    return _write(
        epn_id, "recognition:apply", "recognition/email/recheck.txt", {"network": network, "due_on": due_on},
        lambda facts: gettext("%(network)s asks %(epn)s about its label") % facts,
    )  # fmt: skip


def tell(*, epn_id: int, network: str, verdict: str, decided_on: dt.date) -> int:
    """What was decided. Reason and conditions stand on the EPN's page only: a letter may be read by anybody."""
    known = {"network": network, "verdict": Verdict(verdict), "decided_on": decided_on}
    return _write(
        epn_id, "recognition:home", "recognition/email/decision.txt", known,
        lambda facts: gettext("%(network)s has decided about the label of %(epn)s") % facts,
    )  # fmt: skip


def _write(epn_id: int, page: str, template: str, known: Mapping[str, Any], subject_of: Any) -> int:
    with outside():
        space = Epn.objects.select_related("space").get(pk=epn_id).space
    facts = {**known, "epn": space.name, "address": link_to(space, page)}
    sent = 0
    for person in coordinators_of(space):
        with override(person.language):
            subject, body = subject_of(facts), render_to_string(template, facts)
        sent += send(person, subject=subject, body=body, about=f"the label of {space.schema_name}")
    return sent

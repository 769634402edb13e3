"""Writing about second factors: required by a network, used up, reset by the operator."""

from __future__ import annotations

import time

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest

from maillage.accounts.models import Person
from maillage.audit.services import record
from tenants.registry.models import Federation
from tenants.registry.signing_in.secrets_box import secrets_box
from tenants.registry.signing_in.selectors import factors_of

# A code of an app is good for its own half minute and the ones beside it.
CODE_IS_REMEMBERED = 120  # seconds


@transaction.atomic
def require_second_factor(*, federation: Federation, required: bool) -> None:
    """Ask the coordinators and reviewers of a network for a second factor, from their next page on; or no more."""
    Federation.objects.filter(pk=federation.pk).update(second_factor_required=required)
    verb = "second_factor.required" if required else "second_factor.optional"
    record(verb=verb, target=federation.pk, space_id=federation.pk)


@transaction.atomic
def reset_second_factors(*, person: Person) -> int:
    """For somebody who lost telephone, key and recovery codes: they set up anew. Gives how many factors are gone."""
    gone = factors_of(person).count()
    Authenticator.objects.filter(user=person).delete()
    record(verb="second_factor.reset", target=person.pk)
    return gone


@transaction.atomic
def close_secrets_anew() -> int:
    """After a new SECRET_KEY: every secret is closed with it, so that the former key can go. Gives how many."""
    count = 0
    for one in Authenticator.objects.select_for_update().exclude(type=Authenticator.Type.WEBAUTHN).order_by("pk"):
        name = "secret" if one.type == Authenticator.Type.TOTP else "seed"
        one.data[name] = secrets_box().rotate(one.data[name].encode()).decode()
        one.save(update_fields=["data"])
        count += 1
    record(verb="second_factor.keys_rotated")
    return count


@transaction.atomic
def use_code_once(*, authenticator: Authenticator, code: str) -> bool:
    """False when this code of an app was used already. allauth remembers it for one period, and three are good."""
    one = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    now, digits = time.time(), "".join(char for char in code if char.isdigit())
    used = {known: at for known, at in one.data.get("used", {}).items() if now - at < CODE_IS_REMEMBERED}
    if digits in used:
        return False
    one.data["used"] = {**used, digits: now}
    one.save(update_fields=["data"])
    return True


def note_set_up(*, request: HttpRequest, person: Person) -> None:
    """Whoever has just set a factor up has it at hand: this session needs not be asked for it again."""
    record_authentication(request, person, "mfa", set_up=True)
    record(verb="second_factor.added", target=person.pk)

"""Writing about second factors (required by a network, used up, reset by the operator) and forms that are kept."""

from __future__ import annotations

import time
from datetime import timedelta

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from maillage.accounts.models import Person
from maillage.audit.services import record
from tenants.registry.models import Federation
from tenants.registry.selectors import digest_of
from tenants.registry.signing_in.models import KeptForm
from tenants.registry.signing_in.pins.services import close_pins_anew
from tenants.registry.signing_in.secrets_box import secrets_box
from tenants.registry.signing_in.selectors import box_of_forms, factors_of

# A code of an app is good for its own half minute and the ones beside it.
CODE_IS_REMEMBERED = 120  # seconds
MOST_KEPT = 5  # forms of one person: the oldest goes


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
    count += close_pins_anew()
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


@transaction.atomic
def keep_form(*, person: Person, secret: str, content: str, lasts: timedelta, instead_of: str = "") -> None:
    """Keep what somebody was sending. `secret` is their browser's; `instead_of` is the form that this one was."""
    now = timezone.now()
    forget_form(person=person, secret=secret, number=instead_of)
    KeptForm.objects.filter(expires_at__lt=now).delete()
    sealed = box_of_forms(secret).encrypt(content.encode()).decode()
    KeptForm.objects.create(
        person=person, digest=digest_of(secret), sealed=sealed, created_at=now, expires_at=now + lasts
    )
    latest = KeptForm.objects.filter(person=person).order_by("-created_at", "-pk").values("pk")[:MOST_KEPT]
    KeptForm.objects.filter(person=person).exclude(pk__in=list(latest.values_list("pk", flat=True))).delete()


def forget_form(*, person: Person, secret: str, number: str) -> bool:
    """It was sent, or thrown away. Whether there was one."""
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        return False
    gone, _by_model = KeptForm.objects.filter(pk=int(number), person=person, digest=digest_of(secret)).delete()
    return gone > 0


def remove_forms_of_before() -> None:
    """What nobody came back for."""
    KeptForm.objects.filter(expires_at__lt=timezone.now()).delete()

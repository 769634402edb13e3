"""Writing about PINs and the shared PCs where they open something."""

from __future__ import annotations

import secrets
from datetime import timedelta
from enum import Enum

from cryptography.fernet import InvalidToken, MultiFernet
from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Person
from maillage.audit.services import record
from tenants.registry.models import Space
from tenants.registry.selectors import digest_of
from tenants.registry.signing_in.models import Pin, PinTries, SharedPc
from tenants.registry.signing_in.pins.rules import check_pin
from tenants.registry.signing_in.pins.selectors import MOST_WRONG, may_have_pin, tries_left
from tenants.registry.signing_in.secrets_box import secrets_box

PC_IS_KNOWN_FOR = timedelta(days=30)  # since somebody signed in there in full
USE_IS_NOTED_EVERY = timedelta(minutes=10)


class Tried(Enum):
    RIGHT = "right"
    WRONG = "wrong"
    BLOCKED = "blocked"


def box_of_pins() -> MultiFernet:
    return secrets_box("PIN codes")


@transaction.atomic
def set_pin(*, person: Person, pin: str) -> None:
    """Raises ValidationError when the PIN is easy to guess, or its person must show more than a PIN."""
    check_pin(pin)
    if not may_have_pin(person):
        raise ValidationError(_("You sign in with more than a password: a PIN can't take its place."), code="factor")
    sealed = box_of_pins().encrypt(make_password(pin).encode()).decode()
    Pin.objects.update_or_create(person=person, defaults={"sealed": sealed, "set_at": timezone.now()})
    PinTries.objects.filter(person=person).delete()
    record(verb="pin.set", target=person.pk)


@transaction.atomic
def remove_pin(*, person: Person) -> None:
    gone, _by_model = Pin.objects.filter(person=person).delete()
    if gone:
        record(verb="pin.removed", target=person.pk)


def try_pin(*, pc: SharedPc, person: Person, pin: str) -> Tried:
    """One try. It is counted before it is looked at, in the database: whoever tries in many windows or processes at
    once has no more tries. Outside transactions, so that a count stands whatever happens next."""
    if tries_left(pc=pc, person=person) == 0:
        return Tried.BLOCKED
    row, _made = PinTries.objects.get_or_create(pc=pc, person=person)
    counted = PinTries.objects.filter(pk=row.pk, wrong__lt=MOST_WRONG).update(wrong=F("wrong") + 1)
    if not counted:
        return Tried.BLOCKED
    if _is_right(person, pin):
        PinTries.objects.filter(pk=row.pk).update(wrong=0)
        _note_use(pc)
        return Tried.RIGHT
    if tries_left(pc=pc, person=person) > 0:
        return Tried.WRONG
    record(verb="pin.blocked", target=person.pk, space_id=pc.space_id)
    return Tried.BLOCKED


def _is_right(person: Person, pin: str) -> bool:
    kept = Pin.objects.filter(person=person).first()
    try:
        known = "" if kept is None else box_of_pins().decrypt(kept.sealed.encode()).decode()
    except InvalidToken:  # closed with a SECRET_KEY that is gone: nobody can say whether it is right
        return False
    return check_password(pin, known)


def _note_use(pc: SharedPc) -> None:
    now = timezone.now()
    SharedPc.objects.filter(pk=pc.pk, used_at__lt=now - USE_IS_NOTED_EVERY).update(used_at=now)


@transaction.atomic
def share_pc(*, space: Space, person: Person) -> str:
    """A PC of this EPN from now on. Gives the secret for its browser, which nobody can find again."""
    secret = secrets.token_urlsafe(32)
    now = timezone.now()
    pc = SharedPc.objects.create(
        space=space, digest=digest_of(secret), shared_by=person, used_at=now, expires_at=now + PC_IS_KNOWN_FOR
    )
    record(verb="shared_pc.added", target=pc.pk, space_id=space.pk)
    return secret


@transaction.atomic
def signed_in_in_full(*, pc: SharedPc, person: Person) -> None:
    """The PC is known for longer, and this person's PIN works there again."""
    now = timezone.now()
    SharedPc.objects.filter(pk=pc.pk).update(used_at=now, expires_at=now + PC_IS_KNOWN_FOR)
    PinTries.objects.filter(pc=pc, person=person).delete()


@transaction.atomic
def revoke_pc(*, pc: SharedPc) -> None:
    """No PIN opens anything there any more; sessions that one opened end with their next page."""
    now = timezone.now()
    if SharedPc.objects.filter(pk=pc.pk, revoked_at__isnull=True).update(revoked_at=now):
        record(verb="shared_pc.revoked", target=pc.pk, space_id=pc.space_id)


def close_pins_anew() -> int:
    """After a new SECRET_KEY. Gives how many."""
    found = list(Pin.objects.select_for_update().order_by("pk"))
    for one in found:
        one.sealed = box_of_pins().rotate(one.sealed.encode()).decode()
    Pin.objects.bulk_update(found, ["sealed"])
    return len(found)


@transaction.atomic
def forget_old_pcs() -> None:
    """Nobody signed in there for a month, or they were revoked; the journal keeps that."""
    SharedPc.objects.filter(expires_at__lt=timezone.now() - PC_IS_KNOWN_FOR).delete()

"""What proves who sits at a PC, and what they were sending when it was asked. No space's role may read any of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from tenants.registry.models import Space


class KeptForm(models.Model):
    """A form that met a session that had ended or was locked: its person finds it again, for half an hour.

    `digest` is that of a secret in a cookie of their browser. Without the secret nothing opens `sealed`.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    sealed = models.TextField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["person", "digest"], name="kept_form_by_person")]

    def __str__(self) -> str:
        return f"kept form {self.pk} of {self.person_id}"


class Pin(models.Model):
    """A short number that opens a session on a shared PC of the EPN where its person works, and nowhere else.

    `sealed` is a slow hash, closed with SECRET_KEY: a copy of the database alone can't be tried against all numbers.
    """

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    sealed = models.CharField(max_length=400)
    set_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"PIN of {self.person_id}"


class SharedPc(models.Model):
    """A PC of one EPN, where somebody of that EPN has signed in in full and said that others use it.

    `digest` is that of a secret in a cookie of its browser.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    used_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"shared PC {self.pk} of {self.space_id}"


class PinTries(models.Model):
    """How often a person's PIN was tried in vain on a PC, since it was right or its person signed in in full."""

    pc = models.ForeignKey(SharedPc, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    wrong = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pc", "person"], name="one_count_of_tries_a_person_and_pc")]

    def __str__(self) -> str:
        return f"{self.wrong} wrong tries for {self.person_id} on {self.pc_id}"

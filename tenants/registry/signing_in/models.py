"""What proves who sits at a PC, and what they were sending when it was asked. No space's role may read any of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


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

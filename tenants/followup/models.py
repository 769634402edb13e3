"""Help that takes several meetings: a thread under a code that the person keeps on a card. No name, no birth date."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.accounts.enums import Language
from tenants.activity.models import Visit
from tenants.followup.enums import Consent, Ending
from tenants.registry.models import SpaceModel


def somebody(label: Any = None) -> Any:
    """A person of the register; the row stays readable when they have left."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", verbose_name=label
    )


class Thread(SpaceModel):
    """One person's way through several meetings. Open until `closed_on`; erased some months after `last_activity`."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    code = models.CharField(_("code"), max_length=6, unique=True, editable=False)
    consent = models.CharField(_("consent"), max_length=10, choices=Consent)
    consent_on = models.DateField(_("consent given on"), default=timezone.localdate)
    consent_by = somebody(_("consent noted by"))
    language = models.CharField(_("language of the card"), max_length=2, choices=Language, default=Language.FRENCH)
    animator = somebody(_("followed by"))
    themes = ArrayField(models.CharField(max_length=40), verbose_name=_("themes"), default=list, blank=True)
    about = models.TextField(_("what it is about"), blank=True)
    opened_on = models.DateField(_("opened on"), default=timezone.localdate)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    ending = models.CharField(_("how it ended"), max_length=10, choices=Ending, blank=True)
    last_activity = models.DateField(_("last activity"), default=timezone.localdate)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("follow-up")
        ordering: ClassVar[list[str]] = ["-last_activity", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(consent=Consent.ORAL) | Q(consent=Consent.SIGNED), name="no_thread_without_consent"
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, ending="") | (Q(closed_on__isnull=False) & ~Q(ending="")),
                name="a_closed_thread_says_how_it_ended",
            ),
        ]
        indexes = [models.Index(fields=["last_activity"], name="thread_by_last_activity")]

    def __str__(self) -> str:
        return f"thread {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.closed_on is None


class Step(SpaceModel):
    """What was done (`done_on`), or is to be done by a day (`due_on`)."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="steps")
    text = models.TextField(_("what"))
    due_on = models.DateField(_("to be done by"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    animator = somebody(_("by whom"))
    # Without a constraint: emptying the table of visits by hand must not take people's follow-ups along.
    visit = models.ForeignKey(
        Visit,
        on_delete=models.SET_NULL,
        db_constraint=False,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("visit"),
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("step")
        ordering: ClassVar[list[str]] = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__isnull=False) | Q(done_on__isnull=False), name="a_step_has_a_day"
            ),
        ]
        indexes = [models.Index(fields=["due_on"], name="step_to_do", condition=Q(done_on__isnull=True))]

    def __str__(self) -> str:
        return f"step {self.pk}"


class ErasureRun(SpaceModel):
    """How much was erased on a day because its time was over. Numbers only: of whom, nobody can tell any more."""

    day = models.DateField(_("day"))
    threads = models.PositiveIntegerField(_("follow-ups erased"))
    steps = models.PositiveIntegerField(_("steps erased"))
    months = models.PositiveSmallIntegerField(_("months kept"))

    class Meta:
        verbose_name = _("erasure")
        ordering: ClassVar[list[str]] = ["-day", "-pk"]

    def __str__(self) -> str:
        return f"{self.day}: {self.threads}"

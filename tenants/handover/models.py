"""What somebody holds for the EPN, what changed hands when they left, and when their access ends."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.handover.enums import Held
from tenants.registry.models import SpaceModel
from tenants.staff.models import StaffMember


class HeldThing(SpaceModel):
    """A key, an account, a laptop: what a person holds until they give it back. Never a password."""

    member = models.ForeignKey(
        StaffMember, on_delete=models.CASCADE, related_name="held_things", verbose_name=_("held by")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Held)
    label = models.CharField(_("what"), max_length=120)
    since = models.DateField(_("since"), default=timezone.localdate)
    returned_on = models.DateField(_("given back on"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("thing held")
        ordering: ClassVar[list[str]] = ["kind", "label", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Held.values), name="held_kind_is_known"),
            models.CheckConstraint(
                condition=Q(returned_on__isnull=True) | Q(returned_on__gte=F("since")),
                name="given_back_after_it_was_got",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Handover(SpaceModel):
    """One time that somebody's work was passed on. `moved` holds kinds and ids, by which it can be taken back."""

    member = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="handovers")
    at = models.DateTimeField(default=timezone.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", editable=False
    )
    from_account = models.BigIntegerField(null=True, editable=False)  # the account that the work was under
    moved = models.JSONField(default=list)  # [{"work": …, "id": …, "to": …}, …]
    taken_back_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("handover")
        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.member_id} {self.at}"


class AccessEnd(SpaceModel):
    """That somebody was told that their access ends, for a last day; and when it was ended. One row a last day."""

    member = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="access_ends")
    last_day = models.DateField(_("last day of the contract"))
    told_on = models.DateField(_("told on"))
    ended_on = models.DateField(_("access ended on"), null=True, blank=True)

    class Meta:
        verbose_name = _("end of access")
        ordering: ClassVar[list[str]] = ["-last_day", "pk"]
        constraints = [models.UniqueConstraint(fields=["member", "last_day"], name="one_end_of_access_a_last_day")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.last_day}"


class AccessKept(SpaceModel):
    """A coordinator lets somebody go on signing in without a contract, up to and including a day."""

    member = models.OneToOneField(StaffMember, on_delete=models.CASCADE, related_name="access_kept")
    until = models.DateField(_("up to and including"))

    class Meta:
        verbose_name = _("access kept")

    def __str__(self) -> str:
        return f"{self.member_id} {self.until}"

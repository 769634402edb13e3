import uuid

from django.db import models
from django.utils import timezone


class Entry(models.Model):
    """Who did which verb on which id, where, when and from which door. No content, ever.

    The table only grows: no role may UPDATE or DELETE it, and a space's role reads the lines of its own space
    alone. The column `role_name`, which this model doesn't know, is filled by PostgreSQL with the role that
    wrote, so that a space can't sign with another one's name: what one wrote about another isn't shown there.
    Keys are plain numbers: the row outlives what it names. `door` is one of `enums.Door`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(default=timezone.now)
    actor_id = models.BigIntegerField(null=True)
    space_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=60)
    target = models.CharField(max_length=80, blank=True)
    door = models.CharField(max_length=20)

    class Meta:
        verbose_name_plural = "entries"
        indexes = [models.Index(fields=["space_id", "at"], name="audit_by_space")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.target}"

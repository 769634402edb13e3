from django.db import models


class Build(models.Model):
    """A demo network in this database, up to a day. Without `finished_at`, its making was cut short."""

    until = models.DateField()
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"demo up to {self.until}"

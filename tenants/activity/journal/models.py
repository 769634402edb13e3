"""What people do with the journal: views that they keep, corrections of many visits, files in and out."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.activity.journal.enums import FileState, Habit, ImportState
from tenants.activity.models import Visit
from tenants.registry.models import SpaceModel


def person_field(*, null: bool = True) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        null=null,
        editable=False,
    )


class SavedView(SpaceModel):
    """Filters under a name: one's own, or, without an owner, the EPN's."""

    name = models.CharField(_("name"), max_length=60)
    filters = models.JSONField(default=dict)  # as they stand in the address
    owner = person_field()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="saved_view_name_of_a_person"),
            models.UniqueConstraint(fields=["name"], condition=Q(owner__isnull=True), name="saved_view_name_of_all"),
        ]

    def __str__(self) -> str:
        return self.name


class Correction(SpaceModel):
    """One fact of many visits, corrected at once."""

    by = person_field()
    at = models.DateTimeField(default=timezone.now, editable=False)
    field = models.CharField(max_length=20)
    undone_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return f"{self.field} {self.at}"


class CorrectedVisit(SpaceModel):
    """What stood in a visit before and after. Forgotten with the visit."""

    correction = models.ForeignKey(Correction, on_delete=models.CASCADE, related_name="lines")
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="+")
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["correction", "visit"], name="corrected_visit_once")]

    def __str__(self) -> str:
        return f"{self.correction_id} {self.visit_id}"


class ExportedFile(SpaceModel):
    """A large file that a job makes, piece by piece. It is kept a day."""

    by = person_field()
    language = models.CharField(max_length=5)
    filters = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=FileState, default=FileState.WAITING)
    filename = models.CharField(max_length=200)
    rows = models.PositiveIntegerField()
    rows_done = models.PositiveIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints = [models.CheckConstraint(condition=Q(state__in=FileState.values), name="file_state_is_known")]

    def __str__(self) -> str:
        return self.filename

    @property
    def percent(self) -> int:
        return 100 if not self.rows else min(100, 100 * self.rows_done // self.rows)


class FilePiece(SpaceModel):
    file = models.ForeignKey(ExportedFile, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering: ClassVar[list[str]] = ["file", "number"]
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="file_piece_once")]

    def __str__(self) -> str:
        return f"{self.file_id}/{self.number}"


class ImportBatch(SpaceModel):
    """A spreadsheet on its way into the journal, then what came of it. Its content is forgotten once it is in."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    by = person_field()
    language = models.CharField(max_length=5)
    filename = models.CharField(max_length=200)
    content = models.BinaryField(null=True)
    headings = ArrayField(models.TextField(), default=list)
    columns = models.JSONField(default=dict)  # position of a heading, from 0 → column of a visit
    values = models.JSONField(default=dict)  # column → {what the cells say, folded: code or number}
    defaults = models.JSONField(default=dict)  # column that the file lacks → what holds for every line
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.PREPARED)
    rows = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    rows_written = models.PositiveIntegerField(default=0, db_default=0)  # in a transaction that isn't over yet
    problems = models.JSONField(default=list)  # [line, heading, value, reason]
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    written_at = models.DateTimeField(null=True, editable=False)
    undone_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints = [models.CheckConstraint(condition=Q(state__in=ImportState.values), name="import_state_is_known")]

    def __str__(self) -> str:
        return self.filename

    @property
    def percent(self) -> int:
        """Of what it is at: all lines are checked before the first one is written."""
        return 0 if not self.rows else min(100, 100 * (self.rows_written or self.rows_done) // self.rows)


class ImportedVisit(SpaceModel):
    """Which line of which import a visit was. Forgotten with the visit."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="visits")
    visit = models.OneToOneField(Visit, on_delete=models.CASCADE, related_name="imported")
    line = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.line}"


class ImportHabit(SpaceModel):
    """What this EPN's own words stood for the last time, folded: of a heading, or of a cell of a column."""

    kind = models.CharField(max_length=10, choices=Habit)
    column = models.CharField(max_length=40, blank=True)
    said = models.CharField(max_length=200)
    meant = models.CharField(max_length=60, blank=True)  # blank: nothing, on purpose

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "column", "said"], name="import_habit_once")]

    def __str__(self) -> str:
        return f"{self.said} → {self.meant}"

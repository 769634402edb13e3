"""The large files of the journal: a person's own, how far each is, and its bytes."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from tenants.activity.journal.models import ExportedFile, FilePiece


def files_of(person_id: int) -> QuerySet[ExportedFile]:
    found: QuerySet[ExportedFile] = ExportedFile.objects.filter(by=person_id)
    return found


def bytes_of(file: ExportedFile) -> Iterator[bytes]:
    """Piece by piece, so that a big file is never whole in memory."""
    number = 0
    while True:
        piece = FilePiece.objects.filter(file=file.pk, number=number).values_list("content", flat=True).first()
        if piece is None:
            return
        yield bytes(piece)
        number += 1

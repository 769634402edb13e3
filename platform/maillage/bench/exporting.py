"""A workbook of a whole journal: how long the job takes, and how much memory."""

from __future__ import annotations

import resource

from maillage.bench.filling import add_epn, add_visits, make_federation
from maillage.bench.measuring import Result, Timing, clock, say
from tenants.activity.journal.exporting.making import make_file
from tenants.activity.journal.models import ExportedFile
from tenants.registry.crossing import entered
from tenants.registry.models import Epn

FEW = 2_000  # visits of a second EPN, whose file warms everything up
MOST_MEMORY = 64  # MiB


def _peak() -> int:
    """KiB that this process has had at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _made(epn: Epn, rows: int) -> ExportedFile:
    with entered(epn.space):
        file: ExportedFile = ExportedFile.objects.create(language="fr", filename="visits.xlsx", rows=rows)
        make_file(file_id=file.pk, perimeter="bench")
        file.refresh_from_db()
    return file


def xlsx(*, visits: int = 100_000) -> Result:
    """`equal`: every visit is in the file, and making it took at most 64 MiB more than making a small one."""
    federation = make_federation()
    small, large = add_epn(federation, 0), add_epn(federation, 1)
    say(f"Filling an EPN with {visits:,} visits")
    add_visits(small, FEW)
    add_visits(large, visits)
    _made(small, FEW)
    before = _peak()
    say("Making the workbook")
    made: list[ExportedFile] = []
    seconds = clock(lambda: made.append(_made(large, visits)))
    growth = (_peak() - before) / 1024
    return Result(
        "xlsx",
        visits,
        Timing.of([seconds]),
        {},
        equal=made[0].rows_done == visits and growth <= MOST_MEMORY,
        ratio={},
        more={"memory_mib": round(growth, 1), "file_mib": round(made[0].bytes / 1024 / 1024, 1)},
    )

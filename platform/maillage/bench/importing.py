"""A spreadsheet of thirty thousand lines: checked with seventeen bad ones, then written whole."""

from __future__ import annotations

import random

from maillage.accounts.services import create_person
from maillage.bench.filling import add_epn, make_federation
from maillage.bench.measuring import Result, Timing, clock, say
from tenants.activity.journal.enums import ImportState
from tenants.activity.journal.importing.making import check_import, write_import
from tenants.activity.journal.importing.services import say_columns, take_in
from tenants.activity.journal.models import ImportBatch
from tenants.activity.models import Visit
from tenants.premises.models import Site
from tenants.registry.crossing import entered
from tenants.registry.models import Epn

BAD = 17


def _file(lines: int, bad: set[int]) -> bytes:
    rows = (
        f"{'2062-01-01' if line in bad else f'2025-{1 + line % 12:02}-{1 + line % 28:02}'};{5 + line % 60};tax;solved;x"
        for line in range(2, lines + 2)
    )
    return ("date;minutes;themes;outcome;note\n" + "\n".join(rows)).encode()


def _taken_in(epn: Epn, content: bytes, person_id: int, state: ImportState) -> ImportBatch:
    batch = take_in(content=content, filename="bench.csv", by_id=person_id, language="fr")
    known = {int(position): str(name) for position, name in batch.columns.items()}
    site = str(Site.objects.values_list("pk", flat=True)[0])
    say_columns(batch=batch, columns=known, defaults={"site": site, "mode": "individual"})
    ImportBatch.objects.filter(pk=batch.pk).update(state=state)
    return batch


def imported(*, lines: int = 30_000) -> Result:
    """`ours` is the check. `equal`: it names the bad lines and no others, and the good file becomes as many visits."""
    federation = make_federation()
    epn = add_epn(federation, 0)
    person = create_person(email="bench@maillage.example", name="Bench", password=None)
    bad = set(random.Random(BAD).sample(range(2, lines + 2), BAD))  # nosec B311 - which lines are bad is no secret
    with entered(epn.space):
        say(f"Checking {lines:,} lines, {BAD} of them bad")
        wrong = _taken_in(epn, _file(lines, bad), person.pk, ImportState.CHECKING)
        checked = clock(lambda: check_import(batch_id=wrong.pk))
        wrong.refresh_from_db()
        named = {problem[0] for problem in wrong.problems}
        say("Writing as many good ones")
        good = _taken_in(epn, _file(lines, set()), person.pk, ImportState.WRITING)
        written = clock(lambda: write_import(batch_id=good.pk))
        made = Visit.objects.count()
    return Result(
        "import",
        lines,
        Timing.of([checked]),
        {},
        equal=named == bad and made == lines,
        ratio={},
        more={"written": round(written, 3)},
    )

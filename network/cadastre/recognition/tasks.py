"""Letters of many re-checks leave from the worker, one job an EPN: a mail server takes its time."""

from __future__ import annotations

from network.cadastre.recognition import letters
from network.cadastre.recognition.enums import State
from network.cadastre.recognition.models import Application
from tenants.registry.crossing import entered
from tenants.registry.jobs import app, defer_after_commit
from tenants.registry.models import Space


def write_after_commit(space_id: int, application_id: int) -> None:
    defer_after_commit(
        write, once=f"recheck {space_id} {application_id}", space_id=space_id, application_id=application_id
    )


@app.task(name="write_about_a_recheck")
def write(space_id: int, application_id: int) -> None:
    """To who coordinates the EPN, unless it has signed meanwhile. Run twice, it writes twice."""
    space = Space.objects.filter(pk=space_id, archived_at__isnull=True).first()
    if space is None:
        return
    with entered(space):
        row = Application.objects.filter(pk=application_id, state=State.DRAFT, due_on__isnull=False).first()
        if row is not None:
            letters.ask(epn_id=row.epn_id, network=space.name, due_on=row.due_on)

from __future__ import annotations

from maillage.audit.services import acting
from network.cadastre.papers.making import make_paper, remove_old_papers
from tenants.registry.crossing import current_place, entered
from tenants.registry.enums import Kind
from tenants.registry.jobs import app, defer_after_commit
from tenants.registry.models import Space


def put_in_paper(paper_id: int) -> None:
    """Ask for the document after this transaction."""
    space_id = current_place().space_id
    assert space_id is not None
    defer_after_commit(make, once=f"paper {space_id} {paper_id}", space_id=space_id, paper_id=paper_id)


@app.task(name="make_paper")
def make(space_id: int, paper_id: int) -> None:
    """The cadastre of a network as a document. Run twice, it is made once more from the beginning."""
    space = Space.objects.filter(pk=space_id, archived_at__isnull=True).first()
    if space is not None:
        with entered(space), acting(actor_id=None, space_id=space.pk, door="task"):
            make_paper(paper_id=paper_id, federation_id=space.pk, network=space.name)


@app.periodic(cron="41 3 * * *")
@app.task(name="remove_old_papers", queueing_lock="remove_old_papers")
def remove_old(timestamp: int) -> None:
    for space in Space.objects.filter(kind=Kind.FEDERATION).order_by("pk"):
        with entered(space):
            remove_old_papers()

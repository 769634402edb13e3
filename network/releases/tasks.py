import logging

from django.core.exceptions import ValidationError

from maillage.audit.services import acting
from network.releases.services import fill_draft
from tenants.registry.crossing import current_place, entered
from tenants.registry.jobs import app, defer_after_commit
from tenants.registry.models import Space

logger = logging.getLogger(__name__)


def put_in(draft_id: int) -> None:
    space_id = current_place().space_id
    assert space_id is not None
    defer_after_commit(fill, once=f"release {space_id} {draft_id}", space_id=space_id, draft_id=draft_id)


@app.task(name="fill_release")
def fill(space_id: int, draft_id: int) -> None:
    """Count and protect a draft of a large network. Run twice, it is filled once."""
    space = Space.objects.filter(pk=space_id, archived_at__isnull=True).first()
    if space is None:
        return
    with entered(space), acting(actor_id=None, space_id=space.pk, door="task"):
        try:
            fill_draft(draft_id=draft_id, federation_id=space_id)
        except ValidationError:
            # A correction without a difference: the draft is gone, and its page says that there is none.
            logger.info("draft %s of %s had nothing to correct", draft_id, space.schema_name)

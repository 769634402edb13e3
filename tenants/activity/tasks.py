from maillage.audit.services import acting
from tenants.activity.services import purge_deleted_visits
from tenants.registry.crossing import entered
from tenants.registry.enums import Kind
from tenants.registry.jobs import app
from tenants.registry.models import Space


@app.periodic(cron="7 3 * * *")
@app.task(name="purge_deleted_visits", queueing_lock="purge_deleted_visits")
def purge(timestamp: int) -> None:
    """Visits that were deleted a month ago are forgotten, in every EPN."""
    for space in Space.objects.filter(kind=Kind.EPN).order_by("pk"):
        with entered(space), acting(actor_id=None, space_id=space.pk, door="task"):
            purge_deleted_visits()

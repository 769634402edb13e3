from maillage.audit.services import acting
from tenants.followup.services import erase_overdue
from tenants.registry.crossing import entered
from tenants.registry.enums import Kind
from tenants.registry.jobs import app
from tenants.registry.models import Space
from tenants.registry.selectors import followup_months


@app.periodic(cron="23 3 * * *")
@app.task(name="erase_followups", queueing_lock="erase_followups")
def erase(timestamp: int) -> None:
    """Threads without activity for as long as the network keeps them are erased, in every EPN."""
    for space in Space.objects.filter(kind=Kind.EPN).order_by("pk"):
        with entered(space), acting(actor_id=None, space_id=space.pk, door="task"):
            erase_overdue(months=followup_months(space.pk))

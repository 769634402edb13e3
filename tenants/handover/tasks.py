from maillage.audit.services import acting
from tenants.handover.access import end_with_contracts
from tenants.registry.crossing import entered
from tenants.registry.enums import Kind
from tenants.registry.jobs import app
from tenants.registry.models import Space


@app.periodic(cron="41 4 * * *")
@app.task(name="end_access_with_contracts", queueing_lock="end_access_with_contracts")
def end_access_with_contracts(timestamp: int) -> None:
    """Access ends with the contract, in every EPN that runs; two weeks before, it is said."""
    for space in Space.objects.filter(kind=Kind.EPN, archived_at__isnull=True).order_by("pk"):
        with entered(space), acting(actor_id=None, space_id=space.pk, door="task"):
            end_with_contracts(space)

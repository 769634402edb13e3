from maillage.audit.services import acting
from tenants.registry.crossing import entered
from tenants.registry.enums import Kind
from tenants.registry.jobs import app
from tenants.registry.models import Space
from tenants.workshops.registrations.services import erase_registrations


@app.periodic(cron="23 3 * * *")
@app.task(name="erase_registrations", queueing_lock="erase_registrations")
def erase(timestamp: int) -> None:
    """Who was registered is forgotten 90 days after a series' last date, in every EPN."""
    for space in Space.objects.filter(kind=Kind.EPN).order_by("pk"):
        with entered(space), acting(actor_id=None, space_id=space.pk, door="task"):
            erase_registrations()

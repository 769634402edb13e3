from maillage.audit.services import acting
from tenants.appointments.services import erase_old_names
from tenants.registry.crossing import entered
from tenants.registry.enums import Kind
from tenants.registry.jobs import app
from tenants.registry.models import Space


@app.periodic(cron="23 3 * * *")
@app.task(name="erase_appointment_names", queueing_lock="erase_appointment_names")
def erase_names(timestamp: int) -> None:
    """A month after an appointment, nobody needs to know whose it was: in every EPN."""
    for space in Space.objects.filter(kind=Kind.EPN).order_by("pk"):
        with entered(space), acting(actor_id=None, space_id=space.pk, door="task"):
            erase_old_names()

from django.utils import timezone

from maillage.audit.services import acting
from network.funding.importing.services import remove_old_imports
from network.funding.ledger.reminding import tell_of_dues
from tenants.registry.crossing import entered
from tenants.registry.enums import Kind
from tenants.registry.jobs import app
from tenants.registry.models import Space


@app.periodic(cron="47 5 * * *")
@app.task(name="tell_of_money_due", queueing_lock="tell_of_money_due")
def tell(timestamp: int) -> None:
    """The coordinators of every network are told of what is due in 30 and in 7 days; forgotten files go."""
    for space in Space.objects.filter(kind=Kind.FEDERATION, archived_at__isnull=True).order_by("pk"):
        with entered(space), acting(actor_id=None, space_id=space.pk, door="task"):
            tell_of_dues(space=space, day=timezone.localdate())
            remove_old_imports()

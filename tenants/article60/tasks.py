from django.utils import timezone

from maillage.audit.services import acting
from tenants.article60.alerting import tell_of_ends
from tenants.registry.crossing import entered
from tenants.registry.enums import Kind
from tenants.registry.jobs import app
from tenants.registry.models import Space


@app.periodic(cron="43 5 * * *")
@app.task(name="tell_of_article60_ends", queueing_lock="tell_of_article60_ends")
def tell(timestamp: int) -> None:
    """The coordinators of every EPN are told of article 60 contracts that end in 6, 3 and 1 month."""
    for space in Space.objects.filter(kind=Kind.EPN, archived_at__isnull=True).order_by("pk"):
        with entered(space), acting(actor_id=None, space_id=space.pk, door="task"):
            tell_of_ends(space=space, day=timezone.localdate())

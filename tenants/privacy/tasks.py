from maillage.audit.services import acting
from tenants.privacy.forgetting import forget_former_staff
from tenants.privacy.selectors import regions_of
from tenants.registry.crossing import entered
from tenants.registry.enums import Kind
from tenants.registry.jobs import app
from tenants.registry.models import Space


@app.periodic(cron="53 3 * * *")
@app.task(name="forget_former_staff", queueing_lock="forget_former_staff")
def forget(timestamp: int) -> None:
    """Former staff whose legal period is over are made anonymous, in every EPN."""
    for space in Space.objects.filter(kind=Kind.EPN).order_by("pk"):
        regions = regions_of(space.pk)
        with entered(space), acting(actor_id=None, space_id=space.pk, door="task"):
            forget_former_staff(regions)

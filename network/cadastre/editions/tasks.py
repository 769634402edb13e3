from maillage.audit.services import acting
from network.cadastre.editions.letters import write_run
from tenants.registry.crossing import entered
from tenants.registry.jobs import app
from tenants.registry.models import Space


@app.task(name="write_census_letters")
def write_letters(space_id: int, run_id: int) -> None:
    """The letters of one run, in the federation that asked for them. Twice is once."""
    space = Space.objects.filter(pk=space_id, archived_at__isnull=True).first()
    if space is None:
        return
    with entered(space), acting(actor_id=None, space_id=space.pk, door="task"):
        write_run(run_id)

from django.conf import settings

from network.figures.services import sweep
from tenants.registry.jobs import app


@app.periodic(cron=f"*/{settings.SWEEP_MINUTES} * * * *")
@app.task(name="refresh_figures", queueing_lock="refresh_figures")
def refresh_figures(timestamp: int) -> None:
    """The sweeper: what a crash or raw SQL left behind, and the stocks of a new day."""
    sweep()

"""Keeping the house: jobs that died with their worker, and what nobody needs any more."""

from __future__ import annotations

import datetime as dt
import logging
from importlib import import_module

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

from tenants.registry.jobs import app
from tenants.registry.models import ApiToken
from tenants.registry.signing_in.pins.services import forget_old_pcs
from tenants.registry.signing_in.services import remove_forms_of_before

logger = logging.getLogger(__name__)

SUCCEEDED_IS_KEPT = 24  # hours
FAILED_IS_KEPT = 24 * 30  # hours
DEAD_TOKEN_IS_KEPT = dt.timedelta(days=30)


@app.periodic(cron="* * * * *")
@app.task(name="rescue_jobs", queueing_lock="rescue_jobs", pass_context=True)
async def rescue_jobs(context: JobContext, timestamp: int) -> None:
    """Jobs whose worker was killed run again; one whose like waits already isn't needed twice."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        try:
            await manager.retry_job(job)
        except ConnectorException:
            logger.warning("job %s died with its worker, and another %s waits already", job.id, job.task_name)
            await manager.finish_job(job, Status.FAILED, delete_job=False)


@app.periodic(cron="17 * * * *")
@app.task(name="remove_old_jobs", queueing_lock="remove_old_jobs", pass_context=True)
async def remove_old_jobs(context: JobContext, timestamp: int) -> None:
    manager = context.app.job_manager
    await manager.delete_old_jobs(nb_hours=SUCCEEDED_IS_KEPT)
    await manager.delete_old_jobs(
        nb_hours=FAILED_IS_KEPT, include_failed=True, include_cancelled=True, include_aborted=True
    )


@app.periodic(cron="41 3 * * *")
@app.task(name="remove_the_expired", queueing_lock="remove_the_expired")
def remove_the_expired(timestamp: int) -> None:
    """Sessions that ended, forms that waited in vain, tokens and shared PCs that were of no use for a month."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    remove_forms_of_before()
    forget_old_pcs()
    before = timezone.now() - DEAD_TOKEN_IS_KEPT
    ApiToken.objects.filter(Q(expires_at__lt=before) | Q(revoked_at__lt=before)).delete()

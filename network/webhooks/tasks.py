import logging

from django.db import DatabaseError
from procrastinate import JobContext

from network.webhooks.delivering import deliver_due, remove_old, subscriptions_with_due
from network.webhooks.models import Subscription
from network.webhooks.notices import tell_that_it_is_off
from network.webhooks.publishing import publish_changes
from tenants.registry.crossing import entered
from tenants.registry.jobs import app, defer
from tenants.registry.models import Federation, Space

logger = logging.getLogger(__name__)


@app.task(name="deliver_webhooks", pass_context=True)
def deliver(context: JobContext, space_id: int, subscription_id: int) -> None:
    """Send what is due to one subscription. One receiver that hangs holds this job, and no other receiver."""
    space = Space.objects.filter(pk=space_id, archived_at__isnull=True).first()
    if space is None:
        return
    text = ""
    with entered(space):
        run = deliver_due(subscription_id, should_stop=context.should_abort)
        if run.off is not None:
            text = Subscription.objects.get(pk=subscription_id).description
    if run.off is not None:
        tell_that_it_is_off(space=space, subscription_id=subscription_id, description=text, reason=run.off)
    elif run.more:
        _put_in(space_id, subscription_id)


def _put_in(space_id: int, subscription_id: int) -> None:
    defer(deliver, once=f"webhook {space_id} {subscription_id}", space_id=space_id, subscription_id=subscription_id)


@app.periodic(cron="* * * * *")
@app.task(name="publish_webhooks", queueing_lock="publish_webhooks")
def publish(timestamp: int) -> None:
    """Each minute: what happened becomes messages, and whatever is due (a try again too) is sent."""
    for federation in _federations():
        try:
            with entered(federation.space):
                publish_changes()
                waiting = subscriptions_with_due()
            for subscription_id in waiting:
                _put_in(federation.pk, subscription_id)
        except DatabaseError:
            # One federation's trouble must not keep the others from being told; the next minute is another try.
            logger.exception("the webhooks of %s wait", federation.space.schema_name)


@app.periodic(cron="23 3 * * *")
@app.task(name="remove_old_webhooks", queueing_lock="remove_old_webhooks")
def remove_old_deliveries(timestamp: int) -> None:
    for federation in _federations():
        with entered(federation.space):
            remove_old()


def _federations() -> list[Federation]:
    found = Federation.objects.filter(space__archived_at__isnull=True).select_related("space")
    return list(found.order_by("pk"))

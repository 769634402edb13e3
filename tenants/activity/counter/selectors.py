"""Reading half-days at the desk."""

from __future__ import annotations

from django.db.models import QuerySet

from tenants.activity.models import CounterSession
from tenants.activity.selectors import open_sites, today


def counter_sessions() -> QuerySet[CounterSession]:
    found: QuerySet[CounterSession] = CounterSession.objects.select_related("site")
    return found.order_by("-date", "-starts_at", "-pk")


def usual_session() -> dict[str, object]:
    """What the form of a half-day proposes: the last one's site and hours, today."""
    last = counter_sessions().order_by("-pk").first()
    if last is None:
        sites = open_sites()
        return {"date": today(), "site": sites[0].pk if sites else None}
    return {"date": today(), "site": last.site_id, "starts_at": last.starts_at, "ends_at": last.ends_at}

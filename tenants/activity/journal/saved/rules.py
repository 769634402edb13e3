from __future__ import annotations

from tenants.activity.journal.models import SavedView
from tenants.activity.rules import Actor


def may_change_view(view: SavedView, actor: Actor) -> bool:
    """One's own; the EPN's are its coordinators' to change."""
    return actor.coordinates if view.owner_id is None else view.owner_id == actor.person_id

"""Views of the journal that people keep: one's own, or the EPN's."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from maillage.audit.services import record
from tenants.activity.journal.models import SavedView
from tenants.activity.journal.saved.rules import may_change_view
from tenants.activity.rules import Actor, NotYours, problem

MOST_VIEWS = 30  # that one person sees as their own, or that all see
LONGEST_NAME = 60


@transaction.atomic
def save_view(*, name: str, filters: Mapping[str, str], shared: bool, by: Actor) -> SavedView:
    """Keep these filters under a name. Raises NotYours, or ValidationError by field."""
    if shared and not by.coordinates:
        raise NotYours(_("Coordinators keep views for everybody. Keep this one for yourself."))
    if not filters:
        raise ValidationError(_("Choose filters first: this would be the whole journal."), code="no_filter")
    owner = None if shared else by.person_id
    if SavedView.objects.filter(owner=owner).count() >= MOST_VIEWS:
        raise problem(_("There are %(most)s views already. Delete one first."), "too_many", most=MOST_VIEWS)
    view = SavedView(name=_checked(name, owner), filters=dict(filters), owner_id=owner)
    view.save(force_insert=True)
    record(verb="view.saved", target=view.pk)
    return view


@transaction.atomic
def rename_view(*, view: SavedView, name: str, by: Actor) -> None:
    _check(view, by)
    view.name = _checked(name, view.owner_id, view.pk)
    view.save(update_fields=["name"])
    record(verb="view.renamed", target=view.pk)


@transaction.atomic
def delete_view(*, view: SavedView, by: Actor) -> None:
    _check(view, by)
    record(verb="view.deleted", target=view.pk)
    view.delete()


def _check(view: SavedView, by: Actor) -> None:
    if not may_change_view(view, by):
        raise NotYours(_("Coordinators change the views of everybody."))


def _checked(name: str, owner: int | None, pk: int | None = None) -> str:
    tidy = " ".join(name.replace("\0", "").split())[:LONGEST_NAME]
    if not tidy:
        raise ValidationError({"name": [problem(_("Give it a name."), "required")]})
    if SavedView.objects.filter(owner=owner, name=tidy).exclude(pk=pk).exists():
        raise ValidationError({"name": [problem(_("Another view has this name already."), "twin")]})
    return tidy

"""Whoever coordinates one of the two is told: by the letter, not by a door that doesn't open any more."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from network.directory.merging.models import Merge
from tenants.registry.crossing import outside
from tenants.registry.mailing import coordinators_of, link_to, send
from tenants.registry.models import Space


def tell(merge: Merge, *, network: Space) -> None:
    """After the transaction, of a merge or of its undoing. A letter that can't be sent undoes nothing."""
    with outside():
        spaces = {space.pk: space for space in Space.objects.filter(pk__in=(merge.kept_id, merge.merged_id))}
    undone = merge.undone_at is not None
    home = spaces[merge.merged_id if undone else merge.kept_id]
    facts = {"kept": merge.kept_name, "merged": merge.merged_name, "network": network.name, "undone": undone}
    facts |= {"label": merge.with_label, "application": merge.application_id is not None}
    facts["link"] = link_to(home, "home")
    readers = {
        person.pk: (person, pk == merge.merged_id) for pk, space in spaces.items() for person in coordinators_of(space)
    }
    for person, of_the_merged in readers.values():
        whose = merge.merged_name if of_the_merged else merge.kept_name
        with override(person.language):
            told = gettext("%(merged)s is open again") if undone else gettext("%(merged)s is part of %(kept)s")
            body = render_to_string("emails/merged.txt", {**facts, "of_the_merged": of_the_merged, "space": whose})
        send(person, subject=told % facts, body=body, about=f"the merge {merge.pk} of space {network.pk}")

"""Who came with an import that is taken back, and of whom nothing else is known: their name goes for good.

The rows stay, with a number in the place of the name: programs that follow the changes of contracts ask for what was
deleted.
"""

from __future__ import annotations

from django.db.models import Exists, Model, OuterRef

from tenants.staff.models import Contract, ContractChange, ImportedContract, StaffImport, StaffMember
from tenants.staff.wording import anonymous_name

OF_THE_IMPORT: tuple[type[Model], ...] = (Contract, ContractChange, ImportedContract)


def forget_people_of(batch: StaffImport) -> int:
    """In the transaction that takes the import back. Returns how many were forgotten."""
    people = StaffMember.objects.filter(
        pk__in=batch.contracts.filter(made_person=True).values("contract__member"), account__isnull=True
    ).exclude(Exists(Contract.objects.filter(member=OuterRef("pk"))))
    for owner, path in ((StaffMember, ""), (Contract, "__member")):
        for relation in owner._meta.related_objects:
            model = relation.related_model
            if model not in OF_THE_IMPORT:
                spoken_of = model._base_manager.filter(**{f"{relation.field.name}{path}": OuterRef("pk")})
                people = people.exclude(Exists(spoken_of))
    found = list(people.values_list("pk", flat=True))
    for pk in found:
        StaffMember.objects.filter(pk=pk).update(name=anonymous_name(pk), born_on=None)
    Contract.with_deleted.filter(member__in=found).update(note="", reference="")
    return len(found)

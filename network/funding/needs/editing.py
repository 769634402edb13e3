"""One page for each form: fill it, save it; whoever saves second sees both versions and chooses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict

from maillage.design.two_versions import ChangedMeanwhile, Difference, compare, is_undecided, renewed, settled
from network.funding.needs import services
from network.funding.needs.forms import Versioned

FormOf = Callable[[QueryDict | None, Any], Versioned]


def answer(request: HttpRequest, row: Any, form_of: FormOf) -> tuple[Versioned, list[Difference], Any]:
    """The form to show with what two people wrote otherwise, or the row once it is saved (else None)."""
    sent = settled(request.POST, form_of(None, row)) if request.method == "POST" else None
    form = form_of(sent, row)
    differences: list[Difference] = []
    if form.is_bound and form.is_valid():
        try:
            if row.pk and is_undecided(request.POST):
                raise ChangedMeanwhile(type(row).objects.get(pk=row.pk))
            return form, [], services.write(row, seen=form.cleaned_data["version"], **form.said())
        except ValidationError as error:
            tell(form, error)
        except ChangedMeanwhile as meanwhile:
            form.data, form.row = renewed(request.POST, meanwhile.stored), meanwhile.stored
            differences = compare(form, form_of(None, meanwhile.stored))
            if not differences:  # both wrote the same
                return form, [], services.write(meanwhile.stored, **form.said())
    return form, differences, None


def tell(form: Any, error: ValidationError) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, texts in error.message_dict.items():
        form.add_error(name if name in form.fields else None, texts)

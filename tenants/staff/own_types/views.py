"""The contract types of a federation, for its coordinator. Only its own EPN are offered them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.downloads import asked, download
from maillage.reference.models import ContractType
from maillage.reference.selectors import contract_types, label_of
from tenants.registry.crossing import outside
from tenants.registry.middleware import SpaceRequest
from tenants.staff.enums import Employer
from tenants.staff.own_types.forms import TypeForm
from tenants.staff.own_types.services import add_type, set_retired
from tenants.staff.requirements import requirements

NAMES = ("code", "label", "legal_employer", "counts_in_fte", "requires", "own", "retired")


def _federation_id(request: HttpRequest) -> int:
    assert isinstance(request.space.pk, int)  # type: ignore[attr-defined]
    return request.space.pk  # type: ignore[attr-defined]


@require_safe
def types(request: SpaceRequest) -> HttpResponse | StreamingHttpResponse:
    here = _federation_id(request)
    own = [one for one in contract_types(every=True) if one.federation_id == here]
    every = [one for one in contract_types(every=True) if one.federation_id is None and one.retired_at is None]
    if kind := asked(request):
        header = [
            _("Code"), _("Contract type"), _("Legal employer"), _("Counts in FTE"), _("What it asks for"),
            _("Of this network"), _("Retired"),
        ]  # fmt: skip
        rows = [
            [
                one.code, label_of("contract_type", one.code), str(Employer(one.legal_employer).label),
                one.counts_in_fte, ", ".join(requirements(one)), one in own, one.retired_at is not None,
            ]
            for one in [*own, *every]
        ]  # fmt: skip
        return download(request, kind, "contract-types", names=NAMES, header=header, rows=rows, as_of=timezone.now())
    context = {"own": [_line(one) for one in own], "every": [_line(one) for one in every]}
    return render(request, "staff/own_types.html", context)


def _line(kind: ContractType) -> dict[str, object]:
    return {
        "kind": kind,
        "label": label_of("contract_type", kind.code),
        "employer": Employer(kind.legal_employer).label,
        "requires": requirements(kind),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def type_add(request: SpaceRequest) -> HttpResponse:
    form = TypeForm(request.POST if request.method == "POST" else None, initial={"counts_in_fte": True})
    if request.method == "POST" and form.is_valid():
        try:
            with outside():
                add_type(federation_id=_federation_id(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The contract type is added. Your EPN are offered it from now on."))
            return redirect("contract_types")
    return render(request, "staff/own_type.html", {"form": form})


@require_POST
def type_retire(request: SpaceRequest, type_id: int) -> HttpResponse:
    return _retire(request, type_id, retired=True, said=_("This type is offered no more."))


@require_POST
def type_restore(request: SpaceRequest, type_id: int) -> HttpResponse:
    return _retire(request, type_id, retired=False, said=_("This type is offered again."))


def _retire(request: SpaceRequest, type_id: int, *, retired: bool, said: str) -> HttpResponse:
    kind = get_object_or_404(ContractType, pk=type_id, federation_id=_federation_id(request))
    with outside():
        set_retired(kind=kind, retired=retired)
    messages.success(request, said)
    return redirect("contract_types")

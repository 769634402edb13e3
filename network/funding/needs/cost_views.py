"""What one EPN costs: the amounts by date, and the items that an amount is made of."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from maillage.design.downloads import asked, download
from maillage.design.two_versions import VERSION, ChangedMeanwhile, version_of
from network.funding.ledger.views import may_write
from network.funding.models import CostModel
from network.funding.needs.cost_forms import FACTS, CostModelForm, Items, ReplaceForm, items_of
from network.funding.needs.editing import tell
from network.funding.needs.rules import is_in_use
from network.funding.selectors import cost_models
from network.funding.services import set_cost_items, set_cost_model

NAMES = ("valid_from", "amount_eur", "source")
ITEMS = ("kind", "label", "unit_eur", "quantity", "years", "a_year_eur", "hours_a_week")


@require_http_methods(["GET", "HEAD", "POST"])
def cost_model(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The cost models by date; the coordinator adds one, or corrects the one of a day."""
    models = cost_models()
    if request.method != "POST" and (kind := asked(request)):
        header = [_("Valid from"), _("Euros for one EPN and one year"), _("Source")]
        rows = [[one.valid_from, one.amount_eur, one.source] for one in models]
        return download(request, kind, "cost-model", names=NAMES, header=header, rows=rows, as_of=timezone.now())
    taken = {one.valid_from for one in models}
    form = CostModelForm(request.POST if request.method == "POST" else None, taken=taken)
    if request.method == "POST" and form.is_valid():
        try:
            set_cost_model(**form.cleaned_data)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, _("The cost of one EPN is saved."))
            return redirect("funding:cost_model")
    context = {"form": form, "models": models, "may_write": may_write(request)}
    return render(request, "funding/cost_model.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def cost_items(request: HttpRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    """The items of one amount. The rows are saved together, and the amount is their sum."""
    model = get_object_or_404(CostModel, pk=pk)
    items = list(model.items.all())
    if request.method != "POST" and (kind := asked(request)):
        return _file(request, kind, items)
    known = [{**{name: getattr(one, name) for name in FACTS}, "quantity": one.quantity.normalize()} for one in items]
    data = request.POST if request.method == "POST" else None
    formset: Any = Items(data, initial=known)
    form = ReplaceForm(data, model=model)
    meanwhile: list[Any] = []
    if data is not None and all([formset.is_valid(), form.is_valid()]):
        try:
            set_cost_items(
                model, items=items_of(formset), seen=form.cleaned_data[VERSION], replace=form.cleaned_data["replace"]
            )
        except ValidationError as error:
            tell(form, error)
        except ChangedMeanwhile as other:
            # Yours stay in the rows; saved once more, they take the place of what stands.
            form.data = data.copy()
            form.data[VERSION] = version_of(other.stored)
            meanwhile, model = list(other.stored.items.all()), other.stored
            form.add_error(None, _("Somebody has changed these items meanwhile: theirs are shown above, yours below. "
                                   "To put yours in their place, save again."))  # fmt: skip
        else:
            messages.success(request, _("The items are saved, and the amount is their sum."))
            return redirect("funding:cost_items", pk)
    context = {
        "model": model,
        "items": meanwhile or items,
        "formset": formset,
        "form": form,
        "in_use": is_in_use(model, timezone.localdate()),
        "hours": sum((one.hours_a_week.normalize() for one in items if one.hours_a_week is not None), 0),
        "may_write": may_write(request),
    }
    return render(request, "funding/cost_items.html", context)


def _file(request: HttpRequest, kind: str, items: list[Any]) -> StreamingHttpResponse:
    header = [
        _("Kind"), _("In words"), _("Euros for one"), _("How many"), _("Over how many years"), _("Euros a year"),
        _("Hours open a week that it makes possible"),
    ]  # fmt: skip
    rows = [
        [str(one.get_kind_display()), one.label, one.unit_eur, one.quantity, one.years, one.yearly, one.hours_a_week]
        for one in items
    ]
    return download(request, kind, "cost-items", names=ITEMS, header=header, rows=rows, as_of=timezone.now())

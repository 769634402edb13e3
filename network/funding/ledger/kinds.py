"""The kinds of lines that the ledger's pages write: each with its model, its form, its words and where it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from network.funding.ledger import forms
from network.funding.models import (
    Allocation,
    Application,
    Call,
    EpnCost,
    Expense,
    Funder,
    Grant,
    Instalment,
    Kept,
    ReportDate,
)
from network.funding.needs.forms import EpnCostForm


@dataclass(frozen=True)
class LineKind:
    """`name` is the word in addresses. `home` is a page; with `of_a_grant`, the line stands in an account."""

    name: str
    model: type[Kept]
    form: type[forms.LineForm]
    add: Promise
    change: Promise
    home: str
    back: Promise
    of_a_grant: bool = False
    own_page: bool = False

    def page_of(self, line: Any) -> str:
        if self.of_a_grant:
            return reverse("funding:grant", args=[line.grant_id])
        if self.own_page and line.pk and line.deleted_at is None:
            return reverse(self.home.removesuffix("s"), args=[line.pk])
        return reverse(self.home)


KINDS: dict[str, LineKind] = {
    one.name: one
    for one in (
        LineKind("funder", Funder, forms.FunderForm, _("Add a funder"), _("Correct a funder"),
                 "funding:funders", _("Funders and calls")),
        LineKind("call", Call, forms.CallForm, _("Add a call"), _("Correct a call"),
                 "funding:funders", _("Funders and calls")),
        LineKind("application", Application, forms.ApplicationForm, _("Prepare an application"),
                 _("Correct an application"), "funding:applications", _("Applications"), own_page=True),
        LineKind("grant", Grant, forms.GrantForm, _("Add a grant"), _("Correct a grant"),
                 "funding:grants", _("Grants"), own_page=True),
        LineKind("instalment", Instalment, forms.InstalmentForm, _("Add an instalment"), _("Correct an instalment"),
                 "funding:grants", _("Grant"), of_a_grant=True),
        LineKind("report-date", ReportDate, forms.ReportDateForm, _("Add a reporting date"),
                 _("Correct a reporting date"), "funding:grants", _("Grant"), of_a_grant=True),
        LineKind("allocation", Allocation, forms.AllocationForm, _("Allocate part of the grant"),
                 _("Correct an allocation"), "funding:grants", _("Grant"), of_a_grant=True),
        LineKind("expense", Expense, forms.ExpenseForm, _("Add an expense"), _("Correct an expense"),
                 "funding:grants", _("Grant"), of_a_grant=True),
        LineKind("epn-cost", EpnCost, EpnCostForm, _("Say what one EPN costs by itself"),
                 _("Correct what an EPN costs"), "funding:needs", _("Needs")),
    )
}  # fmt: skip


def kind_named(name: str) -> LineKind:
    """Raises Http404."""
    if name not in KINDS:
        raise Http404
    return KINDS[name]


def facts_of(kind: LineKind, line: Kept) -> dict[str, Any]:
    """What the form begins with."""
    found = {}
    for name in kind.form.base_fields:
        value = getattr(line, name, None)
        found[name] = [str(one) for one in value] if isinstance(value, list) else value
    return found

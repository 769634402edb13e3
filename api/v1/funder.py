"""A funder's space for programs, to read: its own grants, and the reports that were sent to it, version by version."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.v1.door import DoorView, chosen_fields, shown
from api.v1.errors import Refusal
from api.v1.fields import MomentField, NumberField
from api.v1.openapi import PAGE_PARAMETERS, page_of, parameter
from api.v1.pagination import PARAMETERS, paged
from network.funding.ledger.selectors import accounts, grants
from network.reports.selectors import version_at, versions_of
from network.reports.space.reports import report_of, sent_reports, told_of
from network.reports.space.whose import Whose, whose

FUNDER = parameter("funder", "Code of one of the funders that one may read; without it, the first by name.")
STATES = ("waiting", "with_the_network", "accepted", "refused")


def asked_whose(view: DoorView) -> Whose:
    """Raises Refusal on a code that isn't one's own."""
    membership = view.space_request.membership
    assert membership is not None
    code = view.request.query_params.get("funder", "")
    found = whose(membership, code)
    if code and (found.funder is None or found.funder.code != code):
        raise Refusal({"funder": [_("There is no such funder.")]})
    return found


class FunderGrantSerializer(serializers.Serializer[Any]):
    """Amounts are euros, as the network has noted them; of this grant alone."""

    id = serializers.IntegerField(source="grant.pk")
    funder = serializers.CharField(source="grant.funder.code")
    title = serializers.CharField(source="grant.title")
    reference = serializers.CharField(source="grant.reference", help_text="The funder's own.")
    starts_on = serializers.DateField(source="grant.starts_on")
    ends_on = serializers.DateField(source="grant.ends_on")
    granted_eur = NumberField(source="balance.granted", max_digits=12, decimal_places=2)
    received_eur = NumberField(source="balance.received", max_digits=12, decimal_places=2)
    spent_eur = NumberField(source="balance.spent", max_digits=12, decimal_places=2)
    left_eur = NumberField(source="balance.left", max_digits=12, decimal_places=2)
    to_repay_eur = NumberField(source="balance.to_repay", max_digits=12, decimal_places=2)


class FunderGrants(DoorView):
    known = PARAMETERS | {"fields", "funder"}

    @extend_schema(
        operation_id="funder_grants_list",
        summary="A funder's grants",
        description="For its reviewers, and for the network's coordinator, who sees what they see.",
        parameters=[*PAGE_PARAMETERS("starts_on", "-starts_on"), FUNDER],
        responses=page_of(FunderGrantSerializer),
    )
    def get(self, request: Request) -> Response:
        fields = chosen_fields(request, FunderGrantSerializer)
        found = grants().filter(funder=asked_whose(self).funder)
        rows, following, before = paged(found, request, orders=("starts_on",), default="-starts_on")
        told = shown(list(accounts(rows, timezone.localdate())), FunderGrantSerializer, fields)
        return Response({"next": following, "previous": before, "results": told})


class FunderReportSerializer(serializers.Serializer[Any]):
    """As its last version that was sent says it."""

    id = serializers.IntegerField(source="pk")
    title = serializers.CharField()
    first = serializers.DateField(help_text="First day of its first month.")
    last = serializers.DateField(help_text="Last day.")
    number = serializers.IntegerField(help_text="Of the last version that was sent.")
    sent_at = MomentField()
    state = serializers.ChoiceField(STATES, source="told_state", help_text="`waiting`: for the funder's decision.")


class FunderReports(DoorView):
    known = PARAMETERS | {"fields", "funder"}

    @extend_schema(
        operation_id="funder_reports_list",
        summary="The reports that were sent to a funder",
        description="Never a draft. Deciding on one is done on its page.",
        parameters=[*PAGE_PARAMETERS("last", "-last"), FUNDER],
        responses=page_of(FunderReportSerializer),
    )
    def get(self, request: Request) -> Response:
        fields = chosen_fields(request, FunderReportSerializer)
        who = asked_whose(self)
        found = sent_reports([who.funder.pk] if who.funder else [])
        rows, following, before = paged(found, request, orders=("last",), default="-last")
        return Response(
            {"next": following, "previous": before, "results": shown(told_of(rows), FunderReportSerializer, fields)}
        )


class ReportVersionSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    sent_at = MomentField()
    as_of = MomentField(allow_null=True, help_text="Of its figures.")
    sha256 = serializers.CharField(help_text="Of the JSON file: anybody can ask `verify/` about it.")


class FunderReportVersions(DoorView):
    @extend_schema(
        operation_id="funder_report_versions",
        summary="The versions of a report that were sent",
        description="The latest first.",
        responses=ReportVersionSerializer(many=True),
    )
    def get(self, request: Request, report: int) -> Response:
        found = report_of(asked_whose(self), report)
        if found is None:
            raise Http404
        return Response(shown(versions_of(found, sent=True), ReportVersionSerializer))


class FunderReportVersion(DoorView):
    @extend_schema(
        operation_id="funder_report_version",
        summary="One version, as it was sent",
        description="What is in its JSON file, of which the hash is: the file itself is on the page of the report.",
        responses={200: {"type": "object"}},
    )
    def get(self, request: Request, report: int, number: int) -> Response:
        found = report_of(asked_whose(self), report)
        frozen = version_at(found, number, sent=True) if found is not None else None
        if frozen is None:
            raise Http404
        return Response(json.loads(bytes(frozen.content)))

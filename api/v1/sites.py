"""The places of an EPN, with their opening hours."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.v1.door import DoorView, chosen_fields, shown
from api.v1.errors import Refusal
from api.v1.fields import NumberField
from api.v1.openapi import PAGE_PARAMETERS, page_of, parameter
from api.v1.pagination import PARAMETERS, paged
from tenants.premises.models import Site
from tenants.premises.selectors import sites, week_of

FLAGS = {"": False, "false": False, "true": True}


class SiteSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    address = serializers.CharField()
    postcode = serializers.CharField()
    town = serializers.CharField()
    commune = serializers.CharField(source="commune_key", help_text="Official code; else postcode and town.")
    country = serializers.CharField()
    latitude = NumberField(max_digits=9, decimal_places=6, allow_null=True)
    longitude = NumberField(max_digits=9, decimal_places=6, allow_null=True)
    phone = serializers.CharField()
    website = serializers.CharField()
    opening_hours = serializers.CharField(help_text="In OpenStreetMap's syntax.")
    minutes_per_week = serializers.SerializerMethodField(help_text="Null: the hours are not known.")
    modes = serializers.ListField(child=serializers.CharField())
    retired = serializers.SerializerMethodField()

    def get_minutes_per_week(self, site: Site) -> int | None:
        week = week_of(site)
        return None if week is None else week.minutes_per_week()

    def get_retired(self, site: Site) -> bool:
        return site.retired_at is not None


class Sites(DoorView):
    known = PARAMETERS | {"fields", "retired"}

    @extend_schema(
        operation_id="sites_list",
        summary="The sites and their opening hours",
        parameters=[
            *PAGE_PARAMETERS("id, name", "id"),
            parameter("retired", "`true`: those that have closed.", enum=["true", "false"]),
        ],
        responses=page_of(SiteSerializer),
    )
    def get(self, request: Request) -> Response:
        fields = chosen_fields(request, SiteSerializer)
        flag = request.query_params.get("retired", "")
        if flag not in FLAGS:
            raise Refusal({"retired": [_("Choose from: %(fields)s.") % {"fields": "true, false"}]})
        found = sites(retired=FLAGS[flag])
        rows, following, before = paged(found, request, orders=("id", "name"), default="id")
        return Response({"next": following, "previous": before, "results": shown(rows, SiteSerializer, fields)})

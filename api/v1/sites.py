"""The places of an EPN, with their opening hours: everybody there reads them, its coordinator keeps them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.v1.door import DoorView, accepted, chosen_fields, shown
from api.v1.errors import Refusal
from api.v1.fields import CodeField, NumberField
from api.v1.openapi import FIELDS, IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, PAGE_PARAMETERS, page_of, parameter
from api.v1.pagination import PARAMETERS, paged
from api.v1.versions import etag_of, is_stale, key_of, one_body_a_key, stale, unchanged
from tenants.premises.closings.selectors import closings_by_site
from tenants.premises.closings.words import ClosedDays, closed_days_of
from tenants.premises.enums import ClosingReason
from tenants.premises.models import Closing, Site
from tenants.premises.offer import SHOWN
from tenants.premises.rules import SOURCE_CELL_MAX
from tenants.premises.selectors import every_site, sites, week_of
from tenants.premises.services import add_site, edit_site, restore_site, retire_site

FLAGS = {"false": False, "true": True}
LONGEST_HOURS = 20 * SOURCE_CELL_MAX


class ClosingSerializer(serializers.Serializer[Any]):
    """Days on which the door stays shut, whatever the hours say. The first and the last are closed too."""

    first = serializers.DateField()
    last = serializers.DateField()
    reason = serializers.ChoiceField(choices=["", *ClosingReason.values])


class Codes(serializers.ListField):
    def __init__(self, **options: Any) -> None:
        super().__init__(**{"child": CodeField(), "required": False, "max_length": 50, **options})


class SiteSerializer(serializers.Serializer[Any]):
    """A place with a door. Without `commune`, the only one that has the postcode is taken."""

    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=160)
    address = serializers.CharField(max_length=200, required=False, allow_blank=True)
    postcode = serializers.CharField(max_length=10, required=False, allow_blank=True)
    town = serializers.CharField(max_length=100, required=False, allow_blank=True)
    commune = serializers.CharField(
        max_length=10, required=False, allow_blank=True, help_text="Official code; empty: not known."
    )
    commune_key = serializers.CharField(read_only=True, help_text="As in the figures: the code, or postcode and town.")
    country = CodeField(required=False, help_text="`be` or `fr`.")
    latitude = NumberField(max_digits=9, decimal_places=6, required=False, allow_null=True)
    longitude = NumberField(max_digits=9, decimal_places=6, required=False, allow_null=True)
    phone = serializers.CharField(max_length=60, required=False, allow_blank=True)
    website = serializers.CharField(max_length=300, required=False, allow_blank=True)
    opening_hours = serializers.CharField(
        max_length=LONGEST_HOURS, required=False, allow_blank=True, help_text="In OpenStreetMap's syntax."
    )
    minutes_per_week = serializers.SerializerMethodField(help_text="Null: the hours are not known.")
    modes = serializers.ListField(child=CodeField(), required=False, max_length=50)
    address_extra = serializers.CharField(max_length=120, required=False, allow_blank=True)
    email = serializers.CharField(max_length=254, required=False, allow_blank=True, help_text="The place's own.")
    booking_url = serializers.CharField(max_length=300, required=False, allow_blank=True)
    accessibility_url = serializers.CharField(max_length=300, required=False, allow_blank=True)
    summary = serializers.CharField(max_length=280, required=False, allow_blank=True)
    presentation = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    directions = serializers.CharField(max_length=500, required=False, allow_blank=True)
    services = Codes(help_text="Of the vocabulary `service`.")
    audiences = Codes(help_text="Of `public`; empty: everybody.")
    languages = Codes(help_text="Of `language`.")
    accessibility = Codes(help_text="Of `place_access`.")
    supports = Codes(help_text="Of `support`.")
    how_to_come = Codes(help_text="Of `how_to_come`.")
    fees = Codes(help_text="Of `fee`.")
    mobility = Codes(help_text="Of `mobility`.")
    programmes = Codes(help_text="Of `programme`.")
    training_labels = Codes(help_text="Of `training_label`.")
    other_labels = serializers.CharField(max_length=200, required=False, allow_blank=True)
    hidden = Codes(help_text="What the public doesn't see: " + ", ".join(f"`{name}`" for name in SHOWN) + ".")
    verified_on = serializers.DateField(
        read_only=True, allow_null=True, help_text="When its coordinator last said that this is right; null: never."
    )
    closings = serializers.SerializerMethodField(help_text="Those that aren't over, also of the whole EPN.")
    retired = serializers.BooleanField(
        required=False, source="is_retired", help_text="True closes it, false opens it again. Its visits stay."
    )

    def get_minutes_per_week(self, site: Site) -> int | None:
        week = week_of(site)
        return None if week is None else week.minutes_per_week()

    @extend_schema_field(ClosingSerializer(many=True))
    def get_closings(self, site: Site) -> list[ClosedDays]:
        known = self.context.get("closings") or _closings([site])
        return [closed_days_of(one) for one in known.get(site.pk, [])]


EXAMPLE = OpenApiExample(
    "A site",
    {
        "name": "Annexe", "address": "Rue de la Poste 14", "postcode": "1030", "town": "Schaerbeek",
        "opening_hours": "Mo-Fr 09:00-12:30,13:30-17:00", "modes": ["individual"],
    },
    request_only=True,
)  # fmt: skip


def _closings(found: Iterable[Site]) -> dict[int, list[Closing]]:
    return closings_by_site(found, since=timezone.localdate())


def _shown(site: Site) -> dict[str, Any]:
    return SiteSerializer().to_representation(site)


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
        flag = request.query_params.get("retired", "false")
        if flag not in FLAGS:
            raise Refusal({"retired": [_("Choose from: %(fields)s.") % {"fields": "true, false"}]})
        found = sites(retired=FLAGS[flag])
        rows, following, before = paged(found, request, orders=("id", "name"), default="id")
        results = shown(rows, SiteSerializer, fields, closings=_closings(rows))
        return Response({"next": following, "previous": before, "results": results})

    @extend_schema(
        operation_id="sites_create",
        summary="Add a site",
        description="The same `Idempotency-Key` and body again gives the same answer and adds nothing; with "
        "another body it is refused (409).",
        parameters=[IDEMPOTENCY_KEY],
        request=SiteSerializer,
        responses={201: SiteSerializer},
        examples=[EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        facts = accepted(SiteSerializer(data=request.data), request.data)
        if facts.pop("is_retired", False):
            raise Refusal({"retired": [_("A new site is open.")]})
        with one_body_a_key():
            site = add_site(key=key_of(request, self.space_id), **facts)
        return Response(_shown(site), status=201, headers={"ETag": version(site)})


class OneSite(DoorView):
    known = frozenset({"fields"})

    @extend_schema(
        operation_id="sites_read",
        summary="A site and its opening hours",
        parameters=[FIELDS, IF_NONE_MATCH],
        responses=SiteSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        fields = chosen_fields(request, SiteSerializer)
        site = self.site(pk)
        headers = {"ETag": version(site)}
        if unchanged(request, headers["ETag"]):
            return Response(status=304, headers=headers)
        return Response(shown([site], SiteSerializer, fields)[0], headers=headers)

    @extend_schema(
        operation_id="sites_change",
        summary="Correct a site, close it, or open it again: the fields that are sent",
        description="A site that moves to another town loses its coordinates, unless new ones are sent.",
        parameters=[IF_MATCH],
        request=SiteSerializer(partial=True),
        responses=SiteSerializer,
    )
    def patch(self, request: Request, pk: int) -> Response:
        self.site(pk)
        facts = accepted(SiteSerializer(data=request.data, partial=True), request.data)
        retired = facts.pop("is_retired", None)
        with transaction.atomic():
            site = self.site(pk, locked=True)
            if is_stale(request, version(site)):
                return stale(version(site), _shown(site), request.data)
            changed = edit_site(site=site, **facts) if facts else site
            if retired is not None and retired != changed.is_retired:
                (retire_site if retired else restore_site)(site=changed)
        return Response(_shown(changed), headers={"ETag": version(changed)})

    def site(self, pk: int, *, locked: bool = False) -> Site:
        site = (every_site().select_for_update() if locked else every_site()).filter(pk=pk).first()
        if site is None:
            raise Http404
        return site


def version(site: Site) -> str:
    """A site keeps no moment of its last change: its version is what it says."""
    return etag_of(site, _shown(site))

"""The federation's calls: cards for everybody, the cadastre and the figures for its members."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.v1.door import DoorView, chosen_fields, shown
from api.v1.errors import Refusal
from api.v1.fields import BIGGEST_ID, NumberField
from api.v1.filters import read_moment
from api.v1.openapi import PAGE_PARAMETERS, page_of, parameter
from api.v1.pagination import PARAMETERS, paged
from api.v1.sites import ClosingSerializer
from network.cadastre.enums import Perimeter
from network.cadastre.reading import FIRST_YEAR, LAST_YEAR
from network.cadastre.selectors import cadastre_summary
from network.directory.models import Card
from network.directory.selectors import open_cards
from network.directory.sites import CardSite, sites_of
from network.figures.catalogue import BY_COMMUNE, FLOWS
from network.figures.selectors import Cut, FlowCell, flows, moment_of
from tenants.registry.addresses import SLUG
from tenants.registry.selectors import epn_ever_in

MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
YEAR = re.compile(r"\d{4}", re.ASCII)


class CardSiteSerializer(serializers.Serializer[Any]):
    """A place with a door of the EPN."""

    id = serializers.IntegerField(help_text="Its number in the EPN.")
    name = serializers.CharField()
    address = serializers.CharField()
    postcode = serializers.CharField()
    town = serializers.CharField()
    commune = serializers.CharField(source="key", help_text="Official code; where it is missing, postcode and town.")
    country = serializers.CharField()
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)
    phone = serializers.CharField()
    website = serializers.CharField()
    opening_hours = serializers.CharField(help_text="In OpenStreetMap's syntax.")
    modes = serializers.ListField(child=serializers.CharField())
    address_extra = serializers.CharField()
    email = serializers.CharField()
    booking_url = serializers.CharField()
    accessibility_url = serializers.CharField()
    summary = serializers.CharField()
    presentation = serializers.CharField()
    directions = serializers.CharField()
    services = serializers.ListField(child=serializers.CharField())
    audiences = serializers.ListField(child=serializers.CharField(), help_text="Empty: everybody.")
    languages = serializers.ListField(child=serializers.CharField())
    accessibility = serializers.ListField(child=serializers.CharField())
    supports = serializers.ListField(child=serializers.CharField())
    how_to_come = serializers.ListField(child=serializers.CharField())
    fees = serializers.ListField(child=serializers.CharField())
    mobility = serializers.ListField(child=serializers.CharField())
    programmes = serializers.ListField(child=serializers.CharField())
    training_labels = serializers.ListField(child=serializers.CharField())
    other_labels = serializers.CharField()
    verified_on = serializers.SerializerMethodField(help_text="When the EPN last said that this is right; null: never.")
    closings = ClosingSerializer(many=True)

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_verified_on(self, site: CardSite) -> str | None:
        return site.verified_on or None


class CardSerializer(serializers.Serializer[Any]):
    """The public face of an EPN: what the page of its federation shows to anybody."""

    id = serializers.IntegerField(source="epn_id")
    slug = serializers.CharField(help_text="Last part of its address.")
    name = serializers.CharField()
    address = serializers.CharField()
    postcode = serializers.CharField()
    town = serializers.CharField()
    commune = serializers.CharField(source="key", help_text="Official code; where it is missing, postcode and town.")
    country = serializers.CharField()
    latitude = NumberField(max_digits=9, decimal_places=6, allow_null=True)
    longitude = NumberField(max_digits=9, decimal_places=6, allow_null=True)
    phone = serializers.CharField()
    website = serializers.CharField()
    opening_hours = serializers.CharField(help_text="In OpenStreetMap's syntax.")
    modes = serializers.ListField(child=serializers.CharField())
    sites = serializers.SerializerMethodField(help_text="Every open site, the first one's address is the card's own.")
    labelled = serializers.BooleanField(help_text="Whether it carries the label today.")
    verified_on = serializers.DateField(allow_null=True, help_text="The oldest of its sites'; null: never.")
    updated_at = serializers.DateTimeField()

    @extend_schema_field(CardSiteSerializer(many=True))
    def get_sites(self, card: Card) -> list[dict[str, Any]]:
        one = CardSiteSerializer()
        return [one.to_representation(site) for site in sites_of(card)]


class Cards(DoorView):
    known = PARAMETERS | {"fields", "commune", "updated_since"}

    @extend_schema(
        operation_id="epn_list",
        summary="The cards of the open EPN",
        description="Public, as on the federation's page.",
        parameters=[
            *PAGE_PARAMETERS("name, updated_at", "name"),
            parameter("commune", "Official code, or postcode and town."),
            parameter("updated_since", "Moment, ISO 8601.", OpenApiTypes.DATETIME),
        ],
        responses=page_of(CardSerializer),
    )
    def get(self, request: Request) -> Response:
        fields = chosen_fields(request, CardSerializer)
        commune = request.query_params.get("commune", "")
        if "\0" in commune or len(commune) > 120:
            raise Refusal({"commune": [_("There is no such commune here.")]})
        cards = open_cards(commune)
        if since := moment(request, "updated_since"):
            cards = cards.filter(updated_at__gte=since)
        rows, following, before = paged(cards, request, orders=("name", "updated_at"), default="name")
        return Response({"next": following, "previous": before, "results": shown(rows, CardSerializer, fields)})


class SummarySerializer(serializers.Serializer[Any]):
    """`epn`, `epn_labelled` and the needs are of the whole federation; the perimeter bounds the rest."""

    as_of = serializers.DateTimeField(allow_null=True)
    year = serializers.IntegerField()
    reference_day = serializers.DateField()
    perimeter = serializers.CharField()
    epn = serializers.IntegerField()
    epn_labelled = serializers.IntegerField()
    animation_contracts = serializers.IntegerField()
    article60_contracts = serializers.IntegerField()
    article60_share = NumberField(max_digits=5, decimal_places=4, allow_null=True)
    fte = NumberField(max_digits=12, decimal_places=2)
    need_labelled_eur = NumberField(max_digits=14, decimal_places=2, allow_null=True)
    need_all_eur = NumberField(max_digits=14, decimal_places=2, allow_null=True)
    visits = serializers.IntegerField()
    attendances = serializers.IntegerField()
    minutes = serializers.IntegerField()
    turned_away = serializers.IntegerField()


class CadastreSummary(DoorView):
    known = frozenset({"year", "perimeter"})

    @extend_schema(
        operation_id="cadastre_summary",
        summary="The cadastre of a year in a few numbers",
        parameters=[
            OpenApiParameter(
                "year",
                {"anyOf": [{"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR}, {"enum": [""]}]},
                description="The running year without it.",
            ),
            parameter("perimeter", "`all` (without it) or `labelled`.", enum=["", *Perimeter.values]),
        ],
        responses=SummarySerializer,
        examples=[
            OpenApiExample(
                "Caban 2022",
                {
                    "as_of": "2026-10-31T06:00:00+01:00", "year": 2022, "reference_day": "2022-12-31",
                    "perimeter": "labelled", "epn": 40, "epn_labelled": 22, "animation_contracts": 60,
                    "article60_contracts": 39, "article60_share": 0.65, "fte": 48.5, "need_labelled_eur": 550000,
                    "need_all_eur": 1000000, "visits": 9800, "attendances": 11200, "minutes": 352000,
                    "turned_away": 310,
                },
                response_only=True,
            )
        ],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        year = request.query_params.get("year") or str(timezone.localdate().year)
        perimeter = request.query_params.get("perimeter") or Perimeter.ALL
        wrong = {}
        if not YEAR.fullmatch(year) or not FIRST_YEAR <= int(year) <= LAST_YEAR:
            text = _("Choose a year from %(first)s to %(last)s.")
            wrong["year"] = [text % {"first": FIRST_YEAR, "last": LAST_YEAR}]
        if perimeter not in Perimeter.values:
            wrong["perimeter"] = [_("Choose from: %(fields)s.") % {"fields": ", ".join(Perimeter.values)}]
        if wrong:
            raise Refusal(wrong)
        return Response(cadastre_summary(self.space_id, year=int(year), perimeter=perimeter).as_json())


class FigureRowSerializer(serializers.Serializer[Any]):
    month = serializers.CharField(help_text="YYYY-MM")
    figure = serializers.CharField()
    dimension = serializers.CharField(help_text="Empty: the figure itself.")
    value = serializers.CharField()
    count = serializers.IntegerField()
    attendances = serializers.IntegerField(help_text="People, each time they come.")
    minutes = serializers.IntegerField(help_text="Of staff.")


class FiguresSerializer(serializers.Serializer[Any]):
    as_of = serializers.DateTimeField(allow_null=True)
    rows = FigureRowSerializer(many=True)


DIMENSIONS = {name: ["", BY_COMMUNE, *(one.name for one in figure.dimensions)] for name, figure in FLOWS.items()}
EVERY_DIMENSION = list(dict.fromkeys(one for names in DIMENSIONS.values() for one in names))


class Figures(DoorView):
    known = frozenset({"figure", "dimension", "from", "to", "epn", "commune"})

    @extend_schema(
        operation_id="figures",
        summary="Live figures by month",
        description="Every figure without `figure`. The values of `theme`, `cause` and `audience` overlap: they have "
        "no sum. In `obstacles` the minutes are those that people lost. "
        "A month without a row is a month without any, up to `as_of`.",
        parameters=[
            parameter("figure", "Which one.", enum=["", *FLOWS]),
            parameter("dimension", "Cut by its values; empty: the figure itself.", enum=EVERY_DIMENSION),
            parameter("from", "First month, YYYY-MM; without it the first one known."),
            parameter("to", "Last month, YYYY-MM; without it the running one."),
            parameter("epn", "One EPN: its id or the last part of its address."),
            parameter("commune", "Official code, or postcode and town."),
        ],
        responses=FiguresSerializer,
        examples=[
            OpenApiExample(
                "Visits by theme",
                {
                    "as_of": "2026-10-31T06:00:00+01:00",
                    "rows": [
                        {
                            "month": "2026-09", "figure": "visits", "dimension": "theme", "value": "tax",
                            "count": 120, "attendances": 131, "minutes": 3010,
                        }
                    ],
                },
                response_only=True,
            )
        ],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked, wrong = request.query_params, {}
        dimension = asked.get("dimension", "")
        figures = [name for name in FLOWS if asked.get("figure", "") in ("", name)]
        if not figures:
            wrong["figure"] = [_("Choose from: %(fields)s.") % {"fields": ", ".join(FLOWS)}]
        figures = [name for name in figures if dimension in DIMENSIONS[name]]
        if not figures and not wrong:
            known = DIMENSIONS.get(asked.get("figure", ""), EVERY_DIMENSION)
            wrong["dimension"] = [_("Choose from: %(fields)s.") % {"fields": ", ".join(known[1:])}]
        months: dict[str, dt.date | None] = {}
        for name in ("from", "to"):
            text = asked.get(name, "")
            found = MONTH.fullmatch(text)
            if text and (found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR):
                wrong[name] = [_("Write a month as YYYY-MM.")]
            months[name] = dt.date(int(found[1]), int(found[2]), 1) if found and name not in wrong else None
        epn_ids, unknown = _epn(self.space_id, asked.get("epn", ""))
        if unknown:
            wrong["epn"] = [_("There is no such EPN here.")]
        commune = asked.get("commune", "")
        if "\0" in commune or len(commune) > 120:
            wrong["commune"] = [_("There is no such commune here.")]
        if wrong:
            raise Refusal(wrong)
        moment = moment_of(timezone.localdate())
        by_commune = dimension == BY_COMMUNE
        by = frozenset({"month", *(["commune"] if by_commune else ["value"] if dimension else [])})
        cells = flows(
            [Cut(name, "" if by_commune else dimension, by) for name in figures],
            first=months["from"] or dt.date(FIRST_YEAR, 1, 1),
            last=months["to"] or dt.date(LAST_YEAR, 12, 1),
            epn_ids=epn_ids,
            commune=commune,
        )
        rows = sorted((_row(cell, dimension) for cell in cells), key=lambda row: tuple(map(str, row.values())))
        return Response({"as_of": moment.as_of and moment.as_of.isoformat(), "rows": rows})


def _epn(federation_id: int, text: str) -> tuple[list[int] | None, bool]:
    """The ids to keep to (None: all), and whether what was asked never was an EPN of this federation."""
    if not text:
        return None, False
    known = epn_ever_in(federation_id)
    if text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= BIGGEST_ID:
        ids = list(known.filter(pk=int(text)).values_list("pk", flat=True))
    elif SLUG.match(text):
        ids = list(known.filter(slug=text).values_list("pk", flat=True))
    else:
        ids = []
    return ids, not ids


def _row(cell: FlowCell, dimension: str) -> dict[str, Any]:
    value = cell.commune if dimension == BY_COMMUNE else cell.value
    return {
        "month": f"{cell.month:%Y-%m}",
        "figure": cell.figure,
        "dimension": dimension,
        "value": value or "",
        "count": cell.count,
        "attendances": cell.attendances,
        "minutes": cell.minutes,
    }


def moment(request: Request, name: str) -> dt.datetime | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    found = read_moment(text)
    if found is None:
        raise Refusal({name: [_("Write a moment as 2026-10-31T14:00:00Z.")]})
    return found

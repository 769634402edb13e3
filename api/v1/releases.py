"""Released figures for programs: public, as the pages are. A withheld number is null beside `withheld: true`."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.v1.door import DoorView, shown
from api.v1.errors import Refusal
from api.v1.openapi import PAGE_PARAMETERS, page_of, parameter
from api.v1.pagination import PARAMETERS, paged
from network.releases.catalogue import TABLES
from network.releases.models import Release
from network.releases.selectors import LICENCE, Chosen, choices, release_at, released, rows_of, table_in, tables_in
from network.releases.tables import keys_of, names_of


class ReleasedTableSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(source="table.name")
    title = serializers.CharField(source="table.label")
    grain = serializers.CharField(source="table.grain", help_text="`federation`, `commune` or `epn`.")
    dimension = serializers.CharField(source="table.dimension", help_text="Empty: the figure itself.")
    adds = serializers.CharField(source="table.adds", help_text="How the values relate to the whole.")
    measures = serializers.SerializerMethodField()
    unit = serializers.CharField(source="table.unit")
    perimeter = serializers.CharField(source="table.perimeter")
    periods = serializers.ListField(child=serializers.CharField())
    cells = serializers.IntegerField()
    withheld = serializers.IntegerField()

    def get_measures(self, told: Any) -> list[str]:
        return [measure.name for measure in told.table.measures]


class ReleaseSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    period = serializers.CharField(help_text="`2026`, `2026-Q1` or `2026-03`.")
    released_at = serializers.DateTimeField()
    as_of = serializers.DateTimeField(allow_null=True, help_text="Of the figures.")
    corrects = serializers.IntegerField(source="corrects.number", allow_null=True, default=None)
    reason = serializers.CharField(help_text="Of a correction.")
    licence = serializers.SerializerMethodField()
    tables = serializers.SerializerMethodField()

    def get_licence(self, release: Release) -> str:
        return LICENCE

    def get_tables(self, release: Release) -> list[dict[str, Any]]:
        return shown([one for one in tables_in(release) if one.periods], ReleasedTableSerializer)


class Releases(DoorView):
    known = PARAMETERS

    @extend_schema(
        operation_id="releases_list",
        summary="What is released",
        description="Public: closed periods, numbered, never changed. A correction is a release of its own.",
        parameters=PAGE_PARAMETERS("number", "-number"),
        responses=page_of(ReleaseSerializer),
    )
    def get(self, request: Request) -> Response:
        rows, following, before = paged(released(), request, orders=("number",), default="-number")
        return Response({"next": following, "previous": before, "results": shown(rows, ReleaseSerializer)})


class ReleasedRowSerializer(serializers.Serializer[Any]):
    """Beside these, a row has the columns of its table: epn, commune, its dimension, and its measures."""

    period = serializers.CharField()
    withheld = serializers.BooleanField(help_text="Then every measure is null. It doesn't mean zero.")


class TableOfReleaseSerializer(serializers.Serializer[Any]):
    release = serializers.IntegerField()
    table = serializers.CharField()
    title = serializers.CharField()
    unit = serializers.CharField()
    perimeter = serializers.CharField()
    as_of = serializers.DateTimeField(allow_null=True)
    licence = serializers.CharField()
    grain = serializers.CharField()
    dimension = serializers.CharField()
    adds = serializers.CharField()
    measures = serializers.ListField(child=serializers.CharField())
    periods = serializers.ListField(child=serializers.CharField())
    rows = ReleasedRowSerializer(many=True)


class ReleaseTable(DoorView):
    known = frozenset({"period", "place", "value"})

    @extend_schema(
        operation_id="release_table",
        summary="One released table",
        description="A cell without a row is zero. A parameter chooses rows; nothing is added up.",
        parameters=[
            parameter("period", "One of its periods."),
            parameter("place", "One EPN's number, or a commune's code (or postcode and town)."),
            parameter("value", "One value of its dimension."),
        ],
        responses=TableOfReleaseSerializer,
        examples=[
            OpenApiExample(
                "Visits by EPN",
                {
                    "release": 4, "table": "visits_by_epn", "title": "Visits by EPN", "unit": "visits",
                    "perimeter": "all", "as_of": "2026-10-31T18:00:00+01:00", "licence": "CC BY 4.0", "grain": "epn",
                    "dimension": "", "adds": "exact", "measures": ["visits"], "periods": ["2025"],
                    "rows": [
                        {"period": "2025", "epn": 3, "address": "rue-de-la-poste", "epn_name": "Rue de la Poste",
                         "visits": None, "withheld": True},
                    ],
                },
                response_only=True,
            )
        ],
    )  # fmt: skip
    def get(self, request: Request, number: int, table: str) -> Response:
        release = release_at(number) if number < 2**31 else None
        told = table_in(release, table) if release is not None and table in TABLES else None
        if release is None or told is None:
            raise Http404
        asked, wrong = request.query_params, {}
        offered = choices(release, told.table)
        for name in sorted(self.known):
            if asked.get(name) and asked[name] not in dict(offered.get(name, [])):
                wrong[name] = [_("There is no such value in this table.")]
        if wrong:
            raise Refusal(wrong)
        one = told.table
        names, measures = names_of(one), [measure.name for measure in one.measures]
        keys = names[: names.index(measures[0])]
        return Response(
            {
                "release": release.number,
                "table": one.name,
                "title": str(one.label),
                "unit": str(one.unit),
                "perimeter": one.perimeter,
                "as_of": release.as_of and serializers.DateTimeField().to_representation(release.as_of),
                "licence": LICENCE,
                "grain": one.grain,
                "dimension": one.dimension,
                "adds": one.adds,
                "measures": measures,
                "periods": [period.code for period in told.periods],
                "rows": [
                    {
                        **dict(zip(keys, keys_of(one, row), strict=True)),
                        **dict(zip(measures, map(_plain, row.numbers), strict=True)),
                        "withheld": row.withheld,
                    }
                    for row in rows_of(release, one, Chosen(**{name: asked.get(name, "") for name in self.known}))
                ],
            }
        )


def _plain(number: Any) -> int | float | None:
    return number if number is None or isinstance(number, int) else float(number)

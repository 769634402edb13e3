"""Three documents, one a kind of space: valid, without a warning, and only changed on purpose."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import get_resolver

from api.v1.openapi import document
from tenants.registry.crossing import urlconf_of
from tenants.registry.enums import Kind
from tenants.registry.roles import ROUTES
from tests.api.conftest import Program
from tests.conftest import Cast

SNAPSHOTS = Path(__file__).parent / "snapshots"
KINDS = [Kind.PUBLIC, Kind.FEDERATION, Kind.EPN]


@pytest.mark.parametrize("kind", KINDS)
def test_the_document_is_valid_and_made_without_a_warning(kind: Kind, tmp_path: Path) -> None:
    call_command(
        "spectacular", urlconf=urlconf_of(kind), validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml")
    )

    assert (tmp_path / "schema.yml").read_text().startswith("openapi: 3.1")


@pytest.mark.parametrize("kind", KINDS)
def test_the_contract_changes_on_purpose_only(kind: Kind) -> None:
    """UPDATE_SNAPSHOTS=1 writes what is there now: look at the difference before you commit it."""
    kept = SNAPSHOTS / f"{kind}.json"
    now = json.dumps(document(kind), indent=1, ensure_ascii=False, sort_keys=True, default=str) + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        kept.write_text(now)

    assert kept.read_text() == now


@pytest.mark.parametrize("kind", KINDS)
def test_every_call_of_the_role_table_is_in_it(kind: Kind) -> None:
    written = {
        (path, method.upper())
        for path, methods in document(kind)["paths"].items()
        for method in methods
        if method != "parameters"
    }
    resolver = get_resolver(urlconf_of(kind))
    declared = set()
    for name, row in ROUTES[kind].items():
        if name.startswith("api:") and name != "api:docs":  # a page for people
            for route, _pattern, _defaults, _converters in resolver.namespace_dict["api"][1].reverse_dict.getlist(
                name.removeprefix("api:")
            ):
                address = "/api/v1/" + re.sub(r"%\((\w+)\)s", r"{\1}", route[0][0]).replace("{pk}", "{id}")
                declared |= {(address, method) for method in row}

    assert written == declared


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_where_it_is_and_what_may_go_wrong(kind: Kind) -> None:
    found = document(kind)

    variables = set(found["servers"][0].get("variables", {}))
    assert variables == {Kind.PUBLIC: set(), Kind.FEDERATION: {"federation"}, Kind.EPN: {"federation", "epn"}}[kind]
    for path, methods in found["paths"].items():
        for call in methods.values():
            assert {"400", "401", "404", "429"} <= set(call["responses"]), path
            assert call["summary"]


def test_it_is_given_where_it_belongs(cast: Cast, program: Callable[..., Program]) -> None:
    client = program(cast.bram, cast.poste)

    titles = [
        client.get(path).json()["info"]["title"]
        for path in ("/api/v1/schema/", "/caban/api/v1/schema/", "/caban/rue-de-la-poste/api/v1/schema/")
    ]

    assert len(set(titles)) == 3
    assert program().get("/caban/api/v1/schema/").status_code == 200


def test_examples_have_the_fields_that_are_declared() -> None:
    found: dict[str, Any] = document(Kind.FEDERATION)
    summary = found["components"]["schemas"]["Summary"]

    example = next(
        iter(
            found["paths"]["/api/v1/cadastre/summary/"]["get"]["responses"]["200"]["content"]["application/json"][
                "examples"
            ].values()
        )
    )

    assert set(example["value"]) == set(summary["properties"])

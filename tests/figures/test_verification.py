"""`manage verify_figures` names what was tampered with by raw SQL, without refreshing first."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from network.figures.services import sweep
from tests.conftest import Cast, as_owner_of
from tests.figures.conftest import JUNE, MAY, Writing, log_visit, sign_contract, totals


@pytest.fixture(autouse=True)
def _some_figures(cast: Cast, writing: Writing) -> None:
    with writing(cast.poste):
        log_visit(MAY, themes=["tax", "bank"])
        log_visit(JUNE)
        sign_contract(MAY)
    with writing(cast.nevers):
        log_visit(MAY)
    sweep()


def verify(*arguments: str) -> tuple[int, dict[str, Any]]:
    output, code = io.StringIO(), 0
    try:
        call_command("verify_figures", "--json", *arguments, stdout=output)
    except SystemExit as ended:
        code = int(str(ended.code))
    return code, json.loads(output.getvalue())


def tamper(space: Any, statement: str) -> None:
    with as_owner_of(space), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)
        assert cursor.rowcount != 0


def alter(space: Any, statement: str) -> None:
    with as_owner_of(space), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)


def test_without_a_difference_the_exit_code_is_0_and_the_cells_are_counted(cast: Cast) -> None:
    code, found = verify()

    assert code == 0
    assert found["differences"] == 0
    assert found["cells"] > 20
    assert {"differences", "cells"} <= set(found)
    assert verify("--federation", "loire")[1]["cells"] < found["cells"]


def test_a_figure_that_was_tampered_with_is_named(cast: Cast) -> None:
    tamper(cast.caban, "UPDATE figures_flow SET count = 7 WHERE dimension = 'theme' AND value = 'bank'")

    code, found = verify()

    assert code == 1
    [flow] = [one for one in found["named"] if one["kind"] == "flow"]
    assert (flow["federation"], flow["epn"], flow["period"], flow["figure"], flow["dimension"], flow["value"]) == (
        "caban", "rue-de-la-poste", "2026-05-01", "visits", "theme", "bank",
    )  # fmt: skip
    assert (flow["stored"][0], flow["counted"][0]) == (7, 1)


def test_a_total_that_was_tampered_with_is_named(cast: Cast) -> None:
    tamper(cast.caban, "UPDATE figures_flowtotal SET minutes = 1 WHERE dimension = '' AND month = '2026-06-01'")

    code, found = verify()

    assert (code, found["differences"]) == (1, 1)
    [total] = found["named"]
    assert (total["kind"], total["period"], total["stored"][2], total["counted"][2]) == ("total", "2026-06-01", 1, 20)


def test_a_stock_that_was_tampered_with_is_named(cast: Cast) -> None:
    tamper(cast.caban, "UPDATE figures_stock SET heads = 40 WHERE dimension = '' AND figure = 'contracts'")

    _code, found = verify()

    assert {(one["kind"], one["stored"][0], one["counted"][0]) for one in found["named"]} == {("stock", 40, 1)}


@pytest.mark.parametrize("triggers", ["on", "disabled on the table"])
def test_a_visit_that_was_tampered_with_is_named_without_refreshing_first(cast: Cast, triggers: str) -> None:
    if triggers != "on":
        alter(cast.poste, "ALTER TABLE activity_visit DISABLE TRIGGER USER")
    tamper(cast.poste, "UPDATE activity_visit SET minutes = 21 WHERE date = '2026-06-04'")

    code, found = verify()

    assert code == 1
    assert {one["period"] for one in found["named"]} == {"2026-06-01"}
    assert {one["epn"] for one in found["named"]} == {"rue-de-la-poste"}
    assert ("", [1, 1, 20], [1, 1, 21]) in [(one["dimension"], one["stored"], one["counted"]) for one in found["named"]]
    assert totals(cast.caban)["2026-06", ""] == (1, 1, 20)


@pytest.mark.parametrize(
    ("where", "statement"),
    [
        ("poste", "DELETE FROM activity_visit WHERE date = '2026-06-04'"),
        ("poste", "UPDATE activity_visit SET date = '2026-07-01' WHERE date = '2026-06-04'"),
        ("poste", "UPDATE premises_site SET commune = '21001'"),
        ("poste", "UPDATE staff_contract SET hours_per_week = 38"),
        ("caban", "DELETE FROM figures_flow WHERE dimension = 'theme'"),
        ("caban", "UPDATE figures_flow SET epn_id = epn_id + 1 WHERE dimension = ''"),
        ("caban", "DELETE FROM figures_flowtotal"),
        ("caban", "DELETE FROM figures_stock"),
        (
            "caban",
            (
                "INSERT INTO figures_flow"
                " (epn_id, month, figure, commune, dimension, value, count, attendances, minutes)"
                " SELECT epn_id, '1999-01-01', figure, commune, dimension, value, 1, 1, 1 FROM figures_flow LIMIT 1"
            ),
        ),
        (
            "caban",
            (
                "INSERT INTO figures_flow"
                " (epn_id, month, figure, commune, dimension, value, count, attendances, minutes)"
                " VALUES (999999, '2026-05-01', 'visits', '21001', '', '', 1, 1, 1)"
            ),
        ),
        (
            "caban",
            (
                "INSERT INTO figures_stock (epn_id, day, figure, dimension, value, heads, fte)"
                " VALUES (999999, '2026-05-31', 'contracts', '', '', 9, 9)"
            ),
        ),
    ],
)
def test_whatever_was_tampered_with_is_found_and_repaired_and_then_nothing_differs(
    cast: Cast, where: str, statement: str
) -> None:
    tamper(getattr(cast, where), statement)

    code, found = verify()
    assert code == 1
    assert found["differences"] > 0
    assert verify()[1]["differences"] == found["differences"]  # looking changes nothing

    code, repaired = verify("--repair")
    assert code == 1
    assert repaired["differences"] > 0
    assert verify() == (0, {"differences": 0, "cells": verify()[1]["cells"], "named": []})


def test_the_lines_for_people_name_the_same(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    tamper(cast.caban, "UPDATE figures_flowtotal SET count = 9 WHERE dimension = 'theme' AND value = 'bank'")

    with pytest.raises(SystemExit):
        call_command("verify_figures", "--federation", "caban")

    printed = capsys.readouterr().out
    assert "total caban 2026-05-01 visits theme=bank: stored (9, 1, 20), counted (1, 1, 20)" in printed
    assert "1 differences in" in printed


def test_an_unknown_federation_is_an_error_and_not_an_empty_success(cast: Cast) -> None:
    for command in ("verify_figures", "refresh_figures"):
        with pytest.raises(CommandError, match="no federation"):
            call_command(command, "--federation", "nowhere")


def test_the_sweeper_says_what_it_did(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("refresh_figures", "--federation", "caban")

    assert capsys.readouterr().out.startswith("caban: ")

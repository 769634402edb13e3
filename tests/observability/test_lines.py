"""Log lines: enough to find what went wrong, and not one word that somebody typed."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.conftest import Cast
from tests.observability.conftest import POSTE, Lines
from tests.observability.pages import CRASHES
from tests.observability.poison import MARK, POISON

pytestmark = pytest.mark.usefixtures("crashing_pages", "visit")


@pytest.mark.parametrize("page", CRASHES)
def test_a_crash_of_a_page_leaves_the_way_to_it_and_no_word_of_the_visit(
    visitor: Client, lines: Lines, page: str
) -> None:
    response = visitor.post(f"{POSTE}{page}?q={POISON['query']}", {"password": POISON["password"]})

    assert response.status_code == 500
    assert MARK not in lines.text.lower()
    (error,) = lines.of("django.request")
    (access,) = lines.of("maillage.access")
    assert error["message"] == "Internal Server Error: …"
    assert "observability/pages.py" in error["trace"]
    route = "invitation" if "invitation" in page else page.strip("/")
    for one in (error, access):
        assert one["route"] == f"epn:{route}"
        assert one["space"].startswith("epn_")
        assert one["method"] == "POST"
        assert one["request_id"] == response["X-Request-ID"]
    assert (access["status"], access["level"]) == (500, "INFO")
    assert access["duration_ms"] > 0


def test_a_line_for_people_says_the_same(visitor: Client, lines: Lines) -> None:
    response = visitor.get(f"{POSTE}constraint/")

    text = lines.human.getvalue()
    assert f"INFO maillage.access answered request_id={response['X-Request-ID']} space=epn_" in text
    assert "route=epn:constraint method=GET status=500 duration_ms=" in text
    assert "IntegrityError: SQLSTATE 23514, constraint visit_minutes_within_a_day" in text
    assert "Failing row" not in text


def test_a_crash_of_the_api_leaves_no_body_and_no_token(program: Client, lines: Lines) -> None:
    program.post(f"{POSTE}api/v1/call/", {"note": POISON["note"]}, content_type="application/json")

    assert MARK not in lines.text.lower()
    assert program.defaults["HTTP_AUTHORIZATION"].removeprefix("Token ") not in lines.text
    assert lines.of("maillage.access")[0]["route"] == "epn:call"


def test_of_somebody_elses_line_the_words_of_its_code_are_left(visitor: Client, lines: Lines) -> None:
    visitor.get(f"{POSTE}value/?q={POISON['query']}")

    messages = [one["message"] for one in lines.of("some.library")]
    assert messages == ["… asked … with '…'", "GET /…/value/?q=… by … cannot …'"]


def test_a_number_that_could_be_somebodys_is_hidden_in_somebody_elses_line(lines: Lines) -> None:
    library = logging.getLogger("some.library")

    library.warning("connection %s of %s, asked by %s", 3, 20, 32_475_123_456)

    assert lines.of("some.library")[0]["message"] == "connection 3 of 20, asked by …"


def test_an_error_of_the_server_is_told_and_an_attribute_that_code_names(visitor: Client, lines: Lines) -> None:
    try:
        object().wanted  # type: ignore[attr-defined]  # noqa: B018
    except AttributeError:
        logging.getLogger("tenants").exception("it broke")

    assert "AttributeError: wanted" in lines.of("tenants")[0]["trace"]


@pytest.mark.parametrize("path", ["/nothing/at/all/zerelda/", "/accounts/password/reset/key/1-zerelda/?q=zerelda"])
def test_a_path_is_never_written(visitor: Client, lines: Lines, path: str) -> None:
    visitor.get(path)

    assert MARK not in lines.text.lower()
    assert lines.of("maillage.access")[0]["route"] in ("none", "public:account_reset_password_from_key")


def test_a_password_that_was_typed_wrong_leaves_neither_it_nor_the_address(visitor: Client, lines: Lines) -> None:
    visitor.logout()

    visitor.post("/accounts/login/", {"login": POISON["email"], "password": POISON["password"]})
    visitor.post("/accounts/password/reset/", {"email": POISON["email"]})

    assert MARK not in lines.text.lower()
    assert [one["route"] for one in lines.of("maillage.access")][-2:] == [
        "public:account_login",
        "public:account_reset_password",
    ]


def test_a_host_that_is_not_ours_is_not_repeated(visitor: Client, lines: Lines, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["epn.example.org"]

    response = visitor.get("/", headers={"host": "zerelda.example.net"})

    assert response.status_code == 400
    assert MARK not in lines.text.lower()


def test_what_nobody_caught_is_a_line_without_content(
    lines: Lines, uncaught: Callable[[BaseException], None], cast: Cast
) -> None:
    try:
        raise ValueError(POISON["note"])
    except ValueError as error:
        uncaught(error)

    (line,) = lines.of("maillage.observability.crashes")
    assert (line["level"], line["error"], line["space"]) == ("CRITICAL", "builtins.ValueError", "public")
    assert MARK not in lines.text


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).resolve().parents[2]
    return subprocess.run(
        [sys.executable, *command], cwd=root, env=os.environ | environment, capture_output=True, text=True, timeout=300
    )


def test_a_command_that_crashes_ends_with_lines_of_json_and_no_word_of_its_database() -> None:
    done = run(
        "-m", "maillage.manage", "add_person", POISON["email"], "--name", POISON["name"],
        DJANGO_SETTINGS_MODULE="maillage.settings", LOG_FORMAT="json",
        DATABASE_URL=f"postgresql://{MARK}:{POISON['password']}@127.0.0.1:1/{MARK}",
    )  # fmt: skip

    assert done.returncode == 1
    assert MARK not in (done.stdout + done.stderr).lower()
    assert done.stderr.startswith('{"time":')
    assert (
        "OperationalError: connection failed: connection to server at …, port 1 failed: Connection refused"
        in done.stderr
    )


def test_every_handler_of_the_server_writes_lines_without_content() -> None:
    formatters = {handler["formatter"] for handler in settings.LOGGING["handlers"].values()}

    ours = "maillage.observability.log_lines."
    found = {one.get("class", one.get("()")) for one in settings.LOGGING["formatters"].values()}
    assert formatters <= set(settings.LOGGING["formatters"])
    assert found == {f"{ours}ContentFreeFormatter", f"{ours}JsonLines"}

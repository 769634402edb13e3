"""A real Chromium and a real site for the tests of this folder.

Without a Chromium they are skipped, or fail under REQUIRE_BROWSER=1. The site is a process of its own, with its
own database and the cast, shared by a whole run: a test counts from what it finds, never from zero.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, Page

from tests.accessibility.axe import ARGUMENTS, chromium, executable
from tests.accounts.test_forgotten_password import Letterbox, MailServer
from tests.browser.running import site_running
from tests.browser.windows import Windows
from tests.conftest import PASSWORD
from tests.signing_in.provider import provider_running

ROOT = Path(__file__).resolve().parents[2]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


# Not of the session: playwright keeps an event loop in its thread, and other folders run loops of their own.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="package")
def remembering(browser: Browser) -> Iterator[Windows]:
    """Of one with a memory of the pages that were left: Playwright turns it off, people's browsers have it, and the one
    without a desktop hasn't."""
    with browser.browser_type.launch(
        executable_path=shutil.which("chromium") or executable(),
        args=ARGUMENTS,
        ignore_default_args=["--disable-back-forward-cache"],
    ) as one:
        yield Windows(one)


@pytest.fixture(scope="session")
def letterbox() -> Iterator[Controller]:
    """The mail server of the site; `letterbox.handler.letters` is what it got."""
    controller = MailServer(Letterbox())
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    """The provider by which people may sign in here too."""
    with provider_running() as address:
        yield address


@pytest.fixture(scope="session")
def site_url(letterbox: Controller, issuer: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """By its name: passkeys need one."""
    others = {"LETTERBOX_PORT": str(letterbox.port), "OIDC_ISSUER": issuer, "OIDC_NAME": "Itsme",
              "OIDC_CLIENT_ID": "maillage", "OIDC_CLIENT_SECRET": "s"}  # fmt: skip
    with site_running(tmp_path_factory.mktemp("static"), **others) as address:
        yield address.replace("127.0.0.1", "localhost")


@pytest.fixture(scope="package")
def windows(browser: Browser) -> Windows:
    return Windows(browser)


@pytest.fixture
def new_page(windows: Windows, site_url: str) -> Iterator[Callable[..., Page]]:
    """`new_page(width=360, javascript=False)`: a window without a past, in French; relative addresses are the site's.

    One that a test listens to, or whose clock it sets, is asked for with `alone=True`: nobody had it before.
    """
    with windows.lent(site_url) as opened:
        yield opened


@pytest.fixture(scope="session")
def keys() -> dict[str, Any]:
    """The cookies of those who have signed in."""
    return {}


@pytest.fixture
def sign_in(keys: dict[str, Any]) -> Callable[[Page, str], None]:
    """`sign_in(page, "Bram")`: through the form the first time in a run, afterwards with the cookie that it gave."""

    def signed_in(page: Page, name: str) -> None:
        if name in keys:
            page.context.add_cookies(keys[name])
            return
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(f"{name.lower().replace('é', 'e')}@example.org")
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(lambda address: "/accounts/login/" not in address)
        keys[name] = [one for one in page.context.cookies() if one["name"] == "sessionid"]

    return signed_in

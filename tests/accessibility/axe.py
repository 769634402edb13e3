"""`assert_accessible(page)`: WCAG 2.2 AA by axe in a real Chromium, without a list of exceptions."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.accessibility.patience import patient

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
# Not WCAG's own words, but what people with a screen reader meet first: landmarks, heading order, labels.
OURS = ["best-practice"]
AXE = Axe().axe_script

ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage"]
# Of each window: a colour on its way to another would be a finding, and the pointer that a page opens under makes a
# button change.
STILL = {"reduced_motion": "reduce"}
# The first is the same engine without a desktop around it: a quarter less work for the machine.
CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def executable() -> str:
    """The machine's Chromium; without one the test is skipped, or fails under REQUIRE_BROWSER=1."""
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("REQUIRE_BROWSER=1, and there is no Chromium on this machine")
        pytest.skip("there is no Chromium on this machine")
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    path = executable()
    # Playwright's sync API keeps an event loop in this thread, which Django takes for asynchronous code.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as playwright, patient():
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            yield browser
            browser.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


def fits(page: Page) -> bool:
    """Nothing hangs over the right edge: a reader scrolls in one direction only."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def assert_accessible(page: Page) -> None:
    """Fail with every violation, its element and its reason; also when the page scrolls sideways (reflow)."""
    page.wait_for_load_state()
    # What passed is neither described element by element nor sent here: it is half of the work.
    options = {"runOnly": {"type": "tag", "values": WCAG + OURS}, "resultTypes": ["violations"]}
    page.evaluate(AXE)
    violations = page.evaluate("options => axe.run(options).then(found => found.violations)", options)
    report = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n    {node['html']}\n"
        f"    {node.get('failureSummary', '')}"
        for violation in violations
        for node in violation["nodes"]
    ]
    if not fits(page):
        report.append("reflow: the page scrolls sideways")
    assert not report, f"{page.url}\n" + "\n".join(report)

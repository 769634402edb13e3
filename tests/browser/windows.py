"""Windows of a browser, lent to one test after the other.

A window of one's own costs a process, the style sheets and the scripts once more: for most tests more than what they
do in it. One that comes back loses what a browser knows of its past, cookies and storage, and goes to the next test.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page

from tests.accessibility.axe import STILL
from tests.accessibility.patience import PATIENCE
from tests.browser.midday import ZONE

NOWHERE = "about:blank"
FORGET = "() => { localStorage.clear(); sessionStorage.clear(); }"


class Windows:
    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.free: dict[tuple[Any, ...], list[Page]] = defaultdict(list)

    def _opened(self, options: dict[str, Any]) -> Page:
        context = self.browser.new_context(timezone_id=ZONE, **STILL | options)
        context.set_default_timeout(PATIENCE)
        return context.new_page()

    def _swept(self, page: Page) -> None:
        """Other windows beside it are closed; what it has to remember is gone."""
        for other in page.context.pages:
            if other is not page:
                other.close()
        if page.url != NOWHERE:
            page.evaluate(FORGET)
            page.goto(NOWHERE)  # what is still on its way sets no cookie after this
        page.context.clear_cookies()

    @contextmanager
    def lent(self, address: str) -> Iterator[Callable[..., Page]]:
        """Until its end: `opened(width=360, javascript=False)`, with relative addresses of this site."""
        taken: list[tuple[tuple[Any, ...], Page]] = []
        own: list[BrowserContext] = []

        def opened(
            *, width: int = 1280, javascript: bool = True, language: str = "fr", alone: bool = False, **options: Any
        ) -> Page:
            size = {"width": width, "height": 900 if width > 600 else 740}
            options |= {"base_url": address, "java_script_enabled": javascript, "locale": language}
            if alone:
                page = self._opened(options | {"viewport": size})
                own.append(page.context)
                return page
            kind = tuple(sorted(options.items()))
            page = self.free[kind].pop() if self.free[kind] else self._opened(options | {"viewport": size})
            if page.viewport_size != size:
                page.set_viewport_size(size)  # type: ignore[arg-type]
            taken.append((kind, page))
            return page

        try:
            yield opened
        finally:
            for context in own:
                context.close()
            for kind, page in taken:
                try:
                    self._swept(page)
                except Error:  # a test failed in the middle of something
                    page.context.close()
                else:
                    self.free[kind].append(page)

"""Nothing that a test reads from a page depends on how fast the machine is.

Playwright's click ends when the answer to it begins to arrive, and a question like `count()` is answered from what is
there: on a busy machine that is half a page. Here both wait until the page is whole. Two things stay with the test:
what a script changes, and what a key of the keyboard starts, is waited for with `expect(…)` or `wait_for_url(…)`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

# Milliseconds. A test that passes doesn't feel it.
PATIENCE = 60_000

DOES = {Locator: ("click", "dblclick", "press", "tap"), Page: ("click", "press")}
READS = {
    Locator: (
        "all", "all_inner_texts", "all_text_contents", "bounding_box", "count", "evaluate", "evaluate_all",
        "get_attribute", "inner_html", "inner_text", "input_value", "is_checked", "is_enabled", "is_hidden",
        "is_visible", "text_content",
    ),
    Page: ("content", "eval_on_selector_all", "evaluate", "title"),
}  # fmt: skip


def _page(one: Locator | Page) -> Page:
    return one.page if isinstance(one, Locator) else one


def _then_whole(action: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(action)
    def done(one: Locator | Page, *args: Any, **options: Any) -> Any:
        found = action(one, *args, **options)
        _page(one).wait_for_load_state()
        return found

    return done


def _once_whole(reading: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(reading)
    def read(one: Locator | Page, *args: Any, **options: Any) -> Any:
        _page(one).wait_for_load_state()
        return reading(one, *args, **options)

    return read


@contextmanager
def patient() -> Iterator[None]:
    """While it lasts, every page of this process is waited for."""
    with pytest.MonkeyPatch.context() as patch:
        for names, wrapped in ((DOES, _then_whole), (READS, _once_whole)):
            for kind, methods in names.items():
                for name in methods:
                    patch.setattr(kind, name, wrapped(getattr(kind, name)))
        expect.set_options(timeout=PATIENCE)
        yield

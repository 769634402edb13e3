"""Addresses of static files: each is looked up and put together once a process, not thirty times a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._addresses: dict[str, str] = {}
        super().__init__(*args, **kwargs)

    def url(self, name: str, force: bool = False) -> str:
        known = self._addresses.get(name)
        if known is None or force:
            known = self._addresses[name] = str(super().url(name, force))
        return known

    def post_process(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """They are collected again: other content has other addresses."""
        self._addresses.clear()
        yield from super().post_process(*args, **kwargs)
        self._addresses.clear()

"""What a release doesn't hold yet, as the apps above know it that bring published tables of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from network.releases.models import Release

Told = Callable[[Sequence[Release]], Mapping[int, str]]
_told: list[Told] = []


def register_waiting(told: Told) -> None:
    """`told` gives one sentence a release, by its key, for those of which something comes later only."""
    _told.append(told)


def waiting_for(found: Sequence[Release]) -> dict[int, list[str]]:
    """In the reader's language."""
    sentences: dict[int, list[str]] = {}
    for told in _told:
        for pk, sentence in told(found).items():
            sentences.setdefault(pk, []).append(sentence)
    return sentences

"""Timing ours and the peers in turn, in one run: on a noisy machine only ratios mean something."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Work = Callable[[], Any]


@dataclass(frozen=True)
class Timing:
    """Seconds, over the rounds of one competitor."""

    median: float
    min: float
    max: float

    @classmethod
    def of(cls, seconds: list[float]) -> Timing:
        return cls(statistics.median(seconds), min(seconds), max(seconds))

    def as_json(self) -> dict[str, float]:
        return {"median": round(self.median, 6), "min": round(self.min, 6), "max": round(self.max, 6)}


@dataclass
class Result:
    """What a bench found. `ratio` is peer ÷ ours, so that more is better (`growth`: after ÷ before)."""

    name: str
    n: int
    ours: Timing
    peers: dict[str, Timing]
    equal: bool
    ratio: dict[str, float]
    more: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "n": self.n,
            "ours": self.ours.as_json(),
            "peers": {name: timing.as_json() for name, timing in self.peers.items()},
            "equal": self.equal,
            "ratio": {name: round(ratio, 3) for name, ratio in self.ratio.items()},
            **self.more,
        }


def clock(work: Work) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def in_turn(competitors: Mapping[str, Work], *, rounds: int, warm_up: int = 1) -> dict[str, Timing]:
    """Each round runs everybody once, so that a slow moment of the machine falls on all of them."""
    seconds: dict[str, list[float]] = {name: [] for name in competitors}
    for number in range(warm_up + rounds):
        for name, work in competitors.items():
            took = clock(work)
            if number >= warm_up:
                seconds[name].append(took)
    return {name: Timing.of(found) for name, found in seconds.items()}


def compared(timings: dict[str, Timing], ours: str = "ours") -> tuple[Timing, dict[str, Timing], dict[str, float]]:
    mine = timings[ours]
    peers = {name: timing for name, timing in timings.items() if name != ours}
    return mine, peers, {name: timing.median / mine.median for name, timing in peers.items()}


def say(text: str) -> None:
    """Progress, on the error stream: the result's line is the last one of the other."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()

"""Figures as JSON and back: what a report was made with, so that it comes out the same whenever it is asked for.

Numbers stand under the names of the declarations; the words of vocabularies and sites are those of the day, in the
language of the report. A name that isn't declared any more is left out when it is read.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from tenants.overview.enums import Length
from tenants.overview.periods import Period, Spans
from tenants.overview.sections import CUTS, HEADLINES
from tenants.overview.selectors import Line, Month, Number, Overview, Pair, Section

FORM = 1  # of this JSON, should another one be needed
Json = dict[str, Any]


def _period(period: Period) -> Json:
    return {"first": period.first.isoformat(), "last": period.last.isoformat(), "length": str(period.length)}


def _pair(pair: Pair) -> list[int | None]:
    return [pair.now, pair.before]


def freeze(found: Overview) -> Json:
    return {
        "form": FORM,
        "as_of": found.as_of.astimezone(dt.UTC).isoformat(),
        "today": found.spans.today.isoformat(),
        "period": _period(found.spans.period),
        "since": {name: day.isoformat() if day else None for name, day in found.since.items()},
        "months": [one.month.isoformat() for one in found.months],
        "numbers": {
            one.headline.name: {"whole": _pair(one.whole), "months": [_pair(month) for month in one.months]}
            for one in found.numbers
        },
        "sections": {
            one.cut.name: [{"key": line.key, "label": line.label, "pair": _pair(line.pair)} for line in one.lines]
            for one in found.sections
        },
        "unknown_hours": found.unknown_hours,
        "places": found.places,
    }


def thaw(kept: Json) -> Overview:
    period = kept["period"]
    spans = Spans.of(Period(_day(period["first"]), _day(period["last"]), Length(period["length"])), _day(kept["today"]))
    days = [_day(month) for month in kept["months"]]
    return Overview(
        spans=spans,
        as_of=timezone.localtime(dt.datetime.fromisoformat(kept["as_of"])),
        since={name: _day(day) if day else None for name, day in kept["since"].items()},
        months=[Month(day, spans.is_running_in(day), not spans.period.has_whole(day)) for day in days],
        numbers=[
            Number(headline, Pair(*found["whole"]), [Pair(*pair) for pair in found["months"]])
            for headline in HEADLINES
            if (found := kept["numbers"].get(headline.name))
        ],
        sections=[
            Section(cut, [Line(line["key"], line["label"], Pair(*line["pair"])) for line in kept["sections"][name]])
            for name, cut in CUTS.items()
            if name in kept["sections"]
        ],
        unknown_hours=kept["unknown_hours"],
        places=kept["places"],
    )


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)

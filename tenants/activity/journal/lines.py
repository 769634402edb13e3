"""The lines of the journal as they are shown. In Python: a template takes twenty times as long for fifty of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from maillage.design.numbers import duration
from maillage.reference.selectors import label_of
from tenants.activity.journal.selectors import Line
from tenants.activity.rules import Actor, may_change

NOTE_SHOWN = 80  # characters
HIDDEN = '<span class="visually-hidden">'


def lines_of(
    page: Sequence[Line],
    actor: Actor,
    *,
    sites: Iterable[tuple[int, str]],
    people: Iterable[tuple[int, str]],
    deleted: bool,
    several_sites: bool,
) -> SafeString:
    """Each as a `<tr>`. Deleted ones can be brought back, by a form `restore` of the page; others be ticked.

    What is said on many lines is put into words once.
    """
    here = escape(reverse("activity:journal"))
    correct, bring_back = escape(_("Correct")), escape(_("Bring back"))
    history, duplicate = escape(_("History")), escape(_("Duplicate"))
    site_named, person_named = ({pk: escape(name) for pk, name in known} for known in (sites, people))
    themes, outcomes, modes = _words("theme"), _words("outcome"), _words("mode")
    days, durations = cache(_day), cache(_duration)
    rows = []
    for one in page:
        url, day, about = f"{here}{one.pk}/", days(one.date), ", ".join(map(themes, one.themes))
        named = f"{HIDDEN} {about} {day}</span>"
        tick = act = again = site = ""
        if not deleted:
            tick = (
                '<td class="v-tick"><label><input type="checkbox" class="form-check-input" form="bulk" name="visit"'
                f' value="{one.pk}">{HIDDEN}{about} {day}</span></label></td>'
            )
            again = f'<br><a href="{url}duplicate/">{duplicate}{named}</a>'
        if may_change(one, actor) and deleted:
            act = (
                f'<br><button type="submit" form="restore" formaction="{url}restore/" class="btn btn-link">'
                f"{bring_back}{named}</button>"
            )
        elif may_change(one, actor):
            act = f'<br><a href="{url}">{correct}{named}</a>'
        if several_sites:
            site = f"<td>{site_named.get(one.site_id, '')}</td>"
        note = one.note if len(one.note) <= NOTE_SHOWN else Truncator(one.note).chars(NOTE_SHOWN)
        rows.append(
            f'<tr>{tick}<td class="v-nowrap">{day}{act}</td><th scope="row">{about}</th>'
            f'<td>{outcomes(one.outcome)}</td><td class="m-num">{durations(one.minutes)}</td>'
            f'<td class="m-num">{one.attendances}</td>'
            f"<td>{modes(one.mode)}</td>{site}<td>{person_named.get(one.animator_id or 0, '–')}</td>"
            f'<td class="v-note">{escape(note)}</td><td class="v-nowrap">'
            f'<a href="{url}history/">{history}{named}</a>{again}</td></tr>\n'
        )
    return SafeString("".join(rows))  # nosec B703 - every part of a line was escaped above


def _words(vocabulary: str) -> Callable[[str], str]:
    return cache(lambda code: str(escape(label_of(vocabulary, code))))


def _day(day: dt.date) -> str:
    return str(escape(date_format(day, "SHORT_DATE_FORMAT")))


def _duration(minutes: int) -> str:
    return str(escape(duration(minutes)))

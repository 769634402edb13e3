"""The lines of the journal as they are shown. In Python: a template takes five times as long for fifty of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from maillage.design.numbers import duration
from tenants.activity.models import Visit
from tenants.activity.rules import Actor, may_change
from tenants.activity.views import labels_of

NOTE_SHOWN = 80  # characters
TICK = (
    '<td class="v-tick"><label><input type="checkbox" class="form-check-input" form="bulk" name="visit" value="{}">'
    '<span class="visually-hidden">{}</span></label></td>'
)
LINK = '<a href="{}">{}<span class="visually-hidden"> {}</span></a>'
BRING_BACK = (
    '<br><button type="submit" form="restore" formaction="{}restore/" class="btn btn-link">{}'
    '<span class="visually-hidden"> {}</span></button>'
)
LINE = (
    '<tr>{}<td class="v-nowrap">{}{}</td><th scope="row">{}</th><td>{}</td><td class="m-num">{}</td>'
    '<td class="m-num">{}</td><td>{}</td>{}<td>{}</td><td class="v-note">{}</td><td class="v-nowrap">{}{}</td></tr>\n'
)
NOTHING = SafeString("")


def lines_of(page: Sequence[Visit], actor: Actor, *, deleted: bool, several_sites: bool) -> SafeString:
    """Each as a `<tr>`. Deleted ones can be brought back, by a form `restore` of the page; others be ticked."""
    here = reverse("activity:journal")
    correct, bring_back, history, duplicate = _("Correct"), _("Bring back"), _("History"), _("Duplicate")
    days = {day: date_format(day, "SHORT_DATE_FORMAT") for day in {one.date for one in page}}
    rows = []
    for one in page:
        said, url, day = labels_of(one), f"{here}{one.pk}/", days[one.date]
        named = f"{said['themes']} {day}"
        act: str = NOTHING
        if may_change(one, actor):
            act = format_html(BRING_BACK, url, bring_back, named) if deleted else format_html(
                f"<br>{LINK}", url, correct, named
            )  # fmt: skip
        rows.append(
            format_html(
                LINE,
                NOTHING if deleted else format_html(TICK, one.pk, named),
                day,
                act,
                said["themes"],
                said["outcome"],
                duration(one.minutes),
                one.attendances,
                said["mode"],
                format_html("<td>{}</td>", one.site.name) if several_sites else NOTHING,
                one.animator.name if one.animator else "–",
                Truncator(one.note).chars(NOTE_SHOWN) if one.note else "",
                format_html(LINK, f"{url}history/", history, named),
                NOTHING if deleted else format_html(f"<br>{LINK}", f"{url}duplicate/", duplicate, named),
            )
        )
    return format_html_join("", "{}", ((row,) for row in rows))

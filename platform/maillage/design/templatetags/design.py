"""`{% load design %}`: the components and the number formats. maillage/design/README.md shows each in use."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.contrib.messages.storage.base import Message
from django.forms import BaseForm
from django.forms.utils import flatatt
from django.http import QueryDict
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, get_language_info

from maillage.design import downloads as files
from maillage.design import feedback, numbers

register = template.Library()

for formatter in (
    numbers.number,
    numbers.duration,
    numbers.euros,
    numbers.percent,
    numbers.fte,
    numbers.month_label,
    numbers.day_label,
    numbers.as_of,
    numbers.days_left,
):
    register.filter(formatter.__name__, formatter)
register.simple_tag(numbers.share, name="share")

SPRITE = Path(__file__).resolve().parents[1] / "static" / "design" / "icons.svg"
FALLBACK_ICON = "dot"


@functools.cache
def icon_names() -> frozenset[str]:
    return frozenset(re.findall(r'<symbol id="([\w-]+)"', SPRITE.read_text("utf-8")))


@register.simple_tag
def icon(name: str | None, css: str = "") -> SafeString:
    """A drawing beside a text that says the same; unknown names (a new theme's code) give a dot."""
    known = name if name and name in icon_names() else FALLBACK_ICON
    return _drawing(known, css, static("design/icons.svg"))


@functools.lru_cache(maxsize=512)
def _drawing(name: str, css: str, sprite: str) -> SafeString:
    """A page has twenty of them, and all pages the same ones."""
    return format_html(
        '<svg class="m-icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>', css, sprite, name
    )


@register.simple_tag
def language_buttons() -> SafeString:
    """One for each language, by its own name; the one that is spoken is marked."""
    return _language_buttons(get_language())


@functools.cache
def _language_buttons(spoken: str | None) -> SafeString:
    return format_html_join(
        "\n",
        '<button type="submit" name="language" value="{}" lang="{}"{}><abbr title="{}">{}</abbr></button>',
        (
            (
                code,
                code,
                flatatt({"aria-current": "true"} if code == spoken else {}),
                capfirst(get_language_info(code)["name_local"]),
                code.upper(),
            )
            for code, _name in settings.LANGUAGES
        ),
    )


@register.filter
def undo_url(message: Message) -> str:
    return feedback.undo_url_of(message)


# What would end the element is written otherwise in JSON.
IN_A_SCRIPT = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag
def linked_data(said: dict[str, Any]) -> SafeString:
    """schema.org's words about a page, for search engines: a block of data, which no browser runs."""
    escaped = json.dumps(said, ensure_ascii=False).translate(IN_A_SCRIPT)
    text = SafeString(escaped)  # nosec B703 - nothing in it can end the element
    return format_html('<script type="application/ld+json">{}</script>', text)


# --- blocks -------------------------------------------------------------------------------------------------


@register.simple_block_tag
def notice(content: str, kind: str = "info", title: str = "", icon: str = "") -> SafeString:
    """{% notice "warning" title=… %}…{% endnotice %}: info, success, warning or danger."""
    drawing = icon or {"success": "check", "warning": "warning", "danger": "warning"}.get(kind, "info")
    context = {"content": content, "kind": kind, "title": title, "icon": drawing}
    return render_to_string("components/notice.html", context)


@register.simple_block_tag
def data_table(content: str, caption: str, hide_caption: bool = False, css: str = "") -> SafeString:
    """{% data_table caption=… %}<thead>…</tbody>{% enddata_table %}: a table that scrolls by keyboard too."""
    context = {"content": content, "caption": caption, "hide_caption": hide_caption, "css": css}
    return render_to_string("components/data_table.html", context)


@register.simple_block_tag
def disclosure(content: str, summary: str, is_open: bool = False) -> SafeString:
    """{% disclosure _("More choices") %}…{% enddisclosure %}"""
    return render_to_string("components/disclosure.html", {"content": content, "summary": summary, "is_open": is_open})


# --- inclusions ---------------------------------------------------------------------------------------------


@register.inclusion_tag("components/page_header.html")
def page_header(title: str, lead: str = "", over: str = "", back_url: str = "", back_label: str = "") -> dict[str, Any]:
    """The h1 of the page, with a way back above it; `over` is a small line such as the EPN's name."""
    return {"title": title, "lead": lead, "over": over, "back_url": back_url, "back_label": back_label}


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """The list of what to correct, each a link to its field. `{{ form }}` already begins with it."""
    fields = [field for field in form.visible_fields() if field.errors]
    hidden = [error for field in form.hidden_fields() for error in field.errors]
    others = [*form.non_field_errors(), *hidden]
    return {"fields": fields, "others": others, "takes_focus": not getattr(form, "only_asks", False)}


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(context: Context, field: str, label: str, numeric: bool = False) -> dict[str, Any]:
    """<th> whose link orders by `?order=field`, then `-field`, and keeps the other parameters."""
    query: QueryDict = context["request"].GET.copy()
    current = query.get("order", "")
    query["order"] = f"-{field}" if current == field else field
    query.pop("page", None)
    direction = {field: "ascending", f"-{field}": "descending"}.get(current, "none")
    return {"label": label, "numeric": numeric, "url": f"?{query.urlencode()}", "direction": direction}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Any) -> dict[str, Any]:
    """For a `Page` of Django's paginator; draws nothing when there is one page."""

    def link(number: int) -> str:
        query: QueryDict = context["request"].GET.copy()
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    numbered = [
        {"label": n, "url": link(n) if isinstance(n, int) else "", "current": n == page.number}
        for n in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return {
        "page": page,
        "pages": numbered if page.paginator.num_pages > 1 else [],
        "previous_url": link(page.previous_page_number()) if page.has_previous() else "",
        "next_url": link(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("components/downloads.html", takes_context=True)
def downloads(context: Context, what: str, table: str = "", url: str = "") -> dict[str, Any]:
    """Links to the rows of a table as files, with the filters of the page; `what` names the table.

    The page itself answers, for `table` where it shows several; or another address, `url`.
    """
    said: QueryDict = context["request"].GET
    kept = [(name, value) for name, values in said.lists() if name not in files.NOT_FILTERS for value in values]
    if table:
        kept.append(("table", table))
    links = [
        {"label": kind.upper(), "url": f"{url}?{urlencode([*kept, ('download', kind)])}"} for kind in files.FORMATS
    ]
    return {"what": what, "links": links}


@register.inclusion_tag("components/stat.html")
def stat(
    label: str,
    value: Any,
    unit: str = "",
    note: str = "",
    of: str = "",
    as_of: Any = None,
    url: str = "",
    icon: str = "",
) -> dict[str, Any]:
    """A big number: `value` is already formatted; `of` names the denominator, `note` the perimeter."""
    return {
        "label": label,
        "value": value,
        "unit": unit,
        "note": note,
        "of": of,
        "as_of": as_of,
        "url": url,
        "icon": icon,
    }


@register.inclusion_tag("components/badge.html")
def badge(text: str, kind: str = "neutral", icon: str = "") -> dict[str, Any]:
    """neutral, info, success, warning or danger; the text says it, the colour only repeats it."""
    return {"text": text, "kind": kind, "icon": icon}


@register.inclusion_tag("components/withheld.html")
def withheld() -> dict[str, Any]:
    """In a cell whose value is protected: never a zero, never an empty cell."""
    return {}


@register.inclusion_tag("components/empty_state.html")
def empty_state(title: str, text: str = "", url: str = "", label: str = "", icon: str = "list") -> dict[str, Any]:
    return {"title": title, "text": text, "url": url, "label": label, "icon": icon}


@register.inclusion_tag("components/filter_bar.html", takes_context=True)
def filter_bar(context: Context, filterset: Any, label: str = "") -> dict[str, Any]:
    """The form of a django-filter FilterSet (or a plain GET form), with Show and Clear."""
    form = getattr(filterset, "form", filterset)
    form.mark_optional = False
    request = context["request"]
    return {"form": form, "label": label, "path": request.path, "active": bool(request.GET)}


@register.inclusion_tag("components/tile.html")
def tile(
    label: str,
    icon: str = "",
    number: Any = "",
    hint: str = "",
    url: str = "",
    name: str = "",
    value: Any = "",
    key: str = "",
    selected: bool = False,
) -> dict[str, Any]:
    """A big button inside `<div class="m-tiles">`: a link with `url`, else a submit button `name=value`.

    `key` is shown in a corner and pressed alone acts as a click (0-9, a-z); `number` is a count.
    """
    return {
        "label": label,
        "icon": icon,
        "number": number,
        "hint": hint,
        "url": url,
        "name": name,
        "value": value,
        "key": key,
        "selected": selected,
    }


@register.inclusion_tag("components/htmx_script.html")
def htmx_script() -> dict[str, Any]:
    """In {% block scripts %} of the pages that need htmx, and only there: it weighs 17 kB."""
    return {}

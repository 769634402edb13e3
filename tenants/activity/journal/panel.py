"""The filters as they are drawn. All stand on the page, few say something: the others come out of a drawer, ready."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.forms import BoundField
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from maillage.reference.selectors import edition
from tenants.activity.journal.filter_fields import options
from tenants.activity.journal.filters import NAMED, JournalFilter, Names

END_OF_LIST = "</select>"
NOTHING, NOTHING_CHOSEN = '<option value="">', '<option value="" selected>'


@dataclass(frozen=True)
class Drawn:
    """Fields that needn't be drawn again, as their template would see one: each step of a template has its price."""

    as_field_group: SafeString
    errors: Sequence[str] = ()


class Panel:
    """What `{% filter_bar %}` asks of a form."""

    def __init__(self, filterset: JournalFilter, names: Names) -> None:
        self._asked, self._names = filterset.form, names
        self.mark_optional = False

    def visible_fields(self) -> list[BoundField | Drawn]:
        empty = _empty(get_language(), edition())
        fields: list[BoundField | Drawn] = []
        for name, one in empty.items():
            field, last = self._drawn(name, one), fields[-1] if fields else None
            if isinstance(field, Drawn) and isinstance(last, Drawn):
                fields[-1] = Drawn(SafeString(last.as_field_group + field.as_field_group))  # nosec B703 - both are safe
            else:
                fields.append(field)
        return fields

    def hidden_fields(self) -> Any:
        return self._asked.hidden_fields()

    def non_field_errors(self) -> Any:
        return self._asked.non_field_errors()

    def _drawn(self, name: str, drawn: str) -> BoundField | Drawn:
        if name in NAMED:
            start, end, rest = drawn.rpartition(END_OF_LIST)
            rows = self._names.sites if name == "site" else self._names.people
            drawn = f"{start}{options(rows)}{end}{rest}"
        if name in self._asked.fields:
            field: BoundField = self._asked[name]
            line = f'<option value="{escape(field.value())}"'
            if field.errors or f"{line}>" not in drawn:
                return field
            drawn = drawn.replace(NOTHING_CHOSEN, NOTHING, 1).replace(f"{line}>", f"{line} selected>", 1)
        return Drawn(SafeString(drawn))  # nosec B703 - drawn by the fields themselves


@lru_cache(maxsize=16)
def _empty(language: str | None, edition: float) -> dict[str, str]:
    """Each visible field without an answer; lists of sites and people without their names."""
    form = JournalFilter(None, names=Names(sites=[], people=[])).form
    return {field.name: field.as_field_group() for field in form.visible_fields()}

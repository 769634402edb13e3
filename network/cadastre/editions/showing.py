"""A census return as its pages show it: each answer in words, where it comes from, and what may be done with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from maillage.design.numbers import as_of
from network.cadastre.editions.answers import Answer, ReturnInFull
from network.cadastre.editions.checking import NUMERIC, decimal_of, has_value
from network.cadastre.editions.enums import Kind, Provenance
from network.cadastre.editions.forms import VALUE, WHY, AnswersForm
from network.cadastre.editions.models import ReturnValue
from network.cadastre.editions.words import choice_label, in_words, source_label, table_rows, unit_of


@dataclass(frozen=True)
class Line:
    """One indicator on a page. Fields are None where there is no form, or where they have a page of their own."""

    answer: Answer
    value: BoundField | None = None
    why: BoundField | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.answer.indicator.code

    @property
    def anchor(self) -> str:
        return f"q-{self.code}"

    @property
    def words(self) -> str:
        return in_words(self.answer.indicator, self.answer.kept)

    @property
    def is_table(self) -> bool:
        return self.answer.indicator.kind == Kind.TABLE

    @property
    def is_file(self) -> bool:
        return self.answer.indicator.kind == Kind.FILE

    @property
    def header(self) -> list[str]:
        return [choice_label(one) for one in self.answer.indicator.columns]

    @property
    def rows(self) -> list[list[str]]:
        return table_rows(self.answer.indicator, self.answer.kept) if self.is_table else []

    @property
    def origin(self) -> str:
        return origin_of(self.answer.value)

    @property
    def computed(self) -> str:
        """What daily work gives, where something else stands there."""
        value = self.answer.value
        if value is None or value.computed is None or value.value == value.computed:
            return ""
        if self.is_table:
            return ngettext("%(n)s line", "%(n)s lines", len(value.computed)) % {"n": len(value.computed)}
        return in_words(self.answer.indicator, value.computed)

    @property
    def before(self) -> str:
        apart = self.is_table or self.is_file
        return "" if self.answer.before is None or apart else in_words(self.answer.indicator, self.answer.before)

    @property
    def may_take_before(self) -> bool:
        """For what daily work doesn't tell: the same as the last time, in one tap."""
        computed = self.answer.value is not None and self.answer.value.computed is not None
        return bool(self.before) and not computed and self.answer.kept != self.answer.before

    @property
    def why_is_open(self) -> bool:
        return bool(self.why is not None and (self.why.value() or self.why.errors))


def origin_of(value: ReturnValue | None) -> str:
    """From which figure as of when, or by whom and when."""
    if value is None or not (has_value(value) or value.explanation):
        return ""
    if value.provenance == Provenance.COMPUTED:
        return _("Computed: %(figure)s, as of %(moment)s.") % {
            "figure": source_label(value.computed_from),
            "moment": as_of(value.computed_as_of),
        }
    said = {"name": value.by_name, "moment": as_of(value.at)}
    if not value.by_name:
        return ""
    if not has_value(value):
        return pgettext("a gap in a census return", "Explained by %(name)s, %(moment)s.") % said
    if value.provenance == Provenance.CORRECTED:
        return _("Corrected by %(name)s, %(moment)s.") % said
    return _("Declared by %(name)s, %(moment)s.") % said


def sections(full: ReturnInFull, form: AnswersForm | None = None) -> list[tuple[str, list[Line]]]:
    """Sections with their lines, in the order of the questionnaire."""
    by_section = groupby(_lines(full, form), lambda one: one.answer.indicator.section)
    return [(title, list(lines)) for title, lines in by_section]


def _lines(full: ReturnInFull, form: AnswersForm | None) -> Iterator[Line]:
    messages: dict[str, list[str]] = {}
    for problem in full.problems:
        for code in problem.codes:
            messages.setdefault(code, []).append(problem.message)
    for answer in full.answers:
        code = answer.indicator.code
        value = form[VALUE + code] if form is not None and VALUE + code in form.fields else None
        yield Line(answer, value, form[WHY + code] if form is not None else None, messages.get(code, []))


NAMES = (
    "code", "question", "kind", "answer", "unit", "origin", "explanation", "computed", "computed_from",
    "computed_as_of", "by", "at", "before",
)  # fmt: skip


def header() -> list[str]:
    return [
        _("Code"), _("Question"), _("Kind"), _("Answer"), _("Unit"), _("Where it comes from"),
        _("Explanation"), _("Computed value"), _("Computed from"), _("Computed as of"), _("By"), _("On"),
        _("Answer of the edition before"),
    ]  # fmt: skip


def file_rows(full: ReturnInFull) -> Iterator[list[Any]]:
    """A line for each question, for the files."""
    for one in _lines(full, None):
        value, indicator = one.answer.value, one.answer.indicator
        yield [
            indicator.code,
            indicator.label,
            indicator.get_kind_display(),
            in_file(one.answer, one.answer.kept),
            unit_of(indicator),
            "" if value is None or not value.provenance else value.get_provenance_display(),
            one.answer.explanation,
            None if value is None else in_file(one.answer, value.computed),
            "" if value is None else value.computed_from,
            None if value is None else value.computed_as_of,
            "" if value is None else value.by_name,
            None if value is None or not value.by_name else value.at,
            in_file(one.answer, one.answer.before),
        ]


def in_file(answer: Answer, value: Any) -> Any:
    """A number is a number there; everything else is in words."""
    if value in (None, "", [], {}):
        return None
    return decimal_of(value) if answer.indicator.kind in NUMERIC else in_words(answer.indicator, value)

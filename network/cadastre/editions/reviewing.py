"""A return as somebody reads it who decides: daily work beside what the EPN says, and by how much they differ."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from maillage.design.numbers import number, percent
from network.cadastre.editions.answers import ReturnInFull
from network.cadastre.editions.checking import NUMERIC, decimal_of
from network.cadastre.editions.enums import Provenance
from network.cadastre.editions.showing import Line, sections
from network.cadastre.editions.words import in_words

MUCH = Decimal("0.2")  # of what daily work or the last edition gave: worth a look


@dataclass(frozen=True)
class Reviewed:
    """One line of it. `jump` is the change since the edition before, as a share; None where there is none."""

    line: Line

    @property
    def provenance(self) -> str:
        value = self.line.answer.value
        return value.get_provenance_display() if value is not None and value.provenance else ""

    @property
    def is_corrected(self) -> bool:
        value = self.line.answer.value
        return value is not None and value.provenance == Provenance.CORRECTED

    @property
    def computed(self) -> str:
        """In words, whether or not the EPN keeps to it."""
        value = self.line.answer.value
        if value is None or value.computed is None:
            return ""
        if self.line.is_table:
            return _("%(n)s lines") % {"n": len(value.computed)}
        return in_words(self.line.answer.indicator, value.computed)

    @property
    def words(self) -> str:
        if self.line.is_table:
            kept = self.line.answer.kept
            return _("%(n)s lines") % {"n": len(kept)} if kept else ""
        return self.line.words if self.line.answer.kept not in (None, "", [], {}) else ""

    @property
    def difference(self) -> str:
        """Of a correction: by how much, and what share of what was computed."""
        value = self.line.answer.value
        if value is None or self.line.answer.indicator.kind not in NUMERIC:
            return ""
        mine, computed = decimal_of(value.value), decimal_of(value.computed)
        if mine is None or computed is None or mine == computed:
            return ""
        by = mine - computed
        text = f"{'+' if by > 0 else '−'}{number(abs(by), self._decimals(by))}"
        return f"{text} ({'+' if by > 0 else '−'}{percent(abs(by / computed))})" if computed else text

    def _decimals(self, value: Decimal) -> int:
        return 0 if value == value.to_integral_value() else self.line.answer.indicator.decimals

    @property
    def jump(self) -> Decimal | None:
        before, now = decimal_of(self.line.answer.before), decimal_of(self.line.answer.kept)
        return None if not before or now is None else (now - before) / before

    @property
    def jumps(self) -> bool:
        return self.jump is not None and abs(self.jump) >= MUCH

    @property
    def jump_words(self) -> str:
        return "" if self.jump is None else f"{'+' if self.jump > 0 else '−'}{percent(abs(self.jump))}"


def review(full: ReturnInFull) -> list[tuple[str, list[Reviewed]]]:
    return [(title, [Reviewed(line) for line in lines]) for title, lines in sections(full)]

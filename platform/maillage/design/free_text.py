"""Free texts in which nobody may be recognised: what looks like personal data is asked about before it is saved.

A service refuses such a text (`problems`) unless it is `Checked`: its writer has looked, and says that it points at
nobody, as a service's own telephone number does. A form that mixes `AsksAboutPersonalData` in asks, with two buttons.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from maillage.design.personal_data import findings, named, without

CODE = "personal_data"
# The two buttons: `personal_data=remove` or `personal_data=keep`.
BUTTON, REMOVE, KEEP = "personal_data", "remove", "keep"


class Checked(str):
    """A text whose writer says that what looks like personal data in it is none. Nothing of that is stored."""

    __slots__ = ()

    def strip(self, chars: str | None = None, /) -> Checked:
        return Checked(super().strip(chars))

    def replace(self, old: str, new: str, count: Any = -1, /) -> Checked:
        return Checked(super().replace(old, new, count))


def _plain(text: str) -> str:
    """Browsers send a line's end as two characters."""
    return text.replace("\r\n", "\n").strip()


def problems(text: str, kept: str = "") -> list[ValidationError]:
    """What a service says of a text that seems to hold personal data, unless it is Checked or stood there before."""
    if isinstance(text, Checked) or _plain(text) == _plain(kept) or not findings(text):
        return []
    return [ValidationError(_("This looks like personal data: %(found)s."), code=CODE, params={"found": named(text)})]


class FreeTextField(forms.CharField):
    """A text of several lines. In a form that asks, it comes back with what looks like personal data in it."""

    widget = forms.Textarea

    def __init__(self, *, rows: int = 3, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs["rows"] = rows


class FreeLineField(forms.CharField):
    """The same on one line."""


if TYPE_CHECKING:
    Base = forms.Form
else:
    Base = object


class AsksAboutPersonalData(Base):
    """To be mixed into a form with free texts, before forms.Form. The buttons come with the field (field.html)."""

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        answer = self.data.get(BUTTON)
        for name, field in self.fields.items():
            text = said.get(name)
            if not isinstance(field, (FreeTextField, FreeLineField)) or not isinstance(text, str) or not text:
                continue
            found = problems(text, str(self.get_initial_for_field(field, name) or ""))
            if found and answer == REMOVE:
                said[name] = without(text)
                self._show(name, said[name])
            elif found and answer == KEEP:
                said[name] = Checked(text)
            else:
                for one in found:
                    self.add_error(name, one)
        return said

    def asks(self, name: str) -> bool:
        """Whether this field came back for what looks like personal data in it."""
        return self.has_error(name, CODE)

    @property
    def only_asks(self) -> bool:
        """Nothing else is wrong: the first button takes the focus, and one tap or Enter saves."""
        codes = {one.code for found in self.errors.as_data().values() for one in found}
        return codes == {CODE}

    def _show(self, name: str, text: str) -> None:
        """Should the form come back for another reason, what was removed doesn't come back with it."""
        self.data = cast(QueryDict, self.data).copy()
        self.data[self.add_prefix(name)] = text

"""What differs between two versions of a report."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from maillage.design import numbers
from tenants.overview.frozen import thaw
from tenants.overview.models import ReportVersion
from tenants.overview.rules import WORDS
from tenants.overview.selectors import Overview, Pair
from tenants.overview.words import months_of, name_of_before, name_of_now


@dataclass(frozen=True)
class Change:
    where: str
    what: str
    earlier: str
    later: str


def changes(earlier: ReportVersion, later: ReportVersion) -> list[Change]:
    """Numbers first, then words, in the reader's language; labels are those of the reports."""
    before, after = thaw(earlier.figures), thaw(later.figures)
    found = [*_headlines(before, after), *_months(before, after), *_sections(before, after)]
    titles = {"introduction": _("Introduction"), "highlights": _("Highlights"), "thanks": _("Thanks")}
    for name in WORDS:
        texts = getattr(earlier, name), getattr(later, name)
        if texts[0] != texts[1]:
            found.append(Change(_("Your words"), titles[name], *texts))
    if earlier.language != later.language:
        found.append(Change(_("Report"), _("Language"), earlier.get_language_display(), later.get_language_display()))
    if earlier.logo_id != later.logo_id:
        said = [_("a logo") if one.logo_id else _("none") for one in (earlier, later)]
        if said[0] == said[1]:
            said = [_("another logo"), _("a new logo")]
        found.append(Change(_("Report"), _("Logo"), *said))
    if earlier.epn != later.epn:
        found.append(Change(_("Report"), _("Name"), earlier.epn, later.epn))
    return found


def _headlines(before: Overview, after: Overview) -> list[Change]:
    """Of the year and of the year before: both may have been corrected since."""
    known = {one.headline.name: one.whole for one in before.numbers}
    found = []
    for one in after.numbers:
        show, was = one.headline.show, known.get(one.headline.name, Pair(None, None))
        for name, old, new in (
            (name_of_now(after.spans), was.now, one.whole.now),
            (name_of_before(after.spans), was.before, one.whole.before),
        ):
            if old != new:
                found.append(Change(name, str(one.headline.label), show(old), show(new)))
    return found


def _months(before: Overview, after: Overview) -> list[Change]:
    known = {one.headline.name: one for one in before.numbers}
    found = []
    for one in after.numbers:
        was = known.get(one.headline.name)
        if was is None:
            continue
        for month, old, new in zip(after.months, was.months, one.months, strict=True):
            if old.now != new.now:
                show = one.headline.show
                found.append(Change(months_of(month), str(one.headline.label), show(old.now), show(new.now)))
    return found


def _sections(before: Overview, after: Overview) -> list[Change]:
    known = {one.cut.name: {line.key: line for line in one.lines} for one in before.sections}
    found = []
    for one in after.sections:
        old, new = known.get(one.cut.name, {}), {line.key: line for line in one.lines}
        for key in {**new, **old}:
            line = new.get(key) or old[key]
            was = old[key].pair.now if key in old else 0
            now = new[key].pair.now if key in new else 0
            if was != now:
                found.append(Change(str(one.cut.title), line.label, numbers.number(was), numbers.number(now)))
    return found

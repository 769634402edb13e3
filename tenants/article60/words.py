"""An estimate in words: never without saying that it is one, by which rule, and what isn't known."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.design.numbers import day_label, number
from tenants.article60.clock import ANY_AGE, Estimate, Reached, Rule
from tenants.article60.enums import EndOf
from tenants.article60.selectors import Clock

AGES: dict[str, Promise] = {
    ANY_AGE: gettext_lazy("at any age"),
    "art60_days_under_36": gettext_lazy("under 36 on the last day"),
    "art60_days_36_49": gettext_lazy("from 36 to 49 on the last day"),
    "art60_days_50_plus": gettext_lazy("50 or more on the last day"),
}
CLOSE = 2  # days that only the manner of counting explains
# What colours the badge beside an end; the words say the same.
TONES = {EndOf.REAL: "neutral", EndOf.CPAS: "success", EndOf.PLANNED: "info", EndOf.ESTIMATE: "warning"}


@dataclass(frozen=True)
class Told:
    """What a page says of an estimate: a headline, the rules it rests on, and what isn't known."""

    headline: str
    rules: list[str]
    unknown: list[str]


def rule_text(rule: Rule) -> str:
    """ "312 days at any age, since 1 March 2026. Source: …" """
    values = {
        "days": number(rule.value.to_integral_value() if rule.value == rule.value.to_integral_value() else rule.value),
        "age": AGES[rule.name],
        "since": day_label(rule.valid_from),
        "until": day_label(rule.valid_to),
        "source": rule.source,
    }
    if rule.valid_from is None and rule.valid_to is None:
        return _("%(days)s days %(age)s. Source: %(source)s.") % values
    if rule.valid_to is None:
        return _("%(days)s days %(age)s, since %(since)s. Source: %(source)s.") % values
    if rule.valid_from is None:
        return _("%(days)s days %(age)s, until %(until)s. Source: %(source)s.") % values
    return _("%(days)s days %(age)s, from %(since)s to %(until)s. Source: %(source)s.") % values


def told(estimate: Estimate) -> Told:
    first, last = estimate.earliest, estimate.latest
    if first.day is not None and last.day is not None and estimate.is_range:
        values = {"first": day_label(first.day), "last": day_label(last.day)}
        headline = _("Estimate: between %(first)s and %(last)s, by the age on the last day.") % values
    elif estimate.day is not None:
        headline = _("Estimate: %(day)s.") % {"day": day_label(estimate.day)}
    else:
        headline = _without_a_day(last)
    rules = list(dict.fromkeys(rule_text(one.rule) for one in (first, last) if one.rule is not None))
    return Told(headline, rules, _unknown(estimate))


def _without_a_day(reached: Reached) -> str:
    if reached.missing_on is not None:
        text = _("No estimate: nobody has written a rule for %(day)s yet, and we guess none. Ask the CPAS.")
        return text % {"day": day_label(reached.missing_on)}
    return _("No estimate: with the hours and breaks that are known, the days are not reached. Ask the CPAS.")


def _unknown(estimate: Estimate) -> list[str]:
    found = []
    if not estimate.prior_known:
        found.append(
            _("Not known: days worked before this contract. If there are some, unemployment rights open earlier.")
        )
    if not estimate.age_known and estimate.is_range:
        found.append(_("Not known: the date of birth. The number of days depends on the age on the last day."))
    return found


def short(clock: Clock) -> str:
    """One line, for a page that says more of the contract than this."""
    values = {"day": day_label(clock.ends_on), "by": clock.by.label}
    if clock.ends_on is None:
        return told(clock.estimate).headline
    text = _("Ends on %(day)s (%(by)s).")
    if clock.days_left is not None and clock.days_left < 0:
        text = _("Ended on %(day)s (%(by)s).")
    return text % values


def later_or_earlier(clock: Clock) -> str:
    """How far our estimate is from the end that is known; nothing when it is close."""
    days = clock.estimate_differs
    if days is None or abs(days) <= CLOSE:
        return ""
    values = {"day": day_label(clock.estimate.day), "days": number(abs(days))}
    if days > 0:
        return _("Our estimate, %(day)s, is %(days)s days later. Ask the CPAS which one is right.") % values
    return _("Our estimate, %(day)s, is %(days)s days earlier. Ask the CPAS which one is right.") % values

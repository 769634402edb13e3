"""What a visit must be, and who may change it. Pure checks: nothing is written here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol, TypedDict

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.design.free_text import Checked
from maillage.design.free_text import problems as personal_data_problems
from maillage.design.numbers import day_label, duration
from maillage.reference.selectors import is_term, label_of
from tenants.activity.enums import Channel, Margin
from tenants.activity.models import LONGEST_DAY, Visit
from tenants.registry.enums import Role

FIRST_DAY = dt.date(2000, 1, 1)
MOST_PEOPLE = 999
LONGEST_NOTE = 2000
HIGHEST_COST = Decimal(100_000)
LONGEST_WAIT = 7 * LONGEST_DAY  # minutes that an obstacle took from somebody
LONGEST_NAME = 80
HIDES_A_PERSON = 5  # people present
DONE_FOR, DONE_WITH = "done_for", "done_with"
OWN_FOR = dt.timedelta(days=7)

# Which vocabulary a column's code comes from; `True`: it may not be empty.
VOCABULARY_OF = {
    "mode": ("mode", True),
    "outcome": ("outcome", True),
    "autonomy": ("autonomy", False),
    "obstacle_provider": ("provider", False),
    "obstacle_kind": ("obstacle", False),
    "referral": ("referral", False),
    "language": ("language", False),
}
# The same for columns of several codes.
VOCABULARY_OF_LIST = {
    "themes": ("theme", True),
    "causes": ("cause", False),
    "accessibility": ("accessibility", False),
}
EACH_PERSON_ONCE = (Margin.GENDER, Margin.AGE_BAND)

Problems = dict[str, list[ValidationError]]


class VisitFacts(TypedDict, total=False):
    """What one says of a visit. A new one needs date, minutes, site_id, mode, themes and outcome."""

    date: dt.date
    minutes: int
    site_id: int
    mode: str
    themes: list[str]
    outcome: str
    autonomy: str
    attendances: int
    obstacle_provider: str
    obstacle_channel: str
    obstacle_kind: str
    obstacle_cost_eur: Decimal | None
    obstacle_minutes_lost: int | None
    exceptional: bool
    causes: list[str]
    referral: str
    referral_to: str
    language: str
    accessibility: list[str]
    margins: dict[str, dict[str, int]]
    note: str
    animator_id: int | None


VISIT_FIELDS: tuple[str, ...] = tuple(VisitFacts.__annotations__)
NEEDED = ("date", "minutes", "site_id", "mode", "themes", "outcome")


@dataclass(frozen=True)
class Actor:
    """Somebody at work in this EPN, in their role."""

    person_id: int
    role: str

    @property
    def coordinates(self) -> bool:
        return self.role == Role.EPN_COORDINATOR


class NotYours(PermissionDenied):
    """The role doesn't allow it. The text says what would be allowed."""


class Typed(Protocol):
    """A visit, or as much of one as says whose it is."""

    @property
    def date(self) -> dt.date: ...
    @property
    def created_at(self) -> dt.datetime: ...
    @property
    def animator_id(self) -> int | None: ...
    @property
    def recorded_by_id(self) -> int | None: ...


def may_change(visit: Typed, actor: Actor) -> bool:
    """Coordinators: every visit. Others: what they did or typed themselves, in the last seven days."""
    if actor.coordinates:
        return True
    since = timezone.localdate() - OWN_FOR
    is_own = actor.person_id in (visit.animator_id, visit.recorded_by_id)
    return is_own and (visit.date >= since or timezone.localdate(visit.created_at) >= since)


def check_may_change(visit: Visit, actor: Actor | None) -> None:
    """Raise NotYours unless `actor` may change this visit. None is the house itself: an import, a command."""
    if actor is not None and not may_change(visit, actor):
        raise NotYours(_("You may change your own visits of the last 7 days. Ask your coordinator for this one."))


def check_is_there(visit: Visit) -> None:
    """Raise ValidationError on a visit that was deleted while somebody was correcting it."""
    if visit.deleted_at is not None:
        text = _("Somebody has deleted this visit meanwhile. If yours still counts, save it as a new one.")
        raise ValidationError(text, code="deleted")


# --- the checks ---------------------------------------------------------------------------------------------


def problem(text: str, kind: str, /, **params: object) -> ValidationError:
    return ValidationError(text, code=kind, params=params)


def date_problems(day: Any) -> list[ValidationError]:
    if not isinstance(day, dt.date):
        return [problem(_("Enter a date."), "required")]
    if day > timezone.localdate():
        return [problem(_("%(day)s is in the future. Enter today or an earlier day."), "future",
                        day=day_label(day))]  # fmt: skip
    if day < FIRST_DAY:
        return [problem(_("%(day)s is too long ago: the register begins in 2000."), "too_early",
                        day=day_label(day))]  # fmt: skip
    return []


def number_problems(value: Any, lowest: int, highest: int) -> list[ValidationError]:
    if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
        return []
    return [problem(_("Enter a whole number from %(lowest)s to %(highest)s."), "out_of_range",
                    lowest=lowest, highest=highest)]  # fmt: skip


def text_problems(text: Any, longest: int, kept: str = "") -> list[ValidationError]:
    """`kept`: the text as it stands. One that seems to hold personal data is refused, unless it is Checked."""
    if not isinstance(text, str) or "\0" in text:
        return [problem(_("This text holds a character that can't be kept."), "null_character")]
    if len(text) > longest:
        return [problem(_("This text is too long: at most %(most)s characters."), "too_long", most=longest)]
    return personal_data_problems(text, kept)


def note_problems(note: Any, kept: str = "") -> list[ValidationError]:
    return text_problems(note, LONGEST_NOTE, kept)


def unknown_code(label: object, code: object) -> ValidationError:
    shown = str(code)[:60].replace("\0", "�")
    return problem(_("“%(code)s” is not in the list: %(field)s."), "unknown_code", code=shown, field=label)


def code_problems(label: object, vocabulary: str, code: Any, kept: Iterable[str] = ()) -> list[ValidationError]:
    """`kept`: codes that the row has already; a retired term stays where it was written."""
    if isinstance(code, str) and (code in kept or is_term(vocabulary, code)):
        return []
    return [unknown_code(label, code)]


def _label(field: str) -> object:
    return Visit._meta.get_field(field).verbose_name  # type: ignore[union-attr]


def margin_problems(margins: Any, attendances: int, kept: Mapping[str, Mapping[str, int]]) -> list[ValidationError]:
    """Counts of people: nobody is counted twice in gender and age, and no audience is larger than those present."""
    if not isinstance(margins, dict):
        return [problem(_("The audience must be counts of people."), "malformed")]
    found = []
    for name, counts in margins.items():
        if name not in Margin.values or not isinstance(counts, dict):
            found.append(unknown_code(_label("margins"), name))
            continue
        label = Margin(name).label
        bad_codes = [one for code in counts for one in code_problems(label, name, code, kept.get(name, ()))]
        bad_counts = [one for count in counts.values() for one in number_problems(count, 0, MOST_PEOPLE)]
        found += bad_codes + bad_counts
        if bad_codes or bad_counts:
            continue
        if name in EACH_PERSON_ONCE and sum(counts.values()) > attendances:
            found.append(
                problem(_("%(margin)s adds up to %(sum)s, but %(present)s came. Correct one of them."),
                        "does_not_add_up", margin=label, sum=sum(counts.values()), present=attendances)
            )  # fmt: skip
        elif name not in EACH_PERSON_ONCE:
            found += [
                problem(_("%(margin)s, %(audience)s: %(count)s, but %(present)s came. Correct one of them."),
                        "does_not_add_up", margin=label, audience=label_of(name, code), count=count,
                        present=attendances)
                for code, count in counts.items() if count > attendances
            ]  # fmt: skip
    return found


def _cost_problems(cost: Any) -> list[ValidationError]:
    if cost is None:
        return []
    try:
        amount = Decimal(cost)
        fine = Decimal(0) <= amount < HIGHEST_COST and amount == amount.quantize(Decimal("0.01"))
    except (InvalidOperation, TypeError, ValueError):
        fine = False
    if fine:
        return []
    return [problem(_("Enter an amount in euros, from 0 to 99 999.99."), "out_of_range")]


def _recognisable(facts: Mapping[str, Any]) -> list[ValidationError]:
    """An access need says something of a person's health. With their gender or age, it could tell who they are."""
    beside = [name for name in EACH_PERSON_ONCE if without_zeros(facts["margins"]).get(name)]
    if not facts.get("accessibility") or not beside or facts["attendances"] >= HIDES_A_PERSON:
        return []
    return [problem(_("Keep either the access needs or the gender and the age: together they could tell who it was."),
                    "recognisable")]  # fmt: skip


def is_for_volunteers(excluded: Iterable[str]) -> bool:
    """Whether the rule names volunteers: the type of their contract has the name of their role."""
    return Role.VOLUNTEER in excluded


def done_for_problems(contract_type: str | None, *, volunteers: bool, excluded: Iterable[str]) -> list[ValidationError]:
    """Who may act in a person's place: a rule of the network, by the type of the animator's contract of that day.

    `volunteers`: the animator has no contract then, and is a volunteer here.
    """
    refused = [label_of("contract_type", code) for code in excluded]
    if contract_type is not None and contract_type in excluded:
        who = label_of("contract_type", contract_type)
    elif contract_type is None and volunteers and is_for_volunteers(excluded):
        who = str(Role.VOLUNTEER.label)
    else:
        return []
    return [
        problem(
            _("Not allowed with the status “%(who)s”: choose “%(instead)s”. “%(done_for)s” is for every other status;"
              " these may not: %(refused)s."),
            "may_not_act_for", who=who, instead=label_of("autonomy", DONE_WITH),
            done_for=label_of("autonomy", DONE_FOR), refused=", ".join(refused),
        )
    ]  # fmt: skip


def asks_who_acts(visit: Visit, kept: Visit | None) -> bool:
    """Whether the rule of "done for" is to be looked up. A visit that has it keeps it while nobody touches that."""
    if visit.autonomy != DONE_FOR:
        return False
    said = ("autonomy", "animator_id", "date")
    return kept is None or any(getattr(kept, name) != getattr(visit, name) for name in said)


def visit_problems(facts: Mapping[str, Any], kept: Visit | None = None) -> Problems:
    """Everything that is wrong with these facts, by field; what needs the database is in the services.

    `kept` is the visit as it stands: its codes may stay, retired or not.
    """
    found: Problems = {
        "date": date_problems(facts.get("date")),
        "minutes": number_problems(facts.get("minutes"), 1, LONGEST_DAY),
        "attendances": number_problems(facts.get("attendances"), 1, MOST_PEOPLE),
        "note": note_problems(facts.get("note"), kept.note if kept else ""),
        "obstacle_cost_eur": _cost_problems(facts.get("obstacle_cost_eur")),
    }
    if found["minutes"]:
        found["minutes"] = [problem(_("Enter from 1 to 1440 minutes: a day has 24 hours."), "out_of_range")]
    for field, (vocabulary, needed) in VOCABULARY_OF.items():
        code = facts.get(field, "")
        if code or needed:
            found[field] = code_problems(_label(field), vocabulary, code, (getattr(kept, field),) if kept else ())
    for field, (vocabulary, needed) in VOCABULARY_OF_LIST.items():
        codes = facts.get(field, [])
        if isinstance(codes, list) and (codes or not needed):
            old = getattr(kept, field) if kept else ()
            found[field] = [one for code in codes for one in code_problems(_label(field), vocabulary, code, old)]
        elif needed:
            found[field] = [problem(_("Choose at least one theme."), "required")]
        else:
            found[field] = [unknown_code(_label(field), codes)]
    channel = facts.get("obstacle_channel", "")
    if channel and channel not in Channel.values:
        found["obstacle_channel"] = [unknown_code(_label("obstacle_channel"), channel)]
    obstacle_named = facts.get("obstacle_provider") or facts.get("obstacle_kind")
    lost = facts.get("obstacle_minutes_lost")
    if lost is not None:
        found["obstacle_minutes_lost"] = number_problems(lost, 0, LONGEST_WAIT)
    if not isinstance(facts.get("exceptional", False), bool):
        found["exceptional"] = [problem(_("Say yes or no."), "malformed")]
    weighs = facts.get("obstacle_cost_eur") is not None or lost is not None or facts.get("exceptional") is True
    if not obstacle_named and (channel or weighs):
        found["obstacle_kind"] = [problem(_("Say what the obstacle was, or whose service it was."), "required")]
    if not found["attendances"]:
        found["margins"] = margin_problems(facts.get("margins"), facts["attendances"], kept.margins if kept else {})
        if not found["margins"] and not found["accessibility"]:
            found["accessibility"] = _recognisable(facts)
    found["referral_to"] = text_problems(facts.get("referral_to", ""), LONGEST_NAME, kept.referral_to if kept else "")
    if facts.get("referral_to") and not facts.get("referral"):
        found["referral"] = [problem(_("Say what kind of organisation it is."), "required")]
    return {field: problems for field, problems in found.items() if problems}


def too_long_a_day(minutes: int, others: int, day: dt.date) -> list[ValidationError]:
    """`others`: minutes of the same animator's other visits of that day."""
    if minutes + others <= LONGEST_DAY:
        return []
    return [
        problem(
            _("That makes %(total)s for one animator on %(day)s: more than a day has. %(others)s are in already."),
            "too_long_a_day",
            total=duration(minutes + others),
            others=duration(others),
            day=day_label(day),
        )
    ]


def without_zeros(margins: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """What is stored of the audience: no zero, no empty margin."""
    kept = {name: {code: count for code, count in counts.items() if count} for name, counts in margins.items()}
    return {name: counts for name, counts in kept.items() if counts}


def tidied(facts: dict[str, Any]) -> dict[str, Any]:
    if isinstance(facts.get("note"), str):
        facts["note"] = facts["note"].replace("\r\n", "\n").strip()
    for field in VOCABULARY_OF_LIST:
        if isinstance(facts.get(field), Sequence) and not isinstance(facts[field], str):
            facts[field] = list(dict.fromkeys(facts[field]))
    if isinstance(facts.get("referral_to"), str):
        name = " ".join(facts["referral_to"].split())
        facts["referral_to"] = Checked(name) if isinstance(facts["referral_to"], Checked) else name
    return facts

"""What a registration must be: a first name or a code, and nothing that leads to a person."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from maillage.design.personal_data import named
from tenants.activity.rules import Problems, problem, unknown_code
from tenants.workshops.enums import Level
from tenants.workshops.models import LONGEST_NAME, Registration

# After a series' last date; a certificate may be asked for some weeks later.
KEEP_FOR = dt.timedelta(days=90)
# A code may have some digits. Telephones, national numbers and accounts have more.
MOST_DIGITS = 5


def name_problems(name: Any) -> list[ValidationError]:
    if not isinstance(name, str) or not name.isprintable():
        return [problem(_("This text holds a character that can't be shown."), "not_printable")]
    if not name.strip():
        return [problem(_("Give a first name or a code."), "required")]
    if len(name) > LONGEST_NAME:
        return [problem(_("This is too long: at most %(most)s characters."), "too_long", most=LONGEST_NAME)]
    if found := named(name):
        return [problem(_("This looks like %(found)s. A first name or a code is enough."), "personal", found=found)]
    if sum(one.isdigit() for one in name) > MOST_DIGITS:
        return [
            problem(_("This looks like a telephone number, a national number or an account number. "
                      "A first name or a short code is enough."), "personal")
        ]  # fmt: skip
    return []


def level_problems(level: Any) -> list[ValidationError]:
    if level in ("", *Level.values):
        return []
    return [unknown_code(Registration._meta.get_field("level").verbose_name, level)]


def registration_problems(name: Any, level: Any) -> Problems:
    found = {"name": name_problems(name), "level": level_problems(level)}
    return {field: problems for field, problems in found.items() if problems}

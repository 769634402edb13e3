"""Who may sign in to the demo, and who has a post without an account's password: people, memberships, an invitation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from maillage.accounts.models import Credential, Person
from maillage.demo.happening import OPENED
from maillage.demo.people import CAST, Character, Names, password_hash, pin_hash
from maillage.demo.places import EpnPlan, FederationPlan
from maillage.demo.staffing import Draft
from maillage.demo.visits import ZONE
from tenants.registry.enums import Role
from tenants.registry.models import Invitation, Membership, Space
from tenants.registry.signing_in.models import Pin
from tenants.registry.signing_in.pins.services import box_of_pins
from tenants.registry.team.services import LIVES


def enrol(characters: Iterable[Character], space: Space) -> None:
    people = Person.objects.bulk_create([_account(one.name, one.email, one.language) for one in characters])
    Credential.objects.bulk_create(
        [Credential(person=person, hash=password_hash(), changed_at=OPENED) for person in people]
    )
    Membership.objects.bulk_create(
        [
            Membership(
                person=person, space=space, role=one.spaces[0][1], funder=one.funder, since=OPENED, updated_at=OPENED
            )
            for one, person in zip(characters, people, strict=True)
        ]
    )


def team_of(
    plan: EpnPlan, of: FederationPlan, space: Space, drafts: list[Draft], names: Names, until: dt.date
) -> list[Person]:
    """An account for each contract, in their order. The cast takes the place of who holds its post at the end."""
    path = f"{of.slug}/{plan.slug}"
    roles = {role: one for one in CAST for where, role in one.spaces if where == path}
    holders: dict[int, Character] = {}
    # Bram animates under article 60: those contracts are asked first.
    for number in sorted(range(len(drafts)), key=lambda number: (drafts[number].type != "art60", number)):
        if drafts[number].runs_on(until) and drafts[number].access in roles:
            holders[number] = roles.pop(drafts[number].access)
    assert not roles, f"{path} has no post for {', '.join(one.name for one in roles.values())}"
    known = {one.email: one for one in Person.objects.filter(email__in=[one.email for one in holders.values()])}
    people: list[Person] = []
    fresh: list[Person] = []
    for number in range(len(drafts)):
        character = holders.get(number)
        if character is not None and character.email in known:
            people.append(known[character.email])
            continue
        if character is not None:
            fresh.append(_account(character.name, character.email, character.language))
        else:
            fresh.append(_account(*names.new(plan.language), plan.language))
        people.append(fresh[-1])
    Person.objects.bulk_create(fresh)
    Credential.objects.bulk_create(
        [
            Credential(person=people[number], hash=password_hash(), changed_at=OPENED)
            for number, character in sorted(holders.items())
            if character.email not in known
        ]
    )
    Membership.objects.bulk_create(
        [
            Membership(
                person=person,
                space=space,
                role=draft.access,
                since=morning(draft.starts_on),
                until=None if draft.ended_on is None else morning(draft.ended_on + dt.timedelta(days=1)),
                updated_at=morning(draft.starts_on),
            )
            for draft, person in zip(drafts, people, strict=True)
        ]
    )
    return people


def _account(name: str, email: str, language: str) -> Person:
    return Person(name=name, email=email, language=language, created_at=OPENED)


def give_pins() -> None:
    """To the cast of one EPN, so that its shared PC can be tried."""
    emails = [one.email for one in CAST if one.spaces[0][0] == "caban/rue-de-la-poste"]
    sealed = box_of_pins().encrypt(pin_hash().encode()).decode()
    people = Person.objects.filter(email__in=emails).order_by("pk")
    Pin.objects.bulk_create([Pin(person=person, sealed=sealed, set_at=OPENED) for person in people])


def invite(character: Character, space: Space, moment: dt.datetime) -> None:
    """Nobody has the link: there is no text with this digest. *Send again* makes one, and the console prints it."""
    inviter = Membership.objects.filter(space=space, role=Role.NETWORK_COORDINATOR).earliest("pk")
    Invitation.objects.create(
        space=space,
        email=character.email,
        name=character.name,
        role=character.spaces[0][1],
        language=character.language,
        digest="0" * 64,
        invited_by_id=inviter.person_id,
        invited_from=space,
        created_at=moment,
        updated_at=moment,
        sent_at=moment,
        expires_at=moment + LIVES,
    )


def morning(day: dt.date) -> dt.datetime:
    return max(OPENED, dt.datetime.combine(day, dt.time(9, 0), ZONE))

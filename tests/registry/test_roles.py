"""The role table against every route that exists: method by method, person by person.

A new route needs two things: a row in tenants/registry/roles.py, and, when its address has arguments, something
real for it to point to, in `THINGS` of things.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from http.cookies import SimpleCookie
from itertools import chain
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from maillage.accounts.models import Person
from maillage.accounts.services import create_person
from tenants.registry.checks import every_route_is_in_the_role_table
from tenants.registry.crossing import address_of, urlconf_of
from tenants.registry.enums import ROLES_OF_KIND, Kind
from tenants.registry.models import Space
from tenants.registry.roles import ANYBODY, EPN_STAFF, ROUTES, SIGNED_IN, Who, allows, who_may
from tenants.registry.services import grant_membership
from tests.conftest import Cast, lasting
from tests.registry.things import THINGS, Arguments
from tests.thoroughness import THOROUGH

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SAFE = ("GET", "HEAD", "OPTIONS")
ANONYMOUS, STRANGER = "anonymous", "stranger"
SIGN_IN = "/accounts/login/?next="

# --- every route ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Route:
    kind: str
    name: str
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind}-{self.name}"


def routes() -> Iterator[Route]:
    def walk(kind: str, entries: list[Any], prefix: str, before: tuple[str, ...]) -> Iterator[Route]:
        for entry in entries:
            names = tuple(entry.pattern.regex.groupindex)
            if isinstance(entry, URLResolver):
                inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
                yield from walk(kind, entry.url_patterns, inner, before + names)
            elif isinstance(entry, URLPattern):
                yield Route(kind, f"{prefix}{entry.name}", before + names)

    for kind in (Kind.PUBLIC, Kind.FEDERATION, Kind.EPN):
        yield from walk(str(kind), get_resolver(urlconf_of(kind)).url_patterns, "", ())


ALL = sorted(set(routes()), key=str)


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    existing = {kind: {route.name for route in ALL if route.kind == kind} for kind in ROUTES}

    missing = [f"{route.kind} {route.name}" for route in ALL if route.name not in ROUTES[route.kind]]
    left = [f"{kind} {name}" for kind, rows in ROUTES.items() for name in rows if name not in existing[kind]]

    assert not missing, f"No row in tenants/registry/roles.py for {missing}: it is refused to everybody."
    assert not left, f"Rows of tenants/registry/roles.py that no URLconf has: {left}. Remove or rename them."


def test_the_system_check_says_the_same_of_a_route_without_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(ROUTES[Kind.EPN], "staff:contracts")

    assert [error.id for error in every_route_is_in_the_role_table()] == ["registry.E001"]


def test_a_role_is_only_named_where_it_exists() -> None:
    for kind, rows in ROUTES.items():
        for name, row in rows.items():
            for who in row.values():
                assert isinstance(who, str) or who <= ROLES_OF_KIND[Kind(kind)], f"{kind} {name}: {who}"


# Without a sign-in, by a secret in the address; whatever else is asked for there isn't there.
BY_A_SECRET = {"appointments:feed"}


def test_nothing_inside_an_epn_is_open_to_anybody_without_a_secret() -> None:
    for name, row in ROUTES[Kind.EPN].items():
        if name in BY_A_SECRET:
            assert row == {"GET": ANYBODY}, name
            continue
        assert all(not isinstance(who, str) and who <= EPN_STAFF for who in row.values()), name


# --- every person at every door ---------------------------------------------------------------------------------------


@dataclass
class Visitor:
    """Somebody at the door; `role` in this space, if any."""

    label: str
    person: Person | None
    role: str | None
    turn: int | None = None  # of those who try, every day, what isn't in the table
    client: Client = field(default_factory=Client)
    signed_in: dict[str, str] = field(default_factory=dict)  # the cookies after signing in

    def sign_in(self) -> None:
        if self.person is not None:
            self.client.force_login(self.person, backend="maillage.accounts.backends.PasswordBackend")

    def begin(self) -> None:
        """As just after signing in, whatever a route before this one did to the session."""
        self.client.cookies = SimpleCookie(self.signed_in)


def space_of(kind: str, cast: Cast) -> Space | None:
    return {Kind.PUBLIC: None, Kind.FEDERATION: cast.caban.space, Kind.EPN: cast.poste.space}[Kind(kind)]


@pytest.fixture(scope="module")
def visitors(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, list[Visitor]]]:
    """Who comes to the doors of a kind of space: made once, since they are the same people at all of them."""
    with lasting(django_db_blocker) as cast:
        with django_db_blocker.unblock():
            found = {str(kind): who_comes(cast, str(kind)) for kind in (Kind.PUBLIC, Kind.FEDERATION, Kind.EPN)}
            for visitor in chain.from_iterable(found.values()):
                visitor.sign_in()
                visitor.signed_in = {name: cookie.value for name, cookie in visitor.client.cookies.items()}
        yield found


def who_comes(cast: Cast, kind: str) -> list[Visitor]:
    def newcomer(label: str) -> Person:
        return create_person(email=f"{label}.{kind}@door.example.org", name=label.title())

    space = space_of(kind, cast)
    found = [Visitor(ANONYMOUS, None, None)]
    # The nearest strangers: coordinators of another federation, of the next EPN, of the network above.
    strangers = {STRANGER: cast.farid}
    if kind == Kind.EPN:
        strangers |= {"neighbour": cast.chloe, "network": cast.dries}
    elif kind == Kind.FEDERATION:
        strangers |= {"epn coordinator": cast.amina}
    found += [Visitor(label, person, None) for label, person in strangers.items()]
    if space is not None:
        for role in sorted(ROLES_OF_KIND[Kind(kind)]):
            person = newcomer(role)
            grant_membership(person=person, space=space, role=role)
            found.append(Visitor(role, person, role))
    for turn, visitor in enumerate((found[0], found[1], found[-1])):
        visitor.turn = turn * 2
    return found


def at_the_door(visitors: list[Visitor], route: Route) -> list[Visitor]:
    """Everybody; but of those who have signed in and have no role here, who are all told the same, every day only one:
    another at each route."""
    strangers = [one for one in visitors if one.person is not None and one.role is None]
    if THOROUGH or not strangers:
        return visitors
    turn = strangers[ALL.index(route) % len(strangers)]
    return [one for one in visitors if one is turn or one not in strangers]


def knocks(visitor: Visitor, route: Route) -> tuple[str, ...]:
    """The methods that one tries: every day all that are in the table, and, by three of the visitors, one more each.

    What isn't in the table is refused by one look-up, to whoever asks with whatever method: those who try one share the
    methods among them, another share at each route, so that each is tried at dozens of doors.
    """
    if THOROUGH:
        return METHODS
    named = tuple(ROUTES[route.kind][route.name])
    others = [method for method in METHODS if method not in named]
    if visitor.turn is None or not others:
        return named
    # First, while what it asks for is still there.
    return (others[(ALL.index(route) + visitor.turn) % len(others)], *named)


def guest_of(visitors: list[Visitor], route: Route) -> Visitor | None:
    """Who looks inside today, of those who are let in to look: another one of them at each route."""
    who = who_may(route.kind, route.name, "GET")
    let_in = [visitor for visitor in visitors if expected(route.kind, who, visitor) == "in"]
    return let_in[ALL.index(route) % len(let_in)] if let_in else None


def expected(kind: str, who: Who | None, visitor: Visitor) -> str:
    """`in`, `405`, `sign in` (a program: 401), `404` or `403`: in the order in which the door asks."""
    if kind == Kind.EPN and visitor.role is None and who != ANYBODY:
        return "sign in" if visitor.person is None else "404"
    if who is None:
        return "405"
    if allows(who, signed_in=visitor.person is not None, role=visitor.role):
        return "in"
    if visitor.person is None:
        return "sign in"
    return "404" if visitor.role is None and kind != Kind.PUBLIC else "403"


def got(response: Any, *, program: bool) -> str:
    """Inside, an empty form or document may be refused: that is the view's word, not the door's."""
    status = response.status_code
    if status == 302 and response["Location"].startswith(SIGN_IN):
        return "a page to sign in" if program else "sign in"
    if status == 401 and program:
        return "sign in"
    if status in (200, 302, 400) or (program and status in (201, 202, 204, 415)):
        return "in"
    return str(status)


@pytest.mark.parametrize("route", ALL, ids=str)
def test_the_door_does_what_the_table_says(visitors: dict[str, list[Visitor]], cast: Cast, route: Route) -> None:
    if route.name not in ROUTES[route.kind]:
        pytest.fail(f"The {route.kind} route {route.name} is in no row of tenants/registry/roles.py.")
    space = space_of(route.kind, cast)
    wrong = []

    arguments: Arguments | None = None
    there = at_the_door(visitors[route.kind], route)
    guest = guest_of(there, route)
    for visitor in there:
        visitor.begin()
        of_theirs = False
        for method in knocks(visitor, route):
            who = who_may(route.kind, route.name, method)
            outcome = expected(route.kind, who, visitor)
            if outcome == "in" and method in SAFE and visitor is not guest and not THOROUGH:
                continue
            # Who is refused leaves what is there as it was, for the next one to be refused.
            if arguments is None or (outcome == "in" and (not of_theirs or method not in SAFE)):
                arguments, of_theirs = arguments_for(route, cast, visitor.person), True
            cache.clear()
            address = address_of(space, route.name, **arguments)
            response = visitor.client.generic(method, address)
            if got(response, program=route.name.startswith("api:")) != outcome:
                wrong.append(f"{visitor.label} {method} {address}: {response.status_code}, not {outcome}")
            if route.name == "team:leave" and visitor.role and visitor.person is not None and space is not None:
                grant_membership(person=visitor.person, space=space, role=visitor.role)  # back again
            if "/accounts/" in address:
                visitor.sign_in()

    assert not wrong, "\n".join(wrong)


def arguments_for(route: Route, cast: Cast, person: Person | None) -> Arguments:
    if not route.arguments:
        return {}
    for kind, pattern, make in THINGS:
        if kind == route.kind and fnmatch(route.name, pattern):
            made = make(cast, person)
            if len(made) == len(route.arguments) == 1:
                return {route.arguments[0]: next(iter(made.values()))}
            if set(made) == set(route.arguments):
                return made
            pytest.fail(
                f"{route.name} takes {route.arguments}; `{make.__name__}` in tests/registry/things.py "
                f"gives {tuple(made)}. Add a line for it to THINGS, before {pattern!r}."
            )
    pytest.fail(
        f"The {route.kind} route {route.name} takes {route.arguments}: add a function that makes one, and a line "
        "(kind, route, function), to THINGS in tests/registry/things.py."
    )


def test_the_two_words_for_people_without_a_role_mean_what_they_say() -> None:
    assert allows(ANYBODY, signed_in=False, role=None)
    assert not allows(SIGNED_IN, signed_in=False, role=None)
    assert allows(SIGNED_IN, signed_in=True, role=None)
    assert not allows(None, signed_in=True, role="epn_coordinator")

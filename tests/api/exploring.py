"""schemathesis over the documents: requests of any kind, with everybody's token; every answer is held to its promise.

The seeds are fixed; `SCHEMATHESIS_SEED=7 make test PYTEST_ARGS=tests/api/test_exploring_epn.py` takes another path.
Requests run in this process, inside the test's transaction: nothing that they write stays.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, note, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from maillage.accounts.models import Person
from maillage.accounts.services import create_person
from tenants.registry.enums import ROLES_OF_KIND, Kind, Role
from tenants.registry.models import Space
from tenants.registry.services import grant_membership, make_token
from tests.conftest import Cast
from tests.thoroughness import THOROUGH

SEEDS = [int(os.environ["SCHEMATHESIS_SEED"])] if "SCHEMATHESIS_SEED" in os.environ else [1, 2] if THOROUGH else [1]
NOBODY = "nobody"
WHO = [NOBODY, *(str(role) for role in Role if role != Role.OPERATOR)]  # an operator has no space, so no token
# A code that doesn't exist and a visit in the future are fine for the document: the services refuse them with 400.
CHECKS = {"positive_data_acceptance": {"expected-statuses": ["2xx", "304", "400", "401", "403", "404", "409", "412"]}}
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


Known = dict[str, dict[str, Any]]  # by path of the document


@dataclass
class Explored:
    who: str
    headers: dict[str, str]
    cases: int = 0
    statuses: Counter[int] = field(default_factory=Counter)


def token_of(who: str, cast: Cast) -> str:
    """The secret of somebody in that role: of Rue de la Poste, or of the network."""
    role = Role(who)
    space: Space = (cast.poste if role in ROLES_OF_KIND[Kind.EPN] else cast.caban).space
    person: Person = create_person(email=f"{who}@example.org", name=who)
    grant_membership(person=person, space=space, role=role, funder="region" if role == Role.FUNDER_REVIEWER else "")
    return make_token(person=person, space=space)[1]


def explore(address: str, whos: list[str], cast: Cast, *, examples: int, known: Known | None = None) -> list[Explored]:
    """`examples` of each kind, fitting and not, of each operation of the document at this address; everybody sends each
    of them, and what one of them writes is gone before the next one's turn. Making one up takes longer than sending it.

    `known`: what exists there, put in the place of some of what was made up, so that writes succeed too.
    """
    reader = make_token(person=cast.amina, space=cast.poste.space)[1]
    found = [Explored(who, {"Authorization": f"Token {token_of(who, cast)}"} if who != NOBODY else {}) for who in whos]
    config = SchemathesisConfig.from_dict({"checks": CHECKS, "generation": {"database": "none"}})
    with _keeping_the_connection():
        document = schemathesis.openapi.from_wsgi(
            f"{address}schema/",
            get_wsgi_application(),
            config=config,
            headers={"Authorization": f"Token {reader}"},
        )
        for operation in document.get_all_operations():
            for mode in MODES:
                one = operation.ok()
                for number in SEEDS:
                    _explore_one(one, mode, number, examples, found, (known or {}).get(one.path, {}))
    return found


def _inform(case: Any, known: dict[str, Any], *, tidy: bool) -> None:
    """`tidy`: without the fields that nobody knows: nearly every body that is made up has some, and is refused."""
    if "id" in case.path_parameters and "id" in known:
        case.path_parameters["id"] = known["id"]
    for body in case.body if isinstance(case.body, list) else [case.body]:
        if isinstance(body, dict):
            body |= {name: value for name, value in known.items() if name in body}
            for name in [name for name in body if tidy and known and name not in known]:
                del body[name]


@contextmanager
def _keeping_the_connection() -> Iterator[None]:
    """A server looks after its connection before and after each request; the test's transaction hangs on ours."""
    both = (request_started, request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in both:
            signal.connect(close_old_connections)


@contextmanager
def _nothing_stays() -> Iterator[None]:
    """As if it were a test of its own: a space may be entered inside."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)


def _explore_one(
    operation: Any, mode: GenerationMode, number: int, examples: int, found: list[Explored], known: dict[str, Any]
) -> None:
    @seed(number)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode))
    def ask(case: Any) -> None:
        so_far = found[0].cases
        if mode == GenerationMode.POSITIVE and so_far % 4:
            _inform(case, known, tidy=bool(so_far % 2))
        for one in found:
            cache.clear()  # a minute's calls are counted there
            note(f"asked by {one.who}")
            headers = {"Accept-Encoding": "identity", **one.headers}  # the transport doesn't unpack
            with _nothing_stays():
                response = case.call(headers=headers)
            one.cases += 1
            one.statuses[response.status_code] += 1
            case.validate_response(response, headers=headers)

    try:
        ask()
    except Unsatisfiable:  # nothing can be wrong in a call without parameters
        assert mode == GenerationMode.NEGATIVE and "parameters" not in operation.definition.raw, operation.label

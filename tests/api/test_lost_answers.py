"""A real server, connections that are cut, and programs that try again: every visit is there once."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.api.serving import API, Served
from tests.thoroughness import THOROUGH

PROGRAMS = 4
VISITS_EACH, TURNS = (250, 5) if THOROUGH else (20, 2)


def _insist(served: Served, dice: random.Random, key: str, body: Any) -> Any:
    """Send until an answer has arrived. Some connections are cut: in the middle of the body, or before the answer."""
    while True:
        connection = served.connect()
        text = json.dumps(body).encode()
        cut = dice.random()
        try:
            connection.putrequest("POST", f"{API}/visits/")
            for name, value in {**served.headers, "Content-Length": str(len(text)), "Idempotency-Key": key}.items():
                connection.putheader(name, value)
            connection.endheaders(text[: len(text) // 2] if cut < 0.1 else text)
            if cut < 0.1:
                continue
            if cut < 0.35:
                time.sleep(dice.random() * 0.02)
                continue
            answer = connection.getresponse()
            found = json.loads(answer.read())
            assert answer.status == 201, found
            return found
        finally:
            connection.close()


def test_a_visit_whose_answer_was_lost_is_there_once(served: Served, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        before = served.kept()

    def send(number: int) -> list[int]:
        dice = random.Random(number)
        return [
            _insist(served, dice, f"{number}-{one}", served.body(note=f"{number}-{one}"))["id"]
            for one in range(VISITS_EACH)
        ]

    with ThreadPoolExecutor(PROGRAMS) as pool:
        ids = [one for found in pool.map(send, range(PROGRAMS)) for one in found]

    assert len(ids) == len(set(ids)) == PROGRAMS * VISITS_EACH
    with django_db_blocker.unblock():
        assert served.kept() == before + PROGRAMS * VISITS_EACH


def test_who_send_the_same_at_the_same_time_get_the_same(served: Served, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        before = served.kept()

    for turn in range(TURNS):
        for body in (served.body(), [served.body()] * 20):
            with ThreadPoolExecutor(6) as pool:
                key = {"Idempotency-Key": f"{turn} {type(body)}"}
                answers = list(pool.map(lambda _n, b=body, k=key: served.call("POST", "/visits/", b, **k), range(6)))

            assert {status for status, _body, _headers in answers} == {201}
            assert len({json.dumps(found) for _status, found, _headers in answers}) == 1

    with django_db_blocker.unblock():
        assert served.kept() == before + TURNS * 21


def test_of_six_who_correct_at_the_same_time_one_is_heard(served: Served) -> None:
    for _turn in range(TURNS):
        _status, visit, headers = served.call("POST", "/visits/", served.body())
        match = {"If-Match": headers["ETag"]}
        with ThreadPoolExecutor(6) as pool:
            answers = pool.map(
                lambda n, v=visit, m=match: served.call("PATCH", f"/visits/{v['id']}/", {"minutes": 2 + n}, **m)[0],
                range(6),
            )

        assert Counter(answers) == {200: 1, 412: 5}

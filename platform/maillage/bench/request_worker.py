"""A process that asks for one page again and again: `python -m maillage.bench.request_worker PATH PERSON`.

Reads how many requests to make from its standard input, a number a line, and answers with a JSON list of
seconds. Its settings say whether it is ours or the peer.
"""

import json
import sys
import time

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.test import Client  # noqa: E402


def main() -> None:
    path, person_id = sys.argv[1:3]
    client = Client()
    person = get_user_model().objects.get(pk=int(person_id))
    client.force_login(person, backend="maillage.accounts.backends.PasswordBackend")
    for line in sys.stdin:
        seconds = []
        for _ in range(int(line)):
            began = time.perf_counter()
            response = client.get(path)
            response.close()
            seconds.append(time.perf_counter() - began)
            if response.status_code != 200:
                raise SystemExit(f"{path} answered {response.status_code}")
        sys.stdout.write(json.dumps({"seconds": seconds, "length": len(response.content)}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

"""One message, one try: POST to an address that was judged, within ten seconds in all, without following anything."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError

from network.webhooks.enums import Failure
from network.webhooks.receivers import Address, Receiver, Unreachable, addresses_of, receiver_at

USER_AGENT = "Maillage-Webhooks/1"


@dataclass(frozen=True)
class Answer:
    """What came of it: the status of the answer if there was one, and why it isn't a success (empty: it is)."""

    status_code: int | None
    failure: str
    duration_ms: int


class PinnedConnection(http.client.HTTPConnection):
    """Connects to an address that was judged, and checks the certificate against the name that was asked for."""

    def __init__(self, receiver: Receiver, address: Address, timeout: float) -> None:
        super().__init__(receiver.host, receiver.port, timeout=timeout)
        self.receiver, self.address = receiver, address

    def connect(self) -> None:
        self.sock = socket.create_connection((str(self.address), self.receiver.port), self.timeout)
        if self.receiver.tls:
            context = ssl.create_default_context()
            # The handshake comes after the assignment, so that it can be cut as well.
            self.sock = context.wrap_socket(
                self.sock, server_hostname=self.receiver.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()

    def cut(self) -> None:
        """From another thread: whoever reads or writes here is woken by an error."""
        if self.sock is not None:
            with suppress(OSError):  # it has just ended by itself
                # The descriptor alone: a TLS socket would want to say good-bye first.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


def send(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Never raises for what the other side does. Redirects are failures: the signature was for this address."""
    began = time.monotonic()
    status: int | None = None
    try:
        status = _post(url, body, headers)
        failure = _judged(status)
    except Unreachable as error:
        failure = error.failure.value
    except ValidationError:
        failure = Failure.FORBIDDEN_ADDRESS.value  # the settings have become stricter since
    except (OSError, http.client.HTTPException):
        late = time.monotonic() - began >= settings.WEBHOOKS_TIMEOUT_SECONDS
        failure = Failure.TIMEOUT.value if late else Failure.BROKEN.value
    return Answer(status, failure, round((time.monotonic() - began) * 1000))


def _judged(status: int) -> str:
    if 200 <= status < 300:
        return ""
    return Failure.REDIRECT.value if 300 <= status < 400 else Failure.REFUSED.value


def _post(url: str, body: bytes, headers: dict[str, str]) -> int:
    deadline = time.monotonic() + settings.WEBHOOKS_TIMEOUT_SECONDS
    receiver = receiver_at(url)
    own = {"Host": receiver.host_header, "Content-Type": "application/json", "User-Agent": USER_AGENT}
    for address in addresses_of(receiver):
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection = PinnedConnection(receiver, address, left)
        with _cut_after(left, connection), closing(connection):
            if _connects(connection):
                connection.request("POST", receiver.target, body, {**own, "Connection": "close", **headers})
                status = connection.getresponse().status
                if time.monotonic() >= deadline:
                    raise TimeoutError  # what was cut off looks like an answer that has come to its end
                return status
    raise Unreachable(Failure.UNREACHABLE)


def _connects(connection: PinnedConnection) -> bool:
    """False: nobody listens there, try the next address. Raises on a certificate that isn't the receiver's."""
    try:
        connection.connect()
    except TimeoutError:
        raise
    except ssl.SSLError:
        raise Unreachable(Failure.TLS) from None
    except OSError:
        return False
    return True


@contextmanager
def _cut_after(seconds: float, connection: PinnedConnection) -> Iterator[None]:
    """A socket's own timeout starts again with each byte: a server that drips would hold us for ever."""
    timer = threading.Timer(seconds, connection.cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()

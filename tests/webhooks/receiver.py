"""Somebody else's server, in a thread: it keeps what it gets, checks signatures by itself, and misbehaves."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Message:
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def is_signed_with(self, secret: str) -> bool:
        """As the convention says, written down from its text and not from our code."""
        key = base64.b64decode(secret.split("_", 1)[1])
        signed = b".".join([self.headers["webhook-id"].encode(), self.headers["webhook-timestamp"].encode(), self.body])
        expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        offered = [one.split(",", 1) for one in self.headers["webhook-signature"].split(" ")]
        fresh = abs(time.time() - int(self.headers["webhook-timestamp"])) < 300
        return fresh and any(version == "v1" and hmac.compare_digest(one, expected) for version, one in offered)


Behaviour = Callable[[BaseHTTPRequestHandler], None]


def answers(status: int, **headers: str) -> Behaviour:
    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return behave


def hangs(seconds: float) -> Behaviour:
    return lambda handler: time.sleep(seconds)


def drips(seconds: float) -> Behaviour:
    """A byte now and then: each one would start the socket's own timeout again."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        end = time.monotonic() + seconds
        for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 10_000:
            if time.monotonic() > end:
                return
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            time.sleep(0.05)

    return behave


def hangs_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    handler.connection.close()


@dataclass
class Receiver:
    url: str
    messages: list[Message] = field(default_factory=list)
    # What to do with the next ones, in turn; then 204 for ever.
    plan: list[Behaviour] = field(default_factory=list)

    def types(self) -> list[str]:
        return [one.json["type"] for one in self.messages]


@contextmanager
def receiving() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.messages.append(Message({name.lower(): value for name, value in self.headers.items()}, body))
            behave = receiver.plan.pop(0) if receiver.plan else answers(204)
            try:
                behave(self)
            except OSError:
                self.close_connection = True

        def handle(self) -> None:
            try:
                super().handle()
            except (OSError, ValueError):
                self.close_connection = True

        def finish(self) -> None:
            try:
                super().finish()
            except (OSError, ValueError):
                self.close_connection = True

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver = Receiver(f"http://127.0.0.1:{server.server_address[1]}/hook?from=maillage")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

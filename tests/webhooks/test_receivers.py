"""Where a message may go, and where it must not: inside our own network."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ValidationError
from django.utils import timezone

from network.webhooks.enums import Failure
from network.webhooks.receivers import Receiver, Unreachable, addresses_of, is_allowed, receiver_at
from network.webhooks.sending import send
from tests.webhooks.receiver import Receiver as Server

INSIDE = [
    "10.0.0.1", "172.16.9.9", "192.168.1.1", "100.64.0.1", "169.254.169.254", "0.0.0.0", "224.0.0.1", "255.255.255.255",
    "fe80::1", "fc00::1", "ff02::1", "::", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a00:1",
    "2002:a00:1::", "fd00:ec2::254", "192.0.2.1", "198.18.0.1",
]  # fmt: skip


@pytest.fixture
def production(settings: Any) -> None:
    settings.WEBHOOKS_LOCALHOST = False


@pytest.mark.parametrize("address", [*INSIDE, "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"])
def test_an_internal_address_is_refused_in_production(production: None, address: str) -> None:
    assert not is_allowed(ipaddress.ip_address(address))
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(ValidationError):
        receiver_at(f"https://{host}/hook")


@pytest.mark.parametrize("address", INSIDE)
def test_a_demo_lets_localhost_through_and_nothing_else(address: str) -> None:
    assert is_allowed(ipaddress.ip_address("127.0.0.1"))
    assert not is_allowed(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"])
def test_a_public_address_is_let_through(production: None, address: str) -> None:
    assert is_allowed(ipaddress.ip_address(address))


def test_a_network_that_the_settings_name_is_let_through(production: None, settings: Any) -> None:
    settings.WEBHOOKS_ALLOWED_NETWORKS = ["10.20.0.0/16"]

    assert is_allowed(ipaddress.ip_address("10.20.3.4"))
    assert not is_allowed(ipaddress.ip_address("10.21.3.4"))


@pytest.mark.parametrize(
    "url",
    [
        "", "hook", "ftp://example.org/", "file:///etc/passwd", "http://example.org/", "https://", "https:///x",
        "https://user:secret@example.org/", "https://exa mple.org/", "https://example.org:99999/", "https://exämple.org/",
        "https://example.org/\r\nX: y", "https://example.org/\0", "https://[::1", "javascript:alert(1)", "http://10.0.0.1/",
        "https://" + "a" * 500 + ".org/", "https://example.org:0/", "https://example.org\\@localhost/",
    ],
)  # fmt: skip
def test_what_is_no_https_address_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        receiver_at(url)


@pytest.mark.parametrize(
    "url", ["http://localhost:8000/", "http://127.0.0.1/", "https://localhost/", "http://[::1]:80/"]
)
def test_localhost_is_refused_in_production(production: None, url: str) -> None:
    with pytest.raises(ValidationError):
        receiver_at(url)


def test_the_parts_of_an_address() -> None:
    assert receiver_at("https://example.org/a/b?c=d#e") == Receiver(True, "example.org", 443, "/a/b?c=d")
    assert receiver_at("http://localhost:8000") == Receiver(False, "localhost", 8000, "/")
    assert receiver_at("https://example.org:8443/").host_header == "example.org:8443"


def _resolving_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize("addresses", [["10.0.0.1"], ["93.184.215.14", "127.0.0.1"], ["169.254.169.254"]])
def test_a_public_name_with_a_single_internal_address_is_refused(
    production: None, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    _resolving_to(monkeypatch, *addresses)

    with pytest.raises(Unreachable):
        addresses_of(receiver_at("https://example.org/"))
    assert send("https://example.org/", b"{}", {}).failure == Failure.FORBIDDEN_ADDRESS


def test_a_name_is_looked_up_once_and_the_message_goes_to_what_was_judged(
    receiver: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that would answer differently the second time (rebinding) is not asked a second time."""
    port = receiver_at(receiver.url).port
    real = socket.getaddrinfo
    asked: list[str] = []

    def once(host: str, port: int, *args: Any, **options: Any) -> Any:
        if host == "localhost":
            asked.append(host)
            return real("127.0.0.1" if len(asked) == 1 else "10.255.255.1", port, *args, **options)
        return real(host, port, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", once)

    answer = send(f"http://localhost:{port}/", b"{}", {})

    assert (answer.status_code, asked) == (204, ["localhost"])
    assert receiver.messages[0].headers["host"] == f"localhost:{port}"


def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    assert send("https://nowhere.example/", b"{}", {}).failure == Failure.UNKNOWN_HOST


@pytest.fixture
def self_signed(tmp_path: Path) -> Iterator[int]:
    """A server with a certificate that nobody vouches for; gives its port."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = timezone.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now.replace(year=now.year + 1))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "both.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                try:
                    context.wrap_socket(connection, server_side=True)
                except OSError:
                    return  # the client hung up: that is what is tested

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(timeout=5)


def test_a_certificate_that_nobody_vouches_for_is_refused(self_signed: int) -> None:
    assert send(f"https://localhost:{self_signed}/", b"{}", {}).failure == Failure.TLS


def test_a_server_that_never_shakes_hands_is_cut_off(settings: Any) -> None:
    settings.WEBHOOKS_TIMEOUT_SECONDS = 0.5
    with socket.create_server(("127.0.0.1", 0)) as server:
        answer = send(f"https://localhost:{server.getsockname()[1]}/", b"{}", {})

    assert answer.failure in (Failure.TIMEOUT, Failure.TLS)
    assert answer.duration_ms < 2_000

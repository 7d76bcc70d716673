"""A service over TLS: its certificate is checked, and the deadline holds."""

import datetime as dt
import ipaddress
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from query_lambda.app import create_handler
from query_lambda.settings import Settings
from tests.invocations import Context, invoke, proxy_event


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer at once, or byte by byte if the User-Agent is `slow`."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "15")
        self.end_headers()
        if self.headers["user-agent"] == "slow":
            for byte in b'{"status":"ok"}':
                self.wfile.write(bytes([byte]))
                time.sleep(0.2)
        else:
            self.wfile.write(b'{"status":"ok"}')

    def log_message(self, *_: object) -> None:
        """Write no log."""


def certificate(folder: Path) -> Path:
    """Write a self-signed certificate of 127.0.0.1 and its key, and return the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    formats = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, *formats) + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def service(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Serve over TLS; yield the address and the certificate."""
    pem = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server = HTTPServer(("127.0.0.1", 0), _Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}", pem
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_trusted_service_is_answered_within_its_deadline(
    service: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A complete response passes; one that is sent byte by byte, longer than the deadline, becomes a 504."""
    url, pem = service
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    handler = create_handler(Settings(service_url=url))
    assert (200, {"status": "ok"}) == (
        (answer := invoke(handler, proxy_event("GET", "/health"))).status,
        answer.body,
    )
    slow = invoke(handler, proxy_event("GET", "/health", None, {"user-agent": "slow"}), Context(1_500))
    assert 504 == slow.status


def test_a_service_with_an_untrusted_certificate_is_502(service: tuple[str, Path]) -> None:
    """The certificate is not signed by an authority that the system trusts."""
    url, _ = service
    assert 502 == invoke(create_handler(Settings(service_url=url)), proxy_event("GET", "/health")).status

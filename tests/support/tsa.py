"""A timestamp authority on this machine: RFC 3161 over HTTP on 127.0.0.1, with a certificate of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import keys, tsp  # type: ignore[import-untyped]
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

QUERY = "application/timestamp-query"
BEFORE, AFTER = datetime(2020, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)


@dataclass
class Tsa:
    """A running authority. `at` is what its clock says; `answer` replaces what it sends; `asked` counts."""

    url: str
    anchors: bytes
    at: datetime
    answer: bytes | None = None
    status: int = 200
    asked: int = 0
    authorisations: list[str] = field(default_factory=list)


@contextmanager
def timestamp_authority(at: datetime, name: str = "Example timestamp authority") -> Iterator[Tsa]:
    """Serve until the end of the block. Authorities of one name have one key."""
    key, certificate = _identity(name)
    tsa = Tsa("", certificate.public_bytes(Encoding.PEM), at)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            tsa.asked += 1
            tsa.authorisations.append(self.headers.get("Authorization", ""))
            question = self.rfile.read(int(self.headers["Content-Length"]))
            data = _answer(key, certificate, question, tsa.at) if tsa.answer is None else tsa.answer
            self.send_response(tsa.status if self.headers["Content-Type"] == QUERY else 415)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    tsa.url = f"http://127.0.0.1:{server.server_address[1]}/tsr"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield tsa
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(key: rsa.RSAPrivateKey, certificate: x509.Certificate, question: bytes, at: datetime) -> bytes:
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    stamper = DummyTimeStamper(
        asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER)),
        keys.PrivateKeyInfo.load(private),
        fixed_dt=at,
    )
    answer: bytes = stamper.request_tsa_response(tsp.TimeStampReq.load(question)).dump()
    return answer


@cache
def _identity(name: str) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEFORE)
        .not_valid_after(AFTER - timedelta(days=1))
        .add_extension(usage, critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                content_commitment=True,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )
    return key, certificate

"""Mail goes out encrypted, to a server that shows who it is, and what goes wrong is said without any secret."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from casework.settings import Settings
from tests.support.keeping import Mailbox, free_port
from workflows.mail import Post

USER, PASSWORD = "someone", "p@ss/word"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and self-signed certificate of this machine."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.org")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("mail") / "mail.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.public_bytes(Encoding.PEM))
    return path


def allowed(_server: object, _session: object, _envelope: object, _mechanism: str, given: object) -> AuthResult:
    right = isinstance(given, LoginPassword) and (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


@pytest.fixture(scope="module", params=["smtps", "smtp"])
def server(request: pytest.FixtureRequest, certificate: Path) -> Iterator[tuple[str, Mailbox]]:
    """A server that speaks TLS from the beginning or after STARTTLS, and asks who sends."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    box = Mailbox(free_port())
    place: dict[str, Any] = {"hostname": "127.0.0.1", "port": box.port, "authenticator": allowed}
    if request.param == "smtps":
        # It does not count as TLS there that the whole connection is.
        controller = Controller(box, **place, ssl_context=context, auth_require_tls=False)
    else:
        controller = Controller(box, **place, tls_context=context, require_starttls=True, auth_required=True)
    controller.start()
    yield request.param, box
    controller.stop()


def send(scheme: str, box: Mailbox, password: str = "p%40ss%2Fword") -> str:
    """What went wrong with one mail; "" when it went out."""
    url = f"{scheme}://{USER}:{password}@127.0.0.1:{box.port}"
    post = Post.of(Settings.model_validate({"smtp_url": url, "mail_from": "heads@example.org"}))
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Tree head", post.sender, "court@example.org"
    mail.set_content("…")
    return str(post.send({1: mail}).get(1, ""))


def test_a_server_that_can_be_trusted_gets_the_mail(
    server: tuple[str, Mailbox], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheme, box = server
    box.mails.clear()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert send(scheme, box) == ""
    assert [mail["To"] for mail in box.mails] == ["court@example.org"]
    said = send(scheme, box, "wrong")
    assert "refused user name or password" in said and "wrong" not in said
    assert len(box.mails) == 1


def test_a_server_that_nobody_vouches_for_gets_neither_mail_nor_password(server: tuple[str, Mailbox]) -> None:
    scheme, box = server
    box.mails.clear()
    said = send(scheme, box)
    assert "could not show that it is who it says" in said
    assert "word" not in said and box.mails == []

"""An installation with keys and an office on a database of the test's own, and a mail server beside it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from casework.actor import ENGINE
from casework.database import Database
from casework.settings import Settings
from checklists.catalogue import Catalogue
from documents.credentials.keys import CREDENTIAL_KEY_FILE, make_credential_key
from documents.installation import Installation
from tests.support import factories


@cache
def _catalogue() -> Catalogue:
    return Catalogue.load()


def keep(home: Path, database: Database, **settings: object) -> Installation:
    """The installation whose home this is, with these settings."""
    chosen = Settings.model_validate({"home": home, "public_url": "https://example.org", **settings})
    if not (chosen.keys / CREDENTIAL_KEY_FILE).exists():
        make_credential_key(chosen.keys)
        with database.write(ENGINE) as work:
            office = factories.office(work, name="Synthetic Office")
            work.record("organisation.added", f"organisation/{office.id}")
    return Installation(chosen, database, _catalogue())


@dataclass
class Mailbox:
    """What came in. `refusing` are addresses that do not exist; `answer` is what the server says to every mail."""

    port: int
    mails: list[EmailMessage] = field(default_factory=list)
    refusing: set[str] = field(default_factory=set)
    answer: str = "250 OK"

    @property
    def url(self) -> str:
        return f"smtp+plain://127.0.0.1:{self.port}"

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _more: list[str]
    ) -> str:
        if address in self.refusing:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.answer


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A mail server on this machine."""
    box = Mailbox(free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

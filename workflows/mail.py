"""Mail to people outside, through the server that the settings name."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Final, TypeVar
from urllib.parse import unquote, urlsplit

from basis.errors import PredepartureError, Unavailable
from basis.messages import Message, _
from casework.settings import Settings

_SECONDS: Final = 15.0
_PORTS: Final = {"smtps": 465, "smtp": 587, "smtp+plain": 25}

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class NotSent:
    """Why the server did not take a mail; `for_good`: it never takes one to this recipient."""

    why: Message
    for_good: bool = False

    def __str__(self) -> str:
        return str(self.why)


@dataclass(frozen=True, slots=True)
class Post:
    """A mail server. `scheme`: ``smtps`` speaks TLS from the beginning, ``smtp`` asks for it (STARTTLS) and goes no
    further without, ``smtp+plain`` is for a server on the same machine."""

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    sender: str

    @classmethod
    def of(cls, settings: Settings) -> Post:
        """Raises `Unavailable` (``mail_not_set``)."""
        parts = urlsplit(settings.smtp_url.get_secret_value())
        if not parts.hostname or not settings.mail_from:
            raise Unavailable(
                "mail_not_set",
                _("Mail cannot be sent: the mail server or the sender's address is not set."),
                _("Set PREDEPARTURE_SMTP_URL and PREDEPARTURE_MAIL_FROM."),
            )
        return cls(
            parts.scheme,
            parts.hostname,
            parts.port or _PORTS[parts.scheme],
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            settings.mail_from,
        )

    def send(self, mails: Mapping[Key, EmailMessage]) -> dict[Key, NotSent]:
        """Send them over one connection. Returns why not, for those that the server did not take."""
        try:
            server = self._connected()
        except (smtplib.SMTPException, OSError, PredepartureError) as error:
            return dict.fromkeys(mails, NotSent(self._why(error)))
        failed: dict[Key, NotSent] = {}
        try:
            for key, mail in mails.items():
                try:
                    server.send_message(mail)
                except (smtplib.SMTPException, OSError) as error:
                    failed[key] = NotSent(self._why(error), _is_for_good(error))
        finally:
            _leave(server)
        return failed

    def _connected(self) -> smtplib.SMTP:
        secure = ssl.create_default_context()
        if self.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=_SECONDS, context=secure)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=_SECONDS)
        try:
            if self.scheme == "smtp":
                server.starttls(context=secure)
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            _leave(server)
            raise
        return server

    def _why(self, error: Exception) -> Message:
        """In words, without what the server or the library says: it may repeat addresses and passwords."""
        match error:
            case smtplib.SMTPAuthenticationError():
                return _("The mail server {host} refused user name or password.", host=self.host)
            case smtplib.SMTPRecipientsRefused():
                return _("The mail server {host} refused the address of the recipient.", host=self.host)
            case smtplib.SMTPSenderRefused():
                return _("The mail server {host} refused the address of the sender.", host=self.host)
            case smtplib.SMTPNotSupportedError():
                return _(
                    "The mail server {host} does not offer the encryption that the address asks for.", host=self.host
                )
            case ssl.SSLError():
                return _("The mail server {host} could not show that it is who it says (TLS).", host=self.host)
            case smtplib.SMTPResponseException():
                code = error.smtp_code
                return _("The mail server {host} refused the mail (answer {code}).", host=self.host, code=code)
        return _("The mail server {host} does not answer.", host=self.host)


def _is_for_good(error: Exception) -> bool:
    """Whether the server refused the recipient with a permanent answer (RFC 5321, 4.2.1), or cannot write the address
    at all (RFC 6531)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _said in error.recipients.values())
    return isinstance(error, smtplib.SMTPNotSupportedError)


def _leave(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()

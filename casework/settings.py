"""Settings of an installation: environment variables over one file under the home folder.

Everything an installation owns lies under `PREDEPARTURE_HOME`. The names below are the only ones;
an unknown `PREDEPARTURE_*` variable or an unknown key of the file is an error, so that a misspelled
setting is never ignored.
"""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from basis.errors import InvalidInput
from basis.messages import _

_PREFIX = "PREDEPARTURE_"
FILE_NAME = "predeparture.toml"
MAIL_SCHEMES = ("smtps", "smtp", "smtp+plain")
_MAIL_ADDRESS = re.compile(r"[^\s@,<>\"()\x00-\x1f]{1,64}@[^\s@,<>\"()\x00-\x1f]{1,180}")


class Settings(BaseSettings):
    """All settings. Each is read from ``PREDEPARTURE_<NAME>`` or from ``predeparture.toml`` in the home."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="forbid", frozen=True, validate_default=True)

    home: Path = Field(Path("var"), description="Folder of the installation: database, archive, keys, Prefect's home.")
    database_url: str = Field("", description="PostgreSQL address; empty means SQLite under the home folder.")
    public_url: str = Field("", description="Address under which the public reaches /verify; stands in every QR code.")
    signing_file: Path | None = Field(
        None, description="PKCS#12 file with the key that signs; empty: the home's own key."
    )
    signing_passphrase: SecretStr = Field(SecretStr(""), description="Passphrase of the PKCS#12 file.")
    tsa_url: str = Field("", description="Address of a timestamp authority (RFC 3161); empty: no timestamps.")
    tsa_certificates: Path | None = Field(
        None, description="PEM file with the certificates of the timestamp authority, or of those above it."
    )
    tsa_user: str = Field("", description="User name at the timestamp authority, where it asks for one.")
    tsa_password: SecretStr = Field(SecretStr(""), description="Password at the timestamp authority.")
    seal_mail_to: str = Field(
        "", description="Addresses outside the office that get each day's tree head, with commas between them."
    )
    mail_from: str = Field("", description="Address that mail is sent from.")
    smtp_url: SecretStr = Field(
        SecretStr(""),
        description="Mail server: smtps://USER:PASSWORD@HOST (TLS), smtp:// (STARTTLS), smtp+plain:// (no encryption).",
    )
    clamd_address: str = Field(
        "", description="Virus scanner (ClamAV's clamd): unix:/run/clamav/clamd.ctl or HOST:PORT; empty: none."
    )
    clamd_seconds: float = Field(30, gt=0, le=600, description="How long the virus scanner may take over one file.")
    certificate_languages: str = Field(
        "destination, worker",
        description="First and second language of documents: destination, origin, worker, or a tag such as en.",
    )
    rescreen_departed_days: int = Field(
        90, ge=0, le=3650, description="Days after departure in which workers are still compared with new watch lists."
    )
    host: str = Field("127.0.0.1", description="Address the web pages listen on.")
    port: int = Field(8000, ge=1, le=65535, description="Port of the web pages.")
    prefect_port: int = Field(4200, ge=1, le=65535, description="Loopback port of the embedded Prefect server.")

    @field_validator("home", mode="after")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("public_url", mode="after")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).netloc):
            raise ValueError("must begin with https:// (or http:// for a trial)")
        return value.rstrip("/")

    @field_validator("certificate_languages", mode="after")
    @classmethod
    def _are_languages(cls, value: str) -> str:
        if not re.fullmatch(r"[a-z]{2,11}( *, *[a-z]{2,11})?", value.strip()):
            raise ValueError("must be one or two of destination, origin, worker, or tags such as en")
        return value.strip()

    @field_validator("tsa_url", mode="after")
    @classmethod
    def _can_be_asked(cls, value: str) -> str:
        if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).netloc):
            raise ValueError("must begin with https:// or http://")
        return value

    @field_validator("clamd_address", mode="after")
    @classmethod
    def _is_a_socket(cls, value: str) -> str:
        if value and not re.fullmatch(r"unix:/.+|(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}", value):
            raise ValueError("must be unix:/PATH or HOST:PORT")
        return value

    @field_validator("seal_mail_to", mode="after")
    @classmethod
    def _are_mail_addresses(cls, value: str) -> str:
        if not all(map(is_mail_address, addresses_in(value))):
            raise ValueError("must be mail addresses, with commas between them")
        return value

    @field_validator("mail_from", mode="after")
    @classmethod
    def _is_a_mail_address(cls, value: str) -> str:
        if value and not is_mail_address(value):
            raise ValueError("must be a mail address")
        return value

    @field_validator("smtp_url", mode="after")
    @classmethod
    def _is_a_mail_server(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not _names_a_server(value.get_secret_value()):
            raise ValueError("must begin with smtps://, smtp:// or smtp+plain:// and name a server")
        return value

    @property
    def seal_addresses(self) -> tuple[str, ...]:
        """Who gets tree heads; those of a demo are for nobody."""
        return () if self.is_demo else addresses_in(self.seal_mail_to)

    @property
    def is_demo(self) -> bool:
        """The demo lives in a folder of its own and marks all it issues as specimen."""
        return (self.home / "DEMO").exists()

    @property
    def keys(self) -> Path:
        return self.home / "keys"

    @property
    def archive(self) -> Path:
        return self.home / "archive"

    @property
    def files(self) -> Path:
        return self.home / "files"

    @property
    def cache(self) -> Path:
        """What can be made again at any time; no backup has it."""
        return self.home / "cache"

    @property
    def prefect_home(self) -> Path:
        return self.home / "prefect"

    @property
    def database(self) -> str:
        """SQLAlchemy address of the case database."""
        return self.database_url or f"sqlite:///{self.home / 'casework.sqlite3'}"


def _names_a_server(url: str) -> bool:
    """Whether it can be read; what the reader of addresses says of it may hold a password, so it is not passed on."""
    try:
        parts = urlsplit(url)
        return parts.scheme in MAIL_SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def is_mail_address(text: str) -> bool:
    """Whether mail can be addressed so; no more than that."""
    return _MAIL_ADDRESS.fullmatch(text) is not None


def addresses_in(text: str) -> tuple[str, ...]:
    """Mail addresses with commas between them, each once."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def load(home: Path | None = None) -> Settings:
    """Read the settings of the home folder given, or of `PREDEPARTURE_HOME`.

    Raises `InvalidInput` (``bad_settings``) that names the setting; values are not repeated, they may be secret.
    """
    known = {f"{_PREFIX}{name.upper()}" for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.startswith(_PREFIX) and name not in known)
    if unknown:
        raise InvalidInput(
            "bad_settings",
            _("There is no setting {name}.", name=unknown[0]),
            _("Known settings are {names}.", names=", ".join(sorted(known))),
        )
    folder = home or Path(os.environ.get(f"{_PREFIX}HOME", "var"))
    values = _from_file(folder / FILE_NAME)
    values.update(
        {
            name: value
            for name in Settings.model_fields
            if (value := os.environ.get(f"{_PREFIX}{name.upper()}")) is not None
        }
    )
    values["home"] = folder
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidInput(
            "bad_settings",
            _("The setting {name} cannot be used: {why}.", name=str(first["loc"][0]), why=first["msg"]),
            _("Correct it in the environment or in {file}.", file=FILE_NAME),
        ) from None


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(
            "bad_settings",
            _("The settings file {file} cannot be read: {why}.", file=path.name, why=str(error)),
            _("Correct the file."),
        ) from None

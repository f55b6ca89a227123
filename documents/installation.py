"""What an installation consists of, opened from its home folder: database, rules, files, signing key."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from basis.errors import Conflict, Unavailable
from basis.messages import _
from casework import keys, schema
from casework.actor import ENGINE
from casework.database import Database, make_engine, ping
from casework.issuers import service as issuers
from casework.issuers.service import PresentKey
from casework.issuers.tables import KeyPurpose
from casework.organisations.tables import Organisation, OrganisationKind
from casework.programmes.published import InstalledCatalogue
from casework.settings import Settings
from checklists.catalogue import Catalogue
from documents.archive import Archive, LocalArchive
from documents.credentials.keys import (
    CREDENTIAL_KEY_FILE,
    CredentialKey,
    PublicKey,
    load_credential_key,
    make_credential_key,
)
from documents.keys import CERTIFICATE_FILE, KEY_FILE, Signer, make_installation_key, present_signer
from documents.timestamps import authority_of
from documents.trust import Trust, certificate_files, gathered

FOLDER_MODE = 0o700
RETIRED = "retired"


@dataclass(frozen=True)
class Installation:
    """An opened installation. Cheap to pass around; opened anew in each process. `catalogue` follows what is
    published here, in this process or another."""

    settings: Settings
    database: Database
    catalogue: Catalogue

    @cached_property
    def archive(self) -> Archive:
        """Issued certificates, sealed."""
        return LocalArchive(self.settings.archive)

    @cached_property
    def files(self) -> Archive:
        """Evidence as it came, sealed."""
        return LocalArchive(self.settings.files)

    @property
    def signer(self) -> Signer:
        """The key that signs: the configured PKCS#12, else the installation's own. Follows a rotation."""
        return present_signer(self.settings)

    @property
    def trusted(self) -> Trust:
        """Whose signatures are this issuer's: every certificate that signed here, and until when. Follows a rotation.

        Of an installation that has issued nothing since keys are registered, the certificates that lie in files.
        """
        with self.database.read() as session:
            rows = issuers.known(session)
        stored = certificate_files(self.settings.keys / RETIRED)
        # Files of decades are checked also where the key itself is not at hand.
        with suppress(Unavailable):
            stored.append(self.signer.bundle)
        own = self.settings.keys / CERTIFICATE_FILE
        if own.is_file():
            stored.append(own.read_bytes())
        return gathered(rows, stored)

    def note_keys(self) -> None:
        """Register the keys that are about to sign, with the authority that says when, before they do it first.

        Raises `Conflict` (``key_retired``), `Unavailable` where one cannot be read.
        """
        present = self.present_keys()
        with self.database.read() as session:
            known = {row.fingerprint for row in issuers.known(session) if row.retired_at is None}
        if not known.issuperset(key.fingerprint for key in present):
            self.database.run(ENGINE, issuers.note, present)

    def present_keys(self, purposes: Iterable[KeyPurpose] = tuple(KeyPurpose)) -> list[PresentKey]:
        """What signs now, for these purposes. Raises `Unavailable` where one cannot be read."""
        return [key for purpose in purposes for key in self._present(purpose)]

    def _present(self, purpose: KeyPurpose) -> list[PresentKey]:
        if purpose is KeyPurpose.SIGNING:
            signer = self.signer
            return [PresentKey(purpose, signer.fingerprint, signer.bundle.decode("ascii"))]
        if purpose is KeyPurpose.CREDENTIAL:
            public = self.credential_key.public
            return [PresentKey(purpose, public.fingerprint, public.pem)]
        authority = authority_of(self.settings)
        anchors = x509.load_pem_x509_certificates(authority.anchors) if authority else []
        return [
            PresentKey(purpose, one.fingerprint(hashes.SHA256()).hex(), one.public_bytes(Encoding.PEM).decode("ascii"))
            for one in anchors
        ]

    @property
    def credential_key(self) -> CredentialKey:
        """The key that signs credentials, codes and lists. Raises `Unavailable` where it is missing."""
        return load_credential_key(self.settings.keys)

    @property
    def credential_keys(self) -> tuple[PublicKey, ...]:
        """The keys whose credentials, codes and lists are this issuer's, with their days: all that ever signed, and
        the present one although it may not have signed yet. Follows a rotation."""
        day_of = self.database.day_of
        with self.database.read() as session:
            rows = issuers.known(session, KeyPurpose.CREDENTIAL)
        noted = [
            PublicKey.from_pem(
                row.pem,
                first_used_on=day_of(row.first_used_at),
                retired_on=day_of(row.retired_at) if row.retired_at else None,
                compromised_on=day_of(row.compromised_at) if row.compromised_at else None,
            )
            for row in rows
        ]
        # Data of decades is checked also where the key itself is not at hand.
        with suppress(Unavailable):
            present = self.credential_key.public
            if all(key.raw != present.raw for key in noted):
                noted.append(present)
        return tuple(noted)

    @property
    def public_url(self) -> str:
        """The address that stands in every code. Raises `Unavailable` (``public_url``) where it is not set."""
        if self.settings.public_url:
            return self.settings.public_url
        if self.settings.is_demo:
            return f"http://{self.settings.host}:{self.settings.port}"
        raise Unavailable(
            "public_url",
            _("Nothing can be issued: the public address that goes into the code is not set."),
            _("Set PREDEPARTURE_PUBLIC_URL to the address under which the public reaches this installation."),
        )

    def office(self, session: Session, office_id: UUID) -> Organisation:
        return session.get_one(Organisation, office_id)


def create(settings: Settings, issuer: str, made_at: datetime) -> None:
    """Make folders, keys and an empty database. What is there already stays; running it again finishes the job."""
    for folder in (settings.home, settings.keys, settings.archive, settings.files, settings.prefect_home):
        folder.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
    settings.home.chmod(FOLDER_MODE)
    keys.make(settings.keys)
    if settings.signing_file is None and not (settings.keys / KEY_FILE).exists():
        make_installation_key(settings.keys, issuer, made_at)
    add_missing_keys(settings)
    engine = make_engine(settings.database)
    try:
        schema.upgrade(engine)
    finally:
        engine.dispose()


def add_missing_keys(settings: Settings) -> bool:
    """Make the keys that a home made by an earlier version has not yet; whether there were any."""
    if (settings.keys / CREDENTIAL_KEY_FILE).exists():
        return False
    make_credential_key(settings.keys)
    return True


def open_installation(settings: Settings) -> Installation:
    """Open an installation that `create` made. Raises `Unavailable` (``no_installation``, ``old_schema``)."""
    if not settings.keys.is_dir():
        raise Unavailable(
            "no_installation",
            _("There is no installation in {folder}.", folder=str(settings.home)),
            _("Make one with: predeparture init, or try: predeparture demo."),
        )
    loaded = keys.load(settings.keys)
    engine = make_engine(settings.database)
    try:
        ping(engine)
        _require_schema(engine)
        time_zone = _time_zone(engine)
    finally:
        engine.dispose()
    database = Database(settings.database, loaded, time_zone)
    return Installation(settings, database, InstalledCatalogue(database, Catalogue.load()))


def refuse_second_home(settings: Settings) -> None:
    """Raise `Conflict` where an installation that is no demo lies in the home."""
    if settings.keys.is_dir() and not settings.is_demo:
        raise Conflict(
            "not_a_demo",
            _("{folder} holds a real installation; the demo never touches one.", folder=str(settings.home)),
            _("Run the demo without PREDEPARTURE_HOME."),
        )


def _require_schema(engine: Engine) -> None:
    present = schema.revision(engine)
    if present != schema.head():
        raise Unavailable(
            "old_schema",
            _(
                "The case database stands at schema {present}, this version needs {needed}.",
                present=present,
                needed=schema.head(),
            ),
            _("Back up, then run: predeparture upgrade."),
        )


def _time_zone(engine: Engine) -> str:
    """The zone of the first office: its day is the installation's day."""
    query = select(Organisation).where(col(Organisation.kind) == OrganisationKind.OFFICE).order_by(col(Organisation.id))
    with Session(engine) as session:
        office = session.exec(query.limit(1)).one_or_none()
        return office.time_zone if office else "UTC"

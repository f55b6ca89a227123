"""The demo's offices, agency, clinic and people. Made once: whoever is there already is left as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlmodel import select

from basis.roles import Role
from casework.accounts import service as accounts
from casework.accounts.service import AddAccount
from casework.accounts.tables import Account
from casework.actor import ENGINE, Actor
from casework.organisations import service as organisations
from casework.organisations.service import AddLicence, AddOrganisation
from casework.organisations.tables import LicencePurpose, Organisation, OrganisationKind
from casework.work import Work
from documents.installation import Installation

OFFICE: Final = "PRISHTINA"
AGENCY: Final = "BALKANWORK"
CLINIC: Final = "DARDANIA"
PROVIDER: Final = "KOMPETENCA"
EMPLOYER: Final = "HOCHBAUNORD"
PROGRAMME: Final = "kosovo-germany-construction"
PASSWORD: Final = "demo demo demo"  # noqa: S105  # printed on the screen; the demo holds synthetic people only

_ORGANISATIONS = (
    AddOrganisation(
        kind=OrganisationKind.OFFICE,
        code=OFFICE,
        name="Labour Mobility Office Prishtina",
        country="XK",
        time_zone="Europe/Belgrade",
    ),
    AddOrganisation(kind=OrganisationKind.AGENCY, code=AGENCY, name="Balkan Work Agency", country="XK", office=OFFICE),
    AddOrganisation(
        kind=OrganisationKind.CLINIC, code=CLINIC, name="Poliklinika Dardania", country="XK", office=OFFICE
    ),
    AddOrganisation(
        kind=OrganisationKind.PROVIDER, code=PROVIDER, name="Qendra e Kompetencës", country="XK", office=OFFICE
    ),
    AddOrganisation(
        kind=OrganisationKind.EMPLOYER, code=EMPLOYER, name="Hochbau Nord GmbH", country="DE", office=OFFICE
    ),
)
_LICENCES = (
    (AGENCY, LicencePurpose.RECRUITMENT, "MPMS-2026-0041"),
    (CLINIC, LicencePurpose.MEDICAL, "XK-0117"),
    (PROVIDER, LicencePurpose.TRAINING, "AKK-2210"),
    (PROVIDER, LicencePurpose.ORIENTATION, "AKK-2211"),
)
_ACCOUNTS: Mapping[str, tuple[str, str, Role, str]] = {
    "arta": ("Arta Gashi", "Caseworker", Role.CASEWORKER, OFFICE),
    "besnik": ("Besnik Hoxha", "Caseworker", Role.CASEWORKER, OFFICE),
    "mira": ("Mira Krasniqi", "Head of preparation", Role.SUPERVISOR, OFFICE),
    "drita": ("Drita Gjonaj", "Deputy head of preparation", Role.SUPERVISOR, OFFICE),
    "luan": ("Luan Berisha", "Security officer", Role.SECURITY_OFFICER, OFFICE),
    "vjosa": ("Vjosa Morina", "Security officer", Role.SECURITY_OFFICER, OFFICE),
    "teuta": ("Dr. Teuta Shala", "Medical officer", Role.MEDICAL_OFFICER, OFFICE),
    "ilir": ("Ilir Kelmendi", "Loan officer", Role.LOAN_OFFICER, OFFICE),
    "dafina": ("Dafina Bytyqi", "Loan officer", Role.LOAN_OFFICER, OFFICE),
    "agron": ("Agron Rexhepi", "Agency clerk", Role.AGENCY_USER, AGENCY),
    "audit": ("Nora Leka", "Auditor", Role.AUDITOR, OFFICE),
    "flora": ("Flora Dema", "Clinic clerk", Role.CLINIC_USER, CLINIC),
    "blerim": ("Blerim Zeka", "Trainer", Role.PROVIDER_USER, PROVIDER),
    "karin": ("Karin Vogt", "Personnel officer", Role.EMPLOYER_USER, EMPLOYER),
    "liridona": ("Liridona Bala", "Complaints officer", Role.COMPLAINTS_OFFICER, OFFICE),
    "admin": ("Genc Thaçi", "Administrator", Role.ADMINISTRATOR, OFFICE),
}


SIGNERS: Final[Mapping[Role, str]] = {
    Role.CASEWORKER: "arta",
    Role.SUPERVISOR: "mira",
    Role.SECURITY_OFFICER: "luan",
    Role.MEDICAL_OFFICER: "teuta",
    Role.LOAN_OFFICER: "ilir",
}
VERIFIERS: Final[Mapping[Role, str]] = {**SIGNERS, Role.CASEWORKER: "besnik"}
"""Who looks at papers that arta handed in."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays: actors by their short name, organisations by code."""

    actors: Mapping[str, Actor]
    organisations: Mapping[str, Organisation]

    def __getitem__(self, name: str) -> Actor:
        return self.actors[name]


def address(name: str) -> str:
    """The address a demo account signs in with."""
    return f"{name}@demo.example.org"


def assemble_cast(installation: Installation) -> Cast:
    """Make whoever is missing, and return all."""
    installation.database.run(ENGINE, _organisations)
    with installation.database.read() as session:
        known = set(session.exec(select(Account.email)))
    for name in [name for name in _ACCOUNTS if address(name) not in known]:
        # One transaction each: hashing a password takes a tenth of a second, and the database should not wait for all.
        installation.database.run(ENGINE, _account, name)
    with installation.database.read() as session:
        rows = {name: accounts.find(session, address(name)) for name in _ACCOUNTS}
        return Cast(
            {name: accounts.actor_of(row) for name, row in rows.items()},
            {row.code: row for row in organisations.listed(session)},
        )


def listing() -> list[tuple[str, str, str]]:
    """Address, name and title of every account, for the screen."""
    return [(address(name), person, title) for name, (person, title, _role, _organisation) in _ACCOUNTS.items()]


def _organisations(work: Work) -> None:
    known = {row.code for row in organisations.listed(work.session)}
    for command in _ORGANISATIONS:
        if command.code not in known:
            organisations.add(work, command)
    for code, purpose, number in _LICENCES:
        row = organisations.by_code(work.session, code)
        if organisations.licence_on(work.session, row.id, purpose, PROGRAMME, work.today) is None:
            organisations.add_licence(
                work,
                AddLicence(
                    organisation=code,
                    purpose=purpose,
                    number=number,
                    valid_from=work.today - timedelta(days=400),
                    valid_until=work.today + timedelta(days=700),
                    authority="Ministry of Labour (demo)",
                ),
            )


def _account(work: Work, name: str) -> None:
    person, title, role, organisation = _ACCOUNTS[name]
    accounts.add(
        work,
        AddAccount(
            email=address(name), name=person, title=title, role=role, organisation=organisation, password=PASSWORD
        ),
    )

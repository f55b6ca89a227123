"""Synthetic organisations, accounts, workers and cases. Each function takes overrides by keyword.

with database.write(ENGINE) as work:
    office = factories.office(work)
    case = factories.case(work, office, planned_departure=None)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from basis.ids import new_id
from basis.money import Money
from basis.roles import Role
from casework.accounts import service as accounts
from casework.accounts.tables import Account
from casework.actor import Actor
from casework.cases.rules import CaseSource
from casework.cases.tables import Case
from casework.organisations.tables import Licence, LicencePurpose, Organisation, OrganisationKind
from casework.work import Work
from casework.workers import service as workers
from casework.workers.service import GivenBasis, Stay, WorkerData
from casework.workers.tables import Basis, Purpose, Sex, Worker
from checklists.catalogue import Catalogue
from checklists.programme import LegalBasis, LoanTerms

TODAY = date(2026, 11, 2)
PROGRAMME = "kosovo-germany-construction"
_numbers = count(1)


def organisation(work: Work, kind: OrganisationKind, **values: Any) -> Organisation:
    number = next(_numbers)
    row = Organisation(
        **{
            "kind": kind,
            "code": f"{kind.value.upper()}-{number}",
            "name": f"Synthetic {kind.value} {number}",
            "country": "XK",
            "created_at": work.now,
            **values,
        }
    )
    work.session.add(row)
    work.session.flush()
    return row


def office(work: Work, **values: Any) -> Organisation:
    return organisation(work, OrganisationKind.OFFICE, **values)


def agency(work: Work, office: Organisation, **values: Any) -> Organisation:
    """An agency with a licence to recruit that covers `TODAY`."""
    row = organisation(work, OrganisationKind.AGENCY, **{"office_id": office.id, **values})
    licence(work, row, LicencePurpose.RECRUITMENT)
    return row


def clinic(work: Work, office: Organisation, **values: Any) -> Organisation:
    """A clinic with an accreditation that covers `TODAY`."""
    row = organisation(work, OrganisationKind.CLINIC, **{"office_id": office.id, **values})
    licence(work, row, LicencePurpose.MEDICAL)
    return row


def provider(work: Work, office: Organisation, **values: Any) -> Organisation:
    return organisation(work, OrganisationKind.PROVIDER, **{"office_id": office.id, **values})


def employer(work: Work, office: Organisation, **values: Any) -> Organisation:
    return organisation(work, OrganisationKind.EMPLOYER, **{"office_id": office.id, "country": "DE", **values})


def licence(work: Work, holder: Organisation, purpose: LicencePurpose, **values: Any) -> Licence:
    row = Licence(
        **{
            "organisation_id": holder.id,
            "purpose": purpose,
            "number": f"L-{next(_numbers)}",
            "valid_from": TODAY - timedelta(days=365),
            "valid_until": TODAY + timedelta(days=365),
            "recorded_at": work.now,
            **values,
        }
    )
    work.session.add(row)
    work.session.flush()
    return row


def account(work: Work, organisation: Organisation, role: Role, **values: Any) -> Account:
    """An account that cannot sign in: hashing a password would cost every test a tenth of a second."""
    number = next(_numbers)
    row = Account(
        **{
            "email": f"{role.value}.{number}@example.org",
            "name": f"Synthetic {role.value} {number}",
            "role": role,
            "organisation_id": organisation.id,
            "password_hash": "-",
            "created_at": work.now,
            **values,
        }
    )
    work.session.add(row)
    work.session.flush()
    return row


def actor(work: Work, organisation: Organisation, role: Role) -> Actor:
    return accounts.actor_of(account(work, organisation, role))


def worker_data(**values: Any) -> WorkerData:
    number = next(_numbers)
    return WorkerData(
        **{
            "family_name": "Hoxhademo",
            "given_names": "Arbenta",
            "sex": Sex.FEMALE,
            "birth_date": date(1995, 3, 9),
            "birth_place": "Prizren",
            "nationality": "XK",
            "passport_number": f"K{number:08d}",
            "passport_issued_on": date(2023, 1, 10),
            "passport_expires_on": date(2033, 1, 9),
            "phone": "+38344000111",
            "email": "arbenta@example.org",
            "residences": (Stay(country="XK", since=date(1995, 3, 9)),),
            **values,
        }
    )


def new_worker(work: Work, office: Organisation, **values: Any) -> Worker:
    bases = tuple(
        GivenBasis(purpose=purpose, basis=Basis.CONSENT, notice_version="2026-01", language="sq", given_on=TODAY)
        for purpose in Purpose
    )
    return workers.register(work, office.id, worker_data(**values), bases)


def case(work: Work, office: Organisation, worker: Worker | None = None, **values: Any) -> Case:
    """An open case that departs in five months. Worker's overrides: make the worker first and hand it in."""
    of = worker if worker is not None else new_worker(work, office)
    number = next(_numbers)
    programme = Catalogue.load().get(PROGRAMME, on=TODAY)
    row = Case(
        **{
            "id": new_id(),
            "reference": f"XK-DE-{number:06d}",
            "worker_id": of.id,
            "office_id": office.id,
            "source": CaseSource.OFFICE,
            "programme_id": PROGRAMME,
            "programme_version": programme.version,
            "programme_digest": programme.digest,
            "track": "away",
            "life_since": TODAY,
            "occupation": "7112",
            "job_title": "Bricklayer",
            "registered_on": TODAY,
            "planned_departure": date(2027, 4, 1),
            "created_at": work.now,
            "changed_at": work.now,
            **values,
        }
    )
    work.session.add(row)
    work.session.flush()
    return row


def loan_terms(**values: Any) -> LoanTerms:
    """Up to EUR 2,500 in 24 instalments from the seventh month on, by two approvals."""
    return LoanTerms(
        **{
            "cap": Money(250_000, "EUR"),
            "grace_months": 6,
            "instalments": 24,
            "interest": 0,
            "approvals": 2,
            "due_day": 15,
            "legal_basis": LegalBasis(title="Synthetic loan rules", as_of=TODAY, confirmed=False),
            **values,
        }
    )


@dataclass(frozen=True, slots=True)
class World:
    """An office with its agency, clinic, provider and employer, and an actor for each role; plus a second security
    officer, loan officer and supervisor."""

    office: Organisation
    agency: Organisation
    clinic: Organisation
    provider: Organisation
    employer: Organisation
    actors: Mapping[Role, Actor]
    seconds: Mapping[Role, Actor]

    def __getitem__(self, role: Role) -> Actor:
        return self.actors[role]


def world(work: Work) -> World:
    home = office(work)
    recruiter = agency(work, home)
    doctors, trainers, builders = clinic(work, home), provider(work, home), employer(work, home)
    outside = {Role.AGENCY_USER: recruiter, Role.CLINIC_USER: doctors, Role.PROVIDER_USER: trainers}
    outside[Role.EMPLOYER_USER] = builders
    at = {role: outside.get(role, home) for role in Role}
    pairs = (Role.SECURITY_OFFICER, Role.LOAN_OFFICER, Role.SUPERVISOR)
    return World(
        office=home,
        agency=recruiter,
        clinic=doctors,
        provider=trainers,
        employer=builders,
        actors={role: actor(work, at[role], role) for role in Role},
        seconds={role: actor(work, home, role) for role in pairs},
    )


def user_id(actor: Actor) -> UUID:
    """The account's id of an actor that is a person."""
    assert actor.user_id is not None
    return actor.user_id

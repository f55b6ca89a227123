"""Accounts and sessions: add, disable, password, sign in, recognise, sign out."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Final
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from pwdlib import PasswordHash
from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import _
from basis.roles import Role
from casework.accounts.rules import Permission, require
from casework.accounts.tables import Account, SignInSession
from casework.actor import Actor
from casework.organisations.tables import Organisation, OrganisationKind
from casework.work import Work

SHORTEST_PASSWORD = 12
IDLE = timedelta(hours=1)
LONGEST = timedelta(hours=12)
_hasher = PasswordHash.recommended()
_OUTSIDE: Final[Mapping[Role, OrganisationKind]] = {
    Role.AGENCY_USER: OrganisationKind.AGENCY,
    Role.CLINIC_USER: OrganisationKind.CLINIC,
    Role.PROVIDER_USER: OrganisationKind.PROVIDER,
    Role.EMPLOYER_USER: OrganisationKind.EMPLOYER,
}


class AddAccount(BaseModel):
    """A new account. `organisation` is an organisation's code."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    email: str
    name: str
    role: Role
    organisation: str
    password: str
    title: str = ""


def add(work: Work, command: AddAccount) -> Account:
    """Make an account. Users of agencies, clinics, providers and employers belong to one of these, all others to
    an office."""
    require(work.actor.role, Permission.MANAGE_ACCOUNTS)
    email = _address(command.email)
    _check_password(command.password)
    if not command.name.strip():
        raise InvalidInput("missing_value", _("The account has no name."), _("Give the person's full name."))
    organisation = work.session.exec(
        select(Organisation).where(Organisation.code == command.organisation)
    ).one_or_none()
    if organisation is None:
        raise NotFound(
            "organisation",
            _("There is no organisation with the code {code}.", code=command.organisation),
            _("List the codes with: predeparture organisation list."),
        )
    wanted = _OUTSIDE.get(command.role, OrganisationKind.OFFICE)
    if organisation.kind is not wanted:
        raise InvalidInput(
            "organisation_kind",
            _("An account of this role belongs to an organisation of the kind {kind}.", kind=wanted.value),
            _("Give the code of such an organisation."),
        )
    if work.session.exec(select(Account).where(Account.email == email)).one_or_none():
        raise Conflict(
            "account_exists", _("There is an account with this e-mail address already."), _("Use another address.")
        )
    account = Account(
        email=email,
        name=command.name.strip(),
        title=command.title.strip(),
        role=command.role,
        organisation_id=organisation.id,
        password_hash=_hasher.hash(command.password),
        created_at=work.now,
    )
    work.session.add(account)
    work.record("account.added", f"account/{account.id}", data={"role": account.role.value})
    return account


def disable(work: Work, account_id: UUID) -> None:
    """The account can no longer sign in, and its sessions end now."""
    require(work.actor.role, Permission.MANAGE_ACCOUNTS)
    account = _get(work.session, account_id)
    if account.id == work.actor.user_id:
        raise Refused("own_account", _("You cannot disable your own account."), _("Ask another administrator."))
    account.active = False
    work.session.add(account)
    _end_sessions(work, account.id)
    work.record("account.disabled", f"account/{account.id}")


def enable(work: Work, account_id: UUID) -> None:
    """The account may sign in again, with the password it had."""
    require(work.actor.role, Permission.MANAGE_ACCOUNTS)
    account = _get(work.session, account_id)
    if account.active:
        return
    account.active = True
    work.session.add(account)
    work.record("account.enabled", f"account/{account.id}")


def set_password(work: Work, account_id: UUID, password: str) -> None:
    """Set a new password; sessions that are open end."""
    if work.actor.user_id != account_id:
        require(work.actor.role, Permission.MANAGE_ACCOUNTS)
    _check_password(password)
    account = _get(work.session, account_id)
    account.password_hash = _hasher.hash(password)
    work.session.add(account)
    _end_sessions(work, account.id)
    work.record("account.password_set", f"account/{account.id}")


def sign_in(work: Work, email: str, password: str) -> str:
    """Check the password and open a session. Returns the token for the cookie.

    Raises `Refused` (``sign_in``) with the same sentence whatever was wrong.
    """
    account = work.session.exec(select(Account).where(Account.email == email.strip().lower())).one_or_none()
    good = _hasher.verify(password, account.password_hash if account else _nobody())
    if account is None or not good or not account.active:
        raise Refused(
            "sign_in",
            _("E-mail address and password do not belong together."),
            _("Check both; an administrator can set a new password."),
        )
    token = secrets.token_urlsafe(32)
    work.session.add(
        SignInSession(
            token_hash=_digest(token),
            account_id=account.id,
            created_at=work.now,
            last_seen_at=work.now,
        )
    )
    work.record("account.signed_in", f"account/{account.id}")
    return token


def recognise(session: Session, token: str, now: datetime) -> tuple[Account, SignInSession] | None:
    """The account and session behind a cookie's token, unless idle, too old, ended or disabled."""
    found = session.exec(
        select(Account, SignInSession)
        .join(SignInSession, col(SignInSession.account_id) == col(Account.id))
        .where(SignInSession.token_hash == _digest(token))
    ).one_or_none()
    if found is None:
        return None
    account, row = found
    alive = row.ended_at is None and now - row.last_seen_at < IDLE and now - row.created_at < LONGEST
    return (account, row) if alive and account.active else None


def seen(work: Work, token_hash: str) -> None:
    """Keep a session from becoming idle."""
    row = work.session.get_one(SignInSession, token_hash)
    row.last_seen_at = work.now
    work.session.add(row)


def sign_out(work: Work, token: str) -> None:
    """End the session; a token that is not known is no error."""
    row = work.session.get(SignInSession, _digest(token))
    if row is not None and row.ended_at is None:
        row.ended_at = work.now
        work.session.add(row)
        work.record("account.signed_out", f"account/{row.account_id}")


def actor_of(account: Account, on: date | None = None) -> Actor:
    """The account as an actor; `on` is the office's day, which an auditor's engagements depend on."""
    return Actor(account.id, account.role, account.organisation_id, account.name, on)


def find(session: Session, email: str) -> Account:
    """The account with this address. Raises `NotFound`."""
    account = session.exec(select(Account).where(Account.email == email.strip().lower())).one_or_none()
    if account is None:
        raise NotFound(
            "account",
            _("There is no account with this e-mail address."),
            _("List the accounts with: predeparture user list."),
        )
    return account


def _get(session: Session, account_id: UUID) -> Account:
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("account", _("There is no such account."))
    return account


def _end_sessions(work: Work, account_id: UUID) -> None:
    rows = work.session.exec(
        select(SignInSession).where(SignInSession.account_id == account_id, col(SignInSession.ended_at).is_(None))
    )
    for row in rows:
        row.ended_at = work.now
        work.session.add(row)


@cache
def _nobody() -> str:
    """Checked when the address is unknown, so that both answers take the same time."""
    return _hasher.hash(secrets.token_urlsafe(16))


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _address(text: str) -> str:
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise InvalidInput(
            "invalid_email", _("This is not an e-mail address."), _("Write it like name@example.org.")
        ) from None


def _check_password(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidInput(
            "short_password",
            _("The password is too short."),
            _("Use at least {count} characters; a sentence is good.", count=SHORTEST_PASSWORD),
        )

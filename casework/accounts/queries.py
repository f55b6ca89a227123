"""Accounts as an administrator lists them, and names of people for pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from basis.errors import NotFound
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.accounts.tables import Account, SignInSession
from casework.actor import Actor
from casework.organisations.tables import Organisation


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account with its organisation, and when it was last seen (None: it never signed in)."""

    account: Account
    organisation: Organisation
    seen_at: datetime | None


def listed(session: Session, actor: Actor, *, limit: int, offset: int = 0) -> tuple[list[AccountLine], int]:
    """Accounts by name, those that may sign in first; and how many there are in all."""
    require(actor.role, Permission.MANAGE_ACCOUNTS)
    query = (
        select(Account, Organisation)
        .join(Organisation, col(Organisation.id) == col(Account.organisation_id))
        .order_by(col(Account.active).desc(), col(Account.name), col(Account.id))
        .limit(limit)
        .offset(offset)
    )
    rows = session.exec(query).all()
    seen = _seen(session, [account.id for account, _organisation in rows])
    total = session.exec(select(func.count()).select_from(Account)).one()
    return [AccountLine(account, organisation, seen.get(account.id)) for account, organisation in rows], total


def disabled(session: Session) -> int:
    """How many accounts may not sign in."""
    return session.exec(select(func.count()).select_from(Account).where(~col(Account.active))).one()


def get(session: Session, actor: Actor, account_id: UUID) -> Account:
    """An account. Raises `NotFound` (``account``)."""
    require(actor.role, Permission.MANAGE_ACCOUNTS)
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("account", _("There is no such account."), _("Open it from the list of users."))
    return account


def people(session: Session, keys: Iterable[str]) -> dict[str, Account]:
    """Accounts by the key under which facts and events name them (`Actor.key`); the engine has none."""
    ids = {found for key in keys if (found := _as_id(key)) is not None}
    if not ids:
        return {}
    return {str(row.id): row for row in session.exec(select(Account).where(col(Account.id).in_(ids)))}


def _as_id(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None


def _seen(session: Session, ids: list[UUID]) -> dict[UUID, datetime]:
    query = (
        select(SignInSession.account_id, func.max(SignInSession.last_seen_at))
        .where(col(SignInSession.account_id).in_(ids))
        .group_by(col(SignInSession.account_id))
    )
    return dict(session.exec(query).all())

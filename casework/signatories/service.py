"""Name the people who answer for what an office issues, end their terms, say who it is on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, select

from basis.errors import InvalidInput, NotFound, Refused
from basis.messages import _
from basis.roles import Role
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.accounts.tables import Account
from casework.actor import Actor
from casework.certificates.rules import KIND_WORDS
from casework.organisations.tables import Organisation, OrganisationKind
from casework.signatories import rules
from casework.signatories.tables import Signatory
from casework.work import Work


class AddSignatory(BaseModel):
    """A person who answers for documents of an office. `account` is an e-mail address, or empty for somebody without
    an account; then `name` is needed. An empty `title` is the account's. Both days are included."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    office_id: UUID
    account: str = ""
    name: str = ""
    title: str = ""
    kinds: tuple[str, ...]
    valid_from: date
    valid_until: date | None = None


def add(work: Work, command: AddSignatory) -> Signatory:
    """Name a signatory. Terms may overlap; `rules.responsible` says who is printed then.

    Raises `Refused` (``role``, ``other_office``), `InvalidInput` (``missing_value``, ``unknown_kind``, ``dates``,
    ``owner``), `NotFound` (``organisation``).
    """
    require(work.actor.role, Permission.MANAGE_SIGNATORIES)
    office = recorded.organisation(work, command.office_id, OrganisationKind.OFFICE)
    _require_own(work.actor, office.id)
    kinds = rules.known_kinds(command.kinds, KIND_WORDS)
    if command.valid_until is not None and command.valid_until < command.valid_from:
        raise InvalidInput("dates", _("The term ends before it begins."), _("Correct the two days."))
    account = _account(work.session, command.account, office) if command.account else None
    row = Signatory(
        office_id=office.id,
        account_id=account.id if account else None,
        name=recorded.text(command.name or (account.name if account else ""), _("name")),
        title=recorded.text(command.title or (account.title if account else ""), _("title"), 120),
        kinds=kinds,
        valid_from=command.valid_from,
        valid_until=command.valid_until,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(row)
    work.session.flush()
    work.record("signatory.added", f"signatory/{row.id}", data=_days(row))
    return row


def end(work: Work, signatory_id: UUID, last_day: date) -> Signatory:
    """End a term with its last day: yesterday at the earliest, for what was issued before names the person.

    Raises `NotFound` (``signatory``), `InvalidInput` (``date_in_past``, ``dates``).
    """
    require(work.actor.role, Permission.MANAGE_SIGNATORIES)
    query = select(Signatory).where(Signatory.id == signatory_id, visible(work.actor)).with_for_update()
    row = work.session.exec(query).one_or_none()
    if row is None:
        raise NotFound(
            "signatory", _("There is no such signatory, or not in your office."), _("Choose one from the list.")
        )
    if last_day < work.today - timedelta(days=1):
        raise InvalidInput(
            "date_in_past",
            _("The last day lies in the past: what was issued since then names this person."),
            _("Give yesterday to end it at once, or a later day."),
        )
    if row.valid_until is not None and last_day >= row.valid_until:
        raise InvalidInput(
            "dates", _("The term ends no later than that already."), _("To go on longer, name the person anew.")
        )
    row.valid_until, row.ended_by = last_day, work.actor.key
    work.session.add(row)
    work.record("signatory.ended", f"signatory/{row.id}", data=_days(row))
    return row


def listed(session: Session, actor: Actor) -> list[tuple[Signatory, Organisation]]:
    """The signatories that the actor may know of, the term that began last first. Auditors read those of all."""
    if actor.role is not Role.AUDITOR:
        require(actor.role, Permission.MANAGE_SIGNATORIES)
    query = (
        select(Signatory, Organisation)
        .join(Organisation, col(Organisation.id) == col(Signatory.office_id))
        .where(visible(actor))
        .order_by(col(Signatory.valid_from).desc(), col(Signatory.recorded_at).desc(), col(Signatory.id).desc())
    )
    return list(session.exec(query))


def visible(actor: Actor) -> ColumnElement[bool]:
    """A supervisor sees those of the own office; administrators, auditors and the engine all."""
    if actor.role is Role.SUPERVISOR:
        return col(Signatory.office_id) == actor.organisation_id
    return true()


def responsible(session: Session, office_id: UUID, kind: str, on: date) -> Signatory | None:
    """Who answers for a document of this kind of the office on the day. An account that may not sign in any more
    answers for nothing."""
    query = (
        select(Signatory)
        .outerjoin(Account, col(Account.id) == col(Signatory.account_id))
        .where(Signatory.office_id == office_id, col(Account.id).is_(None) | col(Account.active))
    )
    return rules.responsible(session.exec(query), kind, on)


def choices(session: Session, office_id: UUID) -> Sequence[Account]:
    """Accounts of the office that may be named, by name."""
    query = select(Account).where(Account.organisation_id == office_id, col(Account.active))
    return session.exec(query.order_by(col(Account.name))).all()


def _require_own(actor: Actor, office_id: UUID) -> None:
    if actor.role is Role.SUPERVISOR and actor.organisation_id != office_id:
        raise Refused("other_office", _("You can name signatories of your own office only."), None)


def _account(session: Session, email: str, office: Organisation) -> Account:
    query = select(Account).where(Account.email == email.strip().lower(), Account.organisation_id == office.id)
    account = session.exec(query).one_or_none()
    if account is None or not account.active:
        raise InvalidInput(
            "owner",
            _("There is no such account in the office, or it is disabled."),
            _("Choose an account of that office, or give the name of a person without one."),
        )
    return account


def _days(row: Signatory) -> dict[str, object]:
    return {
        "kinds": list(row.kinds),
        "from": row.valid_from.isoformat(),
        "until": row.valid_until.isoformat() if row.valid_until else "",
    }

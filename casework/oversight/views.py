"""Lists with their filters that reviewers keep under a name, for themselves or for all of their role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, or_, select

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.accounts.tables import Account
from casework.actor import Actor
from casework.oversight.tables import SavedView
from casework.work import Work

REGISTER: Final = "documents"
_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class ViewLine:
    """A saved list; `own` is False where a colleague shares it."""

    row: SavedView
    own: bool


def listed(session: Session, actor: Actor, place: str) -> list[ViewLine]:
    """One's own, and those that others of the same role share, by name."""
    query = (
        select(SavedView)
        .join(Account, col(Account.id) == col(SavedView.account_id))
        .where(
            SavedView.place == place,
            or_(SavedView.account_id == actor.user_id, col(SavedView.shared) & (col(Account.role) == actor.role)),
        )
    )
    rows = session.exec(query.order_by(col(SavedView.name), col(SavedView.id)))
    return [ViewLine(row, row.account_id == actor.user_id) for row in rows]


def save(work: Work, place: str, name: str, asked: Mapping[str, str], *, shared: bool) -> SavedView:
    """Keep a list. The same name again takes the new filter.

    Raises `InvalidInput` (``missing_value``, ``too_long``, ``no_filter``), `Conflict` (``too_many``).
    """
    require(work.actor.role, Permission.SEE_REGISTER)
    account = work.actor.user_id
    if account is None:
        raise InvalidInput("no_account", _("The engine keeps no lists."), _("Act as an account."))
    kept = {name: value for name, value in asked.items() if value}
    if not kept:
        raise InvalidInput("no_filter", _("Nothing is filtered: this list needs no name."), _("Filter it first."))
    said = recorded.text(name, _("name"), 80)
    own = [line.row for line in listed(work.session, work.actor, place) if line.own]
    row = next((one for one in own if one.name == said), None)
    if row is None:
        if len(own) >= _MOST:
            raise Conflict("too_many", _("You keep {count} lists already.", count=_MOST), _("Remove one first."))
        row = SavedView(account_id=account, place=place, name=said, asked={}, made_at=work.now)
    row.asked, row.shared = kept, shared
    work.session.add(row)
    work.session.flush()
    return row


def remove(work: Work, view_id: UUID) -> None:
    """Forget one of one's own lists. Raises `NotFound` (``view``)."""
    row = work.session.get(SavedView, view_id)
    if row is None or row.account_id != work.actor.user_id:
        raise NotFound("view", _("There is no such list of yours."), _("Open it from the register."))
    work.session.delete(row)

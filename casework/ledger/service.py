"""Book what happened, once; take it back by its mirror. Nothing that is booked is ever changed."""

from __future__ import annotations

import re
from datetime import date
from typing import Final
from uuid import UUID

from sqlmodel import col, select

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import _
from casework import recorded
from casework.ledger import queries, rules
from casework.ledger.rules import EntryKind, LedgerAccount, Line, Movement, Posting, Subject
from casework.ledger.tables import LedgerEntry, LedgerLine
from casework.work import Work

_CURRENCY: Final = re.compile(r"[A-Z]{3}")


def post(work: Work, posting: Posting) -> LedgerEntry:
    """Book an event. The same `key` with the same content again gives the entry that is there, and books nothing.

    The caller has locked the case and checked what the actor may. Raises `Conflict` (``already_posted``: the key has
    other content; ``overdrawn``: an account would stand on its wrong side, for example more repaid than is owed) and
    `InvalidInput` (``mixed_currencies``, ``invalid_currency``, ``invalid_amount``, ``unbalanced``,
    ``date_in_future``, ``too_long``, ``missing_value``, ``invalid_text``).
    """
    _check(work, posting)
    found = _known(work, posting, None, "")
    if found is not None:
        return found
    currencies = queries.currencies(work.session, posting.subject.id)
    if currencies and currencies != {posting.subject.currency}:
        raise InvalidInput(
            "mixed_currencies",
            _("This is kept in {currency}.", currency=", ".join(sorted(currencies))),
            _("Give the amount in that currency."),
        )
    _require_held(work, posting, frozenset())
    return _book(work, posting, None, "")


def reverse(work: Work, entry_id: UUID, reason: str, happened_on: date, reference: str = "") -> LedgerEntry:
    """Take an entry back by its mirror; `reason` is a code of `rules.REVERSE_REASONS`.

    With ``returned_by_bank`` a payment is taken back as `EntryKind.PAYMENT_RETURNED`. The same again gives the entry
    that is there. Credit alone may be overdrawn after it (a payment came back whose surplus was refunded or used):
    `rules.owed_again` sets that right. Raises `NotFound` (``ledger_entry``), `Conflict` (``is_reversal``,
    ``already_posted``, ``overdrawn``: later entries stand on this one) and `InvalidInput` (``unknown_reason``,
    ``dates``, ``date_in_future``).
    """
    recorded.known_reason(reason, rules.REVERSE_REASONS)
    entry = work.session.get(LedgerEntry, entry_id)
    if entry is None:
        raise NotFound("ledger_entry", _("There is no such entry."), _("Choose it from the statement."))
    if entry.reverses_id is not None:
        raise Conflict(
            "is_reversal",
            _("This entry takes another one back, and cannot be taken back itself."),
            _("Record anew what it took back."),
        )
    if happened_on < entry.happened_on:
        raise InvalidInput(
            "dates", _("This lies before the day of the entry that is taken back."), _("Correct the day.")
        )
    (booked,) = queries.booked(work.session, [entry])
    returned = reason == rules.RETURNED and entry.kind is EntryKind.PAYMENT
    posting = Posting(
        subject=Subject(entry.subject_kind, entry.subject_id, entry.case_id, entry.currency),
        movement=Movement(EntryKind.PAYMENT_RETURNED if returned else EntryKind.REVERSAL, rules.mirrored(booked.lines)),
        happened_on=happened_on,
        key=f"reverse:{entry.id}",
        reference=reference,
    )
    _check(work, posting)
    found = _known(work, posting, entry.id, reason)
    if found is not None:
        return found
    _require_held(work, posting, frozenset({LedgerAccount.CREDIT}))
    return _book(work, posting, entry.id, reason)


def _require_held(work: Work, posting: Posting, but: frozenset[LedgerAccount]) -> None:
    held = queries.balances(work.session, [posting.subject.id])[posting.subject.id]
    if rules.overdrawn(held, posting.movement.lines) - but:
        raise Conflict(
            "overdrawn",
            _("More would be booked off than is there."),
            _("Look at what is owed now, and at what was booked after this."),
        )


def _check(work: Work, posting: Posting) -> None:
    recorded.happened(posting.happened_on, _("day"), work.today)
    recorded.text(posting.reference, _("reference"), 120, needed=False)
    recorded.text(posting.key, _("key"), 200)
    if not (posting.reference.isprintable() and posting.key.isprintable()):
        raise InvalidInput("invalid_text", _("The reference has characters that cannot be shown."), _("Remove them."))
    if _CURRENCY.fullmatch(posting.subject.currency) is None:
        raise InvalidInput("invalid_currency", _("This is not a currency."), _("Give its ISO 4217 code."))
    lines = posting.movement.lines
    for line in lines:
        rules.require_amount(abs(line.amount_minor))
    if not lines or not rules.balanced(lines) or len({line.account for line in lines}) != len(lines):
        raise InvalidInput("unbalanced", _("Debits and credits are not equal."), None)


def _known(work: Work, posting: Posting, reverses: UUID | None, reason: str) -> LedgerEntry | None:
    """The entry of this key, if it is there. Raises `Conflict` (``already_posted``) if its content is another."""
    found = work.session.exec(select(LedgerEntry).where(col(LedgerEntry.key) == posting.key.strip())).one_or_none()
    if found is None:
        return None
    (booked,) = queries.booked(work.session, [found])
    same = (
        (found.subject_kind, found.subject_id, found.case_id, found.currency)
        == (posting.subject.kind, posting.subject.id, posting.subject.case_id, posting.subject.currency)
        and (found.kind, found.happened_on, found.reference)
        == (posting.movement.kind, posting.happened_on, posting.reference.strip())
        and (found.reverses_id, found.reason) == (reverses, reason)
        and _sorted(booked.lines) == _sorted(posting.movement.lines)
    )
    if not same:
        raise Conflict(
            "already_posted",
            _("This was booked already, with another amount, day or reference."),
            _("Look at the statement; take the entry back first if it is wrong."),
        )
    return found


def _book(work: Work, posting: Posting, reverses: UUID | None, reason: str) -> LedgerEntry:
    subject = posting.subject
    entry = LedgerEntry(
        case_id=subject.case_id,
        subject_kind=subject.kind,
        subject_id=subject.id,
        kind=posting.movement.kind,
        currency=subject.currency,
        happened_on=posting.happened_on,
        recorded_at=work.now,
        recorded_by=work.actor.key,
        reference=posting.reference.strip(),
        key=posting.key.strip(),
        reverses_id=reverses,
        reason=reason,
    )
    work.session.add(entry)
    work.session.flush()
    work.session.add_all(
        LedgerLine(entry_id=entry.id, account=line.account, amount_minor=line.amount_minor)
        for line in posting.movement.lines
    )
    work.session.flush()
    data = {
        "kind": entry.kind.value,
        "of": f"{subject.kind.value}/{subject.id}",
        "sha256": _fingerprint(entry, posting),
    }
    if reverses is not None:
        data |= {"reverses": str(reverses), "reason": reason}
    work.record(
        "ledger.posted",
        f"ledger_entry/{entry.id}",
        case_id=subject.case_id,
        happened_on=posting.happened_on,
        data=data,
    )
    return entry


def _fingerprint(entry: LedgerEntry, posting: Posting) -> str:
    said = rules.canonical(
        (entry.id.hex, entry.subject_id.hex),
        entry.kind.value,
        entry.currency,
        entry.happened_on.isoformat(),
        key=entry.key,
        reference=entry.reference,
        reverses=entry.reverses_id.hex if entry.reverses_id else "",
        reason=entry.reason,
    )
    return rules.fingerprint(said, (f"{line.account}:{line.amount_minor}" for line in posting.movement.lines))


def _sorted(lines: tuple[Line, ...]) -> list[tuple[str, int]]:
    return sorted((line.account.value, line.amount_minor) for line in lines)

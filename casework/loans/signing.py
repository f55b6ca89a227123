"""From the approval to the signed note: terms explained, who signs beside the borrower, the note itself."""

from __future__ import annotations

import re
from datetime import date
from typing import Final
from uuid import UUID

from anyascii import anyascii
from pydantic import BaseModel, ConfigDict

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.ids import new_id
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.accounts.tables import Account
from casework.cases.pinned import programme_of
from casework.cases.tables import Case
from casework.loans import papers, planning, queries, rules
from casework.loans.life import Act, LoanState, moved
from casework.loans.service import locked, tell
from casework.loans.tables import Instalment, Loan, LoanParty, NoteHow, PartyKind
from casework.loans.terms import required
from casework.repayments.rules import PlanRow
from casework.work import Work
from casework.workers.tables import Worker
from checklists.catalogue import Catalogue
from checklists.programme import LoanTerms

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_EXPLAINABLE: Final = frozenset({LoanState.REQUESTED, LoanState.ASSESSED, LoanState.APPROVED})


class ExplainTerms(BaseModel):
    """The terms were explained in `language` (BCP 47), which the worker reads, and the worker has said so."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    loan_id: UUID
    language: str
    explained_on: date
    understood: bool


class AddParty(BaseModel):
    """Somebody signs beside the borrower: a guarantor or second borrower by `name`, `relation` and the number of the
    paper that was shown (`document`); an adult of the household by the stay in it (`member_id`) alone."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    loan_id: UUID
    kind: PartyKind
    signed_on: date
    name: str = ""
    relation: str = ""
    document: str = ""
    member_id: UUID | None = None


class SignNote(BaseModel):
    """The borrower has signed. On paper: `kept` says where it is kept (its number, or the id of its scan). On screen:
    `typed` is the name that the worker wrote, before the eyes of `witness` (an account of the office)."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    loan_id: UUID
    signed_on: date
    how: NoteHow = NoteHow.PAPER
    kept: str = ""
    typed: str = ""
    witness: UUID | None = None


def explain(work: Work, command: ExplainTerms, expected_version: int | None = None) -> Loan:
    """Record that the terms were explained; a later explanation takes the place of the earlier.

    Raises `InvalidInput` (``language``, ``not_understood``, ``date_in_future``, ``dates``), `Conflict`
    (``loan_state``).
    """
    require(work.actor.role, Permission.ASK_LOANS)
    loan, _case = locked(work, command.loan_id, expected_version)
    if loan.state not in _EXPLAINABLE:
        moved(loan.state, Act.APPROVE)
        raise Conflict("loan_state", _("The note is signed already."), _("Look at its present state."))
    if _LANGUAGE.fullmatch(command.language) is None:
        raise InvalidInput("language", _("This is not a language."), _("Choose one of the list."))
    if not command.understood:
        raise InvalidInput(
            "not_understood",
            _("The worker has not said that the terms are understood."),
            _("Explain them again, in a language that the worker reads."),
        )
    day = recorded.happened(command.explained_on, _("day of the explanation"), work.today)
    _require_after(day, loan.asked_on)
    loan.explained_on, loan.explained_language, loan.explained_by = day, command.language, work.actor.key
    tell(work, loan, "loan.explained", day, {"language": command.language})
    return loan


def add_party(work: Work, catalogue: Catalogue, command: AddParty, expected_version: int | None = None) -> LoanParty:
    """Record who has signed beside the borrower, on a day on which the note may be signed.

    Raises `InvalidInput` (``not_asked``: the terms do not ask for it; ``missing_value``, ``date_in_future``),
    `NotFound` (``household_member``), `Refused` (``cooling_off``), `Conflict` (``loan_state``, ``party_exists``).
    """
    require(work.actor.role, Permission.ASK_LOANS)
    loan, case = locked(work, command.loan_id, expected_version)
    terms = required(loan, programme_of(catalogue, case))
    moved(loan.state, Act.SIGN)
    day = recorded.happened(command.signed_on, _("day of signing"), work.today)
    rules.require_reconsidered(day, loan.approved_on or loan.asked_on, terms)
    row = LoanParty(
        id=new_id(),
        loan_id=loan.id,
        kind=command.kind,
        member_id=_member(work, case, command, terms),
        signed_on=day,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    there = queries.parties(work.session, loan.id)
    if any(one.kind is row.kind and one.member_id == row.member_id for one in there):
        raise Conflict(
            "party_exists",
            _("This signature is recorded already."),
            _("Take it back first if somebody else takes the place."),
        )
    if command.kind is not PartyKind.ADULT:
        detail = {
            "name": recorded.text(command.name, _("name"), 200),
            "relation": recorded.text(command.relation, _("relation"), 80),
            "document": recorded.text(command.document, _("number of the paper shown"), 80),
        }
        row.detail = work.vault.seal_json(case.worker_id, "loan_party", row.id, "detail", detail)
    work.session.add(row)
    tell(work, loan, "loan.party_signed", day, {"kind": row.kind.value})
    return row


def withdraw_party(work: Work, party_id: UUID, expected_version: int | None = None) -> LoanParty:
    """Take a signature beside the borrower's back, as long as the borrower has not signed."""
    require(work.actor.role, Permission.ASK_LOANS)
    row = work.session.get(LoanParty, party_id)
    if row is None:
        raise NotFound("loan_party", _("There is no such signature."), _("Open the loan again."))
    loan, _case = locked(work, row.loan_id, expected_version)
    moved(loan.state, Act.SIGN)
    work.session.refresh(row)
    if row.withdrawn_on is not None:
        raise Conflict("withdrawn", _("This was withdrawn already."), _("Look at its present state."))
    row.withdrawn_on = work.today
    work.session.add(row)
    tell(work, loan, "loan.party_withdrawn", data={"kind": row.kind.value})
    return row


def sign_note(work: Work, catalogue: Catalogue, command: SignNote, expected_version: int | None = None) -> Loan:
    """The worker has signed the promissory note, with all who must sign beside. Writes the plan of the note.

    Raises `Conflict` (``loan_state``), `InvalidInput` (``dates``, ``date_in_future``, ``no_departure``,
    ``missing_value``, ``name_differs``, ``witness``), `Refused` (``cooling_off``, ``not_explained``,
    ``signature_missing``, ``note_outdated``).
    """
    require(work.actor.role, Permission.ASK_LOANS)
    loan, case = locked(work, command.loan_id, expected_version)
    terms = required(loan, programme_of(catalogue, case))
    state = moved(loan.state, Act.SIGN)
    signed_on = recorded.happened(command.signed_on, _("day of signing"), work.today)
    _require_after(signed_on, loan.asked_on)
    rules.require_reconsidered(signed_on, loan.approved_on or loan.asked_on, terms)
    _require_explained(loan, terms, signed_on)
    _require_all_signed(work, case, loan, terms, signed_on)
    rows = _plan(work, case, loan, terms, signed_on)
    loan.note_how, loan.witness = command.how, _witness(work, case, command)
    loan.note_evidence = _kept(work, case, command)
    loan.state, loan.signed_on = state, signed_on
    loan.instalments, loan.first_due_on, loan.due_day = len(rows), rows[0].due_on, terms.due_day
    work.session.add_all(
        Instalment(
            loan_id=loan.id,
            number=row.number,
            due_on=row.due_on,
            amount_minor=row.principal,
            interest_minor=row.interest,
        )
        for row in rows
    )
    tell(work, loan, "loan.note_signed", signed_on, {"how": command.how.value})
    return loan


def _plan(work: Work, case: Case, loan: Loan, terms: LoanTerms, signed_on: date) -> tuple[PlanRow, ...]:
    """The days of the note that was made, also where another departure is planned since: it is what was signed."""
    counts_from = planning.counted_from(case, terms, signed_on)
    if counts_from is None:
        raise InvalidInput(
            "no_departure",
            _("The schedule counts from the departure, and no departure is planned."),
            _("Record the planned departure first."),
        )
    note = papers.note_of(work.session, loan.id)
    if note is not None and note.counts_from is not None:
        counts_from = note.counts_from
    rows = planning.planned(loan, terms, counts_from, signed_on)
    if rows[0].due_on <= signed_on:
        raise Refused(
            "note_outdated",
            _("By this note the first instalment was due before it was signed."),
            _("Ask for the note again, and have that one signed."),
        )
    return rows


def _require_after(day: date, asked_on: date) -> None:
    if day < asked_on:
        raise InvalidInput("dates", _("This lies before the loan was asked for."), _("Correct the day."))


def _require_explained(loan: Loan, terms: LoanTerms, signed_on: date) -> None:
    if terms.explained and (loan.explained_on is None or loan.explained_on > signed_on):
        raise Refused(
            "not_explained",
            _("The terms were not explained to the worker before the signature."),
            _("Explain them in a language that the worker reads, and record it."),
        )


def _require_all_signed(work: Work, case: Case, loan: Loan, terms: LoanTerms, signed_on: date) -> None:
    needed = queries.adults(work.session, work.vault, work.actor, case, signed_on) if terms.each_adult_signs else []
    there = queries.parties(work.session, loan.id)
    other, adults = queries.missing(terms, there, needed)
    if other or adults:
        raise Refused(
            "signature_missing",
            _("Somebody who must sign beside the worker has not signed."),
            _("Record the signatures of the guarantor and of the adults of the household first."),
        )
    if any(one.signed_on > signed_on for one in there):
        raise InvalidInput(
            "dates",
            _("Somebody who must sign before the worker signed on a later day."),
            _("Correct the day; a signature beside the worker's can be taken back and recorded anew."),
        )


def _member(work: Work, case: Case, command: AddParty, terms: LoanTerms) -> UUID | None:
    if command.kind is not PartyKind.ADULT:
        if terms.guarantor != command.kind.value:
            raise _not_asked()
        return None
    if not terms.each_adult_signs:
        raise _not_asked()
    adults = queries.adults(work.session, work.vault, work.actor, case, work.today)
    if command.member_id not in {one.row.id for one in adults}:
        raise NotFound(
            "household_member", _("The household has no such adult who travels along."), _("Look at the household.")
        )
    return command.member_id


def _not_asked() -> InvalidInput:
    return InvalidInput("not_asked", _("The terms do not ask for this signature."), _("Look at the terms of the loan."))


def _kept(work: Work, case: Case, command: SignNote) -> str:
    if command.how is NoteHow.PAPER:
        return recorded.text(command.kept, _("signed note"), 120)
    worker = work.session.get_one(Worker, case.worker_id)
    typed = recorded.text(command.typed, _("name of the worker"), 200)
    if _plain(typed) != _plain(f"{worker.given_names} {worker.family_name}"):
        raise InvalidInput(
            "name_differs",
            _("This is not the worker's name as it is recorded."),
            _("Let the worker write given names and family name as in the passport."),
        )
    return ""


def _plain(name: str) -> list[str]:
    return anyascii(name).casefold().split()


def _witness(work: Work, case: Case, command: SignNote) -> str:
    """Who saw the signature: an active account of the office. On screen there must be one."""
    if command.witness is None:
        if command.how is NoteHow.PAPER:
            return ""
        raise InvalidInput("missing_value", _("The field {field} is empty.", field=_("witness")), _("Fill it in."))
    account = work.session.get(Account, command.witness)
    if account is None or not account.active or account.organisation_id != case.office_id:
        raise InvalidInput(
            "witness", _("The witness is nobody who works in this office."), _("Choose somebody of the list.")
        )
    if str(account.id) == work.actor.key:
        raise InvalidInput(
            "witness", _("Who records the signature is not its witness."), _("Choose somebody else of the office.")
        )
    return str(account.id)

"""Take reports from anybody, without a name; handle them, and answer whoever has the code.

No row, event or effect of a complaint names a case or a worker, and its words are sealed under a key of its own. What
its events say is that something was done, never about whom.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.ids import new_id
from basis.messages import _
from basis.roles import Role
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.accounts.tables import Account
from casework.complaints import queries, rules
from casework.complaints.rules import Against, ComplaintKind, ComplaintState, ComplaintStepKind, Outcome
from casework.complaints.tables import Complaint, ComplaintStep
from casework.organisations.tables import Organisation, OrganisationKind
from casework.vault import Vault
from casework.work import Work

TABLE: Final = "complaint"
STEP_TABLE: Final = "complaint_step"
LONGEST: Final = 4000
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: without letters that are taken for digits."""
_GROUP: Final = 4
_LETTERS: Final = 16
_KINDS: Final = {
    OrganisationKind.AGENCY: Against.AGENCY,
    OrganisationKind.EMPLOYER: Against.EMPLOYER,
    OrganisationKind.CLINIC: Against.CLINIC,
    OrganisationKind.PROVIDER: Against.PROVIDER,
}


class Report(BaseModel):
    """What somebody reports. All but `words` may be empty. `organisation_id` is whom it is about; without one `against`
    and `about` say it. `amount` is written as the reporter writes it, `head` is a code of costs."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    office_id: UUID
    kind: ComplaintKind
    against: Against
    organisation_id: UUID | None = None
    words: str
    about: str = ""
    head: str = ""
    amount: str = ""
    paid_to: str = ""
    case: str = ""
    contact: str = ""
    language: str = ""


class SortComplaint(BaseModel):
    """What a complaint is about, put right. `about_id` is the account of the person, where it is known."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    complaint_id: UUID
    kind: ComplaintKind
    against: Against
    organisation_id: UUID | None = None
    about_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What was said, opened."""

    words: str = ""
    about: str = ""
    head: str = ""
    amount: str = ""
    paid_to: str = ""
    case: str = ""
    contact: str = ""
    language: str = ""


def file(work: Work, report: Report, once: str) -> str:
    """Keep a report; the code with which it is read again, which is stored nowhere.

    `once` is the random text of the form: the same form sent twice is one report, and has the same code. Raises
    `InvalidInput` (``missing_value``, ``too_long``, ``unknown_organisation``, ``unknown_office``).
    """
    said = _said(report)
    organisation = _organisation(work, report)
    code = _code(work.vault, report, once)
    if queries.by_code(work.session, work.vault, code) is not None:
        return grouped(code)
    row = Complaint(
        id=new_id(),
        office_id=report.office_id,
        kind=report.kind,
        against=_KINDS[organisation.kind] if organisation else report.against,
        organisation_id=organisation.id if organisation else None,
        code_index=work.vault.index("complaint code", code),
        received_on=work.today,
        due_on=rules.due_on(report.kind, work.today),
        recorded_at=work.now,
    )
    work.vault.create(row.id)
    row.content = work.vault.seal_json(row.id, TABLE, row.id, "content", said)
    work.session.add(row)
    work.session.flush()
    _step(work, row, ComplaintStepKind.RECEIVED)
    return grouped(code)


def grouped(code: str) -> str:
    """A code as it is shown: 7F2K-0Q9M-XW3D-R81A."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def add(work: Work, code: str, words: str) -> None:
    """The reporter writes more. Raises `NotFound` (``complaint_code``)."""
    found = queries.by_code(work.session, work.vault, code)
    if found is None:
        raise no_such_code()
    row = _lock(work, found.id)
    rules.moved(row.state, ComplaintStepKind.ADDED)
    said = recorded.text(words, _("what you want to add"), LONGEST)
    if row.state is ComplaintState.CLOSED and not row.unread:
        row.due_on = rules.due_on(row.kind, work.today)
    row.unread = True
    _step(work, row, ComplaintStepKind.ADDED, said, told=True)


def take(work: Work, complaint_id: UUID, expected_version: int | None = None) -> Complaint:
    """Take a complaint in hand, or over from a colleague."""
    row = _locked(work, complaint_id, expected_version)
    if row.handler_id == work.actor.user_id:
        raise Conflict("taken", _("You have this complaint in hand already."), _("Record the next step."))
    row.state = rules.moved(row.state, ComplaintStepKind.TAKEN)
    row.handler_id, row.unread = work.actor.user_id, False
    _step(work, row, ComplaintStepKind.TAKEN)
    return row


def note(
    work: Work, complaint_id: UUID, words: str, *, told: bool, expected_version: int | None = None
) -> Complaint:  # fmt: skip
    """Record a step; with `told` the reporter reads it. Raises `Refused` (``not_handler``)."""
    row = _in_hand(work, complaint_id, expected_version)
    row.state = rules.moved(row.state, ComplaintStepKind.NOTED)
    row.unread = False
    _step(work, row, ComplaintStepKind.NOTED, recorded.text(words, _("step"), LONGEST), told=told)
    return row


def sort(work: Work, command: SortComplaint, expected_version: int | None = None) -> Complaint:
    """Put right what a complaint is about. Who may not read it then has it in hand no longer; one about a complaints
    officer is for the supervisors.

    Raises `InvalidInput` (``unknown_organisation``, ``unknown_person``), `Refused` (``no_reader``) where nobody could
    read it any more."""
    row = _locked(work, command.complaint_id, expected_version)
    rules.moved(row.state, ComplaintStepKind.SORTED)
    organisation = _known(work, row.office_id, command.organisation_id)
    about = work.session.get(Account, command.about_id) if command.about_id else None
    if command.about_id is not None and (about is None or about.organisation_id != row.office_id):
        raise InvalidInput("unknown_person", _("Nobody of the office has this account."), _("Choose from the list."))
    against = _side(command, organisation, about)
    if not queries.readers_of(work.session, row.office_id, against, command.about_id):
        raise Refused(
            "no_reader",
            _("Nobody in the office could read the complaint any more."),
            _("Ask the administrator for another account that could, of a supervisor or complaints officer."),
        )
    _counted(row, organisation, work.today)
    row.kind, row.about_id, row.against = command.kind, command.about_id, against
    row.organisation_id = organisation.id if organisation else None
    row.due_on = min(row.due_on, rules.due_on(command.kind, row.received_on))
    handler = work.session.get(Account, row.handler_id) if row.handler_id else None
    if handler is not None and (handler.id == row.about_id or handler.role not in rules.readers(row.against)):
        row.handler_id, row.state, row.unread = None, ComplaintState.RECEIVED, True
    _step(work, row, ComplaintStepKind.SORTED)
    return row


def close(
    work: Work,
    complaint_id: UUID,
    outcome: Outcome,
    answer: str,
    authority: str = "",
    expected_version: int | None = None,
) -> Complaint:
    """Close it with what the reporter is told; `authority` is to whom it was referred.

    Raises `Refused` (``not_handler``), `Conflict` (``unread``) while nobody has read what the reporter added."""
    row = _in_hand(work, complaint_id, expected_version)
    row.state = rules.moved(row.state, ComplaintStepKind.CLOSED)
    if row.unread:
        raise Conflict(
            "unread",
            _("The reporter wrote more since."),
            _("Read it, record a step about it, and close the complaint then."),
        )
    said = recorded.text(answer, _("answer"), LONGEST)
    named = recorded.text(authority, _("authority"), needed=outcome is Outcome.REFERRED)
    row.outcome, row.closed_on = outcome, work.today
    text = f"{named}\n{said}" if outcome is Outcome.REFERRED else said
    _step(work, row, ComplaintStepKind.CLOSED, text, told=True)
    return row


def read_added(work: Work, complaint_id: UUID, expected_version: int | None = None) -> Complaint:
    """What the reporter added to a closed complaint was read, and changes nothing of how and when it ended.

    Raises `Conflict` (``complaint_state``, ``nothing_added``)."""
    row = _locked(work, complaint_id, expected_version)
    if rules.moved(row.state, ComplaintStepKind.NOTED) is not ComplaintState.CLOSED or not row.unread:
        raise Conflict(
            "nothing_added",
            _("Nothing was added to this complaint since it was closed."),
            _("Look at its present state."),
        )
    row.unread = False
    _step(work, row, ComplaintStepKind.NOTED, "What the reporter added was read.")
    return row


def reopen(work: Work, complaint_id: UUID, expected_version: int | None = None) -> Complaint:
    """Open a closed complaint again, in the hands of who does it, with a new deadline, or that of what was added."""
    row = _locked(work, complaint_id, expected_version)
    row.state = rules.moved(row.state, ComplaintStepKind.REOPENED)
    row.due_on = row.due_on if row.unread else rules.due_on(row.kind, work.today)
    _counted_again(row, work.today)
    row.handler_id, row.outcome, row.closed_on, row.unread = work.actor.user_id, None, None, False
    _step(work, row, ComplaintStepKind.REOPENED, told=True)
    return row


def opened(vault: Vault, row: Complaint) -> Content:
    """What was said; empty where it was erased."""
    if row.content is None:
        return Content()
    try:
        found: dict[str, Any] = vault.open_json(row.id, TABLE, row.id, "content", row.content)
    except NotFound:
        return Content()
    return Content(**found)


def note_of(vault: Vault, step: ComplaintStep) -> str:
    """The words of a step, opened."""
    if step.note is None:
        return ""
    return vault.open(step.complaint_id, STEP_TABLE, step.id, "note", step.note).decode()


def no_such_code() -> NotFound:
    """No report has this code."""
    return NotFound("complaint_code", _("There is no report with this code."), _("Check the code."))


def _said(report: Report) -> dict[str, str]:
    said = {
        "words": recorded.text(report.words, _("what happened"), LONGEST),
        "about": recorded.text(report.about, _("whom it is about"), 400, needed=False),
        "head": recorded.text(report.head, _("what the money was for"), 32, needed=False),
        "amount": recorded.text(report.amount, _("how much"), 80, needed=False),
        "paid_to": recorded.text(report.paid_to, _("who asked for it"), 400, needed=False),
        "case": recorded.text(report.case, _("case reference"), 60, needed=False),
        "contact": recorded.text(report.contact, _("how to reach you"), 400, needed=False),
        "language": recorded.text(report.language, _("language"), 16, needed=False),
    }
    return {name: text for name, text in said.items() if text}


def _organisation(work: Work, report: Report) -> Organisation | None:
    office = work.session.get(Organisation, report.office_id)
    if office is None or office.kind is not OrganisationKind.OFFICE or not office.active:
        raise InvalidInput("unknown_office", _("There is no such office."), _("Choose one from the list."))
    return _known(work, office.id, report.organisation_id)


def _known(work: Work, office_id: UUID, organisation_id: UUID | None) -> Organisation | None:
    """Whom a complaint can be about, of those that work with the office."""
    if organisation_id is None:
        return None
    found = work.session.get(Organisation, organisation_id)
    home = work.session.get(Organisation, found.office_id) if found is not None and found.office_id else None
    # Of an office that is closed any other takes the reports.
    if found is None or found.kind not in _KINDS or (home is not None and home.active and home.id != office_id):
        raise InvalidInput(
            "unknown_organisation", _("This organisation does not work with the office."), _("Choose one of the list.")
        )
    return found


def _side(command: SortComplaint, organisation: Organisation | None, about: Account | None) -> Against:
    """Whom it is about; where that is a complaints officer, those read it who read complaints about them."""
    if organisation is not None:
        return _KINDS[organisation.kind]
    return Against.HANDLER if about is not None and about.role is Role.COMPLAINTS_OFFICER else command.against


def _counted(row: Complaint, organisation: Organisation | None, today: date) -> None:
    """In numbers it stays until the end of the month what it was on the first."""
    if (organisation.id if organisation else None) == row.organisation_id:
        return
    if row.counts_from is None or row.counts_from <= today:
        row.counted_id = row.organisation_id
    row.counts_from = rules.counts_from(today)


def _counted_again(row: Complaint, today: date) -> None:
    """The same of one that counted no more, since it had been found to be wrong."""
    closed_on = row.closed_on if row.outcome is Outcome.NOT_FOUNDED else None
    if closed_on is not None and closed_on <= rules.counted_until(today):
        row.counted_id, row.counts_from = None, rules.counts_from(today)


def _code(vault: Vault, report: Report, once: str) -> str:
    """80 bits that only who knows the form can make again."""
    if not once:
        raise InvalidInput("missing_field", _("The form is not complete."), _("Open the page again."))
    text = json.dumps(report.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    digest = vault.index("complaint form", f"{once}|{sha256(text.encode()).hexdigest()}")
    number = int(digest[:20], 16)
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in range(_LETTERS))


def _lock(work: Work, complaint_id: UUID) -> Complaint:
    query = select(Complaint).where(Complaint.id == complaint_id).with_for_update()
    return work.session.exec(query.execution_options(populate_existing=True)).one()


def _locked(work: Work, complaint_id: UUID, expected_version: int | None) -> Complaint:
    require(work.actor.role, Permission.HANDLE_COMPLAINTS)
    queries.find(work.session, work.actor, complaint_id)
    row = _lock(work, complaint_id)
    # Somebody may have put right whom it is about in the meantime.
    queries.find(work.session, work.actor, complaint_id)
    if expected_version is not None and row.version != expected_version:
        raise Conflict(
            "stale",
            _("Somebody changed this complaint after you opened it."),
            _("Look at what changed, then do it again if it is still right."),
        )
    return row


def _in_hand(work: Work, complaint_id: UUID, expected_version: int | None) -> Complaint:
    row = _locked(work, complaint_id, expected_version)
    if row.handler_id != work.actor.user_id:
        raise Refused(
            "not_handler",
            _("The complaint is not in your hands."),
            _("Take it in hand first, so that others see who works on it."),
        )
    return row


def _step(work: Work, row: Complaint, kind: ComplaintStepKind, words: str = "", *, told: bool = False) -> None:
    row.version += 1
    work.session.add(row)
    step = ComplaintStep(
        id=new_id(),
        complaint_id=row.id,
        step=kind,
        told=told,
        happened_on=work.today,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    if words:
        step.note = work.vault.seal(row.id, STEP_TABLE, step.id, "note", words.encode())
    work.session.add(step)
    work.record(f"complaint.{kind.value}", f"complaint/{row.id}")

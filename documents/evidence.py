"""The evidence that an issued document is what the register says: every check with a sentence of its own."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from basis.errors import NotFound, PredepartureError
from basis.messages import Message, _, _n
from casework.audit.rules import link
from casework.audit.tables import AuditEvent
from casework.cases import facts
from casework.cases.pinned import programme_of
from casework.cases.tables import Case, SignOff
from casework.certificates import queries
from casework.certificates import service as certificates
from casework.certificates.queries import Standing
from casework.certificates.tables import Certificate, CertificateState
from casework.decisions.tables import AdverseDecision
from casework.loans.paper_tables import MoneyPaper
from casework.vault import Vault
from checklists.assessment import assess
from checklists.status.reading import StageStatus
from documents.checks import Check, Result, failed, not_applicable, passed
from documents.credentials.attachment import payload_fault
from documents.installation import Installation
from documents.reading import plain
from documents.register import Register
from documents.template_history import known_template
from documents.verification import Answer, Status, verify


@dataclass(frozen=True, slots=True)
class Evidence:
    """`status` is the verification's, or the number's standing where no file was issued under it."""

    status: Status | Standing
    checks: tuple[Check, ...]

    @property
    def failed(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.result is Result.FAILED)


def gather(installation: Installation, session: Session, row: Certificate, on: date) -> Evidence:
    """Check the file in the archive, its place in the register, what it shows, the decision behind it, its history."""
    events = queries.history(session, row)
    more: tuple[Check, ...] = (
        _decision(session, row),
        _facts(installation, session, row, on),
        _history(row, events),
    )
    if row.state is not CertificateState.ISSUED:
        return Evidence(queries.standing_on(row, on), (_number(row), *more))
    vault, trusted = installation.database.vault(session), installation.trusted
    more = (_template(session, row, events), *more)
    try:
        content = plain(installation.archive, vault, row)
    except PredepartureError as error:
        gone = failed("archive", error.message)
        if isinstance(error, NotFound) and error.code == "erased":
            gone = not_applicable("archive", _("The file was erased with the person's data."))
        answer = verify(row.token, Register(session), on, trusted)
        return Evidence(answer.status, (gone, *answer.checks, *more))
    answer = verify(content, Register(session), on, trusted)
    kept = passed("archive", _("The archive has the file, and it opens."))
    return Evidence(
        answer.status, (kept, *_bytes(row, content, answer), _payload(installation, vault, row, content), *more)
    )


def _number(row: Certificate) -> Check:
    if row.state is CertificateState.VOID:
        said = _("The number was given up before a certificate was issued; it is never given again.")
        return not_applicable("register", said)
    return not_applicable("register", _("The number is reserved; the file is being made."))


def _bytes(row: Certificate, content: bytes, answer: Answer) -> tuple[Check, ...]:
    """The checks of the file, with that of its bytes against this very row."""
    if hashlib.sha256(content).hexdigest() == row.sha256:
        return answer.checks
    other = failed("bytes", _("The file is not the one whose fingerprint the register has."))
    return (other, *(check for check in answer.checks if check.name != "bytes"))


def _payload(installation: Installation, vault: Vault, row: Certificate, content: bytes) -> Check:
    try:
        value = certificates.value_of(vault, row)
    except NotFound as erased:
        return not_applicable("payload", erased.message)
    fault = payload_fault(content, value, installation.credential_keys)
    if fault is not None:
        return failed("payload", fault)
    return passed("payload", _("The data inside the file is what the register says that it shows."))


def _template(session: Session, row: Certificate, events: list[AuditEvent]) -> Check:
    """The look is one that this engine has or had, and the one that the history names at the issue."""
    issued = [json.loads(event.body)["data"] for event in events if event.kind == "certificate.issued"]
    told = next((data["template"] for data in issued if "template" in data), None)
    if told is not None and told != row.template_digest:
        return failed("template", _("The history names another template than the register."))
    count = queries.made_with(session, row.template_digest)
    said = _n(
        "{count} document was made with its template.",
        "{count} documents were made with its template.",
        count,
    )
    if known_template(row.template_digest):
        return passed("template", _("Its template is one of a released version. {said}", said=said))
    if told is not None:
        return passed("template", _("Its template is no released one, but the history names it. {said}", said=said))
    return not_applicable("template", _("Its template is no released one, and the history does not say which it was."))


def _facts(installation: Installation, session: Session, row: Certificate, on: date) -> Check:
    """Whether what the certificate stands on holds on the day, assessed anew."""
    if row.paper_id is not None:
        return not_applicable(
            "facts", _("A paper about money says what the ledger held on its day, and keeps saying it.")
        )
    sign_off = session.get(SignOff, row.sign_off_id) if row.sign_off_id else None
    if sign_off is None:
        return not_applicable("facts", _("A letter tells of a decision; it does not stand on what may change."))
    if sign_off.ended_at is not None:
        return not_applicable("facts", _("The sign-off has ended, so what it stood on need not hold."))
    case = session.get_one(Case, row.case_id)
    if case.ended_on is not None:
        return not_applicable("facts", _("The case has ended; time does not open it again."))
    programme = programme_of(installation.catalogue, case)
    stage = assess(programme, facts.load(session, [case])[case.id], on).stage(sign_off.stage)
    if stage.status is StageStatus.SIGNED_OFF:
        return passed("facts", _("All that it stands on holds today."))
    return failed("facts", _("Something that it stands on holds no longer; the next run of the day ends it."))


def _decision(session: Session, row: Certificate) -> Check:
    """A certificate is the image of a sign-off, a letter that of a decision, a paper about money of its being asked
    for: both hold, or both have ended."""
    ended = row.end_kind is not None or row.state is CertificateState.VOID
    if row.paper_id is not None:
        return _paper(session.get_one(MoneyPaper, row.paper_id), ended=ended)
    if row.sign_off_id is None:
        decision = session.get_one(AdverseDecision, row.decision_id)
        if ended is not (decision.end is not None):
            said = _("The decision that it tells of stands otherwise than the register does.")
            return failed("decision", said)
        if ended:
            return passed("decision", _("The decision that it tells of has ended, as it has."))
        return passed("decision", _("The decision that it tells of stands."))
    sign_off = session.get_one(SignOff, row.sign_off_id)
    if ended is not (sign_off.ended_at is not None):
        said = _("The sign-off that it is the image of stands otherwise than the register does.")
        return failed("decision", said)
    if ended:
        return passed("decision", _("The sign-off that it is the image of has ended, as it has."))
    return passed("decision", _("The sign-off that it is the image of is in force."))


def _paper(paper: MoneyPaper, *, ended: bool) -> Check:
    if ended is not (paper.end is not None):
        return failed("decision", _("The paper that was asked for stands otherwise than the register does."))
    if ended:
        return passed("decision", _("The paper that was asked for has ended, as it has."))
    return passed("decision", _("The paper was asked for, and stands."))


def _history(row: Certificate, events: list[AuditEvent]) -> Check:
    """The events of this number alone; `audit verify` checks the whole chain."""
    wrong = [event.seq for event in events if link(event.previous, event.body) != event.hash]
    if wrong:
        return _broken(_("The text of event {seq} was changed.", seq=wrong[0]))
    issued = [event for event in events if event.kind == "certificate.issued"]
    if len(issued) != (1 if row.state is CertificateState.ISSUED else 0):
        return _broken(_("The history does not tell of its issue once."))
    if issued and json.loads(issued[0].body)["data"].get("sha256") != row.sha256:
        return _broken(_("The history names another fingerprint than the register."))
    return passed("history", _("Its events are unchanged, and tell what the register says."))


def _broken(said: Message) -> Check:
    return failed("history", said)

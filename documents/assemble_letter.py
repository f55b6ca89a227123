"""A decision against the worker becomes the value of its letter: what may be disclosed, and how to appeal."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from basis.messages import _
from casework.accounts.tables import Account
from casework.cases.tables import Case
from casework.certificates.rules import LETTER
from casework.certificates.service import Reservation
from casework.concessions.rules import KIND_WORDS
from casework.concessions.tables import Concession
from casework.decisions import rules
from casework.decisions import service as decisions
from casework.decisions.tables import AdverseDecision
from casework.organisations.tables import Organisation
from casework.signatories import service as signatories
from casework.work import Work
from casework.workers import service as workers
from checklists.programme import Programme
from documents.assemble import Place, languages_of, person, role_title
from documents.languages import Language, in_both, writing
from documents.short_code import short_code
from documents.values import Head, Issuer, Letter, Officer, Outcome

LETTER_PREFIX: Final = "LET"


def assemble_letter(
    work: Work, case: Case, programme: Programme, decision: AdverseDecision, reservation: Reservation, place: Place
) -> Letter:
    """The value of the letter. It bears no photograph: nobody is to recognise a face on it."""
    first, second = languages_of(work, case, programme, place)
    with writing(first):
        return _assemble(work, case, programme, decision, reservation, place, first, second)


def _assemble(
    work: Work,
    case: Case,
    programme: Programme,
    decision: AdverseDecision,
    reservation: Reservation,
    place: Place,
    first: Language,
    second: Language | None,
) -> Letter:
    office = work.session.get_one(Organisation, case.office_id)
    title, second_title = in_both(_("Letter of decision"), second)
    decided, second_decided = in_both(rules.KINDS[decision.kind], second)
    reason, second_reason = in_both(rules.REASONS[decision.reason], second)
    return Letter(
        head=Head(
            number=reservation.number,
            title=title,
            language=first.tag,
            second_title=second_title,
            second_language=second.tag if second else "",
            issued_on=work.today,
            verify_url=f"{place.public_url}/verify/{reservation.token}",
            specimen=place.specimen,
            short_code=short_code(reservation.token),
        ),
        issuer=Issuer(office.name, programme.title, programme.version),
        person=person(case, workers.get(work.session, work.vault, case.worker_id), programme),
        officer=_officer(work, decision, office),
        outcome=Outcome(decided, second_text=second_decided),
        decided_on=decision.decided_on,
        authority=decision.authority,
        what=_what(work, programme, decision),
        reason=reason,
        second_reason=second_reason,
        words=tuple(line.strip() for line in decisions.words_of(work, case, decision).splitlines() if line.strip()),
        appeal_to=decision.appeal_to,
        appeal_until=decision.appeal_until,
    )


def _officer(work: Work, decision: AdverseDecision, office: Organisation) -> Officer:
    """Who is named for letters, else who decided; of a security decision the office alone, for its officers are not
    named."""
    named = signatories.responsible(work.session, office.id, LETTER, work.today)
    if named is not None:
        return Officer(named.name, named.title)
    account = work.session.get(Account, UUID(decision.decided_by)) if len(decision.decided_by) == 36 else None
    if account is None or decision.kind is rules.DecisionKind.SECURITY:
        return Officer(office.name, str(_("the office that decided")))
    return Officer(account.name, account.title or role_title(account.role))


def _what(work: Work, programme: Programme, decision: AdverseDecision) -> str:
    """The stage that was not passed, or the requirement and the kind of concession that was refused."""
    if decision.concession_id is not None:
        row = work.session.get_one(Concession, decision.concession_id)
        found = programme.requirement(row.requirement)
        title = found[1].label if found else row.requirement
        return str(_("{title} ({kind})", title=title, kind=KIND_WORDS[row.kind]))
    stage = programme.stage(decision.stage)
    return str(stage.label) if stage else ""

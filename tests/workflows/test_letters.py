"""The letter of a decision is issued exactly once, like a certificate, and falls with its decision."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

import pytest
from pypdf import PdfReader
from sqlmodel import select

from basis.roles import Role
from casework.accounts.service import actor_of
from casework.actor import ENGINE, Actor
from casework.cases import rulings
from casework.cases import service as cases
from casework.cases.rules import REVERSAL, CaseLife
from casework.cases.service import MoveCase
from casework.certificates.tables import Certificate, CertificateState
from casework.concessions.service import AskConcession, DecideConcession
from casework.decisions.rules import AppealOutcome, Appellant
from casework.decisions.service import DecideAppeal, Disclosed, LodgeAppeal
from casework.decisions.tables import AdverseDecision
from casework.organisations.tables import Organisation
from casework.outbox.tables import OutboxKind
from casework.work import Work
from checklists.programme import StageKind
from cli.demo import people
from documents import evidence
from documents.register import Register
from documents.verification import Status, verify
from tests.support import factories
from tests.support.stage import AWAY, Stage
from tests.workflows.conftest import everywhere
from tests.workflows.test_issuing import DiesAfterRendering, Killed
from workflows import issuing, relay

# What these tests share is made once where the tests are spread over processes.
pytestmark = pytest.mark.xdist_group("stage")


def refuse(stage: Stage, words: str = "The embassy wrote on 8 March.") -> UUID:
    """The case away is refused by the supervisor; the decision's id."""
    command = MoveCase(
        case_id=stage.case().id,
        to=CaseLife.REFUSED,
        reason="visa_refused",
        happened_on=stage.clock.now.date(),
        decision=Disclosed(reason="visa_refused", words=words, authority="Embassy of the destination"),
    )
    stage.run("mira", cases.move, stage.installation.catalogue, command)
    with stage.installation.database.read() as session:
        return session.exec(select(AdverseDecision.id)).one()


def letter(stage: Stage) -> Certificate:
    return next(row for row in stage.certificates() if row.kind == "letter")


def answer_of(stage: Stage, row: Certificate) -> Status:
    installation = stage.installation
    with installation.database.read() as session:
        content, today = stage.content(row), installation.database.today()
        return verify(content, Register(session), today, installation.trusted).status


def another_supervisor(work: Work, office_id: UUID) -> Actor:
    return actor_of(factories.account(work, work.session.get_one(Organisation, office_id), Role.SUPERVISOR))


@everywhere
def test_killed_before_the_letter_is_stored_the_same_number_goes_on(opened: Stage) -> None:
    decision_id = refuse(opened)
    with pytest.raises(Killed):
        issuing.issue(opened.installation, [decision_id], DiesAfterRendering())
    reserved = letter(opened)
    assert (reserved.state, reserved.number[:4]) == (CertificateState.RESERVED, "LET-")
    assert opened.installation.database.run(ENGINE, relay._reconcile) == 0, "it is asked for already"
    opened.drain()
    issued = letter(opened)
    assert (issued.state, issued.number, issued.id) == (CertificateState.ISSUED, reserved.number, reserved.id)
    assert issuing.issue(opened.installation, [decision_id]).count == 0
    assert answer_of(opened, issued) is Status.VALID


def test_the_letter_says_what_may_be_said_and_how_to_appeal(opened: Stage) -> None:
    refuse(opened, "The embassy wrote on 8 March.\nA new contract can be handed in.")
    opened.drain()
    content = opened.content(letter(opened))
    text = " ".join(PdfReader(BytesIO(content)).pages[0].extract_text().split())
    for said in (
        "Your participation in this programme was refused",
        "Embassy of the destination",
        "refused the visa or the permit",
        "A new contract can be handed in.",
        "2 December 2026",
        "Labour Mobility Office Prishtina",
    ):
        assert said in text
    installation = opened.installation
    with installation.database.read() as session:
        found = evidence.gather(installation, session, letter(opened), installation.database.today())
    assert found.failed == ()


def test_a_letter_whose_wish_was_lost_is_found_again(opened: Stage) -> None:
    decision_id = refuse(opened)
    with opened.installation.database.write(ENGINE) as work:
        for item in opened.effects(OutboxKind.ISSUE).values():
            work.session.delete(item)
    relay.reconcile(opened.installation)
    assert decision_id in opened.effects(OutboxKind.ISSUE)
    opened.drain()
    assert letter(opened).state is CertificateState.ISSUED


def test_overturned_the_letter_is_revoked_and_the_case_goes_on(opened: Stage) -> None:
    decision_id = refuse(opened)
    opened.drain()
    lodged = LodgeAppeal(
        decision_id=decision_id,
        lodged_on=opened.clock.now.date(),
        lodged_by=Appellant.WORKER,
        grounds="There is a new contract",
    )
    appeal = opened.run("arta", rulings.lodge_appeal, lodged)
    office = opened.cast.organisations[people.OFFICE]
    judge = opened.installation.database.run(ENGINE, another_supervisor, office.id)
    said = DecideAppeal(appeal_id=appeal.id, outcome=AppealOutcome.OVERTURNED, reasons="The contract is good")
    opened.installation.database.run(judge, rulings.answer_appeal, opened.installation.catalogue, said)
    opened.drain()
    assert opened.case().life is CaseLife.OPEN
    assert answer_of(opened, letter(opened)) is Status.REVOKED


def test_reversed_before_its_letter_was_numbered_none_is_issued(opened: Stage) -> None:
    refuse(opened)
    back = MoveCase(case_id=opened.case().id, to=CaseLife.OPEN, reason=REVERSAL, happened_on=opened.clock.now.date())
    opened.run("mira", cases.move, opened.installation.catalogue, back)
    opened.drain()
    assert not any(row.kind == "letter" for row in opened.certificates())


def test_what_was_conceded_is_printed_with_authority_reference_and_end(opened: Stage) -> None:
    catalogue = opened.installation.catalogue
    wish = AskConcession(case_id=opened.case().id, requirement="living_space_proof", reason="Housed by the employer")
    row = opened.run("arta", rulings.ask_concession, catalogue, wish)
    said = DecideConcession(
        concession_id=row.id, given=True, reference="L-77/2026", reason="Confirmed", until_event="visa"
    )
    opened.run("mira", rulings.decide_concession, catalogue, said)
    opened.play(AWAY, (StageKind.DOCUMENTS,))
    (issued,) = opened.certificates()
    text = " ".join(PdfReader(BytesIO(opened.content(issued))).pages[0].extract_text().split())
    assert "Proof of living space was waived by: supervisor, reference L-77/2026, until “Visa” is decided." in text

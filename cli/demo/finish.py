"""The end of the demo: plain copies of the certificates, every one verified again, and a table of what happened."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from sqlmodel import col, select

from basis.errors import Unavailable
from basis.messages import _
from casework.audit import service as audit
from casework.cases.rules import WORDS
from casework.cases.tables import Case, SignOff
from casework.certificates.tables import Certificate, CertificateState
from casework.loans.life import WORDS as LOAN_WORDS
from casework.loans.tables import Loan
from casework.outbox import service as outbox
from checklists.programme import Programme
from documents.installation import Installation
from documents.register import Register
from documents.verification import Status, verify

FOLDER: Final = "certificates"


@dataclass(frozen=True, slots=True)
class Summary:
    """What the demo left: cases by life, certificates by the answer each gives when it is verified."""

    cases: Counter[str]
    certificates: Counter[str]
    folder: Path


def finish(installation: Installation, programme: Programme, console: Console) -> Summary:
    """Export and verify. Raises `Unavailable` (``demo_failed``) where an answer or the history is wrong."""
    folder = installation.settings.home / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    answers: Counter[str] = Counter()
    wrong: list[str] = []
    with installation.database.read() as session:
        vault, register = installation.database.vault(session), Register(session)
        query = select(Certificate, Case.reference).join(Case, col(Case.id) == col(Certificate.case_id))
        rows = session.exec(query.where(col(Certificate.state) == CertificateState.ISSUED)).all()
        vault.prepare(row.worker_id for row, _reference in rows)
        for row, reference in rows:
            stored = installation.archive.read(str(row.id))
            content = vault.open(row.worker_id, "certificate", row.id, "file", stored)
            place = folder / reference
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{row.number}.pdf").write_bytes(content)
            answer = verify(content, register, installation.database.today(), installation.trusted)
            answers[answer.status.value] += 1
            if answer.status is not due_answer(row, installation.database.today()):
                wrong.append(row.number)
        events, faults = audit.verify(session)
        cases = Counter(session.exec(select(Case.life)).all())
        mine = select(SignOff.stage).join(Case, col(Case.id) == col(SignOff.case_id))
        mine = mine.where(Case.programme_id == programme.id, col(SignOff.ended_at).is_(None))
        stages = Counter(session.exec(mine).all())
        loans = Counter(session.exec(select(Loan.state)).all())
        undone = len(outbox.unfinished(session))
    _show(console, programme, stages, cases, answers)
    _show_loans(console, loans)
    console.print(f"History: {events} events, the chain holds.")
    console.print(f"Plain copies of the certificates: {folder}")
    if wrong or faults or undone:
        raise Unavailable(
            "demo_failed",
            _(
                "{wrong} certificates gave a wrong answer, {faults} faults in the history, {undone} effects undone.",
                wrong=len(wrong),
                faults=len(faults),
                undone=undone,
            ),
            _("Please report this with the output of: predeparture doctor."),
        )
    return Summary(Counter({str(life): count for life, count in cases.items()}), answers, folder)


def due_answer(row: Certificate, today: date) -> Status:
    """What verification must say of an issued file: what ended it, or its time."""
    if row.end_kind is not None:
        return Status(row.end_kind.value)
    return Status.EXPIRED if row.valid_until is not None and row.valid_until < today else Status.VALID


def _show(
    console: Console,
    programme: Programme,
    stages: Counter[str],
    cases: Counter[str],
    answers: Counter[str],
) -> None:
    table = Table(title=str(programme.label), title_justify="left")
    table.add_column("Stage")
    table.add_column("Signed off now", justify="right")
    for stage in programme.stages:
        table.add_row(str(stage.label), str(stages[stage.id]))
    console.print(table)
    table = Table(title="Cases", title_justify="left")
    table.add_column("Life")
    table.add_column("Cases", justify="right")
    for life, words in WORDS.items():
        if cases[life]:
            table.add_row(str(words), str(cases[life]))
    console.print(table)
    table = Table(title="Certificates, each verified again", title_justify="left")
    table.add_column("Answer")
    table.add_column("Certificates", justify="right")
    for answer, count in sorted(answers.items()):
        table.add_row(answer, str(count))
    console.print(table)


def _show_loans(console: Console, loans: Counter[str]) -> None:
    table = Table(title="Loans", title_justify="left")
    table.add_column("State")
    table.add_column("Loans", justify="right")
    for state, words in LOAN_WORDS.items():
        if loans[state]:
            table.add_row(str(words), str(loans[state]))
    if loans:
        console.print(table)

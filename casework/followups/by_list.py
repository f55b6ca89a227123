"""Check-ins of many recorded by a list: good rows are taken, bad ones given back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from sqlmodel import col, select

from basis.errors import PredepartureError
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.batches import values
from casework.batches.rules import Finding
from casework.batches.sheets import (
    BIRTH_DATE,
    CASE,
    Sheet,
    SheetColumn,
    SheetPerson,
    SheetRow,
    one_of,
    people,
    read_sheet,
)
from casework.cases import changes
from casework.cases.pinned import programme_of
from casework.cases.tables import Case
from casework.followups import queries, service
from casework.followups.rules import FollowUpHow
from casework.followups.service import RecordFollowUp
from casework.work import Work
from casework.workers.tables import Worker
from checklists.catalogue import Catalogue
from checklists.programme import Programme

_HOW: Final[Mapping[str, str]] = {
    FollowUpHow.VISIT.value: "visit|besuch|vizitë|visite",
    FollowUpHow.CALL.value: "call|telephone|anruf|thirrje|appel",
    FollowUpHow.MESSAGE.value: "message|e-mail|nachricht|mesazh",
    FollowUpHow.REPORT.value: "report|bericht|raport|rapport",
    FollowUpHow.MEETING.value: "meeting|treffen|takim|réunion",
}
COLUMNS: Final[Mapping[str, SheetColumn]] = {
    "case": replace(CASE, unique=False),
    "birth_date": BIRTH_DATE,
    "follow_up": SheetColumn("follow-up|check-in|follow up", required=True),
    "outcome": SheetColumn("outcome|result|ergebnis|rezultati|résultat", required=True),
    "happened_on": SheetColumn("made on|day|date|am|data|le", values.calendar_date, required=True),
    "how": SheetColumn("how|wie|si|comment", one_of(_HOW), required=True),
    "next_on": SheetColumn("again on|next|wieder am|përsëri më", values.calendar_date),
    "note": SheetColumn("note|remark|notiz|shënim", values.free_text),
}
"""The columns of a list of check-ins. A follow-up is named by its id or title, its outcome in the programme's words."""


@dataclass(frozen=True, slots=True)
class TakenCheckIns:
    """What became of a list: `taken` are new, `known` were there already, the others were given back."""

    sheet: Sheet
    taken: int
    known: int


def take_list(work: Work, catalogue: Catalogue, data: bytes, name: str) -> TakenCheckIns:
    """Take in a list of check-ins: every row is as strict as the form, good rows are recorded, bad ones given back;
    the same list twice changes nothing. Raises `InvalidInput` where the file cannot be read at all (`read_sheet`)."""
    require(work.actor.role, Permission.SEE_CASES)
    sheet = read_sheet(data, name, COLUMNS)
    cases = _named(work, {str(row.values["case"]) for row in sheet.rows})
    by_reference = {case.reference: SheetPerson(case.id, born) for case, born in cases.values()}
    sheet, who = people(sheet, by_reference)
    findings: list[Finding] = []
    counts = {True: 0, False: 0}
    for row in sheet.rows:
        try:
            counts[_take(work, catalogue, cases[who[row.number]][0], row)] += 1
        except PredepartureError as error:
            findings.append(
                sheet.finding(row.number, None, error.code, error.message, error.fix or _("Correct the row."))
            )
    return TakenCheckIns(sheet.without(findings), counts[True], counts[False])


def _named(work: Work, references: set[str]) -> dict[UUID, tuple[Case, date | None]]:
    query = (
        select(Case, Worker)
        .join(Worker, col(Worker.id) == col(Case.worker_id))
        .where(changes.visible(work.actor), col(Case.reference).in_(references))
    )
    return {case.id: (case, worker.birth_date) for case, worker in work.session.exec(query)}


def _take(work: Work, catalogue: Catalogue, case: Case, row: SheetRow) -> bool:
    """True for a check-in that is new, False for one that is there with the same values. A row that is refused leaves
    nothing behind."""
    given = row.values
    programme = programme_of(catalogue, case)
    follow_up = _id_of(programme, str(given["follow_up"]))
    command = RecordFollowUp(
        case_id=case.id,
        follow_up=follow_up,
        outcome=str(given["outcome"]).strip().casefold().replace(" ", "_"),
        happened_on=given["happened_on"],
        how=FollowUpHow(given["how"]),
        next_on=given.get("next_on"),
        note=str(given.get("note", "")),
    )
    for made in queries.made(work.session, case.id):
        same = (made.follow_up, made.outcome, made.happened_on) == (follow_up, command.outcome, command.happened_on)
        if same and (made.how, made.next_on) == (command.how, command.next_on):
            return False
    events = len(work.events)
    try:
        with work.session.begin_nested():
            service.record(work, catalogue, command)
    except PredepartureError:
        del work.events[events:]
        raise
    return True


def _id_of(programme: Programme, said: str) -> str:
    """The id of a follow-up that a list names; what is neither id nor title stays, and is refused later."""
    wanted = said.casefold()
    return next((one.id for one in programme.follow_ups if wanted in (one.id, str(one.label).casefold())), said)

"""Lists of a session as files: participants before it, attendance and tests after it. Good rows are taken, bad ones
given back; the same file once more changes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session, col, select

from basis.errors import PredepartureError
from basis.messages import Message, _
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.batches import sheets
from casework.batches.rules import Finding
from casework.batches.sheets import BIRTH_DATE, CASE, Sheet, SheetColumn, SheetPerson, read_sheet
from casework.cases import changes
from casework.cases.tables import Case
from casework.diary.queries import OUTSIDERS
from casework.orientation import enrolling, marking, sessions
from casework.orientation.enrolling import Enrol, Enrolled
from casework.orientation.marking import Mark, Marked, Scores
from casework.orientation.rules import MOST_POINTS, Identity
from casework.orientation.tables import OrientationSession, SessionEnrolment
from casework.work import Work
from casework.workers.tables import Worker
from checklists.catalogue import Catalogue

_CHUNK = 500
_IDENTITY: Final = SheetColumn(
    "identity|identity check|identity checked|identiteti|kontrolli i identitetit|identité|contrôle d'identité"
    "|identität|identitätsprüfung|ausweis",
    sheets.one_of(
        {
            Identity.DOCUMENT: "document seen|document|passport|dokument|pasaporta|document vu|ausweis gesehen",
            Identity.PHOTOGRAPH: "photograph|photo|fotografia|foto|photographie|lichtbild",
            Identity.NONE: "none|not checked|asnjë|aucun|keine",
        }
    ),
)
_ALL: Final = SheetColumn("all modules|present|attended|i pranishëm|të gjitha|présent|anwesend|alle", sheets.yes_or_no)
_POINTS: Final = SheetColumn("points|score|pikët|punkte", sheets.whole(0, MOST_POINTS))
_MODULE: Final = "module:"


@dataclass(frozen=True, slots=True)
class Handed:
    """A list as it was read, with all findings, and what was recorded from it."""

    sheet: Sheet
    enrolled: Enrolled
    marked: Marked


def participants(data: bytes, name: str, actor: Actor) -> Sheet:
    """Read a list of participants. Who hands it in from outside says the birth date of each: it shows that they know
    whom they name. Raises as `read_sheet`."""
    born = BIRTH_DATE if actor.role not in OUTSIDERS else SheetColumn(BIRTH_DATE.titles, BIRTH_DATE.read, required=True)
    return read_sheet(data, name, {"case": CASE, "birth_date": born})


def attendance(data: bytes, name: str, row: OrientationSession, titles: Mapping[str, Message]) -> Sheet:
    """Read a list of attendance: ``all modules`` or a column a module (its id, or its title of `titles`), how identity
    was checked, and the points of a test. Raises as `read_sheet`."""
    modules = {
        f"{_MODULE}{module}": SheetColumn(f"{module}|{titles.get(module, module)}", sheets.yes_or_no)
        for module in row.minutes
    }
    columns = {"case": CASE, "birth_date": BIRTH_DATE, "identity": _IDENTITY, "all": _ALL, "points": _POINTS}
    return read_sheet(data, name, columns | modules)


def template(row: OrientationSession, *, of_attendance: bool) -> list[str]:
    """The titles of a list, for an empty one to be filled in."""
    if not of_attendance:
        return [CASE.title, BIRTH_DATE.title]
    return [CASE.title, _IDENTITY.title, _ALL.title, *row.minutes, _POINTS.title]


def enrol(work: Work, catalogue: Catalogue, session_id: UUID, sheet: Sheet) -> Handed:
    """Enrol whom a list of participants names, in its order; who finds no place waits."""
    row = sessions.find(work.session, work.actor, session_id)
    known, cases = sheets.people(sheet, _known(work.session, work.actor, row, sheet))
    command = Enrol(session_id=session_id, case_ids=tuple(cases.values()), sha256=sheet.sha256, rows=sheet.total)
    done = enrolling.enrol(work, catalogue, command)
    numbers = {case: number for number, case in cases.items()}
    refused = {numbers[case]: error for case, error in done.refused.items()}
    return Handed(known.without(_findings(known, refused, "case")), done, Marked())


def mark(work: Work, catalogue: Catalogue, session_id: UUID, sheet: Sheet, out_of: int | None = None) -> Handed:
    """Record the attendance that a list says, and the points where it has them (`out_of`: those that there were)."""
    require(work.actor.role, Permission.RUN_COURSES)
    row = sessions.find(work.session, work.actor, session_id)
    enrolments = _enrolments(work.session, row)
    people = {
        reference: person
        for reference, person in _known(work.session, work.actor, row, sheet).items()
        if person.case_id in enrolments
    }
    known, cases = sheets.people(sheet.without(_strangers(sheet, people)), people)
    known = known.without(_unmarked(known, out_of))
    ids = {one.number: enrolments[cases[one.number]] for one in known.rows}
    groups: dict[tuple[tuple[str, ...], Identity], list[UUID]] = defaultdict(list)
    points: dict[UUID, int] = {}
    for one in known.rows:
        modules = _modules(one.values, row)
        if modules:
            groups[modules, Identity(one.values["identity"])].append(ids[one.number])
        if "points" in one.values:
            points[ids[one.number]] = one.values["points"]
    done = Marked()
    for (modules, identity), several in sorted(groups.items(), key=lambda item: item[0]):
        command = Mark(session_id=session_id, enrolment_ids=tuple(several), modules=modules, identity=identity)
        _add(done, marking.mark(work, catalogue, command))
    if points and out_of is not None:
        _add(done, marking.record_tests(work, catalogue, Scores(session_id=session_id, out_of=out_of, points=points)))
    numbers = {enrolment: number for number, enrolment in ids.items()}
    refused = {numbers[one]: error for one, error in done.refused.items()}
    return Handed(known.without(_findings(known, refused, "case")), Enrolled(), done)


def _modules(values: Mapping[str, Any], row: OrientationSession) -> tuple[str, ...]:
    """The modules of a row, in the order of the session."""
    return tuple(one for one in row.minutes if values.get("all") or values.get(f"{_MODULE}{one}"))


def _strangers(sheet: Sheet, people: Collection[str]) -> Iterable[Finding]:
    error = marking.not_enrolled()
    for row in sheet.rows:
        if row.values["case"] not in people:
            yield sheet.finding(row.number, "case", error.code, error.message, error.fix or error.message)


def _unmarked(sheet: Sheet, out_of: int | None) -> Iterable[Finding]:
    for row in sheet.rows:
        came = row.values.get("all") or any(row.values[name] for name in row.values if name.startswith(_MODULE))
        if came and "identity" not in row.values:
            message = _("It is not said how the identity was checked.")
            fix = _("Write document seen, photograph or none.")
            yield sheet.finding(row.number, "identity", "missing_value", message, fix)
        if "points" in row.values and out_of is None:
            message = _("It is not said how many points there were.")
            fix = _("Say it beside the file.")
            yield sheet.finding(row.number, "points", "missing_value", message, fix)


def _findings(sheet: Sheet, refused: Mapping[int, PredepartureError], name: str) -> list[Finding]:
    return [
        sheet.finding(number, name, error.code, error.message, error.fix or error.message)
        for number, error in sorted(refused.items())
    ]


def _add(done: Marked, more: Marked) -> None:
    done.rows += more.rows
    done.repeated += more.repeated
    done.refused |= more.refused


def _enrolments(session: Session, row: OrientationSession) -> dict[UUID, UUID]:
    query = select(SessionEnrolment).where(SessionEnrolment.session_id == row.id)
    return {one.case_id: one.id for one in session.exec(query.order_by(col(SessionEnrolment.number)))}


def _known(session: Session, actor: Actor, row: OrientationSession, sheet: Sheet) -> dict[str, SheetPerson]:
    """The people whom a list of this session may name: those on it, and cases of its office, programmes and country."""
    references = sorted({one.values["case"] for one in sheet.rows})
    found: dict[str, SheetPerson] = {}
    for start in range(0, len(references), _CHUNK):
        query = (
            select(Case, Worker)
            .join(Worker, col(Worker.id) == col(Case.worker_id))
            .where(
                col(Case.reference).in_(references[start : start + _CHUNK]),
                col(Case.office_id) == row.office_id,
                col(Case.programme_id).in_(row.programmes),
            )
        )
        if actor.role not in OUTSIDERS:
            query = query.where(changes.visible(actor))
        found |= {case.reference: SheetPerson(case.id, worker.birth_date) for case, worker in session.exec(query)}
    return found

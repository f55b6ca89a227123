"""``/duplicates`` and ``/merges``: records that may be of one person, brought together and taken apart."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from basis.errors import Conflict, InvalidInput, PredepartureError
from basis.messages import Message, _, _n
from casework.accounts.rules import Permission, require
from casework.cases import queries as cases
from casework.work import Work
from casework.workers import duplicates, merging
from casework.workers import merge_checks as checks
from casework.workers import merge_fields as fields
from casework.workers import merge_rows as rows
from casework.workers.duplicates import SIGN_WORDS, Candidate, Compared
from casework.workers.merge_fields import Part
from casework.workers.merge_tables import WorkerMerge
from casework.workers.merging import Merge, Unmerge
from casework.workers.service import WorkerData
from casework.workers.tables import Worker
from dashboard import addresses, notices, words
from dashboard.cases import wording
from dashboard.cases.lists import name_in_lists
from dashboard.cases.submitting import typed
from dashboard.forms import people as forms
from dashboard.pages.base import Place
from dashboard.pages.people import CandidateRow, ComparePage, DuplicatesPage, MergePage, MergeRow, RecordRow
from dashboard.parts import Badge, Fact, Link, Option, Text, Tone
from dashboard.parts import Form as AskedForm
from dashboard.posting import Sent, Wrong, filled, hidden, read
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])

_BACK = Link(addresses.DUPLICATES, _("Records of one person"))
_LEAD = _("Look at both. What looks alike need not be one person, and twins share a birth date.")


@router.get(addresses.DUPLICATES)
def listed(visit: Signed) -> Response:
    require(visit.role, Permission.MERGE_WORKERS)
    with visit.database.read() as session:
        found = duplicates.candidates(session, visit.actor)
        merged = duplicates.merges(session, visit.actor)
        keys = {key for row, _kept, _other in merged for key in (row.recorded_by, row.undone_by)}
        people = {key: account.name for key, account in cases.accounts_by_key(session, keys).items()}
    return show(
        DuplicatesPage(
            base=visit.at(Place.CASES),
            summary=_n(
                "{count} pair of records may be of one person",
                "{count} pairs of records may each be of one person",
                len(found),
            ),
            candidates=tuple(map(_candidate, found)),
            merges=tuple(_merged(row, kept, other, people) for row, kept, other in merged),
        )
    )


@router.get("/duplicates/{kept_id:uuid}/{other_id:uuid}")
def compared(kept_id: UUID, other_id: UUID, visit: Signed) -> Response:
    """Both records opened, side by side; whoever looks leaves an event about each."""
    require(visit.role, Permission.MERGE_WORKERS)
    return _compare(visit, kept_id, other_id)


@router.post("/duplicates/{kept_id:uuid}/{other_id:uuid}/merge")
def merge(kept_id: UUID, other_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.MERGE_WORKERS)
    parts = tuple(Option(part.value, said) for part, said in fields.WORDS.items())
    form = forms.merge(kept_id, other_id, (0, 0), parts, "")
    try:
        values = read(form, taken)
        command = Merge(
            kept_id=kept_id,
            merged_id=other_id,
            kept_number=_number(taken, "kept_number"),
            merged_number=_number(taken, "merged_number"),
            reason=values.text("reason"),
            take=frozenset(map(fields.part_of, values.many["take"])),
        )
        row = visit.database.run(visit.actor, merging.merge, visit.installation.catalogue, command)
    except Wrong as wrong:
        return _compare(visit, kept_id, other_id, merge=wrong.form, status=422)
    except (InvalidInput, Conflict) as error:
        again = filled(form, typed(form, taken), error=_in_words(error))
        return _compare(visit, kept_id, other_id, merge=again, status=error.status)
    return go_to(notices.done(addresses.merge(row.id), "records-merged"))


@router.post("/duplicates/{kept_id:uuid}/{other_id:uuid}/apart")
def tell_apart(kept_id: UUID, other_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.MERGE_WORKERS)
    form = forms.tell_apart(kept_id, other_id)
    try:
        reason = read(form, taken).text("reason")
        visit.database.run(visit.actor, duplicates.tell_apart, kept_id, other_id, reason)
    except Wrong as wrong:
        return _compare(visit, kept_id, other_id, apart=wrong.form, status=422)
    return go_to(notices.done(addresses.DUPLICATES, "told-apart"))


@router.get("/merges/{merge_id:uuid}")
def one_merge(merge_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.MERGE_WORKERS)
    return _merge_page(visit, merge_id)


@router.post("/merges/{merge_id:uuid}/undo")
def undo(merge_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.MERGE_WORKERS)
    form = forms.unmerge(merge_id, _added(visit, merge_id))
    try:
        values = read(form, taken)
        chosen = frozenset(values.many.get("goes_back", ()))
        command = Unmerge(merge_id=merge_id, reason=values.text("reason"), goes_back=chosen)
        visit.database.run(visit.actor, merging.unmerge, visit.installation.catalogue, command)
    except Wrong as wrong:
        return _merge_page(visit, merge_id, wrong.form, 422)
    except (InvalidInput, Conflict) as error:
        return _merge_page(visit, merge_id, filled(form, typed(form, taken), error=_in_words(error)), error.status)
    return go_to(notices.done(addresses.merge(merge_id), "records-unmerged"))


def _compare(
    visit: Visit,
    kept_id: UUID,
    other_id: UUID,
    merge: AskedForm | None = None,
    apart: AskedForm | None = None,
    status: int = 200,
) -> Response:
    found = visit.database.run(visit.actor, duplicates.compare, kept_id, other_id)
    form = _merge_form(found)
    if merge is not None:
        # The versions are those of now: whoever was second compares anew on this very page.
        form = replace(merge, hidden=form.hidden)
    page = ComparePage(
        base=visit.at(Place.CASES),
        back=_BACK,
        heading=_("Two records side by side"),
        lead=_LEAD,
        rows=_rows(visit, found),
        effects=_effects(found),
        problems=tuple(_in_words(problem) for problem in found.problems),
        merge=None if found.problems else form,
        apart=apart or forms.tell_apart(kept_id, other_id),
        turned=Link(addresses.compared(other_id, kept_id), _("Keep the other record instead")),
    )
    return show(page, status)


def _merge_form(found: Compared) -> AskedForm:
    parts = tuple(Option(part.value, fields.WORDS[part]) for part in Part if part in found.differing)
    taken = " ".join(part.value for part in Part if part in found.missing)
    numbers = (found.kept.worker.number, found.other.worker.number)
    return forms.merge(found.kept.worker.id, found.other.worker.id, numbers, parts, taken)


def _rows(visit: Visit, found: Compared) -> tuple[RecordRow, ...]:
    mine, theirs = found.kept.data, found.other.data
    lines = [
        RecordRow(said, _values(part, mine), _values(part, theirs), part not in found.differing)
        for part, said in fields.WORDS.items()
    ]
    stays = [tuple(_stays(data)) for data in (mine, theirs)]
    held = [
        tuple(_("{reference}: {life}", reference=case.reference, life=wording.life(case).text) for case in of)
        for of in (found.cases[found.kept.worker.id], found.cases[found.other.worker.id])
    ]
    kept, other = found.kept.worker, found.other.worker
    since = [words.at(one.recorded_at, visit.zone) for one in (kept, other)]
    return (
        *lines,
        RecordRow(_("Lived in"), stays[0], stays[1], stays[0] == stays[1]),
        RecordRow(_("Cases"), held[0], held[1], not (held[0] or held[1])),
        RecordRow(_("Recorded"), (since[0],), (since[1],), kept.recorded_at == other.recorded_at),
    )


def _values(part: Part, data: WorkerData) -> tuple[Text, ...]:
    match part:
        case Part.SEX:
            return (data.sex.value,)
        case Part.BIRTH:
            born = words.on(data.birth_date) if data.birth_date else ""
            return tuple(one for one in (born, data.birth_place) if one)
        case Part.PASSPORT:
            until = _("until {day}", day=words.on(data.passport_expires_on)) if data.passport_expires_on else ""
            return tuple(one for one in (wording.country(data.nationality), data.passport_number, until) if one)
        case Part.CLAIMS:
            return tuple(one for one in (data.claims.diploma, data.claims.language, data.claims.language_level) if one)
    return tuple(str(getattr(data, name)) for name in fields.FIELDS[part] if getattr(data, name))


def _stays(data: WorkerData) -> list[Message]:
    return [
        _(
            "{country}, {first} to {last}",
            country=wording.country(stay.country),
            first=words.on(stay.since),
            last=words.on(stay.until) if stay.until else _("now"),
        )
        for stay in data.residences
    ]


def _effects(found: Compared) -> tuple[Text, ...]:
    moved = [_("{what}: {count}", what=rows.TOLD[table], count=count) for table, count in found.moved.items()]
    said: list[Text] = []
    if moved:
        said.append(_("The kept record gets from the other one: {rows}.", rows=", ".join(map(str, moved))))
    return (
        *said,
        _("Countries lived in are those of both."),
        _("Documents stay as they were issued, and are checked as before."),
        _("What you tick below counts as a correction: documents of open cases that show it are made anew."),
        _("Every open case is screened again, by all names of both records."),
        _("It can be taken back. Until then an erasure erases both records."),
    )


def _merge_page(visit: Visit, merge_id: UUID, form: AskedForm | None = None, status: int = 200) -> Response:
    row, kept, other, why, problem = visit.database.run(visit.actor, _look, merge_id)
    with visit.database.read() as session:
        keys = {row.recorded_by, row.undone_by}
        people = {key: account.name for key, account in cases.accounts_by_key(session, keys).items()}
    undone = row.undone_at is not None
    taken = ", ".join(str(fields.WORDS[Part(name)]) for name in row.taken)
    facts = [
        Fact(_("Kept record"), _named(kept)),
        Fact(_("Brought into it"), _named(other)),
        Fact(_("Merged"), _("{day}, {who}", day=words.on(row.merged_on), who=people.get(row.recorded_by, "–"))),
        Fact(_("Why"), why[0]),
        Fact(_("Taken from the other record"), taken or _("nothing")),
    ]
    if row.undone_on is not None:
        day = words.on(row.undone_on)
        facts += [
            Fact(_("Taken apart"), _("{day}, {who}", day=day, who=people.get(row.undone_by, "–"))),
            Fact(_("Why"), why[1]),
        ]
    page = MergePage(
        base=visit.at(Place.CASES),
        back=_BACK,
        heading=_("Two records merged"),
        status=_standing(row),
        facts=tuple(facts),
        effects=(
            _("Both records are again as they were; what was corrected since stays corrected in the kept one."),
            _("Cases go back to the record they came from, with everything that hangs on them."),
            _("Documents that were signed off while the records were one are made anew where they show other data."),
            _("Every open case is screened again."),
        ),
        problem=_in_words(problem) if problem and not undone else "",
        form=None if problem else form or forms.unmerge(merge_id, _added(visit, merge_id)),
    )
    return show(page, status)


def _look(work: Work, merge_id: UUID) -> tuple[WorkerMerge, Worker, Worker, tuple[str, str], PredepartureError | None]:
    row = checks.find(work.session, work.actor, merge_id)
    kept, other = (work.session.get_one(Worker, one) for one in (row.kept_id, row.merged_id))
    work.record("identity.viewed", f"worker/{row.kept_id}")
    problem: PredepartureError | None = None
    try:
        checks.require_last(work.session, row)
    except Conflict as conflict:
        problem = conflict
    return row, kept, other, merging.reasons(work.vault, row), problem


def _added(visit: Visit, merge_id: UUID) -> tuple[Option, ...]:
    with visit.database.read() as session:
        row = checks.find(session, visit.actor, merge_id)
        found = rows.added_since(session, row) if row.undone_at is None else []
    return tuple(
        Option(
            one.key,
            _("{what}, {day}", what=rows.TOLD[one.table], day=words.at(one.recorded_at, visit.zone))
            if one.recorded_at
            else rows.TOLD[one.table],
        )
        for one in found
        if one.table in rows.TOLD
    )


def _candidate(one: Candidate) -> CandidateRow:
    return CandidateRow(
        first=_named(one.first),
        second=_named(one.second),
        signs=", ".join(str(SIGN_WORDS[sign]) for sign in one.signs),
        alike=_("{percent} of 100", percent=one.alike),
        act=Link(addresses.compared(one.first.id, one.second.id), _("Compare"), name_in_lists(one.first)),
    )


def _merged(row: WorkerMerge, kept: Worker, other: Worker, people: dict[str, str]) -> MergeRow:
    return MergeRow(
        kept=_named(kept),
        merged=_named(other),
        done=_("{day}, {who}", day=words.on(row.merged_on), who=people.get(row.recorded_by, "–")),
        status=_standing(row),
        act=Link(addresses.merge(row.id), _("Open"), name_in_lists(kept)),
    )


def _standing(row: WorkerMerge) -> Badge:
    if row.undone_on is not None:
        return Badge(Tone.IDLE, _("taken apart on {day}", day=words.on(row.undone_on)))
    return Badge(Tone.DONE, _("kept as one"))


def _named(worker: Worker) -> Text:
    name = name_in_lists(worker)
    return _("{name}, born {day}", name=name, day=words.on(worker.birth_date)) if worker.birth_date else name


def _number(taken: Sent, name: str) -> int:
    text = hidden(taken, name)
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        fix = _("Open the page again and send it from there.")
        raise InvalidInput("missing_field", _("The form is not complete."), fix)
    return int(text)


def _in_words(error: PredepartureError) -> Message:
    return _("{message} {fix}", message=error.message, fix=error.fix or "")

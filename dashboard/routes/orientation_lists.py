"""The lists of a session: who came, points of the test, families at the door; in one form, or as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from basis.errors import InvalidInput, NotFound
from basis.messages import Message, _, _n
from casework.accounts.rules import Permission, require
from casework.households.rules import ROLE_WORDS
from casework.orientation import guests, lists, marking, queries, rules
from casework.orientation.lists import Handed
from casework.orientation.marking import Mark, Marked, Scores
from casework.orientation.queries import PersonLine
from casework.orientation.rules import EnrolmentState, Identity
from dashboard import addresses, notices, orientation
from dashboard.cases.submitting import typed, version_of
from dashboard.exports import csv_file
from dashboard.forms import sessions as forms
from dashboard.looking import look
from dashboard.orientation import Shown, in_words
from dashboard.pages import courses as shown_pages
from dashboard.pages.base import Place
from dashboard.pages.case import Portrait
from dashboard.pages.courses import FileFinding
from dashboard.pages.sessions import SessionMarkPage
from dashboard.paging import check_names, given, pager, wanted
from dashboard.parts import Field, Link, Pager, Text
from dashboard.parts import Form as AskedForm
from dashboard.posting import Sent, Values, Wrong, filled, read
from dashboard.routes.courses import Refusals
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])


@dataclass(frozen=True, slots=True)
class _List:
    """A list as it stands: its form, and who is on this page of it with their question."""

    shown: Shown
    heading: Text
    lead: Text
    form: AskedForm
    people: tuple[shown_pages.Marked, ...]
    pager: Pager
    tabs: tuple[tuple[Link, bool], ...] = ()
    file: AskedForm | None = None
    more: AskedForm | None = None

    def page(self, visit: Visit, form: AskedForm | None = None, handed: Handed | None = None) -> SessionMarkPage:
        """`form` in place of the list's own: filled in, with what is wrong."""
        row, shown = self.shown.row, form or self.form
        asked = {field.name: field for field in shown.fields}
        own = {field.name for one in self.people for field in one.fields}
        return SessionMarkPage(
            base=visit.at(Place.COURSES),
            back=Link(addresses.session(row.code), row.code),
            heading=self.heading,
            lead=self.lead,
            facts=(),
            people=tuple(replace(one, fields=tuple(asked[field.name] for field in one.fields)) for one in self.people),
            rest=tuple(field for field in shown.fields if field.name not in own),
            form=shown if self.people else None,
            file=self.file,
            findings=findings(handed) if handed else (),
            taken=said(handed) if handed else "",
            tabs=self.tabs,
            pager=self.pager,
            more=self.more,
        )


Find = Callable[[], _List]


@router.get("/sessions/{code}/attendance")
def ask_attendance(code: str, request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.RUN_COURSES)
    found = _attendance(visit, code, given(request))
    _look(visit, found.shown)
    return show(found.page(visit))


@router.post("/sessions/{code}/attendance")
def attend(code: str, request: Request, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.RUN_COURSES)
    asked = given(request)

    def act(shown: Shown, values: Values, version: int) -> Marked:
        ids = _ticked(taken)
        if not ids:
            raise InvalidInput("missing_value", _("Nobody is ticked."), _("Tick who came."))
        module = asked.get("module", "")
        command = Mark(
            session_id=shown.row.id,
            enrolment_ids=ids,
            modules=(module,) if module else (),
            identity=Identity(values.text("identity")),
        )
        return visit.database.run(visit.actor, marking.mark, visit.installation.catalogue, command, version)

    return _submit(visit, taken, lambda: _attendance(visit, code, asked), act)


@router.get("/sessions/{code}/attendance/list")
def attendance_file(code: str, visit: Signed) -> Response:
    """The list as it stands, to be filled in and handed in again."""
    require(visit.role, Permission.RUN_COURSES)
    shown = orientation.load(visit, code)
    _look(visit, shown)
    with visit.database.read() as session:
        people = queries.people(session, shown.row, state=EnrolmentState.ENROLLED)
    lines = []
    for one in people:
        known = next((row.identity.value for row in one.marked.values() if row.identity is not None), "")
        each = ["yes" if name in one.marked else "" for name in shown.row.minutes]
        points: Text = str(one.test.points) if one.test is not None else ""
        lines.append([one.case.reference, known, "", *each, points])
    header = lists.template(shown.row, of_attendance=True)
    return csv_file(f"{shown.row.code}-attendance.csv", header, lines)


@router.post("/sessions/{code}/attendance/list")
def take_attendance(code: str, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.RUN_COURSES)
    found = _attendance(visit, code, {})
    file = forms.file(
        addresses.session(found.shown.row.code, "attendance", "list"), found.shown.row.version, points=True
    )
    try:
        values = read(file, taken)
        upload, row = values.file("file"), found.shown.row
        titles = {name: title for name, title in found.shown.titles.items() if isinstance(title, Message)}
        sheet = lists.attendance(upload.data, upload.name, row, titles)
        out_of = values.numbers["out_of"]
        handed = visit.database.run(visit.actor, lists.mark, visit.installation.catalogue, row.id, sheet, out_of)
    except Wrong as wrong:
        return show(replace(found.page(visit), file=wrong.form), 422)
    except Refusals as error:
        return show(replace(found.page(visit), file=replace(file, error=in_words(error))), error.status)
    fresh = _attendance(visit, code, {})
    return show(fresh.page(visit, handed=handed), 422 if handed.sheet.errors else 200)


@router.get("/sessions/{code}/test")
def ask_points(code: str, request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.RUN_COURSES)
    found = _test(visit, code, given(request))
    _look(visit, found.shown)
    return show(found.page(visit))


@router.post("/sessions/{code}/test")
def score(code: str, request: Request, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.RUN_COURSES)

    def act(shown: Shown, values: Values, version: int) -> Marked:
        points = {
            UUID(name.removeprefix("points-")): number
            for name, number in values.numbers.items()
            if name.startswith("points-") and number is not None
        }
        command = Scores(session_id=shown.row.id, out_of=values.number("out_of"), points=points)
        return visit.database.run(visit.actor, marking.record_tests, visit.installation.catalogue, command, version)

    return _submit(visit, taken, lambda: _test(visit, code, given(request)), act)


@router.get("/sessions/{code}/family")
def ask_family(code: str, visit: Signed) -> Response:
    """The list for the door, by name: who is invited with whom."""
    require(visit.role, Permission.RUN_COURSES)
    found = _family(visit, code)
    _look(visit, found.shown)
    return show(found.page(visit))


@router.post("/sessions/{code}/family")
def family_came(code: str, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.RUN_COURSES)

    def act(shown: Shown, values: Values, version: int) -> Marked:
        there = {UUID(name.removeprefix("guest-")) for name, text in values.texts.items() if text == "yes"}
        changed = visit.database.run(visit.actor, guests.came, shown.row.id, there, version)
        return Marked(rows=len(changed))

    return _submit(visit, taken, lambda: _family(visit, code), act)


@router.post("/sessions/{code}/family/invite")
def invite(code: str, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.ENROL)
    shown = orientation.load(visit, code)
    visit.database.run(visit.actor, guests.invite, visit.installation.catalogue, shown.row.id, version_of(taken))
    return go_to(notices.done(addresses.session(shown.row.code, "family"), "family-invited"))


def findings(handed: Handed) -> tuple[FileFinding, ...]:
    """What is wrong with a list that was handed in."""
    return tuple(
        FileFinding(str(one.row or ""), one.column or "", one.message, one.fix) for one in handed.sheet.findings
    )


def said(handed: Handed) -> Message:
    """How much of a list was taken."""
    sheet, done = handed.sheet, handed.enrolled
    good = _n("{count} row was good", "{count} rows were good", len(sheet.rows))
    if done.enrolled or done.waiting or done.repeated:
        became = _("{enrolled} enrolled, {waiting} waiting, {known} on the list before",
                   enrolled=len(done.enrolled), waiting=len(done.waiting), known=len(done.repeated))  # fmt: skip
    else:
        became = _("{rows} entries are new, {known} were recorded before",
                   rows=handed.marked.rows, known=handed.marked.repeated)  # fmt: skip
    return _("{good} of {total}: {became}.", good=good, total=sheet.total, became=became)


def _submit(visit: Visit, taken: Sent, find: Find, act: Callable[[Shown, Values, int], Marked]) -> Response:
    """Read the list, record it, come back to it. What was refused of single people is said above it; who was second
    gets the list as it is now, with what they typed in it."""
    found = find()
    try:
        done = act(found.shown, read(found.form, taken), version_of(taken))
    except Wrong as wrong:
        return show(found.page(visit, wrong.form), 422)
    except Refusals as error:
        fresh = find()
        again = filled(fresh.form, typed(fresh.form, taken), error=in_words(error))
        return show(fresh.page(visit, again), error.status)
    if done.refused:
        fresh = find()
        return show(replace(fresh.page(visit), findings=_refused(visit, fresh.shown, done)), 422)
    return go_to(notices.done(found.form.action, "marked" if done.rows else "mark-unchanged"))


def _refused(visit: Visit, shown: Shown, done: Marked) -> tuple[FileFinding, ...]:
    """Who could not be marked, by the reference of the case."""
    with visit.database.read() as session:
        known = {one.enrolment.id: one.case.reference for one in queries.people(session, shown.row)}
    return tuple(
        FileFinding(
            "", "", _("{reference}: {message}", reference=known.get(one, ""), message=error.message), error.fix or ""
        )
        for one, error in done.refused.items()
    )


def _attendance(visit: Visit, code: str, asked: Mapping[str, str]) -> _List:
    """All modules, or one: who has not been marked for it has a box to tick."""
    check_names(asked, "module")
    shown, page, module = orientation.load(visit, code), wanted(asked), asked.get("module", "")
    row = shown.row
    rules.require_planned(row.state)
    if module and module not in row.minutes:
        raise NotFound("module", _("This module is not held in the session."), _("Choose one from the list."))
    path = addresses.session(row.code, "attendance")
    action = addresses.query(path, module=module, page=page.page if page.page > 1 else "")
    with visit.database.read() as session:
        found = queries.people(session, row, state=EnrolmentState.ENROLLED, limit=page.size, offset=page.offset)
        faces = orientation.portraits(visit, session, row, found)
    modules = (module,) if module else tuple(row.minutes)
    people = tuple(_marked(one, face, modules) for one, face in zip(found, faces, strict=True))
    return _List(
        shown,
        _("Who came"),
        _("{module}. Nobody is ticked before you do it.", module=shown.titles[module] if module else _("All modules")),
        forms.attendance(action, row.version, _fields(people)),
        people,
        pager(path, dict(asked), page, len(found), shown.line.enrolled),
        _tabs(shown, module),
        forms.file(addresses.session(row.code, "attendance", "list"), row.version, points=True),
    )


def _marked(one: PersonLine, face: Portrait, modules: Sequence[str]) -> shown_pages.Marked:
    """A box, or how the person was marked already; without a check of identity it can be made up for."""
    missing = [name for name in modules if name not in one.marked]
    checked = [row for name, row in one.marked.items() if name in modules and row.identity_checked]
    if not missing and len(checked) == len(modules):
        how = orientation.identity(checked[0])
        reference = _("{reference}, came: {how}", reference=one.case.reference, how=how)
        return shown_pages.Marked(replace(face, said=face.name), str(reference), ())
    return shown_pages.Marked(face, one.case.reference, (forms.came(one.enrolment.id, face.name),))


def _tabs(shown: Shown, module: str) -> tuple[tuple[Link, bool], ...]:
    path = addresses.session(shown.row.code, "attendance")
    each = [(Link(addresses.query(path, module=name), title), name == module) for name, title in shown.titles.items()]
    return ((Link(path, _("All modules")), not module), *each)


def _test(visit: Visit, code: str, asked: Mapping[str, str]) -> _List:
    check_names(asked)
    shown, page = orientation.load(visit, code), wanted(asked)
    row = shown.row
    rules.require_planned(row.state)
    path = addresses.session(row.code, "test")
    with visit.database.read() as session:
        found = queries.people(session, row, state=EnrolmentState.ENROLLED, limit=page.size, offset=page.offset)
        faces = orientation.portraits(visit, session, row, found)
    people = tuple(
        shown_pages.Marked(
            face,
            one.case.reference,
            (forms.points(one.enrolment.id, face.name, one.test.points if one.test else None),),
        )
        for one, face in zip(found, faces, strict=True)
    )
    out_of = next((one.test.out_of for one in found if one.test is not None), None)
    action = addresses.query(path, page=page.page if page.page > 1 else "")
    return _List(
        shown,
        _("Points of the test"),
        _("Who did not take the test is left empty. A test that was repeated is written over the first one."),
        forms.test(action, row.version, _fields(people), out_of),
        people,
        pager(path, dict(asked), page, len(found), shown.line.enrolled),
    )


def _family(visit: Visit, code: str) -> _List:
    shown = orientation.load(visit, code)
    row = shown.row
    rules.require_planned(row.state)
    with visit.database.read() as session:
        found = guests.listed(session, visit.database.vault(session), row)
    people = tuple(
        shown_pages.Marked(
            Portrait(one.name, "", ""),
            str(_("{role}, with {reference}", role=ROLE_WORDS[one.role], reference=one.reference)),
            (forms.guest(one.row.id, one.name, is_there=one.row.came),),
        )
        for one in found
    )
    lead = _n("{count} person is expected.", "{count} people are expected.", len(found))
    may_invite = visit.may(Permission.ENROL) and visit.database.now() < row.ends_at and shown.family != "none"
    return _List(
        shown,
        _("Families at the door"),
        lead,
        forms.family(row.code, row.version, _fields(people)),
        people,
        pager("", {}, wanted({}), 0, 0),
        more=forms.invite(row.code, row.version) if may_invite else None,
    )


def _fields(people: Sequence[shown_pages.Marked]) -> list[Field]:
    return [field for one in people for field in one.fields]


def _ticked(taken: Sent) -> tuple[UUID, ...]:
    """Who is ticked in what was sent: a form that is sent twice names people who have no box any more."""
    names = [name.removeprefix("came-") for name in taken if name.startswith("came-")]
    try:
        return tuple(UUID(name) for name in names)
    except ValueError:
        raise InvalidInput(
            "missing_field", _("The form is not complete."), _("Open the page again and send it from there.")
        ) from None


def _look(visit: Visit, shown: Shown) -> None:
    look(visit, "session.viewed", f"orientation_session/{shown.row.id}", data={"session": shown.row.code})

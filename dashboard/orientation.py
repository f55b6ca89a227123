"""What pages of orientation sessions show, from the rows of a session."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from basis.errors import PredepartureError
from basis.messages import Message, _, _n
from casework.accounts.rules import Permission
from casework.evidence.tables import EvidenceItem
from casework.orientation import guests, queries, rules, sessions
from casework.orientation.queries import PersonLine, SessionLine
from casework.orientation.rules import IDENTITY_WORDS, EnrolmentState, SessionState
from casework.orientation.tables import ModuleAttendance, OrientationPart, OrientationSession
from casework.photos import queries as photos
from casework.photos.rules import KIND
from checklists.catalogue import Catalogue
from dashboard import addresses, words
from dashboard.cases.lists import name_in_lists
from dashboard.pages import sessions as pages
from dashboard.pages.case import Portrait
from dashboard.pages.courses import ParticipantRow
from dashboard.parts import Badge, Fact, Link, Option, Text, Tone
from dashboard.sessions import Visit
from documents.languages import country


@dataclass(frozen=True, slots=True)
class Shown:
    """A session with what its pages are made of. `titles`: its modules by id, in their order."""

    line: SessionLine
    parts: Sequence[OrientationPart]
    titles: Mapping[str, Text]
    family: str
    expected: int
    came: int

    @property
    def row(self) -> OrientationSession:
        return self.line.row


def load(visit: Visit, code: str) -> Shown:
    """The session, if the reader may know of it. Raises `NotFound` (``session``)."""
    catalogue = visit.installation.catalogue
    with visit.database.read() as session:
        row = sessions.by_code(session, visit.actor, code)
        expected, came = queries.guests(session, row)
        return Shown(
            queries.one(session, row),
            sessions.parts_of(session, row.id),
            titles(catalogue, row),
            guests.family(catalogue, row),
            expected,
            came,
        )


def titles(catalogue: Catalogue, row: OrientationSession) -> dict[str, Text]:
    """The modules of a session by id, as the programmes name them today."""
    named = {module.id: module.label for one in row.programmes for module in catalogue.get(one).curriculum}
    return {name: named.get(name, name) for name in row.minutes}


def list_row(visit: Visit, line: SessionLine) -> pages.SessionLine:
    row = line.row
    return pages.SessionLine(
        when=Link(addresses.session(row.code), when(visit, row.begins_at, row.ends_at)),
        code=row.code,
        provider=line.provider.name,
        place=_("online") if row.online else row.place,
        places=places(line),
        status=state(line, visit.database.now()),
    )


def places(line: SessionLine) -> Message:
    said = _("{taken} of {capacity} taken", taken=line.enrolled, capacity=line.row.capacity)
    if not line.waiting:
        return said
    waiting = _n("{count} waits", "{count} wait", line.waiting)
    return _("{taken}, {waiting}", taken=said, waiting=waiting)


def state(line: SessionLine, now: datetime) -> Badge:
    """How the session stands; one that is over and not closed says so."""
    row = line.row
    if row.state is SessionState.CANCELLED:
        reason = rules.CANCEL_REASONS.get(row.cancel_reason, "")
        return Badge(Tone.IDLE, _("cancelled: {reason}", reason=reason))
    if row.state is SessionState.CLOSED:
        came = _n("closed, {count} person came", "closed, {count} people came", line.came)
        return Badge(Tone.DONE, came)
    if now >= row.ends_at:
        return Badge(Tone.TODAY, _("over, not closed yet"))
    if now >= row.begins_at:
        return Badge(Tone.TODAY, _("going on"))
    return Badge(Tone.WAIT, _("full")) if not line.free else Badge(Tone.OPEN, _("places are free"))


def when(visit: Visit, begins_at: datetime, ends_at: datetime) -> Message:
    """The day and the time by the office's clock; of several days the first and the last."""
    starts, ends = begins_at.astimezone(visit.zone), ends_at.astimezone(visit.zone)
    if starts.date() != ends.date():
        return _("{first} to {last}", first=words.on(starts.date()), last=words.on(ends.date()))
    return _("{day}, {start} to {end}", day=words.on(starts.date()), start=f"{starts:%H:%M}", end=f"{ends:%H:%M}")


def facts(visit: Visit, shown: Shown) -> tuple[Fact, ...]:
    row, catalogue = shown.row, visit.installation.catalogue
    pairs: list[tuple[Text, Text]] = [
        (_("Code"), row.code),
        (_("Programmes"), ", ".join(str(catalogue.get(one).label) for one in row.programmes)),
        (_("Country"), country(row.destination)),
        (_("Language"), words.language(row.language)),
        (_("Provider"), shown.line.provider.name),
        (_("Trainer"), row.trainer),
        (_("Place"), _("online") if row.online else row.place),
        (_("Places"), places(shown.line)),
        (_("Came"), str(shown.line.came)),
    ]
    if row.trainer_certified_until:
        pairs.append((_("Trainer's certificate valid until"), words.on(row.trainer_certified_until)))
    if shown.family != "none":
        family = _("{expected} expected, {came} came", expected=shown.expected, came=shown.came)
        pairs.append((_("Families"), family))
    if row.late_reason:
        pairs.append((_("Late lists are accepted"), row.late_reason))
    return tuple(Fact(label, value) for label, value in pairs)


def part_rows(visit: Visit, shown: Shown) -> tuple[pages.PartRow, ...]:
    return tuple(
        pages.PartRow(
            when(visit, part.starts_at, part.ends_at),
            tuple(
                _("{title}, {count} minutes", title=shown.titles.get(name, name), count=shown.row.minutes[name])
                for name in part.modules
            ),
        )
        for part in shown.parts
    )


def people(visit: Visit, shown: Shown, found: Iterable[PersonLine]) -> tuple[ParticipantRow, ...]:
    """Who is on the list; a case opens for those who may see cases."""
    runs = shown.row.state is SessionState.PLANNED
    return tuple(
        ParticipantRow(
            worker=Link(
                addresses.case(one.case.id) if visit.may(Permission.SEE_CASES) else "", name_in_lists(one.worker)
            ),
            reference=one.case.reference,
            said=_said(one, len(shown.row.minutes)),
            status=_standing(one),
            leave=_act(visit, shown, one) if runs else None,
        )
        for one in found
    )


def identity(row: ModuleAttendance) -> Text:
    """How the identity was checked."""
    if row.identity is not None:
        return IDENTITY_WORDS[row.identity]
    return _("checked") if row.identity_checked else _("not checked")


def portraits(visit: Visit, session: Session, row: OrientationSession, found: Sequence[PersonLine]) -> list[Portrait]:
    """Names, and small pictures for those who hold the session until it is closed, in the order of `found`."""
    query = select(EvidenceItem).where(
        col(EvidenceItem.case_id).in_([one.case.id for one in found]), EvidenceItem.kind == KIND
    )
    items: dict[UUID, list[EvidenceItem]] = {}
    for item in session.exec(query.order_by(col(EvidenceItem.recorded_at), col(EvidenceItem.id))):
        items.setdefault(item.case_id, []).append(item)
    sees = visit.may(Permission.RUN_COURSES) and row.state is SessionState.PLANNED
    shown = []
    for one in found:
        photo = sees and photos.chosen(items.get(one.case.id, ())) is not None
        address = addresses.session(row.code, "photos", one.enrolment.id) if photo else ""
        shown.append(Portrait(name_in_lists(one.worker), address, ""))
    return shown


def choice(visit: Visit, line: SessionLine) -> Option:
    """A session to choose for a case."""
    row = line.row
    free = _n("{count} place is free", "{count} places are free", line.free) if line.free else _("full: waiting list")
    said = _(
        "{when}, {provider}, {place}: {free}",
        when=when(visit, row.begins_at, row.ends_at),
        provider=line.provider.name,
        place=_("online") if row.online else row.place,
        free=free,
    )
    return Option(row.code, said)


def in_words(error: PredepartureError) -> Message:
    """What is wrong and how to mend it, in one sentence for a form."""
    return _("{message} {fix}", message=error.message, fix=error.fix or "")


def _said(one: PersonLine, modules: int) -> tuple[Text, ...]:
    said: list[Text] = []
    if one.marked:
        said.append(_("{met} of {count} modules", met=len(one.marked), count=modules))
        said += dict.fromkeys(identity(row) for row in one.marked.values())
    if one.test is not None:
        said.append(_("test: {points} of {out_of} points", points=one.test.points, out_of=one.test.out_of))
    return tuple(said)


def _standing(one: PersonLine) -> Badge:
    if one.enrolment.state is EnrolmentState.WAITING:
        return Badge(Tone.WAIT, _("waits"))
    if one.test is not None and not one.test.passed:
        return Badge(Tone.TODAY, _("test not passed"))
    if any(not row.identity_checked for row in one.marked.values()):
        return Badge(Tone.TODAY, _("identity not checked"))
    return Badge(Tone.DONE, _("came")) if one.marked else Badge(Tone.OPEN, _("enrolled"))


def _act(visit: Visit, shown: Shown, one: PersonLine) -> Link | None:
    name = name_in_lists(one.worker)
    if one.marked:
        may, act, said = Permission.RUN_COURSES, "take-back", _("Take back")
    else:
        may, act, said = Permission.ENROL, "leave", _("Leaves the list")
    address = addresses.session(shown.row.code, "people", one.enrolment.id, act)
    return Link(address, said, about=name) if visit.may(may) else None

"""Originals in words: where each is, what must be done about it, and the way it went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from sqlmodel import Session

from basis.messages import Message, _, _n
from casework.accounts.rules import Permission
from casework.cases.rules import is_ended
from casework.cases.tables import Case
from casework.custody import queries
from casework.custody import service as custody
from casework.custody.rules import (
    KINDS,
    OPEN,
    STATE_WORDS,
    STEP_WORDS,
    OriginalState,
    OriginalStepKind,
    days_there,
    deadlines,
    steps_from,
)
from casework.custody.service import Hands
from casework.custody.tables import Original, OriginalStep
from casework.workers.tables import Worker
from dashboard import addresses, words
from dashboard.forms import originals as forms
from dashboard.pages.base import Place
from dashboard.pages.originals import OriginalsPage, OriginalView, StepView
from dashboard.parts import Badge, Fact, Form, Link, Text, Tone
from dashboard.sessions import Visit

_RECEIPTS = frozenset(
    {OriginalStepKind.RECEIVED, OriginalStepKind.SENT, OriginalStepKind.BACK, OriginalStepKind.RETURNED}
)
_TONES = {OriginalState.RETURNED: Tone.DONE, OriginalState.LOST: Tone.LATE, OriginalState.SENT: Tone.WAIT}


def title_of(row: Original) -> Message:
    """Which paper it is."""
    return _("{title}", title=row.title) if row.kind == "other" else KINDS[row.kind]


def status_of(row: Original, today: date) -> Badge:
    """Where it is, or what is overdue about it."""
    days = deadlines(row.state, row.due_on, row.expected_on, row.limit_on)
    nearest = days[0] if days else None
    if nearest is None:
        return Badge(_TONES.get(row.state, Tone.OPEN), STATE_WORDS[row.state])
    if nearest.day < today:
        return Badge(Tone.LATE, _n("{count} day overdue", "{count} days overdue", (today - nearest.day).days))
    if row.due_on is not None:
        return Badge(Tone.TODAY, _("to be returned by {day}", day=words.on(row.due_on)))
    if row.state is OriginalState.SENT:
        return Badge(Tone.WAIT, _("expected back on {day}", day=words.on(nearest.day)))
    return Badge(Tone.OPEN, STATE_WORDS[row.state])


def page(visit: Visit, session: Session, case: Case) -> OriginalsPage:
    """The originals of a case, as the reader may know them."""
    rows = queries.of_case(session, visit.actor, case.id)
    steps = queries.steps_of(session, [row.id for row in rows])
    worker = session.get_one(Worker, case.worker_id)
    held = sum(row.state in OPEN for row in rows)
    keeps = visit.may(Permission.KEEP_ORIGINALS)
    vault = visit.database.vault(session)
    views = []
    for row in rows:
        hands: dict[UUID, Hands] = {}
        number = ""
        if visit.may(Permission.SEE_IDENTITY):
            hands = {one.id: custody.hands_of(vault, row, one) for one in steps[row.id]}
            number = custody.number_of(vault, row)
        views.append(_view(visit, case, row, steps[row.id], hands, number, _name(worker)))
    form = forms.receive(case.id, case.version, visit.today.isoformat(), _name(worker), visit.account.name)
    return OriginalsPage(
        base=visit.at(Place.CASES),
        back=Link(addresses.case(case.id), case.reference),
        summary=_n("{count} original to be returned", "{count} originals to be returned", held),
        warning=_("Nobody is cleared for departure while an original is held.") if held else "",
        originals=tuple(views),
        form=form if keeps and not is_ended(case.life) else None,
    )


def step_form(visit: Visit, case: Case, row: Original, kind: OriginalStepKind, worker: str) -> Form:
    """The form of one step."""
    return forms.step(
        case.id,
        case.version,
        row.id,
        kind,
        today=visit.today.isoformat(),
        worker=worker,
        taker=visit.account.name,
        about=title_of(row),
    )


def facts_of(row: Original, today: date, number: str = "") -> tuple[Fact, ...]:
    """Where it lies and since when, and the days by which something must be done."""
    found = [(_("Number"), number), (_("Where"), row.place)]
    rest: list[tuple[Message, Text]] = [
        (_("Handed over"), words.on(row.received_on)),
        (_("There for"), days_there(row.there_since, today) if row.state in OPEN else ""),
        (_("Worker asked for it"), words.on(row.requested_on) if row.requested_on else ""),
        (_("Expected back"), words.on(row.expected_on) if row.expected_on else ""),
        (_("At most until"), words.on(row.limit_on) if row.limit_on else ""),
    ]
    return tuple(Fact(label, value) for label, value in (*found, *rest) if value)


def _view(
    visit: Visit,
    case: Case,
    row: Original,
    steps: Iterable[OriginalStep],
    hands: Mapping[UUID, Hands],
    number: str,
    worker: str,
) -> OriginalView:
    kinds = steps_from(row.state, visit.role) if visit.may(Permission.KEEP_ORIGINALS) else ()
    return OriginalView(
        id=f"original-{row.id}",
        title=title_of(row),
        status=status_of(row, visit.today),
        facts=facts_of(row, visit.today, number),
        steps=tuple(_step(visit, case, row, one, hands.get(one.id, Hands())) for one in reversed(list(steps))),
        forms=tuple(
            step_form(visit, case, row, kind, worker)
            for kind in kinds
            if not (kind is OriginalStepKind.REQUESTED and row.due_on is not None)
        ),
    )


def _step(visit: Visit, case: Case, row: Original, one: OriginalStep, hands: Hands) -> StepView:
    where = _("{what}: {place}", what=STEP_WORDS[one.step], place=one.place) if one.place else STEP_WORDS[one.step]
    between: Text = ""
    if hands.handed_by or hands.taken_by:
        between = _("{giver} to {taker}", giver=hands.handed_by, taker=hands.taken_by)
    opens = visit.may(Permission.SEE_IDENTITY)
    return StepView(
        day=words.on(one.happened_on),
        what=where,
        hands=between,
        note=hands.note,
        file=Link(addresses.original(case.id, row.id, "steps", one.id, "file"), _("Signed receipt"))
        if opens and one.file_id
        else None,
        receipt=Link(addresses.original(case.id, row.id, "steps", one.id, "receipt"), _("Receipt to print"))
        if opens and one.step in _RECEIPTS
        else None,
    )


def _name(worker: Worker) -> str:
    return " ".join(part for part in (worker.given_names, worker.family_name) if part) or worker.native_name

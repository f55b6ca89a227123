"""The stages of a case in words, each with its certificate, and the one thing to do next."""

from __future__ import annotations

from datetime import date

from basis.messages import Message, _, _n
from basis.roles import Role
from casework.accounts.rules import ROLE_WORDS, Permission
from casework.cases import held
from casework.cases.queries import ACTS_FOR
from casework.cases.rules import is_ended
from casework.certificates.rules import may_read_file
from casework.certificates.tables import Certificate, CertificateState
from casework.disclosures import service as disclosures
from checklists.assessment import RequirementState, RequirementStatus, StageState, StageStatus, Task
from checklists.following import FOLLOW_UP
from checklists.programme import AUTOMATIC, Provider, Stage, StageKind
from dashboard import addresses, words
from dashboard.cases import requirements, veil, wording
from dashboard.cases.known import KnownCase
from dashboard.cases.lists import next_act
from dashboard.forms import case as forms
from dashboard.pages.case import NextStep, StageView
from dashboard.parts import Badge, Form, Link, Text, Tone

_OUTSIDE = frozenset(Provider) - {Provider.OFFICE, Provider.ENGINE}
_LATE = frozenset({RequirementStatus.LAPSED, RequirementStatus.FAILED_CHECK})


def stage_views(known: KnownCase, *, printed: bool = False) -> tuple[StageView, ...]:
    """Every stage of the case. `printed`: for the sheet, without what can be done."""
    lead = leading_task(known)
    return tuple(
        _stage_view(known, stage, state, opened=not printed and lead is not None and lead.stage == stage.id)
        for stage, state in zip(known.programme.stages, known.assessment.stages, strict=True)
        if stage.on_track(known.case.track)
    )


def leading_task(known: KnownCase) -> Task | None:
    """The most urgent task of those that the reader's role follows; of a case that has ended only of what follows."""
    acts_for = ACTS_FOR[known.visit.role]
    mine = (task for task in known.assessment.tasks if acts_for is None or task.actor.value in acts_for)
    return next((task for task in mine if not known.is_over(task.stage) and not _is_check_in(known, task)), None)


def _is_check_in(known: KnownCase, task: Task) -> bool:
    """Check-ins have a list of their own, with the days they are due."""
    found = known.programme.requirement(task.requirement)
    return found is not None and found[1].evidence == FOLLOW_UP


def next_step(known: KnownCase) -> NextStep | None:
    """The one thing to do next: what, why and by when, and its button."""
    task = leading_task(known)
    if task is None:
        return _engine_next(known)
    role = known.visit.role
    what, who = next_act(
        known.programme, task.stage, task.requirement, task.subject, task.status.value, task.actor.value, role
    )
    stage = known.programme.stage(task.stage)
    veiled = stage is not None and _veiled(known, stage, task)
    due = wording.due_sentence(task.due_on, known.today)
    said: list[Text] = [] if veiled else [words.spoken(task.why)]
    mine = who == wording.YOU
    if not mine:
        said.append(_("It waits for: {who}.", who=who))
    if due:
        said.append(_("It is {due}.", due=due))
    if known.case.planned_departure and task.due_on and task.due_on < known.today:
        said.append(_("The departure on {day} is at risk.", day=words.on(known.case.planned_departure)))
    waiting = not mine and (veiled or task.actor in _OUTSIDE or isinstance(task.actor, Role))
    return NextStep(what, _joined(said), _buttons(known, task), waiting)


def certificate_link(known: KnownCase, row: Certificate) -> Link | None:
    """Where the reader finds the document: its page in the register, else the file, else nowhere."""
    if known.visit.may(Permission.SEE_REGISTER):
        return Link(addresses.document(row.id), row.number)
    stands = disclosures.stands(row)
    if row.state is CertificateState.ISSUED and may_read_file(known.visit.role, row.kind, stands=stands):
        return Link(addresses.document(row.id, "file"), row.number)
    return None


def is_moving(known: KnownCase) -> bool:
    """Whether the engine still has to do something, so that the page is worth asking for again."""
    waits = any(
        state.status is StageStatus.SIGNED_OFF and _unissued(known.certificate_of(state.sign_off))
        for state in known.assessment.stages
    )
    return not known.case.stuck and (waits or bool(known.effects))


def _stage_view(known: KnownCase, stage: Stage, state: StageState, *, opened: bool) -> StageView:
    role = known.visit.role
    status = veil.stage_status(role, stage.kind, state.status)
    open_slots = [slot for slot in state.requirements if not requirements.looks_fulfilled(known, stage, state, slot)]
    tone, words_of_state = _tone(known, stage, state, status, open_slots)
    certificate = known.certificate_of(state.sign_off) if status is StageStatus.SIGNED_OFF else None
    link = certificate_link(known, certificate) if certificate and not _unissued(certificate) else None
    asked = status is not StageStatus.NOT_ASKED
    shown = tuple(requirements.requirement_view(known, stage, state, slot) for slot in state.requirements)
    sign_off = _sign_off(known, stage, state)
    return StageView(
        id=stage.id,
        title=stage.label,
        tone=tone,
        state=words_of_state,
        detail=_detail(known, stage, state, status),
        certificate=link,
        badge=None if link else _badge(known, stage, status, certificate, open_slots),
        requirements=shown if asked else (),
        acts=_acts(known, stage, previewed=sign_off is not None) if asked and not known.is_over(stage.id) else (),
        sign_off=sign_off,
        opened=opened,
    )


def _tone(
    known: KnownCase, stage: Stage, state: StageState, status: StageStatus, open_slots: list[RequirementState]
) -> tuple[Tone, Message]:
    match status:
        case StageStatus.SIGNED_OFF:
            return Tone.DONE, _("signed off")
        case StageStatus.NOT_ASKED:
            return Tone.IDLE, _("not needed")
        case StageStatus.BLOCKED:
            return Tone.IDLE, _("not yet")
        case StageStatus.READY:
            return Tone.OPEN, _("ready")
        case StageStatus.BROKEN:
            return Tone.LATE, _("no longer holds")
    plain = [slot for slot in open_slots if requirements.shown_status(known, stage, state, slot) is None]
    if any(slot.status in _LATE or _overdue(slot.due_on, known.today) for slot in plain):
        return Tone.LATE, _("open")
    if open_slots and all(slot.actor in _OUTSIDE for slot in plain):
        return Tone.WAIT, _("waiting")
    return Tone.OPEN, _("open")


def _detail(known: KnownCase, stage: Stage, state: StageState, status: StageStatus) -> Text:
    match status:
        case StageStatus.SIGNED_OFF:
            row = known.sign_offs.get(state.sign_off or "")
            day = words.on(row.signed_on) if row else ""
            if state.holds_until is not None and not veil.hides_evidence(known.visit.role, stage.kind):
                return _("signed off on {day}, holds until {until}", day=day, until=words.on(state.holds_until))
            return _("signed off on {day}", day=day)
        case StageStatus.NOT_ASKED:
            return _("not asked for in this case")
        case StageStatus.READY if stage.sign_off == AUTOMATIC and _held(known, stage):
            return _("complete, but its certificate was revoked by hand; waits for the sign-off of the supervisor")
        case StageStatus.READY if stage.sign_off == AUTOMATIC:
            return _("complete; the engine signs it off")
        case StageStatus.READY:
            return _("complete; waits for the sign-off of the {role}", role=ROLE_WORDS[Role(stage.sign_off)])
        case StageStatus.BLOCKED | StageStatus.BROKEN:
            return words.spoken(state.why)
    known_slots = [slot for slot in state.requirements if requirements.shown_status(known, stage, state, slot) is None]
    if not known_slots:
        return _("in progress")
    met = sum(slot.status.fulfilled for slot in known_slots)
    return _n("{met} of {count} met", "{met} of {count} met", len(known_slots), met=met)


def _badge(
    known: KnownCase,
    stage: Stage,
    status: StageStatus,
    certificate: Certificate | None,
    open_slots: list[RequirementState],
) -> Badge | None:
    if status is StageStatus.SIGNED_OFF:
        if _unissued(certificate):
            return Badge(Tone.WAIT, _("certificate is being prepared"))
        return Badge(Tone.DONE, _("signed off"))
    if status is StageStatus.READY and stage.sign_off == AUTOMATIC and not _held(known, stage):
        return Badge(Tone.WAIT, _("is being signed off"))
    if status not in (StageStatus.OPEN, StageStatus.READY) or known.is_over(stage.id):
        return None
    days = [slot.due_on for slot in open_slots if slot.due_on is not None]
    if not days:
        return None
    first = min(days)
    if first < known.today:
        return Badge(Tone.LATE, _n("{count} day overdue", "{count} days overdue", (known.today - first).days))
    tone = Tone.TODAY if (first - known.today).days <= 7 else Tone.OPEN
    return Badge(tone, _("act by {day}", day=words.on(first)))


def _acts(known: KnownCase, stage: Stage, *, previewed: bool) -> tuple[Link, ...]:
    """The pages that serve the whole stage, each once; what would be issued, for whoever may sign it off now."""
    links = {}
    for requirement in stage.requirements:
        link = requirements.page_link(known, requirement)
        if link is not None and (stage.kind in _ONE_PAGE or requirement.evidence == veil.SCREENING):
            links[link.href] = Link(link.href, link.text)
    if stage.kind is StageKind.MEDICAL and known.visit.may(Permission.BOOK_APPOINTMENTS):
        address = addresses.case(known.case.id, "appointment")
        links[address] = Link(address, _("Clinic and appointment"))
    if previewed and may_read_file(known.visit.role, stage.kind.value):
        address = addresses.case(known.case.id, "stages", stage.id, "preview")
        links[address] = Link(address, _("Preview the document (PDF)"), _("of {stage}", stage=stage.label))
    return tuple(links.values())


_ONE_PAGE = frozenset({StageKind.MEDICAL, StageKind.ORIENTATION, StageKind.LOAN})


def _sign_off(known: KnownCase, stage: Stage, state: StageState) -> Form | None:
    mine = stage.sign_off == known.visit.role
    if stage.sign_off == AUTOMATIC and _held(known, stage):
        mine = known.visit.may(Permission.CORRECT_DOCUMENTS)
    if state.status is not StageStatus.READY or not mine or known.is_over(stage.id):
        return None
    return forms.sign_off(known.case.id, known.case.version, stage.id, stage.label)


def _held(known: KnownCase, stage: Stage) -> bool:
    """Whether a person revoked the last certificate of the stage, so that the engine leaves it alone."""
    return stage.id in held.held_of(known.sign_offs.values())


def _veiled(known: KnownCase, stage: Stage, task: Task) -> bool:
    role = known.visit.role
    if not task.requirement:
        return veil.hides_screening(role, stage.kind)
    found = known.programme.requirement(task.requirement)
    status = RequirementStatus(task.status.value)
    if found is None or veil.says_when(role, stage.kind, status):
        return False
    return veil.answer(role, stage.kind, found[1].evidence, status, StageStatus.OPEN) is not None


def _buttons(known: KnownCase, task: Task) -> tuple[Link, ...]:
    place = f"#stage-{task.stage}"
    found = known.programme.requirement(task.requirement) if task.requirement else None
    if found is None:
        return (Link(place, _("Go to the stage"), primary=True),)
    page = requirements.page_link(known, found[1], primary=True)
    if page is not None:
        return (page,)
    slot = f"#requirement-{task.requirement}{'-' + task.subject if task.subject else ''}"
    return (Link(slot, _("Go to it"), primary=True),)


def _engine_next(known: KnownCase) -> NextStep | None:
    if known.case.stuck:
        return NextStep(_("Look at what keeps failing"), known.case.stuck, ())
    if is_moving(known) and not is_ended(known.case.life):
        return NextStep(
            _("Nothing for you"), _("The engine is working on this case; the page shows it when it is ready."), (), True
        )
    return None


def _unissued(row: Certificate | None) -> bool:
    return row is None or row.state is CertificateState.RESERVED


def _overdue(day: date | None, today: date) -> bool:
    return day is not None and day < today


def _joined(sentences: list[Text]) -> Text:
    joined: Text = ""
    for sentence in sentences:
        joined = _("{before} {sentence}", before=joined, sentence=sentence) if joined else sentence
    return joined

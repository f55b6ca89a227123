"""What the demo's people do: for each case the next decisions, derived from where the case stands.

Nothing of the story is remembered. A run that was killed goes on from the state it finds, and plays through
the same services that the pages call.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlmodel import col, select

from basis.roles import Role
from casework.actor import Actor
from casework.cases import facts, rules, travelling
from casework.cases import service as cases
from casework.cases.pinned import programme_of
from casework.cases.rules import CaseLife, EndKind
from casework.cases.service import MoveCase, ReplanCase
from casework.cases.tables import Case, SignOff
from casework.cases.travelling import ConfirmArrival, ConfirmDeparture
from casework.evidence import service as evidence
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.work import Work
from casework.workers import service as workers
from checklists.assessment import Assessment, StageState, StageStatus, assess
from checklists.facts import CaseFacts
from checklists.programme import AUTOMATIC, Programme, Stage, StageKind
from cli.demo import acts, following, granted
from cli.demo.acts import Scene
from cli.demo.people import PROGRAMME, SIGNERS, Cast
from documents.installation import Installation

_EARLY: Final = (StageKind.DOCUMENTS,)
_CHECKED: Final = (*_EARLY, StageKind.SECURITY, StageKind.QUALIFICATIONS, StageKind.TRAINING)
_PREPARED: Final = (*_CHECKED, StageKind.MEDICAL, StageKind.ORIENTATION, StageKind.LOAN)
ALL: Final = tuple(StageKind)

_REACH_AWAY: Final = (
    *(13 * [ALL]),
    *(4 * [tuple(kind for kind in ALL if kind is not StageKind.DEPARTURE)]),
    *(4 * [_PREPARED]),
    *(3 * [(*_CHECKED, StageKind.ORIENTATION)]),
    *(3 * [(*_EARLY, StageKind.QUALIFICATIONS, StageKind.MEDICAL)]),
    *(3 * [_CHECKED]),
    *(4 * [_EARLY]),
)
_REACH_HOME: Final = (*(6 * [ALL]), *(3 * [_CHECKED]), *(3 * [_EARLY]))

DEPARTED, LAPSED, CORRECTED, REVOKED = 0, 2, 4, 6
"""Away cases, by their place in the batch, to which something more happens."""
_SOON: Final[Mapping[int, int]] = {3: 5, 8: 9}
"""In how many days those fly who are wanted before their time."""


@dataclass(frozen=True, slots=True)
class Part:
    """One case of the story: how far it comes, and what else happens to it (its place among its track's cases).
    `ends`: it is taken to the end of its life in the programme."""

    case_id: UUID
    place: int
    away: bool
    reach: tuple[StageKind, ...]
    last: bool
    ends: bool = False


def parts(installation: Installation, programme_id: str, told: Collection[UUID] = ()) -> list[Part]:
    """The cases in the order of their references, so that every run gives each the same part. `told`: cases whose
    story is told already."""
    with installation.database.read() as session:
        query = select(Case).where(Case.programme_id == programme_id).order_by(col(Case.reference))
        rows = [row for row in session.exec(query) if row.id not in told]
    if programme_id != PROGRAMME:
        # All are prepared; every other one goes on to its end, the others stay cleared.
        return [
            Part(row.id, place, away=False, reach=ALL, last=False, ends=place // 2 % 2 == 0)
            for place, row in enumerate(rows)
        ]
    story = []
    for away in (True, False):
        mine = [row for row in rows if (row.track == "away") is away]
        reaches = _REACH_AWAY if away else _REACH_HOME
        for place, row in enumerate(mine):
            reach = reaches[place] if place < len(reaches) else ()
            story.append(Part(row.id, place, away, reach, last=away and place == len(mine) - 1))
    return story


def play(installation: Installation, cast: Cast, part: Part) -> bool:
    """Do what people would do next in this case. False when there is nothing left to do."""
    with installation.database.read() as session:
        case = session.get_one(Case, part.case_id)
        programme = programme_of(installation.catalogue, case)
        found = facts.load(session, [case])[case.id]
    if part.ends and rules.goes_on(case.life):
        return _go_on(installation, cast, case, programme, found)
    waits = part.away and part.place == LAPSED and _ended(installation, case.id, EndKind.EXPIRED)
    if waits or not rules.is_active(case.life):
        return False
    assessment = assess(programme, found, installation.database.today())
    acted = _take_charge(installation, cast, part, case)
    for state in assessment.stages:
        stage = programme.stage(state.stage)
        if stage is not None and stage.kind in part.reach:
            acted = _stage(installation, cast, case, programme, stage, state) or acted
    return acted or _turn(installation, cast, part, case, assessment)


def _stage(
    installation: Installation, cast: Cast, case: Case, programme: Programme, stage: Stage, state: StageState
) -> bool:
    if state.status is StageStatus.READY and stage.sign_off != AUTOMATIC:
        installation.database.run(_signer(cast, stage), cases.sign_off, installation.catalogue, case.id, stage.id)
        return True
    if state.status is not StageStatus.OPEN:
        return False
    return acts.play_stage(Scene(installation, cast, case, programme, stage, state), following.ACTS)


def _signer(cast: Cast, stage: Stage) -> Actor:
    return cast[SIGNERS[Role(stage.sign_off)]]


def _take_charge(installation: Installation, cast: Cast, part: Part, case: Case) -> bool:
    if case.owner_id is not None or part.place % 6 == 5:
        return False
    actor = cast["besnik" if part.place % 3 == 1 else "arta"]
    installation.database.run(actor, cases.assign, case.id, actor.user_id)
    return True


def _turn(installation: Installation, cast: Cast, part: Part, case: Case, assessment: Assessment) -> bool:
    """What happens besides the ordinary way, each once; the case itself shows whether it happened already."""
    turn = _TURNS.get(part.place) if part.away else None
    if part.ends and case.life is CaseLife.CLEARED and granted.grant(installation, cast, case):
        return True
    if part.ends:
        track = installation.catalogue.get(case.programme_id, case.programme_version).track(case.track)
        turn = _depart if track is None or track.departs else _complete
    elif part.last:
        turn = _withdraw
    elif part.away and not part.reach and part.place % 2 == 0:
        turn = _bring_a_bad_copy
    return turn is not None and turn(installation, cast, case, assessment)


def _depart(installation: Installation, cast: Cast, case: Case, assessment: Assessment) -> bool:
    """The employer wants the worker at once: the flight is brought forward to today, cleared anew, and taken."""
    if case.life is not CaseLife.CLEARED:
        return False
    today = installation.database.today()
    if case.planned_departure != today:
        plan = ReplanCase(planned_departure=today)
        installation.database.run(cast["arta"], cases.replan, installation.catalogue, case.id, plan)
    else:
        command = ConfirmDeparture(case_id=case.id, happened_on=today, by="airport", how="list")
        installation.database.run(cast["arta"], travelling.confirm_departure, installation.catalogue, command)
    return True


def _fly_soon(days: int) -> Callable[[Installation, Cast, Case, Assessment], bool]:
    """The flight is brought forward to one of the next days, and the case cleared anew for it."""

    def turn(installation: Installation, cast: Cast, case: Case, assessment: Assessment) -> bool:
        soon = installation.database.today() + acts.days(days)
        if case.life is not CaseLife.CLEARED or case.planned_departure is None or case.planned_departure <= soon:
            return False
        plan = ReplanCase(planned_departure=soon)
        installation.database.run(cast["arta"], cases.replan, installation.catalogue, case.id, plan)
        return True

    return turn


def _complete(installation: Installation, cast: Cast, case: Case, assessment: Assessment) -> bool:
    if case.life is not CaseLife.CLEARED:
        return False
    programme = installation.catalogue.get(case.programme_id, case.programme_version)
    if programme.follows(case.track):
        _move(installation, cast, case, CaseLife.IN_FOLLOW_UP, "preparation_completed")
    else:
        _move(installation, cast, case, CaseLife.CLOSED, "home_track_completed")
    return True


def _go_on(installation: Installation, cast: Cast, case: Case, programme: Programme, found: CaseFacts) -> bool:
    """What follows on the departure, and the stages that the programme has after the preparation."""
    if case.life is CaseLife.DEPARTED:
        today = installation.database.today()
        command = ConfirmArrival(case_id=case.id, happened_on=today, by="employer", clock="16:20")
        installation.database.run(cast["arta"], travelling.confirm_arrival, installation.catalogue, command)
        return True
    acted = False
    for state in assess(programme, found, installation.database.today()).stages:
        stage = programme.stage(state.stage)
        if stage is not None and stage.id in programme.after_preparation:
            acted = _stage(installation, cast, case, programme, stage, state) or acted
    return acted


def _move(installation: Installation, cast: Cast, case: Case, to: CaseLife, reason: str) -> None:
    move = MoveCase(case_id=case.id, to=to, reason=reason, happened_on=installation.database.today())
    installation.database.run(cast["arta"], cases.move, installation.catalogue, move)


def _fly_later(installation: Installation, cast: Cast, case: Case, assessment: Assessment) -> bool:
    """The flight moves beyond the day on which the medical lapses: exactly that stage and the clearance reopen."""
    if not assessment.cleared or _ended(installation, case.id, EndKind.EXPIRED):
        return False
    lapses = next(state.holds_until for state in assessment.stages if state.kind is StageKind.MEDICAL)
    if lapses is None:
        return False
    command = ReplanCase(planned_departure=lapses + acts.days(2))
    installation.database.run(cast["arta"], cases.replan, installation.catalogue, case.id, command)
    return True


def _correct_name(installation: Installation, cast: Cast, case: Case, assessment: Assessment) -> bool:
    if not assessment.cleared or _ended(installation, case.id, EndKind.SUPERSEDED):
        return False
    installation.database.run(cast["arta"], _add_native_name, installation, case.id)
    return True


def _add_native_name(work: Work, installation: Installation, case_id: UUID) -> None:
    case = work.session.get_one(Case, case_id)
    data = workers.get(work.session, work.vault, case.worker_id).data
    written = data.model_copy(update={"native_name": acts.in_cyrillic(f"{data.given_names} {data.family_name}")})
    cases.correct_worker(work, installation.catalogue, case_id, written, "name in the second script was missing")


def _find_forgery(installation: Installation, cast: Cast, case: Case, assessment: Assessment) -> bool:
    if not assessment.cleared or _ended(installation, case.id, EndKind.REVOKED):
        return False
    with installation.database.read() as session:
        query = select(EvidenceItem).where(
            EvidenceItem.case_id == case.id, col(EvidenceItem.status) == EvidenceStatus.ACCEPTED
        )
        item = session.exec(query.where(EvidenceItem.kind == "living_space_proof")).first()
    if item is None:
        return False
    installation.database.run(cast["mira"], evidence.withdraw, installation.catalogue, item.id, "suspected_forgery")
    return True


def _withdraw(installation: Installation, cast: Cast, case: Case, assessment: Assessment) -> bool:
    command = MoveCase(
        case_id=case.id,
        to=CaseLife.WITHDRAWN,
        reason="worker_changed_mind",
        happened_on=installation.database.today(),
    )
    installation.database.run(cast["besnik"], cases.move, installation.catalogue, command)
    return True


def _bring_a_bad_copy(installation: Installation, cast: Cast, case: Case, assessment: Assessment) -> bool:
    with installation.database.read() as session:
        if session.exec(select(EvidenceItem).where(EvidenceItem.case_id == case.id)).first() is not None:
            return False
    item_id = installation.database.run(cast["arta"], acts.bring, installation, case.id, "employment_contract")
    installation.database.run(cast["besnik"], evidence.reject, installation.catalogue, item_id, "unreadable")
    installation.database.run(cast["arta"], acts.bring, installation, case.id, "photo")
    return True


def _ended(installation: Installation, case_id: UUID, kind: EndKind) -> bool:
    with installation.database.read() as session:
        query = select(SignOff).where(SignOff.case_id == case_id, col(SignOff.end_kind) == kind)
        return session.exec(query).first() is not None


_TURNS: Mapping[int, Callable[[Installation, Cast, Case, Assessment], bool]] = {
    DEPARTED: _depart,
    LAPSED: _fly_later,
    CORRECTED: _correct_name,
    REVOKED: _find_forgery,
    **{place: _fly_soon(days) for place, days in _SOON.items()},
}

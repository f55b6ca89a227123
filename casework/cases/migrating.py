"""Move the live cases of a programme to a newer version in one step, and take the step back.

What a migration would do is assessed under both versions before anything is written; the transition of the new
version says which cases go along. A sign-off that does not hold under the other version ends (superseded, reason
`programme_migrated`), what holds stays, and nothing that ended is un-ended: what can be signed again by itself will be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from basis.errors import Conflict, Refused
from basis.messages import Message, _
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases import facts as case_facts
from casework.cases.changes import visible
from casework.cases.refresh import end_sign_off, refresh
from casework.cases.rules import FROZEN, EndKind, is_ended
from casework.cases.tables import Case, SignOff
from casework.outbox import service as outbox
from casework.programmes import queries as programmes
from casework.programmes import rules
from casework.programmes.rules import Effect, Moving
from casework.programmes.tables import MigratedCase, ProgrammeMigration
from casework.work import Work
from checklists.assessment import Assessment, StageStatus, assess
from checklists.catalogue import Catalogue
from checklists.differences import Change, Part, differences
from checklists.facts import CaseFacts
from checklists.programme import Programme

MIGRATED: Final = "programme_migrated"
_CHUNK: Final = 200
_PLANNING: Final = frozenset({"after", "calendar", "lead_days", "lead_time"})


@dataclass(frozen=True, slots=True)
class CaseChange:
    """What a migration does with one live case; `effect` also where the case stays: what it is spared."""

    case: Case
    moving: Moving
    effect: Effect


@dataclass(frozen=True, slots=True)
class Preview:
    """What a migration would do today. `cases` by reference."""

    old: Programme
    new: Programme
    cases: tuple[CaseChange, ...]

    @property
    def moves(self) -> tuple[CaseChange, ...]:
        return tuple(one for one in self.cases if one.moving is Moving.MOVES)


@dataclass(frozen=True, slots=True)
class Migrated:
    """What a migration did: how many cases moved, how many sign-offs ended, and which cases stayed and why."""

    row: ProgrammeMigration
    cases: int
    ended: int
    stayed: tuple[CaseChange, ...]


class Left(StrEnum):
    """Why a case is not taken back."""

    ENDED = "ended"
    MOVED_ON = "moved_on"
    NO_TRACK = "no_track"


LEFT_WORDS: Final[dict[Left, Message]] = {
    Left.ENDED: _("the case has ended since"),
    Left.MOVED_ON: _("the case went on to another version since"),
    Left.NO_TRACK: _("the case changed to a track that the version before does not have"),
}


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking a migration back did: how many cases went back, how many sign-offs ended, which were left."""

    row: ProgrammeMigration
    cases: int
    ended: int
    left: tuple[tuple[str, Left], ...]


def preview(
    session: Session, actor: Actor, catalogue: Catalogue, programme_id: str, old: str, new: str, on: date
) -> Preview:
    """What a migration would do with each live case that the actor may know of; nothing is written.

    Raises `NotFound` (``unknown_programme``, ``unknown_programme_version``), `InvalidInput` (``not_newer``,
    ``not_replaced``).
    """
    require(actor.role, Permission.MIGRATE_CASES)
    start, end = catalogue.get(programme_id, old), catalogue.get(programme_id, new)
    rules.require_path(start, end)
    cases = list(session.exec(_of(actor, start).order_by(col(Case.reference))))
    asking_more = _stricter(start, end)
    looks = _looks(session, cases, start, end, on)
    return Preview(start, end, tuple(_change(start, end, look, on, asking_more) for look in looks))


def migrate(work: Work, catalogue: Catalogue, programme_id: str, old: str, new: str) -> Migrated:
    """Move the cases that the transition of `new` takes along, all in this transaction.

    Raises as `preview` does, and `Conflict` (``not_in_force``, ``nothing_to_move``).
    """
    require(work.actor.role, Permission.MIGRATE_CASES)
    start, end = catalogue.get(programme_id, old), catalogue.get(programme_id, new)
    rules.require_path(start, end)
    rules.require_in_force(end, work.today)
    looks = _looks(work.session, _locked(work, _of(work.actor, start)), start, end, work.today)
    asking_more = _stricter(start, end)
    found = [(look, _change(start, end, look, work.today, asking_more)) for look in looks]
    moving = [look for look, change in found if change.moving is Moving.MOVES]
    stayed = tuple(change for _look, change in found if change.moving is not Moving.MOVES)
    if not moving:
        raise Conflict(
            "nothing_to_move",
            _("No live case of {version} goes along.", version=old),
            _("The preview says of each case why it stays."),
        )
    row = _begun(work, start, end)
    ends = _pin(work, moving, start, end, row)
    for case_id, ids in ends.items():
        work.session.add(MigratedCase(migration_id=row.id, case_id=case_id, ended=ids))
    ended = sum(len(ids) for ids in ends.values())
    work.record(
        "programme.migrated",
        f"programme_migration/{row.id}",
        data={
            "programme": start.id,
            "from": start.version,
            "from_digest": start.digest,
            "to": end.version,
            "to_digest": end.digest,
            "cases": len(moving),
            "stayed": len(stayed),
            "ended": ended,
        },
    )
    return Migrated(row, len(moving), ended, stayed)


def undo(work: Work, catalogue: Catalogue, migration_id: UUID) -> Undone:
    """Pin the cases of a migration back to the version they came from; those that moved on since are left and named.

    Raises `NotFound` (``migration``), `Refused` (``other_office``), `Conflict` (``undone``, ``nothing_to_move``).
    """
    require(work.actor.role, Permission.MIGRATE_CASES)
    row = programmes.migration(work.session, work.actor, migration_id)
    work.session.refresh(row, with_for_update=True)
    if row.undone_at is not None:
        raise Conflict("undone", _("This migration was undone already."), _("Look at its present state."))
    old = catalogue.pinned(row.programme_id, row.from_version, row.from_digest)
    new = catalogue.pinned(row.programme_id, row.to_version, row.to_digest)
    moved = {
        one.case_id: one for one in work.session.exec(select(MigratedCase).where(MigratedCase.migration_id == row.id))
    }
    own = select(MigratedCase.case_id).where(MigratedCase.migration_id == row.id)
    cases = _locked(work, select(Case).where(col(Case.id).in_(own), visible(work.actor)))
    if len(cases) < len(moved):
        raise Refused(
            "other_office",
            _("This migration moved cases of other offices too."),
            _("It is undone by who runs the installation: predeparture programme migrate --undo, without --as."),
        )
    reasons = {case.id: _left(case, row, old) for case in cases}
    left = tuple((case.reference, reason) for case in cases if (reason := reasons[case.id]) is not None)
    back = [case for case in cases if reasons[case.id] is None]
    if not back:
        raise Conflict(
            "nothing_to_move",
            _("None of the cases of this migration can be taken back."),
            _("They ended or went on to another version since."),
        )
    ends = _pin(work, list(_looks(work.session, back, new, old, work.today)), new, old, row)
    for case_id, ids in ends.items():
        moved[case_id].ended_back, moved[case_id].undone_at = ids, work.now
        work.session.add(moved[case_id])
    ended = sum(len(ids) for ids in ends.values())
    row.undone_by, row.undone_on, row.undone_at = work.actor.key, work.today, work.now
    work.session.add(row)
    work.record(
        "programme.migration_undone",
        f"programme_migration/{row.id}",
        data={"programme": row.programme_id, "cases": len(back), "left": len(left), "ended": ended},
    )
    return Undone(row, len(back), ended, left)


def _of(actor: Actor, programme: Programme) -> SelectOfScalar[Case]:
    """The live cases of a version that an actor may know of."""
    return select(Case).where(
        Case.programme_id == programme.id,
        Case.programme_version == programme.version,
        Case.programme_digest == programme.digest,
        col(Case.life).not_in(FROZEN),
        visible(actor),
    )


def _locked(work: Work, query: SelectOfScalar[Case]) -> list[Case]:
    """The cases, locked in one order everywhere: who changes one of them comes wholly before or after."""
    locked = query.order_by(col(Case.id)).with_for_update().execution_options(populate_existing=True)
    return list(work.session.exec(locked))


def _known(session: Session, cases: Sequence[Case]) -> Iterator[tuple[Case, CaseFacts]]:
    """Each case with its facts, loaded for many at once."""
    for start in range(0, len(cases), _CHUNK):
        chunk = cases[start : start + _CHUNK]
        loaded = case_facts.load(session, chunk)
        for case in chunk:
            yield case, loaded[case.id]


@dataclass(frozen=True, slots=True)
class _Look:
    """A case as it stands under the version it is on, and as it would under the other."""

    case: Case
    known: CaseFacts
    before: Assessment
    after: Assessment


def _looks(session: Session, cases: Sequence[Case], old: Programme, new: Programme, on: date) -> Iterator[_Look]:
    for case, known in _known(session, cases):
        yield _look(case, known, old, new, on)


def _look(case: Case, known: CaseFacts, old: Programme, new: Programme, on: date) -> _Look:
    return _Look(case, known, assess(old, known, on), assess(new, _within(new, known), on))


def _change(old: Programme, new: Programme, look: _Look, on: date, asking_more: frozenset[str]) -> CaseChange:
    moving = rules.moving(old, new, look.known, on)
    return CaseChange(look.case, moving, rules.effect(look.before, look.after, asking_more))


def _stricter(old: Programme, new: Programme) -> frozenset[str]:
    """The requirements of which the new version asks more. How long they take is no more and no less of them."""
    changes = differences(old, new).of(Part.REQUIREMENT, Change.TIGHTENED)
    return frozenset(one.id for one in changes if one.key not in _PLANNING)


def _within(programme: Programme, known: CaseFacts) -> CaseFacts:
    """The facts without the sign-offs of stages that the programme does not have: under it they do not hold."""
    kept = tuple(one for one in known.sign_offs if programme.stage(one.stage) is not None)
    return known if len(kept) == len(known.sign_offs) else replace(known, sign_offs=kept)


def _pin(
    work: Work, looks: Sequence[_Look], old: Programme, new: Programme, row: ProgrammeMigration
) -> dict[UUID, list[str]]:
    """Put cases on `new`; returns the sign-offs that ended by it, by case. Many cases at once: the write lock of a
    SQLite database must not be held for longer than others wait for it."""
    ends = {look.case.id: _pin_one(work, look, old, new, row) for look in looks}
    work.session.flush()
    changed = [look.case for look in looks if ends[look.case.id] or _was_broken(look)]
    again = {case.id: (known, assess(new, known, work.today)) for case, known in _known(work.session, changed)}
    for look in looks:
        refresh(work, new, look.case, again.get(look.case.id, (_within(new, look.known), look.after)))
    outbox.put_cases(work, list(ends))
    return ends


def _pin_one(work: Work, look: _Look, old: Programme, new: Programme, row: ProgrammeMigration) -> list[str]:
    case = look.case
    if _was_broken(look):
        # What time or a withdrawal broke before ends for its own reason, not for the migration.
        refresh(work, old, case, (look.known, look.before))
        look = _look(case, case_facts.load(work.session, [case])[case.id], old, new, work.today)
    because = {state.sign_off: state.breach.because for state in look.after.stages if state.sign_off and state.breach}
    because |= {one.id: () for one in look.known.sign_offs if new.stage(one.stage) is None}
    case.programme_version, case.programme_digest = new.version, new.digest
    case.version += 1
    case.changed_at = work.now
    if case.stuck:
        outbox.revive(work, case.id)
        case.stuck = ""
    work.session.add(case)
    for sign_off, grounds in because.items():
        end_sign_off(work, case, work.session.get_one(SignOff, UUID(sign_off)), EndKind.SUPERSEDED, MIGRATED, grounds)
    work.record(
        "case.migrated",
        f"case_file/{case.id}",
        case_id=case.id,
        data={
            "migration": str(row.id),
            "from": old.version,
            "from_digest": old.digest,
            "to": new.version,
            "to_digest": new.digest,
            "ended": sorted(because),
        },
    )
    return sorted(because)


def _was_broken(look: _Look) -> bool:
    return any(state.status is StageStatus.BROKEN for state in look.before.stages)


def _left(case: Case, row: ProgrammeMigration, old: Programme) -> Left | None:
    if is_ended(case.life):
        return Left.ENDED
    if (case.programme_version, case.programme_digest) != (row.to_version, row.to_digest):
        return Left.MOVED_ON
    return None if old.track(case.track) is not None else Left.NO_TRACK


def _begun(work: Work, old: Programme, new: Programme) -> ProgrammeMigration:
    row = ProgrammeMigration(
        programme_id=old.id,
        from_version=old.version,
        from_digest=old.digest,
        to_version=new.version,
        to_digest=new.digest,
        office_id=work.actor.organisation_id if work.actor.role is not None else None,
        applied_by=work.actor.key,
        applied_on=work.today,
        applied_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row

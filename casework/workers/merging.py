"""Bring two records of one person together, and take them apart again.

Nothing that was sealed is sealed anew: rows change hands, with their ids kept in the merge, and the kept record gets
the keys of the other (`casework.vault`, decision 0024). What is written while both are one is sealed under a key of the
merge, which both keep when they are taken apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import col, delete, select, update

from basis.errors import Conflict
from basis.ids import new_id
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.cases import rules as lives
from casework.cases.pinned import programme_of
from casework.cases.refresh import end_sign_off, refresh
from casework.cases.rules import EndKind
from casework.cases.service import PRINTED, live_sign_offs
from casework.cases.tables import Case
from casework.evidence import differences
from casework.vault import Vault
from casework.work import Work
from casework.workers import merge_checks as checks
from casework.workers import merge_fields as fields
from casework.workers import merge_rows as rows
from casework.workers import passports
from casework.workers import service as workers
from casework.workers.merge_fields import Part
from casework.workers.merge_tables import LiveMerge, PersonAlias, WorkerMerge
from casework.workers.service import WorkerData
from casework.workers.tables import FormerPassport, PassportEnd, PersonKey, Worker
from checklists.catalogue import Catalogue

_LONGEST = 1000

# Under this name `moved` holds the former passport that a merge wrote itself, which goes when it is taken back.
_MADE = "former_passport:made"


class Merge(BaseModel):
    """Bring `merged_id` into `kept_id`. `take` are the parts whose value the kept record takes from the other. The
    numbers are the versions of both records that the person compared."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    kept_id: UUID
    merged_id: UUID
    kept_number: int
    merged_number: int
    reason: str
    take: frozenset[Part] = frozenset()


class Unmerge(BaseModel):
    """Take a merge back. `goes_back` are rows (`table/id`) recorded since then that belong to the restored record; what
    hangs on its cases goes with them unasked."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    merge_id: UUID
    reason: str
    goes_back: frozenset[str] = frozenset()


def merge(work: Work, catalogue: Catalogue, command: Merge) -> WorkerMerge:
    """Keep two records of one person as one. Certificates stay as they were issued.

    Raises `Refused` (``role``, ``person_needed``, ``same_person``), `NotFound` (``worker``, ``erased``), `InvalidInput`
    (``same_record``, ``missing_value``), `Conflict` (``stale``, ``merged``, ``two_open_cases``, ``two_households``).
    """
    require(work.actor.role, Permission.MERGE_WORKERS)
    reason = recorded.text(command.reason, _("reason"), _LONGEST)
    checks.require_different(command.kept_id, command.merged_id)
    for one in (command.kept_id, command.merged_id):
        checks.require_own(work.actor, work.session.get(Worker, one))
    cases = _lock_cases(work, [command.kept_id, command.merged_id])
    kept, other = _lock_workers(work, command.kept_id, command.merged_id)
    if (kept.number, other.number) != (command.kept_number, command.merged_number):
        raise Conflict(
            "stale",
            _("Somebody corrected one of the two records after you compared them."),
            _("Compare them again, then merge them if it is still right."),
        )
    for problem in checks.problems(work.session, work.actor, kept, other):
        raise problem
    mine, theirs = (workers.open_worker(work.vault, one).data for one in (kept, other))
    data = fields.combined(mine, theirs, command.take)
    row = _row(work, command, kept, reason, mine)
    row.moved = rows.move(work.session, other.id, kept.id)
    if Part.PASSPORT in command.take and mine.passport_number and not passports.has_ended(work.session, kept):
        former = passports.end(work, kept, mine, PassportEnd.RENEWED, work.today, "", "")
        row.moved[_MADE] = [str(former.id)]
    work.session.add(row)
    work.session.flush()
    _keys_of_both(work, row)
    work.session.add(LiveMerge(merged_id=other.id, kept_id=kept.id, merge_id=row.id))
    work.session.flush()
    workers.restate(work, kept, data, "merged", max(kept.number, other.number) + 1)
    _record(work, "merged", row, cases, _changed(mine, data))
    _look_again(
        work, catalogue, [one for one in cases if str(one.id) not in row.moved.get("case_file", ())], mine, data
    )
    _look_again(work, catalogue, [one for one in cases if str(one.id) in row.moved.get("case_file", ())], data, data)
    return row


def unmerge(work: Work, catalogue: Catalogue, command: Unmerge) -> WorkerMerge:
    """Take two records apart again: each has what it had, and what was added since goes where it is said.

    Raises `Refused` (``role``, ``person_needed``), `NotFound` (``merge``), `InvalidInput` (``missing_value``,
    ``unknown_row``), `Conflict` (``undone``, ``later_merge``, ``being_made``).
    """
    require(work.actor.role, Permission.MERGE_WORKERS)
    checks.require_person(work.actor)
    reason = recorded.text(command.reason, _("reason"), _LONGEST)
    row = checks.find(work.session, work.actor, command.merge_id)
    cases = _lock_cases(work, [row.kept_id, row.merged_id])
    kept, other = _lock_workers(work, row.kept_id, row.merged_id)
    work.session.refresh(row)
    checks.require_last(work.session, row)
    now = workers.open_worker(work.vault, kept).data
    data = _restored(work, row, now, workers.open_worker(work.vault, other).data)
    for made in row.moved.get(_MADE, ()):
        work.session.delete(work.session.get_one(FormerPassport, UUID(made)))
    row.returned = rows.give_back(work.session, row, command.goes_back)
    row.undone_at, row.undone_on, row.undone_by = work.now, work.today, work.actor.key
    row.undo_reason = work.vault.seal(kept.id, "worker_merge", row.id, "undo_reason", reason.encode())
    work.session.add(row)
    work.session.exec(delete(LiveMerge).where(col(LiveMerge.merged_id) == other.id))
    _keys_of_each(work, row)
    number = max(kept.number, other.number) + 1
    theirs = workers.open_worker(work.vault, other).data
    workers.restate(work, kept, data, "unmerged", number)
    workers.restate(work, other, theirs, "unmerged", number)
    _record(work, "unmerged", row, cases, _changed(now, data))
    gone = {*row.moved.get("case_file", ()), *row.returned.get("case_file", ())}
    _look_again(work, catalogue, [one for one in cases if str(one.id) not in gone], now, data)
    returned = [one for one in cases if str(one.id) in gone]
    _look_again(work, catalogue, returned, now, theirs, since=row)
    return row


def reasons(vault: Vault, row: WorkerMerge) -> tuple[str, str]:
    """Why it was merged and why taken back, opened; "" where it was not."""
    why = vault.open(row.kept_id, "worker_merge", row.id, "reason", row.reason).decode()
    if row.undo_reason is None:
        return why, ""
    return why, vault.open(row.kept_id, "worker_merge", row.id, "undo_reason", row.undo_reason).decode()


def erase_keys(work: Work, worker_id: UUID) -> list[UUID]:
    """Destroy the keys of a person: of the record and of all that are kept under it. Returns whose they were.

    A key of a merge goes with the last record that holds it. Blanking what is not sealed is the caller's.
    """
    persons = rows.held_under(work.session, worker_id)
    aliases = list(work.session.exec(select(PersonAlias).where(col(PersonAlias.person_id).in_(persons))))
    shared = {alias.key_of for alias in aliases} - set(persons)
    for alias in aliases:
        work.session.delete(alias)
    work.session.flush()
    held = set(work.session.exec(select(PersonAlias.key_of).where(col(PersonAlias.key_of).in_(shared))))
    gone = [*persons, *(shared - held - rows.people(work.session, shared))]
    work.session.exec(update(PersonKey).where(col(PersonKey.person_id).in_(gone)).values(wrapped=None))
    work.vault.forget(persons)
    for person in persons:
        work.record("worker.erased", f"worker/{person}")
    return persons


def _row(work: Work, command: Merge, kept: Worker, reason: str, before: WorkerData) -> WorkerMerge:
    row_id = new_id()
    return WorkerMerge(
        id=row_id,
        office_id=kept.office_id,
        kept_id=kept.id,
        merged_id=command.merged_id,
        reason=work.vault.seal(kept.id, "worker_merge", row_id, "reason", reason.encode()),
        taken=sorted(command.take),
        before=work.vault.seal_json(kept.id, "worker_merge", row_id, "before", before.model_dump(mode="json")),
        moved={},
        returned={},
        merged_on=work.today,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )


def _restored(work: Work, row: WorkerMerge, now: WorkerData, other: WorkerData) -> WorkerData:
    content: dict[str, Any] = work.vault.open_json(row.kept_id, "worker_merge", row.id, "before", row.before)
    before = WorkerData.model_validate_json(json.dumps(content))
    return fields.restored(now, fields.combined(before, other, map(Part, row.taken)), before)


def _lock_cases(work: Work, worker_ids: Sequence[UUID]) -> list[Case]:
    """Every case of both records, locked before the records as everybody does who corrects a worker."""
    query = select(Case.id).where(col(Case.worker_id).in_(worker_ids)).order_by(col(Case.id))
    return [changes.change(work, case_id, any_life=True) for case_id in work.session.exec(query).all()]


def _lock_workers(work: Work, kept_id: UUID, merged_id: UUID) -> tuple[Worker, Worker]:
    query = (
        select(Worker)
        .where(col(Worker.id).in_([kept_id, merged_id]))
        .order_by(col(Worker.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {row.id: row for row in work.session.exec(query)}
    for one in (kept_id, merged_id):
        checks.require_own(work.actor, found.get(one))
    return found[kept_id], found[merged_id]


def _keys_of_both(work: Work, row: WorkerMerge) -> None:
    """The kept record opens what the other sealed, and what others had sealed that it can open; a new key seals."""
    work.vault.create(row.id)
    mine = select(PersonAlias.key_of).where(PersonAlias.person_id == row.kept_id)
    theirs = select(PersonAlias.key_of).where(PersonAlias.person_id == row.merged_id)
    held = {row.kept_id, *work.session.exec(mine)}
    for key in {row.merged_id, *work.session.exec(theirs)} - held:
        work.session.add(PersonAlias(person_id=row.kept_id, key_of=key, merge_id=row.id))
    work.session.add(PersonAlias(person_id=row.kept_id, key_of=row.id, merge_id=row.id, seals=True))
    work.session.flush()
    work.vault.forget([row.kept_id])


def _keys_of_each(work: Work, row: WorkerMerge) -> None:
    """Each record seals under its own key again; what was sealed in between opens for both."""
    session, alias = work.session, PersonAlias
    session.exec(delete(alias).where(col(alias.merge_id) == row.id, col(alias.key_of) != row.id))
    session.exec(update(alias).where(col(alias.key_of) == row.id).values(seals=False))
    session.expire_all()
    later = session.exec(
        select(alias.key_of).where(
            alias.person_id == row.kept_id, col(alias.key_of) == col(alias.merge_id), col(alias.key_of) >= row.id
        )
    ).all()
    held = set(session.exec(select(alias.key_of).where(alias.person_id == row.merged_id)))
    for key in set(later) - held:
        session.add(alias(person_id=row.merged_id, key_of=key, merge_id=key))
    session.flush()
    work.vault.forget([row.kept_id, row.merged_id])


def _record(work: Work, verb: str, row: WorkerMerge, cases: Iterable[Case], changed: frozenset[str]) -> None:
    counts: Mapping[str, int] = {table: len(row.moved[table]) for table in sorted(rows.TOLD) if table in row.moved}
    data = {"merge": str(row.id), "moved": counts, "fields": sorted(changed)}
    for worker_id, other_id in ((row.kept_id, row.merged_id), (row.merged_id, row.kept_id)):
        work.record(f"worker.{verb}", f"worker/{worker_id}", data={**data, "other": str(other_id)})
    moved = {*row.moved.get("case_file", ()), *row.returned.get("case_file", ())}
    for case in cases:
        if str(case.id) in moved:
            work.record(f"case.{verb}", f"case_file/{case.id}", case_id=case.id, data={"merge": str(row.id)})


def _changed(before: WorkerData, after: WorkerData) -> frozenset[str]:
    return frozenset(name for name in WorkerData.model_fields if getattr(before, name) != getattr(after, name))


def _look_again(
    work: Work,
    catalogue: Catalogue,
    cases: Iterable[Case],
    before: WorkerData,
    after: WorkerData,
    since: WorkerMerge | None = None,
) -> None:
    """Assess the open cases anew. Where what certificates show has changed they are made anew, as after any correction;
    with `since`, those alone that were signed while the records were one."""
    for case in cases:
        work.session.refresh(case)
        if lives.is_ended(case.life):
            continue
        if _changed(before, after) & PRINTED:
            differences.recheck(work, case)
            for sign_off in live_sign_offs(work.session, case.id):
                if since is None or sign_off.recorded_at >= since.recorded_at:
                    end_sign_off(work, case, sign_off, EndKind.SUPERSEDED, "data_corrected")
        refresh(work, programme_of(catalogue, case), case)

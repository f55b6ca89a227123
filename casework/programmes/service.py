"""Draft a version of a programme, publish what somebody else drafted, suspend a programme and lift it again."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select

from basis.errors import Conflict, NotFound, Refused
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases.rules import FROZEN
from casework.cases.tables import Case
from casework.outbox import service as outbox
from casework.programmes import rules
from casework.programmes.published import PUBLISHED_EVENT
from casework.programmes.rules import VersionState
from casework.programmes.tables import ProgrammeSuspension, ProgrammeVersion
from casework.work import Work
from checklists.catalogue import Catalogue, age, read_programme
from checklists.programme import Programme

LONGEST_REASON: Final = 300


def draft(work: Work, catalogue: Catalogue, file_name: str, content: bytes) -> ProgrammeVersion:
    """Hand a programme file in as a draft; a draft of the same version takes the place of the one before.

    Raises `InvalidProgramme` with every fault and its line, `Conflict` (``not_newer``, ``published``).
    """
    require(work.actor.role, Permission.DRAFT_PROGRAMMES)
    _require_person(work)
    programme = read_programme(content, file_name)
    rows = _locked(work.session, programme.id)
    row = next((one for one in rows if one.version == programme.version), None)
    if row is not None and row.state is VersionState.PUBLISHED:
        raise _published_already(row)
    rules.require_newer(programme, _versions(catalogue, rows, programme.id))
    before = row.digest if row is not None else ""
    if row is None:
        row = ProgrammeVersion(
            programme_id=programme.id,
            version=programme.version,
            digest=programme.digest,
            content=content,
            effective_from=programme.in_force_from,
            drafted_by=work.actor.key,
            drafted_at=work.now,
        )
    row.digest, row.content, row.effective_from = programme.digest, content, programme.in_force_from
    row.drafted_by, row.drafted_at = work.actor.key, work.now
    work.session.add(row)
    work.session.flush()
    work.record("programme.drafted", f"programme_version/{row.id}", data=_named(row) | {"before": before})
    return row


def discard(work: Work, programme_id: str, version: str) -> None:
    """Throw a draft away; the history keeps its digest. Raises `NotFound` (``draft``), `Conflict` (``published``)."""
    require(work.actor.role, Permission.DRAFT_PROGRAMMES)
    row = _draft(work.session, programme_id, version)
    work.session.delete(row)
    work.record("programme.discarded", f"programme_version/{row.id}", data=_named(row))


def publish(
    work: Work, catalogue: Catalogue, programme_id: str, version: str, digest: str | None = None
) -> ProgrammeVersion:
    """Publish what somebody else drafted; from now on it does not change. `digest` is of the draft that was read.

    New cases take it from its `effective_from` on; live ones stay where they are until they are migrated. Raises
    `Refused` (``same_person``), `Conflict` (``stale``, ``published``, ``not_newer``), `NotFound` (``draft``).
    """
    require(work.actor.role, Permission.PUBLISH_PROGRAMMES)
    _require_person(work)
    row = _draft(work.session, programme_id, version)
    if digest is not None and digest != row.digest:
        raise Conflict(
            "stale",
            _("The draft was handed in anew after you read it."),
            _("Read what it says now, then publish it if it is right."),
        )
    rules.require_second_person(row.drafted_by, work.actor.key)
    programme = _read(row)
    rules.require_newer(programme, _versions(catalogue, _locked(work.session, programme_id), programme_id))
    row.state, row.published_by, row.published_at = VersionState.PUBLISHED, work.actor.key, work.now
    work.session.add(row)
    work.session.flush()
    work.record(
        PUBLISHED_EVENT,
        f"programme_version/{row.id}",
        data=_named(row) | {"effective_from": row.effective_from.isoformat(), "drafted_by": row.drafted_by},
    )
    return row


def suspend(work: Work, catalogue: Catalogue, programme_id: str, reason: str) -> ProgrammeSuspension:
    """Stop the clearances of a programme at once: nobody is cleared or departs until it is lifted.

    `reason` is public. Every live case is assessed anew. Raises `NotFound` (``unknown_programme``), `Conflict`
    (``suspended_already``), `InvalidInput` (``missing_value``, ``too_long``).
    """
    require(work.actor.role, Permission.SUSPEND_PROGRAMMES)
    programme = catalogue.get(programme_id)
    said = recorded.text(reason, _("reason"), LONGEST_REASON)
    if _in_force(work.session, programme.id) is not None:
        raise Conflict(
            "suspended_already",
            _("The programme {id} is suspended already.", id=programme.id),
            _("Lift the suspension first where its reason is to change."),
        )
    row = ProgrammeSuspension(
        programme_id=programme.id,
        reason=said,
        suspended_by=work.actor.key,
        suspended_on=work.today,
        suspended_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    count = _assess_anew(work, programme.id)
    work.record(
        "programme.suspended",
        f"programme_suspension/{row.id}",
        data={"programme": programme.id, "cases": count},
    )
    return row


def lift(work: Work, programme_id: str) -> ProgrammeSuspension:
    """End the suspension of a programme; what can be cleared is cleared by itself. Raises `Conflict`
    (``not_suspended``)."""
    require(work.actor.role, Permission.LIFT_SUSPENSIONS)
    row = _in_force(work.session, programme_id)
    if row is None:
        raise Conflict(
            "not_suspended",
            _("The programme {id} is not suspended.", id=programme_id),
            _("Look at its present state; somebody may have been faster."),
        )
    row.lifted_by, row.lifted_on, row.lifted_at = work.actor.key, work.today, work.now
    work.session.add(row)
    work.session.flush()
    count = _assess_anew(work, programme_id)
    work.record("programme.lifted", f"programme_suspension/{row.id}", data={"programme": programme_id, "cases": count})
    return row


def _assess_anew(work: Work, programme_id: str) -> int:
    """Let the engine look at every live case of a programme again.

    The case rows are locked first: who is signing or moving one of them comes wholly before, or sees what is decided
    here.
    """
    query = select(Case.id).where(Case.programme_id == programme_id, col(Case.life).not_in(FROZEN))
    ids: Sequence[UUID] = work.session.exec(query.order_by(col(Case.id)).with_for_update()).all()
    outbox.put_cases(work, ids)
    return len(ids)


def _in_force(session: Session, programme_id: str) -> ProgrammeSuspension | None:
    query = select(ProgrammeSuspension).where(
        ProgrammeSuspension.programme_id == programme_id, col(ProgrammeSuspension.lifted_at).is_(None)
    )
    return session.exec(query.with_for_update()).one_or_none()


def _locked(session: Session, programme_id: str) -> list[ProgrammeVersion]:
    """Every version of a programme that was handed in; of two people who change them the second one waits."""
    query = select(ProgrammeVersion).where(ProgrammeVersion.programme_id == programme_id)
    query = query.order_by(col(ProgrammeVersion.id)).with_for_update().execution_options(populate_existing=True)
    return list(session.exec(query))


def _draft(session: Session, programme_id: str, version: str) -> ProgrammeVersion:
    row = next((one for one in _locked(session, programme_id) if one.version == version), None)
    if row is None:
        raise NotFound(
            "draft",
            _("There is no draft of {id} {version}.", id=programme_id, version=version),
            _("List what there is with: predeparture programme history {id}.", id=programme_id),
        )
    if row.state is VersionState.PUBLISHED:
        raise _published_already(row)
    return row


def _read(row: ProgrammeVersion) -> Programme:
    """The programme of a draft, which must still be what was handed in."""
    if sha256(row.content).hexdigest() != row.digest:
        raise Conflict(
            "programme_edited",
            _("The draft of {id} {version} is not what was handed in.", id=row.programme_id, version=row.version),
            _("Hand the file in again."),
        )
    return read_programme(row.content, f"{row.programme_id} {row.version}")


def _versions(catalogue: Catalogue, rows: Sequence[ProgrammeVersion], programme_id: str) -> list[str]:
    """Every published version, oldest first: the catalogue's, and what was published this very moment."""
    own = [row.version for row in rows if row.state is VersionState.PUBLISHED]
    return sorted({*catalogue.versions(programme_id), *own}, key=age)


def _named(row: ProgrammeVersion) -> dict[str, str]:
    return {"programme": row.programme_id, "version": row.version, "digest": row.digest}


def _published_already(row: ProgrammeVersion) -> Conflict:
    return Conflict(
        "published",
        _("{id} {version} is published already and does not change.", id=row.programme_id, version=row.version),
        _("Hand changes in under a new version."),
    )


def _require_person(work: Work) -> None:
    if work.actor.user_id is None:
        raise Refused(
            "person_needed",
            _("Two people make a version public; the engine is neither of them."),
            _("Name the account that acts with --as."),
        )

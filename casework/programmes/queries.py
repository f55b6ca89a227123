"""What pages and commands ask of versions, suspensions and migrations. Reading only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, func, select

from basis.errors import NotFound
from basis.messages import _
from basis.roles import Role
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases.changes import visible
from casework.cases.tables import Case
from casework.programmes.rules import Suspended, VersionState
from casework.programmes.tables import MigratedCase, ProgrammeMigration, ProgrammeSuspension, ProgrammeVersion
from checklists.catalogue import Catalogue, age
from checklists.programme import Programme


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version: `row` is None for one that is shipped, `programme` for a draft. `cases`: how many the reader may
    know of."""

    programme_id: str
    version: str
    programme: Programme | None
    row: ProgrammeVersion | None
    cases: int

    @property
    def is_draft(self) -> bool:
        return self.programme is None


@dataclass(frozen=True, slots=True)
class MigrationLine:
    """A migration, how many cases it moved and how many of them went back."""

    row: ProgrammeMigration
    cases: int
    back: int


def suspended(session: Session, programme_ids: Iterable[str]) -> Mapping[str, Suspended]:
    """The suspensions in force, by programme."""
    query = select(ProgrammeSuspension).where(
        col(ProgrammeSuspension.programme_id).in_(set(programme_ids)), col(ProgrammeSuspension.lifted_at).is_(None)
    )
    return {row.programme_id: Suspended(row.programme_id, row.reason, row.suspended_on) for row in session.exec(query)}


def versions(session: Session, actor: Actor, catalogue: Catalogue, programme_id: str = "") -> list[VersionLine]:
    """Every version of one programme or of all, drafts included: by programme, the newest first."""
    require(actor.role, Permission.SEE_VERSIONS)
    rows = {(row.programme_id, row.version): row for row in session.exec(select(ProgrammeVersion))}
    for key, row in rows.items():
        if row.state is VersionState.PUBLISHED:
            catalogue.get(*key)  # the catalogue may be two seconds old; asked for by name it reads anew
    published = {(one.id, one.version): one for one in catalogue.programmes}
    cases = _cases(session, actor)
    lines = [
        VersionLine(*key, published.get(key), rows.get(key), cases.get(key, 0))
        for key in {*rows, *published}
        if programme_id in ("", key[0])
    ]
    lines.sort(key=lambda line: age(line.version), reverse=True)
    return sorted(lines, key=lambda line: line.programme_id)


def handed_in(session: Session, actor: Actor, programme_id: str, version: str) -> ProgrammeVersion:
    """A version that was handed in here, draft or published. Raises `NotFound` (``draft``)."""
    require(actor.role, Permission.SEE_VERSIONS)
    query = select(ProgrammeVersion).where(
        ProgrammeVersion.programme_id == programme_id, ProgrammeVersion.version == version
    )
    row = session.exec(query).one_or_none()
    if row is None:
        raise NotFound(
            "draft",
            _("There is no draft of {id} {version}.", id=programme_id, version=version),
            _("Look at the list of versions."),
        )
    return row


def suspensions(session: Session, actor: Actor, programme_id: str) -> list[ProgrammeSuspension]:
    """Every suspension of a programme, the newest first."""
    require(actor.role, Permission.SEE_VERSIONS)
    query = select(ProgrammeSuspension).where(ProgrammeSuspension.programme_id == programme_id)
    return list(session.exec(query.order_by(col(ProgrammeSuspension.suspended_at).desc())))


def migrations(session: Session, actor: Actor, programme_id: str) -> list[MigrationLine]:
    """The migrations of a programme that concern cases the reader may know of, the newest first."""
    require(actor.role, Permission.SEE_VERSIONS)
    query = select(ProgrammeMigration).where(ProgrammeMigration.programme_id == programme_id)
    rows = [row for row in session.exec(query) if concerns(actor, row)]
    counts = {
        migration_id: (cases, back)
        for migration_id, cases, back in session.exec(
            select(MigratedCase.migration_id, func.count(), func.count(col(MigratedCase.undone_at)))
            .where(col(MigratedCase.migration_id).in_([row.id for row in rows]))
            .group_by(col(MigratedCase.migration_id))
        )
    }
    rows.sort(key=lambda row: row.applied_at, reverse=True)
    return [MigrationLine(row, *counts.get(row.id, (0, 0))) for row in rows]


def migration(session: Session, actor: Actor, migration_id: UUID) -> ProgrammeMigration:
    """A migration that concerns cases the reader may know of. Raises `NotFound` (``migration``)."""
    require(actor.role, Permission.SEE_VERSIONS)
    row = session.get(ProgrammeMigration, migration_id)
    if row is None or not concerns(actor, row):
        raise NotFound(
            "migration",
            _("There is no such migration."),
            _("List the migrations with: predeparture programme history ID."),
        )
    return row


def migrated_cases(session: Session, actor: Actor, migration_id: UUID) -> list[tuple[Case, MigratedCase]]:
    """The cases of a migration by reference, with what it did to them. Raises `NotFound` (``migration``)."""
    row = migration(session, actor, migration_id)
    query = (
        select(Case, MigratedCase)
        .join(MigratedCase, col(MigratedCase.case_id) == col(Case.id))
        .where(MigratedCase.migration_id == row.id, visible(actor))
    )
    return [(case, moved) for case, moved in session.exec(query.order_by(col(Case.reference)))]


def concerns(actor: Actor, row: ProgrammeMigration) -> bool:
    """Whether the reader may know of a migration: one of the whole installation, or of their office."""
    return actor.role in (None, Role.AUDITOR) or row.office_id in (None, actor.organisation_id)


def _cases(session: Session, actor: Actor) -> dict[tuple[str, str], int]:
    query = select(Case.programme_id, Case.programme_version, func.count()).where(visible(actor))
    rows = session.exec(query.group_by(col(Case.programme_id), col(Case.programme_version)))
    return {(programme, version): count for programme, version, count in rows}

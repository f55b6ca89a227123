"""Versions of programmes, their suspensions and migrations, for who may draft, publish, suspend or migrate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.parts import Badge, Fact, Form, Link, Text


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version. `by` says who drafted and published it; `cases` how many the reader may know of."""

    version: Link
    state: Badge
    begins: Text
    by: Text
    cases: int


@dataclass(frozen=True, slots=True)
class VersionedProgramme:
    """One programme in the list: its newest versions, and whether it is suspended."""

    id: str
    title: Link
    suspended: Badge | None
    rows: tuple[VersionRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionList(Page):
    """All programmes with their versions; `form` hands a draft in, `problems` are the faults of the file just tried."""

    template: ClassVar[str] = "programme_versions.html"
    summary: Text
    programmes: tuple[VersionedProgramme, ...]
    problems: tuple[Text, ...]
    form: Form | None


@dataclass(frozen=True, slots=True)
class SuspensionRow:
    """A suspension: from when to when, by whom, and its public reason."""

    since: Text
    until: Text
    by: Text
    reason: Text


@dataclass(frozen=True, slots=True)
class MigrationRow:
    """A migration; `undo` is None where it was undone, or this reader may not."""

    day: Text
    what: Link
    by: Text
    cases: Text
    state: Badge
    undo: Form | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeRules(Page):
    """One programme: versions, suspensions, migrations. `stop` suspends or lifts, `migrate` asks for a preview."""

    template: ClassVar[str] = "programme_rules.html"
    heading: Text
    suspended: Text
    versions: tuple[VersionRow, ...]
    suspensions: tuple[SuspensionRow, ...]
    migrations: tuple[MigrationRow, ...]
    stop: Form | None
    migrate: Form | None


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One difference from the version before: what kind of change, and the change in words."""

    kind: Badge
    what: Text


@dataclass(frozen=True, slots=True)
class SampleStep:
    """What the sample worker would be asked: the stage and requirement, of whom, and by when."""

    what: Text
    who: Text
    due: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPage(Page):
    """A version that was handed in here. `changes` is empty without a version before; `publish` is None where this
    reader may not, and `hint` then says why."""

    template: ClassVar[str] = "programme_draft.html"
    heading: Text
    state: Badge
    facts: tuple[Fact, ...]
    compared: Text
    changes: tuple[ChangeRow, ...]
    sample: Text
    steps: tuple[SampleStep, ...]
    hint: Text
    publish: Form | None
    discard: Form | None


@dataclass(frozen=True, slots=True)
class MigratingRow:
    """What the migration does with one case; `why` it stays."""

    case: Link
    moves: Badge
    why: Text
    added: Text
    dropped: Text
    tightened: Text
    reopened: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationPage(Page):
    """The preview of a migration; `more` says how many rows are not shown. `apply` is None where nothing can move."""

    template: ClassVar[str] = "programme_migration.html"
    heading: Text
    back: Link
    facts: tuple[Fact, ...]
    hint: Text
    rows: tuple[MigratingRow, ...]
    more: Text
    apply: Form | None


@dataclass(frozen=True, slots=True)
class MigratedRow:
    """One case that was moved: how many sign-offs ended with it, and where it stands now."""

    case: Link
    ended: Text
    state: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class MigratedPage(Page):
    """A migration that was applied, with its cases. `undo` takes it back."""

    template: ClassVar[str] = "programme_migrated.html"
    heading: Text
    back: Link
    facts: tuple[Fact, ...]
    rows: tuple[MigratedRow, ...]
    more: Text
    undo: Form | None

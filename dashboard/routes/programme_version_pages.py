"""What the pages of programme versions show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from uuid import UUID

from sqlmodel import Session

from basis.messages import Message, _, _n
from casework.accounts import queries as accounts
from casework.accounts.rules import Permission
from casework.accounts.tables import Account
from casework.cases.migrating import LEFT_WORDS, CaseChange, Left, Preview
from casework.cases.rules import is_ended
from casework.cases.tables import Case
from casework.programmes import queries
from casework.programmes.queries import MigrationLine, VersionLine
from casework.programmes.rules import STAYING, Asked, Moving, Suspended, VersionState
from casework.programmes.sample import tried
from casework.programmes.tables import MigratedCase, ProgrammeMigration, ProgrammeVersion
from checklists.catalogue import age, read_programme
from checklists.differences import Change, differences
from checklists.programme import Programme
from dashboard import addresses, words
from dashboard.cases import wording
from dashboard.forms import programmes as forms
from dashboard.pages import programme_versions as pages
from dashboard.pages.base import Place
from dashboard.parts import Badge, Fact, Form, Link, Option, Text, Tone
from dashboard.sessions import Visit

_MOST_ROWS = 200
_CHANGES: Mapping[Change, Badge] = {
    Change.ADDED: Badge(Tone.OPEN, _("added")),
    Change.DROPPED: Badge(Tone.IDLE, _("dropped")),
    Change.TIGHTENED: Badge(Tone.TODAY, _("stricter")),
    Change.LOOSENED: Badge(Tone.DONE, _("milder")),
    Change.CHANGED: Badge(Tone.WAIT, _("changed")),
}


def version_list(session: Session, visit: Visit, form: Form, problems: tuple[str, ...] = ()) -> pages.VersionList:
    lines = queries.versions(session, visit.actor, visit.installation.catalogue)
    people = accounts.people(session, _keys(lines))
    stopped = queries.suspended(session, {line.programme_id for line in lines})
    titles = {one.id: one.label for one in visit.installation.catalogue.latest()}
    drafts = sum(line.is_draft for line in lines)
    return pages.VersionList(
        base=visit.at(Place.PROGRAMMES),
        summary=_n("{count} draft waits for a second person.", "{count} drafts wait for a second person.", drafts),
        programmes=tuple(
            pages.VersionedProgramme(
                id=programme_id,
                title=Link(addresses.version_rules(programme_id), titles.get(programme_id, programme_id)),
                suspended=_stopped(stopped.get(programme_id)),
                rows=_rows(list(group), people, visit.today),
            )
            for programme_id, group in groupby(lines, key=lambda line: line.programme_id)
        ),
        problems=problems,
        form=form if visit.may(Permission.DRAFT_PROGRAMMES) else None,
    )


def programme_rules(
    session: Session, visit: Visit, programme_id: str, wrong: Form | None = None
) -> pages.ProgrammeRules:
    catalogue = visit.installation.catalogue
    lines = queries.versions(session, visit.actor, catalogue, programme_id)
    heading = lines[0].programme.label if lines and lines[0].programme else Message(programme_id)
    if not lines:
        heading = catalogue.get(programme_id).label
    migrations = queries.migrations(session, visit.actor, programme_id)
    suspensions = queries.suspensions(session, visit.actor, programme_id)
    keys = [*_keys(lines), *(one.row.applied_by for one in migrations)]
    keys += [key for one in suspensions for key in (one.suspended_by, one.lifted_by)]
    people = accounts.people(session, keys)
    stopped = queries.suspended(session, [programme_id]).get(programme_id)
    return pages.ProgrammeRules(
        base=visit.at(Place.PROGRAMMES),
        heading=heading,
        suspended=_said(stopped) if stopped else "",
        versions=_rows(lines, people, visit.today),
        suspensions=tuple(
            pages.SuspensionRow(
                since=words.on(one.suspended_on),
                until=words.on(one.lifted_on) if one.lifted_on else _("in force"),
                by=_both(one.suspended_by, one.lifted_by, people),
                reason=one.reason,
            )
            for one in suspensions
        ),
        migrations=tuple(_migration(visit, one, people) for one in migrations),
        stop=wrong or _stop_form(visit, programme_id, stopped),
        migrate=_migrate_form(visit, programme_id, lines),
    )


def draft_page(session: Session, visit: Visit, row: ProgrammeVersion, wrong: Form | None = None) -> pages.DraftPage:
    programme = read_programme(row.content, f"{row.programme_id} {row.version}")
    before = _before(visit, programme)
    people = accounts.people(session, [row.drafted_by, row.published_by])
    facts = [
        Fact(_("Drafted by"), _who(row.drafted_by, people)),
        Fact(_("Handed in"), words.at(row.drafted_at, visit.zone)),
        Fact(_("In force from"), words.on(row.effective_from)),
        Fact(_("Live cases"), _transition(programme)),
        Fact(_("SHA-256 begins"), row.digest[:12]),
    ]
    if row.published_at is not None:
        facts.append(Fact(_("Published by"), _who(row.published_by, people)))
    is_draft = row.state is VersionState.DRAFT
    own = row.drafted_by == visit.actor.key
    publish = None
    if is_draft and not own and visit.may(Permission.PUBLISH_PROGRAMMES):
        publish = wrong or forms.publish(row.programme_id, row.version, row.digest)
    sample, steps = _tried(programme, visit.today)
    return pages.DraftPage(
        base=visit.at(Place.PROGRAMMES),
        heading=_("{title}, version {version}", title=programme.label, version=row.version),
        state=Badge(Tone.TODAY, _("draft")) if is_draft else Badge(Tone.DONE, _("published")),
        facts=tuple(facts),
        compared=_("Compared with version {version}.", version=before.version) if before else _FIRST,
        changes=_differences(before, programme) if before else (),
        sample=sample,
        steps=steps,
        hint=_HINT if is_draft and publish is None else "",
        publish=publish,
        discard=forms.discard(row.programme_id, row.version)
        if is_draft and visit.may(Permission.DRAFT_PROGRAMMES)
        else None,
    )


_FIRST = _("It is the first version of this programme.")
_HINT = _("A supervisor other than who drafted it publishes it.")


def migration_page(visit: Visit, found: Preview) -> pages.MigrationPage:
    old, new, moves = found.old, found.new, len(found.moves)
    early = visit.today < new.in_force_from
    hint: Text = ""
    if early:
        hint = _("The new version is in force from {day} on; cases can be moved then.", day=words.on(new.in_force_from))
    elif not moves:
        hint = _("No live case goes along.")
    label = _n("Move {count} case to {version}", "Move {count} cases to {version}", moves, version=new.version)
    return pages.MigrationPage(
        base=visit.at(Place.PROGRAMMES),
        heading=_("{title}: from {old} to {new}", title=new.label, old=old.version, new=new.version),
        back=Link(addresses.version_rules(new.id), new.label),
        facts=(
            Fact(_("Live cases"), str(len(found.cases))),
            Fact(_("Move"), str(moves)),
            Fact(_("Stay"), str(len(found.cases) - moves)),
            Fact(_("Sign-offs that end"), str(sum(len(one.effect.reopened) for one in found.moves))),
            Fact(_("Rule of the new version"), _transition(new)),
        ),
        hint=hint,
        rows=tuple(_changed(old, new, one) for one in found.cases[:_MOST_ROWS]),
        more=_more(len(found.cases)),
        apply=forms.apply(new.id, old.version, new.version, label) if moves and not early else None,
    )


def migrated_page(session: Session, visit: Visit, migration_id: UUID) -> pages.MigratedPage:
    row = queries.migration(session, visit.actor, migration_id)
    cases = queries.migrated_cases(session, visit.actor, migration_id)
    people = accounts.people(session, [row.applied_by, row.undone_by])
    facts = [
        Fact(_("Applied on"), words.on(row.applied_on)),
        Fact(_("Applied by"), _who(row.applied_by, people)),
        Fact(_("Cases"), str(len(cases))),
    ]
    if row.undone_on is not None:
        facts += [Fact(_("Undone on"), words.on(row.undone_on)), Fact(_("Undone by"), _who(row.undone_by, people))]
    title = visit.installation.catalogue.get(row.programme_id).label
    return pages.MigratedPage(
        base=visit.at(Place.PROGRAMMES),
        heading=_("{title}: moved from {old} to {new}", title=title, old=row.from_version, new=row.to_version),
        back=Link(addresses.version_rules(row.programme_id), title),
        facts=tuple(facts),
        rows=tuple(_migrated(row, case, one) for case, one in cases[:_MOST_ROWS]),
        more=_more(len(cases)),
        undo=_undo_form(visit, row, title),
    )


def _rows(lines: list[VersionLine], people: Mapping[str, Account], today: date) -> tuple[pages.VersionRow, ...]:
    current = next((line.version for line in lines if line.programme and line.programme.in_force_from <= today), "")
    return tuple(_row(line, people, today, current) for line in lines)


def _row(line: VersionLine, people: Mapping[str, Account], today: date, current: str) -> pages.VersionRow:
    row, programme = line.row, line.programme
    address = addresses.version(line.programme_id, line.version)
    begins = programme.in_force_from if programme else row.effective_from if row else today
    return pages.VersionRow(
        version=Link(address if row else addresses.programme(line.programme_id, line.version), line.version),
        state=_state(programme, today, current),
        begins=words.on(begins),
        by=_both(row.drafted_by, row.published_by, people) if row else _("comes with the software"),
        cases=line.cases,
    )


def _state(programme: Programme | None, today: date, current: str) -> Badge:
    if programme is None:
        return Badge(Tone.TODAY, _("draft"))
    if programme.version == current:
        return Badge(Tone.DONE, _("in force"))
    if programme.in_force_from > today:
        return Badge(Tone.WAIT, _("published, begins later"))
    return Badge(Tone.IDLE, _("replaced for new cases"))


def _migration(visit: Visit, one: MigrationLine, people: Mapping[str, Account]) -> pages.MigrationRow:
    row = one.row
    what = _("{old} to {new}", old=row.from_version, new=row.to_version)
    address = addresses.version_rules(row.programme_id, "migrations", row.id)
    cases: Text = str(one.cases)
    if row.undone_at is not None:
        cases = _("{back} of {count} went back", back=one.back, count=one.cases)
    return pages.MigrationRow(
        day=words.on(row.applied_on),
        what=Link(address if visit.may(Permission.SEE_CASES) else "", what),
        by=_both(row.applied_by, row.undone_by, people),
        cases=cases,
        state=Badge(Tone.DONE, _("applied")) if row.undone_at is None else Badge(Tone.IDLE, _("undone")),
        undo=_undo_form(visit, row, what),
    )


def _undo_form(visit: Visit, row: ProgrammeMigration, about: Text) -> Form | None:
    if row.undone_at is not None or not visit.may(Permission.MIGRATE_CASES):
        return None
    return forms.undo(row.programme_id, row.id, about)


def _migrated(row: ProgrammeMigration, case: Case, one: MigratedCase) -> pages.MigratedRow:
    if one.undone_at is not None:
        state = Badge(Tone.IDLE, _("went back"))
    elif row.undone_at is None:
        state = Badge(Tone.DONE, _("moved"))
    else:
        gone_on = (case.programme_version, case.programme_digest) != (row.to_version, row.to_digest)
        why = Left.ENDED if is_ended(case.life) else Left.MOVED_ON if gone_on else Left.NO_TRACK
        state = Badge(Tone.TODAY, _("left: {why}", why=LEFT_WORDS[why]))
    ended = len(one.ended) + len(one.ended_back)
    return pages.MigratedRow(Link(addresses.case(case.id), case.reference), str(ended) if ended else "", state)


def _changed(old: Programme, new: Programme, one: CaseChange) -> pages.MigratingRow:
    goes = one.moving is Moving.MOVES
    stages = [found.label if (found := old.stage(name)) else name for name in one.effect.reopened]
    return pages.MigratingRow(
        case=Link(addresses.case(one.case.id), one.case.reference),
        moves=Badge(Tone.OPEN, _("moves")) if goes else Badge(Tone.IDLE, _("stays")),
        why="" if goes else STAYING[one.moving],
        added=_named(new, one.effect.added),
        dropped=_named(old, one.effect.dropped),
        tightened=_named(new, one.effect.tightened),
        reopened=", ".join(str(stage) for stage in stages),
    )


def _named(programme: Programme, slots: Iterable[Asked]) -> str:
    titles = [found[1].label if (found := programme.requirement(one.requirement)) else one.requirement for one in slots]
    return ", ".join(dict.fromkeys(str(title) for title in titles))


def _differences(old: Programme, new: Programme) -> tuple[pages.ChangeRow, ...]:
    return tuple(pages.ChangeRow(_CHANGES[one.change], one.words) for one in differences(old, new).items)


def _tried(programme: Programme, today: date) -> tuple[Text, tuple[pages.SampleStep, ...]]:
    facts, plan = tried(programme, today)
    track = programme.track(facts.track)
    about = _(
        "Somebody from {country} on the track {track} who begins today with nothing.",
        country=wording.country(facts.nationality),
        track=track.label if track else facts.track,
    )
    if plan.earliest_departure is not None:
        about = _("{about} First possible departure: {day}.", about=about, day=words.on(plan.earliest_departure))
    steps = []
    for item in plan.items:
        found = programme.requirement(item.requirement)
        title: Text = _("{title} ({subject})", title=item.title, subject=item.subject) if item.subject else item.title
        who = wording.actor(found[1].provided_by.value) if found else ""
        steps.append(pages.SampleStep(title, who, words.on(item.latest) if item.latest else ""))
    return about, tuple(steps)


def _before(visit: Visit, programme: Programme) -> Programme | None:
    """The version that it replaces, else the newest one that is older."""
    catalogue = visit.installation.catalogue
    older = [one for one in catalogue.versions(programme.id) if age(one) < age(programme.version)]
    if programme.replaces in older:
        return catalogue.get(programme.id, programme.replaces)
    return catalogue.get(programme.id, older[-1]) if older else None


def _transition(programme: Programme) -> Text:
    transition = programme.transition
    if transition is None or transition.cases == "stay":
        return _("stay with the version they are on")
    if transition.move_when is None:
        return _("can be moved to this version")
    return _("can be moved to this version where: {condition}", condition=transition.move_when.text)


def _stop_form(visit: Visit, programme_id: str, stopped: Suspended | None) -> Form | None:
    if stopped is not None:
        return forms.lift(programme_id) if visit.may(Permission.LIFT_SUSPENSIONS) else None
    return forms.suspend(programme_id) if visit.may(Permission.SUSPEND_PROGRAMMES) else None


def _migrate_form(visit: Visit, programme_id: str, lines: list[VersionLine]) -> Form | None:
    published = [line.version for line in lines if not line.is_draft]
    if len(published) < 2 or not visit.may(Permission.MIGRATE_CASES):
        return None
    options = tuple(Option(version, version) for version in published)
    return forms.migrate(programme_id, options[1:], options[:-1])


def _stopped(suspended: Suspended | None) -> Badge | None:
    return Badge(Tone.WAIT, _said(suspended)) if suspended else None


def _said(suspended: Suspended) -> Message:
    return _("Clearances are suspended since {day}: {reason}", day=words.on(suspended.since), reason=suspended.reason)


def _more(count: int) -> Text:
    if count <= _MOST_ROWS:
        return ""
    return _("The first {shown} of {count} are shown; the command lists all.", shown=_MOST_ROWS, count=count)


def _keys(lines: Iterable[VersionLine]) -> list[str]:
    return [key for one in lines if one.row for key in (one.row.drafted_by, one.row.published_by)]


def _who(key: str, people: Mapping[str, Account]) -> Text:
    return people[key].name if key in people else _("the engine")


def _both(first: str, second: str, people: Mapping[str, Account]) -> str:
    return ", ".join(dict.fromkeys(str(_who(key, people)) for key in (first, second) if key))

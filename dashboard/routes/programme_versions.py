"""Versions of programmes: drafts and their publication, suspensions, migrations of live cases."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from basis.errors import Conflict, InvalidInput
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.cases import migrating
from casework.programmes import queries, service
from checklists.catalogue import InvalidProgramme
from dashboard import addresses
from dashboard.forms import programmes as forms
from dashboard.notices import done
from dashboard.paging import check_names, given
from dashboard.posting import Wrong, filled, hidden, read
from dashboard.routes import programme_version_pages as shown
from dashboard.sessions import Form, Signed, go_to, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])
_RULES = addresses.VERSIONS + "/{programme_id}"
_VERSION = _RULES + "/versions/{version}"


@router.get(addresses.VERSIONS)
def listed(request: Request, visit: Signed) -> Response:
    check_names(given(request))
    with visit.database.read() as session:
        return show(shown.version_list(session, visit, forms.draft()))


@router.post(addresses.VERSIONS)
def hand_in(visit: Signed, taken: Form) -> Response:
    """Take a draft in, or show every fault of the file with its line."""
    require(visit.role, Permission.DRAFT_PROGRAMMES)
    form = forms.draft()
    problems: tuple[str, ...] = ()
    try:
        file = read(form, taken).file("file")
        try:
            row = visit.database.run(
                visit.actor, service.draft, visit.installation.catalogue, file.name or "file", file.data
            )
            return go_to(done(addresses.version(row.programme_id, row.version), "version-drafted"))
        except InvalidProgramme as error:
            problems = tuple(str(problem) for problem in error.problems)
        except (InvalidInput, Conflict) as error:
            raise Wrong(filled(form, {}, {"file": error.message})) from None
    except Wrong as wrong:
        form = wrong.form
    with visit.database.read() as session:
        return show(shown.version_list(session, visit, form, problems), 422)


@router.get(_RULES)
def rules(visit: Signed, programme_id: str) -> Response:
    with visit.database.read() as session:
        return show(shown.programme_rules(session, visit, programme_id))


@router.get(_VERSION)
def version_page(visit: Signed, programme_id: str, version: str) -> Response:
    with visit.database.read() as session:
        row = queries.handed_in(session, visit.actor, programme_id, version)
        return show(shown.draft_page(session, visit, row))


@router.post(_VERSION + "/publish")
def publish(visit: Signed, taken: Form, programme_id: str, version: str) -> Response:
    require(visit.role, Permission.PUBLISH_PROGRAMMES)
    digest = hidden(taken, "digest")
    try:
        read(forms.publish(programme_id, version, digest), taken)
    except Wrong as wrong:
        with visit.database.read() as session:
            row = queries.handed_in(session, visit.actor, programme_id, version)
            return show(shown.draft_page(session, visit, row, wrong.form), 422)
    visit.database.run(visit.actor, service.publish, visit.installation.catalogue, programme_id, version, digest)
    return go_to(done(addresses.version_rules(programme_id), "version-published"))


@router.post(_VERSION + "/discard")
def discard(visit: Signed, taken: Form, programme_id: str, version: str) -> Response:
    visit.database.run(visit.actor, service.discard, programme_id, version)
    return go_to(done(addresses.VERSIONS, "draft-discarded"))


@router.post(_RULES + "/suspend")
def suspend(visit: Signed, taken: Form, programme_id: str) -> Response:
    require(visit.role, Permission.SUSPEND_PROGRAMMES)
    form = forms.suspend(programme_id)
    try:
        reason = read(form, taken).text("reason")
    except Wrong as wrong:
        with visit.database.read() as session:
            return show(shown.programme_rules(session, visit, programme_id, wrong.form), 422)
    visit.database.run(visit.actor, service.suspend, visit.installation.catalogue, programme_id, reason)
    return go_to(done(addresses.version_rules(programme_id), "suspended"))


@router.post(_RULES + "/lift")
def lift(visit: Signed, taken: Form, programme_id: str) -> Response:
    visit.database.run(visit.actor, service.lift, programme_id)
    return go_to(done(addresses.version_rules(programme_id), "lifted"))


@router.get(_RULES + "/migration")
def preview(request: Request, visit: Signed, programme_id: str) -> Response:
    """What a migration would do; the versions stand in the address (``?old=2027.1&new=2027.2``)."""
    require(visit.role, Permission.MIGRATE_CASES)
    asked = given(request)
    check_names(asked, "old", "new")
    if not asked.get("old") or not asked.get("new"):
        raise InvalidInput("versions", _("Two versions are needed."), _("Choose both on the programme's page."))
    with visit.database.read() as session:
        found = migrating.preview(
            session, visit.actor, visit.installation.catalogue, programme_id, asked["old"], asked["new"], visit.today
        )
    return show(shown.migration_page(visit, found))


@router.post(_RULES + "/migration")
def migrate(visit: Signed, taken: Form, programme_id: str) -> Response:
    require(visit.role, Permission.MIGRATE_CASES)
    old, new = hidden(taken, "old"), hidden(taken, "new")
    answer = visit.database.run(visit.actor, migrating.migrate, visit.installation.catalogue, programme_id, old, new)
    return go_to(done(addresses.version_rules(programme_id, "migrations", answer.row.id), "migrated"))


@router.get(_RULES + "/migrations/{migration_id:uuid}")
def migrated(visit: Signed, programme_id: str, migration_id: UUID) -> Response:
    require(visit.role, Permission.SEE_CASES)
    with visit.database.read() as session:
        return show(shown.migrated_page(session, visit, migration_id))


@router.post(_RULES + "/migrations/{migration_id:uuid}/undo")
def undo(visit: Signed, taken: Form, programme_id: str, migration_id: UUID) -> Response:
    visit.database.run(visit.actor, migrating.undo, visit.installation.catalogue, migration_id)
    return go_to(done(addresses.version_rules(programme_id, "migrations", migration_id), "migration-undone"))

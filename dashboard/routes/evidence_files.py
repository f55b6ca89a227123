"""The files of a case's papers: several papers at once, the files of one, the wrong worker, the same file twice."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.cases.tables import Case
from casework.evidence import files, moving, twins
from casework.evidence import service as evidence
from casework.evidence.media import SUFFIXES
from casework.evidence.moving import MovePaper
from casework.evidence.service import AddEvidence
from casework.evidence.tables import EvidenceItem, EvidenceTwin
from casework.work import Work
from checklists.programme import Programme
from dashboard import addresses
from dashboard.cases import adding, paper_page, veil, wording
from dashboard.cases.known import assessment_of, find
from dashboard.cases.submitting import form_page, submit
from dashboard.forms import papers as forms
from dashboard.notices import done
from dashboard.posting import Values, Wrong, filled, read
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show
from documents import incoming

router = APIRouter(prefix="/cases/{case_id:uuid}/evidence", dependencies=[Depends(signed_in)])
_SEVERAL = _("Add several papers at once")


@router.get("/several")
def ask_several(case_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.EDIT_CASES)
    case, programme = find(visit, case_id)
    slots = adding.asked(visit.role, programme, assessment_of(visit, case, programme))
    if not slots:
        raise NotFound("nothing_asked", _("No paper is asked for just now."), _("Look at the case."))
    return show(form_page(visit, case, adding.form(case, slots), _SEVERAL, adding.LEAD))


@router.post("/several")
def add_several(case_id: UUID, visit: Signed, taken: Form) -> Response:
    """All papers that came with a file, in one transaction: all of them or none."""
    require(visit.role, Permission.EDIT_CASES)
    case, programme = find(visit, case_id)
    slots = adding.asked(visit.role, programme, assessment_of(visit, case, programme))
    form = adding.form(case, slots)

    def act(values: Values, version: int) -> str:
        found = adding.given(form, slots, values)
        commands = [
            slot.command(case, values, incoming.take(visit.installation, visit.actor, case.id, contents))
            for slot, contents in found
        ]
        visit.database.run(visit.actor, _add_all, visit, commands, version)
        return "papers-added"

    return submit(visit, case, taken, form, _SEVERAL, act)


def _add_all(work: Work, visit: Visit, commands: list[AddEvidence], version: int) -> None:
    for count, command in enumerate(commands):
        # The first raises the version that the form was made for.
        evidence.add(work, visit.installation.files, command, version if count == 0 else None)


@router.get("/{item_id:uuid}/files")
def paper(case_id: UUID, item_id: UUID, visit: Signed) -> Response:
    """The files of a paper; the copies themselves are opened by the browser, each with a trace."""
    case, programme, item = _found(visit, case_id, item_id)
    return show(paper_page.page(visit, case, programme, item))


@router.get("/{item_id:uuid}/files/{number:int}")
def one_file(case_id: UUID, item_id: UUID, number: int, visit: Signed) -> Response:
    """The cleaned copy of a file; a PDF is saved, a picture is shown. Whoever looks leaves an event."""
    case, _programme, _item = _found(visit, case_id, item_id)
    shown = visit.database.run(visit.actor, files.view, visit.installation.files, item_id, number)
    how = "inline" if shown.media_type.startswith("image/") else "attachment"
    return _sent(case, item_id, number, shown.media_type, shown.content, how)


@router.get("/{item_id:uuid}/files/{number:int}/original")
def original(case_id: UUID, item_id: UUID, number: int, visit: Signed) -> Response:
    """A file as it came, to verify it: always saved, never shown here."""
    case, _programme, _item = _found(visit, case_id, item_id)
    file, content = visit.database.run(visit.actor, files.take_original, visit.installation.files, item_id, number)
    return _sent(case, item_id, number, file.media_type, content, "attachment")


@router.post("/{item_id:uuid}/move")
def move(case_id: UUID, item_id: UUID, visit: Signed, taken: Form) -> Response:
    case, programme, item = _found(visit, case_id, item_id)
    require(visit.role, Permission.EDIT_CASES)
    form = forms.move(case.id, case.version, item.id)

    def act(values: Values, version: int) -> str:
        command = MovePaper(
            item_id=item_id, to=values.text("to"), reason=values.text("reason"), note=values.text("note")
        )
        try:
            made = visit.database.run(visit.actor, moving.move, visit.installation.files, command, version)
        except NotFound as error:
            if error.code != "case":
                raise
            raise Wrong(filled(form, {"to": command.to}, {"to": error.message})) from None
        return "paper-moved" if made else "paper-sealed-off"

    heading = _("Take away: {title}", title=_title(programme, item))
    return submit(visit, case, taken, form, heading, act)


@router.post("/{item_id:uuid}/same/{twin_id:uuid}")
def settle(case_id: UUID, item_id: UUID, twin_id: UUID, visit: Signed, taken: Form) -> Response:
    case, programme, item = _found(visit, case_id, item_id)
    require(visit.role, Permission.DECIDE_EVIDENCE)
    with visit.database.read() as session:
        row = session.get(EvidenceTwin, twin_id)
        if row is None or row.file_id not in {file.id for file in files.files_of(session, item)}:
            raise NotFound("twin", _("There is no such note on this paper."), _("Open it from its case."))
    form = forms.settle(case.id, item.id, twin_id)
    place = addresses.evidence(case.id, item.id, "files")
    try:
        values = read(form, taken)
        visit.database.run(visit.actor, twins.settle, case_id, twin_id, values.text("reason"), values.text("note"))
    except Wrong as wrong:
        return show(form_page(visit, case, wrong.form, _("Settle it: {title}", title=_title(programme, item))), 422)
    except (InvalidInput, Conflict) as error:
        again = filled(form, {}, error=error.message)
        return show(form_page(visit, case, again, _("Settle it: {title}", title=_title(programme, item))), error.status)
    return go_to(done(place, "twin-settled"))


def _found(visit: Visit, case_id: UUID, item_id: UUID) -> tuple[Case, Programme, EvidenceItem]:
    """The paper, for those who may see files; those of the medical stage are for the medical role alone."""
    require(visit.role, Permission.SEE_IDENTITY)
    case, programme = find(visit, case_id)
    with visit.database.read() as session:
        item = session.get(EvidenceItem, item_id)
    hidden = item is not None and any(
        veil.hides_evidence(visit.role, stage.kind) for stage, _asked in programme.asking_for(item.kind)
    )
    if item is None or item.case_id != case.id or item.sealed_off_at is not None or hidden:
        raise NotFound("evidence", _("There is no such evidence."), _("Open it from its case."))
    return case, programme, item


def _title(programme: Programme, item: EvidenceItem) -> object:
    return wording.requirement_title(programme, evidence.asked_for(programme, item.kind, item.subject), item.subject)


def _sent(case: Case, item_id: UUID, number: int, media_type: str, content: bytes, how: str) -> Response:
    name = f"{case.reference}-{str(item_id)[-6:]}-{number}.{SUFFIXES[media_type]}"
    quoted = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-.") else "_" for letter in name)
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'{how}; filename="{quoted}"'})

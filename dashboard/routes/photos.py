"""Photographs of a case: the one that stands for the worker, small and large, its versions, taking a new one."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from basis.errors import NotFound
from basis.messages import Message, _, _n
from casework.accounts.rules import Permission, require
from casework.cases.rules import is_ended
from casework.cases.tables import Case
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.photos import service as photos
from casework.photos.rules import KIND, Finding
from casework.photos.service import PhotoVersion, TakePhoto
from casework.work import Work
from dashboard import addresses, words
from dashboard.cases.known import find
from dashboard.cases.submitting import submit
from dashboard.forms import originals as forms
from dashboard.looking import look
from dashboard.pages.base import Place
from dashboard.pages.originals import CheckLine, PhotosPage, PhotoView
from dashboard.parts import Badge, Fact, Link, Text, Tone
from dashboard.posting import Values, hidden
from dashboard.sessions import Form, Signed, Visit, signed_in
from dashboard.views import show
from documents import incoming

router = APIRouter(prefix="/cases/{case_id:uuid}", dependencies=[Depends(signed_in)])

_STATES = {
    EvidenceStatus.SUBMITTED: Badge(Tone.OPEN, _("to be verified")),
    EvidenceStatus.ACCEPTED: Badge(Tone.DONE, _("accepted")),
    EvidenceStatus.REJECTED: Badge(Tone.LATE, _("rejected")),
    EvidenceStatus.WITHDRAWN: Badge(Tone.IDLE, _("withdrawn")),
}
_GOOD, _BAD = Badge(Tone.DONE, _("good")), Badge(Tone.TODAY, _("look at it"))
_TAKE = _("Add a photograph")


@router.get("/photo/small")
def small(case_id: UUID, visit: Signed) -> Response:
    """The small picture beside a name, for those who must know whom they see; whoever looks leaves an event."""
    require(visit.role, Permission.SEE_PHOTOGRAPH)
    find(visit, case_id)
    with visit.database.read() as session:
        now = photos.current(session, case_id)
        if now is None:
            raise NotFound("no_photo", _("There is no photograph."), _("Add one as evidence."))
        content = photos.small(session, visit.database.vault(session), visit.installation.files, now)
    look(visit, "photo.viewed", f"case_file/{case_id}", case_id)
    return Response(content, media_type="image/jpeg")


@router.get("/photos")
def versions(case_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_IDENTITY)
    case, programme = find(visit, case_id)
    look(visit, "photo.viewed", f"case_file/{case_id}", case_id)
    with visit.database.read() as session:
        found = photos.versions(session, visit.actor, case_id)
    adds = visit.may(Permission.EDIT_CASES) and not is_ended(case.life) and programme.asking_for(KIND)
    return show(
        PhotosPage(
            base=visit.at(Place.CASES),
            back=Link(addresses.case(case.id), case.reference),
            summary=_n("{count} photograph, the newest first", "{count} photographs, the newest first", len(found)),
            photos=tuple(_view(visit, case, one) for one in found),
            form=forms.photograph(case.id, case.version, visit.today.isoformat()) if adds else None,
        )
    )


@router.post("/photos")
def take(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.EDIT_CASES)
    case, programme = find(visit, case_id)
    if not programme.asking_for(KIND):
        raise NotFound("requirement", _("The programme asks for no photograph."), _("Look at the case."))
    form = forms.photograph(case.id, case.version, visit.today.isoformat())

    def act(values: Values, version: int) -> str:
        found = incoming.take(visit.installation, visit.actor, case_id, [values.file("file").data])
        command = TakePhoto(
            case_id=case_id,
            file=found[0],
            taken_on=values.day("taken_on"),
            camera=hidden(taken, "camera") == "yes",
        )
        visit.database.run(visit.actor, photos.take, visit.installation.files, command, version)
        return "photo-taken"

    return submit(visit, case, taken, form, _TAKE, act, addresses.case(case_id, "photos"))


@router.get("/photos/{item_id:uuid}/portrait")
def portrait(case_id: UUID, item_id: UUID, visit: Signed) -> Response:
    """One photograph, cut to the shape of a passport photograph."""
    require(visit.role, Permission.SEE_IDENTITY)
    case, _programme = find(visit, case_id)
    look(visit, "photo.viewed", f"case_file/{case_id}", case_id)
    with visit.database.read() as session:
        item = session.get(EvidenceItem, item_id)
        if item is None or item.case_id != case.id or item.kind != KIND:
            raise NotFound("no_photo", _("There is no photograph."), _("Open it from its case."))
        content = photos.portrait(session, visit.database.vault(session), visit.installation.files, item)
    return Response(content, media_type="image/jpeg")


@router.post("/photos/{item_id:uuid}/frame")
def frame(case_id: UUID, item_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.EDIT_CASES)
    case, _programme = find(visit, case_id)
    with visit.database.read() as session:
        item = session.get(EvidenceItem, item_id)
    if item is None or item.case_id != case.id:
        raise NotFound("no_photo", _("There is no photograph."), _("Open it from its case."))
    form = forms.frame(case.id, case.version, item_id)

    def act(values: Values, version: int) -> str:
        framed = values.flag("framed")
        visit.database.run(visit.actor, _confirm, item_id, framed, version)
        return "photo-framed"

    return submit(visit, case, taken, form, form.submit, act, addresses.case(case_id, "photos"))


def _confirm(work: Work, item_id: UUID, framed: bool, version: int) -> None:
    photos.confirm_frame(work, item_id, framed=framed, expected_version=version)


def _view(visit: Visit, case: Case, one: PhotoVersion) -> PhotoView:
    open_still = one.item.status is EvidenceStatus.SUBMITTED and visit.may(Permission.EDIT_CASES)
    asks = open_still and one.photo is not None and not is_ended(case.life)
    status = Badge(Tone.TODAY, _("older than six months")) if one.too_old(visit.today) else _STATES[one.item.status]
    stands: Text = _("this one stands for the worker") if one.current else ""
    return PhotoView(
        address=addresses.photo(case.id, one.item.id, "portrait"),
        title=_("Photograph of {day}", day=words.on(one.day)) if one.day else _("Photograph, day not known"),
        status=status,
        facts=tuple(Fact(label, value) for label, value in (*_facts(visit, one), (_("Now"), stands)) if value),
        checks=tuple(_line(found) for found in one.found),
        frame=forms.frame(case.id, case.version, one.item.id) if asks else None,
    )


def _facts(visit: Visit, one: PhotoVersion) -> tuple[tuple[Message, Text], ...]:
    row = one.photo
    framed: Text = ""
    if row is not None and row.framed is not None:
        framed = _("a person found the head within it") if row.framed else _("a person found the head outside of it")
    return (
        (_("Handed in"), words.at(one.item.recorded_at, visit.zone)),
        (_("Taken with"), (_("the camera on this page") if row.camera else _("a file")) if row else ""),
        (_("Frame"), framed or _("nobody has looked yet")),
    )


def _line(found: Finding) -> CheckLine:
    return CheckLine(_GOOD if found.good else _BAD, found.said, found.fix or "")

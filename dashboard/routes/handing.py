"""Documents leave the office, are doubled, scanned, corrected and revoked, one by one or in packs."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from typing import IO
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response, StreamingResponse

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import Message, _, _n
from casework.accounts.rules import Permission, require
from casework.cases import changes, correcting
from casework.cases.correcting import Correct
from casework.cases.tables import Case
from casework.certificates import queries
from casework.certificates.release import Recipient
from casework.certificates.rules import KIND_WORDS
from casework.certificates.tables import Certificate, CertificateState
from casework.cohorts import queries as cohorts
from casework.copies import service as copies
from casework.disclosures import queries as packing
from casework.disclosures.queries import Pack
from casework.disclosures.service import HandOver
from casework.evidence.media import SUFFIXES
from dashboard import addresses
from dashboard.cases.submitting import typed, version_of
from dashboard.forms import handing as forms
from dashboard.forms import lists
from dashboard.looking import look
from dashboard.notices import done
from dashboard.pages.base import Place
from dashboard.pages.case import FormPage
from dashboard.paging import given
from dashboard.parts import Fact, Link, Option
from dashboard.parts import Form as AskedForm
from dashboard.posting import Sent, Values, Wrong, filled, read
from dashboard.routes import handing_pages, register_pages
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show
from documents import duplicates, incoming, packs, reading, scans
from documents.packs import Form as PackForm

router = APIRouter(dependencies=[Depends(signed_in)])
LARGEST_PACK = 500
"""Documents of one pack made while somebody waits; the command has no such limit."""
_CHUNK = 64 * 1024
_TYPES = {PackForm.PRINT: "application/pdf", PackForm.FILES: "application/zip"}
_OF = "of_"

_HAND_OVER = _("Hand the document over")
_HAND_OVER_LEAD = _("Who has it, for what and since when is recorded before the file leaves.")
_DUPLICATE = _("Make a duplicate")
_DUPLICATE_LEAD = _("The same document, signed anew, with a line that says that it is a duplicate.")
_SCAN = _("Add a stamped copy")
_SCAN_LEAD = _("The scan of the paper that was signed and stamped by hand. It is kept beside the document for ever.")
_REVOKE = _("Revoke the document")
_REVOKE_LEAD = _(
    "From now on it is answered for as revoked. Its stage opens again, and so does what stands on it. The engine "
    "does not sign the stage off by itself any more; a supervisor does."
)
_SUPERSEDE = _("Correct the document")
_SUPERSEDE_LEAD = _(
    "It ends as superseded, and so does what stands on it. Its stage is signed off anew, and the new document names "
    "this one. Correct the data first, if they are wrong."
)
_PACK = _("Hand several documents over")


@router.get("/documents/{document_id:uuid}/hand-over")
def ask_hand_over(visit: Signed, document_id: UUID) -> Response:
    row, _case, form = _handing(visit, document_id)
    return show(_page(visit, row, form, _HAND_OVER, _HAND_OVER_LEAD))


@router.post("/documents/{document_id:uuid}/hand-over")
def hand_over(visit: Signed, taken: Form, document_id: UUID) -> Response:
    """The file as an attachment, once its disclosure is recorded."""
    row, _case, form = _handing(visit, document_id)

    def act(values: Values) -> Response:
        copy = int(values.texts.get("copy") or 0)
        command = _command(values)
        archive = visit.installation.archive
        _row, number, content = visit.database.run(visit.actor, reading.hand_over, archive, document_id, command, copy)
        name = f"{number}-duplicate-{copy}.pdf" if copy else f"{number}.pdf"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type="application/pdf", headers=headers)

    return _submitted(taken, form, act, lambda again, status: _shown(visit, row, again, _HAND_OVER, status))


@router.get("/documents/{document_id:uuid}/duplicates")
def ask_duplicate(visit: Signed, document_id: UUID) -> Response:
    row, _case = _found(visit, document_id, Permission.HAND_OVER)
    return show(_page(visit, row, forms.duplicate(row.id), _DUPLICATE, _DUPLICATE_LEAD))


@router.post("/documents/{document_id:uuid}/duplicates")
def duplicate(visit: Signed, taken: Form, document_id: UUID) -> Response:
    row, _case = _found(visit, document_id, Permission.HAND_OVER)

    def act(values: Values) -> Response:
        visit.database.run(visit.actor, duplicates.ask, document_id, values.text("reason"))
        return go_to(done(addresses.document(document_id), "duplicate-asked"))

    form = forms.duplicate(row.id)
    return _submitted(taken, form, act, lambda again, status: _shown(visit, row, again, _DUPLICATE, status))


@router.get("/documents/{document_id:uuid}/scans")
def ask_scan(visit: Signed, document_id: UUID) -> Response:
    row, _case = _found(visit, document_id, Permission.HAND_OVER)
    return show(_page(visit, row, forms.scan(row.id), _SCAN, _SCAN_LEAD))


@router.post("/documents/{document_id:uuid}/scans")
def add_scan(visit: Signed, taken: Form, document_id: UUID) -> Response:
    row, case = _found(visit, document_id, Permission.HAND_OVER)

    def act(values: Values) -> Response:
        [ready] = incoming.take(visit.installation, visit.actor, case.id, [values.file("file").data])
        visit.database.run(visit.actor, scans.add, visit.installation.files, document_id, ready)
        return go_to(done(addresses.document(document_id), "scan-added"))

    form = forms.scan(row.id)
    return _submitted(taken, form, act, lambda again, status: _shown(visit, row, again, _SCAN, status))


@router.get("/documents/{document_id:uuid}/scans/{scan_id:uuid}")
def open_scan(visit: Signed, document_id: UUID, scan_id: UUID) -> Response:
    """The scan; a PDF is saved, a picture is shown. Whoever looks leaves an event."""
    require(visit.role, Permission.SEE_REGISTER)
    with visit.database.read() as session:
        row, _case = queries.find(session, visit.actor, document_id)
    shown = visit.database.run(visit.actor, scans.read, visit.installation.files, document_id, scan_id)
    how = "inline" if shown.media_type.startswith("image/") else "attachment"
    name = f"{row.number}-stamped-{str(scan_id)[-6:]}.{SUFFIXES[shown.media_type]}"
    headers = {"Content-Disposition": f'{how}; filename="{name}"'}
    return Response(shown.content, media_type=shown.media_type, headers=headers)


@router.get("/documents/{document_id:uuid}/revoke")
def ask_revoke(visit: Signed, document_id: UUID) -> Response:
    row, case = _found(visit, document_id, Permission.CORRECT_DOCUMENTS)
    return show(_page(visit, row, forms.revoke(row.id, case.version), _REVOKE, _REVOKE_LEAD))


@router.post("/documents/{document_id:uuid}/revoke")
def revoke(visit: Signed, taken: Form, document_id: UUID) -> Response:
    row, case = _found(visit, document_id, Permission.CORRECT_DOCUMENTS)

    def act(values: Values) -> Response:
        command = _correction(document_id, values)
        catalogue = visit.installation.catalogue
        visit.database.run(visit.actor, correcting.revoke, catalogue, command, version_of(taken))
        return go_to(done(addresses.document(document_id), "document-revoked"))

    form = forms.revoke(row.id, case.version)
    return _submitted(taken, form, act, lambda again, status: _shown(visit, row, again, _REVOKE, status))


@router.get("/documents/{document_id:uuid}/supersede")
def ask_supersede(visit: Signed, document_id: UUID) -> Response:
    row, case = _found(visit, document_id, Permission.CORRECT_DOCUMENTS)
    return show(_page(visit, row, forms.supersede(row.id, case.version), _SUPERSEDE, _SUPERSEDE_LEAD))


@router.post("/documents/{document_id:uuid}/supersede")
def supersede(visit: Signed, taken: Form, document_id: UUID) -> Response:
    row, case = _found(visit, document_id, Permission.CORRECT_DOCUMENTS)

    def act(values: Values) -> Response:
        command = _correction(document_id, values)
        catalogue = visit.installation.catalogue
        visit.database.run(visit.actor, correcting.supersede, catalogue, command, version_of(taken))
        return go_to(done(addresses.document(document_id), "document-superseded"))

    form = forms.supersede(row.id, case.version)
    return _submitted(taken, form, act, lambda again, status: _shown(visit, row, again, _SUPERSEDE, status))


@router.get("/cases/{case_id:uuid}/disclosures")
def of_case(visit: Signed, case_id: UUID) -> Response:
    require(visit.role, Permission.SEE_REGISTER)
    with visit.database.read() as session:
        case = changes.find(session, visit.actor, case_id)
    look(visit, "case.viewed", f"case_file/{case.id}", case.id)
    with visit.database.read() as session:
        return show(handing_pages.of_case(session, visit, case))


@router.get(addresses.PACK)
def ask_pack(request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.HAND_OVER)
    asked = {name: value for name, value in given(request).items() if name != "page" and value}
    return show(_pack_page(visit, asked, forms.pack(asked)))


@router.post(addresses.PACK)
def pack(visit: Signed, taken: Form) -> Response:
    """The pack as an attachment, once all of its disclosures are recorded."""
    require(visit.role, Permission.HAND_OVER)
    asked = {
        name.removeprefix(_OF): values[0]
        for name, values in taken.items()
        if name.startswith(_OF) and isinstance(values[0], str)
    }
    form = forms.pack(asked)

    def act(values: Values) -> Response:
        command, kind = _command(values), PackForm(values.text("form"))
        found = _packed(visit, asked, command.recipient)
        if len(found.lines) > LARGEST_PACK:
            raise InvalidInput(
                "pack_too_large",
                _("These are {count} documents; at most {most} fit a pack.", count=len(found.lines), most=LARGEST_PACK),
                _("Narrow the list, or use the command: predeparture document pack."),
            )
        # Without a name in its folder, so that nothing of it is left whatever happens.
        out = tempfile.TemporaryFile(dir=visit.installation.settings.home)  # noqa: SIM115 - closed when it was sent
        try:
            packs.make(visit.installation, visit.actor, found, command, kind, out)
        except BaseException:
            out.close()
            raise
        size = out.tell()
        out.seek(0)
        headers = {
            "Content-Disposition": f'attachment; filename="documents-{visit.today.isoformat()}.{kind.value}"',
            "Content-Length": str(size),
            "Content-Encoding": "identity",
        }
        return StreamingResponse(_sent(out), media_type=_TYPES[kind], headers=headers)

    return _submitted(taken, form, act, lambda again, status: show(_pack_page(visit, asked, again), status))


def _sent(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _submitted(
    taken: Sent,
    form: AskedForm,
    act: Callable[[Values], Response],
    again: Callable[[AskedForm, int], Response],
) -> Response:
    """Read the form and act; what was wrong is said at the form, with what was typed."""
    try:
        return act(read(form, taken))
    except Wrong as wrong:
        return again(wrong.form, 422)
    except (InvalidInput, Conflict, Refused, NotFound) as error:
        said = _("{message} {fix}", message=error.message, fix=error.fix or "")
        return again(filled(form, typed(form, taken), error=said), error.status)


def _found(visit: Visit, document_id: UUID, permission: Permission) -> tuple[Certificate, Case]:
    require(visit.role, permission)
    with visit.database.read() as session:
        return queries.find(session, visit.actor, document_id)


def _handing(visit: Visit, document_id: UUID) -> tuple[Certificate, Case, AskedForm]:
    row, case = _found(visit, document_id, Permission.HAND_OVER)
    with visit.database.read() as session:
        made = tuple(
            Option(str(one.number), _("duplicate no. {number}", number=one.number))
            for one in copies.copies_of(session, row.id)
            if one.state is CertificateState.ISSUED
        )
    return row, case, forms.hand_over(row.id, handing_pages.recipients(row), made)


def _command(values: Values) -> HandOver:
    return HandOver(
        recipient=Recipient(values.text("recipient")),
        purpose=values.text("purpose"),
        organisation=values.text("organisation"),
        reference=values.text("reference"),
    )


def _correction(document_id: UUID, values: Values) -> Correct:
    return Correct(
        certificate_id=document_id,
        reason=values.text("reason"),
        note=values.text("note"),
        told=values.flag("told"),
    )


def _page(visit: Visit, row: Certificate, form: AskedForm, heading: Message, lead: Message | str = "") -> FormPage:
    facts = (Fact(_("Document"), KIND_WORDS[row.kind]), Fact(_("Who may have it"), handing_pages.released(row)))
    back = Link(addresses.document(row.id), row.number)
    return FormPage(base=visit.at(Place.DOCUMENTS), heading=heading, lead=lead, facts=facts, form=form, back=back)


def _shown(visit: Visit, row: Certificate, form: AskedForm, heading: Message, status: int) -> Response:
    return show(_page(visit, row, form, heading), status)


def _packed(visit: Visit, asked: Mapping[str, str], recipient: Recipient) -> Pack:
    """The documents of a cohort (``cohort``), or of the register with these filters. Unknown filters are refused."""
    with visit.database.read() as session:
        if "cohort" in asked:
            if len(asked) > 1:
                raise InvalidInput("unknown_filter", _("A cohort is packed whole."), _("Leave the filters out."))
            require(visit.role, Permission.SEE_COHORTS)
            cohort = cohorts.by_code(session, visit.actor, asked["cohort"])
            ids = [case.id for case, _worker in cohorts.members(session, visit.actor, cohort)]
            return packing.pack_of_cases(session, visit.actor, ids, recipient, visit.today)
        form = register_pages.filter_form(session, visit)
        lists.check_known(form, asked)
        values = read(form, {name: (value,) for name, value in asked.items()})
        wanted = register_pages.asked_for(values)
        return packing.pack_of_register(session, visit.actor, wanted, recipient, visit.today)


def _pack_page(visit: Visit, asked: Mapping[str, str], form: AskedForm) -> FormPage:
    try:
        # A worker may have every kind, also what has ended: this counts all.
        everything = len(_packed(visit, asked, Recipient.WORKER).lines)
    except Wrong:
        raise InvalidInput(
            "unknown_filter", _("A filter of this list cannot be read."), _("Use the form above the list.")
        ) from None
    cohort = asked.get("cohort", "")
    back = Link(addresses.cohort(cohort), cohort) if cohort else Link(addresses.DOCUMENTS, _("All documents"))
    return FormPage(
        base=visit.at(Place.CASES if cohort else Place.DOCUMENTS),
        heading=_PACK,
        lead=_n(
            "{count} document is meant. What the recipient may not have is left out.",
            "{count} documents are meant. What the recipient may not have is left out.",
            everything,
        ),
        facts=(),
        form=form,
        back=back,
    )

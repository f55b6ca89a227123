"""The public check of a document, by its code or by its file. No session; nothing that was asked is kept.

Whoever asks learns the standing, number, kind and days of a document and the initials of whom it is for. A code
that was never given and one that no one could give get the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from basis.errors import NotFound
from basis.messages import Message, _
from casework.auditing import reports as audit_reports
from casework.auditing.tables import AuditReport
from casework.certificates import service as certificates
from casework.certificates.tables import Certificate
from casework.organisations.tables import Organisation
from casework.vault import Vault
from dashboard import addresses, words
from dashboard.forms import office
from dashboard.pages.documents import Verify
from dashboard.parts import Badge, Fact, Form, Text, Tone
from dashboard.posting import Sent, Wrong, read, sent
from dashboard.routes.document_pages import check_view
from dashboard.security import VERIFY
from dashboard.sessions import installation_of, public_base
from dashboard.views import show
from documents.register import Register
from documents.verification import Answer, Status, verify

router = APIRouter()

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
_NOBODYS = "-"
_EMPTY = _("Scan the code of a document with your phone, or choose its file here.")
_ANSWERS: Mapping[Status, tuple[Badge, Message]] = {
    Status.VALID: (Badge(Tone.DONE, _("This document is valid")), _("We issued it, and it holds today.")),
    Status.EXPIRED: (
        Badge(Tone.TODAY, _("This document has expired")),
        _("We issued it, but its time has run out."),
    ),
    Status.SUPERSEDED: (
        Badge(Tone.TODAY, _("This document was replaced")),
        _("We issued it, and later a corrected one in its place. Ask for the new one."),
    ),
    Status.REVOKED: (
        Badge(Tone.LATE, _("This document was revoked")),
        _("We issued it, and took it back. It no longer holds."),
    ),
    Status.ALTERED: (
        Badge(Tone.LATE, _("This file was altered")),
        _("We issued a document with this number, but not this file."),
    ),
    Status.UNKNOWN: (
        Badge(Tone.LATE, _("We do not know this document")),
        _("It was not issued here, or the code or the file is not complete."),
    ),
}


@router.get(addresses.VERIFY)
def ask(request: Request) -> Response:
    return show(_page(request, office.verify_file()))


@router.get("/verify/{token:path}")
def by_code(request: Request, token: str) -> Response:
    """The answer for a code. Slashes and what else cannot be a code are answered like any code not given."""
    _count(request)
    installation = installation_of(request)
    database = installation.database
    with database.read() as session:
        answer = verify(token if _TOKEN.fullmatch(token) else _NOBODYS, Register(session), database.today())
        facts = _facts(session, database.vault(session), answer)
    status = 404 if answer.status is Status.UNKNOWN else 200
    return show(_page(request, office.verify_file(), answer, facts), status)


@router.post(addresses.VERIFY)
def by_file(request: Request, taken: Annotated[Sent, Depends(sent)]) -> Response:
    """The answer for a file. It is read in memory, compared, and forgotten."""
    _count(request)
    form = office.verify_file()
    try:
        data = read(form, taken).file("file").data
    except Wrong as wrong:
        return show(_page(request, wrong.form), 422)
    installation = installation_of(request)
    database = installation.database
    with database.read() as session:
        answer = verify(data, Register(session), database.today(), installation.trusted)
        facts = _facts(session, database.vault(session), answer)
    return show(_page(request, form, answer, facts))


def _count(request: Request) -> None:
    request.app.rates.count(VERIFY, request.client.host if request.client else "")


def _page(request: Request, form: Form, answer: Answer | None = None, facts: tuple[Fact, ...] = ()) -> Verify:
    badge, sentence = _ANSWERS[answer.status] if answer else (None, _EMPTY)
    return Verify(
        base=public_base(request),
        answer=badge,
        sentence=sentence,
        facts=facts,
        checks=tuple(check_view(check) for check in answer.checks) if answer else (),
        host=urlsplit(request.app.web.public_url).netloc,
        form=form,
    )


def _facts(session: Session, vault: Vault, answer: Answer) -> tuple[Fact, ...]:
    """What anybody may know of a genuine document; of an altered or unknown one nothing."""
    if answer.status in (Status.UNKNOWN, Status.ALTERED) or answer.document_id is None or answer.number is None:
        return ()
    if answer.kind == audit_reports.KIND:
        return _of_report(Register(session).report(answer.number))
    row = Register(session).row(answer.number)
    facts = [
        Fact(_("Number"), row.number),
        Fact(_("Document"), Message(row.title)),
        Fact(_("Issued by"), session.get_one(Organisation, row.office_id).name),
        Fact(_("Issued on"), words.on(row.issued_on)),
    ]
    if row.valid_until is not None:
        facts.append(Fact(_("Valid until"), words.on(row.valid_until)))
    if row.ended_on is not None:
        facts.append(Fact(_("Ended on"), words.on(row.ended_on)))
    if answer.superseded_by:
        facts.append(Fact(_("Replaced by"), answer.superseded_by))
    name = _initials(vault, row)
    return (*facts, Fact(_("Issued for"), name)) if name else tuple(facts)


def _of_report(row: AuditReport) -> tuple[Fact, ...]:
    return (
        Fact(_("Number"), row.number),
        Fact(_("Document"), _("Audit report")),
        Fact(_("Issued by"), row.value["issuer"]),
        Fact(_("Issued on"), words.on(row.issued_on)),
    )


def _initials(vault: Vault, row: Certificate) -> Text:
    """Initials of the name as it stands on the document; "" where the person's data was erased."""
    try:
        return words.initials(certificates.value_of(vault, row)["person"]["name"])
    except NotFound:
        return ""

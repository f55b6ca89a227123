"""The public check of a document: by its code, its number and short code, its fingerprint, or its file. No session;
nothing that was asked is kept but a count on the document that was asked for.

Whoever asks learns the standing, number, kind and days of a document and the initials of whom it is for. What was
never given and what no one could give get the same answer. Staff who are signed in find the way to the full record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from basis.errors import NotFound, PredepartureError
from basis.messages import Message, _
from casework.accounts.rules import Permission
from casework.actor import ENGINE
from casework.auditing import reports as audit_reports
from casework.auditing.tables import AuditReport
from casework.certificates import queries
from casework.certificates import service as certificates
from casework.certificates.rules import public_reason
from casework.certificates.tables import Certificate
from casework.organisations.tables import Organisation
from casework.vault import Vault
from casework.verifications import service as verifications
from casework.verifications.tables import Way
from dashboard import addresses, words
from dashboard.forms import office
from dashboard.pages.documents import Verify
from dashboard.parts import Badge, Fact, Form, Link, Text, Tone
from dashboard.posting import Sent, Wrong, read, sent
from dashboard.routes.document_pages import check_view
from dashboard.security import VERIFY
from dashboard.sessions import PerhapsSigned, Visit, installation_of, public_base
from dashboard.views import show
from documents.register import Register
from documents.short_code import is_code_of
from documents.verification import MAXIMUM_BYTES, Answer, Fingerprint, Status, verify

router = APIRouter()

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
_NOBODYS = "-"
_EMPTY = _("Scan the code of a document with your phone, write its number here, or choose its file.")
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
_NOT_COUNTED_ON = (
    Badge(Tone.LATE, _("This document cannot be relied on")),
    _("We issued it, but with a key that does not count for it any more. It has to be issued anew."),
)
_UNKNOWN_FILE = (
    Badge(Tone.LATE, _("We do not know this file")),
    _("It was not issued here, or it was changed since. Upload it to learn which: it is compared and not kept."),
)


@dataclass(frozen=True, slots=True)
class _Shown:
    """An answer as it is shown: its words, what anybody may know, and the way to the record for staff."""

    answer: Answer
    words: tuple[Badge, Message]
    facts: tuple[Fact, ...]
    record: Link | None


@router.get(addresses.VERIFY)
def ask(request: Request) -> Response:
    return show(_page(request))


@router.get("/verify/{token:path}")
def by_code(request: Request, token: str, visit: PerhapsSigned) -> Response:
    """The answer for a code. Slashes and what else cannot be a code are answered like any code not given."""
    _count(request)
    shown = _answered(request, token if _TOKEN.fullmatch(token) else _NOBODYS, Way.CODE, visit)
    return show(_page(request, shown), 404 if shown.answer.status is Status.UNKNOWN else 200)


@router.post(addresses.VERIFY_NUMBER)
def by_number(request: Request, visit: PerhapsSigned, taken: Annotated[Sent, Depends(sent)]) -> Response:
    """The answer for a number with its short code. A wrong code and a number never given get the same answer."""
    _count(request)
    form = office.verify_number()
    try:
        values = read(form, taken)
    except Wrong as wrong:
        return show(_page(request, number_form=wrong.form), 422)
    number = "".join(values.text("number").split()).upper()
    with installation_of(request).database.read() as session:
        entry = Register(session).by_number(number)
    # A code is computed also where there is no number, so that the time taken tells nothing.
    is_right = is_code_of(values.text("code"), entry.token if entry else _NOBODYS)
    shown = _answered(request, entry.token if entry and is_right else _NOBODYS, Way.NUMBER, visit)
    return show(_page(request, shown), 404 if shown.answer.status is Status.UNKNOWN else 200)


@router.post(addresses.VERIFY_HASH)
def by_fingerprint(request: Request, visit: PerhapsSigned, taken: Annotated[Sent, Depends(sent)]) -> Response:
    """The answer for a file that stays where it is: its browser tells its SHA-256."""
    _count(request)
    given = taken.get("sha256", ("",))[0]
    shown = _answered(request, Fingerprint(given.lower() if isinstance(given, str) else ""), Way.HASH, visit)
    return show(_page(request, shown, hashing=shown.answer.status is not Status.UNKNOWN))


@router.post(addresses.VERIFY)
def by_file(request: Request, visit: PerhapsSigned, taken: Annotated[Sent, Depends(sent)]) -> Response:
    """The answer for a file. It is read in memory, compared, and forgotten."""
    _count(request)
    try:
        data = read(office.verify_file(), taken).file("file").data
    except Wrong as wrong:
        return show(_page(request, form=wrong.form), 422)
    return show(_page(request, _answered(request, data, Way.FILE, visit)))


def _count(request: Request) -> None:
    request.app.rates.count(VERIFY, request.client.host if request.client else "")


def _answered(request: Request, asked: bytes | str | Fingerprint, way: Way, visit: Visit | None) -> _Shown:
    installation = installation_of(request)
    database, trusted = installation.database, installation.trusted
    with database.read() as session:
        answer = verify(asked, Register(session), database.today(), trusted)
        facts = _facts(session, database.vault(session), answer)
        record = _record(session, visit, answer)
    if answer.document_id is not None and answer.kind != audit_reports.KIND:
        # Whoever asks gets the answer also while the database is too busy to count it.
        with suppress(PredepartureError):
            database.run(ENGINE, verifications.count, UUID(answer.document_id), way, answer.status.value)
    said = _ANSWERS[answer.status]
    if answer.status is Status.ALTERED and not isinstance(asked, bytes):
        said = _NOT_COUNTED_ON
    elif answer.status is Status.UNKNOWN and way is Way.HASH:
        said = _UNKNOWN_FILE
    return _Shown(answer, said, facts, record)


def _record(session: Session, visit: Visit | None, answer: Answer) -> Link | None:
    """The way to the document's page, for those who may open it."""
    if visit is None or answer.document_id is None or not visit.may(Permission.SEE_REGISTER):
        return None
    try:
        queries.find(session, visit.actor, UUID(answer.document_id))
    except NotFound:
        return None
    return Link(addresses.document(answer.document_id), _("Open its full record"))


def _page(
    request: Request,
    shown: _Shown | None = None,
    *,
    form: Form | None = None,
    number_form: Form | None = None,
    hashing: bool = True,
) -> Verify:
    badge, sentence = shown.words if shown else (None, _EMPTY)
    return Verify(
        base=public_base(request),
        answer=badge,
        sentence=sentence,
        facts=shown.facts if shown else (),
        checks=tuple(check_view(check) for check in shown.answer.checks) if shown else (),
        host=urlsplit(request.app.web.public_url).netloc,
        form=form or office.verify_file(),
        number_form=number_form or office.verify_number(),
        hashed_up_to=MAXIMUM_BYTES if hashing else 0,
        record=shown.record if shown else None,
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
    reason = public_reason(row.end_reason) if row.end_told else None
    if reason is not None:
        facts.append(Fact(_("Reason given"), reason))
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

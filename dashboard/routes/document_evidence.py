"""``/documents/ID/evidence``: what a document shows, the papers and people behind it, its versions, how it was made."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlmodel import Session, col, select
from starlette.responses import Response

from basis.errors import PredepartureError
from basis.messages import Message, _, _n
from casework.accounts.rules import Permission, require
from casework.audit.tables import AuditEvent
from casework.cases.pinned import programme_of
from casework.cases.tables import Case, SignOff
from casework.certificates import queries
from casework.certificates import service as certificates
from casework.certificates.rules import may_read_file
from casework.certificates.tables import Certificate, CertificateState
from casework.concessions.reasons import Reasons
from casework.concessions.tables import Concession
from casework.evidence.tables import EvidenceFile, EvidenceItem
from checklists.programme import Programme
from dashboard import addresses, words
from dashboard.cases import conceding, reasons, veil, wording
from dashboard.forms import reviewing as forms
from dashboard.looking import look
from dashboard.notices import done
from dashboard.pages.base import Place
from dashboard.pages.case import Decision
from dashboard.pages.review import Digest, ReviewPage, Section, Table
from dashboard.parts import Fact, Link, Text
from dashboard.routes.document_pages import STANDINGS, names_of
from dashboard.sessions import Form as SentForm
from dashboard.sessions import Signed, Visit, go_to, signed_in
from dashboard.views import show
from documents import shown
from documents.apart import in_child
from documents.encoding import from_json
from documents.grounds import concessions_below, load_grounds
from documents.rerendering import compare
from documents.values import Certificate as Value

router = APIRouter(dependencies=[Depends(signed_in)])


@router.get("/documents/{document_id}/evidence")
def page(visit: Signed, document_id: UUID) -> Response:
    """Reading what the document shows is reading identity details: it is recorded before it is shown."""
    require(visit.role, Permission.SEE_REGISTER)
    with visit.database.read() as session:
        row, case = queries.find(session, visit.actor, document_id)
    look(visit, "certificate.viewed", f"certificate/{row.id}", case.id, {"number": row.number})
    with visit.database.read() as session:
        return show(_page(session, visit, row, case))


@router.post("/audits/documents/{document_id:uuid}/make-again")
def make_again(visit: Signed, document_id: UUID, taken: SentForm) -> Response:
    """Make the file again from what the register keeps, and compare; the event holds what came out."""
    require(visit.role, Permission.AUDIT)
    with visit.database.read() as session:
        row, _case = queries.find(session, visit.actor, document_id)
    compare(visit.installation, visit.actor, row.number, in_child(visit.installation.settings))
    return go_to(done(addresses.document(row.id, "evidence"), "made-again"))


def _page(session: Session, visit: Visit, row: Certificate, case: Case) -> ReviewPage:
    programme = programme_of(visit.installation.catalogue, case)
    sign_off = session.get(SignOff, row.sign_off_id) if row.sign_off_id else None
    value = _value(session, visit, row)
    return ReviewPage(
        base=visit.at(Place.DOCUMENTS),
        heading=_("Evidence of {number}", number=row.number),
        summary=_("{title}: what it shows, and what it stands on.", title=Message(row.title)),
        back=Link(addresses.document(row.id), row.number),
        status=STANDINGS[queries.standing_on(row, visit.today).value],
        links=_links(visit, row, case),
        sections=(
            _shows(visit, row, value),
            _papers(session, visit, case, programme, sign_off),
            _conceded(session, visit, programme, sign_off),
            _versions(session, visit, row, value),
            _making(session, visit, row),
        ),
    )


def _links(visit: Visit, row: Certificate, case: Case) -> tuple[Link, ...]:
    if not visit.may(Permission.AUDIT):
        return ()
    return (
        Link(addresses.query(addresses.TRAIL, number=row.number), _("Its history")),
        Link(addresses.query(addresses.TRAIL, case=case.reference, looks="yes"), _("Who looked at its case")),
        Link(addresses.query(addresses.NEW_AUDIT_PACK, case=case.reference), _("Pack of its case")),
    )


def _value(session: Session, visit: Visit, row: Certificate) -> Value | PredepartureError:
    """What the document shows, or why that cannot be read."""
    try:
        return from_json(certificates.value_of(visit.database.vault(session), row))
    except PredepartureError as error:
        return error


def _said(value: shown.Shown) -> Text:
    return words.on(value) if isinstance(value, date) else value


def _shows(visit: Visit, row: Certificate, value: Value | PredepartureError) -> Section:
    """The stored value, for those who may have the file."""
    heading = _("What it shows")
    if not may_read_file(visit.role, row.kind):
        return Section(id="shows", heading=heading, empty=_("Documents of this kind are not for your role."))
    if isinstance(value, PredepartureError):
        return Section(id="shows", heading=heading, empty=value.message)
    facts = [Fact(line.title, _said(line.value)) for line in shown.lines(value)]
    return Section(id="shows", heading=heading, facts=tuple(facts))


def _papers(session: Session, visit: Visit, case: Case, programme: Programme, sign_off: SignOff | None) -> Section:
    """The papers that its sign-off names, each with the fingerprint of its file."""
    items = load_grounds(session, case.id, sign_off).evidence if sign_off else ()
    seen = [item for item in items if not _veiled(visit, programme, item.kind)]
    ids = {item.file_id for item in seen if item.file_id is not None}
    files = {one.id: one for one in session.exec(select(EvidenceFile).where(col(EvidenceFile.id).in_(ids)))}
    people = names_of(session, visit, [item.decided_by or item.recorded_by for item in seen])
    rows = tuple(
        (
            _paper(visit, case, programme, item),
            item.issuer,
            words.on(item.decided_on) if item.decided_on else "",
            people.get(item.decided_by or item.recorded_by, _("the engine")),
            _automatic(item),
            Digest(files[item.file_id].sha256) if item.file_id is not None and item.file_id in files else "",
        )
        for item in seen
    )
    columns = (
        _("Paper"), _("Issued by"), _("Accepted on"), _("By"), _("Automatic checks"), _("SHA-256 of its file"),
    )  # fmt: skip
    return Section(
        id="papers",
        heading=_("Papers it stands on"),
        lead=_n("{count} paper.", "{count} papers.", len(rows)) if rows else "",
        tables=(Table(_("Papers it stands on"), columns, rows),) if rows else (),
        empty=_("It stands on no paper that you may know of."),
    )


def _veiled(visit: Visit, programme: Programme, kind: str) -> bool:
    return any(veil.hides_evidence(visit.role, stage.kind) for stage, _asked in programme.asking_for(kind))


def _paper(visit: Visit, case: Case, programme: Programme, item: EvidenceItem) -> Link:
    asking = programme.asking_for(item.kind)
    title: Text = wording.requirement_title(programme, asking[0][1], item.subject) if asking else item.kind
    opens = visit.may(Permission.SEE_IDENTITY) and item.file_id is not None
    return Link(addresses.evidence(case.id, item.id, "files") if opens else "", title)


def _automatic(item: EvidenceItem) -> Text:
    failed = sorted(name for name, held in item.checks.items() if not held)
    if failed:
        return _("failed: {names}", names=", ".join(failed))
    return _("passed") if item.checks else ""


def _conceded(session: Session, visit: Visit, programme: Programme, sign_off: SignOff | None) -> Section:
    """Waivers, conditions and interim permissions below it, each with who gave it and why."""
    rows = concessions_below(session, sign_off) if sign_off else ()
    seen = [row for row in rows if not veil.hides_requirement(visit.role, programme, row.requirement)]
    people = names_of(session, visit, [key for row in seen for key in (row.decided_by, row.asked_by)])
    told: dict[UUID, Reasons] = {}
    if seen:
        case = session.get_one(Case, seen[0].case_id)
        told = reasons.read(visit, visit.database.vault(session), programme, case, seen)
        reasons.note(visit, programme, seen)
    return Section(
        id="conceded",
        heading=_("Waivers, conditions and interim permissions"),
        decisions=tuple(_concession(programme, row, told[row.id], people) for row in seen),
        empty=_("It stands on none."),
    )


def _concession(programme: Programme, row: Concession, told: Reasons, people: dict[str, Text]) -> Decision:
    asked, decided = (people.get(key, _("the engine")) for key in (row.asked_by, row.decided_by))
    why = _("{reason} ({authority}, {reference}); asked for by {who}", reason=told.decided or told.asked,
            authority=row.authority, reference=row.reference or "–", who=asked)  # fmt: skip
    return Decision(words.on(row.decided_on or row.asked_on), conceding.title_of(programme, row), decided, why)


def _versions(session: Session, visit: Visit, row: Certificate, value: Value | PredepartureError) -> Section:
    """Documents of the same stage of the case, and what this one shows otherwise than those beside it."""
    found = queries.versions(session, row)
    place = next(index for index, one in enumerate(found) if one.id == row.id)
    columns = (_("Number"), _("Issued on"), _("Status"), _("SHA-256"))
    rows = tuple(
        (
            Link("" if one.id == row.id else addresses.document(one.id, "evidence"), one.number),
            words.on(one.issued_on),
            STANDINGS[queries.standing_on(one, visit.today).value],
            Digest(one.sha256),
        )
        for one in found
    )
    tables = [Table(_("Versions"), columns, rows)]
    if may_read_file(visit.role, row.kind) and not isinstance(value, PredepartureError):
        before = _value(session, visit, found[place - 1]) if place else None
        after = _value(session, visit, found[place + 1]) if place + 1 < len(found) else None
        if before is not None and not isinstance(before, PredepartureError):
            tables.append(_difference(found[place - 1], row, before, value))
        if after is not None and not isinstance(after, PredepartureError):
            tables.append(_difference(row, found[place + 1], value, after))
    if len(found) == 1:
        return Section(id="versions", heading=_("Versions"), empty=_("There is no other document of this stage."))
    return Section(id="versions", heading=_("Versions"), tables=tuple(tables))


def _difference(first: Certificate, second: Certificate, before: Value, after: Value) -> Table:
    label = _("What {after} shows otherwise than {before}", before=first.number, after=second.number)
    rows = tuple(
        (one.title, _("nothing") if one.before in (None, "") else _said(one.before or ""),
         _("nothing") if one.after in (None, "") else _said(one.after or ""))
        for one in shown.differences(before, after)
    )  # fmt: skip
    return Table(label, (_("Field"), first.number, second.number), rows)


def _making(session: Session, visit: Visit, row: Certificate) -> Section:
    """With what the file was made and signed, by which run, and whether it was made again since."""
    if row.state is not CertificateState.ISSUED:
        return Section(id="making", heading=_("How it was made"), empty=_("There is no file under this number."))
    facts = [Fact(_("Run of Prefect"), row.flow_run or _("made by the engine itself"))]
    if row.signed_at is not None:
        said = _("{when} (by an independent authority)") if row.timestamped else _("{when} (by the clock here)")
        facts.append(Fact(_("Signed at"), said.with_params({"when": words.at(row.signed_at, visit.zone)})))
    facts += [Fact(name.capitalize(), str(version)) for name, version in sorted((row.renderer or {}).items())]
    facts += _made_again(session, visit, row)
    digests: list[tuple[Text, str]] = [(_("Templates"), row.template_digest), (_("File"), row.sha256)]
    if row.signed_by:
        digests.append((_("Issuer's certificate"), row.signed_by))
    command = f"predeparture document rerender {row.number}"
    return Section(
        id="making",
        heading=_("How it was made"),
        lead=_("Whoever has the command makes it again and compares the bytes: {command}", command=command),
        facts=tuple(facts),
        digests=tuple(digests),
        forms=(forms.make_again(row.id),) if visit.may(Permission.AUDIT) else (),
    )


def _made_again(session: Session, visit: Visit, row: Certificate) -> Sequence[Fact]:
    query = select(AuditEvent).where(
        AuditEvent.subject == f"certificate/{row.id}", AuditEvent.kind == "certificate.made_again"
    )
    events = session.exec(query.order_by(col(AuditEvent.seq).desc()).limit(5)).all()
    return [
        Fact(
            _("Made again on {day}", day=words.at(event.recorded_at, visit.zone)),
            _outcome(json.loads(event.body)["data"]),
        )
        for event in events
    ]


def _outcome(told: Mapping[str, Any]) -> Text:
    """What came out when it was made again."""
    if told["same"]:
        return _("the same bytes up to the signature")
    if told["changed"]:
        return _("other bytes; these versions differ now: {names}", names=", ".join(told["changed"]))
    return _("other bytes with the same versions: its file, or what is stored of it, was changed")

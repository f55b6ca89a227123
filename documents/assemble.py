"""A sign-off becomes the value of its certificate: exactly the rows it stands on, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from basis import isco
from basis.countries import name as country_name
from basis.messages import Message, _
from basis.roles import Role
from casework.accounts.rules import ROLE_WORDS
from casework.accounts.tables import Account
from casework.cases.tables import Case, SignOff, Waiver
from casework.certificates.service import Reservation
from casework.evidence import service as evidence_service
from casework.evidence.tables import EvidenceItem
from casework.organisations.tables import Organisation
from casework.work import Work
from casework.workers import service as workers
from casework.workers.service import Known
from checklists.programme import Programme, Stage
from documents import assemble_kinds as kinds
from documents.archive import Archive
from documents.grounds import Grounds, load_grounds
from documents.values import Certificate, Head, Issuer, Officer, Person

SEX_WORDS: Mapping[str, Message] = {"F": _("female"), "M": _("male"), "X": _("not specified")}


@dataclass(frozen=True, slots=True)
class Issue:
    """What a certificate is made for: the case, its sign-off, the stage of the pinned programme."""

    case: Case
    sign_off: SignOff
    programme: Programme
    stage: Stage


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is issued: the public address, whether it is a specimen, and where photographs lie."""

    public_url: str
    specimen: bool
    files: Archive


def assemble(work: Work, issue: Issue, reservation: Reservation, place: Place) -> Certificate:
    """The value of the certificate, complete: nothing is read again when it is rendered."""
    case, sign_off, stage = issue.case, issue.sign_off, issue.stage
    grounds = load_grounds(work.session, case.id, sign_off)
    known = workers.get(work.session, work.vault, case.worker_id)
    office = work.session.get_one(Organisation, case.office_id)
    common = kinds.Common(
        head=Head(
            number=reservation.number,
            title=stage.certificate.title,
            issued_on=work.today,
            verify_url=f"{place.public_url}/verify/{reservation.token}",
            specimen=place.specimen,
        ),
        issuer=Issuer(office.name, issue.programme.title, issue.programme.version),
        person=_person(work, case, known, issue.programme, place.files),
        officer=_officer(work, issue, grounds, office),
        remarks=_remarks(issue.programme, grounds.waivers),
        valid_until=valid_until(issue),
    )
    kind = kinds.KINDS.get(stage.kind, kinds.general)
    return kind(work, kinds.Subject(case, issue.programme, stage, grounds, office), common)


def valid_until(issue: Issue) -> date | None:
    """The last day everything that the sign-off stands on holds, unless the certificate is not bound to it."""
    return issue.sign_off.holds_until if issue.stage.certificate.valid == "follows" else None


def _person(work: Work, case: Case, known: Known, programme: Programme, files: Archive) -> Person:
    data = known.data
    track = programme.track(case.track)
    return Person(
        name=" ".join(part for part in (data.given_names, data.family_name) if part),
        passport_name=", ".join(part.upper() for part in (data.family_name, data.given_names) if part),
        birth_date=data.birth_date or date.min,
        passport_hint=kinds.masked(data.passport_number),
        nationality=country_name(data.nationality),
        sex=str(SEX_WORDS[data.sex.value]),
        occupation=isco.numbered(case.occupation, case.job_title),
        track=str(track.label) if track else case.track,
        native_name=data.native_name,
        photo=_photo(work, case.id, files),
    )


def _photo(work: Work, case_id: UUID, files: Archive) -> bytes | None:
    query = select(EvidenceItem).where(
        EvidenceItem.case_id == case_id, EvidenceItem.kind == "photo", EvidenceItem.status == "accepted"
    )
    item = work.session.exec(query.order_by(col(EvidenceItem.recorded_at).desc()).limit(1)).one_or_none()
    if item is None or item.file_id is None:
        return None
    file, content = evidence_service.open_file(work.session, work.vault, files, item.file_id)
    return content if file.media_type.startswith("image/") else None


def _officer(work: Work, issue: Issue, grounds: Grounds, office: Organisation) -> Officer:
    """Who signed off; where the engine did, whoever answers for the case: its owner, or who decided last."""
    names = [issue.sign_off.signed_by, str(issue.case.owner_id or ""), *grounds.deciders]
    for name in names:
        account = work.session.get(Account, UUID(name)) if _is_id(name) else None
        if account is not None:
            return Officer(account.name, account.title or _role_title(account.role))
    return Officer(office.name, str(_("issued automatically")))


def _role_title(role: Role) -> str:
    words = str(ROLE_WORDS[role])
    return words[:1].upper() + words[1:]


def _is_id(text: str) -> bool:
    return len(text) == 36


def _remarks(programme: Programme, waivers: tuple[Waiver, ...]) -> tuple[str, ...]:
    remarks = []
    for waiver in waivers:
        found = programme.requirement(waiver.requirement)
        title = str(found[1].label) if found else waiver.requirement
        sentence = _(
            "{title} was waived by {authority}, reference {reference}.",
            title=title,
            authority=waiver.authority,
            reference=waiver.reference,
        )
        remarks.append(str(sentence))
    return tuple(remarks)

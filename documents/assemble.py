"""A sign-off becomes the value of its certificate: exactly the rows it stands on, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from basis import isco
from basis.countries import is_country
from basis.messages import Message, _
from basis.roles import Role
from casework.accounts.rules import ROLE_WORDS
from casework.accounts.tables import Account
from casework.cases.tables import Case, SignOff
from casework.certificates import service as register
from casework.certificates.service import Reservation
from casework.concessions.rules import authority_words
from casework.concessions.tables import Concession
from casework.evidence import files as evidence_files
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.organisations.tables import Organisation
from casework.photos.rules import KIND as PHOTO
from casework.signatories import service as signatories
from casework.work import Work
from casework.workers import service as workers
from casework.workers.service import Known
from casework.workers.tables import Worker
from checklists.facts import WaiverKind
from checklists.programme import Programme, Stage, StageKind
from documents import assemble_kinds as kinds
from documents.archive import Archive
from documents.grounds import Grounds, concessions_below, load_grounds
from documents.installation import Installation
from documents.language_choice import DEFAULT_ORDER, Wanted, choose
from documents.languages import ENGLISH, Language, country, in_both, language, offered, writing
from documents.languages import day as written
from documents.short_code import short_code
from documents.values import WITHOUT_PHOTOGRAPH, Certificate, Head, Issuer, Officer, Person

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
    """Where it is issued: the public address, whether it is a specimen, where photographs lie, and which languages
    documents are written in (see `documents.language_choice`)."""

    public_url: str
    specimen: bool
    files: Archive
    languages: str = DEFAULT_ORDER


def place_of(installation: Installation) -> Place:
    settings = installation.settings
    return Place(installation.public_url, settings.is_demo, installation.files, settings.certificate_languages)


def assemble(work: Work, issue: Issue, reservation: Reservation, place: Place) -> Certificate:
    """The value of the certificate, complete: nothing is read again when it is rendered."""
    first, second = languages_of(work, issue.case, issue.programme, place)
    with writing(first):
        return _assemble(work, issue, reservation, place, first, second)


def languages_of(work: Work, case: Case, programme: Programme, place: Place) -> tuple[Language, Language | None]:
    """The languages of a document of this case. Who stays is at the destination already."""
    track = programme.track(case.track)
    abroad = [case.destination] if case.destination else programme.destinations
    worker = work.session.get_one(Worker, case.worker_id)
    own = worker.nationality in programme.origins or not programme.origins
    origins = [worker.nationality] if own else programme.origins
    wanted = Wanted(
        destinations=origins if track is not None and not track.departs else abroad,
        origins=origins,
        recorded=workers.language_of(work.session, worker.id),
    )
    first, second = choose(place.languages, wanted, offered())
    return language(first) or ENGLISH, language(second)


def _assemble(
    work: Work, issue: Issue, reservation: Reservation, place: Place, first: Language, second: Language | None
) -> Certificate:
    case, sign_off, stage = issue.case, issue.sign_off, issue.stage
    title, second_title = in_both(_(stage.certificate.title), second)
    grounds = load_grounds(work.session, case.id, sign_off)
    known = workers.get(work.session, work.vault, case.worker_id)
    office = work.session.get_one(Organisation, case.office_id)
    common = kinds.Common(
        head=Head(
            number=reservation.number,
            title=title,
            language=first.tag,
            second_title=second_title,
            second_language=second.tag if second else "",
            issued_on=work.today,
            verify_url=f"{place.public_url}/verify/{reservation.token}",
            specimen=place.specimen,
            replaces=", ".join(row.number for row in register.replaced_by_next(work.session, sign_off)),
            wet_signature=stage.certificate.wet_signature,
            short_code=short_code(reservation.token),
        ),
        issuer=Issuer(office.name, issue.programme.title, issue.programme.version),
        person=person(case, known, issue.programme, _photo(work, issue, place.files)),
        officer=_officer(work, issue, grounds, office),
        remarks=_remarks(issue.programme, _conceded(work, issue, grounds)),
        valid_until=valid_until(issue),
        second=second,
    )
    kind = kinds.KINDS.get(stage.kind, kinds.general)
    return kind(work, kinds.Subject(case, issue.programme, stage, grounds, office), common)


def valid_until(issue: Issue) -> date | None:
    """The last day everything that the sign-off stands on holds, unless the certificate is not bound to it."""
    return issue.sign_off.holds_until if issue.stage.certificate.valid == "follows" else None


def person(case: Case, known: Known, programme: Programme, photo: bytes | None = None) -> Person:
    """Whom a document is about."""
    data = known.data
    track = programme.track(case.track)
    return Person(
        name=" ".join(part for part in (data.given_names, data.family_name) if part),
        passport_name=", ".join(part.upper() for part in (data.family_name, data.given_names) if part),
        birth_date=data.birth_date or date.min,
        passport_hint=kinds.masked(data.passport_number),
        nationality=str(country(data.nationality)),
        sex=str(SEX_WORDS[data.sex.value]),
        occupation=isco.numbered(case.occupation, case.job_title),
        track=str(track.label) if track else case.track,
        native_name=data.native_name,
        photo=photo,
    )


def _photo(work: Work, issue: Issue, files: Archive) -> bytes | None:
    """The photograph that was accepted last, on the kinds that bear one."""
    if issue.stage.kind in WITHOUT_PHOTOGRAPH:
        return None
    query = select(EvidenceItem).where(
        EvidenceItem.case_id == issue.case.id,
        EvidenceItem.kind == PHOTO,
        EvidenceItem.status == EvidenceStatus.ACCEPTED,
        col(EvidenceItem.sealed_off_at).is_(None),
    )
    item = work.session.exec(query.order_by(col(EvidenceItem.recorded_at).desc()).limit(1)).one_or_none()
    if item is None or item.file_id is None:
        return None
    shown = evidence_files.open_derivative(work.session, work.vault, files, item.file_id)
    return shown.content if shown.media_type.startswith("image/") else None


def _officer(work: Work, issue: Issue, grounds: Grounds, office: Organisation) -> Officer:
    """Who is named for this kind of document. Where nobody is, who signed off; where the engine did, whoever answers
    for the case: its owner, or who decided last."""
    named = signatories.responsible(work.session, office.id, issue.sign_off.kind, work.today)
    if named is not None:
        return Officer(named.name, named.title)
    names = [issue.sign_off.signed_by, str(issue.case.owner_id or ""), *grounds.deciders]
    for name in names:
        account = work.session.get(Account, UUID(name)) if _is_id(name) else None
        if account is not None:
            return Officer(account.name, account.title or role_title(account.role))
    return Officer(office.name, str(_("issued automatically")))


def role_title(role: Role) -> str:
    """The title of an account that has none of its own."""
    words = str(ROLE_WORDS[role])
    return words[:1].upper() + words[1:]


def _is_id(text: str) -> bool:
    return len(text) == 36


def _conceded(work: Work, issue: Issue, grounds: Grounds) -> tuple[Concession, ...]:
    """What the stage was conceded; the clearance and the completion, which sum up, name those of every stage."""
    if issue.stage.kind in (StageKind.DEPARTURE, StageKind.COMPLETION):
        return concessions_below(work.session, issue.sign_off)
    return grounds.concessions


_CONCEDED: Mapping[WaiverKind, Message] = {
    WaiverKind.WAIVER: _("{title} was waived by: {authority}, reference {reference}{end}."),
    WaiverKind.CONDITION: _("{title} is met on condition, set by: {authority}, reference {reference}{end}."),
    WaiverKind.INTERIM: _("{title}: interim permission of: {authority}, reference {reference}{end}."),
}


def _remarks(programme: Programme, concessions: tuple[Concession, ...]) -> tuple[str, ...]:
    remarks = []
    for row in concessions:
        found = programme.requirement(row.requirement)
        title = str(found[1].label) if found else row.requirement
        if is_country(row.subject):
            title = f"{title} ({country(row.subject)})"
        sentence = _(
            _CONCEDED[row.kind].text,
            title=title,
            authority=authority_words(row.authority),
            reference=row.reference,
            end=_end(programme, row),
        )
        remarks.append(str(sentence))
    return tuple(remarks)


def _end(programme: Programme, row: Concession) -> Message | str:
    """When it ends, as the end of a sentence; nothing where it holds for the whole case."""
    if not row.until_event:
        return _(", until {day}", day=written(row.ends_on)) if row.ends_on else ""
    asking = programme.asking_for(row.until_event)
    event = asking[0][1].label if asking else row.until_event
    if row.ends_on:
        return _(", until {day} or until “{event}” is decided", day=written(row.ends_on), event=event)
    return _(", until “{event}” is decided", event=event)

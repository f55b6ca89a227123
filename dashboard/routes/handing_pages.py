"""What the pages say of handing documents over, of their duplicates and scans, and of how they were ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, select

from basis.messages import _, _n
from casework.accounts import queries as accounts
from casework.accounts.rules import Permission
from casework.cases.pinned import programme_of
from casework.cases.rules import is_ended
from casework.cases.tables import Case, SignOff
from casework.certificates import service as certificates
from casework.certificates.release import PURPOSES, RECIPIENT_WORDS, Recipient, may_have
from casework.certificates.rules import DUPLICATE_REASONS, may_read_file, public_reason
from casework.certificates.tables import Certificate, CertificateState
from casework.copies import service as copies
from casework.disclosures import service as disclosures
from casework.disclosures.tables import Disclosure
from dashboard import addresses, words
from dashboard.pages.base import Place
from dashboard.pages.handing import DisclosureList, DisclosureRow, PaperRow
from dashboard.parts import Badge, Fact, Link, Text, Tone
from dashboard.sessions import Visit

_COPY_STATES: Mapping[CertificateState, Badge] = {
    CertificateState.RESERVED: Badge(Tone.OPEN, _("being made")),
    CertificateState.ISSUED: Badge(Tone.DONE, _("made")),
    CertificateState.VOID: Badge(Tone.IDLE, _("not made: the document ended")),
}


def acts(visit: Visit, row: Certificate, case: Case) -> tuple[Link, ...]:
    """What this reader can do with the document."""
    links: list[Link] = []
    issued = row.state is CertificateState.ISSUED
    if visit.may(Permission.HAND_OVER) and issued and recipients(row):
        links.append(Link(addresses.document(row.id, "hand-over"), _("Hand it over"), primary=True))
        if row.end_kind is None:
            links.append(Link(addresses.document(row.id, "duplicates"), _("Make a duplicate")))
        links.append(Link(addresses.document(row.id, "scans"), _("Add a stamped copy")))
    if visit.may(Permission.CORRECT_DOCUMENTS) and issued and row.end_kind is None and row.sign_off_id is not None:
        if not is_ended(case.life):
            links.append(Link(addresses.document(row.id, "supersede"), _("Correct it")))
        links.append(Link(addresses.document(row.id, "revoke"), _("Revoke it")))
    return tuple(links)


def recipients(row: Certificate) -> tuple[Recipient, ...]:
    """To whom the policy lets the document go as it stands."""
    stands = disclosures.stands(row)
    return tuple(one for one in Recipient if may_have(one, row.kind, stands=stands))


def released(row: Certificate) -> Text:
    allowed = recipients(row)
    if row.state is not CertificateState.ISSUED or not allowed:
        return _("It goes to nobody.")
    return _("It may go to: {recipients}.", recipients=", ".join(str(RECIPIENT_WORDS[one]) for one in allowed))


def facts(session: Session, visit: Visit, row: Certificate, case: Case) -> tuple[Fact, ...]:
    """In whose place it stands, why it was ended by hand, and whether the stamped paper is here."""
    found: list[Fact] = []
    query = select(Certificate).where(Certificate.superseded_by == row.id).order_by(col(Certificate.number))
    found += [Fact(_("In the place of"), old.number, addresses.document(old.id)) for old in session.exec(query)]
    reason = public_reason(row.end_reason)
    if reason is not None:
        found.append(Fact(_("Why it ended"), reason))
        told = _("told to whoever checks it") if row.end_told else _("not told outside")
        found.append(Fact(_("This reason is"), told))
        note = certificates.end_note(visit.database.vault(session), row)
        if note:
            found.append(Fact(_("Note of the office"), note))
    sign_off = session.get(SignOff, row.sign_off_id) if row.sign_off_id else None
    stage = programme_of(visit.installation.catalogue, case).stage(sign_off.stage) if sign_off else None
    if stage is not None and stage.certificate.wet_signature:
        kept = bool(copies.scans_of(session, row.id))
        found.append(Fact(_("Signed and stamped paper"), _("scanned") if kept else _("asked for, not scanned yet")))
    return tuple(found)


def papers(session: Session, visit: Visit, row: Certificate) -> tuple[PaperRow, ...]:
    """Duplicates by number, then scans by their day."""
    made, scanned = copies.copies_of(session, row.id), copies.scans_of(session, row.id)
    people = _people(session, [one.made_by for one in made] + [scan.recorded_by for scan, _file in scanned])
    readable = may_read_file(visit.role, row.kind)
    rows = [
        PaperRow(
            Link("", _("Duplicate no. {number}: {reason}", number=one.number, reason=DUPLICATE_REASONS[one.reason])),
            words.on(one.made_on),
            people.get(one.made_by, _("the engine")),
            _COPY_STATES[one.state],
        )
        for one in made
    ]
    rows += [
        PaperRow(
            Link(addresses.document(row.id, "scans", scan.id) if readable else "", _("Stamped copy"), _("open it")),
            words.at(scan.recorded_at, visit.zone),
            people.get(scan.recorded_by, _("the engine")),
            Badge(Tone.DONE, _("{size} kB", size=max(1, round(file.size / 1000)))),
        )
        for scan, file in scanned
    ]
    return tuple(rows)


def of_document(session: Session, row: Certificate) -> tuple[DisclosureRow, ...]:
    return _rows(session, [(one, row) for one in disclosures.of_document(session, row.id)])


def of_case(session: Session, visit: Visit, case: Case) -> DisclosureList:
    found = disclosures.of_cases(session, [case.id])
    return DisclosureList(
        base=visit.at(Place.CASES),
        back=Link(addresses.case(case.id), case.reference),
        summary=_n("{count} time, the last one first", "{count} times, the last one first", len(found)),
        rows=_rows(session, found),
    )


def _rows(session: Session, found: Sequence[tuple[Disclosure, Certificate]]) -> tuple[DisclosureRow, ...]:
    people = _people(session, [one.recorded_by for one, _row in found])
    return tuple(
        DisclosureRow(
            document=Link(addresses.document(row.id), row.number),
            copy=_("duplicate no. {number}", number=one.copy_number) if one.copy_number else "",
            day=words.on(one.disclosed_on),
            recipient=_recipient(one),
            purpose=_purpose(one),
            who=people.get(one.recorded_by, _("the engine")),
        )
        for one, row in found
    )


def _recipient(one: Disclosure) -> Text:
    said = RECIPIENT_WORDS[one.recipient]
    return (
        _("{organisation} ({recipient})", organisation=one.organisation, recipient=said) if one.organisation else said
    )


def _purpose(one: Disclosure) -> Text:
    said = PURPOSES[one.purpose]
    return _("{purpose}, {reference}", purpose=said, reference=one.reference) if one.reference else said


def _people(session: Session, keys: list[str]) -> dict[str, Text]:
    return {key: account.name for key, account in accounts.people(session, keys).items()}

"""What the pages of the register show."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from sqlmodel import Session

from basis.messages import Message, _, _n
from basis.roles import Role
from casework.accounts import queries as accounts
from casework.audit.tables import AuditEvent
from casework.cases.pinned import programme_of
from casework.cases.tables import Case, SignOff
from casework.certificates import queries
from casework.certificates.rules import may_read_file
from casework.certificates.tables import Certificate, CertificateState
from casework.concessions.rules import KIND_WORDS as CONCESSIONS
from casework.decisions import service as decisions
from casework.decisions.rules import KIND_WORDS, OUTCOME_WORDS
from casework.decisions.tables import AdverseDecision
from casework.loans.paper_tables import MoneyPaper
from casework.verifications import service as verifications
from casework.verifications.tables import VerificationCount, Way
from checklists.programme import Programme
from dashboard import addresses, words
from dashboard.pages import documents as pages
from dashboard.pages.base import Place
from dashboard.pages.case import Decision, Event
from dashboard.parts import Badge, Fact, Link, Text, Tone
from dashboard.routes import handing_pages
from dashboard.sessions import Visit
from documents import evidence
from documents.evidence import Evidence
from documents.grounds import load_grounds
from documents.verification import Check, Result

STANDINGS: Mapping[str, Badge] = {
    "valid": Badge(Tone.DONE, _("valid")),
    "expired": Badge(Tone.TODAY, _("expired")),
    "superseded": Badge(Tone.TODAY, _("superseded")),
    "revoked": Badge(Tone.LATE, _("revoked")),
    "altered": Badge(Tone.LATE, _("altered")),
    "unknown": Badge(Tone.LATE, _("unknown")),
    "reserved": Badge(Tone.OPEN, _("being made")),
    "void": Badge(Tone.IDLE, _("void")),
}
_RESULTS: Mapping[Result, Badge] = {
    Result.PASSED: Badge(Tone.DONE, _("passed")),
    Result.FAILED: Badge(Tone.LATE, _("failed")),
    Result.NOT_APPLICABLE: Badge(Tone.IDLE, _("not applicable")),
}
_TITLES: Mapping[str, Message] = {
    "archive": _("Archive"),
    "readable": _("File"),
    "register": _("Register"),
    "bytes": _("Same file"),
    "signature": _("Signature"),
    "appended": _("Nothing appended"),
    "certificate": _("Issuer's key"),
    "timestamp": _("Timestamp"),
    "payload": _("Data inside"),
    "template": _("Template"),
    "revoked": _("Not revoked"),
    "superseded": _("Not replaced"),
    "validity": _("Validity"),
    "decision": _("Decision"),
    "facts": _("Facts today"),
    "history": _("History"),
}
_WAYS: Mapping[Way, Message] = {
    Way.CODE: _("its code"),
    Way.NUMBER: _("its number"),
    Way.HASH: _("the fingerprint of its file"),
    Way.FILE: _("its file"),
}
_MOST_DAYS = 20
_HOLDS = frozenset({"revoked", "superseded", "validity"})
"""Checks of whether a genuine document still holds."""

_EVENTS: Mapping[str, Message] = {
    "certificate.reserved": _("Number given"),
    "certificate.issued": _("Issued"),
    "certificate.read": _("File opened"),
    "certificate.viewed": _("Looked at by an auditor"),
    "certificate.voided": _("Number given up"),
    "certificate.disclosed": _("Handed over"),
    "certificate.duplicate_asked": _("Duplicate asked for"),
    "certificate.duplicated": _("Duplicate made"),
    "certificate.duplicate_voided": _("Duplicate not made: the document had ended"),
    "certificate.scan_added": _("Stamped copy added"),
    "certificate.scan_viewed": _("Stamped copy opened"),
    "certificate.expired": _("Ended: its time ran out"),
    "certificate.revoked": _("Ended: revoked"),
    "certificate.superseded": _("Ended: corrected"),
    "decision.recorded": _("Decision recorded"),
    "decision.ended": _("Decision no longer stands"),
    "stage.signed_off": _("Stage signed off"),
    "stage.reopened": _("Stage open again"),
}
_QUALIFICATIONS: Mapping[str, Message] = {
    "diploma_recognition": _("Diploma decided on"),
    "language_result": _("Language decided on"),
    "professional_ability": _("Professional ability decided on"),
}


def document(session: Session, visit: Visit, row: Certificate, case: Case) -> pages.DocumentPage:
    """The evidence page: the file is opened and verified anew each time somebody looks."""
    installation = visit.installation
    programme = programme_of(installation.catalogue, case)
    found = evidence.gather(installation, session, row, visit.today)
    readable = row.state is CertificateState.ISSUED and may_read_file(visit.role, row.kind)
    return pages.DocumentPage(
        base=visit.at(Place.DOCUMENTS),
        heading=row.number,
        status=STANDINGS[found.status.value],
        summary=_summary(row, found),
        facts=_facts(session, visit, row, case, programme) + handing_pages.facts(session, visit, row, case),
        digest=row.sha256,
        checks=tuple(check_view(check) for check in found.checks),
        decisions=_decisions(session, visit, programme, case, row),
        events=_events(session, visit, row),
        asked=_asked(session, row),
        file=Link(addresses.document(row.id, "file"), _("Download the PDF"), primary=True) if readable else None,
        acts=(
            Link(addresses.document(row.id, "evidence"), _("What it shows and stands on")),
            *handing_pages.acts(visit, row, case),
        ),
        released=handing_pages.released(row),
        disclosures=handing_pages.of_document(session, row),
        papers=handing_pages.papers(session, visit, row),
    )


def _asked(session: Session, row: Certificate) -> tuple[Fact, ...]:
    counted = verifications.of_document(session, row.id)[:_MOST_DAYS]
    return tuple(Fact(words.on(one.day), _times(one)) for one in counted)


def _times(one: VerificationCount) -> Text:
    return _n(
        "{count} time by {way}: {answer}",
        "{count} times by {way}: {answer}",
        one.times,
        way=_WAYS[one.way],
        answer=STANDINGS[one.answer].text,
    )


def check_view(check: Check) -> pages.CheckView:
    """A check of verification as it is shown."""
    return pages.CheckView(_TITLES[check.name], _RESULTS[check.result], check.sentence)


def _summary(row: Certificate, found: Evidence) -> Text:
    title = Message(row.title)
    if row.state is CertificateState.VOID:
        return _("{title}: the number was given up", title=title)
    if row.state is CertificateState.RESERVED:
        return _("{title}, being made", title=title)
    wrong = [check for check in found.failed if check.name not in _HOLDS]
    if not wrong and found.failed:
        return _(
            "{title}, issued on {day}. It is genuine and no longer holds.", title=title, day=words.on(row.issued_on)
        )
    if wrong:
        return _n(
            "{title}, issued on {day}. {count} check failed.",
            "{title}, issued on {day}. {count} checks failed.",
            len(wrong),
            title=title,
            day=words.on(row.issued_on),
        )
    return _("{title}, issued on {day}. Every check passed.", title=title, day=words.on(row.issued_on))


def _facts(session: Session, visit: Visit, row: Certificate, case: Case, programme: Programme) -> tuple[Fact, ...]:
    version = _("{title} {version}", title=programme.label, version=programme.version)
    facts = [
        Fact(_("Case"), case.reference, addresses.case(case.id)),
        Fact(_("Programme"), version, addresses.programme(programme.id, programme.version)),
        Fact(_("Issued on"), words.on(row.issued_on)),
        Fact(_("Valid until"), words.on(row.valid_until) if row.valid_until else _("no last day")),
    ]
    if row.ended_on is not None:
        facts.append(Fact(_("Ended on"), words.on(row.ended_on)))
    if row.superseded_by is not None:
        later = session.get_one(Certificate, row.superseded_by)
        facts.append(Fact(_("In its place"), later.number, addresses.document(later.id)))
    if row.size:
        facts.append(Fact(_("Size"), _("{size} kB", size=max(1, round(row.size / 1000)))))
    if row.renderer:
        # The versions of the fonts are kept too; they would fill the page.
        made = ", ".join(
            f"{name} {version}" for name, version in sorted(row.renderer.items()) if not name.startswith("font ")
        )
        facts.append(Fact(_("Made with"), made))
    return tuple(facts)


def _decisions(
    session: Session, visit: Visit, programme: Programme, case: Case, row: Certificate
) -> tuple[Decision, ...]:
    """What the document is the image of: a decision, or a sign-off and the records it names."""
    if row.paper_id is not None:
        return _of_paper(session, visit, session.get_one(MoneyPaper, row.paper_id))
    if row.sign_off_id is None:
        return _of_letter(session, visit, session.get_one(AdverseDecision, row.decision_id))
    return _of_sign_off(session, visit, programme, case, session.get_one(SignOff, row.sign_off_id))


def _of_paper(session: Session, visit: Visit, paper: MoneyPaper) -> tuple[Decision, ...]:
    """Who asked for it, and for which day."""
    people = names_of(session, visit, [paper.asked_by])
    asked = _("Asked for, as of {day}", day=words.on(paper.as_of))
    who = people.get(paper.asked_by, _("the engine"))
    return (Decision(words.on(paper.asked_on), asked, who, ""),)


def _of_letter(session: Session, visit: Visit, decision: AdverseDecision) -> tuple[Decision, ...]:
    """The decision and what appeals made of it, the last first."""
    found: list[tuple[date, Text, str]] = [(decision.decided_on, KIND_WORDS[decision.kind], decision.decided_by)]
    for appeal in decisions.appeals_of(session, [decision.id]):
        found.append((appeal.lodged_on, _("An appeal was lodged"), appeal.recorded_by))
        if appeal.outcome is not None and appeal.decided_on is not None:
            found.append((appeal.decided_on, OUTCOME_WORDS[appeal.outcome], appeal.decided_by))
    people = names_of(session, visit, [who for _day, _what, who in found])
    return tuple(
        Decision(words.on(day), what, people.get(who, _("the engine")), "") for day, what, who in reversed(found)
    )


def _of_sign_off(
    session: Session, visit: Visit, programme: Programme, case: Case, sign_off: SignOff
) -> tuple[Decision, ...]:
    """The sign-off and the records it names, the last first: what and who and when, never what came out."""
    grounds = load_grounds(session, case.id, sign_off)
    found = [(sign_off.signed_on, _("{stage} signed off", stage=_stage(programme, sign_off.stage)), sign_off.signed_by)]
    found += [
        (earlier.signed_on, _("{stage} signed off", stage=_stage(programme, earlier.stage)), earlier.signed_by)
        for earlier in queries.earlier_sign_offs(session, sign_off.stands_on)
    ]
    for item in grounds.evidence:
        asking = programme.asking_for(item.kind)
        title: Text = asking[0][1].label if asking else item.kind
        who = item.decided_by or item.recorded_by
        found.append((item.decided_on or item.recorded_at.date(), _("{paper} accepted", paper=title), who))
    if grounds.screening is not None:
        found.append((grounds.screening.screened_on, _("Screened against the watch lists"), "engine"))
    found += [(row.decided_on, _QUALIFICATIONS[row.kind.value], row.recorded_by) for row in grounds.qualifications]
    found += [(row.completed_on, _("Course completed"), row.recorded_by) for row in grounds.training]
    if grounds.examination is not None:
        found.append((grounds.examination.examined_on, _("Medical examination"), grounds.examination.recorded_by))
    modules = {module.id: module.label for module in programme.curriculum}
    found += [
        (row.attended_on, _("Attended: {module}", module=modules.get(row.module, row.module)), row.recorded_by)
        for row in grounds.attendance
    ]
    if grounds.loan is not None:
        found.append((grounds.loan.signed_on or grounds.loan.asked_on, _("Promissory note"), grounds.loan.recorded_by))
    if grounds.itinerary is not None:
        found.append((grounds.itinerary.recorded_at.date(), _("Journey booked"), grounds.itinerary.recorded_by))
    found += [
        (row.decided_on or row.asked_on, _("{kind} {reference}", kind=CONCESSIONS[row.kind], reference=row.reference),
         row.decided_by)
        for row in grounds.concessions
    ]  # fmt: skip
    people = names_of(session, visit, [who for _day, _what, who in found])
    ordered = sorted(found, key=lambda one: one[0], reverse=True)
    return tuple(Decision(words.on(day), what, people.get(who, _("the engine")), "") for day, what, who in ordered)


def _stage(programme: Programme, stage_id: str) -> Text:
    stage = programme.stage(stage_id)
    return stage.label if stage else stage_id


def _events(session: Session, visit: Visit, row: Certificate) -> tuple[Event, ...]:
    events = queries.history(session, row)
    people = names_of(session, visit, [event.actor for event in events])
    return tuple(
        Event(
            words.at(event.recorded_at, visit.zone),
            people.get(event.actor, _("the engine")),
            _("{what} (event {seq}, {kind})", what=_what(event), seq=event.seq, kind=event.kind),
        )
        for event in reversed(events)
    )


def _what(event: AuditEvent) -> Text:
    if event.kind == "certificate.issued":
        digest = json.loads(event.body)["data"].get("sha256", "")[:12]
        return _("Issued, SHA-256 begins {digest}", digest=digest)
    return _EVENTS.get(event.kind, event.kind)


def names_of(session: Session, visit: Visit, keys: list[str]) -> dict[str, Text]:
    """Names by key. Which security officer it was is for auditors and for security officers."""
    open_to = visit.role in (Role.AUDITOR, Role.SECURITY_OFFICER)
    return {
        key: account.name if open_to or account.role is not Role.SECURITY_OFFICER else _("a security officer")
        for key, account in accounts.people(session, keys).items()
    }

"""One requirement of a stage: how it stands, what it stands on, and what this reader can do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from basis.countries import codes, name
from basis.messages import Message, _
from basis.roles import Role
from casework.accounts.rules import Permission
from casework.cases import changes
from casework.cases.tables import Case
from casework.evidence.differences import COUNTED
from casework.evidence.facts import CERTIFIED
from casework.evidence.rules import REJECT_REASONS, may_verify
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.qualifications.rules import QualificationKind
from checklists.assessment import RequirementState, RequirementStatus, StageState, StageStatus
from checklists.following import FOLLOW_UP, MEASURE
from checklists.programme import Each, LegalBasis, Programme, Requirement, Stage
from checklists.residence import reason_for
from dashboard import addresses, words
from dashboard.cases import conceding, paper_files, shown_papers, veil, wording
from dashboard.cases.known import KnownCase
from dashboard.cases.lessons import lessons
from dashboard.forms import case as forms
from dashboard.forms.case import Options, yes_no
from dashboard.forms.examinations import OUTCOMES
from dashboard.pages.case import EvidenceView, RequirementView
from dashboard.parts import Badge, Fact, Field, Form, Kind, Link, Option, Source, Text, Tone

_S = RequirementStatus
STATUS: Final[Mapping[RequirementStatus, tuple[Tone, Message]]] = {
    _S.MET: (Tone.DONE, _("met")),
    _S.WAIVED: (Tone.DONE, _("waived")),
    _S.CONDITIONAL: (Tone.WAIT, _("met for a time")),
    _S.PENDING: (Tone.WAIT, _("outcome open")),
    _S.SUBMITTED: (Tone.OPEN, _("to be verified")),
    _S.NOT_INDEPENDENT: (Tone.TODAY, _("needs a second person")),
    _S.UNKNOWN: (Tone.IDLE, _("not known yet")),
    _S.TOO_SHORT: (Tone.TODAY, _("lapses too early")),
    _S.LAPSED: (Tone.LATE, _("lapsed")),
    _S.SHORT: (Tone.TODAY, _("below what is asked")),
    _S.FAILED_CHECK: (Tone.LATE, _("check failed")),
    _S.REJECTED: (Tone.TODAY, _("rejected")),
    _S.ADVERSE: (Tone.LATE, _("speaks against it")),
    _S.MISSING: (Tone.IDLE, _("missing")),
}
_ANSWERS = {
    veil.Answer.MET: Tone.DONE,
    veil.Answer.NOT_MET: Tone.TODAY,
    veil.Answer.IN_PROGRESS: Tone.WAIT,
}
_DAYS: Mapping[str, Message] = {
    "issued_on": _("Issued"),
    "expires_on": _("Expires"),
}
_QUESTIONS: Mapping[str, Message] = {
    "drawn_in_last_24_months": _("Asylum-seeker benefits drawn in the last 24 months"),
}
_CHECKS: Mapping[str, Message] = {
    "mrz": _("Machine-readable zone"),
    "identity": _("Names, birth and number agree"),
    "consistent": _("Agrees with what is recorded"),
    "quality": _("Quality of the picture"),
    "frame": _("Head within the frame"),
}
PAGES: Final[Mapping[str, tuple[tuple[str, ...], Permission, Message]]] = {
    **{
        kind.value: (("qualifications",), Permission.RECORD_QUALIFICATIONS, _("Open the qualifications"))
        for kind in QualificationKind
    },
    "training_result": (("courses",), Permission.ENROL, _("Choose a course")),
    "itinerary": (("itinerary",), Permission.RECORD_TRAVEL, _("Record the journey")),
    "medical_examination": (("medical",), Permission.RECORD_MEDICAL, _("Record an examination")),
    "module_attendance": (("sessions",), Permission.ENROL, _("Choose a session")),
    "orientation_test": (("sessions",), Permission.ENROL, _("Choose a session")),
    "loan_approval": (("loan",), Permission.ASK_LOANS, _("Open the loan")),
    "promissory_note": (("loan",), Permission.ASK_LOANS, _("Open the loan")),
    "contract_check": (("job",), Permission.CHECK_CONTRACTS, _("Open job and contract")),
    veil.SCREENING: (("hits",), Permission.SEE_MATCHES, _("Open the possible matches")),
}
"""The pages on which what is no paper is recorded, by kind of evidence: where, by whom, and the words."""
_OF_STAGE: Final = frozenset(
    {"medical_examination", "module_attendance", "orientation_test", "loan_approval", "promissory_note"}
)
_FOLLOWING: Final = {FOLLOW_UP: _("Go to the check-in"), MEASURE: _("Go to the measures")}
"""What is recorded among the follow-ups, further down on the page."""
_SECTIONS: Final[Mapping[str, str]] = {
    "diploma_recognition": "#diploma",
    "language_result": "#language",
    "professional_ability": "#ability",
}
"""The section of the page of qualifications, by kind of evidence."""
REJECTING: Final = tuple(Option(code, said) for code, said in REJECT_REASONS.items())


def is_paper(requirement: Requirement) -> bool:
    """Whether the evidence is handed in as a file; all else has a page of its own."""
    return requirement.evidence not in PAGES and requirement.evidence not in _FOLLOWING


def requirement_view(known: KnownCase, stage: Stage, state: StageState, slot: RequirementState) -> RequirementView:
    """A requirement as the reader may know it."""
    requirement = next(one for one in stage.requirements if one.id == slot.requirement)
    title = wording.requirement_title(known.programme, requirement, slot.subject)
    status, why, who = _standing(known, stage, state, requirement, slot)
    going = not known.is_over(stage.id) and state.status is not StageStatus.NOT_ASKED
    lacks = going and not slot.status.fulfilled
    hidden = veil.hides_evidence(known.visit.role, stage.kind)
    shown = () if hidden else tuple(_evidence(known, requirement, slot, title))
    return RequirementView(
        id=slot_id(slot),
        title=title,
        status=status,
        why=why if hidden else lessons(known, requirement, _with_country(known, requirement, slot, why)),
        who=who,
        due="" if looks_fulfilled(known, stage, state, slot) else wording.due_sentence(slot.due_on, known.today),
        evidence=shown,
        source=source(requirement.legal_basis),
        add=_add(known, requirement, slot, title) if going and is_paper(requirement) else None,
        act=_page(known, requirement, slot) if going and not _at_stage(requirement) else None,
        waive=conceding.asking(known, requirement, slot.subject, title) if lacks else None,
    )


def _with_country(known: KnownCase, requirement: Requirement, slot: RequirementState, why: Text) -> Text:
    """Why a paper of this country is asked and how fresh it must be, for those who may see where the worker lived."""
    if requirement.each is not Each.RESIDENCE or not known.visit.may(Permission.SEE_IDENTITY):
        return why
    found = reason_for(known.programme, known.reading.facts, slot.subject, known.today)
    if found is None:
        return why
    said = _("{why} {country}", why=why, country=words.spoken(found.why))
    return _("{why} {fresh}", why=said, fresh=words.spoken(found.fresh)) if found.fresh else said


def slot_id(slot: RequirementState) -> str:
    """The place on the page."""
    return f"requirement-{slot.requirement}{'-' + slot.subject if slot.subject else ''}"


def shown_status(known: KnownCase, stage: Stage, state: StageState, slot: RequirementState) -> veil.Answer | None:
    """What the role learns instead of the state, None where it may know it."""
    requirement = next(one for one in stage.requirements if one.id == slot.requirement)
    return veil.answer(known.visit.role, stage.kind, requirement.evidence, slot.status, state.status)


def looks_fulfilled(known: KnownCase, stage: Stage, state: StageState, slot: RequirementState) -> bool:
    """Whether the reader takes the requirement for fulfilled."""
    said = shown_status(known, stage, state, slot)
    return slot.status.fulfilled if said is None else said is veil.Answer.MET


def page_link(known: KnownCase, requirement: Requirement, *, primary: bool = False) -> Link | None:
    """The page on which the reader records this, None where it is not theirs."""
    if requirement.evidence in _FOLLOWING:
        place = f"#follow-up-of-{requirement.subject}" if requirement.evidence == FOLLOW_UP else "#measures"
        return Link(place, _FOLLOWING[requirement.evidence], primary=primary)
    return _act(known, requirement, primary=primary)


def evidence_form(case: Case, programme: Programme, requirement: Requirement, subject: str, title: Text) -> Form:
    """The form that adds a paper, as it is shown and as it is read again.

    It offers the countries of the corridor and the one that is asked about: with all countries in the form of
    every requirement the page would weigh three times as much.
    """
    if requirement.each is Each.RESIDENCE and subject:
        codes_asked: Iterable[str] = [subject]
    elif programme.origins and (programme.destinations or case.destination):
        corridor = (*programme.origins, case.destination, *(() if case.destination else programme.destinations))
        codes_asked = dict.fromkeys(code for code in corridor if code)
    else:
        codes_asked = codes()
    offered = tuple(Option(code, wording.country(code)) for code in codes_asked)
    asked, days = questions(requirement), anchors(requirement)
    return forms.add_evidence(case.id, case.version, requirement.id, subject, title, offered, asked, days)


def questions(requirement: Requirement) -> tuple[Field, ...]:
    """What the programme asks of the paper besides its days: values that it compares."""
    asked: dict[str, Field] = {}
    for alternative in requirement.accept:
        for name_, rule in alternative.items():
            if name_ in CERTIFIED:
                continue  # asked of every paper, on the page of what it shows
            label = _question(name_)
            values = rule.one_of
            if values and all(isinstance(value, bool) for value in values):
                asked[name_] = yes_no(name_, label)
            elif values and all(isinstance(value, str) for value in values):
                options = tuple(Option(str(value), str(value).replace("_", " ")) for value in values)
                asked[name_] = Field(name_, label, Kind.CHOICE, options=options, required=False)
            else:
                asked[name_] = Field(name_, label, Kind.NUMBER, short=True, required=False)
    for anchor in sorted(anchors(requirement) - set(_DAYS)):
        asked[anchor] = Field(
            anchor, _("{what}", what=anchor.replace("_", " ").capitalize()), Kind.DATE, required=False
        )
    return tuple(asked.values())


def _question(name_: str) -> Message:
    return _QUESTIONS.get(name_) or _("{what}", what=name_.replace("_", " ").capitalize())


def anchors(requirement: Requirement) -> set[str]:
    """The names of the days that count for the requirement."""
    validity = requirement.validity
    if validity is None:
        return set()
    return {name_ for name_ in (validity.anchor, validity.last_day, *(one.anchor for one in validity.also)) if name_}


def countries() -> Options:
    """Every country by its name."""
    return tuple(Option(code, said) for said, code in sorted((name(code), code) for code in codes()))


def source(basis: LegalBasis) -> Source:
    """Where the rule comes from."""
    title = _("{title} ({citation})", title=basis.label, citation=basis.citation) if basis.citation else basis.label
    href = basis.link if basis.link.startswith("https://") else ""
    return Source(title, href, words.on(basis.as_of), confirmed=basis.confirmed)


def _standing(
    known: KnownCase, stage: Stage, state: StageState, requirement: Requirement, slot: RequirementState
) -> tuple[Badge, Text, Text]:
    role = known.visit.role
    said = veil.answer(role, stage.kind, requirement.evidence, slot.status, state.status)
    if said is not None:
        why: Text = words.spoken(slot.why) if veil.says_when(role, stage.kind, slot.status) else ""
        if veil.says_outcome(role, stage.kind) and slot.status not in (_S.LAPSED, _S.TOO_SHORT):
            why = _outcome(known, slot) or why
        acts = requirement.verified_by if requirement.evidence == veil.SCREENING else requirement.provided_by
        who: Text = "" if said is veil.Answer.MET else wording.actor(acts, role)
        return Badge(_ANSWERS[said], veil.WORDS[said]), why, who
    tone, text = STATUS[slot.status]
    if not slot.status.fulfilled and slot.due_on is not None and slot.due_on < known.today:
        tone = Tone.LATE
    who = wording.actor(slot.actor, role) if slot.actor is not None else ""
    return Badge(tone, text), words.spoken(slot.why), who


def _outcome(known: KnownCase, slot: RequirementState) -> Text:
    """The outcome of the examination that speaks, in a word, and its last good day; "" while there is none."""
    outcomes = [fact.attributes.get("outcome") for fact in known.reading.facts.facts if fact.id in slot.stands_on]
    told = [OUTCOMES[str(outcome)] for outcome in outcomes if outcome in OUTCOMES]
    if not told:
        return ""
    if slot.holds_until is None:
        return _("Outcome: {outcome}.", outcome=told[-1])
    return _("Outcome: {outcome}; good until {day}.", outcome=told[-1], day=words.on(slot.holds_until))


def _evidence(known: KnownCase, requirement: Requirement, slot: RequirementState, title: Message) -> list[EvidenceView]:
    if not is_paper(requirement):
        return []
    items = [
        item
        for item in known.items
        if item.kind == requirement.evidence and (item.subject == slot.subject or not slot.subject)
    ]
    return [_paper(known, requirement, item, title) for item in reversed(items)]


def _paper(known: KnownCase, requirement: Requirement, item: EvidenceItem, title: Message) -> EvidenceView:
    visit, case = known.visit, known.case
    decides = visit.may(Permission.DECIDE_EVIDENCE) and may_verify(visit.role, requirement.verified_by)
    decides = decides and changes.takes(case, item.kind)
    own = requirement.independent and item.recorded_by == visit.actor.key
    undecided = item.status is EvidenceStatus.SUBMITTED
    differs = item.checks.get("consistent") is False
    accept = None
    if decides and undecided and not own and not differs:
        accept = forms.accept_evidence(case.id, case.version, item.id, title)
    turn_down: Form | None = None
    if decides and undecided:
        turn_down = forms.reject_evidence(case.id, case.version, item.id, title, REJECTING)
    elif decides and item.status is EvidenceStatus.ACCEPTED:
        turn_down = forms.withdraw_evidence(case.id, case.version, item.id, title, REJECTING)
    kept = known.kept.get(item.id) if visit.may(Permission.SEE_IDENTITY) else None
    return EvidenceView(
        title=title,
        status=_status_of(item, own=own and decides),
        facts=_facts(known, item) + (paper_files.facts(case, item, kept) if kept else ()),
        file=paper_files.link(case, item, kept, title) if kept else None,
        accept=accept if item.file_id is not None else None,
        reject=turn_down,
        bring=shown_papers.to_bring(visit.role, known.programme, item),
        more=_more(known, item, title, differs=differs),
    )


def _more(known: KnownCase, item: EvidenceItem, title: Message, *, differs: bool) -> tuple[Link, ...]:
    """To what the paper shows, and to how it differs."""
    visit, case, links = known.visit, known.case, []
    about = _("of: {title}", title=title)
    undecided = item.status is EvidenceStatus.SUBMITTED and changes.takes(case, item.kind)
    if differs and item.status in COUNTED and visit.may(Permission.SEE_IDENTITY):
        links.append(Link(addresses.case(case.id, "differences"), _("It differs from what is recorded"), about))
    if undecided and visit.may(Permission.EDIT_CASES):
        links.append(Link(addresses.evidence(case.id, item.id, "describe"), _("Write down what it shows"), about))
    return tuple(links)


def _status_of(item: EvidenceItem, *, own: bool) -> Badge:
    day = words.on(item.decided_on) if item.decided_on else ""
    match item.status:
        case EvidenceStatus.ACCEPTED:
            return Badge(Tone.DONE, _("accepted on {day}", day=day))
        case EvidenceStatus.REJECTED:
            return Badge(Tone.TODAY, _("rejected on {day}", day=day))
        case EvidenceStatus.WITHDRAWN:
            return Badge(Tone.IDLE, _("withdrawn"))
    if own:
        return Badge(Tone.OPEN, _("handed in by you; somebody else must verify it"))
    return Badge(Tone.OPEN, _("to be verified"))


def _facts(known: KnownCase, item: EvidenceItem) -> tuple[Fact, ...]:
    facts = []
    detail = known.details.get(item.id)
    if detail is not None and detail.number:
        facts.append(Fact(_("Number"), detail.number))
    if item.issuer:
        facts.append(Fact(_("Issued by"), item.issuer))
    if item.country:
        facts.append(Fact(_("Country"), wording.country(item.country)))
    for anchor, day in item.days.items():
        label = _DAYS.get(anchor) or _("{what}", what=anchor.replace("_", " ").capitalize())
        facts.append(Fact(label, words.on(date.fromisoformat(day))))
    facts += shown_papers.printed_facts(item, detail)
    for name_, value in item.attributes.items():
        said = (_("yes") if value else _("no")) if isinstance(value, bool) else str(value)
        facts.append(Fact(_question(name_), said))
    for check, passed in item.checks.items():
        if check == "consistent" and "identity" in item.checks:
            continue
        label = _CHECKS.get(check) or _("Check: {what}", what=check.replace("_", " "))
        facts.append(Fact(label, _("passed") if passed else _("failed")))
    if item.reject_code and known.visit.role is not Role.AGENCY_USER:
        facts.append(Fact(_("Reason"), REJECT_REASONS.get(item.reject_code, item.reject_code)))
    if item.id in known.reject_notes:
        facts.append(Fact(_("Note"), known.reject_notes[item.id]))
    return tuple(facts)


def _add(known: KnownCase, requirement: Requirement, slot: RequirementState, title: Message) -> Form | None:
    if not known.visit.may(Permission.EDIT_CASES):
        return None
    return evidence_form(known.case, known.programme, requirement, slot.subject, title)


def _act(known: KnownCase, requirement: Requirement, *, primary: bool = False) -> Link | None:
    found = PAGES.get(requirement.evidence)
    if found is None or not known.visit.may(found[1]):
        return None
    parts, _permission, label = found
    place = addresses.case(known.case.id, *parts) + _SECTIONS.get(requirement.evidence, "")
    return Link(place, label, _("for: {title}", title=requirement.label), primary)


def _page(known: KnownCase, requirement: Requirement, slot: RequirementState) -> Link | None:
    link = page_link(known, requirement)
    if link is None or not slot.status.fulfilled:
        return link
    return None if requirement.evidence == veil.SCREENING else replace(link, text=_("See what is recorded"))


def _at_stage(requirement: Requirement) -> bool:
    """Whether one page serves the whole stage, so that its link stands there once."""
    return requirement.evidence in _OF_STAGE

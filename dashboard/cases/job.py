"""The page of a case's job: what the worker was put forward for, what was promised and signed, what differs."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from basis.isco import numbered
from basis.messages import Message, _, _n
from casework.accounts.rules import Permission
from casework.cases import queries as cases
from casework.cases.rules import is_ended
from casework.cases.tables import Case
from casework.contracts import queries
from casework.contracts.compare import BARRED, CHANGE_WORDS, SEEN_TO, VERDICT_WORDS, Change, Verdict
from casework.contracts.queries import View
from casework.contracts.rules import ANSWER_WORDS, STATE_WORDS, AnswerState
from casework.contracts.tables import ContractAnswer
from casework.selection import queries as selection
from casework.selection.queries import Line
from casework.selection.rules import ApplicationState
from checklists.programme import Programme
from dashboard import addresses, selecting, words
from dashboard.cases.known import find
from dashboard.cases.requirements import source
from dashboard.forms import contracts as forms
from dashboard.forms.selection import end_agreement
from dashboard.pages.base import Place
from dashboard.pages.selection import ApplicationView, ComparedRow, JobPage, PointView, TermRow
from dashboard.parts import Badge, Fact, Form, Link, Text, Tone
from dashboard.sessions import Visit

_CHANGES = {
    Change.SAME: Tone.DONE,
    Change.BETTER: Tone.DONE,
    Change.WORSE: Tone.LATE,
    Change.OTHER: Tone.TODAY,
    Change.ADDED: Tone.IDLE,
}
_VERDICTS = {
    Verdict.MET: Tone.DONE,
    Verdict.BELOW: Tone.LATE,
    Verdict.NOT_SAID: Tone.LATE,
    Verdict.DEDUCTED: Tone.TODAY,
    Verdict.NOT_COMPARED: Tone.TODAY,
}


@dataclass(frozen=True, slots=True)
class KnownJob:
    """All that the page is told from; `names` are of those who recorded or decided, `shared`: the worker may be named
    to employers."""

    case: Case
    programme: Programme
    view: View
    lines: tuple[Line, ...]
    names: dict[str, str]
    shared: bool


def known(visit: Visit, case_id: UUID) -> KnownJob:
    """Raises `NotFound` where there is no such case for this reader."""
    case, programme = find(visit, case_id)
    with visit.database.read() as session:
        view = queries.view(session, visit.database.vault(session), programme, case)
        lines = tuple(selection.of_case(session, visit.actor, case_id))
        keys = {row.recorded_by for row in view.answers.values()} | {row.decided_by for row in view.answers.values()}
        keys |= {view.signed.checked_by} if view.signed else set()
        people = cases.accounts_by_key(session, keys - {""})
        shared = selection.may_be_shared(session, case)
    return KnownJob(case, programme, view, lines, {key: row.name for key, row in people.items()}, shared)


def page(visit: Visit, job: KnownJob) -> JobPage:
    case = job.case
    return JobPage(
        base=visit.at(Place.CASES),
        back=Link(addresses.case(case.id), case.reference),
        heading=_("Job and contract, case {reference}", reference=case.reference),
        status=_status(job),
        facts=_facts(job),
        applications=tuple(_application(line) for line in job.lines),
        points=_points(visit, job),
        rows=tuple(
            ComparedRow(one.title, one.promised, one.signed, Badge(_CHANGES[one.change], CHANGE_WORDS[one.change]))
            for one in job.view.differences
        ),
        promised_from=_promised_from(job.view),
        terms=_terms(job),
        links=_links(visit, job),
        forms=_forms(visit, job),
    )


def title_of(job: KnownJob, point: str) -> Text:
    """What a point is about."""
    found = next((one.term.label for one in job.view.findings if one.key == point), None)
    return found or next((one.title for one in job.view.differences if one.key == point), "")


def facts_of(job: KnownJob, point: str) -> tuple[Fact, ...]:
    """What stands against each other in a point."""
    for finding in job.view.findings:
        if finding.key == point:
            least = finding.term.minimum or "–"
            return (Fact(_("At least"), least), Fact(_("The contract says"), finding.said or "–"))
    for one in job.view.differences:
        if one.key == point:
            return (Fact(_("Promised"), one.promised or "–"), Fact(_("Signed"), one.signed or "–"))
    return ()


def _status(job: KnownJob) -> Badge:
    view = job.view
    if view.signed is None:
        return Badge(Tone.IDLE, _("no signed contract is recorded"))
    if view.signed.checked_on is not None:
        return Badge(Tone.DONE, _("the contract is in order, found on {day}", day=words.on(view.signed.checked_on)))
    if view.refused:
        return Badge(Tone.LATE, _("the worker refuses the contract as it is"))
    if view.open:
        said = _n("{count} point is to be seen to", "{count} points are to be seen to", len(view.open))
        return Badge(Tone.LATE, said)
    if view.promised_terms is None:
        return Badge(Tone.TODAY, _("it is not recorded what the worker was promised"))
    if view.independent:
        return Badge(Tone.OPEN, _("nothing stands against the contract; a second person finds it in order"))
    return Badge(Tone.OPEN, _("nothing stands against the contract; it waits to be found in order"))


def _facts(job: KnownJob) -> tuple[Fact, ...]:
    case, view = job.case, job.view
    accepted = next((one for one in job.lines if one.application.state is ApplicationState.ACCEPTED), None)
    said: list[tuple[Message, Text]] = [
        (_("Employer"), case.employer or _("none named")),
        (_("Job order"), case.job_order or _("none named")),
        (_("Occupation"), numbered(case.occupation, case.job_title)),
    ]
    if accepted is not None and accepted.application.accepted_on is not None:
        row = accepted.application
        language = words.language(row.explained_in)
        day = words.on(accepted.application.accepted_on)
        said.append((_("Offer accepted"), _("on {day}, explained in {language}", day=day, language=language)))
        said.append((_("Signature kept"), row.paper))
    if view.signed is not None and view.signed.signed_on is not None:
        said.append((_("Contract signed on"), words.on(view.signed.signed_on)))
        checker = job.names.get(view.signed.checked_by, "")
        if checker:
            said.append((_("Found in order by"), checker))
    return tuple(Fact(label, value) for label, value in said if value)


def _application(line: Line) -> ApplicationView:
    row = line.application
    said: list[tuple[Message, Text]] = [
        (_("Employer"), line.employer.name),
        (_("Wage"), selecting.wage(line.order)),
        (_("Put forward on"), words.on(row.nominated_on)),
        (_("Ended on"), words.on(row.ended_on) if row.ended_on else ""),
        (_("Reason"), selecting.why_ended(row)),
    ]
    link = Link(addresses.candidate(row.id), selecting.order_title(line.order))
    return ApplicationView(link, selecting.state(row), tuple(Fact(label, value) for label, value in said if value))


def _promised_from(view: View) -> Text:
    if view.order is not None:
        return _("Promised is what job order {number} holds out.", number=view.order.number)
    if view.promised is not None and view.promised.application_id is not None:
        return _("Promised is the offer that the worker accepted.")
    return ""


def _terms(job: KnownJob) -> tuple[TermRow, ...]:
    return tuple(
        TermRow(
            one.term.label,
            one.term.minimum,
            one.said,
            _verdict(one.verdict),
            source(one.term.legal_basis),
        )
        for one in job.view.findings
    )


def _verdict(verdict: Verdict) -> Badge:
    return Badge(_VERDICTS[verdict], VERDICT_WORDS[verdict])


def _points(visit: Visit, job: KnownJob) -> tuple[PointView, ...]:
    findings = [
        _point(visit, job, one.key, _verdict(one.verdict), barred=one.verdict in BARRED)
        for one in job.view.findings
        if one.verdict is not Verdict.MET
    ]
    differing = [
        _point(visit, job, one.key, Badge(_CHANGES[one.change], CHANGE_WORDS[one.change]))
        for one in job.view.differences
        if one.change in SEEN_TO
    ]
    return (*findings, *differing)


def _point(visit: Visit, job: KnownJob, key: str, status: Badge, *, barred: bool = False) -> PointView:
    title, answer = title_of(job, key), job.view.answers.get(key)
    facts = [*facts_of(job, key)]
    if barred:
        facts.append(Fact(_("What to do"), _("have the contract corrected; this cannot be signed away")))
    if answer is not None:
        facts += _answered(job, answer)
        if answer.state is AnswerState.CONFIRMED:
            status = Badge(Tone.DONE, ANSWER_WORDS[answer.kind]) if key not in job.view.open else status
    open_now = answer is None or answer.state is AnswerState.RETURNED
    acts = not is_ended(job.case.life) and visit.may(Permission.CHECK_CONTRACTS)
    act = None
    if acts and open_now and not barred:
        act = Link(addresses.case(job.case.id, "job", "points", key), _("See to it"), about=title)
    return PointView(title, status, tuple(facts), act, _decisions(visit, job, answer, title))


def _answered(job: KnownJob, answer: ContractAnswer) -> list[Fact]:
    told = _("{what}, {state}", what=ANSWER_WORDS[answer.kind], state=STATE_WORDS[answer.state])
    said: list[tuple[Message, Text]] = [
        (_("Seen to"), told),
        (_("On"), words.on(answer.answered_on)),
        (_("Explained in"), words.language(answer.language) if answer.language else ""),
        (_("Kept"), answer.paper),
        (_("How"), job.view.reasons.get(answer.id, "")),
        (_("Recorded by"), job.names.get(answer.recorded_by, "")),
        (_("Decided by"), job.names.get(answer.decided_by, "")),
    ]
    return [Fact(label, value) for label, value in said if value]


def _decisions(visit: Visit, job: KnownJob, answer: ContractAnswer | None, title: Text) -> tuple[Form, ...]:
    """For a supervisor who did not record it."""
    if answer is None or answer.state is not AnswerState.WAITING or is_ended(job.case.life):
        return ()
    if not visit.may(Permission.MANAGE_RECRUITMENT) or answer.recorded_by == visit.actor.key:
        return ()
    return tuple(
        forms.decide(job.case.id, job.case.version, answer.id, title, confirmed=confirmed)
        for confirmed in (True, False)
    )


def _links(visit: Visit, job: KnownJob) -> tuple[Link, ...]:
    if is_ended(job.case.life) or not visit.may(Permission.CHECK_CONTRACTS):
        return ()
    case, view = job.case, job.view
    said = _("Record the signed contract") if view.signed is None else _("Record a corrected contract")
    links = [Link(addresses.case(case.id, "job", "contract"), said, primary=view.signed is None)]
    if view.promised is None or view.promised.application_id is None:
        links.append(Link(addresses.case(case.id, "job", "promise"), _("Record what was promised")))
    has_job = any(line.application.state is ApplicationState.ACCEPTED for line in job.lines) or view.order is not None
    if visit.may(Permission.SELECT_CANDIDATES) and not has_job:
        links.append(Link(addresses.case(case.id, "job", "nominate"), _("Put forward for a job order")))
    return tuple(links)


def _forms(visit: Visit, job: KnownJob) -> tuple[Form, ...]:
    case, view = job.case, job.view
    if is_ended(case.life) and job.shared and visit.may(Permission.SELECT_CANDIDATES):
        return (end_agreement(case.id, case.version),)  # of a case that goes on it is where workers are put forward
    if is_ended(case.life) or view.signed is None or not visit.may(Permission.CHECK_CONTRACTS):
        return ()
    shown = [forms.in_order(case.id, case.version)] if view.may_be_checked_by(visit.actor.key) else []
    return (*shown, forms.withdraw(case.id, case.version, view.signed.id))

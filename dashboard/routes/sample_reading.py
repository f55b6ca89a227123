"""``/audits/samples/SMP/items/N``: one drawn document: its evidence by a link, the verdicts, the next verdict."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Depends
from sqlmodel import Session
from starlette.responses import Response

from basis.errors import Conflict, InvalidInput
from basis.messages import Message, _
from casework.accounts import queries as accounts
from casework.accounts.rules import Permission
from casework.auditing import engagements, queries, rules, samples
from casework.auditing.queries import ItemLine
from casework.auditing.rules import (
    CODE_WORDS,
    ITEM_WORDS,
    STEP_WORDS,
    VERDICT_WORDS,
    ItemState,
    SampleState,
    Step,
    Verdict,
)
from casework.auditing.samples import GiveVerdict
from casework.auditing.tables import Engagement, EngagementAuditor, Review, Sample
from dashboard import addresses, notices
from dashboard.cases.submitting import typed
from dashboard.forms import auditing as forms
from dashboard.pages.auditing import ItemPage
from dashboard.pages.base import Place
from dashboard.pages.case import Decision
from dashboard.parts import Badge, Fact, Form, Link, Text
from dashboard.posting import Wrong, filled, read
from dashboard.routes.sample_pages import STATE_TONES
from dashboard.sessions import Form as SentForm
from dashboard.sessions import Signed, Visit, go_to, signed_in
from dashboard.views import show
from dashboard.words import on

router = APIRouter(dependencies=[Depends(signed_in)])


@router.get("/audits/samples/{number}/items/{position:int}")
def one_item(number: str, position: int, visit: Signed) -> Response:
    with visit.database.read() as session:
        return show(_page(session, visit, number, position))


@router.post("/audits/samples/{number}/items/{position:int}")
def give(number: str, position: int, visit: Signed, taken: SentForm) -> Response:
    with visit.database.read() as session:
        page = _page(session, visit, number, position)
        sample, _engagement = samples.find(session, visit.actor, number)
    if page.form is None:
        raise Conflict("reviewed", _("You have no verdict to give on this document now."), _("Look at its state."))
    try:
        values = read(page.form, taken)
        command = GiveVerdict(
            sample=number,
            position=position,
            verdict=Verdict(values.text("verdict")),
            code=values.text("code"),
            note=values.text("note"),
        )
        visit.database.run(visit.actor, samples.review, command)
    except Wrong as wrong:
        return _again(visit, number, position, wrong.form, 422)
    except (InvalidInput, Conflict) as error:
        said = _("{message} {fix}", message=error.message, fix=error.fix or "")
        again = filled(page.form, typed(page.form, taken), error=said)
        return _again(visit, number, position, again, error.status)
    following = position + 1 if position < sample.size else position
    return go_to(notices.done(addresses.sample(number, "items", following), "verdict-given"))


def _again(visit: Visit, number: str, position: int, form: Form, status: int) -> Response:
    with visit.database.read() as session:
        return show(_page(session, visit, number, position, form), status)


def _page(session: Session, visit: Visit, number: str, position: int, form: Form | None = None) -> ItemPage:
    sample, engagement = samples.find(session, visit.actor, number)
    line = queries.item_line(session, samples.item_at(session, sample, position))
    step, why_not = _next(session, visit, sample, engagement, line)
    rows = samples.reviews_of(session, [line.item.id]).get(line.item.id, [])
    blind = step is Step.SECOND
    certificate = line.certificate
    return ItemPage(
        base=visit.at(Place.AUDITS),
        back=Link(addresses.sample(number), number),
        heading=certificate.number,
        summary=_("Document {position} of {count} of the sample", position=position, count=sample.size),
        status=Badge(STATE_TONES[line.state], ITEM_WORDS[line.state]),
        facts=(
            Fact(_("Document"), Message(certificate.title)),
            Fact(_("Issued on"), on(certificate.issued_on)),
            Fact(_("Case"), line.case.reference, addresses.case(line.case.id)),
        ),
        acts=_acts(visit, sample, engagement, line),
        verdicts=() if blind else _verdicts(session, visit, line, rows),
        hidden_verdict=_("The first reader's verdict is shown after yours.") if blind else "",
        form=(form or forms.verdict(number, position, step)) if step else None,
        why_not=why_not,
        turns=_turns(number, position, sample.size),
    )


def _next(
    session: Session, visit: Visit, sample: Sample, engagement: Engagement, line: ItemLine
) -> tuple[Step | None, Text]:
    """Which verdict the reader may give now, or why none."""
    if sample.state is SampleState.SIGNED:
        return None, _("The sample is signed; nothing changes any more.")
    place = session.get(EngagementAuditor, (engagement.id, visit.account.id))
    if place is None or not visit.may(Permission.AUDIT) or not engagements.is_open(engagement, visit.today):
        return None, _("Only auditors of the engagement give verdicts, while it is open.")
    step = rules.next_step(line.said, visit.actor.key, chosen=line.item.second, lead=place.lead)
    if step is not None:
        return step, ""
    said: Mapping[ItemState, Text] = {
        ItemState.SECOND: _("You have read it first: somebody else reads it now."),
        ItemState.DISPUTED: _("The readers disagree: the lead auditor settles it."),
        ItemState.DONE: _("It is read to the end."),
    }
    return None, said[line.state]


def _acts(visit: Visit, sample: Sample, engagement: Engagement, line: ItemLine) -> tuple[Link, ...]:
    acts = [Link(addresses.document(line.certificate.id), _("Open the evidence of the document"), primary=True)]
    wrong = any(said.verdict is not Verdict.AGREE for said in line.said.values())
    if wrong and visit.may(Permission.AUDIT):
        address = addresses.engagement(engagement.number, "findings", "new")
        link = addresses.query(address, sample=sample.number, position=line.item.position)
        acts.append(Link(link, _("Raise a finding from it")))
    return tuple(acts)


def _verdicts(session: Session, visit: Visit, line: ItemLine, rows: list[Review]) -> tuple[Decision, ...]:
    """The verdicts given so far, the last one first. Notes are for the auditors."""
    people = accounts.people(session, [row.reviewed_by for row in rows])
    vault = visit.database.vault(session)
    reads = visit.may(Permission.AUDIT)
    return tuple(
        Decision(
            on(row.reviewed_on),
            _said(row),
            people[row.reviewed_by].name,
            samples.note_of(vault, line.certificate, row) if reads else "",
        )
        for row in reversed(rows)
    )


def _said(row: Review) -> Text:
    verdict: Text = VERDICT_WORDS[row.verdict]
    if row.code:
        verdict = _("{verdict}: {reason}", verdict=verdict, reason=CODE_WORDS[row.code])
    return _("{step}: {verdict}", step=STEP_WORDS[row.step], verdict=verdict)


def _turns(number: str, position: int, size: int) -> tuple[Link, ...]:
    turns = []
    if position > 1:
        turns.append(Link(addresses.sample(number, "items", position - 1), _("Document before")))
    if position < size:
        turns.append(Link(addresses.sample(number, "items", position + 1), _("Next document")))
    return tuple(turns)

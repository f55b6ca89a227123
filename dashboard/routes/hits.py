"""``/hits``: possible watch-list matches, for security officers; auditors read them."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from basis.errors import Conflict, InvalidInput, PredepartureError
from basis.messages import Message, _, _n
from casework.accounts.rules import Permission, require
from casework.cases import matches
from casework.cases.pinned import programme_of
from casework.evidence import files
from casework.security import hits as possible
from casework.security import match_papers
from casework.security.adjudicating import Answer, Chosen, Proposal
from casework.security.hits import Asked, HitLine, Show
from casework.security.rules import MOST_AT_ONCE, VERDICT_WORDS, HitState, MayAct, Verdict
from dashboard import addresses, notices, paging, words
from dashboard.cases import match_pages, wording
from dashboard.cases.submitting import typed
from dashboard.forms import lists
from dashboard.forms import matches as forms
from dashboard.pages.base import Place
from dashboard.pages.matches import HitList, HitPage, HitRow, TogetherPage
from dashboard.parts import Badge, Link, Option, Text, Tone
from dashboard.parts import Form as AskedForm
from dashboard.posting import Sent, Wrong, filled, hidden, read
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show
from documents.incoming import scanner_of

router = APIRouter(dependencies=[Depends(signed_in)])

_SUFFIX = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
_TOGETHER = (MayAct.PROPOSE, MayAct.SECOND)


@router.get(addresses.HITS)
def hit_list(request: Request, visit: Signed) -> Response:
    given = paging.given(request)
    page = paging.wanted(given)
    with visit.database.read() as session:
        names = possible.list_names(session, visit.actor, visit.today)
        form = forms.filters(tuple(Option(name, name) for name in names))
        lists.check_known(form, given)
        asked = Asked(Show(given.get("show") or Show.WAITING), given.get("list", ""), given.get("entry", "").strip())
        found, total = possible.search(session, visit.actor, asked, visit.today, offset=page.offset, limit=page.size)
    return show(
        HitList(
            base=visit.at(Place.WORK),
            summary=_n("{count} possible match", "{count} possible matches", total),
            chips=lists.chips(form, given),
            filters=filled(form, given),
            rows=tuple(_row(visit, line) for line in found),
            pager=paging.pager(addresses.HITS, given, page, len(found), total),
            together=addresses.hits_together() if visit.may(Permission.ADJUDICATE) else "",
        )
    )


@router.get("/cases/{case_id:uuid}/hits")
def hits_of_case(case_id: UUID, visit: Signed) -> Response:
    """The possible match of the case that waits, else one that is closed, else the list."""
    with visit.database.read() as session:
        found = possible.of_case(session, visit.actor, case_id, visit.today)
    return go_to(addresses.hit(found[0]) if found else addresses.HITS)


@router.get("/hits/{hit_id:uuid}")
def one_hit(hit_id: UUID, visit: Signed) -> Response:
    return show(_page(visit, hit_id))


@router.post("/hits/{hit_id:uuid}/propose")
def propose(hit_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.ADJUDICATE)
    form = forms.propose(hit_id, _seen(hidden(taken, "seen")), refers=True)
    try:
        values = read(form, taken)
        proposal = Proposal(
            hit_id=hit_id,
            verdict=Verdict(values.text("verdict")),
            reason=values.text("reason"),
            next_step=values.text("next_step"),
            seen=_seen(hidden(taken, "seen")),
        )
        visit.database.run(visit.actor, matches.propose, visit.installation.catalogue, proposal)
    except (Wrong, InvalidInput, Conflict) as error:
        return _again(visit, hit_id, form, taken, error)
    return go_to(notices.done(addresses.hit(hit_id), "proposed"))


@router.post("/hits/{hit_id:uuid}/answer")
def answer(hit_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.ADJUDICATE)
    form = forms.answer(hit_id, _seen(hidden(taken, "seen")))
    try:
        values = read(form, taken)
        given = Answer(
            hit_id=hit_id,
            confirmed=values.text("answer") == forms.CONFIRM,
            reason=values.text("reason"),
            seen=_seen(hidden(taken, "seen")),
        )
        visit.database.run(visit.actor, matches.answer, visit.installation.catalogue, given)
    except (Wrong, InvalidInput, Conflict) as error:
        return _again(visit, hit_id, form, taken, error)
    return go_to(notices.done(addresses.hit(hit_id), "answered"))


@router.post("/hits/{hit_id:uuid}/papers")
def attach(hit_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.ADJUDICATE)
    form = forms.attach(hit_id)
    try:
        values = read(form, taken)
        ready = files.prepare(values.file("file").data, scanner_of(visit.installation.settings))
        visit.database.run(visit.actor, match_papers.add, visit.installation.files, hit_id, ready, values.text("note"))
    except (Wrong, InvalidInput, Conflict) as error:
        return _again(visit, hit_id, form, taken, error)
    return go_to(notices.done(addresses.hit(hit_id), "paper-added"))


@router.get("/hits/{hit_id:uuid}/papers/{paper_id:uuid}")
def paper(hit_id: UUID, paper_id: UUID, visit: Signed) -> Response:
    """The cleaned copy of a paper: a PDF is saved, a picture is shown."""
    require(visit.role, Permission.SEE_MATCHES)
    media_type, content = visit.database.run(visit.actor, match_papers.view, visit.installation.files, hit_id, paper_id)
    how = "inline" if media_type.startswith("image/") else "attachment"
    name = f"paper-{str(paper_id)[-6:]}.{_SUFFIX[media_type]}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'{how}; filename="{name}"'})


@router.get(addresses.hits_together())
def together(request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.ADJUDICATE)
    for name in request.query_params:
        if name != "hit":
            raise InvalidInput("unknown_filter", _("There is no such filter."), _("Choose them in the list."))
    chosen = tuple(_chosen(text) for text in request.query_params.getlist("hit"))
    return show(_together(visit, chosen))


@router.post(addresses.hits_together("propose"))
def propose_together(visit: Signed, taken: Form) -> Response:
    return _answer_together(visit, taken, confirms=False)


@router.post(addresses.hits_together(forms.CONFIRM))
def confirm_together(visit: Signed, taken: Form) -> Response:
    return _answer_together(visit, taken, confirms=True)


def _answer_together(visit: Visit, taken: Sent, *, confirms: bool) -> Response:
    require(visit.role, Permission.ADJUDICATE)
    chosen = tuple(_chosen(text) for text in taken.get("hit", ()) if isinstance(text, str))
    form = forms.together(tuple((str(hit_id), seen) for hit_id, seen in chosen), confirms=confirms)
    try:
        command = Chosen(hits=chosen, reason=read(form, taken).text("reason"))
        if confirms:
            visit.database.run(visit.actor, matches.confirm_together, visit.installation.catalogue, command)
        else:
            visit.database.run(visit.actor, matches.propose_together, command)
    except Wrong as wrong:
        return show(_together(visit, chosen, wrong.form), 422)
    return go_to(notices.done(addresses.HITS, "answered" if confirms else "proposed"))


def _together(visit: Visit, chosen: tuple[tuple[UUID, int], ...], form: AskedForm | None = None) -> TogetherPage:
    """Each of them opened: whoever answers for many looks at them first."""
    opened = [visit.database.run(visit.actor, possible.hit_page, hit_id) for hit_id, _seen in chosen[:MOST_AT_ONCE]]
    acts = {one.act for one in opened}
    if len(acts) != 1 or not acts <= set(_TOGETHER) or len(opened) < len(chosen):
        raise InvalidInput(
            "not_together",
            _("These cannot be answered together: none is chosen, too many are, or they wait for different acts."),
            _(
                "Choose in the list those that wait for a proposal, or proposals of others; at most {count}.",
                count=MOST_AT_ONCE,
            ),
        )
    confirms = acts == {MayAct.SECOND}
    current = tuple((str(one.hit.id), len(one.steps)) for one in opened)
    return TogetherPage(
        base=visit.at(Place.WORK),
        back=Link(addresses.HITS, _("Possible matches")),
        heading=_("Confirm together") if confirms else _("Propose together"),
        summary=_n("{count} possible match", "{count} possible matches", len(opened)),
        rows=tuple(match_pages.alike(one) for one in opened),
        steps=match_pages.steps(opened[0]) if confirms else (),
        form=form or forms.together(current, confirms=confirms),
    )


def _page(visit: Visit, hit_id: UUID) -> HitPage:
    opened = visit.database.run(visit.actor, possible.hit_page, hit_id)
    refuses = matches.refuses(programme_of(visit.installation.catalogue, opened.case))
    return match_pages.hit_page(visit, opened, refuses=refuses)


def _again(visit: Visit, hit_id: UUID, form: AskedForm, taken: Sent, error: Wrong | PredepartureError) -> Response:
    """The page as it stands now, with what was typed; who was second sees what the other did."""
    page = _page(visit, hit_id)
    if isinstance(error, Wrong):
        errors = {field.name: Message(str(field.error)) for field in error.form.fields if field.error}
        said: Text = ""
        status = 422
    else:
        errors, said, status = {}, _("{message} {fix}", message=error.message, fix=error.fix or ""), error.status
    told = said if isinstance(said, Message) else None
    if page.form is not None and page.form.id == form.id:
        return show(replace(page, form=filled(page.form, typed(form, taken), errors, told)), status)
    if page.attach is not None and page.attach.id == form.id:
        return show(replace(page, attach=filled(page.attach, typed(form, taken), errors, told)), status)
    return show(replace(page, notes=(*((said,) if said else ()), *page.notes)), status)


def _row(visit: Visit, line: HitLine) -> HitRow:
    open_ = line.act in _TOGETHER and (line.act is MayAct.PROPOSE or line.verdict is Verdict.NOT_THE_PERSON)
    days = (visit.today - line.found_on).days
    return HitRow(
        case=Link(addresses.hit(line.hit.id), line.case.reference),
        list_name=line.list_name,
        entry=Link(addresses.query(addresses.HITS, entry=line.entry), line.entry, _("only this entry")),
        score=_("{score} of 100", score=line.hit.score),
        found=words.on(line.found_on),
        age=_n("{count} day ago", "{count} days ago", days) if days else _("today"),
        due=Badge(Tone.IDLE, "–") if line.hit.state.closed else wording.due(line.due_on, visit.today),
        status=_status(line),
        choice=f"{line.hit.id}:{line.taken}" if open_ else "",
        about=_("Choose {reference}", reference=line.case.reference) if open_ else "",
    )


def _status(line: HitLine) -> Badge:
    if line.hit.state is HitState.PROPOSED and line.verdict is not None:
        what = VERDICT_WORDS[line.verdict]
        if line.act is MayAct.SECOND:
            return Badge(Tone.TODAY, _("proposed: {what}; confirm or return it", what=what))
        return Badge(Tone.WAIT, _("proposed: {what}; waits for another officer", what=what))
    return match_pages.status(line.hit.state)


def _chosen(text: str) -> tuple[UUID, int]:
    """``ID:STEPS``, the value of a box."""
    name, _colon, seen = text.partition(":")
    try:
        return UUID(name), _seen(seen)
    except ValueError:
        raise _incomplete() from None


def _seen(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise _incomplete()
    return int(text)


def _incomplete() -> InvalidInput:
    return InvalidInput(
        "missing_field", _("The form is not complete."), _("Open the page again and send it from there.")
    )

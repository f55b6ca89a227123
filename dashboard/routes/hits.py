"""Possible watch-list matches, for security officers alone."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from basis.errors import Conflict, InvalidInput
from basis.messages import Message, _, _n
from casework.accounts.rules import Permission, require
from casework.security import adjudicating
from casework.security import hits as possible
from casework.security.hits import HitLine
from casework.security.hits import HitPage as OpenedHit
from casework.security.lists.entries import PartialBirth, document_key
from casework.security.rules import OFFICERS_NEEDED, HitState, Verdict
from dashboard import addresses, notices, paging, words
from dashboard.cases import wording
from dashboard.cases.submitting import typed
from dashboard.forms import stages as forms
from dashboard.pages.base import Place
from dashboard.pages.case import Comparison, Decision, HitPage
from dashboard.pages.work import HitList, HitRow
from dashboard.parts import Badge, Fact, Link, Text, Tone
from dashboard.parts import Form as AskedForm
from dashboard.posting import Wrong, filled, read
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])

_STATES: dict[HitState, Message] = {
    HitState.OPEN: _("waits for an answer"),
    HitState.DISPUTED: _("two officers disagree: a third decides"),
    HitState.DISMISSED: _("closed: another person"),
    HitState.CONFIRMED: _("closed: the listed person"),
}
_VERDICTS = {Verdict.FALSE_MATCH: _("Another person"), Verdict.TRUE_MATCH: _("The listed person")}


@router.get(addresses.HITS)
def hit_list(request: Request, visit: Signed) -> Response:
    paging.check_names(dict(request.query_params), "done")
    with visit.database.read() as session:
        found = possible.hits_for_officer(session, visit.actor)
    page = paging.wanted(dict(request.query_params))
    shown = found[page.offset : page.offset + page.size]
    return show(
        HitList(
            base=visit.at(Place.WORK),
            summary=_n("{count} possible match", "{count} possible matches", len(found)),
            rows=tuple(_row(line) for line in shown),
            pager=paging.pager(addresses.HITS, {}, page, len(shown), len(found)),
        )
    )


@router.get("/cases/{case_id:uuid}/hits")
def hits_of_case(case_id: UUID, visit: Signed) -> Response:
    """The first possible match of the case that waits, else the list."""
    with visit.database.read() as session:
        found = [line for line in possible.hits_for_officer(session, visit.actor) if line.case.id == case_id]
    found.sort(key=lambda line: line.mine)
    return go_to(addresses.hit(found[0].hit.id) if found else addresses.HITS)


@router.get("/hits/{hit_id:uuid}")
def one_hit(hit_id: UUID, visit: Signed) -> Response:
    return show(_page(visit, visit.database.run(visit.actor, possible.hit_page, hit_id)))


@router.post("/hits/{hit_id:uuid}")
def answer(hit_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.ADJUDICATE)
    form = forms.verdict(hit_id)
    try:
        values = read(form, taken)
        verdict = Verdict(values.text("verdict"))
        visit.database.run(visit.actor, adjudicating.adjudicate, hit_id, verdict, values.text("reason"))
    except Wrong as wrong:
        opened = visit.database.run(visit.actor, possible.hit_page, hit_id)
        return show(_page(visit, opened, wrong.form), 422)
    except (InvalidInput, Conflict) as error:
        opened = visit.database.run(visit.actor, possible.hit_page, hit_id)
        return show(_page(visit, opened, filled(form, typed(form, taken), error=error.message)), error.status)
    return go_to(notices.done(addresses.hit(hit_id), "answered"))


def _row(line: HitLine) -> HitRow:
    status = (
        Badge(Tone.WAIT, _("waits for another officer")) if line.mine else Badge(Tone.TODAY, _STATES[line.hit.state])
    )
    return HitRow(
        case=Link(addresses.hit(line.hit.id), line.case.reference),
        list_name=line.list_name,
        score=_("{score} of 100", score=line.hit.score),
        found=words.on(line.screened_on),
        answers=_("{given} of {needed}", given=line.verdict_count, needed=OFFICERS_NEEDED),
        status=status,
    )


def _page(visit: Visit, opened: OpenedHit, form: AskedForm | None = None) -> HitPage:
    hit = opened.hit
    tone = Tone.DONE if hit.state is HitState.DISMISSED else Tone.LATE if hit.state.closed else Tone.TODAY
    return HitPage(
        base=visit.at(Place.WORK),
        back=Link(addresses.HITS, _("Possible matches")),
        heading=_("Possible match"),
        summary=_(
            "{reference} and an entry of {list}, version {version}",
            reference=opened.case.reference,
            list=opened.list_name,
            version=opened.list_version,
        ),
        status=Badge(tone, _STATES[hit.state]),
        entry_facts=_entry_facts(opened),
        comparisons=_comparisons(opened),
        score=_("Likeness {score} of 100", score=hit.score),
        reasons=tuple(_("{reason} ({points} points)", reason=one.message, points=one.points) for one in opened.reasons),
        answers=tuple(
            Decision(words.on(one.decided_on), _VERDICTS[one.verdict], one.officer, one.reason)
            for one in opened.verdicts
        ),
        form=(form or forms.verdict(hit.id)) if opened.may_decide else None,
    )


def _comparisons(opened: OpenedHit) -> tuple[Comparison, ...]:
    """The worker's data beside what the list says, field by field."""
    data, entry = opened.worker.data, opened.entry
    name = f"{data.given_names} {data.family_name}".strip()
    born = data.birth_date
    birth_alike = born is not None and any(_may_be_born(born, birth) for birth in entry.births)
    nationalities = ", ".join(wording.country(code) for code in entry.nationalities)
    number = document_key(data.passport_number)
    return (
        _compare(_("Name"), name, opened.matched or entry.names[0].full, name.casefold() == opened.matched.casefold()),
        _compare(_("Date of birth"), words.on(born) if born else "", ", ".join(map(_birth, entry.births)), birth_alike),
        _compare(
            _("Nationality"),
            wording.country(data.nationality),
            nationalities,
            data.nationality in entry.nationalities,
        ),
        _compare(_("Sex"), data.sex.value, ", ".join(entry.sexes), data.sex.value in entry.sexes),
        _compare(_("Document number"), data.passport_number, ", ".join(entry.documents), number in entry.documents),
    )


def _compare(field: Text, worker: Text, listed: str, alike: bool) -> Comparison:
    if not listed:
        return Comparison(field, worker, _("not on the list"), _("cannot be compared"), False)
    return Comparison(field, worker, listed, _("alike") if alike else _("different"), alike)


def _may_be_born(born: date, birth: PartialBirth) -> bool:
    same_day = birth.day is None or (birth.month, birth.day) == (born.month, born.day)
    return birth.year <= born.year <= birth.last_year and birth.month in (None, born.month) and same_day


def _birth(birth: PartialBirth) -> str:
    parts = [f"{number:02d}" for number in (birth.month, birth.day) if number is not None]
    known = "-".join([str(birth.year), *parts]) if birth.to_year is None else f"{birth.year}/{birth.last_year}"
    return f"~{known}" if birth.approximate else known


def _entry_facts(opened: OpenedHit) -> tuple[Fact, ...]:
    entry = opened.entry
    others = ", ".join(name.full for name in entry.names if name.full != opened.matched)
    facts = [Fact(_("Entry"), entry.reference), Fact(_("List"), opened.list_name)]
    if others:
        facts.append(Fact(_("Other names"), others))
    if entry.remarks:
        facts.append(Fact(_("Remarks"), entry.remarks))
    return tuple(facts)

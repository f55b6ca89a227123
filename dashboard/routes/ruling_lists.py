"""The lists of what was conceded and of what was decided against workers, for auditors and the office."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from basis.errors import InvalidInput
from basis.messages import Message, _, _n
from casework.accounts.rules import Permission, require
from casework.cases.pinned import programme_of
from casework.cases.tables import Case
from casework.concessions import queries as concessions
from casework.concessions import rules as concession_rules
from casework.concessions.queries import ConcessionLine
from casework.concessions.rules import STATE_WORDS, ConcessionState
from casework.decisions import queries as decisions
from casework.decisions.queries import DecisionLine, Show
from dashboard import addresses, words
from dashboard.cases import conceding, rulings
from dashboard.forms import lists
from dashboard.forms import rulings as forms
from dashboard.pages.base import Place
from dashboard.pages.rulings import RulingList, RulingRow
from dashboard.paging import given, pager, wanted
from dashboard.parts import Form, Link, Option, Text
from dashboard.posting import filled
from dashboard.sessions import Signed, Visit, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])

Part = TypeVar("Part", bound=StrEnum)
_SHOWN = {
    Show.APPEALED: _("an appeal waits for its answer"),
    Show.STANDING: _("stands"),
    Show.OVERTURNED: _("overturned"),
}
_TO_CONCESSIONS = Link(addresses.CONCESSIONS, _("Waivers and conditions"))
_TO_DECISIONS = Link(addresses.DECISIONS, _("Decisions and appeals"))


@router.get(addresses.CONCESSIONS)
def conceded(request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_REGISTER)
    asked, page = given(request), wanted(given(request))
    options = tuple(Option(state.value, STATE_WORDS[state]) for state in ConcessionState)
    form = forms.part_of_list(addresses.CONCESSIONS, _("State"), options)
    part = _part(form, asked, ConcessionState)
    with visit.database.read() as session:
        lines, total = concessions.listed(session, visit.actor, part, limit=page.size, offset=page.offset)
    return show(
        RulingList(
            base=visit.at(Place.DOCUMENTS),
            heading=_("Waivers and conditions"),
            summary=_n(
                "{count} waiver, condition or interim permission, the last one first",
                "{count} waivers, conditions and interim permissions, the last one first",
                total,
            ),
            links=(_TO_DECISIONS,),
            filters=filled(form, asked),
            chips=lists.chips(form, asked),
            columns=(_("Case"), _("What"), _("Authority"), _("Reference"), _("Ends"), _("Status")),
            rows=tuple(_conceded(visit, line) for line in lines),
            pager=pager(addresses.CONCESSIONS, asked, page, len(lines), total),
            empty=_("Nothing was asked for."),
        )
    )


@router.get(addresses.DECISIONS)
def decided(request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_REGISTER)
    asked, page = given(request), wanted(given(request))
    options = tuple(Option(part.value, said) for part, said in _SHOWN.items())
    form = forms.part_of_list(addresses.DECISIONS, _("State"), options)
    part = _part(form, asked, Show)
    with visit.database.read() as session:
        lines, total = decisions.listed(session, visit.actor, part, limit=page.size, offset=page.offset)
    return show(
        RulingList(
            base=visit.at(Place.DOCUMENTS),
            heading=_("Decisions and appeals"),
            summary=_n(
                "{count} decision against a worker, with its letter",
                "{count} decisions against workers, each with a letter, the last one first",
                total,
            ),
            links=(_TO_CONCESSIONS,),
            filters=filled(form, asked),
            chips=lists.chips(form, asked),
            columns=(_("Case"), _("Decision"), _("Decided on"), _("Letter"), _("Last day to appeal"), _("Status")),
            rows=tuple(_decided(line) for line in lines),
            pager=pager(addresses.DECISIONS, asked, page, len(lines), total),
            empty=_("Nothing was decided against a worker."),
        )
    )


def _part(form: Form, asked: dict[str, str], parts: type[Part]) -> Part | None:
    lists.check_known(form, asked)
    value = asked.get("show", "")
    if value and value not in set(parts):
        raise InvalidInput("unknown_filter", _("The filter has no such answer."), _("Choose an answer of the list."))
    return parts(value) if value else None


def _conceded(visit: Visit, line: ConcessionLine) -> RulingRow:
    programme = programme_of(visit.installation.catalogue, line.case)
    row = line.row
    ends: Text = conceding.end_of(programme, row) if row.state is ConcessionState.GIVEN else ""
    return RulingRow(
        first=_case(line.case, f"waiver-{row.id}"),
        cells=(
            conceding.title_of(programme, row),
            concession_rules.authority_words(row.authority),
            row.reference,
            ends,
        ),
        status=conceding.status_of(row, line.ends_on, visit.today),
    )


def _decided(line: DecisionLine) -> RulingRow:
    made: Text = _("is being made")
    letter = Link(addresses.document(line.letter.id), line.letter.number) if line.letter else made
    what: Message = rulings.DECISIONS[line.row.kind]
    return RulingRow(
        first=_case(line.case, f"decision-{line.row.id}"),
        cells=(what, words.on(line.row.decided_on), letter, words.on(line.row.appeal_until)),
        status=rulings.standing_of(line.row, line.appeals),
    )


def _case(case: Case, place: str) -> Link:
    return Link(f"{addresses.case(case.id)}#{place}", case.reference)

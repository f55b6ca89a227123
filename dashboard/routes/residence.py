"""``/cases/ID/residence``: where the worker has lived, what is missing in it, and which papers follow."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from basis.errors import InvalidInput
from basis.messages import Message, _, _n
from casework.accounts.rules import Permission, require
from casework.cases import facts
from casework.cases import residence as history
from casework.cases.rules import is_ended
from casework.cases.tables import Case
from casework.workers import service as workers
from casework.workers.residence import HistoryFinding, examine, in_order, since_words, stay, until_words
from casework.workers.service import Stay
from checklists.programme import Programme
from checklists.residence import CountryReason, country_reasons
from dashboard import addresses, words
from dashboard.cases.known import find
from dashboard.cases.requirements import countries
from dashboard.cases.submitting import submit
from dashboard.cases.wording import country
from dashboard.forms import residence as forms
from dashboard.looking import look
from dashboard.pages.base import Place
from dashboard.pages.residence import CountryRow, ResidencePage, StayRow
from dashboard.parts import Badge, Link, Text, Tone
from dashboard.posting import Values, hidden
from dashboard.sessions import Form, Signed, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])

_HEADING = _("Where the worker has lived")


@router.get("/cases/{case_id:uuid}/residence")
def residence(case_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_IDENTITY)
    case, programme = find(visit, case_id)
    with visit.database.read() as session:
        data = workers.get(session, visit.database.vault(session), case.worker_id).data
        known = facts.load(session, [case])[case.id]
    look(visit, "identity.viewed", f"worker/{case.worker_id}", case.id)
    rows = in_order(data.residences)
    found = examine(rows, data.birth_date, visit.today)
    changes = visit.may(Permission.EDIT_CASES) and not is_ended(case.life)
    return show(
        ResidencePage(
            base=visit.at(Place.CASES),
            back=Link(addresses.case(case.id), case.reference),
            heading=_HEADING,
            summary=_summary(rows, found),
            rows=tuple(_row(case, number, one, found, changes=changes) for number, one in enumerate(rows)),
            findings=tuple(Badge(Tone.TODAY, words.spoken(one.message)) for one in found),
            countries=tuple(map(_country, country_reasons(programme, known, visit.today))),
            rule=_rule(programme),
            form=forms.add(case.id, case.version, countries()) if changes else None,
        )
    )


@router.post("/cases/{case_id:uuid}/residence")
def add(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.EDIT_CASES)
    case, _programme = find(visit, case_id)

    def act(values: Values, version: int) -> str:
        made = stay(values.text("country"), values.text("since"), values.text("until"), values.text("source"))
        visit.database.run(visit.actor, history.add_stay, visit.installation.catalogue, case_id, made, version)
        return "stay-added"

    form = forms.add(case.id, case.version, countries())
    return submit(visit, case, taken, form, _HEADING, act, addresses.case(case.id, "residence"))


@router.post("/cases/{case_id:uuid}/residence/remove")
def remove(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.EDIT_CASES)
    case, _programme = find(visit, case_id)
    text = hidden(taken, "row")
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise InvalidInput("unknown_stay", _("There is no such row in the history."), _("Open the page again."))

    def act(values: Values, version: int) -> str:
        visit.database.run(visit.actor, history.remove_stay, visit.installation.catalogue, case_id, int(text), version)
        return "stay-removed"

    form = forms.remove(case.id, case.version, int(text), "")
    return submit(visit, case, taken, form, _HEADING, act, addresses.case(case.id, "residence"))


def _summary(rows: Sequence[Stay], found: Sequence[HistoryFinding]) -> Message:
    if not rows:
        return _("No stay is recorded.")
    stays = _n("{count} stay", "{count} stays", len(rows))
    if not found:
        return _("{stays}, without gaps and overlaps", stays=stays)
    return _("{stays}, {questions}", stays=stays,
             questions=_n("{count} question to ask", "{count} questions to ask", len(found)))  # fmt: skip


def _row(case: Case, number: int, one: Stay, found: Sequence[HistoryFinding], *, changes: bool) -> StayRow:
    name = country(one.country)
    flags = tuple(Badge(Tone.TODAY, _FLAGS[finding.fault]) for finding in found if number in finding.rows)
    since: Text = since_words(one)
    return StayRow(
        number=number + 1,
        country=name,
        since=since,
        until=until_words(one) or _("today"),
        source=one.source or "–",
        flags=tuple(dict.fromkeys(flags)),
        remove=forms.remove(case.id, case.version, number, _("{country} from {since}", country=name, since=since))
        if changes
        else None,
    )


_FLAGS = {"gap": _("gap"), "overlap": _("overlap"), "before_birth": _("before birth"), "in_future": _("in future")}


def _country(one: CountryReason) -> CountryRow:
    asked = Badge(Tone.OPEN, _("asked")) if one.asked else Badge(Tone.IDLE, _("not asked"))
    fresh: Text = words.spoken(one.fresh) if one.fresh else ""
    return CountryRow(country=country(one.country), asked=asked, why=words.spoken(one.why), fresh=fresh)


def _rule(programme: Programme) -> Text:
    rule = programme.residence
    if rule is None:
        return _("The programme asks for no paper of the countries lived in.")
    basis = rule.legal_basis
    return _("{title} ({citation})", title=basis.label, citation=basis.citation) if basis.citation else basis.label

"""The public page on which anybody reports a fee or a problem, and reads the answer with a code. No session: also who
is signed in reports here without a name. The code never stands in an address, and nothing that was sent is logged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from gettext import NullTranslations
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from basis.errors import NotFound, PredepartureError, Unavailable
from basis.ids import new_token
from basis.messages import Message, _
from casework.actor import ENGINE
from casework.complaints import queries, rules, service
from casework.complaints.rules import OUTCOME_WORDS, STATE_WORDS, Against, ComplaintKind, ComplaintState
from casework.complaints.service import Report
from casework.complaints.tables import Complaint
from casework.organisations.tables import Organisation
from dashboard import addresses, reporting, words
from dashboard.cases.submitting import typed
from dashboard.forms import complaints as forms
from dashboard.pages.base import Base
from dashboard.pages.complaints import ReportPage, ReportSent, ReportStatus, Tongue
from dashboard.parts import Badge, Form, Link, Option, Tone
from dashboard.posting import Sent, Values, Wrong, filled, hidden, read, sent
from dashboard.security import REPORT, REPORT_CODE, Rate
from dashboard.sessions import installation_of, public_base
from dashboard.views import show
from dashboard.words import ENGLISH, Language

router = APIRouter()

_ORGANISATION: Final = "of-"
_TONES: Final[Mapping[ComplaintState, Tone]] = {
    ComplaintState.RECEIVED: Tone.WAIT,
    ComplaintState.IN_HAND: Tone.OPEN,
    ComplaintState.CLOSED: Tone.DONE,
}
Spoken = tuple[Language, NullTranslations]
Taken = Annotated[Sent, Depends(sent)]


@router.get(addresses.REPORT)
def ask(request: Request, language: str = "") -> Response:
    spoken = _spoken(language)
    return show(_page(request, spoken, _form(request, spoken, new_token())), catalogue=spoken[1])


@router.post(addresses.REPORT)
def take(request: Request, taken: Taken) -> Response:
    """Keep a report and show its code; the same form sent again shows the same code and keeps nothing."""
    _count(request, REPORT)
    spoken = _spoken(_hidden(taken, "language"))
    form = _form(request, spoken, _hidden(taken, "once") or new_token())
    database = installation_of(request).database
    try:
        report = _report(request, read(form, taken), spoken[0].code)
        code = database.run(ENGINE, service.file, report, hidden(taken, "once"))
    except Wrong as wrong:
        return show(_page(request, spoken, wrong.form), 422, spoken[1])
    except PredepartureError as error:
        # Nobody writes such a text a second time.
        said = reporting.NO_OFFICE if error.code == "no_office" else reporting.NOT_TAKEN
        again = filled(form, typed(form, taken), error=said)
        return show(_page(request, spoken, again), error.status, spoken[1])
    until = rules.due_on(report.kind, database.today())
    page = ReportSent(
        base=_base(request, spoken[0]),
        heading=reporting.SENT_HEADING,
        lead=reporting.SENT_CODE,
        code=code,
        until=reporting.SENT_UNTIL.with_params({"day": words.on(until)}),
        answer=_to_answer(spoken[0]),
    )
    return show(page, catalogue=spoken[1])


@router.get(addresses.REPORT_STATUS)
def ask_code(request: Request, language: str = "") -> Response:
    spoken = _spoken(language)
    return show(_status(request, spoken[0], form=forms.code(spoken[0].code)), catalogue=spoken[1])


@router.post(addresses.REPORT_STATUS)
def answer(request: Request, taken: Taken) -> Response:
    """How the report of a code stands, and what its reporter was told."""
    _count(request, REPORT_CODE)
    spoken = _spoken(_hidden(taken, "language"))
    form = forms.code(spoken[0].code)
    try:
        code = read(form, taken).text("code")
    except Wrong as wrong:
        return show(_status(request, spoken[0], form=wrong.form), 422, spoken[1])
    return _answered(request, spoken, code)


@router.post(addresses.REPORT_MORE)
def add(request: Request, taken: Taken) -> Response:
    """The reporter writes more."""
    _count(request, REPORT)
    spoken, code = _spoken(_hidden(taken, "language")), _hidden(taken, "code")
    try:
        values = read(forms.more(code, spoken[0].code), taken)
    except Wrong as wrong:
        return _answered(request, spoken, code, more=wrong.form)
    try:
        installation_of(request).database.run(ENGINE, service.add, code, values.text("more"))
    except NotFound:
        return _answered(request, spoken, code)
    return _answered(request, spoken, code, added=True)


def _answered(
    request: Request, spoken: Spoken, code: str, *, more: Form | None = None, added: bool = False
) -> Response:  # fmt: skip
    language, catalogue = spoken
    database = installation_of(request).database
    with database.read() as session:
        row = queries.by_code(session, database.vault(session), code)
        told = [] if row is None else [step for step in queries.steps_of(session, row.id) if step.told]
        vault = database.vault(session)
        said = [(step, service.note_of(vault, step)) for step in told if step.recorded_by != ENGINE.key]
    if row is None:
        form = filled(forms.code(language.code), {"code": code}, error=reporting.STATUS_WRONG)
        return show(_status(request, language, form=form), 404, catalogue)
    shown = tuple((words.on(step.happened_on), text) for step, text in reversed(said) if text)
    page = _status(request, language, row=row, told=shown, more=more or forms.more(code, language.code))
    if added:
        page = replace(page, base=replace(page.base, notice=Badge(Tone.DONE, reporting.MORE_SENT)))
    return show(page, 422 if more else 200, catalogue)


def _status(
    request: Request,
    language: Language,
    *,
    row: Complaint | None = None,
    told: tuple[tuple[Message, str], ...] = (),
    form: Form | None = None,
    more: Form | None = None,
) -> ReportStatus:
    state = None
    if row is not None:
        said = OUTCOME_WORDS[row.outcome] if row.outcome else STATE_WORDS[row.state]
        state = Badge(_TONES[row.state], said)
    is_open = row is not None and (row.state is not ComplaintState.CLOSED or row.unread)
    return ReportStatus(
        base=_base(request, language),
        heading=reporting.STATUS_HEADING,
        lead=reporting.STATUS_LEAD if row is None else "",
        state=state,
        until=reporting.STATUS_BY.with_params({"day": words.on(row.due_on)}) if row is not None and is_open else "",
        told_heading=reporting.STATUS_TOLD,
        told=told,
        nothing=reporting.STATUS_NOTHING if row is not None and not told else "",
        form=form,
        more_heading=reporting.MORE_HEADING,
        more=more if row is not None else None,
        another=Link(_in(addresses.REPORT, language), reporting.ANOTHER),
    )


def _page(request: Request, spoken: Spoken, form: Form) -> ReportPage:
    language = spoken[0]
    return ReportPage(
        base=_base(request, language),
        heading=reporting.HEADING,
        lead=reporting.LEAD,
        notes=(reporting.WHO_READS, reporting.DANGER),
        tongues_label=reporting.LANGUAGES_LABEL,
        tongues=tuple(_tongue(one, language) for one in reporting.offered()),
        answer=_to_answer(language),
        form=form,
    )


def _form(request: Request, spoken: Spoken, once: str) -> Form:
    with installation_of(request).database.read() as session:
        offices, about = queries.offices(session), queries.reported(session)
    listed = tuple(Option(f"{_ORGANISATION}{one.id}", one.name) for one in about)
    form = forms.report(_options(offices), listed, once, spoken[0].code)
    return form if offices else replace(form, error=reporting.NO_OFFICE)


def _options(rows: list[Organisation]) -> tuple[Option, ...]:
    return tuple(Option(str(one.id), one.name) for one in rows)


def _report(request: Request, values: Values, language: str) -> Report:
    against = values.text("against")
    organisation = UUID(against.removeprefix(_ORGANISATION)) if against.startswith(_ORGANISATION) else None
    with installation_of(request).database.read() as session:
        row = session.get(Organisation, organisation) if organisation else None
        offices = [one.id for one in queries.offices(session)]
    if not offices:
        raise Unavailable("no_office", _("There is no active office."), _("Make an office active again."))
    # Whom it is about says which office works with them, unless that is closed.
    chosen = values.texts.get("office", "")
    home = row.office_id if row and row.office_id in offices else UUID(chosen) if chosen else offices[0]
    same = ("words", "about", "head", "amount", "paid_to", "case", "contact")
    return Report(
        office_id=home,
        kind=ComplaintKind(values.text("kind")),
        against=Against(against) if organisation is None else Against.OTHER,
        organisation_id=organisation,
        language=language,
        **{name: values.text(name) for name in same},
    )


def _tongue(one: Language, here: Language) -> Tongue:
    name = one.locale.get_language_name(one.locale.language) or one.code
    href = addresses.query(addresses.REPORT, language=one.code)
    return Tongue(one.code, one.direction, name, href, one.code == here.code)


def _to_answer(language: Language) -> Link:
    return Link(_in(addresses.REPORT_STATUS, language), reporting.READ_ANSWER)


def _in(address: str, language: Language) -> str:
    return addresses.query(address, language="" if language is ENGLISH else language.code)


def _base(request: Request, language: Language) -> Base:
    return replace(public_base(request), language=language)


def _spoken(tag: str) -> Spoken:
    """A language that is offered; English for every other, since somebody in need must not meet an error."""
    return reporting.spoken(tag) or (ENGLISH, NullTranslations())


def _hidden(taken: Sent, name: str) -> str:
    given = taken.get(name, ("",))[0]
    return given if isinstance(given, str) else ""


def _count(request: Request, rate: Rate) -> None:
    request.app.rates.count(rate, request.client.host if request.client else "")

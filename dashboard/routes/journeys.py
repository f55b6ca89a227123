"""The journey of a case, and ``/journeys``: those of the next days and those that nobody has confirmed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from basis.errors import InvalidInput, NotFound
from basis.messages import Message, _, _n
from casework.accounts.rules import Permission, require
from casework.cases import replanning, travelling
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.cases.travelling import CancelJourney, ConfirmArrival, ConfirmDeparture, MissJourney, NewDate, TurnBack
from casework.diary.calendar import MEDIA_TYPE
from casework.travel import lists as listing
from casework.travel import queries
from casework.travel import service as travel
from casework.travel.calendar import journey_file
from casework.travel.lists import JourneyLine, Show
from casework.travel.rules import MOST_LEGS, JourneyState, Leg, Local
from casework.travel.service import BookJourney
from checklists.programme import Programme
from dashboard import addresses, words
from dashboard.cases import journeys, wording
from dashboard.cases import lists as lines
from dashboard.cases.chosen_papers import chosen, options
from dashboard.cases.known import find
from dashboard.cases.submitting import form_page, submit
from dashboard.forms import journeys as forms
from dashboard.forms import lists
from dashboard.forms.case import Options
from dashboard.looking import look
from dashboard.pages.base import Place
from dashboard.pages.journeys import NewDatePage
from dashboard.pages.rulings import RulingList, RulingRow
from dashboard.paging import given, pager, wanted
from dashboard.parts import Badge, Fact, Link, Option, Tone
from dashboard.parts import Form as AskedForm
from dashboard.posting import Values, filled, hidden
from dashboard.sessions import Form, Signed, Visit, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])

_PARTS: dict[Show, Message] = {
    Show.AHEAD: _("of the next 14 days"),
    Show.UNCONFIRMED: _("not confirmed"),
    Show.UNBOOKED: _("departure within 14 days, no journey booked"),
    Show.TO_CANCEL: _("to be cancelled, as the case has ended"),
}
_JOURNEY = _("Journey")
_BOOK = _("Book a journey")
_BOOK_LEAD = _("Days and times are those of the ticket, local to each place.")
_DATE = _("Another day of departure")


@router.get("/cases/{case_id:uuid}/journey")
def journey(case_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_CASES)
    case, programme = find(visit, case_id)
    look(visit, "case.viewed", f"case_file/{case.id}", case.id)
    return show(journeys.journey_page(journeys.known_journey(visit, case, programme)))


@router.get("/cases/{case_id:uuid}/journey/{itinerary_id:uuid}.ics")
def calendar(case_id: UUID, itinerary_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_CASES)
    with visit.database.read() as session:
        rows = [row for row in travel.of_case(session, visit.actor, case_id) if row.id == itinerary_id]
        if not rows:
            raise NotFound("record", _("There is no such record."), _("Open it from its case."))
        changed = [one.recorded_at for one in queries.events(session, case_id) if one.itinerary_id == itinerary_id]
        legs = queries.legs(session, [itinerary_id]).get(itinerary_id, [])
    stamped_at = max([rows[0].recorded_at, *changed])
    content = journey_file(rows[0], legs, stamped_at, visit.installation.settings.public_url, visit.zone)
    headers = {"Content-Disposition": 'attachment; filename="journey.ics"'}
    return Response(content, media_type=f"{MEDIA_TYPE}; charset=utf-8", headers=headers)


@router.get("/cases/{case_id:uuid}/journey/book")
def ask_booking(case_id: UUID, visit: Signed, legs: str = "1") -> Response:
    case, programme = _case(visit, case_id)
    count = _legs(legs)
    facts = [Fact(_("Planned departure"), wording.departure(case, programme))]
    if count < MOST_LEGS:
        more = addresses.query(addresses.case(case.id, "journey", "book"), legs=count + 1)
        said = _n("{count} leg; ask for one more", "{count} legs; ask for one more", count)
        facts.append(Fact(_("Legs"), said, more))
    form = forms.book(case.id, case.version, count, visit.zone.key)
    return show(form_page(visit, case, form, _BOOK, _BOOK_LEAD, tuple(facts)))


@router.post("/cases/{case_id:uuid}/journey/book")
def book(case_id: UUID, visit: Signed, taken: Form) -> Response:
    case, _programme = _case(visit, case_id)
    count = _legs(hidden(taken, "legs"))

    def act(values: Values, version: int) -> str:
        command = BookJourney(
            case_id=case_id,
            legs=tuple(_leg(values, number) for number in range(1, count + 1)),
            ticket_issued_on=values.days["ticket_issued_on"],
            **{name: values.text(name) for name in ("escort", "met_by", "booking_reference", "ticket_number")},
        )
        visit.database.run(visit.actor, travel.book, command, version)
        return "booked"

    form = forms.book(case.id, case.version, count, visit.zone.key)
    return submit(visit, case, taken, form, _BOOK, act, _address(case_id))


@router.post("/cases/{case_id:uuid}/journey/{itinerary_id:uuid}/ticket")
def ticket(case_id: UUID, itinerary_id: UUID, visit: Signed, taken: Form) -> Response:
    case, _programme = _case(visit, case_id)

    def act(values: Values, version: int) -> str:
        _own(visit, case, itinerary_id)
        visit.database.run(
            visit.actor,
            travel.ticket,
            itinerary_id,
            values.text("number"),
            values.day("issued_on"),
            values.text("booking_reference"),
            version,
        )
        return "ticket-recorded"

    form = forms.ticket(case.id, case.version, itinerary_id)
    return submit(visit, case, taken, form, _("Record the ticket"), act, _address(case_id))


@router.post("/cases/{case_id:uuid}/journey/depart")
def depart(case_id: UUID, visit: Signed, taken: Form) -> Response:
    case, programme = _case(visit, case_id)

    def act(values: Values, version: int) -> str:
        command = ConfirmDeparture(
            case_id=case_id,
            happened_on=values.day("happened_on"),
            by=values.text("by"),
            how=values.text("how"),
            evidence_id=chosen(values.texts.get("paper", "")),
        )
        return _run(visit, travelling.confirm_departure, command, version, "departure-confirmed")

    form = forms.depart(case.id, case.version, "", _papers(visit, case, programme))
    return submit(visit, case, taken, form, _("Confirm the departure"), act, _address(case_id))


@router.post("/cases/{case_id:uuid}/journey/arrive")
def arrive(case_id: UUID, visit: Signed, taken: Form) -> Response:
    case, programme = _case(visit, case_id)

    def act(values: Values, version: int) -> str:
        command = ConfirmArrival(
            case_id=case_id,
            happened_on=values.day("happened_on"),
            by=values.text("by"),
            clock=values.text("clock"),
            evidence_id=chosen(values.texts.get("paper", "")),
        )
        return _run(visit, travelling.confirm_arrival, command, version, "arrival-confirmed")

    form = forms.arrive(case.id, case.version, "", _papers(visit, case, programme))
    return submit(visit, case, taken, form, _("Confirm the arrival"), act, _address(case_id))


@router.post("/cases/{case_id:uuid}/journey/cancel")
def cancel(case_id: UUID, visit: Signed, taken: Form) -> Response:
    case, _programme = _case(visit, case_id)

    def act(values: Values, version: int) -> str:
        command = CancelJourney(
            case_id=case_id,
            happened_on=values.day("happened_on"),
            by=values.text("by"),
            refund_expected=values.flag("refund"),
        )
        return _run(visit, travelling.cancel, command, version, "journey-cancelled")

    form = forms.cancel(case.id, case.version, "")
    return submit(visit, case, taken, form, _("Cancel the journey"), act, _address(case_id))


@router.post("/cases/{case_id:uuid}/journey/miss")
def miss(case_id: UUID, visit: Signed, taken: Form) -> Response:
    case, _programme = _case(visit, case_id)

    def act(values: Values, version: int) -> str:
        command = MissJourney(
            case_id=case_id,
            happened_on=values.day("happened_on"),
            reason=values.text("reason"),
            refund_expected=values.flag("refund"),
            ends_as=values.text("ends_as"),
        )
        return _run(visit, travelling.miss, command, version, "journey-recorded")

    form = forms.miss(case.id, case.version, "")
    return submit(visit, case, taken, form, _("The worker did not come"), act, _address(case_id))


@router.post("/cases/{case_id:uuid}/journey/turn-back")
def turn_back(case_id: UUID, visit: Signed, taken: Form) -> Response:
    case, _programme = _case(visit, case_id)

    def act(values: Values, version: int) -> str:
        command = TurnBack(
            case_id=case_id,
            happened_on=values.day("happened_on"),
            place=values.text("place"),
            reason=values.text("reason"),
            refund_expected=values.flag("refund"),
            again=values.flag("again"),
        )
        return _run(visit, travelling.turn_back, command, version, "journey-recorded")

    form = forms.turn_back(case.id, case.version, "")
    return submit(visit, case, taken, form, _("The worker was turned back"), act, _address(case_id))


@router.post("/cases/{case_id:uuid}/journey/take-back")
def take_back(case_id: UUID, visit: Signed, taken: Form) -> Response:
    case, _programme = _case(visit, case_id)

    def act(_values: Values, version: int) -> str:
        visit.database.run(visit.actor, travelling.take_back, visit.installation.catalogue, case_id, version)
        return "record-withdrawn"

    form = forms.take_back(case.id, case.version, "")
    return submit(visit, case, taken, form, _JOURNEY, act, _address(case_id))


@router.get("/cases/{case_id:uuid}/journey/new-date")
def ask_date(case_id: UUID, visit: Signed, day: str = "") -> Response:
    """What another day of departure would change, before anybody decides for it."""
    case, programme = _case(visit, case_id)
    return show(_date_page(visit, case, programme, _day(day) if day else None))


@router.post("/cases/{case_id:uuid}/journey/new-date")
def new_date(case_id: UUID, visit: Signed, taken: Form) -> Response:
    case, _programme = _case(visit, case_id)
    day = _day(hidden(taken, "day"))
    form = forms.new_date(case.id, case.version, day.isoformat(), defers=_defers(visit, case, day))

    def act(values: Values, version: int) -> str:
        command = NewDate(case_id=case_id, departs_on=day, reason=values.texts.get("reason", ""))
        return _run(visit, travelling.new_date, command, version, "replanned")

    return submit(visit, case, taken, form, _DATE, act, _address(case_id))


@router.get(addresses.JOURNEYS)
def all_journeys(request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.RECORD_TRAVEL)
    asked, page = given(request), wanted(given(request))
    form = forms.parts(tuple(Option(part.value, said) for part, said in _PARTS.items()))
    lists.check_known(form, asked)
    part = Show(asked.get("show") or Show.AHEAD)
    with visit.database.read() as session:
        found, total = listing.listed(session, visit.actor, part, visit.today, limit=page.size, offset=page.offset)
    return show(
        RulingList(
            base=visit.at(Place.CASES),
            heading=_("Journeys"),
            summary=_n("{count} journey: {part}", "{count} journeys: {part}", total, part=_PARTS[part]),
            links=(),
            filters=filled(form, asked),
            chips=lists.chips(form, asked),
            columns=(_("Case"), _("Worker"), _("Departs"), _("From and to"), _("Met by"), _("Status")),
            rows=tuple(_row(visit, line) for line in found),
            pager=pager(addresses.JOURNEYS, asked, page, len(found), total),
            empty=_("There is none."),
        )
    )


def _row(visit: Visit, line: JourneyLine) -> RulingRow:
    row, case = line.journey, line.case
    left = case.life is CaseLife.DEPARTED
    day = row.departs_on if row else case.life_since if left else case.planned_departure
    unbooked = Badge(Tone.LATE, _("arrival not confirmed")) if left else Badge(Tone.TODAY, _("no journey booked"))
    return RulingRow(
        first=Link(addresses.case(case.id, "journey"), case.reference),
        cells=(
            lines.name_in_lists(line.worker),
            words.on(day) if day else "",
            _("{origin} – {destination}", origin=row.origin, destination=row.destination) if row else "",
            row.met_by if row else "",
        ),
        status=journeys.badge(row, visit.today) if row else unbooked,
    )


def _date_page(visit: Visit, case: Case, programme: Programme, day: date | None) -> NewDatePage:
    reopens: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()
    form: AskedForm | None = None
    if day is not None and day >= visit.today:
        with visit.database.read() as session:
            found = replanning.effect(session, programme, case, day, visit.today)
        reopens, stays = found.reopens, found.stays
        form = forms.new_date(case.id, case.version, day.isoformat(), defers=_defers(visit, case, day))
    titles = {stage.id: stage.label for stage in programme.stages}
    ask = forms.ask_date(case.id, day.isoformat() if day else "")
    return NewDatePage(
        base=visit.at(Place.CASES),
        back=Link(_address(case.id), _JOURNEY),
        heading=_DATE,
        lead=_("First look at what a day changes, then decide."),
        facts=(Fact(_("Planned departure"), wording.departure(case, programme)),),
        reopens=tuple(titles[stage] for stage in reopens),
        stays=tuple(titles[stage] for stage in stays),
        ask=ask,
        form=form,
    )


def _defers(visit: Visit, case: Case, day: date) -> bool:
    with visit.database.read() as session:
        row = queries.standing(session, case.id)
    return row is not None and row.state is JourneyState.BOOKED and row.departs_on != day


def _case(visit: Visit, case_id: UUID) -> tuple[Case, Programme]:
    """The case of a form of those who book journeys. The role is asked before the form is read."""
    require(visit.role, Permission.RECORD_TRAVEL)
    return find(visit, case_id)


def _own(visit: Visit, case: Case, itinerary_id: UUID) -> None:
    with visit.database.read() as session:
        if itinerary_id not in {row.id for row in travel.of_case(session, visit.actor, case.id)}:
            raise NotFound("record", _("There is no such record."), _("Open it from its case."))


def _papers(visit: Visit, case: Case, programme: Programme) -> Options:
    with visit.database.read() as session:
        return options(visit, session, case, programme)


def _run(visit: Visit, operation: Callable[..., Any], command: object, version: int, notice: str) -> str:
    visit.database.run(visit.actor, operation, visit.installation.catalogue, command, version)
    return notice


def _address(case_id: UUID) -> str:
    return addresses.case(case_id, "journey")


def _legs(text: str) -> int:
    if text not in {str(number) for number in range(1, MOST_LEGS + 1)}:
        raise InvalidInput(
            "legs", _("A journey has one to {most} legs.", most=MOST_LEGS), _("Give the legs of the ticket.")
        )
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("invalid_day", _("This is not a day."), _("Choose a day in the form.")) from None


def _leg(values: Values, number: int) -> Leg:
    def text(name: str) -> str:
        return values.text(f"{name}_{number}")

    arrives_on = values.days[f"arrives_on_{number}"]

    def local(name: str, day: date) -> Local:
        # A zone alone says nothing: the page proposes one.
        clock = text(f"{name}_time")
        return Local(day, clock, text(f"{name}_zone") if clock else "")

    return Leg(
        origin=text("origin"),
        destination=text("destination"),
        carrier=text("carrier"),
        service_number=text("service_number"),
        departs=local("departs", values.day(f"departs_on_{number}")),
        arrives=local("arrives", arrives_on) if arrives_on else None,
    )

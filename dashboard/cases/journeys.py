"""The page of a journey: what is known, what may be recorded of it now, what was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from basis.messages import Message, _
from basis.roles import Role
from casework.accounts.rules import Permission
from casework.cases import queries as cases
from casework.cases import service
from casework.cases.rules import BEFORE_DEPARTURE, CaseLife, is_ended, moves_from
from casework.cases.tables import Case
from casework.cases.travelling import BACK
from casework.travel import queries, rules
from casework.travel import service as travel
from casework.travel.rules import STANDS, JourneyAct, JourneyState
from casework.travel.service import Opened
from casework.travel.tables import Itinerary, JourneyEvent, JourneyLeg
from checklists.programme import Programme
from dashboard import addresses, words
from dashboard.cases import chosen_papers, wording
from dashboard.forms import journeys as forms
from dashboard.forms.case import Options
from dashboard.pages.base import Place
from dashboard.pages.case import Decision
from dashboard.pages.journeys import JourneyPage, LegView
from dashboard.parts import Badge, Fact, Form, Link, Text, Tone
from dashboard.sessions import Visit

TONES = {
    JourneyState.BOOKED: Tone.OPEN,
    JourneyState.DEPARTED: Tone.WAIT,
    JourneyState.ARRIVED: Tone.DONE,
    JourneyState.NO_SHOW: Tone.LATE,
    JourneyState.TURNED_BACK: Tone.LATE,
}


@dataclass(frozen=True, slots=True)
class KnownJourney:
    """The journey of a case as the reader may know it; `row` is the one that counts, else the last."""

    visit: Visit
    case: Case
    programme: Programme
    row: Itinerary | None
    legs: tuple[JourneyLeg, ...]
    opened: Opened | None
    events: tuple[JourneyEvent, ...]
    last: JourneyEvent | None
    came_from: CaseLife | None
    papers: Options
    names: dict[str, str]

    @property
    def standing(self) -> Itinerary | None:
        return self.row if self.row is not None and self.row.state in STANDS else None


def known_journey(visit: Visit, case: Case, programme: Programme) -> KnownJourney:
    """Everything that the page is told from, in one reading."""
    with visit.database.read() as session:
        rows = travel.of_case(session, visit.actor, case.id)
        standing = [row for row in rows if row.state in STANDS]
        row = next(reversed(standing or rows), None)
        legs = queries.legs(session, [row.id]).get(row.id, []) if row is not None else []
        events = queries.events(session, case.id)
        opened = None
        if row is not None and visit.may(Permission.RECORD_TRAVEL):
            opened = travel.opened(visit.database.vault(session), case, row)
        people = cases.accounts_by_key(session, {event.recorded_by for event in events})
        papers = chosen_papers.options(visit, session, case, programme)
        last, came_from = queries.last_event(session, case.id), service.came_from(session, case)
    names = {key: person.name for key, person in people.items()}
    return KnownJourney(visit, case, programme, row, tuple(legs), opened, tuple(events), last, came_from, papers, names)


def journey_page(known: KnownJourney) -> JourneyPage:
    first, others = _forms(known)
    warning, link = _warning(known)
    return JourneyPage(
        base=known.visit.at(Place.CASES),
        back=Link(addresses.case(known.case.id), known.case.reference),
        heading=_("Journey, case {reference}", reference=known.case.reference),
        status=_status(known),
        warning=warning,
        warning_link=link,
        links=_links(known),
        facts=_facts(known),
        legs=tuple(map(_leg, known.legs)),
        first=first,
        forms=others,
        events=tuple(_event(known, event) for event in reversed(known.events)),
    )


def badge(row: Itinerary, today: date) -> Badge:
    """The state of a journey; one whose day has passed waits for somebody's word."""
    if row.state is JourneyState.BOOKED and row.departs_on < today:
        return Badge(Tone.LATE, _("departure not confirmed"))
    if row.state is JourneyState.DEPARTED and (row.arrives_on or row.departs_on) < today:
        return Badge(Tone.LATE, _("arrival not confirmed"))
    return Badge(TONES.get(row.state, Tone.IDLE), rules.STATE_WORDS[row.state])


def _status(known: KnownJourney) -> Badge:
    if known.row is None:
        return Badge(Tone.IDLE, _("no journey booked"))
    return badge(known.row, known.visit.today)


def _warning(known: KnownJourney) -> tuple[Text, Link | None]:
    row, case = known.standing, known.case
    if row is None or row.state is not JourneyState.BOOKED:
        return "", None
    if is_ended(case.life):
        return _("The case has ended and the journey is still booked. Cancel it with the carrier."), None
    if case.planned_departure is None or row.departs_on == case.planned_departure:
        return "", None
    said = _(
        "The journey is booked for {booked}, the departure is planned for {planned}.",
        booked=words.on(row.departs_on),
        planned=words.on(case.planned_departure),
    )
    if not known.visit.may(Permission.RECORD_TRAVEL):
        return said, None
    return said, Link(date_address(case, row.departs_on), _("See what moving the plan to that day changes"))


def date_address(case: Case, day: date | None = None) -> str:
    """Where another day of departure is thought of."""
    return addresses.query(addresses.case(case.id, "journey", "new-date"), day=day.isoformat() if day else "")


def _links(known: KnownJourney) -> tuple[Link, ...]:
    case, links = known.case, list[Link]()
    if known.visit.may(Permission.RECORD_TRAVEL) and case.life in BEFORE_DEPARTURE:
        again = known.standing is not None
        said = _("Book another journey") if again else _("Book a journey")
        links.append(Link(addresses.case(case.id, "journey", "book"), said, primary=not again))
        links.append(Link(date_address(case), _("Another day of departure")))
    if known.row is not None:
        links.append(Link(addresses.case(case.id, "journey", f"{known.row.id}.ics"), _("As a calendar file")))
    return tuple(links)


def _facts(known: KnownJourney) -> tuple[Fact, ...]:
    row, opened = known.row, known.opened
    facts = [Fact(_("Planned departure"), wording.departure(known.case, known.programme))]
    if row is not None:
        facts.append(Fact(_("Departs on"), words.on(row.departs_on)))
        facts += [Fact(said, value) for said, value in ((_("Escort"), row.escort), (_("Met by"), row.met_by)) if value]
        if row.ticket_issued_on is not None:
            facts.append(Fact(_("Ticket issued on"), words.on(row.ticket_issued_on)))
    if opened is not None:
        given = ((_("Booking reference"), opened.booking_reference), (_("Ticket number"), opened.ticket_number))
        facts += [Fact(said, value) for said, value in given if value]
    if known.visit.may(Permission.SEE_COSTS):
        facts.append(Fact(_("Price"), _("among the costs of the case"), addresses.case(known.case.id, "costs")))
    return tuple(facts)


def _leg(row: JourneyLeg) -> LegView:
    return LegView(
        way=_("{origin} – {destination}", origin=row.origin, destination=row.destination),
        service=f"{row.carrier} {row.service_number}",
        departs=_local(row.departs_on, row.departs_time, row.departs_zone),
        arrives=_local(row.arrives_on, row.arrives_time, row.arrives_zone) if row.arrives_on else "",
    )


def _local(day: date, clock: str, zone: str) -> Message:
    if not clock:
        return words.on(day)
    return _("{day}, {clock} ({zone})", day=words.on(day), clock=clock, zone=zone)


def _event(known: KnownJourney, event: JourneyEvent) -> Decision:
    outside = known.visit.role is Role.AGENCY_USER
    said: list[str] = [
        str(table[code])
        for table, code in (
            (_WHO.get(event.act, {}), event.by),
            (rules.DEPARTURE_HOW, event.how),
            (_WHY.get(event.act, {}), event.reason),
            (rules.PLACES, event.place),
        )
        if code in table and not (outside and code in _CLOSE_TO_PERSON)
    ]
    if event.clock:
        said.append(str(_("local time {clock}", clock=event.clock)))
    if event.new_departure is not None:
        said.append(str(_("to {day}", day=words.on(event.new_departure))))
    if event.refund_expected is not None:
        said.append(str(_("a refund is expected") if event.refund_expected else _("no refund is expected")))
    if event.evidence_id is not None:
        said.append(str(_("with a paper of the case")))
    # An agency reads that the office did it, not who of it.
    who = _("the office") if outside else known.names.get(event.recorded_by, "")
    return Decision(words.on(event.happened_on), rules.ACT_WORDS[event.act], who, "; ".join(said))


_CLOSE_TO_PERSON = frozenset({"illness", "health", "family_reasons"})
"""Reasons that are not told to an agency, as in the history of the case."""
_WHO: Mapping[JourneyAct, Mapping[str, Message]] = {
    JourneyAct.DEPART: rules.DEPARTURE_BY,
    JourneyAct.ARRIVE: rules.ARRIVAL_BY,
    JourneyAct.CANCEL: rules.CANCELLED_BY,
}
_WHY: Mapping[JourneyAct, Mapping[str, Message]] = {
    JourneyAct.DEFER: rules.DEFER_REASONS,
    JourneyAct.MISS: rules.MISS_REASONS,
    JourneyAct.TURN_BACK: rules.TURN_BACK_REASONS,
}


def _forms(known: KnownJourney) -> tuple[Form | None, tuple[Form, ...]]:
    """What may be recorded now: the next thing, and what else may have happened."""
    if not known.visit.may(Permission.RECORD_TRAVEL):
        return None, ()
    case, row, today = known.case, known.standing, known.visit.today
    at = (case.id, case.version)
    first: Form | None = None
    others: list[Form] = []
    begun = row is None or row.departs_on <= today
    if case.life is CaseLife.CLEARED and begun and _departs(known):
        day = min(row.departs_on if row else today, today)
        first = forms.depart(*at, day.isoformat(), known.papers)
    elif case.life is CaseLife.DEPARTED:
        day = min((row.arrives_on or row.departs_on) if row else today, today)
        first = forms.arrive(*at, day.isoformat(), known.papers)
        others.append(forms.turn_back(*at, today.isoformat()))
    if row is not None and row.state is JourneyState.BOOKED:
        others += _of_booking(known, row, today)
    back = _take_back(known)
    return first, (*others, back) if back else tuple(others)


def _of_booking(known: KnownJourney, row: Itinerary, today: date) -> list[Form]:
    at, day = (known.case.id, known.case.version), today.isoformat()
    if is_ended(known.case.life):
        return [forms.cancel(*at, day)]
    found = [forms.ticket(*at, row.id)]
    if row.departs_on <= today:
        found += [forms.miss(*at, row.departs_on.isoformat()), forms.turn_back(*at, day)]
    return [*found, forms.cancel(*at, day)]


def _departs(known: KnownJourney) -> bool:
    track = known.programme.track(known.case.track)
    return track is None or track.departs


def _take_back(known: KnownJourney) -> Form | None:
    """Confirmations are taken back by whom the life of the case lets; nothing else while another journey counts."""
    event, life = known.last, known.case.life
    if event is None or event.itinerary_id != (known.row.id if known.row else None):
        return None
    if event.act in BACK:
        possible = BACK[event.act] in moves_from(life, known.visit.role, known.came_from)
    else:
        state = known.row.state if known.row else None
        reversible = state is not None and (state, JourneyAct.TAKE_BACK) in rules.TRANSITIONS
        possible = reversible and not is_ended(life) and known.standing is None
    what = rules.ACT_WORDS[event.act]
    return forms.take_back(known.case.id, known.case.version, what) if possible else None

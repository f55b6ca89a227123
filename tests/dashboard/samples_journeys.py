"""Samples of the pages of journeys, with invented people."""

from __future__ import annotations

from dashboard.forms import journeys as forms
from dashboard.pages.base import Page, Place
from dashboard.pages.case import Decision, FormPage
from dashboard.pages.journeys import JourneyPage, LegView, NewDatePage
from dashboard.parts import Badge, Fact, Link, Option, Tone
from tests.dashboard.frames import base

_BACK = Link("/cases/1", "BK-2027001")
_PAPERS = (Option("4", "Visa, 2 March 2027"),)


def pages() -> dict[str, Page]:
    return {
        "journey": JourneyPage(
            base=base(Place.CASES),
            back=_BACK,
            heading="Journey, case BK-2027001",
            status=Badge(Tone.LATE, "departure not confirmed"),
            warning="The journey is booked for 12 June 2027, the departure is planned for 10 June 2027.",
            warning_link=Link("/cases/1/journey/new-date", "See what moving the plan to that day changes"),
            links=(
                Link("/cases/1/journey/book", "Book another journey"),
                Link("/cases/1/journey/new-date", "Another day of departure"),
                Link("/cases/1/journey/7.ics", "As a calendar file"),
            ),
            facts=(
                Fact("Planned departure", "10 June 2027"),
                Fact("Met by", "Hochbau Nord GmbH"),
                Fact("Ticket issued on", "20 May 2027"),
                Fact("Booking reference", "XQ7PL2"),
                Fact("Price", "among the costs of the case", "/cases/1/costs"),
            ),
            legs=(
                LegView(
                    "Prishtina – Vienna",
                    "Synthetic Air SY 123",
                    "12 June 2027, 06:05 (Europe/Belgrade)",
                    "12 June 2027, 07:45 (Europe/Vienna)",
                ),
                LegView("Vienna – Munich", "Synthetic Air SY 457", "12 June 2027", ""),
            ),
            first=forms.depart("1", 7, "2027-06-12", _PAPERS),
            forms=(
                forms.ticket("1", 7, "7"),
                forms.miss("1", 7, "2027-06-12"),
                forms.turn_back("1", 7, "2027-06-12"),
                forms.cancel("1", 7, "2027-06-12"),
                forms.take_back("1", 7, "Deferred"),
            ),
            events=(Decision("20 May 2027", "Deferred", "Arta Gashi", "illness; to 12 June 2027"),),
        ),
        "journey-date": NewDatePage(
            base=base(Place.CASES),
            back=_BACK,
            heading="Another day of departure",
            lead="First look at what a day changes, then decide.",
            facts=(Fact("Planned departure", "10 June 2027"),),
            reopens=("Medical examination", "Departure"),
            stays=("Documents", "Orientation"),
            ask=forms.ask_date("1", "2027-06-24"),
            form=forms.new_date("1", 7, "2027-06-24", defers=True),
        ),
        "journey-book": FormPage(
            base=base(Place.CASES),
            back=_BACK,
            heading="Book a journey",
            lead="Days and times are those of the ticket, local to each place.",
            facts=(Fact("Legs", "2 legs; ask for one more", "/cases/1/journey/book?legs=3"),),
            form=forms.book("1", 7, 2, "Europe/Belgrade"),
        ),
    }

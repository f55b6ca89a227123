"""Samples of the pages of job, contract and candidates, with invented people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from casework.selection.rules import Act, Criteria
from checklists.sources import LegalBasis
from checklists.terms import ContractTerm
from dashboard import addresses
from dashboard.forms import contracts as contract_forms
from dashboard.forms import selection as forms
from dashboard.pages.base import Page, Place, Viewer
from dashboard.pages.case import FormPage
from dashboard.pages.selection import (
    ApplicationView,
    CandidatePage,
    CandidateRow,
    CandidatesPage,
    ComparedRow,
    InterviewView,
    JobPage,
    NominatePage,
    OpenOrder,
    PointView,
    TermRow,
)
from dashboard.parts import Badge, Fact, Link, Option, Pager, Source, Tone
from tests.dashboard.frames import base

EMPLOYER = Viewer(
    "Karin Sommer", "employer user", "Hochbau Nord GmbH", frozenset({"see_recruitment", "select_candidates"})
)
_BACK = Link("/cases/1", "BK-2027001")
_BASIS = LegalBasis(title="Synthetic law", as_of=date(2027, 1, 1), confirmed=False)
_TERMS = (ContractTerm(id="notice", title="Notice", minimum="How long the notice is", legal_basis=_BASIS),)
_SOURCE = Source("Synthetic law, section 3", "", "1 January 2027", confirmed=False)
_WORSE, _SAME = Badge(Tone.LATE, "worse than promised"), Badge(Tone.DONE, "as promised")


def pages() -> dict[str, Page]:
    return {
        "job": _job(),
        "job-contract": _contract(),
        "job-point": _point(),
        "nominate": _nominate(),
        "nominate-first": replace(_nominate(), agreement=forms.agree(1, 4), orders=()),
        "candidates": _candidates(),
        "candidate": _candidate(),
        "candidate-office": _for_office(),
    }


def _job() -> JobPage:
    return JobPage(
        base=base(Place.CASES),
        back=_BACK,
        heading="Job and contract, case BK-2027001",
        status=Badge(Tone.LATE, "2 points are to be seen to"),
        facts=(
            Fact("Employer", "Hochbau Nord GmbH"),
            Fact("Job order", "JO-2027-0003"),
            Fact("Offer accepted", "on 3 March 2027, explained in Albanian"),
        ),
        applications=(
            ApplicationView(
                Link("/recruitment/candidates/1", "Bricklayers, job order JO-2027-0003"),
                Badge(Tone.DONE, "offer accepted"),
                (Fact("Employer", "Hochbau Nord GmbH"), Fact("Wage", "EUR 2,400.00 a month")),
            ),
            ApplicationView(
                Link("/recruitment/candidates/2", "Bricklayers, job order JO-2027-0001"),
                Badge(Tone.IDLE, "offer taken back by the employer"),
                (Fact("Reason", "The employer is insolvent."),),
            ),
        ),
        points=(
            PointView(
                "Wage",
                _WORSE,
                (Fact("Promised", "EUR 2,400.00 a month"), Fact("Signed", "EUR 2,100.00 a month")),
                None,
                tuple(contract_forms.decide(1, 4, 9, "Wage", confirmed=yes) for yes in (True, False)),
            ),
            PointView(
                "Hours of work",
                _WORSE,
                (Fact("Promised", "40 hours a week"), Fact("Signed", "48 hours a week")),
                Link("/cases/1/job/points/promise%3Aweekly_minutes", "See to it", "Hours of work"),
                (),
            ),
        ),
        rows=(
            ComparedRow("Employer", "Hochbau Nord GmbH", "Hochbau Nord GmbH", _SAME),
            ComparedRow("Wage", "EUR 2,400.00 a month", "EUR 2,100.00 a month", _WORSE),
            ComparedRow("Paid leave", "", "28 days a year", Badge(Tone.IDLE, "nothing was promised")),
        ),
        promised_from="Promised is the offer that the worker accepted.",
        terms=(
            TermRow("Wage", "At least EUR 2,000 a month", "EUR 2,100.00 a month", Badge(Tone.DONE, "met"), _SOURCE),
            TermRow("Notice", "How long the notice is", "", Badge(Tone.LATE, "not said"), None),
        ),
        links=(Link("/cases/1/job/contract", "Record a corrected contract"),),
        forms=(contract_forms.in_order(1, 4), contract_forms.withdraw(1, 4, 7)),
    )


def _form(form: Any, heading: str) -> FormPage:
    return FormPage(base=base(Place.CASES), heading=heading, lead="", facts=(), form=form, back=_BACK)


def _contract() -> FormPage:
    papers = (Option("5", "Employment contract"),)
    return _form(contract_forms.signed(1, 4, _TERMS, papers), "The signed contract")


def _point() -> FormPage:
    return _form(contract_forms.accepted(1, 4, "promise:wage_minor"), "See to it: Wage")


def _nominate() -> NominatePage:
    order = OpenOrder(
        "Bricklayers, job order JO-2027-0003",
        (Fact("Employer", "Hochbau Nord GmbH"), Fact("Wage", "EUR 2,400.00 a month")),
        (
            ("Occupation", "7112 Bricklayers and related workers", Badge(Tone.DONE, "met")),
            ("24 months of experience", "nothing recorded", Badge(Tone.IDLE, "missing")),
        ),
        forms.nominate(1, 4, 3, "Bricklayers, job order JO-2027-0003"),
    )
    return NominatePage(
        base=base(Place.CASES),
        back=_BACK,
        heading="Put forward for a job order",
        agreement=forms.end_agreement(1, 4),
        orders=(order,),
        empty="None.",
    )


def _candidates() -> CandidatesPage:
    path = addresses.candidates(3)
    rows = (
        CandidateRow(
            Link("/recruitment/candidates/1", "Gëzim Ahmeti"),
            "7112 Bricklayer",
            "German A2",
            "38 months",
            "about week 23 of 2027",
            Badge(Tone.OPEN, "put forward"),
        ),
        CandidateRow(
            Link("/recruitment/candidates/2", "أيوب العلوي"), "7112 Bricklayer", "–", "–", "–",
            Badge(Tone.IDLE, "withdrawn by the worker"),
        ),
    )  # fmt: skip
    return CandidatesPage(
        base=base(Place.RECRUITMENT, EMPLOYER),
        back=Link("/recruitment", "Job orders"),
        heading="Candidates for job order JO-2027-0003",
        summary="2 were put forward.",
        facts=(Fact("Wage", "EUR 2,400.00 a month"), Fact("Places", "1 of 4 taken, 3 left")),
        rows=rows,
        pager=Pager(1, 2, 2, "", f"{path}?page=2"),
        empty="Nobody was put forward yet.",
        criteria=forms.criteria(3, Criteria("de", "A2", 24, "")),
    )


def _known(**values: Any) -> CandidatePage:
    return CandidatePage(
        **{
            "base": base(Place.RECRUITMENT, EMPLOYER),
            "back": Link(addresses.candidates(3), "Candidates for this job order"),
            "heading": "Gëzim Ahmeti",
            "status": Badge(Tone.WAIT, "invited to an interview"),
            "case": None,
            "facts": (Fact("Occupation", "7112 Bricklayer"), Fact("Ready", "about week 23 of 2027")),
            "interviews": (
                InterviewView("3 March 2027, 09:00", "Room 2", Badge(Tone.IDLE, "it did not take place")),
                InterviewView("5 March 2027, 09:00", "by telephone or video", Badge(Tone.WAIT, "still to come")),
            ),
            "offered": (),
            "links": (Link(addresses.candidate(1, "offer"), "Make an offer", primary=True),),
            "forms": (forms.hold(1, 2), forms.invite(1, 2), forms.end(1, 2, Act.REJECT)),
            **values,
        }
    )


def _candidate() -> CandidatePage:
    return _known()


def _for_office() -> CandidatePage:
    return _known(
        base=base(Place.RECRUITMENT),
        status=Badge(Tone.TODAY, "offer made"),
        case=Link("/cases/1/job", "Open the case"),
        offered=(Fact("May be answered until", "20 March 2027"), Fact("Wage", "EUR 2,400.00 a month")),
        forms=(forms.accept(1, 3), forms.end(1, 3, Act.TAKE_BACK), forms.end(1, 3, Act.DECLINE)),
    )

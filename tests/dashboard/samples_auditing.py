"""A sample of every page of audits."""

from __future__ import annotations

from dataclasses import replace

from basis.roles import Role
from casework.accounts.rules import PERMISSIONS
from casework.auditing.rules import FindingAct, Step
from dashboard import addresses
from dashboard.forms import auditing as forms
from dashboard.pages import auditing as pages_of
from dashboard.pages.base import Page, Place, Viewer
from dashboard.pages.case import Decision, FormPage
from dashboard.pages.documents import CheckView
from dashboard.parts import Badge, Fact, Link, Option, Tone
from tests.dashboard.frames import PROGRAMMES, base

AUDITOR = Viewer("Nora Leka", "auditor", "Pristina", frozenset(one.value for one in PERMISSIONS[Role.AUDITOR]))
_KINDS = (Option("medical", "Fitness certificate"), Option("departure", "Departure clearance"))
_PEOPLE = (Option("n", "Nora Leka"), Option("e", "Edona Krasniqi"))
_BACK = Link("/audits/engagements/ENG-2027-000003", "Autumn review of clearances")
_READ = Badge(Tone.DONE, "read")


def pages() -> dict[str, Page]:
    """Every page by the name of its preview."""
    place = base(Place.AUDITS, AUDITOR)
    new = forms.new_engagement(_PEOPLE, (Option("p", "Pristina"),), PROGRAMMES, "", "2027-03-10")
    return {
        "engagement-new": FormPage(
            base=place,
            heading="Open an engagement",
            lead="Once an engagement was opened, auditors reach only what open engagements cover that name them.",
            facts=(),
            form=new,
            back=Link(addresses.AUDITS, "Audits"),
        ),
        "engagement": _engagement(),
        "sample-draw": _draw(),
        "sample": _sample(),
        "sample-signed": replace(
            _sample(),
            status=Badge(Tone.DONE, "signed"),
            sign=None,
            report_waits="The report is being made.",
            conclusion="One of five certificates states another day than the clinic's record.",
        ),
        "sample-item": _item(),
        "sample-again": _again(),
        "finding": _finding(),
    }


def _engagement() -> pages_of.EngagementPage:
    return pages_of.EngagementPage(
        base=base(Place.AUDITS, AUDITOR),
        back=Link(addresses.AUDITS, "Audits"),
        heading="Autumn review of clearances",
        summary="Whether clearances stand on what they must, after the change of the programme in March.",
        status=Badge(Tone.OPEN, "open"),
        facts=(
            Fact("Number", "ENG-2027-000003"),
            Fact("From", "1 September 2027"),
            Fact("Until", "30 November 2027"),
            Fact("Scope", "Pristina; Kosovo – Germany, construction"),
            Fact("Lead auditor", "Nora Leka"),
            Fact("Auditor", "Edona Krasniqi"),
        ),
        acts=(Link("/a", "Draw a sample", primary=True), Link("/b", "Raise a finding")),
        may_see=True,
        samples=(
            pages_of.SampleRow(
                Link("/audits/samples/SMP-2027-000007", "SMP-2027-000007"),
                "3 September 2027",
                "stratified",
                "12 of 59 read",
                Badge(Tone.OPEN, "being read"),
                None,
            ),
            pages_of.SampleRow(
                Link("/audits/samples/SMP-2027-000006", "SMP-2027-000006"),
                "1 September 2027",
                "random",
                "30 of 30 read",
                Badge(Tone.DONE, "signed"),
                Link("/r", "AUD-2027-000002"),
            ),
        ),
        findings=(
            pages_of.FindingRow(
                Link("/audits/findings/FND-2027-000004", "FND-2027-000004"),
                "Days of examination differ",
                "high",
                "30 September 2027",
                Badge(Tone.LATE, "overdue"),
            ),
        ),
        close=forms.close_engagement("ENG-2027-000003"),
    )


def _draw() -> pages_of.DrawPage:
    number = "ENG-2027-000003"
    return pages_of.DrawPage(
        base=base(Place.AUDITS, AUDITOR),
        back=_BACK,
        heading="Draw a sample",
        filters=forms.population(number, _KINDS, PROGRAMMES, (), (Option("p", "Pristina"),), _PEOPLE),
        chosen=(Fact("Engagement", "Autumn review of clearances"), Fact("Status", "valid")),
        summary="1240 documents fit",
        confidences=("90 %", "95 %", "99 %"),
        sizes=(pages_of.SizeRow("1 %", (208, 263, 384)), pages_of.SizeRow("5 %", (44, 58, 88))),
        signs=("It stands on a waiver, a condition or an interim permission. Counts 3 more.",),
        form=forms.draw(number, (("standing", "valid"),), 58),
    )


def _sample() -> pages_of.SamplePage:
    rows = tuple(
        pages_of.ItemRow(
            Link(
                f"/audits/samples/SMP-2027-000007/items/{place}", f"{place}. {what}", f"document MED-2027-00041{place}"
            ),
            Link(f"/documents/{place}", f"MED-2027-00041{place}"),
            "Fitness certificate",
            "Balkan Karriere",
            verdict,
            status,
        )
        for place, what, verdict, status in (
            (1, "Verdicts", "agree", _READ),
            (2, "Verdicts", "exception: The document says something else than the evidence.", _READ),
            (3, "Read", "", Badge(Tone.OPEN, "waits for a second reader")),
            (4, "Read", "", Badge(Tone.TODAY, "the readers disagree: the lead decides")),
            (5, "Read", "", Badge(Tone.IDLE, "to be read")),
        )
    )
    return pages_of.SamplePage(
        base=base(Place.AUDITS, AUDITOR),
        back=_BACK,
        heading="SMP-2027-000007",
        summary="2 of 5 documents are read",
        status=Badge(Tone.OPEN, "being read"),
        acts=(Link("/a", "Draw it again"), Link("/b", "Population (TSV)")),
        facts=(
            Fact("Population", "1240 documents"),
            Fact("Method", "stratified"),
            Fact("Strata", "agency"),
            Fact("Drawn", "3 September 2027 by Nora Leka"),
        ),
        seed="0f3c9a7be11d4c52a8c60d8f5f0e7a41",
        digest="8e3e8deac3baf31b4389dc7c8c28d174e3fe6af62dc7faf11b21d6031415563c",
        results=(Fact("agree", "1"), Fact("exception", "1"), Fact("Rate of exceptions in the sample", "50.0 %")),
        note="Limits are estimated when all documents are read.",
        reasons=(pages_of.ReasonRow("The document says something else than the evidence.", 1),),
        strata=(pages_of.StratumRow("Balkan Karriere", 900, 4, 1, "25.0 % (0.3 % to 80.1 %)"),),
        items=rows,
        sign=forms.sign("SMP-2027-000007"),
        report_waits="",
        conclusion="",
    )


def _item() -> pages_of.ItemPage:
    return pages_of.ItemPage(
        base=base(Place.AUDITS, AUDITOR),
        back=Link("/audits/samples/SMP-2027-000007", "SMP-2027-000007"),
        heading="MED-2027-000414",
        summary="Document 4 of 5 of the sample",
        status=Badge(Tone.TODAY, "the readers disagree: the lead decides"),
        facts=(
            Fact("Document", "Fitness certificate"),
            Fact("Issued on", "10 June 2027"),
            Fact("Case", "BK-2027001", "/cases/1"),
        ),
        acts=(
            Link("/documents/4", "Open the evidence of the document", primary=True),
            Link("/f", "Raise a finding from it"),
        ),
        verdicts=(
            Decision("4 September 2027", "second reader: agree", "Edona Krasniqi", "The paper was replaced."),
            Decision(
                "3 September 2027", "first reader: exception: Something else, as the note says.", "Nora Leka", "?"
            ),
        ),
        hidden_verdict="",
        form=forms.verdict("SMP-2027-000007", 4, Step.LEAD),
        why_not="",
        turns=(Link("/audits/samples/SMP-2027-000007/items/3", "Document before"), Link("/i/5", "Next document")),
    )


def _again() -> pages_of.ReproducedPage:
    passed = Badge(Tone.DONE, "passed")
    return pages_of.ReproducedPage(
        base=base(Place.AUDITS, AUDITOR),
        back=Link("/audits/samples/SMP-2027-000007", "SMP-2027-000007"),
        heading="SMP-2027-000007, drawn again",
        status=Badge(Tone.DONE, "The draw is the same"),
        checks=(
            CheckView("Population", passed, "The list that is kept has the SHA-256 that was kept with it."),
            CheckView("Draw", passed, "The same documents came out, in the same order."),
        ),
        drawn=tuple(Fact(f"No. {place}", f"MED-2027-00041{place}") for place in range(1, 6)),
        changed=(Fact("MED-2027-000377", "superseded"),),
        added=("MED-2027-000901",),
        commands="sha256sum SMP-2027-000007-population.tsv    # 8e3e8deac3baf31b4389dc7c8c28d174e3fe6af62dc7faf11b21",
    )


def _finding() -> pages_of.FindingPage:
    number = "FND-2027-000004"
    return pages_of.FindingPage(
        base=base(Place.AUDITS, AUDITOR),
        back=Link(addresses.FINDINGS, "Findings"),
        heading="Days of examination differ",
        summary="Raised on 5 September 2027",
        status=Badge(Tone.LATE, "overdue"),
        facts=(
            Fact("Number", number),
            Fact("Office", "Pristina"),
            Fact("Severity", "high"),
            Fact("Responsible", "Arta Gashi"),
            Fact("Done by", "30 September 2027"),
        ),
        passages=(
            pages_of.Passage("Criterion", ("The certificate states the day that the clinic recorded.",)),
            pages_of.Passage("Condition", ("In one of five certificates the day differs.", "MED-2027-000414.")),
        ),
        steps=(
            Decision("9 September 2027", "The office agrees", "Mira Krasniqi", "So it is."),
            Decision("5 September 2027", "Finding raised", "Nora Leka", ""),
        ),
        forms=(forms.follow_up(number, (FindingAct.CLOSE, FindingAct.KEEP_OPEN)),),
    )

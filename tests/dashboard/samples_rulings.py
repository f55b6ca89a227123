"""A sample of waivers, decisions and appeals: on the page of a case, in lists, and as forms."""

from __future__ import annotations

from dashboard import addresses
from dashboard.forms import rulings as forms
from dashboard.pages.base import Page, Place
from dashboard.pages.case import FormPage, RulingView
from dashboard.pages.rulings import RulingList, RulingRow
from dashboard.parts import Badge, Fact, Link, Option, Pager, Tone
from tests.dashboard.frames import base

RULINGS = (
    RulingView(
        "waiver-1",
        "Condition: Police certificate (Switzerland)",
        Badge(Tone.OPEN, "waits for: supervisor"),
        (
            Fact("Asked for", "9 March 2027, Arta Gashi"),
            Fact("Authority", "supervisor"),
            Fact("Asked because", "Bern answers in June; the employer needs the worker in May."),
        ),
        None,
        (Link("/cases/1/waivers/1", "Answer", "of: Police certificate (Switzerland)"),),
    ),
    RulingView(
        "decision-1",
        "Case refused",
        Badge(Tone.OPEN, "an appeal waits for its answer"),
        (
            Fact("Decided", "1 March 2027, Mira Krasniqi"),
            Fact("Authority", "German Embassy Pristina"),
            Fact("Reason in the letter", "The authority of the country of destination refused the visa or the permit."),
            Fact("Last day to appeal", "31 March 2027"),
        ),
        Link("/documents/9", "LET-2027-000012"),
        (Link("/cases/1/appeals/1", "Open the appeal of 10 March 2027"),),
    ),
)
_REASONS = (Option("visa_refused", "The authority of the country of destination refused the visa or the permit."),)
_BACK = Link("/cases/1", "BK-2027001")


def pages() -> dict[str, Page]:
    """Every page by the name of its preview."""
    place, people = base(Place.CASES), (Option("m", "Mira Krasniqi"),)
    return {
        "waivers": RulingList(
            base=base(Place.DOCUMENTS),
            heading="Waivers and conditions",
            summary="2 waivers, conditions and interim permissions, the last one first",
            links=(Link(addresses.DECISIONS, "Decisions and appeals"),),
            filters=forms.part_of_list(addresses.CONCESSIONS, "State", (Option("given", "given"),)),  # type: ignore[arg-type]
            chips=(),
            columns=("Case", "What", "Authority", "Reference", "Ends", "Status"),
            rows=(
                RulingRow(
                    Link("/cases/1#waiver-1", "BK-2027001"),
                    ("Condition: Police certificate (Switzerland)", "supervisor", "", ""),
                    Badge(Tone.OPEN, "waits for: supervisor"),
                ),
                RulingRow(
                    Link("/cases/2#waiver-2", "BK-2027002"),
                    ("Waiver: Proof of living space", "supervisor", Link("/documents/1", "L-77/2027"), "30 June 2027"),
                    Badge(Tone.DONE, "given"),
                ),
            ),
            pager=Pager(1, 2, 2),
            empty="Nothing was asked for.",
        ),
        "refusal": FormPage(
            base=place,
            heading="Refuse the case, with a letter to the worker",
            lead="The case ends. The letter says what was decided, the reason that may be told, and how to appeal.",
            facts=(),
            form=forms.refuse(
                "1",
                7,
                (Option("refused:visa_refused", "refused: the visa was refused"),),
                _REASONS,
                people,
                "2027-03-12",
            ),
            back=_BACK,
        ),
        "answer-waiver": FormPage(
            base=place,
            heading="Condition: Police certificate (Switzerland)",
            lead="It is answered by: supervisor. Who asks cannot answer.",
            facts=RULINGS[0].facts,
            form=forms.decide("1", "1", 7, (Option("visa", "Visa"),), said=True),
            back=_BACK,
        ),
        "answer-appeal": FormPage(
            base=place,
            heading="Answer the appeal",
            lead="Overturned: the letter is revoked, and what ended with the decision goes on.",
            facts=(Fact("Came in", "10 March 2027, the worker"), Fact("What it says", "There is a new contract.")),
            form=forms.answer("1", "1", 7, (Option("upheld", "the decision stands"),)),
            back=_BACK,
        ),
    }

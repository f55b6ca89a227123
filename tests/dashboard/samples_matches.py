"""A sample of the pages of possible matches, with invented people."""

from __future__ import annotations

from dashboard.forms import matches as forms
from dashboard.pages.base import Base, Page
from dashboard.pages.case import Decision
from dashboard.pages.matches import Alike, Comparison, HitList, HitPage, HitRow, PaperRow, TogetherPage
from dashboard.parts import Badge, Fact, Form, Link, Option, Pager, Tone
from dashboard.posting import filled

BACK = Link("/hits", "Possible matches")
ENTRY = Link("/hits?entry=QDi.999", "QDi.999", "only this entry")
PROPOSED = (
    Decision(
        "2 March 2027", "Proposed: Not the person on the list", "Luan Berisha", "Another year and place of birth."
    ),
)
COMPARISONS = (
    Comparison(
        "Name",
        "Arben Test Krasniqi",
        "ARBEN KRASNIQI",
        "the same",
        True,
        ("The name is the same, apart from spelling and order. (+70 points)",),
        "=",
    ),
    Comparison(
        "Date of birth", "2 March 1984", "1979", "different", False, ("The birth dates differ. (−12 points)",), "×"
    ),
    Comparison("Nationality", "Kosovo", "not on the list", "cannot be compared", False),
    Comparison("Place of birth", "Prizren", "not on the list", "cannot be compared", False),
)


def pages(base: Base) -> dict[str, Page]:
    """The pages by the name of their preview."""
    return {
        "hits": HitList(
            base=base,
            summary="2 possible matches",
            chips=(),
            filters=filled(forms.filters((Option("UN consolidated", "UN consolidated"),)), {"show": "waiting"}),
            rows=(
                HitRow(
                    Link("/hits/1", "BK-2027031"),
                    "UN consolidated",
                    ENTRY,
                    "91 of 100",
                    "1 March 2027",
                    "12 days ago",
                    Badge(Tone.TODAY, "due today"),
                    Badge(Tone.TODAY, "waits for a proposal"),
                    "1:0",
                    "Choose BK-2027031",
                ),
                HitRow(
                    Link("/hits/2", "BK-2027044"),
                    "UN consolidated",
                    ENTRY,
                    "84 of 100",
                    "12 March 2027",
                    "yesterday",
                    Badge(Tone.OPEN, "due on 2 April 2027"),
                    Badge(Tone.WAIT, "proposed: Not the person on the list; waits for another officer"),
                ),
            ),
            pager=Pager(1, 2, 2),
            together="/hits/together",
        ),
        "hit": _hit(base, (), forms.propose("1", 0, refers=True), "Your proposal", ()),
        "hit-proposed": _hit(
            base,
            PROPOSED,
            forms.answer("1", 1),
            "Confirm or return",
            (
                PaperRow(
                    Link("/hits/1/papers/1", "Birth certificate with the mother's name"), "2 March 2027, L. Berisha"
                ),
            ),
        ),
        "hits-together": TogetherPage(
            base=base,
            back=BACK,
            heading="Propose together",
            summary="2 possible matches",
            rows=(
                Alike(Link("/hits/1", "BK-2027031"), "Arben Krasniqi", "ARBEN KRASNIQI (QDi.999)", "91 of 100", ()),
                Alike(Link("/hits/3", "BK-2027051"), "Arben Krasniqi", "ARBEN KRASNIQI (QDi.999)", "88 of 100", ()),
            ),
            steps=(),
            form=forms.together((("1", 0), ("3", 0)), confirms=False),
        ),
    }


def _hit(base: Base, steps: tuple[Decision, ...], form: Form, act: str, papers: tuple[PaperRow, ...]) -> HitPage:
    return HitPage(
        base=base,
        back=BACK,
        heading="Possible match",
        summary="BK-2027031 and an entry of UN consolidated, version 28 February 2027",
        status=Badge(Tone.TODAY, "waits for a second officer" if steps else "waits for a proposal"),
        case=Link("/cases/31", "BK-2027031"),
        notes=(),
        comparisons=COMPARISONS,
        entry_facts=(Fact("Entry", "QDi.999"), Fact("Screened on", "1 March 2027")),
        score="Likeness 91 of 100",
        reasons=("One conflict alone does not clear a name that agrees so well. (+4 points)",),
        steps=steps,
        papers=papers,
        like=Link("/hits?entry=QDi.999", "Others of the same entry"),
        act_heading=act,
        form=form,
        attach=forms.attach("1"),
    )

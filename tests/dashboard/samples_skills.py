"""Samples of the skills map."""

from __future__ import annotations

from dashboard import addresses
from dashboard.forms import skills as forms
from dashboard.pages.base import Page, Place
from dashboard.pages.documents import SavedList
from dashboard.pages.skills import Cell, Match, MatchRow, OccupationRow, ReasonView, SkillRow, SkillsMap
from dashboard.parts import Badge, Chip, Link, Option, Pager, Tile, Tone
from tests.dashboard.frames import base

LANGUAGES = (Option("de", "German"), Option("en", "English"))
ASKED = {"occupation": "71", "language": "de", "level": "A2"}
DEMAND = {"occupation": "7112", "count": "12", "since": "2027-05-01", "destination": "DE", "language": "de"}


def _kept(place: str) -> tuple[SavedList, ...]:
    link = Link(addresses.SKILLS, "Masons with German")
    return (SavedList(link, True, forms.remove(place, "1", "Masons with German")),)


def skills_map() -> SkillsMap:
    counts = ((2, 0, 4, 7, 3, 0, 1, 5, 1), (0, 1, 0, 12, 2, 1, 0, 0, 0))
    months = ("Nov 2026", "Dec 2026", "Jan 2027", "Feb 2027", "Mar 2027", "Apr 2027")
    titles = ("711 Building frame and related trades workers", "712 Building finishers and related trades workers")
    return SkillsMap(
        base=base(Place.SKILLS),
        summary="39 workers are being prepared or cleared",
        acts=(Link(addresses.SKILL_MATCH, "Look at a demand", primary=True),),
        filters=forms.search(LANGUAGES, (Option("k", "Kosovo to Germany"),), (Option("away", "Away"),)),
        chips=(Chip("Occupation: 71", addresses.SKILLS),),
        views=_kept(forms.SEARCH),
        save=forms.save(forms.SEARCH, ASKED),
        columns=("Cleared", *months, "Later", "No day"),
        occupations=tuple(
            OccupationRow(
                Link(addresses.query(addresses.SKILLS, occupation=title[:3]), title),
                tuple(Cell(count, count * 100 // 12) for count in line),
                sum(line),
            )
            for title, line in zip(titles, counts, strict=True)
        ),
        rows=(
            SkillRow(
                Link("/cases/1", "Hoxhademo, Arbenta"), "BB-0001 · 7112 Bricklayers and related workers",
                "German B1 (speaking A2), English A2", "upper secondary education", "Kosovo to Germany, Away",
                Badge(Tone.OPEN, "about 3 March 2027"),
            ),
            SkillRow(
                Link("/cases/2", "Berishademo, Flamur"), "BB-0002 · 7112 Bricklayers and related workers", "", "",
                "Kosovo to Germany, Away", Badge(Tone.DONE, "cleared"),
            ),
        ),
        pager=Pager(1, 2, 39, "", "/skills?page=2"),
    )  # fmt: skip


def match() -> Match:
    reasons = (
        ReasonView("Occupation", Badge(Tone.DONE, "met"), "7112 Bricklayers and related workers"),
        ReasonView("Language", Badge(Tone.IDLE, "missing"), "overall: A2 proven, asked B1; about 150 to 250 hours"),
        ReasonView("Ready", Badge(Tone.OPEN, "will be met"), "about 3 March 2027, if nothing is late"),
        ReasonView("Destination", Badge(Tone.DONE, "met"), "prepared for Germany"),
    )
    return Match(
        base=base(Place.SKILLS),
        summary="12 workers, 7112 Bricklayers and related workers, Germany, from 1 May 2027, German B1",
        asked=forms.demand(LANGUAGES, (Option("DE", "Germany"),)),
        tiles=(
            Tile(addresses.SKILLS, 31, "7112 Bricklayers and related workers"),
            Tile(addresses.SKILLS, 14, "of them show the language"),
            Tile(addresses.SKILLS, 9, "of these can be ready by the day"),
        ),
        views=_kept(forms.DEMANDS),
        save=forms.save(forms.DEMANDS, DEMAND),
        rows=(MatchRow(Link("/cases/1", "Hoxhademo, Arbenta"), "BB-0001 · 7112 Bricklayers", reasons),),
        pager=Pager(1, 1, 1),
    )


def empty_match() -> Match:
    return Match(
        base=base(Place.SKILLS),
        summary="What does an employer ask for?",
        asked=forms.demand(LANGUAGES, (Option("DE", "Germany"),)),
        tiles=(),
        views=(),
        save=None,
        rows=(),
        pager=None,
    )


def pages() -> dict[str, Page]:
    return {"skills": skills_map(), "skill-match": match(), "skill-match-empty": empty_match()}

"""Samples of the pages of watch lists and of residence histories, with nobody real in them."""

from __future__ import annotations

from dashboard.forms import residence as residence_forms
from dashboard.forms import watch_lists as forms
from dashboard.pages import watch_lists
from dashboard.pages.base import Base, Page
from dashboard.pages.residence import CountryRow, ResidencePage, StayRow
from dashboard.parts import Badge, Link, Option, Pager, Tile, Tone

_CHANGED = Link("/administration/watch-lists/1", "3 added, 12 changed, 1 removed", "in UN consolidated 2027-02-28")


def list_pages(frame: Base) -> dict[str, Page]:
    """For administrators."""
    return {
        "watch-lists": watch_lists.WatchLists(
            base=frame,
            summary="Workers are screened against the version in use of each list.",
            rows=(
                watch_lists.ListVersion(
                    "UN Security Council consolidated list", "2027-02-28T00:00:09.554Z", "28 February 2027",
                    "1 March 2027, 07:00", "Shpresa Sample", 1012, "77ab90e1c2d4", _CHANGED, Badge(Tone.DONE, "in use"),
                ),
                watch_lists.ListVersion(
                    "OFAC specially designated nationals", "0f6c2f9d2b11", "not said", "27 February 2027, 07:00",
                    "the command line", 7379, "0f6c2f9d2b11", _CHANGED, Badge(Tone.IDLE, "replaced"),
                ),
            ),
            form=forms.load(),
        ),
        "watch-list-changes": watch_lists.ListChanges(
            base=frame,
            back=Link("/administration/watch-lists", "Watch lists"),
            heading="UN Security Council consolidated list: what changed",
            summary="From 2027-01-30, loaded 1 February 2027 to 2027-02-28, loaded 1 March 2027",
            tiles=(
                Tile("/a", 16, "differences", selected=True),
                Tile("/b", 3, "added"),
                Tile("/c", 12, "changed"),
                Tile("/d", 1, "removed"),
            ),
            rows=(
                watch_lists.ChangeRow("ZZi.001", Badge(Tone.OPEN, "added"), "Damir AL-QORANI", ""),
                watch_lists.ChangeRow("ZZi.002", Badge(Tone.WAIT, "changed"), "دامر القراني", "names, birth dates"),
                watch_lists.ChangeRow("ZZe.001", Badge(Tone.IDLE, "removed"), "INVENTED TRADING HOUSE", ""),
            ),
            pager=Pager(1, 3, 16, "", "/administration/watch-lists/1?page=2"),
            form=forms.compare("1", (Option("2", "2027-01-30"), Option("3", "2026-12-30")), "2"),
        ),
    }  # fmt: skip


def case_pages(frame: Base) -> dict[str, Page]:
    """For caseworkers."""
    countries = (Option("XK", "Kosovo"), Option("MK", "North Macedonia"))
    return {
        "residence": ResidencePage(
            base=frame,
            back=Link("/cases/1", "BK-2027-0117"),
            heading="Where the worker has lived",
            summary="2 stays, 1 question to ask",
            rows=(
                StayRow(1, "Kosovo", "1995-03-09", "2015", "the worker's word", (Badge(Tone.TODAY, "gap"),),
                        residence_forms.remove("1", 3, 0, "Kosovo from 1995-03-09")),
                StayRow(2, "North Macedonia", "2016-03", "today", "residence permit", (Badge(Tone.TODAY, "gap"),),
                        residence_forms.remove("1", 3, 1, "North Macedonia from 2016-03")),
            ),
            findings=(
                Badge(Tone.TODAY, "From 1 January 2016 to 29 February 2016 (60 days) nothing is recorded: ask where "
                                  "the worker lived."),
            ),
            countries=(
                CountryRow("Kosovo", Badge(Tone.OPEN, "asked"),
                           "Asked: 6 months on end were lived there since the age of 16, from 9 September 2011 on.",
                           "The worker left on 31 December 2015 and was not back since: good for 6 months from the day "
                           "of issue all the same."),
                CountryRow("North Macedonia", Badge(Tone.IDLE, "not asked"),
                           "Not asked: there was no stay of 6 months on end since the age of 16.", ""),
            ),
            rule="Police certificates for each country of residence (Programme's rule)",
            form=residence_forms.add("1", 3, countries),
        ),
    }  # fmt: skip

"""A sample of the pages of programme versions."""

from __future__ import annotations

from dashboard.forms import programmes as forms
from dashboard.pages import programme_versions as pages
from dashboard.pages.base import Page, Place
from dashboard.parts import Badge, Fact, Link, Option, Tone
from dashboard.posting import filled
from tests.dashboard.frames import base

D, N, W, I, O = Tone.DONE, Tone.TODAY, Tone.WAIT, Tone.IDLE, Tone.OPEN  # noqa: E741 - as in samples

ID = "kosovo-germany-construction"
TITLE = "Kosovo to Germany: construction trades"
STOPPED = "Clearances are suspended since 3 March 2027: The border is closed."
ROWS = (
    pages.VersionRow(Link("/v/3", "2027.3"), Badge(N, "draft"), "1 June 2027", "Ada Admin", 0),
    pages.VersionRow(Link("/v/2", "2027.2"), Badge(D, "in force"), "1 February 2027", "Ada Admin, Mira Berisha", 12),
    pages.VersionRow(
        Link("/v/1", "2027.1"), Badge(I, "replaced for new cases"), "1 January 2027", "comes with the software", 412
    ),
)


def version_pages() -> dict[str, Page]:
    return {
        "versions": _list(),
        "versions-wrong": _wrong(),
        "programme-rules": _rules(),
        "programme-draft": _draft(),
        "programme-migration": _migration(),
        "programme-migrated": _migrated(),
    }


def _list() -> pages.VersionList:
    return pages.VersionList(
        base=base(Place.PROGRAMMES),
        summary="1 draft waits for a second person.",
        programmes=(pages.VersionedProgramme(ID, Link("/v", TITLE), Badge(W, STOPPED), ROWS),),
        problems=(),
        form=forms.draft(),
    )


def _wrong() -> pages.VersionList:
    return pages.VersionList(
        base=base(Place.PROGRAMMES),
        summary="No draft waits.",
        programmes=(pages.VersionedProgramme(ID, Link("/v", TITLE), None, ROWS[1:]),),
        problems=("corridor.yaml:6: curency: There is no key “curency”. Did you mean currency?",),
        form=filled(forms.draft(), {}),
    )


def _rules() -> pages.ProgrammeRules:
    versions = tuple(Option(one, one) for one in ("2027.2", "2027.1"))
    return pages.ProgrammeRules(
        base=base(Place.PROGRAMMES),
        heading=TITLE,
        suspended=STOPPED,
        versions=ROWS,
        suspensions=(
            pages.SuspensionRow("3 March 2027", "in force", "Mira Berisha", "The border is closed."),
            pages.SuspensionRow("1 April 2026", "4 April 2026", "Ada Admin, Mira Berisha", "The mission was closed."),
        ),
        migrations=(
            pages.MigrationRow(
                "1 March 2027",
                Link("/m/2", "2027.1 to 2027.2"),
                "Mira Berisha",
                "12",
                Badge(D, "applied"),
                forms.undo(ID, "2", "2027.1 to 2027.2"),
            ),
            pages.MigrationRow(
                "1 February 2027",
                Link("/m/1", "2027.1 to 2027.2"),
                "Mira Berisha",
                "11 of 12 went back",
                Badge(I, "undone"),
                None,
            ),
        ),
        stop=forms.suspend(ID),
        migrate=forms.migrate(ID, versions[1:], versions[:1]),
    )


def _draft() -> pages.DraftPage:
    return pages.DraftPage(
        base=base(Place.PROGRAMMES),
        heading=f"{TITLE}, version 2027.3",
        state=Badge(N, "draft"),
        facts=(
            Fact("Drafted by", "Ada Admin"),
            Fact("Handed in", "3 March 2027, 09:12"),
            Fact("In force from", "1 June 2027"),
            Fact("Live cases", "can be moved to this version where: not has('visa_application')"),
            Fact("SHA-256 begins", "77ab90e1c2d4"),
        ),
        compared="Compared with version 2027.2.",
        changes=(
            pages.ChangeRow(Badge(O, "added"), "“Health insurance” is asked for in “Documents”."),
            pages.ChangeRow(Badge(N, "stricter"), "“Police certificate”: at most 3 months old instead of 6."),
            pages.ChangeRow(Badge(I, "dropped"), "“Family book” is no longer asked for."),
        ),
        sample="Somebody from Kosovo on the track away who begins today with nothing. First possible departure: "
        "2 August 2027.",
        steps=(
            pages.SampleStep("Passport", "the worker", "1 May 2027"),
            pages.SampleStep("Police certificate (XK)", "the police", "12 June 2027"),
        ),
        hint="",
        publish=forms.publish(ID, "2027.3", "77ab"),
        discard=forms.discard(ID, "2027.3"),
    )


def _migration() -> pages.MigrationPage:
    return pages.MigrationPage(
        base=base(Place.PROGRAMMES),
        heading=f"{TITLE}: from 2027.1 to 2027.2",
        back=Link("/v", TITLE),
        facts=(
            Fact("Live cases", "412"),
            Fact("Move", "411"),
            Fact("Stay", "1"),
            Fact("Sign-offs that end", "3"),
            Fact("Rule of the new version", "can be moved to this version where: not has('visa_application')"),
        ),
        hint="The new version is in force from 1 February 2027 on; cases can be moved then.",
        rows=(
            pages.MigratingRow(
                Link("/cases/1", "BK-2027001"),
                Badge(O, "moves"),
                "",
                "Health insurance, Visa application",
                "",
                "Police certificate",
                "Documents, Departure",
            ),
            pages.MigratingRow(
                Link("/cases/2", "BK-2027002"),
                Badge(I, "stays"),
                "the new version leaves such cases where they are",
                "",
                "Family book",
                "",
                "",
            ),
        ),
        more="The first 2 of 412 are shown; the command lists all.",
        apply=forms.apply(ID, "2027.1", "2027.2", "Move 411 cases to 2027.2"),
    )


def _migrated() -> pages.MigratedPage:
    return pages.MigratedPage(
        base=base(Place.PROGRAMMES),
        heading=f"{TITLE}: moved from 2027.1 to 2027.2",
        back=Link("/v", TITLE),
        facts=(Fact("Applied on", "1 March 2027"), Fact("Applied by", "Mira Berisha"), Fact("Cases", "3")),
        rows=(
            pages.MigratedRow(Link("/cases/1", "BK-2027001"), "2", Badge(D, "moved")),
            pages.MigratedRow(Link("/cases/2", "BK-2027002"), "", Badge(I, "went back")),
            pages.MigratedRow(Link("/cases/3", "BK-2027003"), "", Badge(N, "left: the case has ended since")),
        ),
        more="",
        undo=forms.undo(ID, "2", "2027.1 to 2027.2"),
    )

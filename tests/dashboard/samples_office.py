"""A sample of the batch pages and of administration."""

from __future__ import annotations

from dashboard import addresses
from dashboard.forms import appointments, office
from dashboard.pages import administration, batches
from dashboard.pages.base import Page, Place
from dashboard.parts import Badge, Fact, Link, Pager, StageBar, Tone
from tests.dashboard.frames import ADMINISTRATOR, AGENCY, PROGRAMMES, base

D, N, L, I, O = Tone.DONE, Tone.TODAY, Tone.LATE, Tone.IDLE, Tone.OPEN  # noqa: E741 - drawn as bars below


def users() -> administration.UserList:
    return administration.UserList(
        base=base(Place.ADMINISTRATION, ADMINISTRATOR),
        summary="2 users, 1 disabled",
        rows=(
            administration.UserRow(
                "Arta Gashi",
                "agashi",
                "caseworker",
                "Office Pristina",
                "today",
                Badge(D, "active"),
                Link("/administration/users/1/password", "Reset password", "of Arta Gashi"),
                office.switch_user("1", "Arta Gashi", enable=False),
            ),
            administration.UserRow(
                "Old Account",
                "old",
                "auditor",
                "Office Pristina",
                "never",
                Badge(I, "disabled"),
                Link("/administration/users/2/password", "Reset password", "of Old Account"),
                office.switch_user("2", "Old Account", enable=True),
            ),
        ),
        pager=Pager(1, 2, 2),
    )


def batch_pages() -> dict[str, Page]:
    return {"batches": _batch_list(), "batch-upload": _upload(), "batch-check": _check(), "batch": _batch()}


FINDING = batches.FindingView(
    "5", "Data e lindjes", "Date of birth", Badge(L, "error"), "The day cannot be read.", "Write it as 1984-03-02."
)
WARNING = batches.FindingView(
    "17", "Kredia EUR", "Travel loan", Badge(N, "warning"), "The home track has no loan.", "Leave it empty."
)
BATCH_FACTS = (Fact("File", "batch-march.csv"), Fact("Rows read", "120"), Fact("Rows left out", "9"))


def _batch_list() -> batches.BatchList:
    return batches.BatchList(
        base=base(Place.BATCHES, AGENCY),
        summary="1 batch",
        rows=(
            batches.BatchRow(
                Link("/batches/1", "batch-march.csv"),
                "Balkan Karriere",
                "Kosovo – Germany, construction",
                "1 March 2027, 10:12",
                "111 taken, 9 left out",
                Badge(O, "in progress"),
            ),
        ),
        pager=Pager(1, 1, 1),
        acts=(Link(addresses.NEW_BATCH, "Hand in a batch", primary=True),),
    )


def _upload() -> batches.BatchUpload:
    return batches.BatchUpload(
        base=base(Place.BATCHES, AGENCY),
        form=office.batch(PROGRAMMES, ()),
        columns=(
            batches.Column("Family name", "as in the passport", "Ahmeti", True),
            batches.Column("MRZ line 1", "44 characters", "P<RKSAHMETI<<GEZIM<<<<<<<<<<<<<<<<<<<<<<<<<<", True),
            batches.Column("E-mail", "of the worker", "gezim@example.org", False),
        ),
        example=Link(addresses.BATCH_EXAMPLE, "Download this example (CSV)"),
    )


def _check() -> batches.BatchCheck:
    return batches.BatchCheck(
        base=base(Place.BATCHES, AGENCY),
        heading="Check of batch-march.csv",
        summary="111 of 120 rows can be taken. Mend 9 rows and hand the file in again, or submit the others now.",
        facts=BATCH_FACTS,
        file_findings=(
            batches.FindingView(
                "", "Nr. dosjes", "", Badge(N, "warning"), "This column is not known.", "Leave it out or map it."
            ),
        ),
        row_findings=(FINDING, WARNING),
        more="The first 2 of 9 findings are shown.",
        download=office.checked_findings("1"),
        known=Link("/batches/1", "Open the batch BK-0001"),
        submit=office.submit_batch("1", "Submit 111 workers; 9 rows are left out"),
        again=office.batch(PROGRAMMES, ()),
    )


def _batch() -> batches.BatchPage:
    return batches.BatchPage(
        base=base(Place.BATCHES, AGENCY),
        heading="batch-march.csv",
        facts=BATCH_FACTS,
        done=64,
        total=111,
        progress="64 of 111 cases are opened",
        poll="/batches/1",
        rows=(
            batches.BatchCaseRow(
                2,
                Link("/cases/1", "Ahmeti, Gëzim"),
                "BK-2027001",
                StageBar((D, D, D, O), "medical in progress"),
                Badge(O, "open"),
            ),
        ),
        findings=(FINDING,),
        more="The first 1 of 9 findings are shown.",
        pager=Pager(1, 1, 1),
        acts=(),
    )


def administration_pages() -> dict[str, Page]:
    frame = base(Place.ADMINISTRATION, ADMINISTRATOR)
    return {
        "users": users(),
        "organisations": administration.OrganisationList(
            base=frame,
            summary="1 agency",
            rows=(
                administration.OrganisationRow(
                    Link("/administration/organisations/1", "Balkan Karriere"),
                    "BK",
                    "agency",
                    "Kosovo",
                    Badge(L, "licence ended on 1 March 2027"),
                ),
            ),
            pager=Pager(1, 1, 1),
        ),
        "organisation": administration.OrganisationPage(
            base=frame,
            heading="Balkan Karriere",
            facts=(Fact("Kind", "agency"), Fact("Code", "BK"), Fact("Country", "Kosovo")),
            licences=(
                administration.Licence(
                    number="XK-0117",
                    authority="Ministry of Labour",
                    programme="all programmes",
                    valid="1 March 2026 to 1 March 2027",
                    status=Badge(L, "ended"),
                    withdraw=appointments.withdraw_accreditation(1, 2, "2027-03-01", "XK-0117"),
                ),
            ),
            form=office.licence("1", PROGRAMMES),
            suspensions=(
                administration.Suspension(
                    when="1 March 2027 until it is lifted",
                    programme="all programmes",
                    reason="An inquiry is going on.",
                    status=Badge(L, "suspended"),
                    lift=appointments.lift(1, 3),
                ),
            ),
            suspend=appointments.suspend(1, "2027-03-01", PROGRAMMES),
        ),
    }

"""The command `predeparture`."""

from __future__ import annotations

from typing import Annotated

import typer

from basis.messages import _
from cli.commands import (
    agencies,
    batches,
    case_acts,
    cases,
    checks,
    clinics,
    cohorts,
    corrections,
    costs,
    courses,
    documents,
    evidence,
    follow_ups,
    handing,
    installation,
    job_orders,
    keys,
    loans,
    offline,
    organisations,
    previewing,
    programme_places,
    programme_versions,
    programmes,
    reviewing,
    screening,
    sessions,
    signatories,
    skills,
    users,
    workers,
)
from cli.house import House

app = typer.Typer(
    name="predeparture",
    cls=House,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=str(
        _(
            "Prepares migrant workers for departure: cases, checks, and a signed certificate at every stage. "
            "Everything of an installation lies in the folder PREDEPARTURE_HOME (default: var). "
            "Exit status: 0 clean, 1 findings, 2 wrong use, 3 refused or unavailable."
        )
    ),
)


@app.callback()
def whole(
    _debug: Annotated[
        bool, typer.Option("--debug", help=str(_("Print Python's traceback when something goes wrong.")))
    ] = False,
) -> None:
    """Options before the command."""


installation.add_to(app)
checks.add_to(app)
app.add_typer(users.app, name="user")
app.add_typer(organisations.app, name="organisation")
programme_versions.add_to(programmes.app)
programme_places.add_to(programmes.app)
app.add_typer(programmes.app, name="programme")
app.add_typer(agencies.app, name="agencies")
app.add_typer(job_orders.app, name="job-orders")
app.add_typer(batches.app, name="batch")
case_acts.add_to(cases.cases_app)
evidence.add_to(cases.cases_app)
cases.add_to(app)
app.add_typer(clinics.app, name="clinic")
app.add_typer(cohorts.app, name="cohort")
app.add_typer(costs.app, name="costs")
app.add_typer(courses.app, name="course")
app.add_typer(sessions.app, name="session")
app.add_typer(follow_ups.app, name="follow-up")
app.add_typer(loans.app, name="loans")
app.add_typer(skills.app, name="skills")
workers.add_to(app)
screening.add_to(app)
handing.add_to(documents.app)
corrections.add_to(documents.app)
offline.add_to(documents.app)
reviewing.add_to(documents.app)
previewing.add_to(documents.app)
app.add_typer(documents.app, name="document")
app.add_typer(signatories.app, name="signatory")
keys.add_to(app)

if __name__ == "__main__":
    app()

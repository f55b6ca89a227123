"""What an agency needs before it brings workers for an employer: accreditation, and job orders that were approved.

Made once, and only where the programme asks for it: whatever is there already is left as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from sqlmodel import select

from casework.actor import ENGINE
from casework.organisations import service as organisations
from casework.organisations.service import AddOrganisation
from casework.organisations.tables import Organisation, OrganisationKind
from casework.recruitment import agencies, orders
from casework.recruitment.agencies import AddPrincipal
from casework.recruitment.orders import AskJobOrder, OrderContent
from casework.recruitment.permissions import is_accredited
from casework.recruitment.rules import OrderState
from casework.recruitment.tables import JobOrder
from casework.work import Work
from checklists.programme import Programme
from cli.demo import people, promises, synthetic
from documents.installation import Installation

_DAYS: Final = 300
_SPARE: Final = 2
"""Places that are left when the workers of the demo have theirs."""


def prepare(
    installation: Installation, cast: people.Cast, programme: Programme, persons: Sequence[synthetic.Person]
) -> None:
    """A job order for each country that the workers go to, asked for by the agency and approved by a supervisor."""
    if not (programme.asks_job_orders or programme.asks_principals):
        return
    database, agency = installation.database, cast.organisations[people.AGENCY]
    employer = database.run(ENGINE, _employer, programme)
    if programme.asks_principals:
        database.run(cast["mira"], _accredit, installation, programme, agency, employer)
    wanted = Counter(person.destination for person in persons) if programme.asks_job_orders else Counter()
    for country, heads in wanted.items():
        asked = AskJobOrder(
            number=synthetic.job_order(programme, country),
            agency_id=agency.id,
            employer_id=employer.id,
            programme=programme.id,
            occupation=synthetic.setting(programme)["occupation"],
            destination=country,
            content=_content(programme, heads + _SPARE, database.today()),
        )
        order = database.run(cast["agron"], _ask, installation, asked)
        if order.state is OrderState.ASKED:
            database.run(cast["mira"], orders.approve, installation.catalogue, order.id)


def _employer(work: Work, programme: Programme) -> Organisation:
    code, name = synthetic.initials(programme), synthetic.setting(programme)["employer"]
    known = {row.code: row for row in organisations.listed(work.session)}
    if code in known:
        return known[code]
    return organisations.add(
        work,
        AddOrganisation(
            kind=OrganisationKind.EMPLOYER,
            code=code,
            name=name,
            country=programme.destinations[0],
            office=people.OFFICE,
        ),
    )


def _accredit(
    work: Work, installation: Installation, programme: Programme, agency: Organisation, employer: Organisation
) -> None:
    if not is_accredited(work.session, agency.id, employer.id, programme.id, work.today):
        command = AddPrincipal(
            agency_id=agency.id,
            employer_id=employer.id,
            number=f"{employer.code}-ACC-1",
            authority="Ministry of Labour (demo)",
            valid_from=work.today,
            valid_until=work.today + timedelta(days=_DAYS),
            programme_id=programme.id,
        )
        agencies.accredit(work, installation.catalogue, command)


def _ask(work: Work, installation: Installation, command: AskJobOrder) -> JobOrder:
    """The job order of this number, asked for where there is none."""
    query = select(JobOrder).where(JobOrder.number == command.number, JobOrder.agency_id == command.agency_id)
    found = work.session.exec(query).one_or_none()
    return found or orders.ask(work, installation.catalogue, command)


def _content(programme: Programme, headcount: int, today: date) -> OrderContent:
    return OrderContent(
        title=synthetic.setting(programme)["job_title"],
        headcount=headcount,
        wage=promises.wage(programme),
        weekly_hours=promises.WEEKLY_HOURS,
        valid_from=today,
        valid_until=today + timedelta(days=_DAYS),
    )

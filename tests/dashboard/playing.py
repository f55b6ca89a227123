"""What people do with a case through its pages, one stage at a time."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlmodel import select

from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.security import loading
from casework.work import Work
from casework.workers.tables import Worker
from checklists.programme import StageKind
from cli.demo import pictures, story
from dashboard import addresses
from tests.dashboard.bench import Bench, Person
from tests.dashboard.filling import forms_on, send

_ORDINARY = 1
"""A place of the demo's story at which nothing out of the ordinary happens."""
PAPER = pictures.paper("A synthetic paper", "BB")


def case_of(site: Bench, reference: str = "BB-0001") -> Case:
    with site.installation.database.read() as session:
        return session.exec(select(Case).where(Case.reference == reference)).one()


def page_of(site: Bench, name: str, reference: str = "BB-0001") -> str:
    """The page of a case as one of the people sees it."""
    with site.visit(name) as person:
        return person.get(addresses.case(case_of(site, reference).id))


def hand_in(site: Bench, person: Person, reference: str, stage: str, *, only: str = "") -> list[str]:
    """Add a paper to every requirement of a stage that asks for one; which forms were sent."""
    address = addresses.case(case_of(site, reference).id)
    part = re.split(r'id="stage-', person.get(address))
    forms = [form for piece in part if piece.startswith(f'{stage}"') for form in forms_on(piece)]
    wanted = [form for form in forms if form.startswith("add-") and only in form]
    days = {"issued_on": (site.today - timedelta(days=12)).isoformat()}
    for form in wanted:
        values = dict(days)
        if form in ("add-passport", "add-visa"):
            values["expires_on"] = (site.today + timedelta(days=1500)).isoformat()
        if form == "add-asylum_benefit_declaration":
            values["drawn_in_last_24_months"] = "no"
        send(person, address, form, values, {"file": ("paper.jpg", PAPER)})
    return wanted


def accept_all(site: Bench, person: Person, reference: str = "BB-0001") -> int:
    """Accept every paper that the person may accept; how many."""
    address, count = addresses.case(case_of(site, reference).id), 0
    while forms := [form for form in forms_on(person.get(address)) if form.startswith("accept-")]:
        send(person, address, forms[0])
        count += 1
    return count


def documents(site: Bench, reference: str = "BB-0001") -> None:
    """The demo's people bring and accept the documents (quicker than through pages), and the engine signs off."""
    case = case_of(site, reference)
    part = story.Part(case.id, _ORDINARY, case.track == "away", (StageKind.DOCUMENTS,), last=False)
    while story.play(site.installation, site.cast, part):
        pass
    site.work()


def documents_by_pages(site: Bench, reference: str = "BB-0001") -> None:
    """The same through the pages: handed in by one caseworker, accepted by another."""
    with site.visit("arta") as person:
        assert hand_in(site, person, reference, "documents")
    with site.visit("besnik") as person:
        assert accept_all(site, person, reference)
    site.work()


def list_the_worker(site: Bench, reference: str = "BB-0001") -> None:
    """Put the worker on a watch list, so that the screening finds a possible match."""
    with site.installation.database.read() as session:
        worker = session.get_one(Worker, case_of(site, reference).worker_id)
    name = f"{worker.given_names} {worker.family_name}"
    header = "reference,name,aliases,birth_date,nationalities,sex,remarks"
    data = f"{header}\nT-1,{name},,{worker.birth_date},XK,{worker.sex.value},Synthetic\n"

    def load(work: Work) -> None:
        loading.load_list(work, data.encode(), "csv", "Test list")

    site.installation.database.run(ENGINE, load)

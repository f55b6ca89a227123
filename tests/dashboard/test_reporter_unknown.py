"""Who reported, and that there is a report, is learnt by nobody but those who handle it: tried everywhere.

A distinctive word stands in every field of a report without a name and of one that names case and contact. Then
everybody else reads all that there is: every address of the site, the links found on its pages, and the files.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
from sqlmodel import select

from basis.errors import InvalidInput, NotFound, Refused
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases.tables import Case
from casework.complaints import queries, service
from casework.complaints.rules import Against, ComplaintKind, Outcome
from casework.complaints.service import Report
from casework.complaints.tables import Complaint
from casework.outbox.tables import OutboxItem
from cli.demo import people
from dashboard import addresses
from tests.dashboard import bench
from tests.dashboard.bench import Bench
from tests.dashboard.medical_words import found_in
from tests.dashboard.test_medical_privacy import _HREF, Site, _filled
from tests.support.once import once

WORDS = tuple(
    f"qxr{name}" for name in ("words", "about", "amount", "paid", "case", "contact", "more", "asked", "noted", "answer")
)
HANDLERS = ("mira", "liridona")
READERS = ("arta", "agron", "audit", "luan", "teuta", "ilir", "admin", "karin", "blerim", "flora", "")
"""Everybody but those who handle complaints; "" is somebody who is not signed in."""
NEAR = ("case.json", "/sheet", "/costs", "/complaints", "/report", "/trail", "/recruitment", "/agencies", "/work")
"""Parts of the addresses that the quick tests try; the deep ones try all."""
_LINKS = 60


@dataclass(frozen=True)
class Reports:
    """The site with the words planted, and the two codes."""

    site: Site
    named: Complaint
    nameless: Complaint


@pytest.fixture(scope="module")
def reports(played_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Reports:
    def make(folder: Path) -> None:
        shutil.copytree(played_home, folder, dirs_exist_ok=True)
        made = bench.reopened(folder)
        _plant(made)
        made.work()
        made.installation.database.engine.dispose()

    shared = once(tmp_path_factory, "reports", make)
    own = tmp_path_factory.mktemp("reports") / "home"
    shutil.copytree(shared, own)
    opened = bench.reopened(own)
    with opened.installation.database.read() as session:
        case = session.exec(select(Case)).one()
        rows = {row.against: row for row in session.exec(select(Complaint))}
    found = tuple(_filled(opened, case)) + tuple(addresses.complaint(row.id) for row in rows.values())
    return Reports(Site(opened, case, found), rows[Against.AGENCY], rows[Against.STAFF])


def _plant(site: Bench) -> None:
    """A report about the agency that names case and contact, and one about the staff that names nothing."""
    database, office, agency = site.installation.database, people.OFFICE, people.AGENCY
    with database.read() as session:
        reference = session.exec(select(Case.reference)).one()
    named = Report(
        office_id=site.cast.organisations[office].id, kind=ComplaintKind.FEE, against=Against.OTHER,
        organisation_id=site.cast.organisations[agency].id, words="qxrwords", about="qxrabout", head="medical",
        amount="qxramount", paid_to="qxrpaid", case=f"{reference} qxrcase", contact="qxrcontact", language="sq",
    )  # fmt: skip
    nameless = Report(
        office_id=named.office_id, kind=ComplaintKind.CONDUCT, against=Against.STAFF, words="qxrwords", about="qxrabout"
    )
    for report, handler in ((named, "mira"), (nameless, "liridona")):
        code = database.run(ENGINE, service.file, report, "once")
        database.run(ENGINE, service.add, code, "qxrmore")
        with database.read() as session:
            found = queries.by_code(session, database.vault(session), code)
            assert found is not None
        database.run(site.cast[handler], service.take, found.id)
        database.run(site.cast[handler], service.note, found.id, "qxrasked", told=True)
        database.run(site.cast[handler], service.note, found.id, "qxrnoted", told=False)
        database.run(site.cast[handler], service.close, found.id, Outcome.SETTLED, "qxranswer")


def _leaks(reports: Reports, name: str, asked: tuple[str, ...], links: int = 0) -> list[tuple[str, set[str]]]:
    """Every address at which somebody reads a word, or the id of a report; links are followed as far as `links`."""
    ids = [str(row.id) for row in (reports.named, reports.nameless)]
    seen, waiting, leaked = set(asked), list(asked), []
    with reports.site.bench.visit(name) as person:
        for address in waiting:
            answer = person.client.get(address)
            if any(one in address for one in ids):
                assert answer.status_code in (303, 403, 404), address
                continue
            if found := found_in(answer.content, (*WORDS, *ids)):
                leaked.append((address, found))
            if len(seen) < len(asked) + links and answer.headers.get("content-type", "").startswith("text/html"):
                new = {unescape(one) for one in _HREF.findall(answer.text)} - seen
                more = sorted(one for one in new if not one.startswith(("/static", "/sign-out")))
                seen.update(more)
                waiting += more
    return leaked


def test_those_who_handle_a_report_read_every_word_of_it_and_leave_an_event_without_a_case(reports: Reports) -> None:
    for name, row in zip(HANDLERS, (reports.named, reports.nameless), strict=True):
        with reports.site.bench.visit(name) as person:
            read = found_in(person.client.get(addresses.complaint(row.id)).content, WORDS)
        assert read == (set(WORDS) if name == "mira" else set(WORDS) - {f"qxr{one}" for one in
                        ("amount", "paid", "case", "contact")})  # fmt: skip
    with reports.site.bench.installation.database.read() as session:
        looks = session.exec(select(AuditEvent).where(AuditEvent.kind == "complaint.viewed")).all()
        assert len(looks) == 2 and {one.case_id for one in looks} == {None}


def test_a_supervisor_does_not_learn_of_the_report_about_the_staff(reports: Reports) -> None:
    with reports.site.bench.visit("mira") as person:
        pages = [person.client.get(addresses.query(addresses.COMPLAINTS, show=part)).text for part in
                 ("open", "mine", "overdue", "closed")]  # fmt: skip
        assert str(reports.nameless.id) not in "".join(pages) and str(reports.named.id) in "".join(pages)
        assert person.client.get(addresses.complaint(reports.nameless.id)).status_code == 404


@pytest.mark.parametrize("name", ["arta", "agron"])
def test_nobody_else_reads_a_word_near_the_case(reports: Reports, name: str) -> None:
    near = (
        addresses.case(reports.site.case.id),
        *(one for one in reports.site.addresses if any(map(one.__contains__, NEAR))),
    )
    assert len(near) > 10
    assert _leaks(reports, name, near) == []


@pytest.mark.deep
@pytest.mark.parametrize("name", READERS)
def test_nobody_else_reads_a_word_at_any_address_or_by_any_link(reports: Reports, name: str) -> None:
    assert _leaks(reports, name, reports.site.addresses, _LINKS) == []


def test_the_case_is_the_same_with_and_without_a_report(reports: Reports) -> None:
    """Its history, its version and what the engine does for it tell nothing."""
    database = reports.site.bench.installation.database
    with database.read() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.case_id == reports.site.case.id)).all()
        assert events and not [one for one in events if "complaint" in one.body or "qxr" in one.body]
        told = session.exec(select(AuditEvent).where(AuditEvent.kind.like("complaint.%"))).all()  # type: ignore[attr-defined]
        assert told and not [one for one in told if str(reports.site.case.id) in one.body or "qxr" in one.body]
        effects = [one.model_dump_json() for one in session.exec(select(OutboxItem))]
        assert effects and not [one for one in effects if str(reports.named.id) in one]


def test_what_nobody_reads_cannot_be_reached_by_acting_either(reports: Reports) -> None:
    site = reports.site.bench
    for name in (*(one for one in READERS if one), "mira"):
        row = reports.nameless
        with pytest.raises((Refused, NotFound, InvalidInput)):
            site.installation.database.run(site.cast[name], service.take, row.id)


def test_the_files_of_the_installation_hold_no_word(reports: Reports) -> None:
    home = reports.site.bench.installation.settings.home
    files = [path for path in home.rglob("*") if path.is_file()]
    assert [(path.name, found) for path in files if (found := found_in(path.read_bytes(), WORDS))] == []


def test_an_agency_is_told_no_number_of_so_few_and_so_fresh_reports(reports: Reports) -> None:
    database = reports.site.bench.installation.database
    agency = reports.named.organisation_id
    assert agency is not None
    with database.read() as session:
        assert queries.counts_for(session, [agency], database.today()) == {agency: None}
